"""`acquit init`: a firm and its owner, with the plan that is shipped."""

import re
import unicodedata
from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from acquit import clock
from acquit.dunning.actions import adopt_standard_plan
from acquit.parties.identity.actions import change_person
from acquit.parties.models import Country, Firm, Language, User
from acquit.parties.people.actions import found_firm
from acquit.parties.scope import firm_scope
from acquit.rules.identifiers import check_bce, check_iban, check_siren, check_vat
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any
from acquit.shell.arguments import password_argument, password_of
from acquit.shell.verb import Answer, Verb

_EMAIL = gettext_noop("« %(text)s » n’est pas une adresse e-mail.")
_SLUG = gettext_noop("« %(text)s » n’est pas un identifiant : minuscules sans accent, chiffres et traits d’union.")
_NAME = gettext_noop("Le nom de l’entreprise doit compter de 1 à 200 caractères.")
_MADE = gettext_noop("%(firm)s est créée sous l’identifiant %(slug)s ; %(email)s en est propriétaire.")
_PASSWORD = gettext_noop("Mot de passe de %(email)s, montré cette seule fois : %(password)s")
_CHECKS: dict[str, Callable[[str], str]] = {
    "siren": check_siren, "bce": check_bce, "vat": check_vat, "iban": check_iban,
}  # fmt: skip


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--firm", required=True, metavar=_("NOM"), help=_("nom de l’entreprise"))
    parser.add_argument("--country", required=True, choices=Country.values, help=_("pays de l’entreprise"))
    parser.add_argument("--email", required=True, help=_("adresse de la personne propriétaire"))
    parser.add_argument("--slug", help=_("identifiant court ; tiré du nom s’il manque"))
    password_argument(parser)
    parser.add_argument("--language", choices=Language.values, default=Language.FRENCH, help=_("langue de travail"))
    parser.add_argument("--siren", default="", help=_("numéro SIREN"))
    parser.add_argument("--bce", default="", help=_("numéro d’entreprise belge"))
    parser.add_argument("--vat", default="", help=_("numéro de TVA"))
    parser.add_argument("--iban", default="", help=_("compte sur lequel les clients paient"))
    parser.add_argument("--sender", default="", help=_("personne qui signe les rappels"))
    parser.add_argument("--mail-from", default="", help=_("adresse d’où partent les rappels"))
    parser.add_argument("--phone", default="", help=_("téléphone"))
    parser.add_argument("--street", default="", help=_("rue et numéro"))
    parser.add_argument("--postcode", default="", help=_("code postal"))
    parser.add_argument("--city", default="", help=_("ville"))


def run(options: Namespace) -> Answer:
    slug = options.slug or slug_of(options.firm)
    columns = _checked(options, slug)
    password, made_here = password_of(options)
    known = User.objects.filter(email__iexact=options.email).exists()
    firm, owner = found_firm(
        slug, options.firm.strip(), options.country, options.email, password, clock.now(), **columns
    )
    if not known:
        change_person(owner, options.language, owner.shortcuts)
    with firm_scope(firm):
        adopt_standard_plan(firm)
    notes = [_(_PASSWORD) % {"email": owner.email, "password": password}] if made_here and not known else []
    text = _(_MADE) % {"firm": firm.name, "slug": firm.slug, "email": owner.email}
    return Answer({"firm": firm.slug, "name": firm.name, "owner": owner.email}, text, notes=notes)


def slug_of(name: str) -> str:
    """`Atelier Lumen` as `atelier-lumen`; a number is added while another firm bears it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "firme"
    slug, number = stem, 2
    while Firm.objects.filter(slug=slug).exclude(name=name.strip()).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug


def _checked(options: Namespace, slug: str) -> dict[str, str]:
    """The firm's columns, bare; refuses with everything that is wrong with them."""
    reasons = (
        [] if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) and len(slug) <= 60 else [Reason(_SLUG, {"text": slug})]
    )
    reasons += [] if 0 < len(options.firm.strip()) <= 200 else [Reason(_NAME)]
    columns = {name: getattr(options, name) for name in ("language", "sender", "phone", "street", "postcode", "city")}
    columns["email"] = options.mail_from or options.email
    for address in dict.fromkeys([options.email, columns["email"]]):
        try:
            validate_email(address)
        except ValidationError:
            reasons.append(Reason(_EMAIL, {"text": address}))
    for name, check in _CHECKS.items():
        try:
            columns[name] = check(getattr(options, name)) if getattr(options, name) else ""
        except Refused as refused:
            reasons += refused.reasons
    refuse_if_any(reasons)
    return columns


VERB = Verb(("init",), gettext_noop("créer une entreprise et sa personne propriétaire"), arguments, run)
