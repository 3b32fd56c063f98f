"""`acquit import invoices` and `acquit import statement`: files from elsewhere, all of them or none."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from acquit.bank.actions import StatementReport, after_import, import_statement
from acquit.billing.actions import Outcome, take_in
from acquit.billing.assessment import Assessment, assess
from acquit.billing.choices import Choices
from acquit.billing.preview import missing_terms
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.parties.scope import firm_scope
from acquit.rules import duplicates
from acquit.rules.money import spell
from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.rules.statement import UNBALANCED
from acquit.shell.arguments import author_of, firm_argument, firm_of
from acquit.shell.tables import money, table
from acquit.shell.verb import Answer, Verb
from acquit.shell.words import error_of, said, sentence

_TOO_LARGE = gettext_noop("Les fichiers dépassent ensemble %(max)s Mo : importez-les en plusieurs fois.")
_NO_FILE = gettext_noop("Ce n’est pas un fichier.")
_UNREADABLE = gettext_noop("« %(path)s » ne peut pas être lu : %(why)s.")
_ACCEPT_UNBALANCED_HELP = gettext_noop("lire aussi un relevé dont les soldes contredisent les mouvements")
_ACCEPT_UNBALANCED = gettext_noop(
    "Si la banque ne peut pas donner de relevé juste, --accept-unbalanced lit celui-ci tel qu’il est : aucun jour "
    "n’est alors réputé complet."
)
_NOTHING = {"created": 0, "updated": 0, "duplicates": 0, "probable": 0, "total": "0.00"}


def invoices_arguments(parser: ArgumentParser) -> None:
    _files_arguments(parser)
    parser.add_argument(
        "--terms", type=int, metavar=_("JOURS"), help=_("délai de paiement, si le fichier n’en dit rien")
    )
    parser.add_argument("--currency", default="EUR", help=_("monnaie, si le fichier n’en dit rien"))
    parser.add_argument("--skip-errors", action="store_true", help=_("importer les lignes justes malgré les autres"))


def _files_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar=_("FICHIER"), help=_("fichiers à importer"))
    firm_argument(parser)
    parser.add_argument("--dry-run", action="store_true", help=_("montrer ce qui serait fait, sans rien écrire"))


def _read(paths: Sequence[Path]) -> list[tuple[str, bytes]]:
    """Names and contents. Refuses what is too large before reading it, and names every file that is not there."""
    reasons: list[Reason] = []
    size = 0
    for path in paths:
        try:
            size += path.stat().st_size
            if not path.is_file():  # a folder cannot be read, a pipe or device may have no end
                reasons.append(Reason(_NO_FILE, file=str(path)))
        except OSError as error:
            reasons.append(Reason(_UNREADABLE, {"path": str(path), "why": error.strerror}, str(path)))
    if size > settings.UPLOAD_BYTES_MAX:
        reasons.append(Reason(_TOO_LARGE, {"max": settings.UPLOAD_BYTES_MAX >> 20}))
    if reasons:
        raise Refused(*reasons)
    return [(path.name, path.read_bytes()) for path in paths]


def invoices(options: Namespace) -> Answer:
    firm = firm_of(options)
    choices = Choices(terms_days=options.terms, currency=options.currency, skip_errors=options.skip_errors)
    with firm_scope(firm):
        try:
            files = _read(options.files)
            return _preview(firm, files, choices) if options.dry_run else _import(firm, files, choices, author_of(firm))
        except Refused as refused:
            errors = [error_of(reason) for reason in refused.reasons]
            return Answer({**_NOTHING, "errors": errors}, reasons=refused.reasons)


def _preview(firm: Firm, files: Sequence[tuple[str, bytes]], choices: Choices) -> Answer:
    found = assess(firm, files, choices)
    faults = [*found.errors, *missing_terms(found)]
    count = {verdict: sum(d.verdict == verdict for d in found.drafts) for verdict in (d.verdict for d in found.drafts)}
    total = sum(d.owed * (-1 if d.claim.kind == "credit_note" else 1) for d in found.made if d.claim.currency == "EUR")
    content = {
        "created": len(found.made),
        "updated": count.get(duplicates.UPDATE, 0),
        "duplicates": count.get(duplicates.DUPLICATE, 0),
        "probable": count.get(duplicates.PROBABLE, 0) + count.get(duplicates.TAKEN, 0),
        "errors": [error_of(reason) for reason in faults],
        "total": spell(total),
        "warnings": [error_of(reason) for reason in found.warnings],
        "dry_run": True,
    }
    refused = missing_terms(found) if choices.skip_errors else faults
    return Answer(content, _invoices_text(content), refused, _remarks(found))


def _import(firm: Firm, files: Sequence[tuple[str, bytes]], choices: Choices, by: Author) -> Answer:
    outcome, found = take_in(firm, files, choices, by)
    content = {
        **_outcome(outcome),
        "errors": [error_of(reason) for reason in found.errors],
        "warnings": [error_of(reason) for reason in found.warnings],
    }
    notes = [sentence(reason) for reason in found.errors] + _remarks(found)
    return Answer(content, _invoices_text(content), notes=notes)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    others = {c: spell(cents, c) for c, cents in outcome.totals.items() if c != "EUR"}
    return {
        "created": outcome.created,
        "updated": outcome.updated,
        "duplicates": outcome.duplicates,
        "probable": outcome.probable,
        "more_owed": outcome.more_owed,
        "left_out": outcome.left_out,
        "customers_created": outcome.customers_created,
        "total": spell(outcome.totals.get("EUR", 0)),
        **({"other_currencies": others} if others else {}),
    }


def _remarks(found: Assessment) -> list[str]:
    return [sentence(reason) for reason in found.warnings]


def _invoices_text(content: dict[str, Any]) -> str:
    rows = [
        [_("créées"), content["created"]],
        [_("mises à jour"), content["updated"]],
        [_("déjà connues"), content["duplicates"]],
        [_("doublons probables, laissés de côté"), content["probable"]],
        [_("en erreur"), len(content["errors"])],
        [_("total ajouté"), f"{content['total']} EUR"],
    ]
    return table([_("factures"), ""], rows, right=(1,))


def statement_arguments(parser: ArgumentParser) -> None:
    _files_arguments(parser)
    parser.add_argument("--account", default="", metavar="IBAN", help=_("compte, si les fichiers ne le disent pas"))
    parser.add_argument("--new-account", action="store_true", help=_("ce compte, jamais vu, est bien à l’entreprise"))
    parser.add_argument("--accept-unbalanced", action="store_true", help=_(_ACCEPT_UNBALANCED_HELP))


def statement(options: Namespace) -> Answer:
    firm = firm_of(options)
    by = author_of(firm)
    applied = 0
    with firm_scope(firm):
        try:
            report = import_statement(
                firm,
                _read(options.files),
                by,
                dry_run=options.dry_run,
                account=options.account,
                accept_new_account=options.new_account,
                accept_unbalanced=options.accept_unbalanced,
            )
        except Refused as refused:
            content = {"accounts": [], "new": 0, "known": 0, "credits": "0.00", "debits": "0.00"}
            errors = [error_of(reason) for reason in refused.reasons]
            off = any(reason.template == UNBALANCED for reason in refused.reasons)
            return Answer({**content, "errors": errors}, reasons=refused.reasons, notes=[_(_ACCEPT_UNBALANCED)] * off)
        if not options.dry_run:
            applied = len(after_import(firm, by).applied)
    content = _statement(report) | {"applied": applied}
    return Answer(content, _statement_text(report), notes=[sentence(reason) for reason in report.warnings])


def _statement(report: StatementReport) -> dict[str, Any]:
    return {
        "accounts": [
            {
                "iban": a.iban,
                "opening": None if a.opening is None else spell(a.opening, a.currency),
                "closing": None if a.closing is None else spell(a.closing, a.currency),
                "currency": a.currency,
            }
            for a in report.accounts
        ],
        "new": report.new,
        "known": report.known,
        "credits": spell(report.credits, report.currency),
        "debits": spell(report.debits, report.currency),
        "currency": report.currency,
        "errors": [],
        "warnings": [said(reason) for reason in report.warnings],
    }


def _statement_text(report: StatementReport) -> str:
    rows = [
        [a.iban, "" if a.opening is None else money(a.opening, a.currency),
         "" if a.closing is None else money(a.closing, a.currency)]
        for a in report.accounts
    ]  # fmt: skip
    counts = _("Mouvements nouveaux : %(new)s ; déjà connus : %(known)s.") % {"new": report.new, "known": report.known}
    return table([_("compte"), _("ouverture"), _("clôture")], rows, right=(1, 2)) + "\n\n" + counts


INVOICES = Verb(("import", "invoices"), gettext_noop("importer des factures"), invoices_arguments, invoices)
STATEMENT = Verb(
    ("import", "statement"), gettext_noop("importer des relevés bancaires"), statement_arguments, statement
)
