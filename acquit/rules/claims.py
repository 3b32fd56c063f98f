"""What an imported file says is owed, whatever the format it came in. Values only."""

from dataclasses import dataclass, field
from datetime import date

from acquit.rules.refusal import Reason


@dataclass(frozen=True, slots=True)
class PartySheet:
    """A customer (or the seller) as a file describes them. Identifiers are bare: no spaces, no dots."""

    name: str
    code: str = ""
    """The customer's code in the software that made the file (FEC: CompAuxNum)."""
    siren: str = ""
    siret: str = ""
    vat: str = ""
    bce: str = ""
    email: str = ""
    phone: str = ""
    contact: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    """ISO 3166 alpha-2, empty when unknown."""
    kind: str = ""
    """business, consumer, public, or empty when the file does not say."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class ClaimSheet:
    """One invoice or credit note found in a file. Amounts in minor units of `currency`, taxes included."""

    number: str
    issued_on: date
    total: int
    """What the document asks for; a credit note is positive here and says so by `kind`."""
    party: PartySheet
    kind: str = "invoice"
    """invoice or credit_note"""
    due_on: date | None = None
    """None when the file has no due date: payment terms are asked once."""
    open: int | None = None
    """What is still owed according to the file; None when it does not say (then all of it is)."""
    currency: str = "EUR"
    order_reference: str = ""
    structured: str = ""
    credits: str = ""
    """For a credit note: the number of the invoice it corrects."""
    seller: PartySheet | None = None
    iban: str = ""
    """Account the document asks to be paid on."""
    file: str = ""
    line: int | None = None
    note: str = ""
    """A flag for the user, such as « détail absent » for a carried-forward balance."""


@dataclass(frozen=True, slots=True)
class FileSheet:
    """All that one file says: the claims, the faults by line, the total to show beside ours."""

    file: str
    source: str
    """csv, xlsx, fec, cii, ubl, facturx"""
    claims: tuple[ClaimSheet, ...] = ()
    errors: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    total: int | None = None
    """Sum of what the file says is owed, over all of its readable lines, in minor units."""
    columns: tuple[str, ...] = ()
    """Header of a table, for the mapping screen."""
    mapping: dict[str, str] = field(default_factory=dict)
    """Our field → the file's column, proposed or given."""
    examples: tuple[tuple[str, ...], ...] = ()
    """First rows of a table, for the mapping screen."""
    rejected: tuple[tuple[str, ...], ...] = ()
    """Rows with an error, as they stood, to be downloaded, mended and imported again."""
