"""Where a legal figure comes from, and how far it can be trusted."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Confidence(StrEnum):
    """How a figure was established. Only `TEXT` was read in the text of the code itself."""

    TEXT = "text"
    CONCORDANT = "concordant"
    """Several sources agree."""
    SINGLE = "single"
    """One source."""
    DERIVED = "derived"
    """Computed from other figures by the rule of law that defines it."""
    UNVERIFIED = "unverified"
    """From memory: to be checked before anybody relies on it."""


@dataclass(frozen=True, slots=True)
class Citation:
    """The article that says it, the place where we read it, the day we did, and our confidence."""

    article: str
    source: str
    checked_on: date
    confidence: Confidence
    note: str = ""
