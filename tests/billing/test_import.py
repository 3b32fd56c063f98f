"""Invoices made elsewhere come in: previewed, recorded whole, recognised when they come again, taken back whole."""

from datetime import date

import pytest

from acquit.billing import actions
from acquit.billing.choices import Choices
from acquit.billing.models import ImportBatch, Invoice
from acquit.billing.preview import preview
from acquit.parties.models import Contact, Customer
from acquit.parties.queries import customers
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


# --- the file comes again, and says something else


def test_what_was_paid_since_is_recorded_as_reported(first, in_lumen, by, today):
    changed = ROWS[0].replace("1 200,00;1 200,00", "1 200,00;200,00")

    _, again = bring(in_lumen, by, ("factures.csv", table(changed, *ROWS[1:])))

    assert (again.created, again.updated, again.duplicates) == (0, 1, 3)
    assert owed(in_lumen)["F-2026-001"] == 20000
    told = Payment.objects.get(allocations__receivable__reference="F-2026-001")
    assert (told.means, told.amount, told.received_on) == ("reported", 100000, today)


def test_what_we_know_to_be_paid_is_not_owed_again_because_a_file_says_so(first, in_lumen, by, today):
    dupont = Customer.objects.get(ref="DUPONT")
    claim = Receivable.objects.get(reference="F-2026-001")
    receivables.record_payment(
        in_lumen,
        receivables.NewPayment(dupont.pk, 120000, today, "transfer", "bank:1", shares=((claim.pk, 120000),)),
        by,
    )

    seen = preview(in_lumen, [("factures.csv", table(*ROWS))], Choices(), by)
    _, again = bring(in_lumen, by, ("factures.csv", table(*ROWS)))

    assert (again.more_owed, again.updated, again.duplicates) == (1, 0, 3)
    assert "il reste 1200.00 EUR" in str(seen.of("more")[0].reason)
    assert owed(in_lumen)["F-2026-001"] == 0


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ("F-2026-101;Dupont SARL;DUPONT;;01/09/2026;01/10/2026;1 200,00;1 200,00", "probable"),
        ("F-2026-001;Autre Maison;AUTRE;;15/09/2026;15/10/2026;700,00;700,00", "probable"),
        ("F-2026-001;Dupont SARL;DUPONT;;01/09/2026;01/10/2026;1 300,00;1 300,00", "taken"),
        ("f 2026 001;Dupont SARL;DUPONT;;01/09/2026;01/10/2026;1 200,00;1 200,00", "duplicate"),
        ("F-2026-009;Dupont SARL;DUPONT;;02/09/2026;01/10/2026;1 200,00;1 200,00", "create"),
    ],
)
def test_what_looks_like_a_known_invoice_is_told_apart(first, in_lumen, by, row, verdict):
    seen = preview(in_lumen, [("suite.csv", table(row))], Choices(), by)

    assert [line.verdict for line in seen.lines] == [verdict]
    assert (seen.lines[0].reason is not None) == (verdict in ("probable", "taken"))


def test_a_probable_duplicate_is_made_only_when_chosen(first, in_lumen, by):
    file = ("suite.csv", table("F-2026-101;Dupont SARL;DUPONT;;01/09/2026;01/10/2026;1 200,00;1 200,00"))
    _, left = bring(in_lumen, by, file)
    key = preview(in_lumen, [file], Choices(), by).of("probable")[0].key

    _, chosen = bring(in_lumen, by, file, create_probable=frozenset([key]))

    assert (left.created, left.probable) == (0, 1)
    assert (chosen.created, chosen.probable) == (1, 0)
    assert owed(in_lumen)["F-2026-101"] == 120000


def test_blanks_of_a_customer_are_filled_and_nothing_is_replaced(first, in_lumen, by):
    header = "N° facture;Client;Code client;E-mail;Ville;Date;Échéance;Montant TTC"
    file = table("F-2026-050;Garage Petit;PETIT;caisse@petit.example;Lyon;01/11/2026;01/12/2026;10,00", header=header)

    _, outcome = bring(in_lumen, by, ("suite.csv", file))

    petit = Customer.objects.get(ref="PETIT")
    assert outcome.customers_filled == 1
    assert (petit.city, petit.contacts.get().email) == ("Lyon", "caisse@petit.example")


# --- credit notes


def test_a_credit_note_goes_on_the_invoice_it_names_and_the_rest_is_kept(in_lumen, by):
    header = "N° facture;Client;Date;Échéance;Type;Facture d'origine;Montant TTC"
    rows = (
        "F-1;Dupont SARL;01/09/2026;01/10/2026;Facture;;100,00",
        "A-1;Dupont SARL;05/09/2026;;Avoir;F-1;30,00",
        "A-2;Dupont SARL;06/09/2026;;Avoir;;12,00",
    )

    _, outcome = bring(in_lumen, by, ("avoirs.csv", table(*rows, header=header)))

    assert (outcome.created, outcome.totals) == (3, {"EUR": 5800})
    assert owed(in_lumen) == {"F-1": 7000}
    assert Surplus.objects.get().left == 1200
    _, again = bring(in_lumen, by, ("avoirs.csv", table(*rows, header=header)))
    assert (again.created, again.duplicates) == (0, 3)


# --- all or nothing


def test_rows_in_error_refuse_the_whole_unless_they_are_to_be_skipped(in_lumen, by):
    file = ("factures.csv", table(ROWS[0], "F-9;Garage Petit;PETIT;;31/02/2026;;abc;"))
    batch = actions.keep(in_lumen, [file], Choices(), by)

    with pytest.raises(Refused) as refusal:
        actions.record(in_lumen, batch, by)

    assert {(r.file, r.line) for r in refusal.value.reasons} == {("factures.csv", 3)}
    assert len(refusal.value.reasons) >= 2
    assert not Receivable.objects.exists()
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.REFUSED
    actions.change(in_lumen, batch, Choices(skip_errors=True), by)
    assert (actions.record(in_lumen, batch, by).created, actions.record(in_lumen, batch, by).left_out) == (1, 1)


def test_a_fault_in_the_middle_leaves_nothing(in_lumen, by):
    """The credit note's payment carries a key that is taken with another content: the database has the last word."""
    stranger = Customer.objects.create(firm=in_lumen, ref="X", name="X", created_at=by.at)
    header = "N° facture;Client;Date;Échéance;Type;Montant TTC"
    rows = ("F-1;Dupont SARL;01/09/2026;01/10/2026;Facture;100,00", "A-1;Dupont SARL;05/09/2026;;Avoir;30,00")
    batch = actions.keep(in_lumen, [("f.csv", table(*rows, header=header))], Choices(), by)
    last = Invoice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for pk in range(last + 1, last + 200):
        receivables.record_payment(
            in_lumen, receivables.NewPayment(stranger.pk, 1, by.on, "other", f"credit_note:{pk}"), by
        )

    with pytest.raises(Refused):
        actions.record(in_lumen, batch, by)

    assert not Invoice.objects.exists()
    assert not Receivable.objects.exists()
    assert Customer.objects.get() == stranger


def test_claims_without_a_due_date_ask_for_terms_once(in_lumen, by):
    header = "N° facture;Client;Date;Montant TTC"
    file = ("sans.csv", table("F-1;Dupont SARL;01/09/2026;100,00", header=header))
    assert preview(in_lumen, [file], Choices(), by).needs_terms

    with pytest.raises(Refused, match="délai de paiement"):
        bring(in_lumen, by, file)
    bring(in_lumen, by, file, terms_days=30)

    assert Standing.objects.get().due_on == date(2026, 10, 1)


# --- taken back


def test_an_import_is_taken_back_and_can_come_again(first, in_lumen, by):
    batch, outcome = first

    actions.undo(in_lumen, batch, by)

    assert not Standing.objects.exists()
    assert not customers(in_lumen).exists()
    _, again = bring(in_lumen, by, ("factures.csv", table(*ROWS)))
    assert (again.created, again.customers_created) == (outcome.created, outcome.customers_created)
    assert customers(in_lumen).get(ref="DUPONT").name == "Dupont SARL"
    assert owed(in_lumen)["F-2026-001"] == 120000


def test_an_import_on_which_money_was_put_stays(first, in_lumen, by, today):
    batch, _ = first
    claim = Receivable.objects.get(reference="F-2026-001")
    receivables.record_payment(
        in_lumen, receivables.NewPayment(claim.customer_id, 500, today, "cash", "c", shares=((claim.pk, 500),)), by
    )

    with pytest.raises(Refused, match="F-2026-001"):
        actions.undo(in_lumen, batch, by)

    assert Standing.objects.count() == 4


def test_undoing_a_later_import_takes_back_what_it_reported(first, in_lumen, by):
    lower, _ = bring(in_lumen, by, ("factures.csv", table(ROWS[1].replace("350,50;350,50", "350,50;50,00"))))
    assert owed(in_lumen)["F-2026-002"] == 5000

    actions.undo(in_lumen, lower, by)

    assert owed(in_lumen)["F-2026-002"] == 35050
