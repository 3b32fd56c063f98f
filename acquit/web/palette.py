"""«Rechercher ou agir»: customers, invoices and places for a few letters, as JSON for the palette or as a page."""

from dataclasses import asdict, dataclass

from django.db.models import Q, QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acquit import clock
from acquit.parties import queries
from acquit.parties.models import Customer, Firm, Role
from acquit.receivables.models import Standing
from acquit.rules.money import parse_amount
from acquit.rules.recognition import bare_name
from acquit.rules.references import reference_key
from acquit.rules.refusal import Refused
from acquit.rules.tables import fold
from acquit.web import words
from acquit.web.access import FirmRequest, member
from acquit.web.lists import typed
from acquit.web.templatetags.acquit import money

_EACH = 6
_PLACES = (
    (gettext_lazy("Aujourd’hui"), "web:today", "home", Role.READER),
    (gettext_lazy("Factures"), "web:invoices", "invoice", Role.READER),
    (gettext_lazy("Clients"), "web:customers", "people", Role.READER),
    (gettext_lazy("Encaissements"), "web:payments", "euro", Role.READER),
    (gettext_lazy("Banque"), "web:bank", "bank", Role.READER),
    (gettext_lazy("File d’envoi : relancer"), "web:outbox", "send", Role.READER),
    (gettext_lazy("Importer des factures"), "web:imports", "import", Role.MANAGER),
    (gettext_lazy("Réglages"), "web:settings", "settings", Role.READER),
    (gettext_lazy("État de l’installation"), "web:state", "heartbeat", Role.READER),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One answer."""

    label: str
    hint: str
    url: str
    icon: str


@member(Role.READER)
def palette(request: FirmRequest, firm: Firm) -> HttpResponse:
    """Best answers first. Asked by the palette it is JSON; followed as a link it is a page."""
    text = typed(request.GET)
    items = found(firm, text, request) if text else []
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"items": [asdict(item) for item in items]})
    return render(request, "web/search.html", {"items": items, "text": text, "nav": ""})


def found(firm: Firm, text: str, request: FirmRequest) -> list[Item]:
    """Invoices by number, customers by name, invoices by amount, then places whose name begins so."""
    invoices = Standing.objects.filter(firm=firm).select_related("customer")
    key = reference_key(text)
    by_number = _invoices(firm, invoices.filter(_number(key))) if any(c.isdigit() for c in key) else []
    people = _customers(firm, text)
    try:
        amount = parse_amount(text)
        by_amount = _invoices(firm, invoices.filter(Q(amount=amount) | Q(owed=amount)))
    except Refused:
        by_amount = []
    items = [*by_number, *people, *by_amount, *_places(firm, text, request)]
    return list(dict.fromkeys(items))[:15]


def _number(key: str) -> Q:
    return Q(reference_key__contains=key)


def _invoices(firm: Firm, rows: QuerySet[Standing]) -> list[Item]:
    on = clock.today(firm)
    return [
        Item(
            f"{row.reference}, {row.customer.name}",
            f"{money(row.owed or row.amount, row.currency)} · {words.chip(row, on).label}",
            reverse("web:invoice", args=[firm.slug, row.pk]),
            "invoice",
        )
        for row in rows.order_by("-due_on", "-pk")[:_EACH]
    ]


def _customers(firm: Firm, text: str) -> list[Item]:
    """Every word typed must stand in the name, or in the words of an action («petit rel»)."""
    typed = fold(text).split()
    named = Q()
    for word in typed:
        if not any(fold(str(verb)).startswith(word) for verb in (_("relancer"), _("suspendre"))):
            named &= Q(name_key__contains=word)
    rows = queries.customers(firm).filter(
        (named if named else Q(pk=None)) | Q(name__icontains=text) | Q(ref__iexact=text)
    )
    if len(bare_name(text)) < 2:
        return []
    acts = len(typed) > 1 and any(fold(_("relancer")).startswith(word) for word in typed if len(word) > 2)
    people: list[Customer] = list(rows.order_by("name", "pk")[:_EACH])
    return [_person(firm, row, acts=acts) for row in people]


def _person(firm: Firm, row: Customer, *, acts: bool) -> Item:
    label = _("Relancer %(name)s") % {"name": row.name} if acts else row.name
    return Item(
        label, row.city or row.ref, reverse("web:customer", args=[firm.slug, row.pk]), "send" if acts else "person"
    )


def _places(firm: Firm, text: str, request: FirmRequest) -> list[Item]:
    start = fold(text)
    if not start:
        return []
    return [
        Item(str(label), _("aller"), reverse(name, args=[firm.slug]), icon)
        for label, name, icon, role in _PLACES
        if request.member.may(role)
        and any(word.startswith(start) for word in (fold(str(label)), *fold(str(label)).split()))
    ]
