"""«Facture»: one receivable with what it has become today, how that is reckoned, and everything that happened to it."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from acquit import clock
from acquit.billing.models import Invoice
from acquit.insight import timeline
from acquit.law.applicable import REGIMES, regime_of
from acquit.law.regime import Start
from acquit.mailroom import store
from acquit.mailroom.models import Message, Paper, State
from acquit.parties.models import Customer, Firm, Role
from acquit.receivables import queries as owed
from acquit.receivables.models import Allocation, Hold, Standing, Surplus
from acquit.rules import dunning as rule
from acquit.rules.interest import Statement, interest
from acquit.rules.refusal import Refused
from acquit.web import effects, stories, words
from acquit.web.access import member

_SAFE_TYPES = ("application/pdf", "application/xml", "text/xml")


@dataclass(frozen=True, slots=True)
class Working:
    """What a receivable has become, by both ways of imputing payments; or why it cannot be said."""

    shown: Statement | None = None
    other: Statement | None = None
    interest_first: bool = False
    note: str = ""

    @property
    def extra(self) -> int:
        """What is owed beyond the principal."""
        return self.shown.interest_unpaid + self.shown.compensation_unpaid if self.shown else 0


@member(Role.READER)
def invoice(request: HttpRequest, firm: Firm, receivable: int) -> HttpResponse:
    """The sheet."""
    row = standing_of(firm, receivable)
    on = clock.today(firm)
    issued = _issued(row)
    interest_first = request.GET.get("imputation") == "interets"
    return render(
        request,
        "web/invoice.html",
        {
            "nav": "invoices",
            "row": row,
            "on": on,
            "chip": words.chip(row, on),
            "next": words.next_of(row, on),
            "why": _(rule.REASONS.get(row.reason, "")) if row.owed and row.reason else "",
            "working": _working(firm, row, on, interest_first=interest_first),
            "issued": issued,
            "paper": _paper_of(row, issued),
            "parts": _parts(row),
            "holds": _holds_on(firm, row, on),
            "credit": _credit(row),
            "message": _waiting_message(row),
            "stories": stories.told(timeline.of_receivable(firm, row.pk, on), firm, on),
        },
    )


def standing_of(firm: Firm, receivable: int) -> Standing:
    """The receivable of an address, with its customer; 404 when the firm has none such."""
    found: Standing = get_object_or_404(
        Standing.objects.select_related("customer", "receivable"), firm=firm, pk=receivable
    )
    return found


def _working(firm: Firm, row: Standing, on: date, *, interest_first: bool) -> Working:
    """Late interest as of a day. Payments count on the principal first unless asked: it is the lower claim."""
    if row.owed == 0 or row.due_on >= on:
        return Working()
    if row.currency != "EUR":
        return Working(note=_("Les pénalités ne sont calculées qu’en euros."))
    payments = owed.payments_on([row.pk]).get(row.pk, [])
    try:
        principal_first = _stated(firm, row, on, payments, principal_first=True)
        other = _stated(firm, row, on, payments, principal_first=False) if payments else None
    except Refused as refused:
        return Working(note=" ".join(effects.spelled(reason) for reason in refused.reasons))
    note = _consumer_note(row.customer, firm) if not principal_first.slices else ""
    if interest_first and other:
        return Working(other, principal_first, True, note)
    return Working(principal_first, other, False, note)


def _stated(
    firm: Firm, row: Standing, on: date, payments: list[tuple[date, int]], *, principal_first: bool
) -> Statement:
    customer = row.customer
    return interest(
        row.amount,
        row.due_on,
        on,
        regime_of(customer.kind, customer.country, firm.country),
        contract_rate=firm.contract_rate if customer.kind == "business" else None,
        payments=payments,
        principal_first=principal_first,
    )


def _consumer_note(customer: Customer, firm: Firm) -> str:
    """Why nothing runs yet against a consumer."""
    start = REGIMES[regime_of(customer.kind, customer.country, firm.country)].start
    if start is Start.NOTICE:
        return _("Particulier : les intérêts courent à compter d’une mise en demeure reçue, pas avant.")
    if start is Start.REMINDER:
        return _("Particulier belge : rien ne court avant un premier rappel gratuit et son délai de 14 jours.")
    return ""


def _issued(row: Standing) -> Invoice | None:
    """The imported invoice behind a receivable."""
    kind, __, number = row.receivable.source.partition(":")
    if kind != "invoice" or not number.isdigit():
        return None
    return Invoice.objects.select_related("paper", "batch").filter(pk=int(number)).first()


def _paper_of(row: Standing, issued: Invoice | None) -> Paper | None:
    return row.receivable.paper or (issued.paper if issued else None)


def _parts(row: Standing) -> list[Allocation]:
    """Payments that count on a receivable, oldest first."""
    live = Allocation.objects.filter(receivable_id=row.pk, reverses__isnull=True, reversal__isnull=True)
    return list(live.select_related("payment").order_by("payment__received_on", "pk"))


def _holds_on(firm: Firm, row: Standing, on: date) -> list[Hold]:
    """Holds in force on it: its own, and those on its whole customer."""
    found = owed.holds_in_force(firm, on).select_related("by")
    own = found.filter(receivable_id=row.pk)
    return list(own | found.filter(receivable__isnull=True, customer_id=row.customer_id))


def _credit(row: Standing) -> int:
    """Unallocated money of its customer, in its currency."""
    if row.owed == 0:
        return 0
    credit: list[int] = list(
        Surplus.objects.filter(customer_id=row.customer_id, currency=row.currency).values_list("left", flat=True)
    )
    return sum(credit)


def _waiting_message(row: Standing) -> Message | None:
    """The letter in the outbox that is about to speak of it."""
    in_hand = [State.PLANNED, State.CLAIMED, State.SENDING, State.UNKNOWN]
    found: Message | None = Message.objects.filter(intents__receivable_id=row.pk, state__in=in_hand).first()
    return found


@member(Role.READER)
def invoice_paper(request: HttpRequest, firm: Firm, receivable: int) -> HttpResponse:
    """The document, as a download that can run nothing: it came from a stranger."""
    row = standing_of(firm, receivable)
    paper = _paper_of(row, _issued(row))
    if paper is None:
        raise Http404
    try:
        content = store.read(firm.pk, paper.sha256)
    except (OSError, ValueError) as gone:
        raise Http404 from gone
    kind = paper.media_type if paper.media_type in _SAFE_TYPES else "application/octet-stream"
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(paper.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
