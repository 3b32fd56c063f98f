"""Invoices made elsewhere come in: previewed, recorded whole, recognised when they come again, taken back whole."""

from datetime import date

import pytest

from acquit.billing import actions, queries
from acquit.billing.choices import Choices
from acquit.billing.models import ImportBatch, Invoice
from acquit.billing.preview import preview
from acquit.parties.models import Contact, Customer
from acquit.receivables import actions as receivables
from acquit.receivables.models import Payment, Receivable, Standing, Surplus
from acquit.rules.refusal import Refused

HEADER = "N° facture;Client;Code client;E-mail;Date;Échéance;Montant TTC;Reste dû"
ROWS = (
    "F-2026-001;Dupont SARL;DUPONT;denis@dupont.example;01/09/2026;01/10/2026;1 200,00;1 200,00",
    "F-2026-002;Mairie de Saint-Exemple;MAIRIE;;05/09/2026;05/10/2026;350,50;350,50",
    "F-2026-003;Dupont SARL;DUPONT;denis@dupont.example;10/09/2026;10/10/2026;80,00;30,00",
    "F-2026-004;Garage Petit;PETIT;;11/09/2026;11/10/2026;99,99;0,00",
)


def table(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def bring(firm, by, *files, **choices):
    """Keep the files and record them at once."""
    batch = actions.keep(firm, files, Choices(**choices), by)
    return batch, actions.record(firm, batch, by)


def owed(firm) -> dict[str, int]:
    return dict(Standing.objects.filter(firm=firm).values_list("reference", "owed"))


@pytest.fixture
def first(in_lumen, by):
    """Four invoices of three customers: one open, one partly and one wholly paid."""
    return bring(in_lumen, by, ("factures.csv", table(*ROWS)))


def test_a_table_becomes_claims_customers_and_contacts(first, in_lumen, today):
    batch, outcome = first

    assert (outcome.created, outcome.customers_created, outcome.totals) == (4, 3, {"EUR": 158050})
    assert owed(in_lumen) == {"F-2026-001": 120000, "F-2026-002": 35050, "F-2026-003": 3000, "F-2026-004": 0}
    assert Standing.objects.get(reference="F-2026-001").due_on == date(2026, 10, 1)
    assert Contact.objects.get().email == "denis@dupont.example"
    assert Customer.objects.get(ref="MAIRIE").kind == "public"
    assert Invoice.objects.get(number="F-2026-002").origin == "factures.csv:3"
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.RECORDED


def test_what_the_file_calls_paid_is_dated_so_that_it_bears_no_interest(first):
    paid = Payment.objects.get(allocations__receivable__reference="F-2026-004")

    assert (paid.means, paid.received_on) == ("reported", date(2026, 10, 11))


def test_a_preview_writes_nothing_and_says_what_would_happen(in_lumen, by):
    seen = preview(in_lumen, [("factures.csv", table(*ROWS))], Choices(), by)

    assert seen.counts["create"] == 4
    assert seen.customers_new == ("Dupont SARL", "Mairie de Saint-Exemple", "Garage Petit")
    assert (seen.sheets[0].theirs, seen.sheets[0].ours, seen.totals) == (158050, 158050, {"EUR": 158050})
    assert seen.sheets[0].mapping["total"] == "Montant TTC"
    assert seen.may_record
    assert not Customer.objects.exists()
    assert not ImportBatch.objects.exists()


def test_the_same_file_twice_creates_nothing(first, in_lumen, by):
    before = (Receivable.objects.count(), Customer.objects.count(), Payment.objects.count(), Contact.objects.count())

    _, again = bring(in_lumen, by, ("factures.csv", table(*ROWS)))

    assert (again.created, again.updated, again.duplicates, again.totals) == (0, 0, 4, {})
    assert before == (
        Receivable.objects.count(), Customer.objects.count(), Payment.objects.count(), Contact.objects.count()
    )  # fmt: skip


def test_recording_the_same_import_twice_answers_what_the_first_time_did(first, in_lumen, by):
    batch, outcome = first

    assert actions.record(in_lumen, batch, by) == outcome
    assert Receivable.objects.count() == 4
