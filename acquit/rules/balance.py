"""May this money go on these receivables? And what is left on each side. Whole minor units."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from acquit.rules.money import spell
from acquit.rules.refusal import Reason, gettext_noop

_NOT_POSITIVE = gettext_noop("Un montant doit être plus grand que zéro.")
_OTHER_CURRENCY = gettext_noop("%(reference)s est en %(theirs)s, le règlement en %(ours)s : ils ne se compensent pas.")
_TOO_MUCH = gettext_noop("%(share)s dépassent ce qui reste dû sur %(reference)s (%(owed)s).")
_OVERDRAWN = gettext_noop("Les imputations (%(shared)s) dépassent le règlement (%(amount)s).")
_UNKNOWN = gettext_noop("Cette créance n’existe pas ou plus.")


@dataclass(frozen=True, slots=True)
class Owed:
    """What is still owed on one receivable."""

    reference: str
    cents: int
    currency: str


def faults_of_shares(
    amount: int, currency: str, shares: Sequence[tuple[int, int]], owed: Mapping[int, Owed]
) -> list[Reason]:
    """Every reason why `amount` may not be put as `shares` (receivable id, cents) on what is `owed`; empty = it may.

    Does not choose shares, and lets a part of the amount stay unallocated.
    """
    faults = [Reason(_NOT_POSITIVE)] if amount <= 0 or any(cents <= 0 for _, cents in shares) else []
    wanted: Counter[int] = Counter()
    for receivable, cents in shares:
        wanted[receivable] += cents
    for receivable, cents in wanted.items():
        faults += _faults_of_share(cents, currency, owed.get(receivable))
    shared = sum(wanted.values())
    if shared > amount:
        faults.append(Reason(_OVERDRAWN, {"shared": _spell(shared, currency), "amount": _spell(amount, currency)}))
    return faults


def _faults_of_share(cents: int, currency: str, owed: Owed | None) -> list[Reason]:
    if owed is None:
        return [Reason(_UNKNOWN)]
    if owed.currency != currency:
        return [Reason(_OTHER_CURRENCY, {"reference": owed.reference, "theirs": owed.currency, "ours": currency})]
    if cents > owed.cents:
        spelled = {"share": _spell(cents, currency), "owed": _spell(owed.cents, currency)}
        return [Reason(_TOO_MUCH, {"reference": owed.reference, **spelled})]
    return []


def _spell(cents: int, currency: str) -> str:
    return f"{spell(cents, currency)} {currency}"


def oldest_first(amount: int, open_claims: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put an amount on open receivables (id, owed) in the order given; what is left stays unallocated."""
    shares = []
    for receivable, owed in open_claims:
        part = min(amount, owed)
        if part <= 0:
            break
        shares.append((receivable, part))
        amount -= part
    return shares
