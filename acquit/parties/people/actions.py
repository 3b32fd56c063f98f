"""Firms founded, people given an account, a password and a place in a firm."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from acquit.parties.models import Country, Firm, Member, Role, User
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any

_SLUG_TAKEN = gettext_noop("Une entreprise « %(slug)s » existe déjà : choisissez un autre identifiant.")
_USER_EXISTS = gettext_noop("%(email)s a déjà un compte.")
_USER_UNKNOWN = gettext_noop("Personne n’a de compte sous l’adresse %(email)s.")
PASSWORD_REFUSED = gettext_noop("Mot de passe refusé : %(why)s")
_LAST_OWNER = gettext_noop("%(email)s est seul propriétaire de %(firm)s : nommez d’abord un autre propriétaire.")


@transaction.atomic
def found_firm(
    slug: str, name: str, country: str, owner_email: str, password: str, at: datetime, **columns: object
) -> tuple[Firm, User]:
    """Create a firm («entreprise») and its owner; a person who already has an account keeps it and its password.

    Raises `Refused` with every reason: the slug is taken, the password is too weak.
    """
    assert country in Country.values
    owner = User.objects.filter(email__iexact=owner_email).first()
    reasons = [Reason(_SLUG_TAKEN, {"slug": slug})] if Firm.objects.filter(slug=slug).exists() else []
    refuse_if_any(reasons + ([] if owner else weaknesses(password, User(email=owner_email))))
    owner = owner or User.objects.create_user(owner_email, password)
    firm = Firm.objects.create(slug=slug, name=name, country=country, created_at=at, **columns)
    Member.objects.create(firm=firm, user=owner, role=Role.OWNER)
    return firm, owner


@transaction.atomic
def add_user(email: str, password: str) -> User:
    """Give a person an account. Raises `Refused`: the address has one, or the password is too weak."""
    known = User.objects.filter(email__iexact=email).exists()
    reasons = [Reason(_USER_EXISTS, {"email": email})] if known else []
    refuse_if_any([*reasons, *weaknesses(password, User(email=email))])
    return User.objects.create_user(email, password)


def weaknesses(password: str, user: User) -> list[Reason]:
    """Why a password may not be used; empty when it may."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [Reason(PASSWORD_REFUSED, {"why": why}) for why in error.messages]
    return []


@transaction.atomic
def set_password(email: str, password: str) -> User:
    """Give a person another password. Raises `Refused`."""
    user = User.objects.select_for_update().filter(email__iexact=email).first()
    if user is None:
        raise Refused(Reason(_USER_UNKNOWN, {"email": email}))
    refuse_if_any(weaknesses(password, user))
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


@transaction.atomic
def give_role(firm: Firm, user: User, role: str) -> Member:
    """Make a person a member of a firm («membre»), or change the role. Raises `Refused`: a firm keeps an owner."""
    assert role in Role.values
    Firm.lock(firm.pk)
    others = Member.objects.filter(firm=firm, role=Role.OWNER).exclude(user=user)
    if role != Role.OWNER and not others.exists():
        raise Refused(Reason(_LAST_OWNER, {"email": user.email, "firm": firm.name}))
    member, _ = Member.objects.update_or_create(firm=firm, user=user, defaults={"role": role})
    return member
