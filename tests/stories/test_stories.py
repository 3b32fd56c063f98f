"""Eleven lives of receivables. Each is told below; what becomes of it stands in the text file of the same name."""

import os
from pathlib import Path

import pytest

from acquit.billing.actions import merge
from acquit.parties.models import Customer
from tests.stories.conftest import told

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent


@pytest.fixture
def as_told(story, request):
    """Compares the timeline with the file named after the test; ACQUIT_RETELL=1 writes it instead, to be read again."""
    yield
    name = request.node.name.removeprefix("test_")
    timeline = story.timeline()
    if os.environ.get("ACQUIT_RETELL"):
        (HERE / f"{name}.txt").write_text(timeline, "utf-8")
    assert timeline == told(name)


pytestmark = [pytestmark, pytest.mark.usefixtures("as_told")]


def test_paid_on_time_and_never_reminded(story):
    """Not even of the coming due date: the money is there before."""
    story.on("2026-01-12").invoice("F2026-0001", to="Garage Petit SARL", total="840.00", due="2026-02-11")
    story.on("2026-02-04").bank_receives("840.00", "FACT F2026-0001")
    story.run_worker_until("2026-04-30")


def test_dupont_pays_half_then_disappears(story):
    """Each letter asks for what is left; after the last one the plan is at its end, and a person decides."""
    story.on("2026-01-10").invoice("F2026-0001", to="Dupont SARL", total="1200.00", due="2026-02-09")
    story.on("2026-03-02").bank_receives("500.00", "FACT F2026-0001")
    story.run_worker_until("2026-04-30")


def test_a_promise_kept(story):
    """From the promise on nobody insists, and the money comes on the day that was said."""
    story.on("2026-01-10").invoice("F2026-0002", to="Galerie Aubépine", total="960.00", due="2026-02-09")
    story.on("2026-02-16").promises("F2026-0002", until="2026-03-06")
    story.on("2026-03-05").bank_receives("960.00", "Galerie Aubépine F2026-0002")
    story.run_worker_until("2026-04-15")


def test_a_promise_broken(story):
    """The day after the promise the plan goes on where it was, not where the calendar would put it."""
    story.on("2026-01-10").invoice("F2026-0003", to="Hôtel du Canal", total="2310.00", due="2026-02-09")
    story.on("2026-02-16").promises("F2026-0003", until="2026-03-06")
    story.run_worker_until("2026-04-15")


def test_a_dispute_then_a_credit_note(story):
    """While the customer disputes, silence. A credit note settles the quarrel, and the rest is asked for."""
    story.on("2026-01-10").invoice("F2026-0004", to="Théâtre des Rives", total="1500.00", due="2026-02-09")
    story.on("2026-02-18").disputes("F2026-0004", "deux appliques reçues cassées")
    story.on("2026-04-07").credit_note("AV2026-001", of="F2026-0004", to="Théâtre des Rives", total="300.00")
    story.on("2026-04-07").settles_the_dispute("F2026-0004", "avoir AV2026-001 accepté")
    story.on("2026-04-14").bank_receives("1200.00", "solde F2026-0004")
    story.run_worker_until("2026-04-30")


def test_payment_arrives_while_the_reminder_waits(story):
    """A last notice waits for Alice's word. The bank speaks first; she approves too late, and it never leaves."""
    story.on("2026-01-10").invoice("F2026-0005", to="Studio Kilim", total="720.00", due="2026-02-09")
    story.alice_hesitates("2026-03-01", "2026-03-15")
    story.on("2026-03-12").bank_receives("720.00", "VIR F2026-0005")
    story.run_worker_until("2026-03-31")


def test_old_debts_at_the_first_import(story):
    """Nobody who heard nothing for months begins with a last notice: contact is taken up again first."""
    story.on("2026-03-02").invoice(
        "F2025-0101", to="Cabinet Orion", total="640.00", due="2025-09-30", issued="2025-08-31"
    )
    story.on("2026-03-02").invoice(
        "F2025-0118", to="Cabinet Orion", total="415.00", due="2025-11-15", issued="2025-10-16"
    )
    story.run_worker_until("2026-04-30")


def test_the_fourteen_days_of_a_belgian_consumer(story):
    """Book XIX: the first reminder is free, and fourteen whole days pass before anything else is said."""
    story.on("2026-02-02").invoice(
        "F2026-0006", to="Mme Janssens Griet", total="363.00", due="2026-02-16", kind="consumer", country="BE"
    )
    story.run_worker_until("2026-04-15")


def test_the_bank_is_forgotten_over_the_holidays(story):
    """With old statements nothing leaves. They come: who paid is left in peace, the other is written to once."""
    story.on("2026-06-22").invoice("F2026-0007", to="Imprimerie Gutenval", total="1080.00", due="2026-07-22")
    story.on("2026-06-22").invoice("F2026-0008", to="Librairie du Passage", total="450.00", due="2026-07-20")
    story.on("2026-07-21").bank_receives("450.00", "F2026-0008")
    story.bank_closed("2026-07-17", "2026-08-17")
    story.run_worker_until("2026-09-30")


def test_two_customers_are_one(story):
    """The same house stood twice in the files. Once merged, one letter speaks of both invoices."""
    story.on("2026-01-10").invoice("F2026-0009", to="Menuiserie Le Goff", total="500.00", due="2026-02-09")
    story.on("2026-01-10").invoice("F2026-0010", to="Le Goff Quimper", total="700.00", due="2026-02-09")

    def merged(tale) -> None:
        house, double = (Customer.objects.get(name=n) for n in ("Menuiserie Le Goff", "Le Goff Quimper"))
        merge(tale.firm, house, double, tale.by)

    story.on("2026-01-20").deed(merged)
    story.run_worker_until("2026-03-31")


def test_the_server_is_off_for_three_weeks(story):
    """Three weeks of steps go by unsaid. Back again it says one, the courteous one, and the plan goes on."""
    story.on("2026-01-10").invoice("F2026-0011", to="Camping Les Sables", total="930.00", due="2026-02-09")
    story.server_off("2026-02-05", "2026-02-26")
    story.run_worker_until("2026-04-15")
