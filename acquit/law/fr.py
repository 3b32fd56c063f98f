"""What French law says of a claim paid late: its dated figures and its three regimes."""

from datetime import date
from decimal import Decimal

from acquit.law.citation import Citation, Confidence
from acquit.law.reference_rates import (
    FR_CONTRACT_FLOOR,
    FR_LATE_PAYMENT,
    FR_LEGAL_PROFESSIONAL_CREDITOR,
    FR_PUBLIC_BUYER,
)
from acquit.law.regime import LateInterest, Regime, Start
from acquit.law.tables import figure, whole_figure

# Between professionals: Code de commerce, L441-10 and D441-5.

RECOVERY_COMPENSATION = whole_figure("fr.recovery_compensation")
"""« Indemnité forfaitaire pour frais de recouvrement »: cents, once per late invoice, even after a part payment."""

LATE_PAYMENT_MARGIN = figure("fr.late_payment_margin")
"""Points above the ECB rate on the first day of the half-year, where no clause sets a rate."""

CONTRACT_FLOOR_MULTIPLE = whole_figure("fr.contract_floor_multiple")
"""How many times the legal rate a clause must reach. It bounds a clause; it is not the rate without one."""

TERM_DEFAULT = whole_figure("fr.term_default")
"""« Délai supplétif »: days after delivery when nothing was agreed."""

TERM_LONGEST = whole_figure("fr.term_longest")
"""« Délai maximal »: days after the issue of the invoice."""

TERM_LONGEST_END_OF_MONTH = whole_figure("fr.term_longest_end_of_month")
"""« Fin de mois »: days, where expressly agreed and not abusive."""

TERM_LONGEST_PERIODIC = whole_figure("fr.term_longest_periodic")
"""« Facture périodique »: days after the issue of a summary invoice."""

LIMITATION_BUSINESS = whole_figure("fr.limitation_business")
"""« Prescription » between professionals: years from the due day."""

# Consumers: Code civil, 1231-6 and 1344-1; Code de la consommation.

LIMITATION_CONSUMER = whole_figure("fr.limitation_consumer")
"""« Prescription biennale »: years a professional has against a consumer."""

# Public buyers: Code de la commande publique, R2192-10 to D2192-36.

PUBLIC_MARGIN = figure("fr.public_margin")
"""Points above the ECB rate on the first day of the half-year in which interest began."""

PUBLIC_COMPENSATION = whole_figure("fr.public_compensation")
"""The flat sum, in cents, that a public buyer owes on each late payment."""

PUBLIC_TERM = whole_figure("fr.public_term")
"""Days to pay for the State and local authorities. No contract may lengthen them."""

PUBLIC_TERM_HEALTH = whole_figure("fr.public_term_health")
"""Days to pay for public health establishments."""

PUBLIC_TERM_UNDERTAKING = whole_figure("fr.public_term_undertaking")
"""Days to pay for public undertakings."""

PUBLIC_INTEREST_PAYABLE = whole_figure("fr.public_interest_payable")
"""Days after the principal within which interest and compensation must be paid."""


BUSINESS = LateInterest(
    Regime.FR_BUSINESS,
    start=Start.DUE_DAY,
    rate=FR_LATE_PAYMENT,
    compensation=RECOVERY_COMPENSATION,
    clause=Citation(
        article="C. com. art. L441-10 II",
        source="https://bpifrance-creation.fr/boiteaoutils/taux-penalites-retard",
        checked_on=date(2026, 11, 22),
        confidence=Confidence.CONCORDANT,
    ),
    floor=FR_CONTRACT_FLOOR,
    term_default=TERM_DEFAULT,
    term_longest=TERM_LONGEST,
    limitation=LIMITATION_BUSINESS,
)
"""« Pénalités de retard »: they run by themselves, each half-year at its own rate, and bring the flat sum."""

CONSUMER = LateInterest(
    Regime.FR_CONSUMER,
    start=Start.NOTICE,
    rate=FR_LEGAL_PROFESSIONAL_CREDITOR,
    clause=Citation(
        article="C. civ. art. 1231-5 et 1231-6 ; C. conso. art. L212-1",
        source="Code civil and Code de la consommation, consolidation of 2026-04-03",
        checked_on=date(2026, 11, 22),
        confidence=Confidence.TEXT,
        note="a clause is subject to the control of unfair terms",
    ),
    limitation=LIMITATION_CONSUMER,
)
"""« Intérêts moratoires »: the legal rate, from the formal notice only, and never the flat sum.

The column of the legal rate follows the creditor, not the debtor: a firm claims the professional one.
"""

PUBLIC = LateInterest(
    Regime.FR_PUBLIC,
    start=Start.DUE_DAY,
    rate=FR_PUBLIC_BUYER,
    frozen=True,
    compensation=PUBLIC_COMPENSATION,
    term_default=PUBLIC_TERM,
    term_longest=PUBLIC_TERM,
)
"""« Intérêts moratoires de la commande publique »: one rate, frozen on the first day, and the flat sum.

The creditor cannot renounce them: a waiver is deemed unwritten (CCP L2192-14).
"""


def contract_rate_floor(on: date) -> Decimal:
    """The lowest yearly percentage a clause between professionals may set that day (C. com. L441-10 II).

    Raises `NoValue` where the half-year is not in our table.
    """
    return FR_CONTRACT_FLOOR.on(on).value
