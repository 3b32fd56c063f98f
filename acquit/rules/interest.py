"""What has a late claim become on a day? Interest by slices, payments imputed, the flat sum apart.

« Pénalités de retard », « intérêts moratoires ». The conventions, which no text fixes all:

- the day after `due_on` is the first that bears interest, `until` is the last; a payment reduces the base from
  the day after it;
- actual days over 365, also in leap years; each slice is rounded half up to the cent, then the slices are added;
- a slice ends with the half-year where the rate moves, even if the next rate is the same, and with each payment;
  a contractual rate and the frozen rate of a French public buyer are cut by payments alone;
- a payment extinguishes interest, then principal (C. civ. 1343-1), or principal first where the contract says so,
  and the flat sum last, because its rank is not settled. Interest bears no interest (C. civ. 1343-2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from acquit.law.applicable import REGIMES
from acquit.law.citation import Citation
from acquit.law.dated import Dated, NoValue, Period
from acquit.law.regime import LateInterest, Regime
from acquit.rules.money import CENTS_MAX, round_half_up
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any

CONTRACT_RATE_MAX = Decimal(1000)
"""Percent a year: above it a rate is a slip of the keyboard."""

CONTRACT_RATE_DECIMALS = 4

DAYS_MAX = 36_525
"""A century: no court hears an older claim."""

_DAY = timedelta(days=1)
_YEAR = 36_500  # 365 days, and a rate in percent

_BAD_PRINCIPAL = gettext_noop("Le principal doit être supérieur à zéro et rester vraisemblable.")
_TOO_LONG = gettext_noop("Le calcul porte sur plus d’un siècle de retard : vérifiez les dates.")
_BAD_PAYMENT = gettext_noop("Le paiement du %(day)s doit être supérieur à zéro et rester vraisemblable.")
_UNKNOWN_REGIME = gettext_noop("Le régime « %(regime)s » n’existe pas : choisissez parmi %(regimes)s.")
_BAD_RATE = gettext_noop("Le taux contractuel doit être compris entre 0 et %(max)s %%, avec quatre décimales au plus.")
_NO_CLAUSE = gettext_noop(
    "Le taux dû par un acheteur public est fixé par les textes, non par le contrat (%(article)s)."
)
_NO_RATE = gettext_noop("Aucun taux n’est connu au %(day)s dans la table %(table)s.")
_BELOW_FLOOR = gettext_noop(
    "Le taux contractuel de %(rate)s %% est inférieur au minimum légal de %(floor)s %% "
    "du %(from)s au %(to)s (%(article)s)."
)
_ABOVE_CEILING = gettext_noop(
    "Le taux contractuel de %(rate)s %% est ramené au maximum légal de %(ceiling)s %% "
    "du %(from)s au %(to)s (%(article)s)."
)


@dataclass(frozen=True, slots=True)
class Slice:
    """Some days, both included, over which base and rate did not move."""

    from_on: date
    to_on: date
    base: int
    """Principal that bore interest, in cents."""
    rate: Decimal
    """Percent a year."""
    interest: int
    """Cents, rounded half up."""
    citation: Citation
    provisional: bool = False
    """True where the last known rate stands in for one that is not published yet."""

    @property
    def days(self) -> int:
        """Number of days, both ends counted."""
        return (self.to_on - self.from_on).days + 1

    @property
    def exact(self) -> Fraction:
        """The interest before rounding, in cents: this is what adds up over days, amounts and rates."""
        return self.base * Fraction(self.rate) * self.days / _YEAR


@dataclass(frozen=True, slots=True)
class Statement:
    """What is owed at the end of `until`, with its working. Amounts in cents."""

    regime: Regime
    principal: int
    due_on: date
    until: date
    slices: tuple[Slice, ...]
    interest_accrued: int
    interest_unpaid: int
    principal_unpaid: int
    compensation: int
    """The flat sum the law grants, whether paid or not; 0 for consumers and for what was paid in time."""
    compensation_unpaid: int
    overpaid: int
    """What the payments exceed everything owed by; it belongs to the debtor."""
    warnings: tuple[Reason, ...] = ()
    """What a person should know about the rate of the contract; `refuse_if_any(warnings)` makes it a refusal."""

    @property
    def owed(self) -> int:
        """Principal, interest and flat sum still unpaid."""
        return self.principal_unpaid + self.interest_unpaid + self.compensation_unpaid

    @property
    def exact(self) -> Fraction:
        """Interest accrued before any rounding, in cents."""
        return sum((part.exact for part in self.slices), Fraction())

    @property
    def provisional(self) -> bool:
        """True when a slice rests on a rate that is not published yet: fit for a forecast, not for a letter."""
        return any(part.provisional for part in self.slices)


def interest(
    principal_cents: int,
    due_on: date,
    until: date,
    regime: str,
    *,
    contract_rate: Decimal | None = None,
    notice_on: date | None = None,
    payments: Sequence[tuple[date, int]] = (),
    principal_first: bool = False,
    provisional: bool = False,
) -> Statement:
    """State what a claim of `principal_cents`, taxes included, has become at the end of `until`.

    `regime` is a `law.regime.Regime`; `contract_rate` is in percent a year. `notice_on` is the day the debtor
    received the formal notice, itself the first day that bears interest (French consumers), or the day the first
    reminder was sent (Belgian consumers, see `law.be.reminder_day`); the others need none. `payments` are
    (day, cents) in any order; those after `until` are not looked at. With `provisional`, days whose rate is not
    published yet bear the last one and say so.

    Raises `Refused`: an amount, a rate or a time out of bounds, an unknown regime, a rate that is not theirs to set,
    a day without a known rate. A contract rate below the legal floor is computed as agreed, with a warning for each
    half-year concerned, because the floor moves after the signature: `contract_rate_reasons` says no where it is set.
    """
    law = _checked(principal_cents, regime, contract_rate, payments)
    _refuse_beyond_limits(due_on, until)
    periods, warnings = _rates(law, due_on, until, contract_rate, notice_on, provisional)
    balance = _Balance(principal_cents, _compensation(law, principal_cents, due_on, until, payments))
    if payments:
        received = sorted(payment for payment in payments if payment[0] <= until)
        _run(balance, periods, received, due_on, principal_first)
    else:
        balance.accrue(periods)
    return balance.statement(law.regime, principal_cents, due_on, until, warnings)


def accrue(base: int, periods: Sequence[Period[Decimal]]) -> list[Slice]:
    """One slice per period on the same base, in cents: what a published rate yields, without any regime."""
    return [
        Slice(p.from_on, p.to_on, base, p.value, _cents(base, p), p.citation, p.provisional) for p in periods if base
    ]


def _cents(base: int, period: Period[Decimal]) -> int:
    """Interest of a period in whole cents; the limits keep the product within 28 digits, thus exact."""
    days = period.to_on.toordinal() - period.from_on.toordinal() + 1
    return int(round_half_up(base * period.value * days / _YEAR))


def contract_rate_reasons(rate: Decimal, regime: str, on: date) -> tuple[Reason, ...]:
    """Why a contract made on `on` may not set this yearly percentage; empty when it may.

    Names the floor of that half-year (three times the legal rate between French businesses, C. com. L441-10 II)
    or the ceiling (commercial rate, Belgian consumers). Says nothing of a half-year that is not in our tables.
    """
    law = _regime(regime)
    reasons = _rate_reasons(rate, law)
    floor = law.floor.get(on) if law.floor else None
    ceiling = law.ceiling.get(on) if law.ceiling else None
    if floor and not reasons and rate < floor.value:
        reasons.append(_bound(_BELOW_FLOOR, "floor", rate, _whole(floor, on)))
    if ceiling and not reasons and rate > ceiling.value:
        reasons.append(_bound(_ABOVE_CEILING, "ceiling", rate, _whole(ceiling, on)))
    return tuple(reasons)


def _whole(entry: Dated[Decimal], on: date) -> Period[Decimal]:
    """All the days of an entry; up to `on` where its end is not known."""
    return Period(entry.since, entry.until or on, entry.value, entry.citation)


def _checked(
    principal: int, regime: str, contract_rate: Decimal | None, payments: Sequence[tuple[date, int]]
) -> LateInterest:
    """The law of a regime, once all else was found within bounds; refuses with every reason at once."""
    law = _regime(regime)
    reasons = [] if 0 < principal <= CENTS_MAX else [Reason(_BAD_PRINCIPAL)]
    reasons += [Reason(_BAD_PAYMENT, {"day": day.isoformat()}) for day, cents in payments if not 0 < cents <= CENTS_MAX]
    if contract_rate is not None:
        reasons += _rate_reasons(contract_rate, law)
    refuse_if_any(reasons)
    return law


def _regime(regime: str) -> LateInterest:
    """The law of that name."""
    law = REGIMES.get(regime)
    if law is None:
        raise Refused(Reason(_UNKNOWN_REGIME, {"regime": regime[:40], "regimes": ", ".join(Regime)}))
    return law


def _rate_reasons(rate: Decimal, law: LateInterest) -> list[Reason]:
    """Why a contract rate cannot be computed with at all."""
    if law.clause is None:
        return [Reason(_NO_CLAUSE, {"article": law.rate.latest.citation.article})]
    fits = rate.is_finite() and 0 <= rate <= CONTRACT_RATE_MAX
    if not fits or rate != round_half_up(rate, CONTRACT_RATE_DECIMALS):
        return [Reason(_BAD_RATE, {"max": CONTRACT_RATE_MAX})]
    return []


def _refuse_beyond_limits(due_on: date, until: date) -> None:
    """A century is the limit, and the calendar of the machine ends with the year 9999."""
    if due_on == date.max or (until - due_on).days > DAYS_MAX:
        raise Refused(Reason(_TOO_LONG))


def _rates(
    law: LateInterest,
    due_on: date,
    until: date,
    contract_rate: Decimal | None,
    notice_on: date | None,
    provisional: bool,
) -> tuple[tuple[Period[Decimal], ...], tuple[Reason, ...]]:
    """The rates from the first day that bears interest to `until`, and what there is to say about them."""
    if notice_on is not None and notice_on > until:
        notice_on = None
    try:
        starts_on = law.first_day(due_on, notice_on)
        if starts_on is None or starts_on > until:
            return (), ()
        return _periods(law.regime, starts_on, until, contract_rate, provisional)
    except NoValue as missing:
        raise Refused(Reason(_NO_RATE, {"day": missing.day.isoformat(), "table": missing.series})) from missing


@lru_cache(maxsize=16_384)
def _periods(
    regime: Regime, starts_on: date, until: date, contract_rate: Decimal | None, provisional: bool
) -> tuple[tuple[Period[Decimal], ...], tuple[Reason, ...]]:
    """The same from a known first day. Remembered: a run over 100,000 claims asks for a few hundred."""
    law = REGIMES[regime]
    if contract_rate is not None:
        return _contractual(law, starts_on, until, contract_rate, provisional)
    if law.frozen:
        first = law.rate.between(starts_on, starts_on, carry_forward=provisional)[0]
        return (Period(starts_on, until, first.value, first.citation, first.provisional),), ()
    return law.rate.between(starts_on, until, carry_forward=provisional), ()


def _contractual(
    law: LateInterest, starts_on: date, until: date, rate: Decimal, provisional: bool
) -> tuple[tuple[Period[Decimal], ...], tuple[Reason, ...]]:
    """The agreed rate over all the days, or the legal ceiling in the half-years where it is lower."""
    assert law.clause is not None
    agreed = (Period(starts_on, until, rate, law.clause),)
    if law.ceiling is not None:
        bounds = law.ceiling.between(starts_on, until, carry_forward=provisional)
        above = [p for p in bounds if rate > p.value]
        capped = tuple(
            p if rate > p.value else Period(p.from_on, p.to_on, rate, law.clause, p.provisional) for p in bounds
        )
        return capped if above else agreed, tuple(_bound(_ABOVE_CEILING, "ceiling", rate, p) for p in above)
    return agreed, tuple(_below_floor(law, starts_on, until, rate))


def _below_floor(law: LateInterest, starts_on: date, until: date, rate: Decimal) -> list[Reason]:
    """One reason per known half-year whose floor is above the agreed rate."""
    known = law.floor.entries if law.floor is not None else ()
    return [
        _bound(_BELOW_FLOOR, "floor", rate, Period(max(e.since, starts_on), min(e.until, until), e.value, e.citation))
        for e in known
        if e.until is not None and e.until >= starts_on and e.since <= until and rate < e.value
    ]


def _bound(template: str, name: str, rate: Decimal, period: Period[Decimal]) -> Reason:
    """A sentence about a legal bound, with its half-year and article."""
    return Reason(
        template,
        {
            "rate": rate,
            name: period.value,
            "from": period.from_on.isoformat(),
            "to": period.to_on.isoformat(),
            "article": period.citation.article,
        },
    )


def _compensation(
    law: LateInterest, principal: int, due_on: date, until: date, payments: Sequence[tuple[date, int]]
) -> int:
    """The flat sum, in cents, if something was still unpaid when the due day ended."""
    if law.compensation is None or until <= due_on:
        return 0
    if payments and principal <= sum(cents for day, cents in payments if day <= due_on):
        return 0
    granted = law.compensation.get(due_on + _DAY)
    return granted.value if granted else 0


class _Balance:
    """The claim while the days pass: a ledger of four figures that only `interest` sees."""

    __slots__ = ("accrued", "compensation", "granted", "interest", "overpaid", "principal", "slices")

    def __init__(self, principal: int, compensation: int) -> None:
        self.principal = principal
        self.granted = self.compensation = compensation
        self.interest = self.accrued = self.overpaid = 0
        self.slices: list[Slice] = []

    def accrue(self, periods: Sequence[Period[Decimal]]) -> None:
        """Let interest run on what is left of the principal."""
        new = accrue(self.principal, periods)
        cents = sum(part.interest for part in new)
        self.slices += new
        self.accrued += cents
        self.interest += cents

    def receive(self, cents: int, order: tuple[str, ...]) -> None:
        """Impute a payment on what is owed, in this order; keep apart what is too much."""
        for name in order:
            debt: int = getattr(self, name)
            taken = min(cents, debt)
            setattr(self, name, debt - taken)
            cents -= taken
        self.overpaid += cents

    def statement(
        self, regime: Regime, principal: int, due_on: date, until: date, warnings: tuple[Reason, ...]
    ) -> Statement:
        """The figures as they stand, to be printed."""
        return Statement(
            regime=regime,
            principal=principal,
            due_on=due_on,
            until=until,
            slices=tuple(self.slices),
            interest_accrued=self.accrued,
            interest_unpaid=self.interest,
            principal_unpaid=self.principal,
            compensation=self.granted,
            compensation_unpaid=self.compensation,
            overpaid=self.overpaid,
            warnings=warnings,
        )


def _run(
    balance: _Balance,
    periods: tuple[Period[Decimal], ...],
    payments: list[tuple[date, int]],
    due_on: date,
    principal_first: bool,
) -> None:
    """Let the days pass from payment to payment, then to the end."""
    late = ("principal", "interest") if principal_first else ("interest", "principal")
    passed = date.min
    for day, cents in payments:
        balance.accrue(_within(periods, passed, day))
        balance.receive(cents, (*late, "compensation") if day > due_on else late)
        passed = day
    balance.accrue(_within(periods, passed, date.max))


def _within(periods: tuple[Period[Decimal], ...], after: date, until: date) -> list[Period[Decimal]]:
    """The part of the periods that comes after one day, up to another included."""
    # Two payments on one day: no day passes between them.
    if after >= until:
        return []
    return [
        Period(max(p.from_on, after + _DAY), min(p.to_on, until), p.value, p.citation, p.provisional)
        for p in periods
        if p.to_on > after and p.from_on <= until
    ]
