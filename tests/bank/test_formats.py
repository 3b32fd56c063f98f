"""Statement files of every kind: real ones are read with right totals, broken and hostile ones refused by name."""

import csv
import io
import re
import subprocess
import sys
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from acquit.bank.formats import read_file
from acquit.rules.refusal import Refused
from tests.conftest import CORPUS, ROOT

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")

CONTRADICTORY = {
    # Anonymised by their projects until opening + movements no longer made the closing balance, which refuses a file.
    "bank/camt/genkgo__camt053.v2.five.decimals.xml",
    "bank/camt/oca__test-camt053.zip",
}
OTHER_FORMATS = (".sta", ".cod", ".ofx", ".cfonb120.txt")


def manifest(*folders: str) -> list[tuple[str, str]]:
    """File and what must happen to it, for the statement files of some folders."""
    if not CORPUS.exists():
        return []
    with (CORPUS / "MANIFEST.csv").open(encoding="utf-8") as lines:
        rows = [(row["file"], row["expect"]) for row in csv.DictReader(lines)]
    return [
        (file, expect)
        for file, expect in rows
        if file.startswith(folders) and expect != "values" and not file.endswith(OTHER_FORMATS)
    ]


def read(file: str):
    return read_file((CORPUS / file).read_bytes(), file.rpartition("/")[2])


def booked(content: bytes) -> Counter[str]:
    """Sum of the booked entries of a camt file by currency, by another road than ours."""
    sums: Counter[str] = Counter()
    for node in ElementTree.fromstring(re.sub(rb' xmlns="[^"]+"', b"", content)).iter("Ntry"):
        state = "".join((node.find("Sts") or [node.find("Sts")])[0].itertext()).strip()
        if state == "BOOK":
            sign = 1 if node.findtext("CdtDbtInd") == "CRDT" else -1
            sums[node.find("Amt").get("Ccy")] += sign * int(Decimal(node.findtext("Amt")) * 100)
    return sums


def totals(sheets) -> Counter[str]:
    sums: Counter[str] = Counter()
    for sheet in sheets:
        for movement in sheet.movements:
            sums[movement.currency] += movement.cents
    return sums


CAMT = [
    file
    for file, expect in manifest("bank/camt/", "made/bank-overlap/")
    if expect == "accept" and file.endswith(".xml") and file not in CONTRADICTORY
]


@pytest.mark.parametrize("file", CAMT)
def test_real_camt_files_are_read_with_right_totals(file):
    assert totals(read(file)) == booked((CORPUS / file).read_bytes())


TABLES = {
    "bank2ynab__2018-04-14_10-52-13_bunq-transactieoverzicht.csv": {"EUR": (3, 72854)},
    "bank2ynab__20180226-1000594757-umsatz.CSV": {"EUR": (1, -3699)},
    "bank2ynab__MS_JANE_SMITH_01-12-2019_14-12-2019.csv": {"GBP": (10, -28580)},
    "bank2ynab__Movements_1234512345_201805271848.csv": {"CZK": (1, -100)},
    "bank2ynab__W80844_EBH_201945.202122.csv": {"HUF": (2, 94000)},
    "bank2ynab__export_BE11123456789012_20180304_1422.csv": {"EUR": (1, -340)},
    "bank2ynab__statement_1.csv": {"EUR": (1, 2059)},
    "bank2ynab__test_BOI_TransactionExport.csv": {"EUR": (27, -41961)},
    "bank2ynab__test_row_format_CD_flag.csv": {"EUR": (73, -430162)},
    # ^ three purchases bear the mark EUR instead of O: they are read as they are signed, with a warning
    "bank2ynab__umsatz-1234________1234-20180227.CSV": {"EUR": (1, -500)},
    "oca__debit_credit.csv": {"EUR": (2, 150000)},
    "oca__meta_data_separated_credit_debit.csv": {"EUR": (4, 106932)},
    "oca__meta_data_separated_credit_debit.xlsx": {"EUR": (4, 106932)},
    "oca__multi_currency.csv": {"EUR": (1, 152500), "USD": (1, -3350)},
    "oca__original_currency.csv": {"EUR": (1, 152500)},
    "oca__sample_statement_credit_card_inverse_sign_en.csv": {"EUR": (1, -152500), "USD": (1, 3350)},
    "oca__sample_statement_en.csv": {"EUR": (1, 152500), "USD": (1, -3350)},
    "oca__sample_statement_en.xlsx": {"EUR": (1, 152500), "USD": (1, -3350)},
    "sebastienrou__camt_file.csv": {"EUR": (1, -6432150)},
    "sebastienrou__csv_european_decimals.csv": {"EUR": (3, 226094)},
    "sebastienrou__csv_spanish_headers.csv": {"EUR": (3, 226094)},
    "sebastienrou__sample_statement.csv": {"EUR": (2, 130000)},
}
"""Count and total of each file, added up by hand from the files themselves."""


@pytest.mark.parametrize("file", TABLES)
def test_real_tables_are_read_with_right_totals(file):
    sheets = read(f"bank/csv/{file}")
    counts = Counter(movement.currency for sheet in sheets for movement in sheet.movements)
    assert {currency: (counts[currency], total) for currency, total in totals(sheets).items()} == TABLES[file]


@pytest.mark.parametrize(
    "file", ["made/bank-overlap/a.csv", "made/csv-traps/utf16le_bom.csv", "made/csv-traps/utf8_bom.csv"]
)
def test_one_statement_in_several_encodings_says_the_same(file):
    expected = Counter(
        (m.booked_on, m.cents) for sheet in read("made/bank-overlap/a.camt053.xml") for m in sheet.movements
    )
    assert Counter((m.booked_on, m.cents) for sheet in read(file) for m in sheet.movements) == expected


def test_every_table_to_be_accepted_is_in_the_list_above():
    accepted = {file.rpartition("/")[2] for file, expect in manifest("bank/csv/") if expect == "accept"}
    assert accepted == set(TABLES)


def test_a_zip_gives_the_statements_of_all_its_files():
    sheets = read("made/zip/good_two_statements.zip")
    assert totals(sheets) == totals(
        [*read("made/bank-overlap/a.camt053.xml"), *read("made/bank-overlap/b.camt053.xml")]
    )


FAULTY = [
    pair
    for pair in manifest(
        "bank/", "made/bank-broken/", "made/csv-traps/", "made/zip/", "made/xml-attacks/", "hostile/xml/"
    )
    if pair[1] in ("reject", "suspect", "hostile")
    and pair[0].startswith(("bank/camt", "bank/csv", "made/", "hostile/xml"))
    and pair[0] not in ("made/bank-broken/other_account.camt053.xml", "made/csv-traps/names_for_export.txt")
]


@pytest.mark.parametrize(("file", "expect"), FAULTY)
def test_faulty_files_are_refused_by_name_or_read_with_a_warning(file, expect):
    reasons, sheets = attempt(file)
    if reasons:
        assert all(str(reason) and reason.file.startswith(file.rpartition("/")[2]) for reason in reasons)
        return
    assert expect != "reject"
    harmless = expect == "hostile" and totals(sheets) == booked((CORPUS / file).read_bytes())
    assert harmless or any(sheet.warnings for sheet in sheets)


def attempt(file: str):
    """The reasons of a refusal, or the sheets."""
    try:
        return (), read(file)
    except Refused as refused:
        return refused.reasons, []


@pytest.mark.parametrize("file", sorted(CONTRADICTORY))
def test_a_statement_whose_balances_contradict_it_is_refused_whoever_made_it(file):
    with pytest.raises(Refused, match="ne tombe pas juste"):
        read(file)


@pytest.mark.parametrize("file", ["a.cfonb120.txt", "a.coda.cod", "a.mt940.sta", "a.ofx"])
def test_formats_that_are_not_read_are_named(file):
    with pytest.raises(Refused, match=r"CFONB|CODA|MT940|OFX"):
        read(f"made/bank-overlap/{file}")


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("made/bank-broken/pain001_not_statement.xml", "ordre de virement"),
        ("made/bank-broken/html_error_page.xml", "page web"),
        ("made/bank-broken/empty.xml", "vide"),
        ("made/bank-broken/only_bom.xml", "vide"),
        ("made/bank-broken/truncated.camt053.xml", "pas lisible"),
        ("made/bank-broken/latin1_declared_utf8.xml", "encodage"),
        ("made/bank-broken/date_feb30.camt053.xml", "n’existe pas"),
        ("made/csv-traps/unbalanced_quote.csv", "guillemet"),
        ("made/csv-traps/nul_bytes.csv", "caractère nul"),
        ("made/csv-traps/many_columns.csv", "20000 colonnes"),
        ("made/zip/truncated.zip", "coupée"),
        ("made/zip/slip.zip", "dangereux"),
        ("made/zip/symlink.zip", "lien symbolique"),
        ("made/zip/nested.zip", "autre archive"),
        ("made/zip/bomb_flat.zip", "démesuré"),
        ("made/zip/many.zip", "plus de"),
        ("made/zip/duplicate_names.zip", "deux fois"),
        ("made/xml-attacks/utf16_xxe.camt053.xml", "DOCTYPE"),
        ("hostile/xml/tiran__simple.xml", "n’est pas un relevé"),
    ],
)
def test_a_refusal_names_the_fault(file, why):
    with pytest.raises(Refused, match=why):
        read(file)


def test_one_bad_file_in_a_zip_refuses_them_all_and_is_named():
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("bon.csv", "Date;Libellé;Montant\n01/03/2026;a;1,00\n")
        archive.writestr("mauvais.csv", "Date;Libellé;Montant\n31/02/2026;a;1,00\n")
    with pytest.raises(Refused) as refused:
        read_file(memory.getvalue(), "mars.zip")
    assert [reason.file for reason in refused.value.reasons] == ["mars.zip/mauvais.csv"]


def test_an_unknown_file_is_told_what_is_accepted():
    with pytest.raises(Refused, match=r"camt\.052.*CSV.*XLSX"):
        read_file(b"\x89PNG not a statement", "photo.png")


ATTEMPT_ALL = r"""
import pathlib, re, sys
from acquit.bank.formats import read_file
from acquit.rules.refusal import Refused
for path in map(pathlib.Path, sys.argv[1:]):
    try:
        read_file(path.read_bytes(), path.name)
    except Refused:
        pass
print(int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux's /proc")
def test_faulty_and_hostile_files_stay_under_256_megabytes():
    files = [str(CORPUS / file) for file, _ in FAULTY]
    done = subprocess.run(
        [sys.executable, "-c", ATTEMPT_ALL, *files], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert int(done.stdout) < 256
