"""Whether a customer in a file is one that we know, and what kind of customer it is where the file does not say.

An identifier decides; a name alone decides only when nothing speaks against it. What is merely alike is *probable*:
a person confirms it, because two debtors taken for one get each other's letters.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from rapidfuzz import fuzz

from acquit.rules.claims import PartySheet
from acquit.rules.tables import fold

Ref = TypeVar("Ref", bound=Hashable)

ALIKE_MIN = 82
"""From this likeness (0 to 100) on, two names are probably one customer's."""
AKIN_MIN = 75
"""Two names with no word in common must be this alike for a shared code or address to be proof."""
BLOCK_MAX = 100
"""A beginning of a word that more customers share (« garage ») does not help to find one."""

_IDENTIFIERS = ("siret", "siren", "vat", "bce")
_EVIDENCE = (*_IDENTIFIERS, "code", "email", "name")
_FORMS = (
    "sarl sas sasu sa eurl sci snc scop scp selarl selas sel gie eirl ei eurlu scea earl gaec sca"
    " srl sprl sprlu bv bvba nv scrl cvba scs comm commv vof asbl vzw aisbl ivzw sc cv"
    " gmbh ag kg ohg ug ltd limited llc llp inc plc corp spa sl sarls senc se"
    " ste societe ets etablissements etablissement cie compagnie"
)
_LEGAL_FORMS = frozenset(_FORMS.split())
_COMPANY_FORMS = _LEGAL_FORMS - frozenset(
    {"ei", "eirl", "ste", "societe", "ets", "etablissements", "etablissement", "cie", "compagnie", "sel", "se", "comm"}
)
_SMALL_WORDS = frozenset({"et", "and", "en", "und"})
_CIVILITIES = frozenset(
    {"m", "mr", "mme", "mlle", "melle", "monsieur", "madame", "mademoiselle", "mrs", "ms", "dhr", "mevr", "mevrouw"}
    | {"herr", "frau"}
)
_INITIALS = re.compile(r"\b[a-z](?: [a-z])+\b")
# How the names of public bodies begin in France and Belgium.
_PUBLIC = re.compile(
    r"(?:"
    r"mairie|commune (?:de|d|du|des)|ville (?:de|d|du|des)|metropole (?:de|d|du)|agglomeration|"
    r"communaute (?:de communes|d agglomeration|urbaine)|departement (?:de|d|du|des)|"
    r"conseil (?:departemental|regional|general|municipal)|"
    r"region (?:de|d|hauts|ile|grand|pays|bretagne|normandie|occitanie|sud)|prefecture|sous prefecture|prefet|"
    r"ministere|rectorat|chu|chru|chr|centre hospitalier|hopital|hopitaux|assistance publique|ehpad public|ccas|"
    r"cias|sdis|sivom|sivu|syndicat (?:mixte|intercommunal)|lycee|college|"
    r"ecole (?:primaire|maternelle|elementaire|communale)|universite|crous|caisse des ecoles|"
    r"office (?:public|de tourisme)|tresor public|direction (?:generale|departementale|regionale)|dgfip|urssaf|"
    r"cpam|france travail|pole emploi|etat (?:francais|belge)|republique francaise|agence regionale|"
    r"etablissement public|spf|fod|spp|cpas|ocmw|gemeente|gemeentebestuur|stad|stadsbestuur|provincie|"
    r"provinciebestuur|administration communale|intercommunale|intercommunal|zone de (?:police|secours)|"
    r"politiezone|hulpverleningszone|athenee royal|atheneum|vlaamse overheid|vlaams gewest|region wallonne|"
    r"region de bruxelles|service public|federation wallonie|communaute francaise|agentschap|openbaar centrum|"
    r"universiteit|hogeschool|belgische staat"
    r")\b"
)
_COUNTRY_OF_VAT = {"EL": "GR", "XI": "GB"}
_COUNTRY_OF_MARK = {"F": "FR", "B": "BE", "L": "LU", "D": "DE", "CH": "CH", "NL": "NL", "A": "AT"}
_POSTCODE = re.compile(r"(?:([A-Z]{1,2})[ -]{1,3})?([0-9]{4,5})(?:\b|$)")
_DIALLING = {"+33": "FR", "0033": "FR", "+32": "BE", "0032": "BE", "+352": "LU", "+31": "NL", "+41": "CH", "+49": "DE"}
_LANGUAGES = {"FR": "fr", "MC": "fr", "LU": "fr", "NL": "nl", "GB": "en", "IE": "en", "US": "en"}


@dataclass(frozen=True, slots=True)
class Recognition(Generic[Ref]):
    """Who a party is. `ref` is set when it is sure; `candidates` are to be shown when it is only probable."""

    certainty: str
    """same, probable, new"""
    ref: Ref | None = None
    by: str = ""
    """What decided: siret, siren, vat, bce, code, email, name, or alike."""
    candidates: tuple[Ref, ...] = ()
    likeness: int = 0
    """0 to 100 for names that are alike."""


class Index(Generic[Ref]):
    """The customers we know, by everything that can tell them apart. A look-up costs the same however many they are."""

    def __init__(self, known: Iterable[tuple[Ref, PartySheet]] = ()) -> None:
        self._sheets: dict[Ref, PartySheet] = {}
        self._by: dict[tuple[str, str], list[Ref]] = defaultdict(list)
        self._blocks: dict[str, list[Ref]] = defaultdict(list)
        for ref, party in known:
            self.add(ref, party)

    def add(self, ref: Ref, party: PartySheet) -> None:
        """One customer more, such as the one just made from the same file."""
        self._sheets[ref] = party
        for key in _keys(party):
            self._by[key].append(ref)
        for block in _blocks(party.name):
            self._blocks[block].append(ref)

    def sheet(self, ref: Ref) -> PartySheet:
        """What we know of a customer."""
        return self._sheets[ref]

    def having(self, key: tuple[str, str]) -> list[Ref]:
        """The customers that have an identifier, a code, an address or a name."""
        return self._by.get(key, [])

    def alike(self, name: str) -> list[Ref]:
        """Customers whose name has a word that begins like one of this name's; few, whatever the size."""
        found: dict[Ref, None] = {}
        for block in _blocks(name):
            refs = self._blocks.get(block, [])
            if len(refs) <= BLOCK_MAX:
                found.update(dict.fromkeys(refs))
        return list(found)


def recognise(party: PartySheet, known: Index[Ref]) -> Recognition[Ref]:
    """Which known customer a party is: by SIRET, SIREN, VAT, BCE, code, e-mail, then name, in this order.

    Different identifiers of one kind make two customers, whatever else agrees. A code or an address shared by two
    unlike names, a name shared by two postcodes, or one key shared by several customers are only probable.
    """
    keys = dict(_keys(party))
    doubtful: Recognition[Ref] | None = None
    for by in _EVIDENCE:
        refs = known.having((by, keys[by])) if by in keys else []
        refs = [ref for ref in refs if not _contradict(party, known.sheet(ref), by)]
        if len(refs) == 1 and _is_enough(by, party, known.sheet(refs[0])):
            return Recognition("same", refs[0], by, (refs[0],), 100)
        if refs and doubtful is None:
            doubtful = Recognition("probable", None, by, tuple(refs[:5]), 100)
    return doubtful or _most_alike(party, known)


def _is_enough(by: str, party: PartySheet, sheet: PartySheet) -> bool:
    """Whether one customer found by this evidence is surely the party."""
    if by in _IDENTIFIERS:
        return True
    if by == "name":
        return not (party.postcode and sheet.postcode and fold(party.postcode) != fold(sheet.postcode))
    shared = set(bare_name(party.name).split()) & set(bare_name(sheet.name).split())
    return any(len(word) >= 3 for word in shared) or likeness(party.name, sheet.name) >= AKIN_MIN


def _contradict(party: PartySheet, sheet: PartySheet, by: str) -> bool:
    """Both have an identifier of one kind, and not the same one; or they share a name in two countries."""
    ours, theirs = _identifiers(party), _identifiers(sheet)
    for kind in ("siren", "bce", "vat"):
        if ours.get(kind) and theirs.get(kind) and ours[kind] != theirs[kind]:
            return not (kind == "vat" and ours["vat"][:2] != theirs["vat"][:2])
    return by == "name" and bool(party.country and sheet.country and party.country != sheet.country)


def _most_alike(party: PartySheet, known: Index[Ref]) -> Recognition[Ref]:
    """The customers whose names resemble the party's, best first, for a person to judge."""
    scored = ((likeness(party.name, known.sheet(ref).name), ref) for ref in known.alike(party.name))
    near = [(score, ref) for score, ref in scored if score >= ALIKE_MIN]
    near = [(score, ref) for score, ref in near if not _contradict(party, known.sheet(ref), "name")]
    if not near:
        return Recognition("new")
    near.sort(key=lambda pair: -pair[0])
    return Recognition("probable", None, "alike", tuple(ref for _, ref in near[:5]), near[0][0])


def likeness(one: str, other: str) -> int:
    """0 to 100: how alike two names are, legal forms, accents, case and order of words aside."""
    return int(fuzz.ratio(bare_name(one), bare_name(other)))


@lru_cache(maxsize=65_536)
def bare_name(name: str) -> str:
    """A name as it is compared: « S.A.R.L. Dupont & Fils » and « Dupont et fils SARL » are both `dupont fils`."""
    words = _words(name)
    kept = [w for w in words if w not in _LEGAL_FORMS and w not in _SMALL_WORDS]
    while len(kept) > 1 and kept[0] in _CIVILITIES:
        kept = kept[1:]
    return " ".join(sorted(kept or words))


def _words(name: str) -> list[str]:
    return _INITIALS.sub(lambda m: m[0].replace(" ", ""), fold(name)).split()


def _keys(party: PartySheet) -> list[tuple[str, str]]:
    """Everything by which a party can be found again."""
    found = dict(_identifiers(party))
    found |= {"code": party.code.strip().casefold(), "email": party.email.strip().casefold()}
    found["name"] = bare_name(party.name)
    return [(kind, text) for kind, text in found.items() if text]


def _identifiers(party: PartySheet) -> dict[str, str]:
    """Identifiers, with those that one holds inside another: a SIRET and a French VAT number hold the SIREN."""
    french, belgian = party.vat.startswith("FR"), party.vat.startswith("BE")
    return {
        "siret": party.siret,
        "siren": party.siren or party.siret[:9] or (party.vat[4:] if french else ""),
        "vat": party.vat,
        "bce": party.bce or (party.vat[2:] if belgian else ""),
    }


def _blocks(name: str) -> set[str]:
    return {word[:4] for word in bare_name(name).split() if len(word) >= 3}


@dataclass(frozen=True, slots=True)
class Deduction:
    """What was deduced, and whether a person should confirm it because the law depends on it."""

    value: str
    sure: bool


def kind_of(party: PartySheet) -> Deduction:
    """business, consumer or public: the file's word, then identifiers, then the name; business when nothing tells.

    French public bodies have a SIREN that begins with 1 or 2. A civility makes a consumer, to be confirmed:
    a sole trader has one too. The absence of identifiers proves nothing.
    """
    if party.kind:
        return Deduction(party.kind, sure=True)
    siren = _identifiers(party)["siren"]
    words = _words(party.name)
    if _COMPANY_FORMS.intersection(words):
        return Deduction("business", sure=True)
    by_name, by_number = bool(_PUBLIC.match(" ".join(words))), siren[:1] in ("1", "2")
    if by_name or by_number:
        return Deduction("public", sure=by_name and (by_number or not siren))
    if any(_identifiers(party).values()):
        return Deduction("business", sure=True)
    if len(words) > 1 and words[0] in _CIVILITIES and len(words[1]) > 1:
        return Deduction("consumer", sure=False)
    return Deduction("business", sure=False)


def country_of(party: PartySheet, home: str) -> Deduction:
    """ISO country of a party: the file's word, identifiers, postcode, dialling code, or the firm's own (`home`)."""
    if party.country:
        return Deduction(party.country, sure=True)
    if party.vat[:2].isalpha() and party.vat[:2]:
        return Deduction(_COUNTRY_OF_VAT.get(party.vat[:2], party.vat[:2]), sure=True)
    if party.siren or party.siret or party.bce:
        return Deduction("BE" if party.bce else "FR", sure=True)
    found = _POSTCODE.match(party.postcode.strip().upper())
    if found and found[1] in _COUNTRY_OF_MARK:
        return Deduction(_COUNTRY_OF_MARK[found[1]], sure=True)
    if found and not found[1]:
        # Five digits are German too, four are Swiss too: a guess between the two countries we serve.
        return Deduction("FR" if len(found[2]) == 5 else "BE", sure=(home == "FR") == (len(found[2]) == 5))
    phone = re.sub(r"[^0-9+]", "", party.phone)
    dialled = next((country for code, country in _DIALLING.items() if phone.startswith(code)), "")
    return Deduction(dialled or home, sure=False)


def language_of(party: PartySheet, country: str, home_language: str) -> Deduction:
    """fr, nl, en or de: the file's word, else what is spoken in the country, in Belgium in the region.

    The region follows from the postcode: Flanders is 1500 to 3999 and 8000 to 9999, Wallonia 1300 to 1499 and
    4000 to 7999. In Brussels, 1000 to 1299, the firm's own language (`home_language`) is taken.
    """
    if party.language:
        return Deduction(party.language, sure=True)
    if country != "BE":
        return Deduction(_LANGUAGES.get(country, home_language), sure=country in _LANGUAGES)
    found = _POSTCODE.match(party.postcode.strip().upper())
    number = int(found[2]) if found else 0
    if 1500 <= number <= 3999 or 8000 <= number <= 9999:
        return Deduction("nl", sure=True)
    if 1300 <= number <= 1499 or 4000 <= number <= 7999:
        return Deduction("fr", sure=True)
    return Deduction(home_language, sure=False)
