"""«Encaissements»: the money received between two days, behind the figure of the month."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from acquit import clock
from acquit.parties.models import Firm, Role
from acquit.receivables.models import Means, Payment
from acquit.web import exports
from acquit.web.access import member
from acquit.web.lists import order_of, page_of

ORDERS = {"jour": ("received_on", "pk")}


@member(Role.READER)
def payments(request: HttpRequest, firm: Firm) -> HttpResponse:
    """The list, or its export; the month so far unless the address says other days."""
    on = clock.today(firm)
    first, last = _day(request, "du") or on.replace(day=1), _day(request, "au") or on
    rows = received(firm, first, last)
    order = order_of(request.GET, ORDERS, "-jour")
    if form := exports.wanted(request.GET):
        head = [_("Reçu le"), _("Client"), _("Montant"), _("Devise"), _("Moyen"), _("Factures"), _("Remarque")]
        return exports.answer(form, f"{_('encaissements')}-{last:%Y-%m-%d}", head, _cells(rows.order_by(*order.terms)))
    sums = rows.order_by().select_related(None).prefetch_related(None).values("currency").annotate(total=Sum("amount"))
    page = page_of(rows, order, request.GET, rows.count())
    context = {
        "nav": "invoices",
        "page": page,
        "lines": [(payment, references(payment)) for payment in page.rows],
        "first": first,
        "last": last,
        "sums": [(row["currency"], row["total"]) for row in sums],
    }
    return render(request, "web/payments.html", context)


def received(firm: Firm, first: date, last: date) -> QuerySet[Payment]:
    """Money that came in between two days, both included, and was not taken back."""
    rows = Payment.objects.filter(
        firm=firm, received_on__range=(first, last), reverses__isnull=True, reversal__isnull=True
    ).exclude(means__in=[Means.CREDIT_NOTE, Means.REPORTED])
    return rows.select_related("customer").prefetch_related("allocations__receivable")


def references(payment: Payment) -> list[tuple[int, str]]:
    """What a payment was put on: receivable ids and their numbers."""
    return list({a.receivable_id: a.receivable.reference for a in payment.allocations.all()}.items())


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def _cells(rows: QuerySet[Payment]) -> Iterable[list[exports.Cell]]:
    for payment in rows[: exports.ROWS_MAX + 1].iterator(2000):
        yield [
            payment.received_on,
            payment.customer.name,
            exports.Money(payment.amount, payment.currency),
            payment.currency,
            str(payment.get_means_display()),
            ", ".join(reference for _pk, reference in references(payment)),
            payment.note,
        ]
