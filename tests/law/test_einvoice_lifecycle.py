"""The codes of the French e-invoicing life cycle."""

import csv
from pathlib import Path

import pytest

from acquit.law.einvoice_lifecycle import CODES, _code
from acquit.law.tables import BadTable, Row

SHARED = Path(__file__).parents[3] / "shared" / "law" / "einvoice_status_codes_fr.csv"


def test_four_codes_are_mandatory() -> None:
    assert [(c.code, c.label) for c in CODES.values() if c.mandatory] == [
        (200, "Déposée"),
        (210, "Refusée"),
        (212, "Encaissée"),
        (213, "Rejetée"),
    ]


@pytest.mark.parametrize("code", [206, 207, 208, 210, 213])
def test_a_refusal_or_a_dispute_needs_its_reason(code: int) -> None:
    assert CODES[code].needs_reason


def test_what_is_not_known_is_not_invented() -> None:
    assert CODES[224].label == ""
    assert CODES[250].mandatory is None


def test_nothing_of_the_legal_note_was_lost() -> None:
    if not SHARED.exists():
        pytest.skip("the legal note is not beside the project")
    with SHARED.open(encoding="utf-8", newline="") as file:
        assert [int(row["code"]) for row in csv.DictReader(file)] == list(CODES)


def test_a_bad_answer_is_named() -> None:
    cells = {"code": "200", "label": "", "issuer": "", "mandatory": "maybe"}
    with pytest.raises(BadTable, match="line 2: mandatory is yes, no or unknown, not 'maybe'"):
        _code(Row("x.csv", 2, cells))
