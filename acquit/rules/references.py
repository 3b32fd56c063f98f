"""References as people retype them: one key for « F-2026-036 », « f2026 036 » and « F/2026/036 »."""

import re
import unicodedata

_SIGNS = re.compile(r"[^0-9A-Z]")


def key_of(reference: str) -> str:
    """The reference in capitals, letters and digits only; empty when it has none."""
    plain = unicodedata.normalize("NFKD", reference.upper())
    return _SIGNS.sub("", plain)
