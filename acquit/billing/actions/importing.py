"""An import («import»): its files kept, decided again when it is recorded, recorded whole or not at all."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from django.db import transaction

from acquit.billing import assessment
from acquit.billing.assessment import Assessment, Draft
from acquit.billing.choices import Choices
from acquit.billing.models import BatchPaper, ImportBatch, Invoice
from acquit.billing.models import Mapping as KeptMapping
from acquit.billing.preview import missing_terms, totals
from acquit.billing.queries import files_of
from acquit.billing.sheets import DOCUMENTS, media_type
from acquit.mailroom.actions import keep_paper
from acquit.parties.actions import create_customers, fill_blanks
from acquit.parties.bulk import chunks
from acquit.parties.facts import BATCH, Author
from acquit.parties.models import Firm
from acquit.receivables.actions import NewClaim, NewPayment, open_claims, record_payments
from acquit.receivables.models import Means, Standing
from acquit.rules import duplicates
from acquit.rules.references import reference_key
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any

REASONS_KEPT = 500
_TAKEN_BACK = gettext_noop("Cet import a été annulé : déposez les fichiers à nouveau.")
_ALREADY = gettext_noop("Cet import est déjà enregistré.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did. Amounts in minor units by currency."""

    created: int = 0
    updated: int = 0
    duplicates: int = 0
    probable: int = 0
    """Probable duplicates that were left out, and numbers that are taken."""
    more_owed: int = 0
    """Claims on which the file says that more is owed than we know."""
    left_out: int = 0
    """Rows in error, when they were to be skipped."""
    customers_created: int = 0
    customers_filled: int = 0
    totals: Mapping[str, int] = field(default_factory=dict)
    """What the created claims add to what is owed."""


@transaction.atomic
def keep(firm: Firm, files: Sequence[tuple[str, bytes]], choices: Choices, by: Author) -> ImportBatch:
    """Keep the files (name, bytes) as they came and open an import that waits for its preview to be agreed to."""
    batch: ImportBatch = ImportBatch.objects.create(
        firm=firm, created_at=by.at, created_by_id=by.user_id, options=choices.as_json()
    )
    for name, content in files:
        paper = keep_paper(firm, name, content, media_type(content), by)
        BatchPaper.objects.create(firm=firm, batch=batch, paper=paper)
    return batch


@transaction.atomic
def change(firm: Firm, batch: ImportBatch, choices: Choices, by: Author) -> ImportBatch:
    """Take the user's choices for an import that is not recorded yet. Raises `Refused` when it is."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state in (ImportBatch.State.RECORDED, ImportBatch.State.UNDONE):
        raise Refused(Reason(_ALREADY))
    batch.options, batch.state = choices.as_json(), ImportBatch.State.PREVIEW
    batch.save(update_fields=["options", "state"])
    return batch


def record(firm: Firm, batch: ImportBatch, by: Author) -> Outcome:
    """Import what the kept files say, all or nothing; the same import twice answers what the first time did.

    Everything is decided again from the files, under the firm's lock. Raises `Refused` with every reason: rows in
    error (unless they are to be skipped), claims without a due date, an import that was undone.
    """
    try:
        return _record(firm, batch.pk, by)
    except Refused as refused:
        _refuse(batch.pk, refused.reasons)
        raise


@transaction.atomic
def _refuse(batch_id: int, reasons: Sequence[Reason]) -> None:
    """Remember why an import was refused; it may be mended and tried again."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state not in (ImportBatch.State.RECORDED, ImportBatch.State.UNDONE):
        batch.state = ImportBatch.State.REFUSED
        batch.outcome = {"reasons": [_as_json(reason) for reason in reasons[:REASONS_KEPT]]}
        batch.save(update_fields=["state", "outcome"])


def _as_json(reason: Reason) -> dict[str, object]:
    values = {name: value if isinstance(value, int) else str(value) for name, value in reason.values.items()}
    return {"template": reason.template, "values": values, "file": reason.file, "line": reason.line}


@transaction.atomic
def _record(firm: Firm, batch_id: int, by: Author) -> Outcome:
    Firm.lock(firm.pk)
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state == ImportBatch.State.RECORDED:
        return Outcome(**batch.outcome["outcome"])
    if batch.state == ImportBatch.State.UNDONE:
        raise Refused(Reason(_TAKEN_BACK))
    choices = Choices.from_json(batch.options)
    found = _assess_and_keep(firm, files_of(batch), choices, by)
    refuse_if_any(_faults(found, choices))
    return _Recording(firm, batch, by, found).run()


@transaction.atomic
def take_in(firm: Firm, files: Sequence[tuple[str, bytes]], choices: Choices, by: Author) -> tuple[Outcome, Assessment]:
    """Import files (name, bytes) at once, without a preview; answers what was done and what was thought of them.

    All of them or nothing: what is refused leaves no trace, not even its files. Raises `Refused` as `record` does.
    """
    Firm.lock(firm.pk)
    found = assessment.assess(firm, files, choices)
    refuse_if_any(_faults(found, choices))
    batch = keep(firm, files, choices, by)
    if any(read.sheet.source in DOCUMENTS for read in found.sheets):  # each invoice points at its own paper
        found = _assess_and_keep(firm, files, choices, by)
    return _Recording(firm, batch, by, found).run(), found


def _assess_and_keep(firm: Firm, files: Iterable[tuple[str, bytes]], choices: Choices, by: Author) -> Assessment:
    return assessment.assess(
        firm, files, choices, lambda name, content, kind: keep_paper(firm, name, content, kind, by).pk
    )


def _faults(found: Assessment, choices: Choices) -> list[Reason]:
    """Why it may not be recorded: rows in error unless they are to be skipped, claims without a due date."""
    return [*([] if choices.skip_errors else found.errors), *missing_terms(found)]


class _Recording:
    """One import being written, inside its transaction."""

    def __init__(self, firm: Firm, batch: ImportBatch, by: Author, found: Assessment) -> None:
        self.firm, self.batch, self.by, self.found = firm, batch, by, found
        self.customers: dict[int, int] = {}

    def run(self) -> Outcome:
        """Write everything and answer what was done."""
        filled = fill_blanks(self.firm, assessment.blanks(self.firm, self.found), self.by)
        self._make_customers()
        made = self.found.made
        # Invoices first: a credit note may name one of the same files.
        for kind in (Invoice.Kind.INVOICE, Invoice.Kind.CREDIT_NOTE):
            for chunk in chunks((d for d in made if d.claim.kind == kind), BATCH):
                self._write(chunk, kind)
        self._update([d for d in self.found.drafts if d.verdict == duplicates.UPDATE])
        self._remember_columns()
        return self._close(filled)

    def _make_customers(self) -> None:
        numbers = list(self.found.newcomers)
        made = create_customers(self.firm, [self.found.newcomers[n] for n in numbers], self.by)
        self.customers = {number: customer.pk for number, customer in zip(numbers, made, strict=True)}

    def _customer(self, draft: Draft) -> int:
        return self.customers.get(draft.customer, draft.customer)

    def _write(self, drafts: Sequence[Draft], kind: str) -> None:
        invoices = Invoice.record_many((self._invoice(draft, kind) for draft in drafts), self.by)
        pairs = list(zip(drafts, invoices, strict=True))
        if kind == Invoice.Kind.CREDIT_NOTE:
            self._credit(pairs)
            return
        claims = open_claims(self.firm, (self._claim(draft, invoice) for draft, invoice in pairs), self.by)
        settled = [
            self._reported(claim.pk, claim.customer_id, draft, draft.claim.total - draft.owed)
            for draft, claim in zip(drafts, claims, strict=True)
            if draft.owed < draft.claim.total
        ]
        if settled:
            record_payments(self.firm, settled, self.by)

    def _invoice(self, draft: Draft, kind: str) -> Invoice:
        claim = draft.claim
        assert draft.due_on is not None  # refused before
        return Invoice(
            firm=self.firm,
            customer_id=self._customer(draft),
            batch=self.batch,
            paper_id=draft.paper_id,
            kind=kind,
            number=claim.number,
            number_key=reference_key(claim.number)[:60],
            issued_on=claim.issued_on,
            due_on=draft.due_on,
            total=claim.total,
            currency=claim.currency,
            order_reference=claim.order_reference[:80],
            credits=claim.credits[:60],
            origin=f"{claim.file}:{claim.line}"[:300] if claim.line else claim.file[:300],
            note=claim.note[:200],
        )

    def _claim(self, draft: Draft, invoice: Invoice) -> NewClaim:
        return NewClaim(
            customer_id=invoice.customer_id,
            reference=invoice.number,
            source=f"invoice:{invoice.pk}",
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            amount=invoice.total,
            currency=invoice.currency,
            structured=draft.claim.structured[:40],
            paper_id=draft.paper_id,
        )

    def _reported(self, receivable: int, customer: int, draft: Draft, amount: int) -> NewPayment:
        """What the file says was paid. Its day is not in the file: the due day, so that nobody is charged interest
        for days on which the money may have been there; for a later import, the day we were told.
        """
        claim, on = draft.claim, self.by.on
        if draft.made and draft.due_on is not None:
            on = min(on, max(draft.due_on, claim.issued_on))
        return NewPayment(
            customer_id=customer,
            amount=amount,
            received_on=on,
            means=Means.REPORTED,
            key=f"reported:{self.batch.pk}:{receivable}:{draft.owed}",
            currency=claim.currency,
            shares=((receivable, amount),),
            note=claim.file[:300],
        )

    def _credit(self, pairs: Sequence[tuple[Draft, Invoice]]) -> None:
        """Credit notes as payments, on the invoice they name while something is owed on it, else as credit left."""
        targets = self._credited([draft for draft, _ in pairs])
        payments = []
        for draft, note in pairs:
            if draft.owed == 0:  # used up already, says the file
                continue
            target = targets.get((note.customer_id, reference_key(note.credits), note.currency))
            share = min(target.owed, draft.owed) if target and note.credits else 0
            if target and share:
                target.owed -= share
            payments.append(
                NewPayment(
                    customer_id=note.customer_id,
                    amount=draft.owed,
                    received_on=min(note.issued_on, self.by.on),
                    means=Means.CREDIT_NOTE,
                    key=f"credit_note:{note.pk}",
                    currency=note.currency,
                    shares=((target.receivable_id, share),) if target and share else (),
                    note=note.number,
                )
            )
        if payments:
            record_payments(self.firm, payments, self.by)

    def _credited(self, drafts: Iterable[Draft]) -> dict[tuple[int, str, str], Standing]:
        """Open receivables by (customer, number, currency) that credit notes name."""
        keys = {reference_key(draft.claim.credits) for draft in drafts if draft.claim.credits}
        found: dict[tuple[int, str, str], Standing] = {}
        for chunk in chunks(sorted(keys)):
            for row in Standing.objects.filter(reference_key__in=chunk, owed__gt=0):
                found[row.customer_id, row.reference_key, row.currency] = row
        return found

    def _update(self, drafts: Iterable[Draft]) -> None:
        """Known claims on which the file says that less is owed. Two lines about one claim: the lower rest counts."""
        lowest: dict[object, Draft] = {}
        for draft in drafts:
            assert draft.twin is not None
            if draft.twin.id not in lowest or draft.owed < lowest[draft.twin.id].owed:
                lowest[draft.twin.id] = draft
        payments = [self._lowered(draft) for draft in lowest.values()]
        for chunk in chunks(payments):
            record_payments(self.firm, chunk, self.by)

    def _lowered(self, draft: Draft) -> NewPayment:
        twin = draft.twin
        assert twin is not None
        assert isinstance(twin.id, int)
        assert isinstance(twin.customer, int)
        return self._reported(twin.id, twin.customer, draft, twin.owed - draft.owed)

    def _remember_columns(self) -> None:
        rows = {
            read.signature: KeptMapping(
                firm=self.firm, signature=read.signature, columns=dict(read.sheet.mapping), used_at=self.by.at
            )
            for read in self.found.sheets
            if read.signature and read.sheet.claims
        }
        KeptMapping.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=["firm", "signature"],
            update_fields=["columns", "used_at"],
        )

    def _close(self, filled: int) -> Outcome:
        count = Counter(draft.verdict for draft in self.found.drafts)
        outcome = Outcome(
            created=count[duplicates.CREATE],
            updated=count[duplicates.UPDATE],
            duplicates=count[duplicates.DUPLICATE],
            probable=count[duplicates.PROBABLE] + count[duplicates.TAKEN],
            more_owed=count[duplicates.MORE],
            left_out=len({(reason.file, reason.line) for reason in self.found.errors}),
            customers_created=len(self.customers),
            customers_filled=filled,
            totals=totals(self.found.made),
        )
        self.batch.state, self.batch.recorded_at = ImportBatch.State.RECORDED, self.by.at
        self.batch.outcome = {"outcome": asdict(outcome), "customers": sorted(self.customers.values())}
        self.batch.save(update_fields=["state", "recorded_at", "outcome"])
        return outcome
