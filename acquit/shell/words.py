"""Reasons and codes in the language of the installation, for people and for programs."""

from django.utils.translation import gettext as _

from acquit.rules.dunning import REASONS
from acquit.rules.refusal import Reason, spelled


def sentence(reason: Reason) -> str:
    """A reason for people, with the place where it was found."""
    place = f"{reason.file}:{reason.line}: " if reason.line else f"{reason.file}: " if reason.file else ""
    return place + said(reason)


def said(reason: Reason) -> str:
    """A reason in the language of the installation."""
    return spelled(reason, _)


def error_of(reason: Reason) -> dict[str, object]:
    """A reason for programs."""
    return {"file": reason.file, "line": reason.line, "reason": said(reason)}


def why(code: str) -> str:
    """A code of the dunning rule as its sentence; the code itself where it has none."""
    return _(REASONS[code]) if code in REASONS else code
