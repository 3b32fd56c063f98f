"""The checks find what the database could not refuse: every kind of damage, by name and place."""

from datetime import timedelta

import pytest
from django.db import connection

from acquit.dunning import actions as dunning
from acquit.dunning import run
from acquit.insight import checks
from acquit.mailroom import store
from acquit.mailroom.actions import keep_paper
from acquit.parties.scope import every_firm
from acquit.receivables import actions as receivables
from acquit.receivables.models import Allocation, Payment, Receivable, Standing


@pytest.fixture
def firm(in_lumen, dupont, by):
    """A firm with a claim half paid, a surplus, a paper and a bank that is known."""
    new = [
        receivables.NewClaim(dupont.pk, f"F-{n}", f"t:{n}", by.on - timedelta(40), by.on - timedelta(10), 10_000)
        for n in range(3)
    ]
    first, *_ = receivables.open_claims(in_lumen, new, by)
    for number, cents in enumerate((4_000, 2_000), start=1):
        shares = ((first.pk, 1_500),)
        payment = receivables.NewPayment(dupont.pk, cents, by.on, "transfer", f"k{number}", shares=shares)
        receivables.record_payment(in_lumen, payment, by)
    keep_paper(in_lumen, "facture.pdf", b"%PDF-1.7 facture", "application/pdf", by)
    receivables.bank_known(in_lumen, by.on, by)
    dunning.put_in_service(in_lumen, by)
    run.plan_day(in_lumen, by)
    return in_lumen


def faults(firm, by):
    return {r.name: r.detail for r in checks.run([firm], by.on) if not r.ok}


def by_force(statement, *values):
    """What a person with the database's password can do: take the guard away and write."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("payment", "receivable", "allocation"):
                cursor.execute(f"ALTER TABLE receivables_{table} DISABLE TRIGGER USER")
        else:
            for table in ("payment", "receivable", "allocation"):
                for verb in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS receivables_{table}_no_{verb}")
        cursor.execute(statement, values)


def test_a_sound_database_has_no_faults(firm, by):
    assert faults(firm, by) == {}


def test_a_changed_fact_is_found_and_located(firm, by):
    payment = Payment.objects.order_by("pk").first()
    by_force("UPDATE receivables_payment SET note = 'remise' WHERE id = %s", payment.pk)
    assert faults(firm, by)["facts_unchanged"] == f"atelier-lumen: receivables.Payment {payment.pk} was changed"


def test_a_missing_trigger_is_found(firm, by):
    if connection.vendor == "postgresql":
        by_force("DROP TRIGGER receivables_payment_insert_only ON receivables_payment")
    else:
        by_force("SELECT 1")
    assert "receivables_payment" in faults(firm, by)["facts_guarded"]


def test_a_standing_that_lies_is_found(firm, by):
    Standing.objects.filter(reference="F-1").update(owed=1)
    assert "F-1: says 1 owed, the facts 10000" in faults(firm, by)["standings_agree"]


def test_a_standing_that_is_gone_is_found(firm, by):
    lost = Standing.objects.get(reference="F-2").pk
    Standing.objects.filter(pk=lost).delete()
    assert f"receivable {lost} has no standing" in faults(firm, by)["standings_agree"]


def test_an_allocation_above_its_payment_is_found(firm, by):
    allocation = Allocation.objects.order_by("pk").last()
    by_force("UPDATE receivables_allocation SET amount = 9000 WHERE id = %s", allocation.pk)
    found = faults(firm, by)
    assert "9000 allocated of 2000" in found["allocations_within_bounds"]
    assert {"facts_unchanged", "standings_agree", "surplus_agrees"} <= set(found)


def test_a_gap_in_a_series_is_found(firm, by):
    last = Payment.objects.order_by("pk").last()
    by_force("DELETE FROM receivables_allocation WHERE payment_id = %s", last.pk)
    by_force("DELETE FROM receivables_surplus WHERE payment_id = %s", last.pk)
    by_force("DELETE FROM receivables_payment WHERE id = %s", last.pk)
    assert f"payment numbers {last.number} to {last.number} are missing" in faults(firm, by)["numbers_gapless"]


def test_a_wake_day_later_than_a_full_run_would_say_is_found(firm, by, dupont):
    later = receivables.NewClaim(dupont.pk, "F-9", "t:9", by.on, by.on + timedelta(30), 10_000)
    (claim,) = receivables.open_claims(firm, [later], by)
    run.plan_day(firm, by)
    assert faults(firm, by) == {}
    Standing.objects.filter(receivable=claim).update(wake_on=by.on + timedelta(300))
    assert f"receivable {claim.pk} sleeps until" in faults(firm, by)["wake_days_in_time"]
    Standing.objects.filter(receivable=claim).update(wake_on=None)
    assert "sleeps until a new fact" in faults(firm, by)["wake_days_in_time"]


def test_a_paper_that_is_gone_or_changed_is_found(firm, by):
    sha256 = store.digest_of(b"%PDF-1.7 facture")
    path = store.path_of(firm.pk, sha256)
    path.write_bytes(b"%PDF-1.7 autre")
    assert "facture.pdf" in faults(firm, by)["papers_readable"]
    path.unlink()
    assert "facture.pdf" in faults(firm, by)["papers_readable"]


def test_a_hold_that_the_standing_forgot_is_found(firm, by, dupont):
    claim = Receivable.objects.order_by("pk").last()
    receivables.hold(firm, dupont, "dispute", by, receivable=claim)
    assert faults(firm, by) == {}
    Standing.objects.filter(receivable=claim).update(hold="")
    assert "the facts dispute" in faults(firm, by)["standings_agree"]


def test_a_row_that_points_at_another_firm_is_found(firm, vermeer, by):
    with every_firm():  # on PostgreSQL row-level security refuses even this from within one firm
        by_force("UPDATE receivables_payment SET firm_id = %s WHERE id = %s", vermeer.pk, Payment.objects.first().pk)
    assert "another firm's" in faults(firm, by)["firms_apart"]
