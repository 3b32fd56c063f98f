"""The words of banks: what columns, marks, states and balances are called, in nine languages. Folded.

A `|` separates spellings, the best first. The contents of a column decide between two meanings of a word.
"""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


_SPELLINGS = {
    "booked": (
        "date comptable|date de comptabilisation|date operation|date d operation|date de l operation|dateop|date"
        "|date execution|date d execution|date ecriture|jour|date mouvement|boekingsdatum|datum|transactiedatum"
        "|uitvoeringsdatum|verrichtingsdatum|booking date|transaction date|posting date|posted date|date processed"
        "|processed date|date posted|completed date|date completed|settlement date|operation date|buchungsdatum"
        "|buchungstag|buchung|fecha contable|fecha operacion|fecha de operacion|fecha|data contabile|data operazione"
        "|data movimento|data|datum provedeni|datum zauctovani|tranzakcio datuma|konyveles datuma|bokforingsdag"
        "|bokforingsdatum|transaktionsdatum|bogfort|bogfort dato|reskontradatum|boekdatum|dato|data ksiegowania"
        "|data operacji|statement created"
    ),
    "value": (
        "date valeur|date de valeur|date de la valeur|valeur|dateval|valutadatum|valuta datum|valuta|value date"
        "|wertstellung|wert|fecha valor|data valuta|datum zauctovani|ertenknap|valutadag|belegdatum"
    ),
    "amount": (
        "montant|montant operation|montant de l operation|montant ttc|montant net|somme|bedrag|bedrag in|amount"
        "|net amount|total amount|transaction amount|amount in|buchungsbetrag|betrag|umsatz|importe|importo|cantidad"
        "|zauctovana castka|castka|objem|tranzakcio osszege|osszeg|belopp|belob|kwota|kwota operacji|valor|net|gross"
        "|brut"
    ),
    "debit": (
        "debit|debits|montant debit|debet|af|uit|uitgaven|withdrawal|withdrawals|paid out|money out|debit amount|soll"
        "|lastschrift|cargo|cargos|debe|dare|addebiti|uscite|sortie|sorties|depense|depenses|outflow|terheles"
    ),
    "credit": (
        "credit|credits|montant credit|bij|in|inkomsten|deposit|deposits|paid in|money in|credit amount|haben"
        "|gutschrift|kredit|abono|abonos|haber|avere|accrediti|entrate|entree|entrees|recette|recettes|inflow"
        "|jovairas"
    ),
    "flag": (
        "sens|d c|c d|dc|cd|debit credit|credit debit|debit credit indicator|credit debit indicator|dr cr|cr dr"
        "|af bij|bij af|soll haben|s h|sens de l operation|direction|bevetel kiadas|debet credit|credit debet"
    ),
    "currency": (
        "devise|monnaie|devise du compte|munt|muntsoort|munteenheid|valuta|devies|currency|ccy|account currency"
        "|buchungswahrung|buchungswaehrung|wahrung|waehrung|moneda|divisa|valuta|mena uctu|mena|tranzakcio devizaneme"
        "|devizanem|valutakod|waluta"
    ),
    "label": (
        "libelle|libelle operation|libelle de l operation|libelles|intitule|description|details|detail|communication"
        "|communications|communication libre|message|motif|objet|mededeling|mededelingen|vrije mededeling"
        "|omschrijving|omschrijving 1|omschrijving 2|omschrijving 3|bericht|label|memo|narrative|text"
        "|remittance information|payment details|transaction description|verwendungszweck|buchungstext"
        "|transaktionsbeschreibung|transaktionsbeschreibung zusatz|concepto|descripcion|causale|descrizione|zprava"
        "|zprava pro prijemce|poznamka|payment reference|kozlemeny|reszletek|meddelande|tekst|opis|tytul|reference"
        "|ref|referentie|referencia|referenz|riferimento"
    ),
    "name": (
        "nom de la contrepartie|nom contrepartie|contrepartie|tiers|donneur d ordre|beneficiaire|emetteur"
        "|naam tegenpartij|tegenpartij naam|naam van de tegenpartij|tegenpartij|counterparty name|counterparty"
        "|counter party|naam omschrijving|partner name|payee|payer|beneficiary|merchant"
        "|beguenstigter zahlungspflichtiger|beguenstigter auftraggeber|begunstigter auftraggeber"
        "|auftraggeber begunstigter|auftraggeber empfanger|name zahlungsbeteiligter|zahlungsempfanger|ordenante"
        "|nazev protiuctu|partner neve|nom|naam|name"
    ),
    "iban": (
        "iban contrepartie|iban de la contrepartie|compte contrepartie|compte de contrepartie|compte partie adverse"
        "|compte tiers|iban tiers|tegenrekening|rekening tegenpartij|rekeningnummer tegenpartij|iban tegenpartij"
        "|counterparty iban|counterparty account|bank account|partner account|kontonummer iban|kontonummer"
        "|iban zahlungsbeteiligter|cislo protiuctu|tegenrekening iban bban|partner szamlaszama|counterparty"
        "|tegenpartij|contrepartie|iban"
    ),
    "account": (
        "numero de compte|compte|n compte|no compte|iban compte|rekeningnummer|rekening|iban rekening|account number"
        "|account iban|account|account id|accountnum|auftragskonto|iban auftragskonto|konto|cuenta|conto|cislo uctu"
        "|szamlaszam|umsatz getatigt von|kontonummer|iban bban|rachunek|iban"
    ),
    "balance": (
        "solde|solde apres operation|nouveau solde|saldo|saldo na verrichting|balance|running balance|account balance"
        "|accountbalance|kontostand|saldo nach buchung|egyenleg|zustatek"
    ),
    "reference": (
        "id|transaction id|id transaction|identifiant|identifiant de transaction|reference banque|reference bancaire"
        "|bank reference|numero d operation|numero de transaction|operation number|id transakce|buchungsreferenz"
        "|transactiereferentie|transactienummer|bankreferentie|numero de mouvement|omzetnummer|reference|ref"
        "|referencia|referentie"
    ),
    "structured": (
        "communication structuree|gestructureerde mededeling|structured communication|structured reference"
        "|reference structuree|strukturierte mitteilung"
    ),
    "end_to_end": "end to end id|endtoendid|reference de bout en bout|reference client|kundenreferenz",
    "state": "statut|status|state|etat|status transactie|estado|stato",
}

SYNONYMS = {name: tuple(words.split("|")) for name, words in _SPELLINGS.items()}
"""Field → folded headers."""

DATE_WORDS = _set("date|datum|fecha|data|dato|jour")
MONEY_WORDS = _set("montant|amount|bedrag|betrag|importe|importo|castka|osszeg|kwota|belopp")
NOT_MONEY_WORDS = _set("original|orig|foreign|fee|frais|tva|vat|local|currency|num|number")
CREDIT_MARKS = _set("c|cr|credit|kredit|i|in|inflow|bij|h|haben|haber|avere|+|crdt|bevetel|entree")
DEBIT_MARKS = _set("d|dr|debit|debet|o|out|outflow|af|s|soll|debe|dare|-|dbit|kiadas|sortie")
NOT_BOOKED = _set(
    "processing|declined|pending|reverted|failed|canceled|cancelled|rejected|en cours|en attente|en traitement"
    "|en cours de traitement|refuse|refusee|rejete|rejetee|annule|annulee|a venir|in behandeling|geweigerd|openstaand"
    "|geannuleerd|in uitvoering|vorgemerkt|abgelehnt|pendiente|rechazado"
)
BALANCE_WORDS = _set("solde|soldes|balance|saldo|kontostand|total|totaux|totaal|summe|egyenleg|zustatek")
OPENING_WORDS = _set(
    "start|debut|ancien|precedent|initial|ouverture|begin|beginning|vorig|opening|alter|anfang|inicial"
)
CLOSING_WORDS = _set("end|fin|nouveau|final|cloture|eind|einde|nieuw|closing|neuer|ende")
