"""Customers made by hand, mended, and merged when two are one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps

from acquit.billing.actions import merge, merge_preview, unmerge
from acquit.mailroom.models import Message
from acquit.parties import actions
from acquit.parties.actions import ContactForm, CustomerForm
from acquit.parties.facts import Fact
from acquit.parties.models import Contact, Customer
from acquit.parties.queries import contacts_of, customers, family_of
from acquit.receivables import actions as receivables
from acquit.receivables.models import Standing, Surplus
from acquit.rules.refusal import Refused


def claim(firm, customer, reference, by, amount=10000):
    new = receivables.NewClaim(
        customer.pk, reference, f"test:{customer.pk}:{reference}", by.on - timedelta(60), by.on - timedelta(30), amount
    )
    return receivables.open_claims(firm, [new], by)[0]


@pytest.fixture
def twin(dupont, in_lumen, by):
    """Dupont SARL once more, as another program spells it."""
    return actions.create_customer(
        in_lumen, CustomerForm("DUPONT", city="Lyon"), by, ContactForm(email="compta@dupont.example")
    )


def test_a_customer_gets_the_next_reference_and_a_deduced_kind(dupont, in_lumen, by):
    mairie = actions.create_customer(in_lumen, CustomerForm("Mairie de Saint-Exemple"), by)

    assert (mairie.ref, mairie.kind, mairie.country, mairie.language) == ("C0002", "public", "FR", "fr")


def test_every_fault_of_a_form_is_said_at_once(dupont, in_lumen, by):
    form = CustomerForm("", ref="C0001", siren="123456789", vat="FR00", bce="0", kind="friend", postcode="1" * 13)

    with pytest.raises(Refused) as refusal:
        actions.create_customer(in_lumen, form, by, ContactForm(email="not an address"))

    assert len(refusal.value.reasons) == 8


def test_editing_keeps_the_reference_and_says_whose_a_taken_one_is(dupont, twin, in_lumen, by):
    edited = actions.edit_customer(in_lumen, twin, CustomerForm("Dupont & Cie", kind="business"), by)

    assert (edited.ref, edited.name, edited.kind_sure) == ("C0002", "Dupont & Cie", True)
    with pytest.raises(Refused, match="Dupont SARL"):
        actions.edit_customer(in_lumen, twin, CustomerForm("Dupont", ref="C0001"), by)


def test_a_new_address_is_given_another_chance(dupont, in_lumen, by):
    contact = contacts_of(dupont).get()
    Contact.objects.filter(pk=contact.pk).update(refused_on=by.on, refusal="550 no such user")
    contact.refresh_from_db()

    form = ContactForm(email="denis@dupont.example", name="Denis")
    assert actions.edit_contact(in_lumen, contact, form, by).refused_on == by.on
    assert actions.edit_contact(in_lumen, contact, replace(form, email="d@dupont.example"), by).refused_on is None


# --- merging


def test_merging_moves_what_is_owed_and_copies_contacts(dupont, twin, in_lumen, by):
    claim(in_lumen, dupont, "F-1", by)
    second = claim(in_lumen, twin, "F-2", by, 500)
    receivables.record_payment(in_lumen, receivables.NewPayment(twin.pk, 700, by.on, "transfer", "k"), by)
    seen = merge_preview(in_lumen, dupont, twin)
    assert (seen.receivables, seen.owed, seen.contacts, seen.filled) == (1, {"EUR": 500}, 1, ("city",))
    assert seen.refusals == ()

    merge(in_lumen, dupont, twin, by)

    assert set(Standing.objects.values_list("customer_id", flat=True)) == {dupont.pk}
    assert Surplus.objects.get().customer_id == dupont.pk
    assert second.customer_id == twin.pk  # a fact goes on naming whom it named
    assert {c.email for c in contacts_of(dupont)} == {"denis@dupont.example", "compta@dupont.example"}
    assert list(customers(in_lumen)) == [dupont]
    assert family_of([twin.pk]) == {dupont.pk: dupont.pk, twin.pk: dupont.pk}


def test_a_hold_on_either_keeps_both_in_peace(dupont, twin, in_lumen, by):
    claim(in_lumen, dupont, "F-1", by)
    claim(in_lumen, twin, "F-2", by)
    held = receivables.hold(in_lumen, twin, "dispute", by)

    merge(in_lumen, dupont, twin, by)

    assert set(Standing.objects.values_list("hold", flat=True)) == {"dispute"}
    receivables.release(in_lumen, held, by)
    assert set(Standing.objects.values_list("hold", flat=True)) == {""}
    receivables.hold(in_lumen, dupont, "pause", by)
    assert set(Standing.objects.values_list("hold", flat=True)) == {"pause"}


def test_credit_that_comes_back_goes_to_the_one_kept(dupont, twin, in_lumen, by):
    second = claim(in_lumen, twin, "F-2", by, 500)
    paid = receivables.record_payment(in_lumen, receivables.NewPayment(twin.pk, 700, by.on, "transfer", "k"), by)
    merge(in_lumen, dupont, twin, by)

    receivables.allocate(in_lumen, paid, [(second.pk, 500)], by)

    assert (Surplus.objects.get().customer_id, Surplus.objects.get().left) == (dupont.pk, 200)


def test_two_who_have_the_same_invoice_are_not_merged(dupont, twin, in_lumen, by):
    claim(in_lumen, dupont, "F-1", by)
    claim(in_lumen, twin, "F 1", by)

    with pytest.raises(Refused, match="F-1"):
        merge(in_lumen, dupont, twin, by)
    with pytest.raises(Refused, match="différents"):
        merge(in_lumen, dupont, dupont, by)


def test_a_merge_is_taken_back(dupont, twin, in_lumen, by):
    first, second = claim(in_lumen, dupont, "F-1", by), claim(in_lumen, twin, "F-2", by)
    receivables.hold(in_lumen, twin, "dispute", by)
    merge(in_lumen, dupont, twin, by)

    unmerge(in_lumen, twin, by)

    assert dict(Standing.objects.values_list("receivable_id", "customer_id")) == {
        first.pk: dupont.pk,
        second.pk: twin.pk,
    }
    assert dict(Standing.objects.values_list("receivable_id", "hold")) == {first.pk: "", second.pk: "dispute"}
    assert set(customers(in_lumen)) == {dupont, twin}
    with pytest.raises(Refused):
        unmerge(in_lumen, twin, by)


def test_every_row_that_may_move_moves():
    """A new table that names a customer is either a fact, which stays, or one that merging must move."""
    named = {
        model
        for model in apps.get_models()
        if not issubclass(model, Fact)
        and model is not Customer
        and any(field.related_model is Customer for field in model._meta.concrete_fields)
    }

    assert named == {Contact, Standing, Surplus, Message}
