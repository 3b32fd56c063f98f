"""What Belgian law says of a claim paid late: its dated figures and its three regimes."""

from datetime import date, timedelta

from acquit.law.citation import Citation, Confidence
from acquit.law.reference_rates import BE_COMMERCIAL, BE_LEGAL_CIVIL
from acquit.law.regime import LateInterest, Regime, Start
from acquit.law.tables import figure, whole_figure
from acquit.law.working_days import add_working_days

# Commercial transactions, businesses and public authorities: law of 2 August 2002.

RECOVERY_COMPENSATION = whole_figure("be.recovery_compensation")
"""« Indemnité forfaitaire »: cents, once per late invoice."""

COMMERCIAL_MARGIN = figure("be.commercial_margin")
"""Points above the ECB rate on the first day of the half-year."""

COMMERCIAL_STEP = figure("be.commercial_step")
"""The sum is rounded up to the next multiple of it, in points."""

TERM_DEFAULT = whole_figure("be.term_default")
"""Calendar days from receipt of the invoice when nothing was agreed."""

TERM_LONGEST = whole_figure("be.term_longest")
"""Calendar days; a longer clause is unwritten, and `TERM_DEFAULT` applies instead."""

PUBLIC_TERM = whole_figure("be.public_term")
"""Days to pay for public authorities."""

PUBLIC_TERM_HEALTH = whole_figure("be.public_term_health")
"""Days to pay for public authorities that provide health care."""

LIMITATION = whole_figure("be.limitation")
"""« Prescription » of contractual claims, in years; shorter special periods exist, and the figure is unverified."""

# Consumers: Book XIX of the Code of economic law, « dettes du consommateur ».

CONSUMER_REMINDER = whole_figure("be.consumer_reminder")
"""Calendar days after the first, free, reminder during which nothing may be added."""

CONSUMER_REMINDER_BY_POST = whole_figure("be.consumer_reminder_by_post")
"""A posted reminder counts from that working day after it was sent."""

CONSUMER_FREE_REMINDERS = whole_figure("be.consumer_free_reminders")
"""Free reminders a year for recurring supplies."""

CONSUMER_LATER_REMINDER = whole_figure("be.consumer_later_reminder")
"""Cents at most, and postage, for each further reminder."""

PENALTY_LOW_UP_TO = whole_figure("be.consumer_penalty_low_up_to")
PENALTY_LOW = whole_figure("be.consumer_penalty_low")
PENALTY_MIDDLE = whole_figure("be.consumer_penalty_middle")
PENALTY_MIDDLE_SHARE = whole_figure("be.consumer_penalty_middle_share")
PENALTY_MIDDLE_UP_TO = whole_figure("be.consumer_penalty_middle_up_to")
PENALTY_HIGH = whole_figure("be.consumer_penalty_high")
PENALTY_HIGH_SHARE = whole_figure("be.consumer_penalty_high_share")
PENALTY_HIGHEST = whole_figure("be.consumer_penalty_highest")
"""« Clause indemnitaire »: the brackets of the flat sum a clause may claim, in cents and percent."""

_COMMERCIAL_CLAUSE = Citation(
    article="Loi du 2 août 2002 art. 5",
    source="https://www.schoups.com/fr/nieuws/21432",
    checked_on=date(2026, 11, 22),
    confidence=Confidence.SINGLE,
    note="unless the parties agree otherwise",
)

BUSINESS = LateInterest(
    Regime.BE_BUSINESS,
    start=Start.DUE_DAY,
    rate=BE_COMMERCIAL,
    compensation=RECOVERY_COMPENSATION,
    clause=_COMMERCIAL_CLAUSE,
    term_default=TERM_DEFAULT,
    term_longest=TERM_LONGEST,
    limitation=LIMITATION,
)
"""« Intérêts de retard »: they run by themselves, each half-year at its own rate, and bring the flat sum."""

PUBLIC = LateInterest(
    Regime.BE_PUBLIC,
    start=Start.DUE_DAY,
    rate=BE_COMMERCIAL,
    compensation=RECOVERY_COMPENSATION,
    clause=_COMMERCIAL_CLAUSE,
    term_default=PUBLIC_TERM,
    term_longest=PUBLIC_TERM,
    limitation=LIMITATION,
)
"""Public authorities: the same law, the same moving rate and flat sum, with terms of their own."""

CONSUMER = LateInterest(
    Regime.BE_CONSUMER,
    start=Start.REMINDER,
    rate=BE_LEGAL_CIVIL,
    clause=Citation(
        article="CDE livre XIX",
        source="https://www.sybarius.net/loi-portant-insertion-du-livre-xix-dettes-du-consommateur/",
        checked_on=date(2026, 11, 22),
        confidence=Confidence.CONCORDANT,
        note="at most the commercial rate, on the unpaid balance",
    ),
    ceiling=BE_COMMERCIAL,
    waiting=CONSUMER_REMINDER,
    limitation=LIMITATION,
)
"""Nothing before the free reminder and its fourteen days; then the clause up to the commercial rate, else the
civil legal rate. Never the flat sum of 40 euros: a consumer owes a penalty only by a clause, within brackets.
"""


def reminder_day(sent_on: date, *, by_post: bool) -> date:
    """The eve of the fourteen days of a first reminder to a consumer: the `notice_on` of late interest.

    By electronic means they count from the day after sending; by post from the third working day after it.
    Raises `NoValue` before 1 September 2023.
    """
    if not by_post:
        return sent_on
    return add_working_days(sent_on, CONSUMER_REMINDER_BY_POST.on(sent_on).value, "BE") - timedelta(days=1)


def consumer_penalty_cap(balance: int, on: date) -> int:
    """The highest flat sum, in cents, that a clause may claim from a consumer who owes `balance` cents.

    Twenty euros up to 150; thirty and 10 % of what exceeds it up to 500; sixty-five and 5 % of what exceeds
    that, never more than 2,000 (CDE Book XIX). A share of a cent is dropped: a cap may not be exceeded.
    Raises `NoValue` before 1 September 2023 and `ValueError` for a negative balance.
    """
    if balance < 0:
        raise ValueError("a balance is not negative")
    if balance == 0:
        return 0
    low, middle = PENALTY_LOW_UP_TO.on(on).value, PENALTY_MIDDLE_UP_TO.on(on).value
    if balance <= low:
        return PENALTY_LOW.on(on).value
    if balance <= middle:
        return PENALTY_MIDDLE.on(on).value + (balance - low) * PENALTY_MIDDLE_SHARE.on(on).value // 100
    cap = PENALTY_HIGH.on(on).value + (balance - middle) * PENALTY_HIGH_SHARE.on(on).value // 100
    return min(cap, PENALTY_HIGHEST.on(on).value)
