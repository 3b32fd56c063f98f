"""«Banque et rapprochement»: accounts and how fresh they are, received lines with what is proposed for each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from acquit import clock
from acquit.bank import queries
from acquit.bank.models import BankAccount, StatementLine
from acquit.bank.queries import LineProposal, Place
from acquit.billing.actions import keep
from acquit.billing.choices import Choices
from acquit.parties.models import Customer, Firm, Role
from acquit.receivables import actions as receivables
from acquit.receivables import queries as owed
from acquit.receivables.models import Standing
from acquit.rules.matching import CERTAIN, PROBABLE, TO_CHOOSE
from acquit.rules.spelling import day as day_of
from acquit.web import bank_intake
from acquit.web.access import author_of, member
from acquit.web.effects import spelled
from acquit.web.fields import Day
from acquit.web.office import done, received, refusals_told
from acquit.web.sorting import sorted_out
from acquit.web.words import Chip

WORKED_OUT_MAX = 500
"""Proposals are worked out for so many lines on one page; beyond, the certain ones are counted page by page."""

GRADES = {
    CERTAIN: (gettext_noop("certain"), "check", "paid"),
    PROBABLE: (gettext_noop("probable"), "half", "sent"),
    TO_CHOOSE: (gettext_noop("à choisir"), "help", "soon"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A received line with its proposal as a person reads it."""

    line: StatementLine
    grade: Chip
    shares: tuple[tuple[Standing, int], ...]
    customer: Customer | None
    reasons: tuple[str, ...]
    unallocated: int

    @property
    def posted(self) -> str:
        """The shares as the form sends them back: what was agreed to is what was seen."""
        return ",".join(f"{standing.pk}:{cents}" for standing, cents in self.shares)


@member(Role.READER, "GET", "POST")
def bank(request: HttpRequest, firm: Firm) -> HttpResponse:
    """What waits for a decision; a statement may be dropped here."""
    if request.method == "POST":
        return _upload(request, firm)
    after = place_of(request.GET.get("apres", ""))
    total = queries.waiting_count(firm)
    whole = total <= WORKED_OUT_MAX
    found = queries.proposals(firm, queries.waiting(firm, after, WORKED_OUT_MAX if whole else queries.PAGE))
    rows = shown(found[: queries.PAGE])
    counts = {grade: sum(p.proposal.confidence == grade for p in found) for grade in GRADES}
    more = len(found) > queries.PAGE or (not whole and len(found) == queries.PAGE)
    known = owed.bank_known_until(firm)
    page = {
        "nav": "bank",
        "rows": rows,
        "total": total,
        "counts": counts,
        "whole": whole and after is None,
        "accounts": queries.accounts(firm),
        "known": known,
        "today": clock.today(firm),
        "pending": bank_intake.has_pending(request, firm),
        "next": f"?apres={mark(rows[-1].line)}" if more and rows else "",
    }
    return render(request, "web/bank.html", page)


def _upload(request: HttpRequest, firm: Firm) -> HttpResponse:
    """Statements are taken in; what turns out to be invoices goes on to their preview."""
    if not request.member.may(Role.MANAGER):  # type: ignore[attr-defined]
        return HttpResponse(status=403)
    back: HttpResponse = redirect("web:bank", firm.slug)
    with refusals_told(request):
        statements, invoices = sorted_out(received(request), at_bank=True)
        if statements:
            back = bank_intake.take_in(request, firm, statements, request.POST.get("account", ""))
        if invoices:
            batch = keep(firm, invoices, Choices(), author_of(request, firm))
            done(request, _("Ce fichier contient des factures : les voici avant import."))
            back = redirect("web:import", firm.slug, batch.pk)
    return back


def shown(found: Iterable[LineProposal]) -> list[Row]:
    """Proposals with the receivables and customers they name, in two queries."""
    found = list(found)
    ids = {receivable for p in found for receivable, _cents in p.proposal.shares}
    standings = Standing.objects.select_related("customer").in_bulk(list(ids))
    customers = Customer.objects.in_bulk([p.customer for p in found if p.customer])
    return [
        Row(
            p.line,
            grade(p.proposal.confidence),
            tuple((standings[r], cents) for r, cents in p.proposal.shares if r in standings),
            customers.get(p.customer) if p.customer else None,
            tuple(spelled(reason) for reason in p.proposal.reasons),
            p.proposal.unallocated,
        )
        for p in found
    ]


def grade(code: str) -> Chip:
    """How sure a proposal is, in a word."""
    label, icon, css = GRADES[code]
    return Chip(code, _(label), icon, css)


def mark(line: StatementLine) -> str:
    """A line's place as the address says it."""
    return f"{line.booked_on.isoformat()}.{line.pk}"


def place_of(text: str) -> Place | None:
    """What `mark` wrote; None for anything else."""
    day, _dot, pk = text.partition(".")
    try:
        return (date.fromisoformat(day), int(pk)) if pk.isdecimal() and len(pk) < 19 else None
    except ValueError:
        return None


@member(Role.MANAGER, "POST")
def bank_accept(request: HttpRequest, firm: Firm) -> HttpResponse:
    """A person says that the account of the statements just refused is the firm's."""
    return bank_intake.accept_pending(request, firm)


@member(Role.MANAGER, "POST")
def bank_day(request: HttpRequest, firm: Firm) -> HttpResponse:
    """« Banque vérifiée jusqu’au »: a person's word for the whole firm."""
    try:
        day = Day().clean(request.POST.get("until", ""))
    except ValidationError:
        messages.error(request, _("Indiquez le jour jusqu’auquel vous avez vérifié la banque."))
        return redirect("web:bank", firm.slug)
    with refusals_told(request):
        receivables.bank_known(firm, day, author_of(request, firm))
        done(request, _("La banque est notée à jour au %(day)s.") % {"day": day_of(day)})
    return redirect("web:bank", firm.slug)


@member(Role.MANAGER, "POST")
def bank_follow(request: HttpRequest, firm: Firm, account: int) -> HttpResponse:
    """Whether reminders wait for an account to be up to date."""
    found = get_object_or_404(BankAccount.objects.filter(firm=firm), pk=account)
    followed = "1" in (request.POST.get("followed"), request.GET.get("followed"))
    receivables.follow(firm, found.iban, followed, author_of(request, firm))
    again, no_more = _("Les relances attendent de nouveau ce compte."), _("Les relances n’attendent plus ce compte.")
    text = again if followed else no_more
    done(request, text, "" if followed else reverse("web:bank_follow", args=[firm.slug, found.pk]) + "?followed=1")
    return redirect("web:bank", firm.slug)
