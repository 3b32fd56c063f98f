"""«Factures»: every receivable, filtered by state, age, day, customer, number or amount; exported as shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from acquit import clock
from acquit.insight import figures
from acquit.parties.models import Customer, Firm, Role
from acquit.receivables import queries as owed
from acquit.receivables.models import HoldKind, Standing
from acquit.rules.money import parse_amount
from acquit.rules.recognition import bare_name
from acquit.rules.references import reference_key
from acquit.rules.refusal import Refused
from acquit.web import exports, words
from acquit.web.access import member
from acquit.web.lists import heads, order_of, page_of, typed

STATES = {
    "toutes": gettext_noop("Toutes"),
    "encaisser": gettext_noop("À encaisser"),
    "retard": gettext_noop("En retard"),
    "promesse": gettext_noop("Promesse"),
    "litige": gettext_noop("Litige"),
    "suspendues": gettext_noop("Suspendues"),
    "payees": gettext_noop("Payées"),
}
AGES = (
    gettext_noop("Non échu"),
    gettext_noop("1 à 15 jours"),
    gettext_noop("16 à 30 jours"),
    gettext_noop("31 à 60 jours"),
    gettext_noop("Plus de 60 jours"),
)
"""The words of `figures.AGES`."""
ORDERS = {
    "client": ("customer__name", "pk"),
    "echeance": ("due_on", "pk"),
    "reste": ("owed", "pk"),
}
_CUSTOMERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for. What cannot be read is not asked for."""

    state: str
    text: str = ""
    age: int | None = None
    currency: str = ""
    due: tuple[date | None, date | None] = (None, None)
    settled: tuple[date | None, date | None] = (None, None)


@member(Role.READER)
def invoices(request: HttpRequest, firm: Firm) -> HttpResponse:
    """The list, or its export."""
    on = clock.today(firm)
    asked = read(request.GET)
    every = narrowed(owed.standings(firm), asked, on)
    rows = every.filter(states(on)[asked.state])
    order = order_of(request.GET, ORDERS, "-echeance" if asked.state in ("toutes", "payees") else "echeance")
    if form := exports.wanted(request.GET):
        return exported(form, _("factures"), rows.order_by(*order.terms), on)
    counts = counted(every, on)
    page = page_of(rows, order, request.GET, counts[asked.state])
    shown = [_Line(row, words.chip(row, on), words.next_of(row, on)) for row in page.rows]
    return render(
        request,
        "web/invoices.html",
        {
            "nav": "invoices",
            "lines": shown,
            "page": page,
            "heads": heads(order, ORDERS),
            "asked": asked,
            "segments": [(code, _(label), counts[code]) for code, label in STATES.items()],
            "state_label": _(STATES[asked.state]),
            "filters": _filters(asked, request.GET),
            "hidden": [(k, v) for k, v in request.GET.items() if k not in ("q", "apres", "avant", "export")],
            "sums": figures.brief_sums(firm, on),
            "any": counts["toutes"] or Standing.objects.filter(firm=firm).exists(),
        },
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A row as it is shown."""

    row: Standing
    chip: words.Chip
    next: words.Next | None


def read(params: QueryDict) -> Filter:
    """The filter in an address."""
    state = params.get("etat", "encaisser")
    age = params.get("age", "")
    return Filter(
        state=state if state in STATES else "encaisser",
        text=typed(params),
        age=int(age) if age in ("0", "1", "2", "3", "4") else None,
        currency=params.get("devise", "")[:3].upper(),
        due=(_day(params.get("echue_du", "")), _day(params.get("echue_au", ""))),
        settled=(_day(params.get("soldee_du", "")), _day(params.get("soldee_au", ""))),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def address(firm: Firm, **asked: Any) -> str:
    """The address of the list with a filter: `address(firm, etat="retard", devise="EUR")`."""
    given = {name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items()}
    return f"{reverse('web:invoices', args=[firm.slug])}?{urlencode(given)}"


def states(on: date) -> dict[str, Q]:
    """The condition behind each segment on a day."""
    is_open = Q(owed__gt=0)
    return {
        "toutes": Q(),
        "encaisser": is_open,
        "retard": is_open & Q(due_on__lt=on),
        "promesse": is_open & figures.in_force([HoldKind.PROMISE], on),
        "litige": is_open & figures.in_force([HoldKind.DISPUTE], on),
        "suspendues": is_open & figures.in_force([HoldKind.PAUSE, HoldKind.SAID_PAID], on),
        "payees": Q(owed=0),
    }


def counted(rows: QuerySet[Standing], on: date) -> Mapping[str, int]:
    """How many receivables each segment holds, in one reading."""
    columns = {code: Count("pk", filter=condition or None) for code, condition in states(on).items()}
    counts: Mapping[str, int] = rows.order_by().select_related(None).aggregate(**columns)
    return counts


def narrowed(rows: QuerySet[Standing], asked: Filter, on: date) -> QuerySet[Standing]:
    """The filter without its state, so that every segment can be counted under it."""
    if asked.age is not None:
        rows = rows.filter(figures.in_age(asked.age, on), owed__gt=0)
    if asked.currency:
        rows = rows.filter(currency=asked.currency)
    for column, (first, last) in (("due_on", asked.due), ("settled_on", asked.settled)):
        bounds = {f"{column}__gte": first, f"{column}__lte": last}
        rows = rows.filter(**{name: day for name, day in bounds.items() if day is not None})
    if any(asked.settled):
        rows = figures.paid_in_money(rows)
    return rows.filter(_matches(asked.text)) if asked.text else rows


def _matches(text: str) -> Q:
    """Rows whose customer, number or amount is what somebody typed."""
    named = Customer.objects.filter(_named(text)).values_list("pk", flat=True)
    found = Q(customer__in=list(named[:_CUSTOMERS_MAX]))
    if key := reference_key(text):
        found |= Q(reference_key__contains=key)
    try:
        amount = parse_amount(text)
        found |= Q(amount=amount) | Q(owed=amount, owed__gt=0)
    except Refused:
        pass
    return found


def _named(text: str) -> Q:
    """Customers whose name holds these words in any order, or whose code it is."""
    name = Q()
    for word in bare_name(text).split():
        name &= Q(name_key__contains=word)
    return (name if name else Q(pk=None)) | Q(name__icontains=text) | Q(ref__iexact=text)


def _filters(asked: Filter, params: QueryDict) -> list[tuple[str, str]]:
    """Filters in force that are no segment: their words, and the address without them."""
    found = []
    if asked.age is not None:
        found.append((_(AGES[asked.age]), _without(params, "age")))
    if asked.currency:
        found.append((asked.currency, _without(params, "devise")))
    for label, (first, last), names in (
        (_("Échéance"), asked.due, ("echue_du", "echue_au")),
        (_("Soldée"), asked.settled, ("soldee_du", "soldee_au")),
    ):
        if first or last:
            span = " – ".join(f"{day:%d/%m/%Y}" if day else "…" for day in (first, last))
            found.append((f"{label} {span}", _without(params, *names)))
    return found


def _without(params: QueryDict, *names: str) -> str:
    kept = params.copy()
    for name in (*names, "apres", "avant"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}"


def exported(form: str, name: str, rows: QuerySet[Standing], on: date) -> HttpResponse:
    """These receivables as a file, with the columns of the list."""
    head = [_("Client"), _("Code client"), _("N°"), _("Émise"), _("Échéance"), _("Total TTC"), _("Reste dû")]
    head += [_("Devise"), _("État"), _("Jours de retard"), _("Prochaine étape")]
    return exports.answer(form, f"{name}-{on:%Y-%m-%d}", head, _cells(rows, on))


def _cells(rows: QuerySet[Standing], on: date) -> Iterable[list[exports.Cell]]:
    for row in rows[: exports.ROWS_MAX + 1].iterator(2000):
        following = words.next_of(row, on)
        late = max(0, (on - row.due_on).days) if row.owed else 0
        yield [
            row.customer.name,
            row.customer.ref,
            row.reference,
            row.issued_on,
            row.due_on,
            exports.Money(row.amount, row.currency),
            exports.Money(row.owed, row.currency),
            row.currency,
            words.chip(row, on).label,
            late,
            following.label if following else "",
        ]


def sums_of(rows: QuerySet[Standing]) -> list[tuple[str, int]]:
    """What is owed on these rows, per currency."""
    found = rows.order_by().select_related(None).values("currency").annotate(total=Sum("owed"))
    return [(row["currency"], row["total"]) for row in found]
