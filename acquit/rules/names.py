"""Whose name a bank text bears: the customers that look like it, found by their rarest words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz

from acquit.rules.references import flat

LIKENESS_MIN = 90
COMPARED_MAX = 60
COMMON_MIN = 500
"""A word that so many customers share tells none of them apart."""

_LEGAL_FORMS = frozenset(
    {
        *("SARL", "SAS", "SASU", "SA", "EURL", "EI", "EIRL", "SCI", "SCP", "SNC", "SELARL", "SC", "GIE", "ASSOCIATION"),
        *("SRL", "SPRL", "BV", "BVBA", "NV", "ASBL", "VZW", "CV", "SCRL", "SCOMM", "GMBH", "AG", "KG", "LTD", "LLC"),
        *("STE", "SOCIETE", "ETS", "ETABLISSEMENTS", "ENTREPRISE", "MR", "MME", "MLLE", "MONSIEUR", "MADAME", "M"),
        *("DE", "DU", "DES", "LA", "LE", "LES", "ET", "VAN", "DER", "VIR", "SEPA", "RECU", "VIREMENT", "INST"),
    }
)


def name_words(name: str) -> list[str]:
    """The words of a name that tell firms apart, in capitals; legal forms and small words are left out."""
    words = "".join(c if c.isalnum() else " " for c in flat(name)).split()
    return [word for word in words if word not in _LEGAL_FORMS and len(word) > 1]


class NameIndex:
    """Customers by the words of their names. Built once, asked for every movement."""

    def __init__(self, names: Mapping[int, Iterable[str]]) -> None:
        self._spelt: dict[int, list[str]] = {}
        by_word: defaultdict[str, list[int]] = defaultdict(list)
        for customer, its_names in names.items():
            spelt = [words for name in its_names if (words := name_words(name))]
            self._spelt[customer] = [" ".join(words) for words in spelt]
            for word in {word for words in spelt for word in words}:
                by_word[word].append(customer)
        self._by_word = {word: found for word, found in by_word.items() if len(found) <= COMMON_MIN}

    def alike(self, text: str) -> list[int]:
        """Customers whose name looks like the text or stands in it, the most alike first; at most sixty compared."""
        words = name_words(text)
        rarest = sorted((len(self._by_word[word]), word) for word in set(words) if word in self._by_word)
        near = dict.fromkeys(customer for _, word in rarest[:3] for customer in self._by_word[word])
        spelt = " ".join(words)
        scores = {customer: self._likeness(customer, spelt) for customer in list(near)[:COMPARED_MAX]}
        return sorted((c for c, score in scores.items() if score >= LIKENESS_MIN), key=lambda c: (-scores[c], c))

    def _likeness(self, customer: int, spelt: str) -> int:
        return max(int(fuzz.token_set_ratio(name, spelt)) for name in self._spelt[customer])
