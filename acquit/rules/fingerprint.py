"""Is this movement one that we know already? By what it says, never by the number a bank gave it.

Banks number their movements anew in each export, or not at all. So a movement is known by its day, its amount and its
words, and identical movements of one statement are counted: two files that overlap give their union, in any order.
The account is no part of it: it is known beside it, and may get its IBAN later than its first lines.
"""

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from acquit.rules.statement import Movement

_WORD = re.compile(r"\w+")

Key = tuple[str, int]
"""Fingerprint, and which of the identical movements of one statement it is, from 1."""


def fingerprint(movement: Movement) -> str:
    """SHA-256 over day, amount, currency and words; spaces, case, accents and punctuation count for nothing."""
    texts = (movement.name, movement.label, movement.structured, movement.iban)
    parts = [movement.booked_on.isoformat(), str(movement.cents), movement.currency, *map(_plain, texts)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def keys_of(movements: Iterable[Movement]) -> list[Key]:
    """The key of each movement of one statement, in its order: the k-th identical one is occurrence k."""
    seen: Counter[str] = Counter()
    keys: list[Key] = []
    for movement in movements:
        print_of_it = fingerprint(movement)
        seen[print_of_it] += 1
        keys.append((print_of_it, seen[print_of_it]))
    return keys


def _plain(text: str) -> str:
    folded = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return "".join(filter(str.isalnum, folded.casefold()))


@dataclass(frozen=True, slots=True)
class Sighting:
    """A movement as one statement tells it, to be compared with how another format tells it."""

    booked_on: date
    cents: int
    currency: str
    text: str


def sighting(movement: Movement) -> Sighting:
    """What a movement says, all its words together."""
    words = (movement.name, movement.label, movement.structured, movement.end_to_end)
    return Sighting(movement.booked_on, movement.cents, movement.currency, " ".join(filter(None, words)))


def told_twice(fresh: Sequence[Sighting], known: Iterable[Sighting]) -> tuple[set[int], set[int]]:
    """Which of the `fresh` movements are `known` ones that another format told in other words.

    Answers two sets of positions in `fresh`. The first: same day, same amount, and words in common, so it is the same
    movement. The second: same day and amount as a known one, and no word says whether it is the same: a person must.
    """
    others: defaultdict[tuple[date, int, str], list[set[str]]] = defaultdict(list)
    for seen in known:
        others[seen.booked_on, seen.cents, seen.currency].append(_words(seen.text))
    same: set[int] = set()
    for position, one in enumerate(fresh):
        bucket = others.get((one.booked_on, one.cents, one.currency), [])
        words = _words(one.text)
        likest = max(bucket, key=lambda other: len(other & words), default=None)
        if likest is not None and _akin(words, likest):
            bucket.remove(likest)
            same.add(position)
    doubtful = {
        position
        for position, one in enumerate(fresh)
        if position not in same and others.get((one.booked_on, one.cents, one.currency))
    }
    return same, doubtful


def _words(text: str) -> set[str]:
    folded = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return set(_WORD.findall(folded.casefold()))


def _akin(some: set[str], other: set[str]) -> bool:
    """A number of three digits or more in common, or half of the words of the shorter text."""
    common = some & other
    if any(sum(map(str.isdigit, word)) >= 3 for word in common):
        return True
    return len(common) * 2 >= min(len(some), len(other))
