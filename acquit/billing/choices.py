"""What the user decides about an import: on the wizard's screens, or as options of the command."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

NEW = "new"


@dataclass(frozen=True, slots=True)
class Choices:
    """Every field has a default that suits most files. Kept with the batch as JSON."""

    terms_days: int | None = None
    """Payment terms for claims without a due date."""
    currency: str = "EUR"
    day_first: bool = True
    decimal: str | None = None
    mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By signature of a table's header: our field → its column, as corrected on the mapping screen."""
    create_probable: frozenset[str] = frozenset()
    """Keys of the preview's lines that are to be made although they look like known ones."""
    customers: Mapping[str, str] = field(default_factory=dict)
    """By key of a doubtful customer: the reference of the one it is, or `new`. Without a word it is a new one."""
    skip_errors: bool = False
    """Import what can be read and leave out the rows in error, instead of refusing the whole."""

    def as_json(self) -> dict[str, Any]:
        """What `ImportBatch.options` holds."""
        return {**asdict(self), "create_probable": sorted(self.create_probable)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The choices of a batch; fields of an older version are passed over."""
        known = {name: kept[name] for name in cls.__dataclass_fields__ if name in kept}
        if "create_probable" in known:
            known["create_probable"] = frozenset(known["create_probable"])
        return cls(**known)
