"""The CSV layouts of French and Belgian banks, as data: how each is recognised, which column holds what.

Headers are written folded (see `acquit.rules.tables.fold`): lower case, no accents, one space for punctuation.
A `;` separates columns, a `|` the spellings of one column. `label` joins its columns, other fields take one.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """One bank's table: a row of headers that holds the whole `signature` is this bank's."""

    name: str
    title: str
    signature: tuple[frozenset[str], ...]
    columns: dict[str, tuple[tuple[str, ...], ...]]
    """Field → its columns, each with its spellings."""
    bank_reference: str = ""
    """Pattern of the bank's own id inside the label, where it has no column."""

    def fits(self, headers: frozenset[str]) -> bool:
        """Whether a row of folded headers is this bank's."""
        return all(spellings & headers for spellings in self.signature)


def _layout(name: str, title: str, signature: str, /, *, bank_reference: str = "", **columns: str) -> Layout:
    return Layout(
        name,
        title,
        tuple(frozenset(header.split("|")) for header in signature.split("; ")),
        {field: tuple(tuple(column.split("|")) for column in text.split("; ")) for field, text in columns.items()},
        bank_reference,
    )


LAYOUTS = (
    _layout(
        "bnp",
        "BNP Paribas",
        "date operation; libelle court; type operation; libelle operation",
        booked="date operation",
        label="libelle operation",
        amount="montant operation en euro|montant operation en euros|montant operation en eur|montant operation",
    ),
    _layout(
        "ca",
        "Crédit Agricole",
        "date; libelle; debit euros; credit euros",
        booked="date",
        value="date valeur|date de valeur",
        label="libelle",
        debit="debit euros",
        credit="credit euros",
    ),
    _layout(
        "sg",
        "Société Générale",
        "detail de l ecriture|detail de l operation; montant de l operation",
        booked="date de l operation|date de comptabilisation",
        label="detail de l ecriture|detail de l operation; libelle",
        amount="montant de l operation",
        currency="devise",
    ),
    _layout(
        "bpce",
        "Banque Populaire, Caisse d’Épargne",
        "libelle simplifie; libelle operation; debit; credit",
        booked="date de comptabilisation",
        value="date de valeur",
        label="libelle operation; informations complementaires; reference",
        debit="debit",
        credit="credit",
    ),
    _layout(
        "cm-cic",
        "Crédit Mutuel, CIC",
        "date; date de valeur; libelle; solde",
        booked="date",
        value="date de valeur",
        label="libelle",
        amount="montant",
        debit="debit",
        credit="credit",
        currency="devise",
        balance="solde",
    ),
    _layout(
        "lbp",
        "La Banque Postale",
        "date; libelle; montant euros",
        booked="date",
        label="libelle",
        amount="montant euros",
    ),
    _layout(
        "bourso",
        "BoursoBank",
        "dateop; dateval; label; amount; accountnum",
        booked="dateop",
        value="dateval",
        label="label; comment",
        amount="amount",
        account="accountnum",
    ),
    _layout(
        "qonto",
        "Qonto",
        "status; settlement date utc|settlement date local; total amount incl vat; counterparty name",
        state="status",
        booked="settlement date local|settlement date utc",
        amount="total amount incl vat",
        currency="currency",
        name="counterparty name",
        label="reference; note",
        reference="transaction id",
        iban="iban|counterparty iban",
    ),
    _layout(
        "qonto",
        "Qonto",
        "statut; montant total ttc; nom de la contrepartie",
        state="statut",
        booked="date de valeur local|date de valeur locale|date de valeur utc|date de valeur"
        "|date de reglement local|date de reglement utc|date de l operation local|date de l operation utc",
        amount="montant total ttc",
        currency="devise",
        name="nom de la contrepartie",
        label="reference; note",
        reference="id de transaction|identifiant de transaction|id transaction|transaction id",
        iban="iban|iban de la contrepartie",
    ),
    _layout(
        "shine",
        "Shine",
        "transaction id; date de la valeur; date d operation; debit; credit",
        booked="date d operation",
        value="date de la valeur",
        debit="debit",
        credit="credit",
        currency="devise",
        label="libelle; reference; commentaire",
        name="nom de la contrepartie",
        iban="iban de la contrepartie",
        reference="transaction id",
        state="statut",
    ),
    _layout(
        "revolut",
        "Revolut Business",
        "date completed utc; type; state; description; amount",
        state="state",
        booked="date completed utc|date started utc",
        amount="total amount|amount",
        currency="payment currency|currency",
        label="description; reference",
        name="payer",
        reference="id",
        balance="balance",
        iban="beneficiary iban|payer iban",
    ),
    _layout(
        "ing-be",
        "ING Belgique",
        "numero de compte; compte partie adverse; numero de mouvement; date comptable",
        account="numero de compte",
        iban="compte partie adverse",
        reference="numero de mouvement",
        booked="date comptable",
        value="date valeur",
        amount="montant",
        currency="devise",
        label="message; libelles; details du mouvement",
        name="nom partie adverse|nom de la partie adverse",
    ),
    _layout(
        "ing-be",
        "ING België",
        "rekeningnummer; rekening tegenpartij; omzetnummer; boekingsdatum; bedrag",
        account="rekeningnummer",
        iban="rekening tegenpartij",
        reference="omzetnummer",
        booked="boekingsdatum",
        value="valutadatum",
        amount="bedrag",
        currency="munteenheid|munt|valuta",
        label="bericht; omschrijving; detail van de omzet|details van de omzet",
        name="naam tegenpartij",
    ),
    _layout(
        "kbc",
        "KBC",
        "rekeningnummer; rubrieknaam; afschriftnummer; omschrijving; bedrag",
        account="rekeningnummer",
        currency="munt",
        booked="datum",
        value="valuta",
        amount="bedrag",
        balance="saldo",
        iban="rekeningnummer tegenpartij|rekening tegenpartij",
        name="naam tegenpartij",
        structured="gestructureerde mededeling",
        label="vrije mededeling; omschrijving",
    ),
    _layout(
        "kbc",
        "CBC",
        "numero de compte; nom de la rubrique; numero de l extrait|numero d extrait; description; montant",
        account="numero de compte",
        currency="devise",
        booked="date",
        value="valeur|date valeur",
        amount="montant",
        balance="solde",
        iban="numero de compte contrepartie|compte contrepartie|numero de compte de la contrepartie",
        name="nom contrepartie|nom de la contrepartie|nom de contrepartie",
        structured="communication structuree",
        label="communication libre; description",
    ),
    _layout(
        "belfius",
        "Belfius",
        "compte; date de comptabilisation; numero d extrait; compte contrepartie; communications",
        account="compte",
        booked="date de comptabilisation",
        reference="numero de transaction",
        iban="compte contrepartie",
        name="nom contrepartie contient|nom contrepartie",
        value="date valeur",
        amount="montant",
        currency="devise",
        label="communications; transaction",
    ),
    _layout(
        "belfius",
        "Belfius",
        "rekening; boekingsdatum; afschriftnummer; rekening tegenpartij; mededelingen",
        account="rekening",
        booked="boekingsdatum",
        reference="transactienummer",
        iban="rekening tegenpartij",
        name="naam tegenpartij bevat|naam tegenpartij",
        value="valutadatum",
        amount="bedrag",
        currency="devies|munt|valuta",
        label="mededelingen; transactie",
    ),
    _layout(
        "fortis",
        "BNP Paribas Fortis",
        "date d execution; date valeur; devise du compte|devise compte|devise; type de transaction|detail|details",
        bank_reference=r"REFERENCE BANQUE ?: ?(\w+)",
        booked="date d execution",
        value="date valeur",
        amount="montant",
        currency="devise du compte|devise compte|devise",
        account="numero de compte",
        iban="contrepartie|contrepartie de la transaction",
        name="nom de la contrepartie",
        label="communication; details|detail",
        state="statut",
    ),
    _layout(
        "fortis",
        "BNP Paribas Fortis",
        "uitvoeringsdatum; valutadatum; valuta rekening|valuta van de rekening; type verrichting|details",
        bank_reference=r"BANKREFERENTIE ?: ?(\w+)",
        booked="uitvoeringsdatum",
        value="valutadatum",
        amount="bedrag",
        currency="valuta rekening|valuta van de rekening",
        account="rekeningnummer",
        iban="tegenpartij|tegenpartij van de verrichting",
        name="naam van de tegenpartij",
        label="mededeling; details",
        state="status",
    ),
)


def layout_of(headers: frozenset[str]) -> Layout | None:
    """The first bank whose whole signature is among these folded headers."""
    return next((layout for layout in LAYOUTS if layout.fits(headers)), None)
