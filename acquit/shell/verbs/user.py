"""`acquit user add` and `acquit user password`: people who sign in."""

from argparse import ArgumentParser, Namespace

from django.utils.translation import gettext as _

from acquit.parties.models import Role, User
from acquit.parties.people.actions import add_user, give_role, set_password
from acquit.rules.refusal import gettext_noop
from acquit.shell.arguments import firm_argument, firm_of, password_argument, password_of
from acquit.shell.verb import Answer, Verb

_PASSWORD = gettext_noop("Mot de passe de %(email)s, montré cette seule fois : %(password)s")
_ADDED = gettext_noop("%(email)s est membre de %(firm)s.")
_CHANGED = gettext_noop("Le mot de passe de %(email)s est changé.")


def add_arguments(parser: ArgumentParser) -> None:
    firm_argument(parser)
    parser.add_argument("--email", required=True, help=_("adresse de la personne"))
    parser.add_argument("--role", choices=Role.values, default=Role.READER, help=_("ce qu’elle peut faire"))
    password_argument(parser)


def add(options: Namespace) -> Answer:
    """Give a person a place in a firm, and an account where there is none yet."""
    firm = firm_of(options)
    user, notes = User.objects.filter(email__iexact=options.email).first(), []
    if user is None:
        password, made_here = password_of(options)
        user = add_user(options.email, password)
        notes = [_(_PASSWORD) % {"email": user.email, "password": password}] * made_here
    member = give_role(firm, user, options.role)
    content = {"email": user.email, "firm": firm.slug, "role": member.role}
    return Answer(content, _(_ADDED) % {"email": user.email, "firm": firm.name}, notes=notes)


def password_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--email", required=True, help=_("adresse de la personne"))
    password_argument(parser)


def password(options: Namespace) -> Answer:
    word, made_here = password_of(options)
    user = set_password(options.email, word)
    notes = [_(_PASSWORD) % {"email": user.email, "password": word}] * made_here
    return Answer({"email": user.email}, _(_CHANGED) % {"email": user.email}, notes=notes)


ADD = Verb(("user", "add"), gettext_noop("ajouter une personne à une entreprise"), add_arguments, add)
PASSWORD = Verb(("user", "password"), gettext_noop("changer un mot de passe"), password_arguments, password)
