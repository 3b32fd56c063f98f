"""docs/LAW.md is written from the data, and is up to date."""

from pathlib import Path

from acquit.law.applicable import REGIMES
from acquit.law.document import law_document
from acquit.law.reference_rates import MAINTAINED
from acquit.law.tables import figure_keys

PAGE = Path(__file__).parents[2] / "docs" / "LAW.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == law_document(), "write docs/LAW.md again: its first lines say how"


def test_the_page_names_everything() -> None:
    page = law_document()
    for name in (*REGIMES, *figure_keys(), *(series.name for series in MAINTAINED)):
        assert name in page


def test_every_line_of_a_table_has_the_cells_of_its_head() -> None:
    rows = [line.replace("\\|", "") for line in law_document().splitlines() if line.startswith("|")]
    widths = [row.count("|") for row in rows]
    heads = [n for n, row in enumerate(rows) if set(row) <= set("|- ")]
    for start, end in zip(heads, [*[h - 1 for h in heads[1:]], len(rows)], strict=True):
        assert len(set(widths[start - 1 : end])) == 1
