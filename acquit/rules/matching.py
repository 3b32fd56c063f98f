"""« Rapprochement »: which receivables a payment pays, how sure that is, and why.

*Certain*: a structured communication or a reference stands in the transfer and the amount is exactly what is owed.
*Probable*: one of the two is missing, and something else speaks for it. *To choose*: a person must look.
Nothing crosses currencies, and nothing is certain when two answers fit.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from acquit.rules.identifiers import bare, spell_ogm
from acquit.rules.money import spell
from acquit.rules.names import NameIndex
from acquit.rules.references import (
    dig_numbers,
    dig_references,
    dig_structured,
    flat,
    last_number,
    reference_key,
    without_structured,
)
from acquit.rules.refusal import Reason, gettext_noop
from acquit.rules.statement import Movement
from acquit.rules.sums import exact_subset

CERTAIN, PROBABLE, TO_CHOOSE = "certain", "probable", "to_choose"
SUGGESTIONS_MAX = 8
NAMESAKES_MAX = 20
"""Invoices with one running number over the years and series; with more, the number says nothing."""

_STRUCTURED = gettext_noop("La communication structurée %(structured)s est celle de la facture %(reference)s.")
_REFERENCE = gettext_noop("La référence %(reference)s est dans le virement.")
_NUMBERS = gettext_noop("Le virement cite les numéros %(numbers)s.")
_EXACT = gettext_noop("Le montant est exactement ce qui reste dû.")
_EXACT_SUM = gettext_noop("Le montant est exactement la somme de %(count)s factures.")
_PARTIAL = gettext_noop("Paiement partiel : il restera %(rest)s %(currency)s à payer.")
_SURPLUS = gettext_noop("Il y a %(surplus)s %(currency)s de trop, à affecter.")
_PAYER = gettext_noop("Le compte du payeur est connu : il a déjà payé pour ce client.")
_NAME = gettext_noop("Le nom du payeur ressemble à celui du client.")
_OLDEST = gettext_noop("Plusieurs factures ont ce montant : la plus ancienne est proposée.")
_AMBIGUOUS = gettext_noop("Plusieurs factures répondent à ce que cite le virement.")
_UNSURE = gettext_noop("La référence %(reference)s est peut-être là par hasard.")
_SETTLED = gettext_noop("La facture %(reference)s est déjà soldée : double paiement ?")
_WRONG_CHECK = gettext_noop(
    "La communication structurée %(text)s est fausse (chiffres de contrôle) : vérifiez laquelle était voulue."
)
_OTHER_CURRENCY = gettext_noop("La facture %(reference)s est en %(currency)s, le virement en %(paid)s.")
_SAME_AMOUNT = gettext_noop("Des factures de ce montant sont ouvertes, mais rien ne dit laquelle est payée.")
_NOTHING = gettext_noop("Rien dans ce virement ne désigne une facture ouverte.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open receivable that a payment may pay. `owed` in minor units of `currency`."""

    receivable: int
    customer: int
    reference: str
    owed: int
    currency: str
    due_on: date
    structured: str = ""
    """Twelve digits or `RF…`, as printed on the invoice."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a payment pays: `shares` (receivable, minor units) and `unallocated` add up to its amount."""

    confidence: str
    shares: tuple[tuple[int, int], ...] = ()
    unallocated: int = 0
    reasons: tuple[Reason, ...] = ()
    suggestions: tuple[int, ...] = ()
    """Receivables to choose from, the likeliest first; only where nothing is proposed."""


class Index:
    """The open receivables, arranged for looking up. Built once for a run, asked once for each movement."""

    def __init__(
        self,
        candidates: Iterable[Candidate],
        *,
        settled: Iterable[str] = (),
        payers: Mapping[str, int] | None = None,
        names: Mapping[int, Iterable[str]] | None = None,
    ) -> None:
        """`settled`: references and structured communications paid of late. `payers`: IBAN → customer.

        `names`: customer → the names it goes by.
        """
        by_key: defaultdict[str, list[Candidate]] = defaultdict(list)
        by_structured: defaultdict[str, list[Candidate]] = defaultdict(list)
        by_customer: defaultdict[int, list[Candidate]] = defaultdict(list)
        by_amount: defaultdict[tuple[str, int], list[Candidate]] = defaultdict(list)
        by_number: defaultdict[int, list[Candidate]] = defaultdict(list)
        for candidate in sorted(candidates, key=lambda c: (c.due_on, c.receivable)):
            if candidate.owed <= 0:
                continue
            by_key[reference_key(candidate.reference)].append(candidate)
            by_customer[candidate.customer].append(candidate)
            by_amount[candidate.currency, candidate.owed].append(candidate)
            if candidate.structured:
                by_structured[bare(candidate.structured)].append(candidate)
            if (number := last_number(candidate.reference)) is not None:
                by_number[number].append(candidate)
        by_key.pop("", None)
        self.by_key, self.by_structured = dict(by_key), dict(by_structured)
        self.by_customer, self.by_amount, self.by_number = dict(by_customer), dict(by_amount), dict(by_number)
        self.settled = {reference_key(reference): reference for reference in settled}
        self.known = self.by_key.keys() | self.settled.keys()
        self.payers = {bare(iban): customer for iban, customer in (payers or {}).items()}
        self.names = NameIndex(names or {})

    def open_of(self, customer: int, currency: str) -> list[Candidate]:
        """What a customer owes in a currency, the oldest first."""
        return [c for c in self.by_customer.get(customer, ()) if c.currency == currency]


@dataclass(slots=True)
class _Pointed:
    """What the words of a transfer point to."""

    sure: dict[int, Candidate] = field(default_factory=dict)
    doubtful: dict[int, Candidate] = field(default_factory=dict)
    """Weak references, and references that several receivables bear."""
    foreign: list[Candidate] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    def clear(self) -> bool:
        """Whether all that the words say agrees."""
        return bool(self.sure) and not (self.doubtful or self.foreign or self.settled or self.wrong)


def propose(movement: Movement, index: Index) -> Proposal | None:
    """What a movement pays; None for money that went out.

    Applies nothing. The rules are asked from the strongest proof to the weakest, and the first answer stands.
    """
    if movement.cents <= 0:
        return None
    pointed = _pointed(movement, index)
    if not pointed.sure and (pointed.foreign or pointed.settled or pointed.wrong):
        return _to_choose(movement, pointed, index)
    proposal = _by_reference(movement, pointed, index)
    if proposal is None:
        payer = index.payers.get(bare(movement.iban)) if movement.iban else None
        proposal = _by_payer(movement, payer, index) if payer is not None else _by_name(movement, index)
        proposal = proposal or _by_numbers(movement, index)
    return proposal or _to_choose(movement, pointed, index)


def _pointed(movement: Movement, index: Index) -> _Pointed:
    """Dig structured communications first, then references, out of all the texts of a movement."""
    found = _Pointed()
    texts = [flat(text) for text in (movement.label, movement.end_to_end) if text]
    structured = [movement.structured] if movement.structured else []
    for text in texts:
        valid, wrong = dig_structured(text)
        structured += valid
        found.wrong += wrong
    for reference in dict.fromkeys(structured):
        _point(found, movement, index.by_structured.get(reference, []), strong=True, structured=reference)
        if reference in index.settled and reference not in index.by_structured:
            found.settled.append(index.settled[reference])
    for text in texts:
        for hit in dig_references(without_structured(text), index.known):
            _point(found, movement, index.by_key.get(hit.key, []), strong=hit.strong)
            if hit.key not in index.by_key and hit.strong and index.settled[hit.key] not in found.settled:
                found.settled.append(index.settled[hit.key])
    return found


def _point(
    found: _Pointed, movement: Movement, candidates: Sequence[Candidate], *, strong: bool, structured: str = ""
) -> None:
    """Add what one reference points to, on the side where it belongs."""
    ours = [c for c in candidates if c.currency == movement.currency]
    found.foreign += [c for c in candidates if c.currency != movement.currency and c not in found.foreign]
    if len(ours) == 1 and strong:
        only = ours[0]
        found.doubtful.pop(only.receivable, None)
        if only.receivable not in found.sure:
            found.sure[only.receivable] = only
            template = _STRUCTURED if structured else _REFERENCE
            spelt = spell_ogm(structured) if structured.isdigit() else structured
            found.reasons.append(Reason(template, {"reference": only.reference, "structured": spelt}))
    else:
        found.doubtful |= {c.receivable: c for c in ours if c.receivable not in found.sure}


def _by_reference(movement: Movement, pointed: _Pointed, index: Index) -> Proposal | None:
    """The transfer names what it pays."""
    sure = sorted(pointed.sure.values(), key=lambda c: (c.due_on, c.receivable))
    if not sure:
        return _by_doubtful(movement, list(pointed.doubtful.values()))
    total = sum(c.owed for c in sure)
    if total == movement.cents:
        confidence = CERTAIN if pointed.clear() else PROBABLE
        return _in_full(confidence, sure, [*pointed.reasons, *_doubts(pointed), *_exactly(sure)])
    if (some := _adding_up(sure, movement.cents)) is not None:
        return _in_full(PROBABLE, some, [*pointed.reasons, *_exactly(some)])
    if movement.cents < total:
        return _in_part(movement, sure, pointed.reasons)
    return _with_surplus(movement, sure, pointed.reasons, index)


def _doubts(pointed: _Pointed) -> list[Reason]:
    """Why a reference with the right amount is not certain after all."""
    doubts = [Reason(_SETTLED, {"reference": reference}) for reference in pointed.settled]
    doubts += [Reason(_WRONG_CHECK, {"text": text}) for text in pointed.wrong]
    return doubts + ([Reason(_AMBIGUOUS)] if pointed.doubtful or pointed.foreign else [])


def _exactly(candidates: Sequence[Candidate]) -> list[Reason]:
    return [Reason(_EXACT)] if len(candidates) == 1 else [Reason(_EXACT_SUM, {"count": len(candidates)})]


def _in_full(confidence: str, candidates: Sequence[Candidate], reasons: Sequence[Reason]) -> Proposal:
    return Proposal(confidence, tuple((c.receivable, c.owed) for c in candidates), 0, tuple(reasons))


def _adding_up(candidates: Sequence[Candidate], cents: int) -> list[Candidate] | None:
    """The candidates that add up to an amount; None when none do or several choices would."""
    positions = exact_subset([c.owed for c in candidates], cents)
    return None if positions is None else [candidates[p] for p in positions]


def _in_part(movement: Movement, candidates: Sequence[Candidate], reasons: Sequence[Reason]) -> Proposal:
    """Less than what is named: the oldest due is paid first."""
    left = movement.cents
    shares: list[tuple[int, int]] = []
    for candidate in candidates:
        share = min(left, candidate.owed)
        left -= share
        if share:
            shares.append((candidate.receivable, share))
    rest = sum(c.owed for c in candidates) - movement.cents
    why = Reason(_PARTIAL, {"rest": spell(rest, movement.currency), "currency": movement.currency})
    return Proposal(PROBABLE, tuple(shares), 0, (*reasons, why))


def _with_surplus(movement: Movement, named: Sequence[Candidate], reasons: Sequence[Reason], index: Index) -> Proposal:
    """More than what is named: other invoices of the same customer that make up the rest, or money left over."""
    surplus = movement.cents - sum(c.owed for c in named)
    customers = {c.customer for c in named}
    if len(customers) == 1:
        others = [c for c in index.open_of(customers.pop(), movement.currency) if c not in named]
        more = _adding_up(others, surplus)
        if more:
            return _in_full(PROBABLE, [*named, *more], [*reasons, *_exactly([*named, *more])])
    why = Reason(_SURPLUS, {"surplus": spell(surplus, movement.currency), "currency": movement.currency})
    return Proposal(PROBABLE, tuple((c.receivable, c.owed) for c in named), surplus, (*reasons, why))


def _by_doubtful(movement: Movement, doubtful: Sequence[Candidate]) -> Proposal | None:
    """A reference that may be chance, or that several bear: probable when the amount fits just one."""
    fitting = [c for c in doubtful if c.owed == movement.cents]
    if len(fitting) != 1:
        return None
    why = _AMBIGUOUS if len(doubtful) > 1 else _UNSURE
    return _in_full(PROBABLE, fitting, [Reason(why, {"reference": fitting[0].reference}), Reason(_EXACT)])


def _by_payer(movement: Movement, customer: int, index: Index) -> Proposal | None:
    """The account that pays has paid for this customer before."""
    return _of_customer(movement, index.open_of(customer, movement.currency), Reason(_PAYER))


def _by_name(movement: Movement, index: Index) -> Proposal | None:
    """One customer alone has both a name like the payer's and invoices that make the amount."""
    customers = index.names.alike(movement.name or movement.label)
    found = [_of_customer(movement, index.open_of(c, movement.currency), Reason(_NAME)) for c in customers]
    proposals = [proposal for proposal in found if proposal]
    return proposals[0] if len(proposals) == 1 else None


def _of_customer(movement: Movement, candidates: Sequence[Candidate], why: Reason) -> Proposal | None:
    """Invoices of one customer that make the amount: the ones whose number is cited, one alone, or several."""
    numbers = dig_numbers(flat(movement.label))
    cited = [c for c in candidates if last_number(c.reference) in numbers] if numbers else []
    if cited and sum(c.owed for c in cited) == movement.cents:
        return _in_full(PROBABLE, cited, [why, Reason(_NUMBERS, {"numbers": _listed(numbers)}), *_exactly(cited)])
    equal = [c for c in candidates if c.owed == movement.cents]
    if equal:
        return _in_full(PROBABLE, equal[:1], [why, Reason(_EXACT), *([Reason(_OLDEST)] if equal[1:] else [])])
    some = _adding_up(candidates, movement.cents)
    return _in_full(PROBABLE, some, [why, *_exactly(some)]) if some else None


def _by_numbers(movement: Movement, index: Index) -> Proposal | None:
    """« fact 41 et 43 » of an unknown payer: one customer alone has these numbers for this amount."""
    numbers = dig_numbers(flat(movement.label))
    by_customer: defaultdict[int, list[Candidate]] = defaultdict(list)
    for number in numbers:
        namesakes = [c for c in index.by_number.get(number, ()) if c.currency == movement.currency]
        if len(namesakes) > NAMESAKES_MAX:
            return None
        for candidate in namesakes:
            by_customer[candidate.customer].append(candidate)
    fitting = [found for found in by_customer.values() if len(found) == len(numbers) and _owed(found) == movement.cents]
    if len(fitting) != 1:
        return None
    return _in_full(PROBABLE, fitting[0], [Reason(_NUMBERS, {"numbers": _listed(numbers)}), *_exactly(fitting[0])])


def _owed(candidates: Sequence[Candidate]) -> int:
    return sum(c.owed for c in candidates)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _to_choose(movement: Movement, pointed: _Pointed, index: Index) -> Proposal:
    """Nothing is proposed: say what is in the way, and what comes near, the likeliest first."""
    reasons = [Reason(_SETTLED, {"reference": reference}) for reference in pointed.settled]
    reasons += [Reason(_WRONG_CHECK, {"text": text}) for text in pointed.wrong]
    for c in pointed.foreign:
        values: dict[str, object] = {"reference": c.reference, "currency": c.currency, "paid": movement.currency}
        reasons.append(Reason(_OTHER_CURRENCY, values))
    if pointed.doubtful:
        reasons.append(Reason(_AMBIGUOUS))
    near = list(pointed.doubtful.values())
    near += [c for customer in _likely_customers(movement, index) for c in _nearest(movement, index, customer)]
    same = index.by_amount.get((movement.currency, movement.cents), [])
    if same and not reasons:
        reasons.append(Reason(_SAME_AMOUNT))
    ranked = dict.fromkeys(c.receivable for c in [*near, *same])
    suggestions = tuple(ranked)[:SUGGESTIONS_MAX]
    return Proposal(TO_CHOOSE, (), movement.cents, tuple(reasons) or (Reason(_NOTHING),), suggestions)


def _likely_customers(movement: Movement, index: Index) -> list[int]:
    payer = index.payers.get(bare(movement.iban)) if movement.iban else None
    return [payer] if payer is not None else index.names.alike(movement.name or movement.label)[:3]


def _nearest(movement: Movement, index: Index, customer: int) -> list[Candidate]:
    """What a customer owes, the amounts closest to the payment first."""
    return sorted(
        index.open_of(customer, movement.currency), key=lambda c: (abs(c.owed - movement.cents), c.due_on, c.receivable)
    )
