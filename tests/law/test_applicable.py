"""Which regime governs a claim."""

import pytest

from acquit.law.applicable import REGIMES, regime_of
from acquit.law.regime import Regime


@pytest.mark.parametrize(
    ("kind", "country", "creditor", "governing_law", "regime"),
    [
        ("business", "FR", "FR", "", "fr-business"),
        ("consumer", "FR", "FR", "", "fr-consumer"),
        ("public", "FR", "FR", "", "fr-public"),
        ("business", "BE", "BE", "", "be-business"),
        ("consumer", "BE", "BE", "", "be-consumer"),
        ("public", "BE", "BE", "", "be-public"),
        # Across the border: the seller's law between businesses, unless the contract names another.
        ("business", "BE", "FR", "", "fr-business"),
        ("business", "FR", "BE", "", "be-business"),
        ("business", "BE", "FR", "BE", "be-business"),
        # A consumer keeps the protection of the own country, a public body its own rules.
        ("consumer", "BE", "FR", "", "be-consumer"),
        ("consumer", "BE", "FR", "FR", "be-consumer"),
        ("public", "FR", "BE", "", "fr-public"),
        # Elsewhere we have no figures: the creditor's law stands in.
        ("consumer", "DE", "FR", "", "fr-consumer"),
        ("public", "LU", "BE", "", "be-public"),
        ("business", "", "BE", "DE", "be-business"),
    ],
)
def test_regime(kind: str, country: str, creditor: str, governing_law: str, regime: str) -> None:
    assert regime_of(kind, country, creditor, governing_law=governing_law) == regime


def test_an_unknown_kind_or_creditor_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="kind is one of"):
        regime_of("", "FR", "FR")
    with pytest.raises(ValueError, match="the creditor is established in"):
        regime_of("business", "FR", "DE")


def test_every_regime_has_its_law() -> None:
    assert set(REGIMES) == set(Regime)
    assert all(law.regime == name for name, law in REGIMES.items())
