"""What changes what is owed: claims opened, money received, put and taken back, silence asked and lifted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from acquit.parties.bulk import chunks
from acquit.parties.facts import Author
from acquit.parties.models import Customer, Firm, Series
from acquit.parties.queries import kept_of
from acquit.receivables import standings
from acquit.receivables.models import (
    Allocation,
    BankKnownUntil,
    Freshness,
    Hold,
    HoldKind,
    Means,
    Payment,
    Receivable,
    Release,
    Standing,
    Surplus,
    Withdrawal,
)
from acquit.rules import balance
from acquit.rules.dunning import BANK_OLD, BANK_UNKNOWN
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any

_KEY_REUSED = gettext_noop("Cette saisie a déjà été enregistrée avec un autre contenu.")
_ALREADY_REVERSED = gettext_noop("Ce règlement a déjà été annulé.")
_ALREADY_RELEASED = gettext_noop("Cette suspension est déjà levée.")
_NOT_THEIRS = gettext_noop("%(reference)s n’est pas une créance de ce client.")
_PAST = gettext_noop("La date de fin est passée.")
_BUILT_UPON = gettext_noop("%(reference)s a déjà reçu un règlement, un rappel ou une suspension.")
_FUTURE = gettext_noop("La banque ne peut pas être connue au-delà d’aujourd’hui.")


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A receivable to open. `amount` in minor units."""

    customer_id: int
    reference: str
    source: str
    issued_on: date
    due_on: date
    amount: int
    currency: str = "EUR"
    structured: str = ""
    paper_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewPayment:
    """Money or credit to record. `key` is the caller's: the same key twice is the same payment."""

    customer_id: int
    amount: int
    received_on: date
    means: str
    key: str
    currency: str = "EUR"
    shares: tuple[tuple[int, int], ...] = ()
    """Receivable ids and minor units; what they leave stays unallocated."""
    note: str = ""


@transaction.atomic
def open_claims(firm: Firm, claims: Iterable[NewClaim], by: Author) -> list[Receivable]:
    """Open receivables («créances») and their standings, in bulk. They are looked at on the author's day."""
    receivables = Receivable.record_many(
        [
            Receivable(
                firm=firm,
                customer_id=c.customer_id,
                reference=c.reference,
                source=c.source,
                issued_on=c.issued_on,
                due_on=c.due_on,
                amount=c.amount,
                currency=c.currency,
                structured=c.structured,
                paper_id=c.paper_id,
            )
            for c in claims
        ],
        by,
    )
    standings.open_many(receivables, by.on)
    held = standings.held_customers({r.customer_id for r in receivables}, by.on)
    standings.refresh({r.pk for r in receivables if r.customer_id in held}, by.on)
    return receivables


def record_payment(firm: Firm, payment: NewPayment, by: Author) -> Payment:
    """Record one payment («règlement»). Raises `Refused` with every reason; a repeated key returns the first one."""
    return record_payments(firm, [payment], by)[0]


@transaction.atomic
def record_payments(firm: Firm, payments: Sequence[NewPayment], by: Author) -> list[Payment]:
    """Record payments and their allocations in one go, all or none; answers them in the order given.

    Standings of the receivables they touch are rewritten in the same transaction. Raises `Refused`.
    """
    Firm.lock(firm.pk)  # the same key twice at once: the second one finds the first one's payment
    known = {p.key: p for chunk in chunks(payments) for p in Payment.objects.filter(key__in=[n.key for n in chunk])}
    new = [p for p in payments if p.key not in known]
    refuse_if_any(Reason(_KEY_REUSED) for p in payments if p.key in known and not _same(p, known[p.key]))
    if not new:
        return [known[p.key] for p in payments]
    standings.lock({receivable for p in new for receivable, _ in p.shares})
    _check_shares(new)
    numbers = Series.take(firm, "payment", by.on.year, len(new))
    rows = [
        Payment(
            firm=firm,
            customer_id=p.customer_id,
            number=by.on.year * 10**8 + number,
            received_on=p.received_on,
            amount=p.amount,
            currency=p.currency,
            means=p.means,
            key=p.key,
            note=p.note,
        )
        for p, number in zip(new, numbers, strict=True)
    ]
    recorded = dict(zip((p.key for p in new), Payment.record_many(rows, by), strict=True))
    _put(firm, [(recorded[p.key], p.shares) for p in new], by)
    _keep_surplus(firm, [(recorded[p.key], p.amount - sum(c for _, c in p.shares)) for p in new])
    standings.refresh({r for p in new for r, _ in p.shares}, by.on)
    standings.wake_customers({p.customer_id for p in new if sum(c for _, c in p.shares) < p.amount}, by.on)
    return [recorded.get(p.key) or known[p.key] for p in payments]


def _same(new: NewPayment, old: Payment) -> bool:
    return (new.customer_id, new.amount, new.currency, new.received_on) == (
        old.customer_id,
        old.amount,
        old.currency,
        old.received_on,
    )


def _check_shares(payments: Sequence[NewPayment]) -> None:
    """All shares against what is owed, payment after payment: the second one sees what the first one took."""
    owed = standings.owed_of({receivable for p in payments for receivable, _ in p.shares})
    faults: list[Reason] = []
    for payment in payments:
        faults += balance.faults_of_shares(payment.amount, payment.currency, payment.shares, owed)
        for receivable, cents in payment.shares:
            if receivable in owed:
                left = owed[receivable]
                owed[receivable] = balance.Owed(left.reference, left.cents - cents, left.currency)
    refuse_if_any(faults)


def _put(firm: Firm, shares: Iterable[tuple[Payment, Sequence[tuple[int, int]]]], by: Author) -> list[Allocation]:
    return Allocation.record_many(
        [
            Allocation(firm=firm, payment=payment, receivable_id=receivable, amount=cents)
            for payment, parts in shares
            for receivable, cents in parts
        ],
        by,
    )


def _keep_surplus(firm: Firm, lefts: Iterable[tuple[Payment, int]]) -> None:
    kept = [(payment, left) for payment, left in lefts if left > 0]
    owners = kept_of({payment.customer_id for payment, _ in kept})
    Surplus.objects.bulk_create(
        Surplus(firm=firm, payment=p, customer_id=owners[p.customer_id], currency=p.currency, left=left)
        for p, left in kept
    )


@transaction.atomic
def allocate(firm: Firm, payment: Payment, shares: Sequence[tuple[int, int]], by: Author) -> None:
    """Put what a payment has left («crédit client») on receivables. Raises `Refused` with every reason."""
    Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)  # it may be taken back meanwhile
    surplus = Surplus.objects.filter(payment=payment).first()
    standings.lock({receivable for receivable, _ in shares})
    owed = standings.owed_of({receivable for receivable, _ in shares})
    left = surplus.left if surplus else 0
    refuse_if_any(balance.faults_of_shares(left, payment.currency, shares, owed))
    assert surplus is not None  # faults_of_shares refuses an amount of nothing
    _put(firm, [(payment, shares)], by)
    _set_surplus(firm, payment, left - sum(cents for _, cents in shares))
    standings.refresh({receivable for receivable, _ in shares}, by.on)
    standings.wake_customers({payment.customer_id}, by.on)


def _set_surplus(firm: Firm, payment: Payment, left: int) -> None:
    Surplus.objects.filter(payment=payment).delete()
    _keep_surplus(firm, [(payment, left)])


@transaction.atomic
def reverse_payment(firm: Firm, payment: Payment, by: Author, note: str = "") -> Payment:
    """Take a payment back whole: its allocations are reversed and what they settled is owed again.

    Raises `Refused` when it was taken back before.
    """
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if payment.reverses_id or Payment.objects.filter(reverses=payment).exists():
        raise Refused(Reason(_ALREADY_REVERSED))
    live = list(Allocation.objects.filter(payment=payment, reverses__isnull=True, reversal__isnull=True))
    standings.lock({a.receivable_id for a in live})
    Allocation.record_many(
        [
            Allocation(firm=firm, payment=payment, receivable_id=a.receivable_id, amount=-a.amount, reverses=a)
            for a in live
        ],
        by,
    )
    Surplus.objects.filter(payment=payment).delete()
    reversal = Payment.record(
        by,
        firm=firm,
        customer_id=payment.customer_id,
        number=by.on.year * 10**8 + Series.take(firm, "payment", by.on.year)[0],
        received_on=payment.received_on,
        amount=payment.amount,
        currency=payment.currency,
        means=payment.means,
        key=f"reversal:{payment.pk}",
        note=note,
        reverses=payment,
    )
    standings.refresh({a.receivable_id for a in live}, by.on)
    standings.wake_customers({payment.customer_id}, by.on)
    return reversal


@transaction.atomic
def hold(
    firm: Firm,
    customer: Customer,
    kind: str,
    by: Author,
    *,
    receivable: Receivable | None = None,
    until: date | None = None,
    amount: int | None = None,
    cause: str = "",
) -> Hold:
    """Ask for silence («suspension, promesse, litige») about a receivable, or about all of a customer's.

    `until` is the last silent day; none = until somebody lifts it. What is in force already in the very same words
    is not asked twice: it is answered. Raises `Refused`.
    """
    faults = [Reason(_PAST)] if until is not None and until < by.on else []
    if receivable is not None and customer.pk not in (
        receivable.customer_id,
        *kept_of([receivable.customer_id]).values(),
    ):
        faults.append(Reason(_NOT_THEIRS, {"reference": receivable.reference}))
    refuse_if_any(faults)
    assert kind in HoldKind.values
    # One hold at a time: the second one finds the first.
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    asked = {"customer": customer, "receivable": receivable, "kind": kind, "until": until, "amount": amount}
    same: Hold | None = Hold.objects.filter(firm=firm, cause=cause, release__isnull=True, **_exactly(asked)).first()
    if same is not None:
        return same
    recorded = Hold.record(
        by, firm=firm, customer=customer, receivable=receivable, kind=kind, until=until, amount=amount, cause=cause
    )
    _refresh_held(recorded, by.on)
    return recorded


def _exactly(values: Mapping[str, object]) -> dict[str, object]:
    """Conditions that also hold for what is empty: SQL does not say that nothing equals nothing."""
    return {
        name if value is not None else f"{name}__isnull": True if value is None else value
        for name, value in values.items()
    }


@transaction.atomic
def release(firm: Firm, held: Hold, by: Author, cause: str = "") -> Release:
    """Lift a hold («levée»). Raises `Refused` when it is lifted already."""
    Hold.objects.select_for_update(no_key=True).get(pk=held.pk)
    if Release.objects.filter(hold=held).exists():
        raise Refused(Reason(_ALREADY_RELEASED))
    recorded = Release.record(by, firm=firm, hold=held, cause=cause)
    _refresh_held(held, by.on)
    return recorded


def _refresh_held(held: Hold, on: date) -> None:
    if held.receivable_id is not None:
        ids = {held.receivable_id}
    else:
        open_ones = Standing.objects.filter(customer_id=kept_of([held.customer_id])[held.customer_id], owed__gt=0)
        ids = set(open_ones.values_list("receivable_id", flat=True))
    standings.lock(ids)
    standings.refresh(ids, on)


@transaction.atomic
def withdraw(firm: Firm, receivables: Sequence[Receivable], by: Author, cause: str) -> None:
    """Take receivables away that should never have been there; their standings go, the facts stay.

    Raises `Refused` naming each one on which something was built: money put by hand or bank, a reminder, a hold.
    The settlement that the same import reported is taken back with it.
    """
    ids = {r.pk for r in receivables}
    standings.lock(ids)
    reported = _reported_payments(ids)
    built = standings.built_upon(ids, {p.pk for p in reported})
    refuse_if_any(Reason(_BUILT_UPON, {"reference": r.reference}) for r in receivables if r.pk in built)
    for payment in reported:
        reverse_payment(firm, payment, by, cause)
    Withdrawal.record_many([Withdrawal(firm=firm, receivable=r, cause=cause) for r in receivables], by)
    for chunk in chunks(sorted(ids)):
        Standing.objects.filter(receivable_id__in=chunk).delete()


def _reported_payments(receivable_ids: set[int]) -> list[Payment]:
    """Settlements that the import itself reported for these receivables, not yet taken back."""
    found: list[Payment] = []
    for chunk in chunks(sorted(receivable_ids)):
        found += Payment.objects.filter(
            means=Means.REPORTED, reversal__isnull=True, reverses__isnull=True, allocations__receivable_id__in=chunk
        ).distinct()
    return found


@transaction.atomic
def bank_known(firm: Firm, until: date, by: Author, account: str = "") -> None:
    """Record up to which day, included, an account is known («banque à jour au»), and wake what waited for it.

    Raises `Refused` for a day to come. An older day than the one known changes nothing.
    """
    if until > by.on:
        raise Refused(Reason(_FUTURE))
    Firm.lock(firm.pk)  # a planner at work has decided with the day before: what it put off must be seen to be woken
    fresh, _ = Freshness.objects.select_for_update().get_or_create(
        firm=firm, account=account, defaults={"until": date.min}
    )
    if fresh.until < until:
        BankKnownUntil.record(by, firm=firm, account=account, until=until)
        fresh.until = until
        fresh.save(update_fields=["until"])
    Standing.objects.filter(wake_on__isnull=False, reason__in=[BANK_OLD, BANK_UNKNOWN]).update(wake_on=by.on)


@transaction.atomic
def follow(firm: Firm, account: str, followed: bool, by: Author) -> None:
    """Say whether reminders wait for this account to be up to date. Not a fact: a setting."""
    Firm.lock(firm.pk)
    Freshness.objects.filter(account=account).update(followed=followed)
    Standing.objects.filter(wake_on__isnull=False, reason__in=[BANK_OLD, BANK_UNKNOWN]).update(wake_on=by.on)
