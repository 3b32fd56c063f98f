"""Which open amounts add up exactly to a payment: the search is bounded, and two answers are no answer."""

from collections.abc import Sequence

STATES_MAX = 5_000
COUNT_MAX = 40


def exact_subset(amounts: Sequence[int], target: int) -> tuple[int, ...] | None:
    """Positions of the amounts that add up to `target`; amounts are positive, the oldest debt first.

    All of them, when they do; the oldest ones in order, when they do; any others only when they are the one
    possibility. None when nothing adds up, when several choices do, or when there is too much to search.
    """
    total = 0
    for position, amount in enumerate(amounts):
        total += amount
        if total == target:
            return tuple(range(position + 1))
    if total < target or len(amounts) > COUNT_MAX:
        return None
    return _only_subset(amounts, target)


def _only_subset(amounts: Sequence[int], target: int) -> tuple[int, ...] | None:
    """Sums reachable so far, each with one way and whether it is the only one."""
    reached: dict[int, tuple[tuple[int, ...], bool]] = {0: ((), True)}
    for position, amount in enumerate(amounts):
        for before, (way, single) in list(reached.items()):
            after = before + amount
            if after > target:
                continue
            known = reached.get(after)
            reached[after] = (known[0], False) if known else ((*way, position), single)
        if len(reached) > STATES_MAX:
            return None
    way, single = reached.get(target, ((), False))
    return way if single else None
