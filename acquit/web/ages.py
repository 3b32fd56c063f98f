"""The age of debts as a bar and as a table: same figures, two readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from acquit.insight.figures import Open
from acquit.parties.models import Firm
from acquit.web.invoices import AGES, address

_WIDTH, _GAP = 1000, 2


@dataclass(frozen=True, slots=True)
class Slice:
    """One class of age: its words, its sum, its list, and its place on the bar."""

    age: int
    label: str
    amount: int
    url: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Ages:
    """All classes in one currency."""

    currency: str
    owed: int
    slices: Sequence[Slice]

    @classmethod
    def of(cls, line: Open, firm: Firm) -> Self:
        """The bar of what is owed in one currency: widths in thousandths, empty classes take no room."""
        full = [amount for amount in line.ages if amount]
        room = _WIDTH - _GAP * max(0, len(full) - 1)
        slices, x = [], 0
        for age, amount in enumerate(line.ages):
            width = max(1, amount * room // line.owed) if amount else 0
            url = address(firm, etat="encaisser", age=age, devise=line.currency)
            slices.append(Slice(age, _(AGES[age]), amount, url, x, width))
            x += width + _GAP if width else 0
        return cls(line.currency, line.owed, slices)
