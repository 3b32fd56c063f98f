"""«Fiche client»: who they are, whom to write to, what they owe, how they pay, and all that passed between us."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from acquit import clock
from acquit.insight import timeline
from acquit.insight.behaviour import behaviour
from acquit.parties import queries
from acquit.parties.models import Contact, Customer, Firm, Role
from acquit.receivables import actions
from acquit.receivables import queries as owed
from acquit.receivables.models import Hold, Standing, Surplus
from acquit.rules.balance import oldest_first
from acquit.rules.refusal import Refused
from acquit.web import effects, stories, words
from acquit.web.access import author_of, member
from acquit.web.customers import owing

FAMILIES = ("messages", "money")
"""What the timeline can be narrowed to (`?voir=`)."""


@member(Role.READER)
def customer(request: HttpRequest, firm: Firm, customer: int) -> HttpResponse:
    """The sheet. One that was merged away leads to the one that is kept."""
    found = customer_of(firm, customer)
    if found.merged_into_id:
        return redirect("web:customer", firm.slug, found.merged_into_id)
    on = clock.today(firm)
    rows = open_rows(found)
    told = stories.told(timeline.of_customer(firm, found.pk, on), firm, on)
    family = request.GET.get("voir", "")
    return render(
        request,
        "web/customer.html",
        {
            "nav": "customers",
            "customer": found,
            "on": on,
            "lines": [(row, words.chip(row, on), words.next_of(row, on)) for row in rows],
            "sums": owing([found.pk], on).get(found.pk, []),
            "oldest": max(((on - row.due_on).days for row in rows), default=0),
            "behaviour": behaviour(found.pk, on),
            "contacts": queries.contacts_of(found),
            "credits": _credits(found),
            "holds": _holds(firm, found, on),
            "family": family if family in FAMILIES else "",
            "stories": [story for story in told if family not in FAMILIES or story.family == family],
            "others": _alike(firm, found),
        },
    )


def customer_of(firm: Firm, pk: int) -> Customer:
    """The customer of an address; 404 when the firm has none such."""
    found: Customer = get_object_or_404(Customer, firm=firm, pk=pk, gone_on__isnull=True)
    return found


def open_rows(customer: Customer) -> list[Standing]:
    """What a customer owes, oldest first."""
    rows = Standing.objects.filter(customer=customer, owed__gt=0).select_related("customer")
    return list(rows.order_by("due_on", "pk"))


def _credits(customer: Customer) -> list[Surplus]:
    """Money of theirs that was put on nothing."""
    rows = Surplus.objects.filter(customer=customer).select_related("payment")
    return list(rows.order_by("payment__received_on", "pk"))


def _holds(firm: Firm, customer: Customer, on: date) -> list[Hold]:
    """What silences all of a customer's invoices."""
    family = list(queries.family_of([customer.pk]))
    found = owed.holds_in_force(firm, on).filter(customer_id__in=family, receivable__isnull=True)
    return list(found.select_related("by"))


def _alike(firm: Firm, customer: Customer) -> list[Customer]:
    """Others that may be the same: the same bare name, or the same number."""
    rows = queries.customers(firm).exclude(pk=customer.pk)
    same = rows.filter(name_key=customer.name_key) if customer.name_key else rows.none()
    for column in ("siren", "bce", "vat"):
        if number := getattr(customer, column):
            same = same | rows.filter(**{column: number})
    return list(same.distinct()[:5])


@member(Role.MANAGER, "POST")
def credit_allocate(request: HttpRequest, firm: Firm, customer: int) -> HttpResponse:
    """Put a customer's unallocated money on what they owe, oldest first. A second click finds nothing left to put."""
    found = customer_of(firm, customer)
    by = author_of(request, firm)
    put = 0
    for surplus in _credits(found):
        due = [(row.pk, row.owed) for row in open_rows(found) if row.currency == surplus.currency]
        shares = oldest_first(surplus.left, due)
        if not shares:
            continue
        try:
            actions.allocate(firm, surplus.payment, shares, by)
        except Refused as refused:
            effects.tell_refusal(request, refused)
            break
        put += 1
    if put:
        effects.say(request, _("Crédit imputé sur les factures les plus anciennes."), firm, [found.pk], by)
    else:
        messages.info(request, _("Rien à imputer : ni crédit, ni facture ouverte dans sa monnaie."))
    return redirect("web:customer", firm.slug, found.pk)


@member(Role.READER)
def customer_statement(request: HttpRequest, firm: Firm, customer: int) -> HttpResponse:
    """«Relevé de compte»: what is owed on a day, made to be printed and sent."""
    found = customer_of(firm, customer)
    on = clock.today(firm)
    rows = open_rows(found)
    return render(
        request,
        "web/customer_statement.html",
        {
            "nav": "customers",
            "customer": found,
            "on": on,
            "lines": [(row, words.chip(row, on)) for row in rows],
            "sums": owing([found.pk], on).get(found.pk, []),
            "credits": _credits(found),
            "to": _recipient(found),
        },
    )


def _recipient(customer: Customer) -> Contact | None:
    """Who a letter is for: whoever pays, else whoever is there."""
    contacts: Sequence[Contact] = list(queries.contacts_of(customer))
    pays = [c for c in contacts if c.duty == Contact.Duty.PAYS]
    return next(iter([*pays, *contacts]), None)
