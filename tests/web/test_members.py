"""«Membres»: added with a link that works once, given roles, taken away; a firm keeps an owner."""

import pytest
from django.test import Client

from acquit.parties.models import FirmChange, Member, Role, User
from tests.web.desk import HOME

PAGE = HOME + "reglages/membres/"


def place(user) -> Member:
    return Member.objects.get(user=user, firm__slug="atelier-lumen")


def test_somebody_new_gets_a_link_shown_once_that_sets_a_password(at_alices):
    answer = at_alices.post(PAGE, {"email": "Dora@lumen.example", "role": "manager"}, follow=True)
    link = answer.context["link"]["url"]
    dora = User.objects.get(email="dora@lumen.example")
    assert place(dora).role == Role.MANAGER
    assert not dora.has_usable_password()
    assert link in answer.content.decode()
    assert at_alices.get(PAGE).context["link"] is None

    browser = Client()
    form = browser.get(link, follow=True)
    browser.post(
        form.redirect_chain[-1][0], {"password1": "tamis encre 42 papier", "password2": "tamis encre 42 papier"}
    )

    dora.refresh_from_db()
    assert dora.check_password("tamis encre 42 papier")
    assert b"password1" not in Client().get(link, follow=True).content


def test_somebody_with_an_account_keeps_its_password(at_alices, charlie):
    before = charlie.password
    answer = at_alices.post(PAGE, {"email": charlie.email, "role": "reader"}, follow=True)
    charlie.refresh_from_db()
    assert charlie.password == before
    assert place(charlie).role == Role.READER
    assert answer.context["link"] is None


@pytest.mark.parametrize("email", ["bob@comptable.example", "BOB@comptable.example", "nonsense"])
def test_who_is_there_already_or_has_no_address_is_refused(at_alices, bob, email):
    assert at_alices.post(PAGE, {"email": email, "role": "reader"}).status_code == 422
    assert Member.objects.filter(firm__slug="atelier-lumen").count() == 2


def test_a_role_is_changed_and_the_journal_knows(at_alices, bob, alice):
    at_alices.post(f"{PAGE}{place(bob).pk}/role/", {"role": "manager"})
    assert place(bob).role == Role.MANAGER
    line = FirmChange.objects.get(subject="member")
    assert (line.about, line.before, line.after, line.by) == (bob.email, "reader", "manager", alice)


def test_a_role_that_does_not_exist_changes_nothing(at_alices, bob):
    at_alices.post(f"{PAGE}{place(bob).pk}/role/", {"role": "emperor"})
    assert place(bob).role == Role.READER


def test_the_last_owner_can_neither_step_down_nor_go(at_alices, alice):
    for deed, sent in (("role", {"role": "reader"}), ("retirer", {})):
        answer = at_alices.post(f"{PAGE}{place(alice).pk}/{deed}/", sent, follow=True)
        assert "seul propriétaire" in answer.content.decode()
    assert place(alice).role == Role.OWNER


def test_somebody_taken_away_sees_nothing_any_more(at_alices, at_bobs, bob):
    at_alices.post(f"{PAGE}{place(bob).pk}/retirer/")
    assert at_bobs.get(HOME).status_code == 404
    assert User.objects.filter(pk=bob.pk).exists()


def test_a_lost_link_is_made_again_but_not_for_who_has_a_password(at_alices, bob):
    at_alices.post(PAGE, {"email": "dora@lumen.example", "role": "reader"}, follow=True)
    dora = User.objects.get(email="dora@lumen.example")
    assert at_alices.post(f"{PAGE}{place(dora).pk}/lien/", follow=True).context["link"]
    assert at_alices.post(f"{PAGE}{place(bob).pk}/lien/", follow=True).context["link"] is None


def test_members_of_another_firm_are_out_of_reach(at_alices, charlie):
    theirs = Member.objects.get(user=charlie)
    for deed in ("role", "lien", "retirer"):
        assert at_alices.post(f"{PAGE}{theirs.pk}/{deed}/", {"role": "owner"}).status_code == 404
    assert Member.objects.filter(pk=theirs.pk).exists()
