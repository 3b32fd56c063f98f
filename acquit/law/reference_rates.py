"""Which interest rate did a State or the European Central Bank fix for that day? In percent a year.

Tables by half-year end on the last day that is known: a day after it raises `NoValue` until somebody
has entered the new half-year from the official journal.
"""

from datetime import date
from decimal import Decimal

from acquit.law.dated import Series
from acquit.law.tables import rates

ECB_MAIN_REFINANCING = rates("ecb_main_refinancing")
"""« Taux de refinancement de la BCE »: changes on any day, holds until the next decision."""

FR_LEGAL_PROFESSIONAL_CREDITOR = rates("fr_legal_professional_creditor")
"""« Taux de l’intérêt légal », creditor other than a private individual."""

FR_LEGAL_PRIVATE_CREDITOR = rates("fr_legal_private_creditor")
"""« Taux de l’intérêt légal », creditor who is a private individual acting for private needs."""

FR_LATE_PAYMENT = rates("fr_late_payment")
"""French rate between professionals without clause: ECB rate on the first day of the half-year + 10 points."""

FR_CONTRACT_FLOOR = rates("fr_contract_floor")
"""What a clause between French professionals may not go below: three times the legal rate."""

FR_PUBLIC_BUYER = rates("fr_public_buyer")
"""French public buyers: ECB rate on the first day of the half-year + 8 points, frozen when interest starts."""

BE_COMMERCIAL = rates("be_commercial")
"""Belgian rate in commercial transactions: ECB + 8 points, rounded up to the next half point."""

BE_COMMERCIAL_OLD_CONTRACTS = rates("be_commercial_old_contracts")
"""The same for contracts made before 16 March 2013, until the two were merged."""

BE_LEGAL_CIVIL = rates("be_legal_civil")
"""« Taux d’intérêt légal » of Belgium in civil matters, by calendar year."""

MAINTAINED: tuple[Series[Decimal], ...] = (
    ECB_MAIN_REFINANCING,
    FR_LEGAL_PROFESSIONAL_CREDITOR,
    FR_LEGAL_PRIVATE_CREDITOR,
    FR_LATE_PAYMENT,
    FR_CONTRACT_FLOOR,
    FR_PUBLIC_BUYER,
    BE_COMMERCIAL,
    BE_LEGAL_CIVIL,
)
"""The tables that somebody must extend every half-year (the old Belgian contracts are history)."""


def half_year_start(day: date) -> date:
    """1 January or 1 July, whichever begins the half-year of that day."""
    return date(day.year, 1 if day.month < 7 else 7, 1)


def missing_on(day: date) -> tuple[str, ...]:
    """Names of the maintained tables without a rate on that day: to be mended each January and July."""
    return tuple(series.name for series in MAINTAINED if series.get(day) is None)
