"""Which regime governs a claim? From the kind of debtor, the debtor's country and the creditor's."""

from acquit.law import be, fr
from acquit.law.regime import LateInterest, Regime

KINDS = ("business", "consumer", "public")
COUNTRIES = ("FR", "BE")

REGIMES: dict[str, LateInterest] = {
    law.regime: law for law in (fr.BUSINESS, fr.CONSUMER, fr.PUBLIC, be.BUSINESS, be.CONSUMER, be.PUBLIC)
}
"""Every regime we know, by its name."""


def regime_of(kind: str, country: str, creditor: str, *, governing_law: str = "") -> Regime:
    """The regime for a debtor of this kind in `country`, owing a firm in `creditor` (ISO codes).

    - A business: the law that the contract names, else the creditor's (Rome I: the seller's residence).
    - A consumer: the consumer's own country, whose protection no contract takes away.
    - A public body: its own country, whose rules bind its payments.

    A country other than France and Belgium has no figures here: the creditor's law stands in for it, and the
    user decides whether to claim. Rome I is cited from memory; the user may override the answer.
    Raises `ValueError` for an unknown kind and for a creditor outside France and Belgium.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}, not {kind!r}")
    if creditor not in COUNTRIES:
        raise ValueError(f"the creditor is established in {' or '.join(COUNTRIES)}, not in {creditor!r}")
    law = governing_law if kind == "business" else country
    return Regime(f"{(law if law in COUNTRIES else creditor).lower()}-{kind}")
