"""An import as a person reads it: what its files are, what would become of each line, and what it did."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from acquit.billing.actions import Outcome
from acquit.billing.choices import Choices
from acquit.billing.models import ImportBatch
from acquit.billing.preview import Line, Preview, SheetSummary
from acquit.billing.queries import invoices_of
from acquit.rules import duplicates
from acquit.rules.mapping import LABELS
from acquit.rules.refusal import Reason
from acquit.web.office import located
from acquit.web.words import Chip

LINES_SHOWN = 20
DOUBTS_SHOWN = 100
ERRORS_SHOWN = 50

SOURCES = {
    "csv": gettext_noop("Tableau CSV"),
    "xlsx": gettext_noop("Classeur Excel"),
    "fec": gettext_noop("FEC, fichier des écritures comptables"),
    "cii": gettext_noop("Facture électronique CII"),
    "ubl": gettext_noop("Facture électronique UBL (Peppol)"),
    "facturx": gettext_noop("Facture PDF Factur-X"),
    "zip": gettext_noop("Archive ZIP"),
}
_STATES = {
    ImportBatch.State.PREVIEW: (gettext_noop("À vérifier"), "eye", "soon"),
    ImportBatch.State.WAITING: (gettext_noop("En attente"), "clock", "sent"),
    ImportBatch.State.RUNNING: (gettext_noop("En cours"), "clock", "sent"),
    ImportBatch.State.RECORDED: (gettext_noop("Importé"), "check", "paid"),
    ImportBatch.State.REFUSED: (gettext_noop("Refusé"), "warning", "late"),
    ImportBatch.State.UNDONE: (gettext_noop("Annulé"), "undo", "closed"),
}
_VERDICTS = {
    duplicates.CREATE: (gettext_noop("à créer"), "plus", "sent"),
    duplicates.UPDATE: (gettext_noop("à mettre à jour"), "check", "paid"),
    duplicates.DUPLICATE: (gettext_noop("déjà connue"), "check", "closed"),
    duplicates.MORE: (gettext_noop("à regarder"), "warning", "soon"),
    duplicates.PROBABLE: (gettext_noop("doublon probable"), "help", "soon"),
    duplicates.TAKEN: (gettext_noop("numéro déjà pris"), "warning", "late"),
}
GUIDES = (
    ("Pennylane, Cegid, Sage, EBP…", gettext_noop("Demandez le FEC à votre comptable : un seul fichier, tout y est.")),
    ("Sellsy, Axonaut, Odoo", gettext_noop("Liste des factures, puis Exporter : CSV ou Excel, toutes les colonnes.")),
    ("Henrri, Indy, Abby, Freebe", gettext_noop("Historique ou journal des ventes, puis Exporter en CSV ou Excel.")),
    ("QuickBooks, Zoho, Invoice Ninja", gettext_noop("Rapport des factures ouvertes, exporté en CSV ou Excel.")),
    ("Peppol, Chorus Pro, plateforme agréée", gettext_noop("Déposez les PDF Factur-X ou les XML UBL et CII, en ZIP.")),
    ("Excel", gettext_noop("Votre tableau tel qu’il est : client, montant et une date suffisent.")),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file on the mapping screen: its name, some cells, the field it is taken for."""

    name: str
    examples: str
    field: str


def in_history(batch: ImportBatch) -> dict[str, Any]:
    """One line of the list of imports."""
    outcome = batch.outcome.get("outcome", {})
    names = [paper.name for paper in batch.papers.all()]
    return {"batch": batch, "names": names, "state": chip(batch.state), "outcome": outcome}


def chip(state: str) -> Chip:
    """The state of an import."""
    label, icon, css = _STATES[ImportBatch.State(state)]
    return Chip(state, _(label), icon, css)


def preview_of(seen: Preview, choices: Choices) -> dict[str, Any]:
    """All that the preview shows."""
    count = seen.counts
    made = [line for line in seen.lines if line.verdict in (duplicates.CREATE, duplicates.UPDATE)]
    doubts = [line for line in seen.lines if _in_doubt(line, choices)]
    return {
        "seen": seen,
        "choices": choices,
        "count": count,
        "sheets": [_sheet(sheet) for sheet in seen.sheets],
        "fields": [(name, _(label)) for name, label in LABELS.items()],
        "errors": [_error(reason) for reason in seen.errors[:ERRORS_SHOWN]],
        "errors_more": max(0, len(seen.errors) - ERRORS_SHOWN),
        "warnings": [located(reason) for reason in seen.warnings[:ERRORS_SHOWN]],
        "lines": [(line, _verdict(line)) for line in made[:LINES_SHOWN]],
        "lines_more": max(0, len(made) - LINES_SHOWN),
        "doubts": [(line, _verdict(line), line.key in choices.create_probable) for line in doubts[:DOUBTS_SHOWN]],
        "doubtful_count": count[duplicates.PROBABLE] + count[duplicates.TAKEN] + count[duplicates.MORE],
        "ready": count[duplicates.CREATE] + count[duplicates.UPDATE] > 0 and _may(seen, choices),
        "action": _action(count[duplicates.CREATE], count[duplicates.UPDATE]),
    }


def _may(seen: Preview, choices: Choices) -> bool:
    return not seen.needs_terms and (not seen.errors or choices.skip_errors)


def _action(create: int, update: int) -> str:
    if create:
        return ngettext("Importer %(n)s facture", "Importer %(n)s factures", create) % {"n": create}
    if update:
        return ngettext("Mettre à jour %(n)s facture", "Mettre à jour %(n)s factures", update) % {"n": update}
    return _("Rien à importer")


def _in_doubt(line: Line, choices: Choices) -> bool:
    """What a person looks at: probable doubles, those already ticked among them, and what contradicts us."""
    odd = (duplicates.PROBABLE, duplicates.TAKEN, duplicates.MORE)
    return line.verdict in odd or line.key in choices.create_probable


def _verdict(line: Line) -> Chip:
    label, icon, css = _VERDICTS[line.verdict]
    return Chip(line.verdict, _(label), icon, css)


def _error(reason: Reason) -> tuple[str, int | None, str]:
    return reason.file, reason.line, located(Reason(reason.template, reason.values))


def _sheet(sheet: SheetSummary) -> dict[str, Any]:
    field_of = {column: field for field, column in sheet.mapping.items() if column}
    columns = [
        Column(name, " · ".join(filter(None, (row[at].strip() for row in sheet.examples[:3] if at < len(row)))),
               field_of.get(name, ""))
        for at, name in enumerate(sheet.columns)
    ]  # fmt: skip
    return {
        "file": sheet.file,
        "source": _(SOURCES[sheet.source]) if sheet.source in SOURCES else "",
        "claims": sheet.claims,
        "theirs": sheet.theirs,
        "ours": sheet.ours,
        "currency": sheet.currency or "EUR",
        "agree": sheet.theirs == sheet.ours,
        "signature": sheet.signature,
        "columns": columns,
        "was": list(field_of.values()),
    }


def outcome_of(batch: ImportBatch) -> dict[str, Any]:
    """All that the page of a recorded import shows."""
    outcome = Outcome(**batch.outcome.get("outcome", {}))
    rows = invoices_of(batch)
    return {"outcome": outcome, "rows": rows[:LINES_SHOWN], "more": max(0, rows.count() - LINES_SHOWN)}


def said(outcome: Outcome) -> str:
    """What an import did, in a sentence."""
    told = ngettext("%(n)s facture importée", "%(n)s factures importées", outcome.created) % {"n": outcome.created}
    if outcome.updated:
        more = ngettext("%(n)s mise à jour", "%(n)s mises à jour", outcome.updated) % {"n": outcome.updated}
        told = f"{told}, {more}"
    return told + "."
