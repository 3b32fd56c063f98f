"""What the tests of the daily screens share: signed-in browsers, invoices, the day it is."""

from datetime import date, timedelta

from django.test import Client

from acquit.parties.facts import Author
from acquit.parties.models import Customer, Firm, User
from acquit.receivables.actions import NewClaim, open_claims
from acquit.receivables.models import Standing
from tests.conftest import author_on

HOME = "/atelier-lumen/"


def signed_in(user: User) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def owes(firm: Firm, customer: Customer, reference: str, cents: int, due_on: date, by: Author) -> Standing:
    """An invoice of thirty days, and where it stands."""
    claim = NewClaim(customer.pk, reference, f"test:{reference}", due_on - timedelta(30), due_on, cents)
    receivable = open_claims(firm, [claim], author_on(min(by.on, due_on)))[0]
    return Standing.objects.get(receivable=receivable)
