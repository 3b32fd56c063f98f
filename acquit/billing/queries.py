"""Reads of imports and of the invoices they brought."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from acquit.billing import assessment
from acquit.billing.choices import Choices
from acquit.billing.models import BatchPaper, ImportBatch, Invoice
from acquit.billing.preview import Preview, summed_up
from acquit.billing.sheets import ReadSheet
from acquit.mailroom import store
from acquit.parties.models import Firm
from acquit.rules.claims import ClaimSheet
from acquit.rules.mapping import LABELS
from acquit.rules.money import spell
from acquit.rules.refusal import Reason, gettext_noop

_FILE, _WHY = gettext_noop("Fichier"), gettext_noop("Motif du rejet")
_SIGNED = re.compile(r"[+-][0-9 .,\u00a0\u202f]*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def batches(firm: Firm) -> QuerySet[ImportBatch]:
    """All imports of a firm, the newest first."""
    return ImportBatch.objects.filter(firm=firm).order_by("-pk")


def files_of(batch: ImportBatch) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each kept file, in the order given, one at a time. Raises `OSError` when one is gone."""
    kept = BatchPaper.objects.filter(batch=batch).select_related("paper").order_by("pk")
    for name, sha256 in kept.values_list("paper__name", "paper__sha256"):
        yield name, store.read(batch.firm_id, sha256)


def preview_of(firm: Firm, batch: ImportBatch) -> Preview:
    """What recording this import would do now, with the choices made so far."""
    return summed_up(firm, assessment.assess(firm, files_of(batch), Choices.from_json(batch.options)))


def invoices_of(batch: ImportBatch) -> QuerySet[Invoice]:
    """What an import brought, in its order."""
    return Invoice.objects.filter(batch=batch).select_related("customer").order_by("pk")


def invoice_of(source: str) -> Invoice | None:
    """The imported invoice behind a receivable, by the receivable's `source` (`invoice:12`)."""
    kind, _, key = source.partition(":")
    return Invoice.objects.filter(pk=int(key)).first() if kind == "invoice" and key.isdecimal() else None


def rejected_csv(firm: Firm, batch: ImportBatch) -> str:
    """The rows in error («lignes rejetées») with their file and why, to be mended and imported again; empty if none.

    Text of a CSV with `;`, read again from the kept files. A cell that a spreadsheet would run is made harmless.
    """
    found = assessment.assess(firm, files_of(batch), Choices.from_json(batch.options))
    rows = [row for read in found.sheets for row in _rejected_rows(read)]
    by_file = {read.sheet.file: read for read in found.sheets}
    rows += [_row_of(by_file.get(reason.file), claim, reason) for claim, reason in found.rejected_claims]
    if not rows:
        return ""
    columns = list(dict.fromkeys(name for row in rows for name in row if name not in (_FILE, _WHY)))
    text = io.StringIO()
    writer = csv.DictWriter(text, [*columns, _FILE, _WHY], restval="", delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _inert(cell) for name, cell in row.items()} for row in rows)
    return text.getvalue()


def _rejected_rows(read: ReadSheet) -> list[dict[str, str]]:
    """Rows that could not be read, with the reasons of their line; reasons beyond those listed are left out."""
    sheet = read.sheet
    if not sheet.rejected:
        return []
    reasons: dict[int, list[str]] = {}
    for reason in sheet.errors:
        if reason.line is not None:
            reasons.setdefault(reason.line, []).append(str(reason))
    why = [" ".join(texts) for texts in reasons.values()]
    header, *rows = sheet.rejected
    why += [""] * (len(rows) - len(why))
    return [
        {**_cells(header, row), _FILE: sheet.file, _WHY: text} for row, text in zip(rows, why[: len(rows)], strict=True)
    ]


def _cells(header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """Cells by column; a row may be shorter than its header."""
    return dict(zip(header, row, strict=False))


def _row_of(read: ReadSheet | None, claim: ClaimSheet, reason: Reason) -> dict[str, str]:
    """A claim that was read and cannot be taken, in the columns of its table, or in ours."""
    mapping = read.sheet.mapping if read else {}
    cells = {
        "number": claim.number,
        "client": claim.party.name,
        "issued": claim.issued_on.isoformat(),
        "due": claim.due_on.isoformat() if claim.due_on else "",
        "total": spell(claim.total, claim.currency),
    }
    row = {mapping.get(name, LABELS[name]): text for name, text in cells.items()}
    return {**row, _FILE: reason.file, _WHY: str(reason)}


def _inert(cell: str) -> str:
    """A spreadsheet takes a cell that begins like a formula for text when an apostrophe stands before it."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _SIGNED.fullmatch(cell) else cell
