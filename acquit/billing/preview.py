"""What an import would do («aperçu»), before anything is written: line by line, with our totals beside the file's."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from acquit.billing import assessment
from acquit.billing.assessment import Assessment, Draft
from acquit.billing.choices import Choices
from acquit.billing.sheets import ReadSheet
from acquit.parties.bulk import chunks
from acquit.parties.facts import Author
from acquit.parties.models import Customer, Firm
from acquit.rules import duplicates
from acquit.rules.money import spell
from acquit.rules.references import reference_key
from acquit.rules.refusal import Reason, gettext_noop

_MORE = gettext_noop(
    "%(number)s : le fichier dit qu’il reste %(theirs)s %(currency)s, nous en sommes à %(ours)s. Rien n’est changé."
)
_TAKEN = gettext_noop("%(number)s : ce client a déjà une facture de ce numéro, de %(ours)s %(currency)s.")
_OTHER_CUSTOMER = gettext_noop("%(number)s : ce numéro est déjà celui d’une facture de %(ours)s %(currency)s.")
_OTHER_NUMBER = gettext_noop("%(number)s : même client, même jour et même total que %(twin)s.")
_TERMS = gettext_noop("Factures sans échéance : %(count)s. Indiquez le délai de paiement en jours.")


@dataclass(frozen=True, slots=True)
class Line:
    """One claim of the files and what would become of it. Amounts in minor units of `currency`."""

    key: str
    """Named in `Choices.create_probable` to make a probable duplicate all the same."""
    verdict: duplicates.Verdict
    kind: str
    number: str
    customer_id: int | None
    """None: a customer to be made."""
    customer: str
    issued_on: date
    due_on: date | None
    total: int
    owed: int
    currency: str
    file: str
    line: int | None
    twin: str
    """Number of the known document that it is, or looks like."""
    reason: Reason | None
    note: str


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """One file as it was read. `theirs` is what the file says is owed, `ours` what its lines come to (None: several
    currencies)."""

    file: str
    source: str
    claims: int
    theirs: int | None
    ours: int | None
    currency: str
    signature: str
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    examples: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class DoubtfulCustomer:
    """A customer of the files who may be one of ours: `Choices.customers[key]` takes a reference, or `new`."""

    key: str
    name: str
    candidates: tuple[tuple[str, str], ...]
    """Reference and name of each."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything a person needs to say yes. Nothing was written to make it."""

    lines: tuple[Line, ...]
    sheets: tuple[SheetSummary, ...]
    errors: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    totals: Mapping[str, int]
    """What the claims to create would add to what is owed, by currency; credit notes count less."""
    customers_new: tuple[str, ...]
    customers_known: int
    customers_filled: int
    doubtful: tuple[DoubtfulCustomer, ...]
    without_due: int
    rejected: int
    """Rows left out with an error."""

    def of(self, *verdicts: str) -> tuple[Line, ...]:
        """The lines with one of these verdicts."""
        return tuple(line for line in self.lines if line.verdict in verdicts)

    def count(self, *verdicts: str) -> int:
        """How many lines have one of these verdicts."""
        return sum(line.verdict in verdicts for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        """Lines by verdict, all six."""
        found = Counter(line.verdict for line in self.lines)
        names = (duplicates.CREATE, duplicates.UPDATE, duplicates.DUPLICATE)
        return {name: found[name] for name in (*names, duplicates.MORE, duplicates.PROBABLE, duplicates.TAKEN)}

    @property
    def needs_terms(self) -> bool:
        """Whether payment terms must be given first."""
        return self.without_due > 0

    @property
    def may_record(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.errors and not self.needs_terms


def preview(firm: Firm, files: Sequence[tuple[str, bytes]], choices: Choices, by: Author) -> Preview:
    """What importing these files (name, bytes) would do. Nothing is written, nothing is raised for what they hold."""
    return summed_up(firm, assessment.assess(firm, files, choices))


def summed_up(firm: Firm, found: Assessment) -> Preview:
    """An assessment as a person reads it."""
    ids = {d.customer for d in found.drafts if d.customer > 0}
    ids |= {ref for doubt in found.doubts.values() for ref in doubt.candidates}
    names = _names(ids)
    doubtful = tuple(
        DoubtfulCustomer(d.key, d.party.name, tuple(names[ref] for ref in d.candidates)) for d in found.doubts.values()
    )
    return Preview(
        lines=tuple(_line(draft, found, names) for draft in found.drafts),
        sheets=tuple(_sheet(read) for read in found.sheets),
        errors=tuple(found.errors),
        warnings=tuple(found.warnings),
        totals=totals(found.made),
        customers_new=tuple(party.name for party in found.newcomers.values()),
        customers_known=len(found.recognised),
        customers_filled=len(assessment.blanks(firm, found)),
        doubtful=doubtful,
        without_due=found.without_due,
        rejected=sum(max(len(r.sheet.rejected) - 1, 0) for r in found.sheets) + len(found.rejected_claims),
    )


def missing_terms(found: Assessment) -> list[Reason]:
    """The reason to ask for payment terms, or nothing."""
    return [Reason(_TERMS, {"count": found.without_due})] if found.without_due else []


def totals(drafts: Iterable[Draft]) -> dict[str, int]:
    """What drafts come to, by currency, in minor units: what is owed on invoices less what is left of credit notes."""
    sums: Counter[str] = Counter()
    for draft in drafts:
        sums[draft.claim.currency] += draft.owed if draft.claim.kind == "invoice" else -draft.owed
    return dict(sorted(sums.items()))


def _names(ids: set[int]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for chunk in chunks(sorted(ids)):
        rows = Customer.objects.filter(pk__in=chunk).values_list("pk", "ref", "name")
        found.update((pk, (ref, name)) for pk, ref, name in rows)
    return found


def _line(draft: Draft, found: Assessment, names: Mapping[int, tuple[str, str]]) -> Line:
    claim, known = draft.claim, draft.customer > 0
    return Line(
        key=draft.key,
        verdict=draft.verdict,
        kind=claim.kind,
        number=claim.number,
        customer_id=draft.customer if known else None,
        customer=names[draft.customer][1] if known else claim.party.name,
        issued_on=claim.issued_on,
        due_on=draft.due_on,
        total=claim.total,
        owed=draft.owed,
        currency=claim.currency,
        file=claim.file,
        line=claim.line,
        twin=draft.twin.number if draft.twin else "",
        reason=_reason(draft),
        note=claim.note,
    )


def _reason(draft: Draft) -> Reason | None:
    """Why a line needs a person, or None."""
    twin, claim = draft.twin, draft.claim
    if twin is None or draft.verdict not in (duplicates.MORE, duplicates.TAKEN, duplicates.PROBABLE):
        return None
    values = {"number": claim.number, "currency": twin.currency, "twin": twin.number}
    if draft.verdict == duplicates.MORE:
        values |= {"theirs": spell(draft.owed, claim.currency), "ours": spell(twin.owed, twin.currency)}
        return Reason(_MORE, values, claim.file, claim.line)
    values |= {"ours": spell(twin.total, twin.currency)}
    if draft.verdict == duplicates.TAKEN:
        return Reason(_TAKEN, values, claim.file, claim.line)
    same_number = twin.number_key == reference_key(claim.number)
    return Reason(_OTHER_CUSTOMER if same_number else _OTHER_NUMBER, values, claim.file, claim.line)


def _sheet(read: ReadSheet) -> SheetSummary:
    sheet = read.sheet
    currencies = {claim.currency for claim in sheet.claims}
    rests = ((c, c.total if c.open is None else c.open) for c in sheet.claims)
    ours = sum(rest if c.kind == "invoice" else -rest for c, rest in rests)
    return SheetSummary(
        file=sheet.file,
        source=sheet.source,
        claims=len(sheet.claims),
        theirs=sheet.total,
        ours=ours if len(currencies) <= 1 else None,
        currency=next(iter(currencies), ""),
        signature=read.signature,
        columns=sheet.columns,
        mapping=sheet.mapping,
        examples=sheet.examples,
    )
