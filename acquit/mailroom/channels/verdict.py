"""What a channel answers about a message it was given."""

from dataclasses import dataclass

SENT, REFUSED, DEFERRED, UNKNOWN = "sent", "refused", "deferred", "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`deferred` may be tried again later; `unknown` may have left and is never tried again by itself."""

    outcome: str
    code: int | None = None
    answer: str = ""
    bad_address: bool = False
    """The server refuses this recipient for good."""

    @property
    def silent(self) -> bool:
        """Whether no server answered at all."""
        return self.code is None and self.outcome in (DEFERRED, UNKNOWN)
