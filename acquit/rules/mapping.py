"""Which column of somebody's table is which of our fields: synonyms in four languages, and a proposal to confirm.

A proposal is only a proposal: it carries a confidence, and what the user chose once comes before it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from acquit.rules.dates import is_date
from acquit.rules.refusal import gettext_noop
from acquit.rules.tables import fold

SURE, LIKELY, GUESS = 100, 80, 60
"""Confidence: the column bears a known name; bears it among other words; resembles it."""
UNFIT = 35
"""What is left of a sure name whose cells do not look like it: worth a try, so that each bad cell is named."""
SAMPLE = 50

LABELS = {
    "number": gettext_noop("Numéro de facture"),
    "client": gettext_noop("Client"),
    "issued": gettext_noop("Date de facture"),
    "due": gettext_noop("Échéance"),
    "total": gettext_noop("Montant TTC"),
    "open": gettext_noop("Reste dû"),
    "paid": gettext_noop("Montant déjà réglé"),
    "settled": gettext_noop("Réglée (oui ou non)"),
    "paid_on": gettext_noop("Réglée le"),
    "state": gettext_noop("État"),
    "payment_state": gettext_noop("État du règlement"),
    "type": gettext_noop("Type de document"),
    "currency": gettext_noop("Devise"),
    "order_reference": gettext_noop("Référence ou bon de commande"),
    "structured": gettext_noop("Communication structurée"),
    "credits": gettext_noop("Facture corrigée par l’avoir"),
    "email": gettext_noop("E-mail"),
    "code": gettext_noop("Code client"),
    "siren": gettext_noop("SIREN"),
    "siret": gettext_noop("SIRET"),
    "vat": gettext_noop("Numéro de TVA"),
    "bce": gettext_noop("Numéro BCE"),
    "phone": gettext_noop("Téléphone"),
    "contact": gettext_noop("Contact"),
    "street": gettext_noop("Adresse"),
    "postcode": gettext_noop("Code postal"),
    "city": gettext_noop("Ville"),
    "country": gettext_noop("Pays"),
    "kind": gettext_noop("Type de client"),
    "language": gettext_noop("Langue"),
    "debit": gettext_noop("Débit"),
    "credit": gettext_noop("Crédit"),
    "account": gettext_noop("Compte général"),
}
"""Our fields, in the order of the mapping screen, with their names on it."""

TEMPLATE = ("numero", "client", "email", "date", "echeance", "montant_ttc", "reste_du", "devise", "reference")
"""Header of the table that we offer for download."""

_SYNONYMS = {
    "number": "numero|no|n|num|nr|number|numero facture|no facture|n facture|num facture|numero de facture"
    "|n de facture|facture|facture no|facture n|numero de piece|numero piece|no piece|n piece|piece|pieceref"
    "|ref facture|reference facture|reference de facture|reference de la facture|invoice number|invoice no"
    "|invoice|invoice id|invoice invoice number|doc no|document no|document number|document|numero document"
    "|numero de document|factuurnummer|factuurnr|factuur nr|factuur|nummer|documentnummer|rechnungsnummer"
    "|rechnungsnr|rechnung nr|belegnummer|rechnung|no de facture|numero d invoice|transaction number|num piece"
    "|no document",
    "client": "client|nom client|nom du client|clients|raison sociale|societe|tiers|nom du tiers|nom tiers"
    "|entreprise|nom societe|nom de la societe|denomination|debiteur|destinataire|acheteur|compte client|customer"
    "|customer name|client name|company|company name|bill to|buyer|debtor|account name|partner|partner id|klant"
    "|klantnaam|naam klant|klant naam|naam|bedrijf|bedrijfsnaam|debiteurnaam|relatie|kunde|kundenname"
    "|name des kunden|firma|invoice partner display name|nom d affichage du partenaire de la facture|partenaire"
    "|invoice partner|weergavenaam factuurrelatie|factuurrelatie|nom ou raison sociale|nom raison sociale"
    "|client facture|nom|name|organisation|compte tiers libelle|libelle tiers|compauxlib",
    "issued": "date|date facture|date de facture|date de la facture|date facturation|date de facturation"
    "|date emission|date d emission|emise le|emis le|facturee le|date piece|date de piece|date document"
    "|date du document|invoice date|date of invoice|issue date|issued on|issued|issued at|billing date"
    "|document date|created|invoice invoice date|factuurdatum|datum|datum factuur|documentdatum|rechnungsdatum"
    "|belegdatum|ausstellungsdatum|date de creation|date comptable|accounting date|piecedate|date ecriture"
    "|transaction date|date vente",
    "due": "echeance|payable avant|payable avant le|payer avant le|date echeance|date d echeance|date limite"
    "|date limite de reglement"
    "|date limite de paiement|echue le|a payer avant|a payer le|a regler avant le|payable le|payer avant"
    "|date de paiement prevue|date reglement prevue|date d exigibilite|due|due date|due on|payment due"
    "|invoice due date|invoice invoice due date|date due|invoice date due|pay by|maturity|maturity date"
    "|vervaldatum|vervaldag|te betalen voor|te betalen tegen|uiterste betaaldatum|falligkeit|fallig am"
    "|falligkeitsdatum|falligkeitstermin|zahlbar bis|expiration|limite reglement|echeance le",
    "total": "montant ttc|total ttc|ttc|total incl tax|total including tax|total with vat|total tax included"
    "|amount incl tax|amount including tax|toutes taxes comprises"
    "|montant total ttc|total ttc eur|montant ttc eur|montant ttc en eur"
    "|montant total|total|montant|montant facture|total facture|montant de la facture|net a payer|total a payer"
    "|montant tvac|total tvac|tvac|montant initial|montant t t c|total t t c|amount|total amount|invoice amount"
    "|invoice total|amount total|grand total|gross amount|total incl vat|amount incl vat|total gross"
    "|total with tax|amount due total|amount total signed|amount total in currency signed|total signe"
    "|total en devise signe|total in currency signed|totaal|totaalbedrag|bedrag|bedrag incl btw|totaal incl btw"
    "|factuurbedrag|bedrag inclusief btw|totaal inclusief btw|betrag|gesamtbetrag|bruttobetrag|brutto"
    "|rechnungsbetrag|summe|total price|montant total ttc eur|prix ttc",
    "open": "reste du|reste a payer|reste a regler|reste a encaisser|restant du|reste|solde|solde du"
    "|solde ouvert|solde restant|solde a payer|solde restant du|montant du|montant restant|montant restant du"
    "|montant restant signe|montant du signe|impaye|montant impaye|du|encours|a encaisser|a recevoir|non regle"
    "|reste du ttc|restant a payer|balance|balance due|open balance|invoice balance|invoice invoice balance"
    "|amount due|amount residual|amount residual signed|amount due signed|outstanding|amount outstanding"
    "|outstanding amount|remaining|remaining amount|open amount|unpaid amount|openstaand|openstaand bedrag"
    "|openstaand saldo|nog te betalen|te betalen|saldo|verschuldigd bedrag|restbedrag|offen|offener betrag"
    "|restbetrag|offener saldo|solde client|montant ouvert|solde tvac",
    "paid": "paye|montant paye|regle|montant regle|deja regle|deja paye|total regle|total paye|acompte"
    "|acomptes|encaisse|montant encaisse|paid|amount paid|paid amount|payments|paid to date|received|betaald"
    "|reeds betaald|betaald bedrag|bezahlt|bezahlter betrag|reglements|reglement|paiements",
    "settled": "payee|paye|regle|paid|betaald|bezahlt|reglee|facture payee|facture reglee"
    "|facture reglee completement|facture payee completement|soldee|acquittee|is paid|fully paid|betaald ja nee"
    "|reglee oui non|payee oui non|invoice paid",
    "paid_on": "paye le|payee le|regle le|reglee le|date de paiement|date paiement|date de reglement|date reglement"
    "|payment date|invoice payment date|paid on|paid at|date paid|encaisse le|encaissee le|date d encaissement"
    "|date encaissement|betaald op|betaaldatum|betaald|bezahlt am|zahlungsdatum|paye|regle",
    "state": "etat|statut|status|state|etat facture|statut facture|statut de la facture|etat de la facture"
    "|situation|invoice status|invoice state|invoice invoice status|toestand|factuurstatus|stand|avancement",
    "payment_state": "statut du paiement|statut paiement|etat du paiement|etat paiement|etat reglement"
    "|etat du reglement|statut reglement|payment status|payment state|betalingsstatus|betaalstatus|betaalstatuut"
    "|zahlungsstatus|statut de paiement|etat de paiement",
    "type": "type|type de piece|type piece|type de document|type document|type facture|type de facture|nature"
    "|nature document|document type|transaction type|move type|invoice type|soort|documenttype|factuurtype"
    "|belegart|type transaction|type de transaction|typ",
    "currency": "devise|monnaie|code devise|currency|currency code|currency id|valuta|munt|muntcode|wahrung|idevise",
    "order_reference": "reference|ref|bon de commande|numero de commande|n commande|no commande|commande|num commande"
    "|reference commande|reference client|votre reference|vos references|ref client|bdc|po|po number"
    "|purchase order|order|order number|order reference|invoice po number|client order ref|customer reference"
    "|customer po|your reference|bestelbon|bestelnummer|bestelling|uw referentie|referentie|referentie klant"
    "|bestellnummer|ihre referenz|referenz|objet",
    "structured": "communication structuree|communication|vcs|ogm|structured communication|payment reference"
    "|reference de paiement|reference paiement|gestructureerde mededeling|mededeling|betalingsreferentie"
    "|zahlungsreferenz|reference de virement|strukturierte mitteilung",
    "credits": "facture corrigee|facture d origine|facture liee|avoir sur facture|corrected invoice"
    "|original invoice|invoice corrected|reversed entry|oorspronkelijke factuur|facture origine|reversed entry id",
    "email": "email|e mail|mail|courriel|adresse e mail|adresse email|adresse mail|email client|e mail client"
    "|mail client|email de facturation|email address|customer email|client email|contact email|billing email"
    "|emailadres|e mailadres|mailadres|e mail adresse|email facturation|partner email|partner id email"
    "|adresse electronique|email du client|mail facturation",
    "code": "code client|numero client|n client|no client|num client|reference tiers|code tiers|id client"
    "|identifiant client|compte auxiliaire|compte tiers|customer number|customer no|customer id|customer code"
    "|client number|client id|client id number|client code|account number|auxiliary account|klantnummer|klantnr"
    "|klantcode|debiteurnummer|relatienummer|kundennummer|kundennr|kunden nr|debitorennummer|compauxnum"
    "|partner ref",
    "siren": "siren|numero siren|n siren|no siren|siren client|company registry|idprof1|prof id 1|id prof 1",
    "siret": "siret|numero siret|n siret|no siret|siret client|idprof2|prof id 2|id prof 2",
    "vat": "tva|numero tva|n tva|no tva|numero de tva|tva intracommunautaire|tva intracom"
    "|n tva intracommunautaire|numero tva intracommunautaire|numero de tva intracommunautaire|tva intra|vat"
    "|vat number|vat no|vat id|tax id|client vat number|partner vat|btw|btw nummer|btwnummer|btw nr|ust id|ustid"
    "|ust idnr|ust id nr|umsatzsteuer id|partner id vat|no tva intracom",
    "bce": "bce|numero bce|n bce|no bce|numero d entreprise|n entreprise|no entreprise|kbo|kbo nummer"
    "|ondernemingsnummer|enterprise number|company number|unternehmensnummer",
    "phone": "telephone|tel|phone|mobile|portable|gsm|numero de telephone|phone number|telefoon|telefoonnummer"
    "|telefon|telefonnummer|client phone|contact phone",
    "contact": "contact|nom contact|nom du contact|personne de contact|interlocuteur|contact name|contact person"
    "|contactpersoon|ansprechpartner|kontakt|attention de|contact client",
    "street": "adresse|adresse 1|adresse ligne 1|adresse client|adresse de facturation|rue|address|address 1"
    "|street|street address|billing address|client street|client address1|adres|straat|strasse|anschrift"
    "|straat en nummer",
    "postcode": "code postal|cp|zip|zip code|postcode|postal code|postal|client postal code|plz|postleitzahl",
    "city": "ville|localite|commune|city|town|client city|plaats|gemeente|stad|stadt|ort",
    "country": "pays|code pays|country|country code|client country|land|landcode",
    "kind": "type de client|type client|categorie client|nature du client|categorie de client|client type"
    "|customer type|client kind|type de tiers|klanttype|soort klant|type klant|kundentyp|kundenart|profil client",
    "language": "langue|langue client|language|lang|client language|taal|sprache",
    "debit": "debit|debit eur|montant debit|debet|soll|debit amount",
    "credit": "credit|credit eur|montant credit|haben|credit amount",
    "account": "compte general|general account|compte|numero de compte|comptenum|grootboekrekening|account"
    "|sachkonto|compte comptable|account code",
}

# Names that mean something else in one program than everywhere else; the signature tells the program.
_PRESETS: dict[str, tuple[frozenset[str], dict[str, str]]] = {
    "odoo": (
        frozenset(
            {"invoice date due", "amount residual", "invoice partner display name", "payment state", "move type"}
        ),
        {"number": "name", "order_reference": "ref", "structured": "payment reference", "issued": "invoice date"},
    ),
    "qonto": (
        frozenset({"journal code", "general account", "auxiliary account", "invoice number"}),
        {"number": "invoice number", "client": "auxiliary account", "issued": "accounting date"},
    ),
    "qonto-fr": (
        frozenset({"code journal", "compte general", "compte auxiliaire", "numero de facture"}),
        {"number": "numero de facture", "client": "compte auxiliaire", "issued": "date comptable"},
    ),
}
_PRESET_HITS = 2

_VAGUE = frozenset({"nom", "name", "naam", "du", "reste", "reference", "ref", "type", "compte"})
_UNITS = re.compile(r"\b(?:en|in|eur|euros?)\b")
_NOISE = re.compile(
    r"\b(?:de|du|des|d|la|le|l|les|en|eur|euro|euros|van|de|het|the|of|der|des|client|facture|invoice)\b"
)
# A column with one of these words is never the amount with tax, whatever else it is called.
_NOT_WITH_TAX = frozenset(
    {"ht", "hors", "htva", "excl", "exclusief", "net", "netto", "untaxed"}
    | {"tva", "btw", "taxe", "tax", "vat", "remise", "discount", "taux", "rate"}
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_AMOUNT = re.compile(
    r"[(+\-\u2212]?\s*(?:[A-Z]{3}|[€$£])?\s*[(+\-\u2212]?[0-9][0-9 .,'\u00a0\u202f\u2019]*\)?-?\s*(?:[A-Z]{3}|[€$£])?"
)
_FLAGS = frozenset({"oui", "non", "yes", "no", "true", "false", "vrai", "faux", "ja", "nein", "nee"} | set("01xony"))
_AMOUNTS = ("total", "open", "paid", "debit", "credit")


@dataclass(frozen=True, slots=True)
class Guess:
    """One column read as one of our fields."""

    field: str
    column: int
    confidence: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What each recognised column is taken for. A field has one column at most, and a column one field."""

    guesses: tuple[Guess, ...]
    columns: dict[str, int] = field(default_factory=dict)

    def confidence(self, name: str) -> int:
        """0 to 100 for one of our fields; 0 when no column is it."""
        return next((g.confidence for g in self.guesses if g.field == name), 0)


def _index() -> dict[str, list[str]]:
    """Folded synonym → the fields that it may name, in the order of `LABELS`."""
    found: dict[str, list[str]] = {}
    for name in LABELS:
        for synonym in _SYNONYMS[name].split("|"):
            found.setdefault(synonym, []).append(name)
    return found


def _index_bare() -> dict[str, list[str]]:
    """The same without words that add nothing, where two words at least are left: « payable avant »."""
    found: dict[str, list[str]] = {}
    for synonym, fields in _BY_NAME.items():
        short = " ".join(_NOISE.sub(" ", synonym).split())
        if " " in short:
            found.setdefault(short, []).extend(f for f in fields if f not in found.get(short, []))
    return found


_BY_NAME = _index()
_BY_BARE = _index_bare()
_ALL_NAMES = tuple(_BY_NAME)


def score(header: Sequence[str]) -> int:
    """How many cells of a row bear the name of one of our fields: which row is the header. At least two, or none."""
    hits = sum(fold(cell) in _BY_NAME for cell in header if len(cell) <= 60)
    return hits if hits >= 2 else 0


def propose(
    header: Sequence[str], rows: Sequence[Sequence[str]] = (), given: Mapping[str, int] | None = None
) -> Proposal:
    """Read each column's name, and a sample of what is in it, as one of our fields.

    `given` are the columns that the user chose (field → index, -1 for none): they are sure and not guessed.
    """
    given = given or {}
    folded = [fold(cell) for cell in header]
    candidates = [Guess(name, column, SURE) for name, column in given.items() if column >= 0]
    candidates += _preset(folded)
    for column, name in enumerate(folded):
        if column not in given.values():
            candidates += [Guess(f, column, c) for f, c in _named(name) if f not in given]
    sample = list(rows[:SAMPLE])
    weighed = [
        g if g.field in given or _fits(g, sample) else replace(g, confidence=g.confidence - 50) for g in candidates
    ]
    return _chosen([g for g in weighed if g.confidence >= UNFIT], folded, given)


def _preset(folded: Sequence[str]) -> list[Guess]:
    """The columns of a program that is known by its other columns."""
    for signature, columns in _PRESETS.values():
        if len(signature.intersection(folded)) >= _PRESET_HITS:
            places = ((name, folded.index(column)) for name, column in columns.items() if column in folded)
            return [Guess(name, place, SURE + 1) for name, place in places]
    return []


def _named(name: str) -> list[tuple[str, int]]:
    """The fields that one folded column name may mean, with the confidence of each."""
    if name in _BY_NAME:
        # « Montant » may stand beside « Montant TTC », and « Nom » beside « Client ».
        best = SURE if " " in name else SURE - 15 if name in _VAGUE else SURE - 10
        return [(f, best - 2 * rank) for rank, f in enumerate(_BY_NAME[name])]
    for noise in (_UNITS, _NOISE):
        short = " ".join(noise.sub(" ", name).split())
        fields = _BY_NAME.get(short) or _BY_BARE.get(short)
        if fields:
            return _with_tax(name, [(f, LIKELY - 2 * rank) for rank, f in enumerate(fields)])
    if len(name) < 5:
        return []
    near = process.extractOne(name, _ALL_NAMES, scorer=fuzz.ratio, score_cutoff=86)
    return _with_tax(name, [(f, GUESS) for f in _BY_NAME[near[0]][:1]]) if near else []


def _with_tax(name: str, meanings: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """« Montant HT » resembles « Montant TTC », and is not what a customer owes."""
    if not _NOT_WITH_TAX.intersection(name.split()):
        return meanings
    return [(f, confidence) for f, confidence in meanings if f not in ("total", "open")]


def _fits(guess: Guess, rows: Sequence[Sequence[str]]) -> bool:
    """Whether what is in the column can be what its name says; an empty column can be anything."""
    test = _TESTS.get(guess.field)
    cells = [row[guess.column] for row in rows if guess.column < len(row) and row[guess.column]]
    if test is None or not cells:
        return True
    fitting = sum(map(test, cells))
    return fitting == len(cells) if guess.field == "settled" else fitting * 2 >= len(cells)


def _is_day(text: str) -> bool:
    return is_date(text) or is_date(text, day_first=False)


def _is_amount(text: str) -> bool:
    return bool(_AMOUNT.fullmatch(text.strip()))


def _is_flag(text: str) -> bool:
    return fold(text) in _FLAGS


_TESTS: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys(_AMOUNTS, _is_amount),
    "paid": lambda text: _is_amount(text) and text != "1",
    "issued": _is_day,
    "due": lambda text: _is_day(text) or not _is_amount(text),
    "paid_on": _is_day,
    "email": lambda text: bool(_EMAIL.search(text)),
    "settled": _is_flag,
    "vat": lambda text: any(c.isdigit() for c in text) and len(text) >= 8,
    "state": lambda text: not _is_amount(text) or text.isdigit(),
}


def _chosen(candidates: Sequence[Guess], folded: Sequence[str], given: Mapping[str, int]) -> Proposal:
    """The best candidates, so that no field and no column is taken twice. On a tie, `LABELS` order."""
    order = list(LABELS)
    ranked = sorted(candidates, key=lambda g: (-g.confidence, order.index(g.field), g.column))
    columns: dict[str, int] = {}
    chosen: list[Guess] = []
    for guess in ranked:
        if guess.field in columns or guess.column in columns.values():
            continue
        columns[guess.field] = guess.column
        chosen.append(Guess(guess.field, guess.column, min(guess.confidence, SURE)))
    _lend_reference(columns, chosen, folded, given)
    return Proposal(tuple(sorted(chosen, key=lambda g: g.column)), columns)


def _lend_reference(
    columns: dict[str, int], chosen: list[Guess], folded: Sequence[str], given: Mapping[str, int]
) -> None:
    """« Réf. » is the invoice number where nothing else is."""
    column = columns.get("order_reference", -1)
    if (
        "number" in columns
        or "number" in given
        or column < 0
        or folded[column] not in ("reference", "ref", "referentie")
    ):
        return
    columns["number"] = columns.pop("order_reference")
    chosen[:] = [Guess("number", g.column, LIKELY) if g.field == "order_reference" else g for g in chosen]
