"""How a rule says no: completely, in words that can be translated, naming file and line."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

_WORDS = frozenset({"fields", "invoices", "kind", "label", "meaning"})
"""Values that are themselves words of the catalogues, or several of them set apart by commas and strokes."""


def gettext_noop(text: str) -> str:
    """Mark a French sentence for the catalogues without translating it here: rules know no language."""
    return text


@dataclass(frozen=True)
class Reason:
    """One sentence (French, `%(name)s` fields), what fills it, and where it was found.

    `str(reason)` gives the French text; the screens translate `template` first.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        return self.template % self.values if self.values else self.template

    def at(self, file: str, line: int | None = None) -> "Reason":
        """The same reason, found in this file, on this line."""
        return Reason(self.template, self.values, file, line)


def spelled(reason: Reason, translate: Callable[[str], str]) -> str:
    """A reason in another language: `translate` gives the sentence that a catalogue holds for a French one."""
    text = translate(reason.template)
    values = {name: _word(str(v), translate) if name in _WORDS else v for name, v in reason.values.items()}
    return text % values if values else text


def _word(text: str, translate: Callable[[str], str]) -> str:
    return "".join(translate(part) if part.strip(" ,/") else part for part in re.split(r"(, | / )", text))


class Refused(Exception):
    """A rule says no. Carries every reason at once, so that the user mends them in one go."""

    def __init__(self, *reasons: Reason | str) -> None:
        self.reasons: tuple[Reason, ...] = tuple(Reason(r) if isinstance(r, str) else r for r in reasons)
        super().__init__(" ".join(str(r) for r in self.reasons))


def refuse_if_any(reasons: Iterable[Reason]) -> None:
    """Raise `Refused` with all the reasons, or do nothing when there is none."""
    found = tuple(reasons)
    if found:
        raise Refused(*found)
