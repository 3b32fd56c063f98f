"""What a verb is: the words that call it, its arguments, and what it answers."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from acquit.rules.refusal import Reason


@dataclass
class Answer:
    """What a verb has to say: `content` for --json, `text` for people, and why it could not do all it was asked."""

    content: dict[str, Any] | None
    """None: the verb has said everything itself."""
    text: str = ""
    reasons: Sequence[Reason] = ()
    """What was refused: printed on standard error, and the exit code is 1."""
    notes: list[str] = field(default_factory=list)
    """Remarks for standard error that are no refusal."""


@dataclass(frozen=True)
class Verb:
    """One verb of the shell."""

    words: tuple[str, ...]
    help: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], Answer]
    database: bool = True
    """Whether the tables must be there, and up to date, before it runs."""


class Usage(Exception):
    """The command was not called as it should be: exit code 2."""
