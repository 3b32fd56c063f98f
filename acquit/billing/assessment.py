"""What would become of every claim in the files of an import, decided in memory; nothing is written here."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Value

from acquit.billing import sellers
from acquit.billing.choices import NEW, Choices
from acquit.billing.models import Invoice
from acquit.billing.sheets import Keep, ReadSheet, read_sheets
from acquit.parties import queries as parties
from acquit.parties.actions import blanks_filled
from acquit.parties.bulk import chunks
from acquit.parties.models import Contact, Customer, Firm
from acquit.receivables.models import Standing
from acquit.rules import duplicates
from acquit.rules.claims import ClaimSheet, PartySheet
from acquit.rules.duplicates import Incoming, Known, Ledger
from acquit.rules.recognition import Index, recognise
from acquit.rules.references import reference_key
from acquit.rules.refusal import Reason, gettext_noop

NUMBER_MAX = 60
_NOT_POSITIVE = gettext_noop("%(number)s : le montant doit être plus grand que zéro.")
_NO_NUMBER = gettext_noop("Le numéro « %(number)s » n’a ni lettre ni chiffre lisible.")
_LONG_NUMBER = gettext_noop("Le numéro « %(number)s… » dépasse %(limit)s caractères.")
_OVERPAID = gettext_noop("%(number)s : le reste dû dépasse le total.")


@dataclass(slots=True)
class Draft:
    """One claim on its way in. `customer` is an id of ours, or negative for one that would be made."""

    claim: ClaimSheet
    customer: int
    key: str
    """What a choice about this line refers to; the same at every preview of the same files."""
    verdict: duplicates.Verdict
    twin: Known | None
    due_on: date | None
    owed: int
    """What would be owed on it, in minor units."""
    paper_id: int | None

    @property
    def made(self) -> bool:
        return self.verdict == duplicates.CREATE


@dataclass(frozen=True, slots=True)
class Doubt:
    """A customer of the file who may be one of ours: a person says so, else a new one is made."""

    key: str
    party: PartySheet
    candidates: tuple[int, ...]


@dataclass(slots=True)
class Assessment:
    """Everything decided about the files of an import."""

    sheets: list[ReadSheet]
    drafts: list[Draft] = field(default_factory=list)
    errors: list[Reason] = field(default_factory=list)
    rejected_claims: list[tuple[ClaimSheet, Reason]] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)
    newcomers: dict[int, PartySheet] = field(default_factory=dict)
    recognised: dict[int, PartySheet] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)

    @property
    def made(self) -> list[Draft]:
        """The claims that would be created."""
        return [draft for draft in self.drafts if draft.made]

    @property
    def without_due(self) -> int:
        """How many claims to create have no due date: payment terms must be given."""
        return sum(draft.due_on is None for draft in self.drafts if draft.made)


def assess(firm: Firm, files: Iterable[tuple[str, bytes]], choices: Choices, keep: Keep | None = None) -> Assessment:
    """Read the files and decide about every claim against all that the firm knows. Queries grow with the file alone."""
    sheets = read_sheets(files, choices, keep)
    found = Assessment(sheets)
    people = _People(firm, choices, found)
    claims: list[tuple[ReadSheet, ClaimSheet, int]] = []
    for read in sheets:
        found.errors += read.sheet.errors
        found.warnings += read.sheet.warnings
        claims += [(read, claim, people.find(claim.party)) for claim in _sound(firm, read, found)]
    ledger = _ledger(claims)
    drafts: dict[object, Draft] = {}
    for read, claim, customer in claims:
        draft = _decide(read, claim, customer, ledger, choices, drafts)
        found.drafts.append(draft)
    used = {draft.customer for draft in found.drafts if draft.made}
    found.newcomers = {n: party for n, party in found.newcomers.items() if n in used}
    keys = {party_key(party) for party in found.newcomers.values()}
    found.doubts = {key: doubt for key, doubt in found.doubts.items() if key in keys}
    return found


def _sound(firm: Firm, read: ReadSheet, found: Assessment) -> Iterator[ClaimSheet]:
    """The claims of a sheet that can be taken; the others go to the errors with their reason."""
    judge = sellers.Judge(firm)
    for claim in read.sheet.claims:
        reason = _fault(claim) or judge.fault(claim)
        if reason:
            located = reason.at(claim.file or read.sheet.file, claim.line)
            found.errors.append(located)
            found.rejected_claims.append((claim, located))
        else:
            yield claim
    found.warnings += [warning.at(read.sheet.file) for warning in judge.warnings]


def _fault(claim: ClaimSheet) -> Reason | None:
    number = {"number": claim.number[:40], "limit": NUMBER_MAX}
    if claim.total <= 0:
        return Reason(_NOT_POSITIVE, number)
    if claim.open is not None and not 0 <= claim.open <= claim.total:
        return Reason(_OVERPAID, number)
    if len(claim.number) > NUMBER_MAX:
        return Reason(_LONG_NUMBER, number)
    return None if reference_key(claim.number) else Reason(_NO_NUMBER, number)


def party_key(party: PartySheet) -> str:
    """What a choice about a customer of a file refers to."""
    parts = (party.name, party.code, party.siret, party.siren, party.vat, party.bce, party.email, party.postcode)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


class _People:
    """Who each party of the files is, asked once per party."""

    def __init__(self, firm: Firm, choices: Choices, found: Assessment) -> None:
        self.firm, self.choices, self.found = firm, choices, found
        self.index: Index[int] = Index(parties.known_parties(firm))
        merged = Customer.objects.filter(firm=firm, merged_into__isnull=False)
        self.kept = dict(merged.values_list("pk", "merged_into_id"))
        self.answers: dict[PartySheet, int] = {}

    def find(self, party: PartySheet) -> int:
        """The id of the customer this is, or a negative one for a customer to be made."""
        if party not in self.answers:
            self.answers[party] = self._find(party)
        return self.answers[party]

    def _find(self, party: PartySheet) -> int:
        answer = recognise(party, self.index)
        candidates = {self.kept.get(ref, ref) for ref in answer.candidates}
        same = answer.ref if answer.ref is not None else None
        if same is None and len(candidates) == 1 and len(answer.candidates) > 1 and answer.likeness == 100:
            same = candidates.pop()  # several rows of one customer, merged since
        if same is not None:
            return self._known(self.kept.get(same, same), party)
        ours = tuple(sorted(ref for ref in candidates if ref > 0))
        if ours:
            chosen = self._chosen(party, ours)
            if chosen is not None:
                return self._known(chosen, party)
        number = -len(self.found.newcomers) - 1
        self.found.newcomers[number] = party
        self.index.add(number, party)
        return number

    def _known(self, customer: int, party: PartySheet) -> int:
        if customer > 0:
            self.found.recognised.setdefault(customer, party)
        return customer

    def _chosen(self, party: PartySheet, candidates: tuple[int, ...]) -> int | None:
        """The customer that a person named for a doubtful party; without a word the doubt is noted."""
        key = party_key(party)
        choice = self.choices.customers.get(key)
        if choice and choice != NEW:
            named: int | None = parties.customers(self.firm).filter(ref=choice).values_list("pk", flat=True).first()
            return named
        if not choice:
            self.found.doubts[key] = Doubt(key, party, candidates)
        return None


def _ledger(claims: Iterable[tuple[ReadSheet, ClaimSheet, int]]) -> Ledger:
    """What we know that these claims may be twins of: by number, and by customer with total and day."""
    claims = list(claims)
    keys = {reference_key(claim.number) for _, claim, _ in claims}
    money = {(customer, c.total, c.currency, c.issued_on) for _, c, customer in claims if customer > 0}
    found: dict[object, Known] = {}
    for chunk in chunks(sorted(keys)):
        found.update((k.id, k) for k in _invoices(reference_key__in=chunk))
        found.update((k.id, k) for k in _credit_notes(number_key__in=chunk))
    for ids in chunks(sorted({customer for customer, *_ in money})):
        for known in (*_invoices(customer_id__in=ids), *_credit_notes(customer_id__in=ids)):
            if (known.customer, known.total, known.currency, known.issued_on) in money:
                found[known.id] = known
    return Ledger(found.values())


def _invoices(**where: object) -> Iterator[Known]:
    columns = ("receivable_id", "customer_id", "reference", "reference_key", "issued_on", "amount", "currency", "owed")
    for pk, *rest in Standing.objects.filter(**where).values_list(*columns).iterator(2000):
        yield Known(pk, "invoice", *rest)


def _credit_notes(**where: object) -> Iterator[Known]:
    columns = ("pk", "customer_id", "number", "number_key", "issued_on", "total", "currency")
    kept = Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE, batch__undone__isnull=True, **where)
    for row in kept.values_list(*columns, Value(0)).iterator(2000):
        yield Known(("credit_note", row[0]), "credit_note", *row[1:])


def _decide(
    read: ReadSheet, claim: ClaimSheet, customer: int, ledger: Ledger, choices: Choices, drafts: dict[object, Draft]
) -> Draft:
    """The draft of one claim; the ledger then knows it, so that its repetition in another file is seen."""
    follows = read.follows_payments
    incoming = Incoming(
        claim.kind,
        customer,
        reference_key(claim.number),
        claim.issued_on,
        claim.total,
        claim.currency,
        (claim.total if claim.open is None else claim.open) if follows else None,
        read.is_net,
    )
    decision = duplicates.decide(incoming, ledger)
    key = f"{claim.file}:{claim.line or 0}:{claim.number}"
    verdict = decision.verdict
    if verdict == duplicates.PROBABLE and key in choices.create_probable:
        verdict = duplicates.CREATE
    twin = decision.twin
    if twin is not None and twin.id in drafts:
        verdict = _within(incoming, verdict, drafts[twin.id])
    owed = claim.total if claim.open is None else claim.open
    draft = Draft(claim, customer, key, verdict, twin, _due(claim, choices), owed, read.paper_id)
    if draft.made:
        drafts[key] = draft
        number = (claim.number, incoming.number_key, claim.issued_on, claim.total, claim.currency, owed)
        ledger.add(Known(key, claim.kind, customer, *number))
    return draft


def _within(incoming: Incoming, verdict: duplicates.Verdict, twin: Draft) -> duplicates.Verdict:
    """A claim that stands twice in the same files is made once, with the lower of what is said to be left."""
    if verdict not in (duplicates.UPDATE, duplicates.MORE):
        return verdict
    if incoming.owed is not None:
        twin.owed = min(twin.owed, incoming.owed)
    return duplicates.DUPLICATE


def _due(claim: ClaimSheet, choices: Choices) -> date | None:
    """The due day: the file's, or issue plus the terms given; a credit note has none of its own."""
    if claim.due_on is not None or claim.kind != "invoice":
        return claim.due_on or claim.issued_on
    return None if choices.terms_days is None else claim.issued_on + timedelta(choices.terms_days)


def blanks(firm: Firm, found: Assessment) -> list[tuple[Customer, PartySheet, dict[str, str]]]:
    """What the files know of our customers and we do not; only what is recognised is completed."""
    completed = []
    for ids in chunks(sorted(found.recognised)):
        reachable = set(
            Contact.objects.filter(customer_id__in=ids).exclude(email="").values_list("customer_id", flat=True)
        )
        for customer in Customer.objects.filter(pk__in=ids).order_by("pk"):
            party = found.recognised[customer.pk]
            values = blanks_filled(customer, party, customer.pk in reachable)
            if values:
                completed.append((customer, party, values))
    return completed
