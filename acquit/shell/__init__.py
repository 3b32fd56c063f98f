"""The command `acquit`: Django is set up here, so that everything under it may import models."""

import contextlib
import gettext
import importlib
import os
import sys
from pathlib import Path

import django

from acquit.environment import LANGUAGES
from acquit.rules.refusal import Refused

_CATALOGUES = Path(__file__).resolve().parent.parent / "locale"


def run(argv: list[str]) -> int:
    """Run a verb. 0 done, 1 refused, 2 usage."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # a caller may have put something simpler in their place
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        django.setup()
    except Refused as refused:
        return _refuse_settings(refused)
    return int(importlib.import_module("acquit.shell.frame").run(argv))


def _refuse_settings(refused: Refused) -> int:
    """Say what to mend in the environment. Django is not there yet, so its catalogues are read without it."""
    language = os.environ.get("ACQUIT_LANGUAGE", "")
    known = [language] if language in LANGUAGES else []
    catalogue = gettext.translation("django", _CATALOGUES, known, fallback=True)
    for reason in refused.reasons:
        text = catalogue.gettext(reason.template)
        sys.stderr.write(f"acquit : {text % reason.values if reason.values else text}\n")
    return 1
