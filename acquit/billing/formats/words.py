"""What the words in a file's cells mean: country, kind of customer, language, kind and state of a document."""

from acquit.rules.tables import fold

_COUNTRIES = {
    "FR": "fr fra france frankrijk frankreich republique francaise",
    "BE": "be bel belgique belgie belgium belgien",
    "LU": "lu lux luxembourg luxemburg",
    "NL": "nl nld pays bas nederland netherlands niederlande",
    "DE": "de deu ger allemagne duitsland germany deutschland",
    "CH": "ch che suisse zwitserland switzerland schweiz",
    "GB": "gb gbr uk royaume uni verenigd koninkrijk united kingdom",
    "ES": "es esp espagne spanje spain spanien",
    "IT": "it ita italie italy italien",
    "PT": "pt prt portugal",
    "MC": "mc mco monaco",
    "IE": "ie irl irlande ierland ireland irland",
    "AT": "at aut autriche oostenrijk austria osterreich",
    "US": "us usa etats unis verenigde staten united states",
}
_LONG = ("pays bas", "royaume uni", "etats unis", "verenigd koninkrijk", "united kingdom", "republique francaise",
         "verenigde staten", "united states")  # fmt: skip


def _table(words: dict[str, str]) -> dict[str, str]:
    """Each spelling, folded, → its meaning."""
    found: dict[str, str] = {}
    for meaning, spellings in words.items():
        for phrase in _LONG:
            if phrase in spellings:
                found[phrase] = meaning
                spellings = spellings.replace(phrase, "")
        found.update(dict.fromkeys(spellings.split(), meaning))
    return found


_COUNTRY = _table(_COUNTRIES)
_KIND = _table(
    {
        "business": "business pro professionnel professionnels entreprise societe company b2b bedrijf firma "
        "professioneel onderneming gewerblich unternehmen organisation organization",
        "consumer": "consumer particulier particuliers b2c individual person personne privatperson privat prive",
        "public": "public publique b2g collectivite collectivites administration overheid government gov behorde",
    }
)
_LANGUAGE = _table(
    {
        "fr": "fr fra fre francais french frans franzosisch",
        "nl": "nl nld dut neerlandais nederlands dutch niederlandisch",
        "en": "en eng anglais engels english englisch",
        "de": "de deu ger allemand duits german deutsch",
    }
)
_CREDIT = ("avoir", "credit", "creditnota", "gutschrift", "creditnote", "refund", "remboursement", "cn", "381")
_SETTLED = {
    "paid": "payee paye paid regle reglee solde soldee acquitte acquittee betaald voldaan bezahlt encaisse encaissee "
    "closed cloture cloturee lettre lettree",
    "void": "brouillon draft concept entwurf proforma annule annulee cancelled canceled void voided geannuleerd "
    "storniert abandonne abandonnee cancel deleted supprime supprimee archive archivee reversed",
}
_STATE = _table(_SETTLED)
_STILL_OWED = frozenset(
    {
        "non",
        "not",
        "no",
        "niet",
        "nicht",
        "pas",
        "unpaid",
        "impaye",
        "impayee",
        "onbetaald",
        "gedeeltelijk",
        "teilweise",
    }
)


def country(text: str) -> str:
    """ISO 3166 alpha-2 of a country as files name it; two capitals are taken as they are; else empty."""
    known = _COUNTRY.get(fold(text), "")
    bare = text.strip()
    return known or (bare.upper() if len(bare) == 2 and bare.isascii() and bare.isalpha() else "")


def kind(text: str) -> str:
    """business, consumer, public, or empty."""
    words = fold(text).split()
    return next((_KIND[word] for word in words if word in _KIND), "")


def language(text: str) -> str:
    """fr, nl, en, de, or empty; `fr_BE` is fr."""
    words = fold(text).split()
    return _LANGUAGE.get(words[0], "") if words else ""


def is_credit(text: str) -> bool:
    """Whether a document's type says that it takes money back: « avoir », credit note, `out_refund`."""
    words = fold(text).split()
    return any(word in _CREDIT for word in words)


def state(text: str) -> str:
    """`paid` when nothing is owed any more, `void` for drafts and cancelled documents, empty for all the rest.

    « Non payée », « partiellement payée », « not paid » say that something is still owed.
    """
    words = fold(text).split()
    if any(word in _STILL_OWED or word.startswith(("partiel", "partial")) for word in words):
        return ""
    return next((_STATE[word] for word in words if word in _STATE), "")
