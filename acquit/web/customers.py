"""«Clients»: who owes what, how late, how they pay, and what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from acquit import clock
from acquit.dunning.models import Notice
from acquit.insight import behaviour
from acquit.insight.figures import in_force
from acquit.parties import queries
from acquit.parties.bulk import chunks
from acquit.parties.models import Customer, Firm, Role
from acquit.receivables.models import Standing
from acquit.rules.recognition import bare_name
from acquit.web import exports, words
from acquit.web.access import member
from acquit.web.lists import heads, order_of, page_of, typed

STATES = {
    "tous": gettext_noop("Tous"),
    "doivent": gettext_noop("Doivent"),
    "retard": gettext_noop("En retard"),
    "suspendus": gettext_noop("Suspendus"),
    "a-preciser": gettext_noop("À préciser"),
}
ORDERS = {"nom": ("name", "pk"), "doit": ("owes", "pk"), "retard": ("late", "pk")}


@dataclass(frozen=True, slots=True)
class _Line:
    """A customer as it is shown."""

    customer: Any
    sums: Sequence["Owing"]
    pace: int | None
    contacted: date | None
    next: words.Next | None
    days_late: int


@dataclass(frozen=True, slots=True)
class Owing:
    """What a customer owes in one currency, minor units."""

    currency: str
    owed: int
    late: int


@member(Role.READER)
def customers(request: HttpRequest, firm: Firm) -> HttpResponse:
    """The list, or its export."""
    on = clock.today(firm)
    state = request.GET.get("etat", "doivent")
    state = state if state in STATES else "doivent"
    text = typed(request.GET)
    every = _found(firm, text, on)
    rows = every.filter(_conditions(on)[state])
    order = order_of(request.GET, ORDERS, "-retard" if state in ("doivent", "retard") else "nom")
    if form := exports.wanted(request.GET):
        return _exported(form, rows.order_by(*order.terms), on)
    counts = every.aggregate(**{c: Count("pk", filter=q or None) for c, q in _conditions(on).items()})
    page = page_of(rows, order, request.GET, counts[state])
    return render(
        request,
        "web/customers.html",
        {
            "nav": "customers",
            "page": page,
            "lines": _lines(page.rows, on),
            "heads": heads(order, ORDERS),
            "state": state,
            "state_label": _(STATES[state]),
            "text": text,
            "segments": [(code, _(label), counts[code]) for code, label in STATES.items()],
            "hidden": [(k, v) for k, v in request.GET.items() if k in ("etat", "tri")],
            "any": counts["tous"] or queries.customers(firm).exists(),
        },
    )


def _found(firm: Firm, text: str, on: date) -> QuerySet[Customer]:
    """Customers with what they owe, summed in the database so that the list can be sorted by it."""
    owed = Standing.objects.filter(customer=OuterRef("pk"), owed__gt=0).order_by()
    late = owed.filter(due_on__lt=on)
    rows = queries.customers(firm).annotate(
        owes=_total(owed),
        late=_total(late),
        late_since=Subquery(late.values("customer").annotate(day=Min("due_on")).values("day")),
        held=Exists(
            owed.filter(in_force(["pause", "dispute", "promise", "said_paid"], on)), output_field=BooleanField()
        ),
    )
    if not text:
        return rows
    named = Q()
    for word in bare_name(text).split():
        named &= Q(name_key__contains=word)
    typed = Q(name__icontains=text) | Q(ref__iexact=text) | Q(siren=text.replace(" ", "")) | Q(city__iexact=text)
    reached = queries.customers(firm).filter(contacts__email__icontains=text).values("pk")
    return rows.filter((named if named else Q(pk=None)) | typed | Q(pk__in=reached))


def _total(standings: QuerySet[Standing]) -> Coalesce:
    summed = standings.values("customer").annotate(total=Sum("owed")).values("total")
    return Coalesce(Subquery(summed), Value(0))


def _conditions(on: date) -> dict[str, Q]:
    return {
        "tous": Q(),
        "doivent": Q(owes__gt=0),
        "retard": Q(late__gt=0),
        "suspendus": Q(held=True),
        "a-preciser": Q(kind_sure=False, owes__gt=0),
    }


def _lines(rows: Sequence[Any], on: date) -> list[_Line]:
    """The page's customers with their pace, last contact and next step: three readings for all of them."""
    ids = [row.pk for row in rows]
    paces = behaviour.medians(ids)
    contacts = dict(Notice.objects.filter(customer_id__in=ids).values_list("customer_id").annotate(day=Max("said_on")))
    steps = _next_steps(ids, on)
    sums = owing(ids, on)
    return [
        _Line(
            row,
            sums.get(row.pk, ()),
            paces.get(row.pk),
            contacts.get(row.pk),
            steps.get(row.pk),
            (on - row.late_since).days if row.late_since else 0,
        )
        for row in rows
    ]


def owing(ids: Sequence[int], on: date) -> dict[int, list[Owing]]:
    """What each of these customers owes, currency by currency: they are never added together."""
    found: dict[int, list[Owing]] = {}
    rows = Standing.objects.filter(customer_id__in=ids, owed__gt=0).order_by("currency")
    sums = rows.values_list("customer_id", "currency").annotate(
        Sum("owed"), late=Sum("owed", filter=Q(due_on__lt=on), default=0)
    )
    for customer, currency, owed, late in sums:
        found.setdefault(customer, []).append(Owing(currency, owed, late))
    return found


def _next_steps(ids: Sequence[int], on: date) -> Mapping[int, words.Next]:
    """What comes next for each customer: about the oldest of what is owed."""
    found: dict[int, words.Next] = {}
    for row in Standing.objects.filter(customer_id__in=ids, owed__gt=0).order_by("due_on", "pk"):
        step = words.next_of(row, on)
        if step and row.customer_id not in found:
            found[row.customer_id] = step
    return found


def _exported(form: str, rows: QuerySet[Customer], on: date) -> HttpResponse:
    head = [_("Client"), _("Code client"), _("Nature"), _("Pays"), _("SIREN"), _("Doit"), _("En retard"), _("Devise")]
    head += [_("Jours de retard"), _("Ville")]
    return exports.answer(form, f"{_('clients')}-{on:%Y-%m-%d}", head, _cells(rows, on))


def _cells(rows: QuerySet[Customer], on: date) -> Iterable[list[exports.Cell]]:
    """One line per customer and currency."""
    for chunk in chunks(rows[: exports.ROWS_MAX + 1].iterator(2000)):
        sums = owing([row.pk for row in chunk], on)
        for row in chunk:
            for sum_ in sums.get(row.pk, [Owing("EUR", 0, 0)]):
                yield _cells_of(row, sum_, on)


def _cells_of(row: Any, owes: Owing, on: date) -> list[exports.Cell]:
    return [
        row.name,
        row.ref,
        str(row.get_kind_display()),
        row.country,
        row.siren or row.bce,
        exports.Money(owes.owed, owes.currency),
        exports.Money(owes.late, owes.currency),
        owes.currency,
        (on - row.late_since).days if row.late_since else 0,
        row.city,
    ]
