"""The firm's own settings and members changed, each change written in its journal («journal»)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from acquit.parties.facts import Author
from acquit.parties.journal import FirmChange
from acquit.parties.models import Firm, Member, Role, User
from acquit.parties.people.actions import give_role
from acquit.rules.refusal import Reason, Refused, gettext_noop

EDITABLE = frozenset(
    {
        "name", "country", "siren", "bce", "vat", "street", "postcode", "city", "phone", "email", "sender", "iban",
        "language", "time_zone", "contract_rate", "automatic", "apply_certain",
    }
)  # fmt: skip
_LAST_OWNER = gettext_noop("%(email)s est seul propriétaire de %(firm)s : nommez d’abord un autre propriétaire.")
_NOT_EXAMPLE = gettext_noop("Seule l’entreprise d’exemple peut voyager dans le temps et être effacée.")
_ALREADY = gettext_noop("%(email)s est déjà membre de %(firm)s.")


@transaction.atomic
def change_firm(firm: Firm, values: Mapping[str, Any], by: Author) -> list[str]:
    """Write what differs of these columns, and a line of the journal for each. Answers the columns changed."""
    assert set(values) <= EDITABLE
    kept = Firm.lock(firm.pk)
    changed = [name for name, value in values.items() if getattr(kept, name) != value]
    lines = []
    for name in changed:
        before, after = _told(getattr(kept, name)), _told(values[name])
        lines.append(FirmChange(firm=firm, subject=name, before=before, after=after))
        setattr(kept, name, values[name])
        setattr(firm, name, values[name])
    kept.save(update_fields=changed)
    FirmChange.record_many(lines, by)
    return changed


def _told(value: object) -> str:
    return "" if value is None else str(value)[:300]


@transaction.atomic
def invite(firm: Firm, email: str, role: str, by: Author) -> tuple[Member, bool]:
    """Give a person a place in the firm («inviter»). Someone without an account gets one that has no password yet.

    Answers the member, and whether the account is new. Raises `Refused` when the person is a member already.
    """
    Firm.lock(firm.pk)
    user = User.objects.filter(email__iexact=email).first()
    if user is not None and Member.objects.filter(firm=firm, user=user).exists():
        raise Refused(Reason(_ALREADY, {"email": user.email, "firm": firm.name}))
    made = user is None
    user = user or User.objects.create_user(email, None, language=firm.language)
    assert role in Role.values
    member = Member.objects.create(firm=firm, user=user, role=role)
    FirmChange.record(by, firm=firm, subject="member", about=user.email, after=role)
    return member, made


@transaction.atomic
def change_role(firm: Firm, member: Member, role: str, by: Author) -> None:
    """Give a member another role. Raises `Refused`: a firm keeps an owner."""
    if member.role == role:
        return
    give_role(firm, member.user, role)
    FirmChange.record(by, firm=firm, subject="member", about=member.user.email, before=member.role, after=role)


@transaction.atomic
def remove_member(firm: Firm, member: Member, by: Author) -> None:
    """Take a person's place in the firm away; the account stays. Raises `Refused`: a firm keeps an owner."""
    Firm.lock(firm.pk)
    owners = Member.objects.filter(firm=firm, role=Role.OWNER).exclude(pk=member.pk)
    if member.role == Role.OWNER and not owners.exists():
        raise Refused(Reason(_LAST_OWNER, {"email": member.user.email, "firm": firm.name}))
    Member.objects.filter(pk=member.pk, firm=firm).delete()
    FirmChange.record(by, firm=firm, subject="member", about=member.user.email, before=member.role)


@transaction.atomic
def travel(firm: Firm, to: date | None) -> None:
    """Let the example firm live on another day («voyager au…»), or come back. Raises `Refused` for a real firm."""
    if not firm.is_example:
        raise Refused(Reason(_NOT_EXAMPLE))
    Firm.objects.filter(pk=firm.pk, is_example=True).update(travels_to=to)
    firm.travels_to = to


@transaction.atomic
def clear_example(firm: Firm) -> None:
    """Take the example out of everybody's sight («effacer l’exemple»). Raises `Refused` for a real firm.

    Facts are never deleted, not even invented ones: nobody is a member any more, nothing leaves, the name is free.
    """
    if not firm.is_example:
        raise Refused(Reason(_NOT_EXAMPLE))
    Member.objects.filter(firm=firm).delete()
    Firm.objects.filter(pk=firm.pk).update(in_service_at=None, slug=f"{firm.slug[:40]}-efface-{firm.pk}")


@transaction.atomic
def change_person(user: User, language: str, shortcuts: bool) -> None:
    """The language a person reads, and whether single keys act."""
    User.objects.filter(pk=user.pk).update(language=language, shortcuts=shortcuts)
