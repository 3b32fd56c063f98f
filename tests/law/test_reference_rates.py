"""The rates: complete for today, and equal to the rules of law that define them."""

import csv
from datetime import date
from decimal import ROUND_CEILING, Decimal
from pathlib import Path

import pytest

from acquit.law import be, fr
from acquit.law.dated import Dated, Series
from acquit.law.reference_rates import (
    BE_COMMERCIAL,
    BE_COMMERCIAL_OLD_CONTRACTS,
    BE_LEGAL_CIVIL,
    ECB_MAIN_REFINANCING,
    FR_CONTRACT_FLOOR,
    FR_LATE_PAYMENT,
    FR_LEGAL_PRIVATE_CREDITOR,
    FR_LEGAL_PROFESSIONAL_CREDITOR,
    FR_PUBLIC_BUYER,
    MAINTAINED,
    half_year_start,
    missing_on,
)

SHARED = Path(__file__).parents[3] / "shared" / "law"
D = date.fromisoformat


@pytest.mark.parametrize("series", MAINTAINED, ids=lambda s: s.name)
def test_today_has_a_rate(series: Series[Decimal]) -> None:
    """The only test that looks at the clock: it turns red on 1 January and 1 July until the rates are entered."""
    today = date.today()  # noqa: DTZ011 - a calendar day, as the law counts them
    assert series.get(today) is not None, f"enter the rate of {half_year_start(today)} in law/data/{series.name}.csv"


def test_a_missing_half_year_is_named() -> None:
    assert missing_on(D("2026-11-22")) == ()
    assert "fr_late_payment" in missing_on(D("2027-01-01")) or FR_LATE_PAYMENT.get(D("2027-01-01"))


@pytest.mark.parametrize(
    ("series", "day", "rate"),
    [
        (FR_LATE_PAYMENT, "2026-06-30", "12.15"),
        (FR_LATE_PAYMENT, "2026-07-01", "12.40"),
        (FR_CONTRACT_FLOOR, "2026-11-22", "8.25"),
        (FR_PUBLIC_BUYER, "2026-06-11", "10.15"),
        (FR_LEGAL_PROFESSIONAL_CREDITOR, "2026-11-22", "2.75"),
        (FR_LEGAL_PRIVATE_CREDITOR, "2026-11-22", "6.84"),
        (BE_COMMERCIAL, "2024-12-31", "12.5"),
        (BE_COMMERCIAL_OLD_CONTRACTS, "2015-03-15", "7.5"),
        (BE_LEGAL_CIVIL, "2024-07-01", "5.75"),
        (ECB_MAIN_REFINANCING, "2026-06-16", "2.15"),
        (ECB_MAIN_REFINANCING, "2026-06-17", "2.40"),
        (ECB_MAIN_REFINANCING, "2026-11-22", "2.65"),
    ],
)
def test_rate_on_a_day(series: Series[Decimal], day: str, rate: str) -> None:
    assert series.on(D(day)).value == Decimal(rate)


def of_half_years(series: Series[Decimal]) -> list[tuple[Dated[Decimal], Decimal]]:
    """Each entry with the ECB rate of the first day of its half-year."""
    return [(entry, ECB_MAIN_REFINANCING.on(half_year_start(entry.since)).value) for entry in series.entries]


@pytest.mark.parametrize(("entry", "ecb"), of_half_years(FR_LATE_PAYMENT), ids=lambda x: str(getattr(x, "since", x)))
def test_the_french_rate_is_that_of_the_ecb_and_ten_points(entry: Dated[Decimal], ecb: Decimal) -> None:
    assert entry.value == ecb + fr.LATE_PAYMENT_MARGIN.on(entry.since).value


@pytest.mark.parametrize(("entry", "ecb"), of_half_years(FR_PUBLIC_BUYER), ids=lambda x: str(getattr(x, "since", x)))
def test_the_rate_of_a_public_buyer_is_that_of_the_ecb_and_eight_points(entry: Dated[Decimal], ecb: Decimal) -> None:
    # The first half-year is that of the decree: 8.75 is the ECB's 0.75 of 1 January 2013.
    assert entry.value == ecb + fr.PUBLIC_MARGIN.on(entry.since).value


@pytest.mark.parametrize(("entry", "ecb"), of_half_years(BE_COMMERCIAL), ids=lambda x: str(getattr(x, "since", x)))
def test_the_belgian_rate_is_rounded_up_to_the_half_point(entry: Dated[Decimal], ecb: Decimal) -> None:
    step = be.COMMERCIAL_STEP.on(entry.since).value
    points = (ecb + be.COMMERCIAL_MARGIN.on(entry.since).value) / step
    assert entry.value == points.to_integral_value(ROUND_CEILING) * step


@pytest.mark.parametrize("entry", FR_CONTRACT_FLOOR.entries, ids=lambda e: str(e.since))
def test_the_floor_is_three_times_the_legal_rate(entry: Dated[Decimal]) -> None:
    legal = FR_LEGAL_PROFESSIONAL_CREDITOR.on(entry.since).value
    assert entry.value == legal * fr.CONTRACT_FLOOR_MULTIPLE.on(entry.since).value
    assert fr.contract_rate_floor(entry.since) == entry.value


@pytest.mark.parametrize(
    ("series", "file"),
    [
        (ECB_MAIN_REFINANCING, "ecb_mro"),
        (FR_LATE_PAYMENT, "fr_late_payment_default_rate"),
        (FR_CONTRACT_FLOOR, "fr_contractual_floor_3x_legal"),
        (FR_PUBLIC_BUYER, "fr_public_buyer_rate"),
        (FR_LEGAL_PROFESSIONAL_CREDITOR, "fr_legal_rate_professional_creditor"),
        (FR_LEGAL_PRIVATE_CREDITOR, "fr_legal_rate_private_creditor"),
        (BE_COMMERCIAL, "be_commercial_rate"),
        (BE_COMMERCIAL_OLD_CONTRACTS, "be_commercial_rate_contracts_before_2013-03-16"),
        (BE_LEGAL_CIVIL, "be_legal_rate_civil"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_nothing_of_the_legal_note_was_lost(series: Series[Decimal], file: str) -> None:
    path = SHARED / f"{file}.csv"
    if not path.exists():
        pytest.skip("the legal note is not beside the project")
    with path.open(encoding="utf-8", newline="") as lines:
        noted = {(D(row["valid_from"]), Decimal(row["rate"])) for row in csv.DictReader(lines)}
    assert noted <= {(entry.since, entry.value) for entry in series.entries}
