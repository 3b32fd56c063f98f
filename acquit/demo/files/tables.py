"""The list of invoices as an invoicing software exports it: for a French Excel, and as a workbook."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

import xlsxwriter

from acquit.demo.world import Bill, World
from acquit.rules.identifiers import spell_ogm
from acquit.rules.money import spell

COLUMNS = (
    "N° facture", "Type", "Facture d'origine", "Code client", "Client", "Type de client", "Adresse", "Code postal",
    "Ville", "Pays", "SIREN", "N° TVA", "E-mail", "Contact", "Langue", "Date", "Échéance", "Montant TTC", "Reste dû",
    "Devise", "Communication structurée",
)  # fmt: skip
_KINDS = {"business": "Professionnel", "consumer": "Particulier", "public": "Public"}
_LANGUAGES = {"fr": "Français", "nl": "Néerlandais", "en": "Anglais"}
_COUNTRIES = {"FR": "France", "BE": "Belgique", "GB": "Royaume-Uni"}


def export_csv(world: World, bills: Iterable[Bill], left: Mapping[str, int]) -> bytes:
    """Windows-1252, semicolons, 31/12/2026, 1 234,56. `left`: cents not paid yet, by number."""
    text = io.StringIO()
    table = csv.writer(text, delimiter=";", lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows(_rows(world, bills, left))
    return text.getvalue().encode("cp1252")


def export_xlsx(world: World, bills: Iterable[Bill], left: Mapping[str, int]) -> bytes:
    """The same list as a workbook, with a title above it as such files have."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Factures")
        sheet.write_row(0, 0, ["Atelier Lumen : liste des factures"])
        sheet.write_row(2, 0, COLUMNS)
        for place, row in enumerate(_rows(world, bills, left), 3):
            sheet.write_row(place, 0, row)
    return content.getvalue()


def _rows(world: World, bills: Iterable[Bill], left: Mapping[str, int]) -> Iterator[list[str]]:
    for bill in bills:
        debtor = world.debtor(bill.debtor)
        rest = 0 if bill.credits else left[bill.number]
        yield [
            bill.number,
            "Avoir" if bill.credits else "Facture",
            bill.credits,
            debtor.code,
            debtor.name,
            _KINDS[debtor.kind],
            debtor.street,
            debtor.postcode,
            debtor.city,
            _COUNTRIES[debtor.country],
            debtor.siren,
            debtor.vat,
            debtor.email,
            debtor.contact,
            _LANGUAGES[debtor.language],
            f"{bill.issued_on:%d/%m/%Y}",
            f"{bill.due_on:%d/%m/%Y}",
            _french(bill.total),
            _french(rest),
            "EUR",
            spell_ogm(bill.structured) if bill.structured else "",
        ]


def _french(cents: int) -> str:
    """1 234,56 with a space that does not break."""
    whole, _, part = spell(cents).partition(".")
    groups = f"{int(whole):,}".replace(",", "\u00a0")
    return f"{groups},{part}"
