"""Arguments that several verbs share: firms, days, amounts, rates, passwords."""

import secrets
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from acquit import clock
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.rules.money import parse_amount
from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.shell.verb import Usage
from acquit.shell.words import said

_NO_FIRM = gettext_noop("Aucune entreprise ne s’appelle « %(slug)s ». Il y a : %(slugs)s.")
_WHICH = gettext_noop("Précisez l’entreprise : --firm parmi %(slugs)s.")
_NONE_YET = gettext_noop("Aucune entreprise n’existe encore : commencez par « acquit init ».")
_ONLY_TODAY = gettext_noop("--on n’accepte que le jour même (%(today)s) hors de l’entreprise d’exemple.")
_BINARY_PASSWORD = gettext_noop("Le fichier du mot de passe n’est pas un texte en UTF-8.")
_EMPTY_PASSWORD = gettext_noop("Le fichier du mot de passe est vide.")


def firm_argument(parser: ArgumentParser) -> None:
    """--firm, not needed where there is only one."""
    parser.add_argument("--firm", metavar="SLUG", help=_("l’entreprise ; inutile s’il n’y en a qu’une"))


def firm_of(options: Namespace) -> Firm:
    """The firm that was named, or the only one. Raises `Refused` for an unknown one, `Usage` when it must be named."""
    slugs = list(Firm.objects.order_by("slug").values_list("slug", flat=True)[:20])
    if not slugs:
        raise Refused(Reason(_NONE_YET))
    if options.firm is None and len(slugs) > 1:
        raise Usage(_(_WHICH) % {"slugs": ", ".join(slugs)})
    found = Firm.objects.filter(slug=options.firm or slugs[0]).first()
    if found is None:
        raise Refused(Reason(_NO_FIRM, {"slug": options.firm, "slugs": ", ".join(slugs)}))
    return found


def author_of(firm: Firm, on: date | None = None) -> Author:
    """Whoever is at the shell, now."""
    return clock.author(firm, "shell", on=on)


def may_travel(firm: Firm, on: date | None) -> date | None:
    """The day to act on. Another day than today is for the example firm and for demonstrations. Raises `Refused`."""
    today = clock.today(firm)
    if on is None or on == today or firm.is_example or settings.ENVIRONMENT.demo:
        return on
    raise Refused(Reason(_ONLY_TODAY, {"today": today.isoformat()}))


def day(text: str) -> date:
    """An ISO date, for argparse."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> date:
    raise ArgumentTypeError(_("« %(text)s » n’est pas une date : écrivez par exemple 2026-11-23") % {"text": text})


def amount(text: str) -> int:
    """An amount in cents, for argparse."""
    try:
        return parse_amount(text)
    except Refused as refused:
        raise ArgumentTypeError(" ".join(said(reason) for reason in refused.reasons)) from refused


def amount_text(text: str) -> str:
    """An amount in a currency that is not known yet, for argparse: readable, and read again later."""
    amount(text)
    return text


def payment(text: str) -> tuple[date, int]:
    """`2026-03-02:500.00`, for argparse."""
    when, separator, how_much = text.partition(":")
    if not separator:
        raise ArgumentTypeError(_("écrivez JOUR:MONTANT, par exemple 2026-03-02:500.00"))
    return day(when), amount(how_much)


def rate(text: str) -> Decimal:
    """A yearly percentage, for argparse."""
    try:
        if text.isascii() and "_" not in text:
            return Decimal(text.replace(",", ".").rstrip(" %"))
    except InvalidOperation:
        pass
    raise ArgumentTypeError(_("« %(text)s » n’est pas un taux : écrivez par exemple 12.15") % {"text": text})


def password_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--password-file", type=Path, metavar="F", help=_("fichier qui contient le mot de passe"))


def password_of(options: Namespace) -> tuple[str, bool]:
    """The password in the file, or a new one; and whether it was made here."""
    if options.password_file is None:
        return secrets.token_urlsafe(12), True
    try:
        text = options.password_file.read_text("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Refused(Reason(_BINARY_PASSWORD, file=str(options.password_file))) from error
    if not text:
        raise Refused(Reason(_EMPTY_PASSWORD))
    return text, False
