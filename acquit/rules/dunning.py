"""What to do about a receivable today, and why: send a step, wait until a day, or stop.

The run, the preview, the simulation at any date and the second look when a message leaves all ask
`next_move`. Its answer carries the reason that the screen shows, and `Wait.until` is the day on which
the receivable is looked at again: before that day, with the same facts, the answer cannot become Send.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from acquit.law.working_days import add_working_days, is_working_day, next_working_day, working_days_between
from acquit.rules.refusal import gettext_noop

UPCOMING, COURTEOUS, FIRM, FINAL, RESUME = "upcoming", "courteous", "firm", "final", "resume"
SEVERITY = {UPCOMING: 0, RESUME: 1, COURTEOUS: 1, FIRM: 2, FINAL: 3}

FIRST_SENDING_DAYS = 7
"""No reminder of lateness within this many days of the invoice itself (Invoice Ninja #9312 shows why)."""
BANK_AGE_MAX_SEVERE = 2
"""From the last notice on, the bank must be this fresh (working days), whatever the plan allows."""
BELGIAN_CONSUMER_WAIT_DAYS = 15
"""Code of economic law, book XIX: 14 calendar days, counted from the day after an electronic reminder."""

SETTLED = "settled"
DISPUTE, SAID_PAID, PROMISE, PAUSE = "dispute", "said_paid", "promise", "pause"
NOT_IN_SERVICE = "not_in_service"
NO_ADDRESS, ADDRESS_REFUSED = "no_address", "address_refused"
CREDIT = "credit"
UNRESOLVED, PLANNED, INCOMPLETE = "unresolved", "planned", "incomplete"
STEP_DAY, CONTACT_GAP, NOT_WORKING_DAY = "step_day", "contact_gap", "not_working_day"
BANK_OLD, BANK_UNKNOWN = "bank_old", "bank_unknown"
PLAN_ENDED = "plan_ended"
DUE = "due"

REASONS = {
    SETTLED: gettext_noop("Rien n’est dû."),
    DISPUTE: gettext_noop("Litige ouvert : plus aucun rappel ne part."),
    SAID_PAID: gettext_noop("Le client dit avoir payé : à vérifier à la banque."),
    PROMISE: gettext_noop("Promesse de paiement en cours."),
    PAUSE: gettext_noop("Relances suspendues."),
    NOT_IN_SERVICE: gettext_noop("Les relances ne sont pas en service."),
    NO_ADDRESS: gettext_noop("Aucune adresse e-mail pour ce client."),
    ADDRESS_REFUSED: gettext_noop("L’adresse e-mail a été refusée : elle est à corriger."),
    CREDIT: gettext_noop("Ce client a un crédit non imputé qui couvre la somme : à imputer d’abord."),
    UNRESOLVED: gettext_noop("Un envoi précédent est à vérifier : rien ne part avant."),
    PLANNED: gettext_noop("Un message est prêt dans la file d’envoi."),
    INCOMPLETE: gettext_noop("Il manque de quoi écrire ce message."),
    STEP_DAY: gettext_noop("Le jour de l’étape n’est pas venu."),
    CONTACT_GAP: gettext_noop("Ce client a été contacté il y a peu."),
    NOT_WORKING_DAY: gettext_noop("Ce n’est pas un jour ouvré chez le client."),
    BANK_OLD: gettext_noop("Les relevés bancaires sont trop anciens : rien ne part."),
    BANK_UNKNOWN: gettext_noop("Aucun relevé bancaire : rien ne part."),
    PLAN_ENDED: gettext_noop("Le plan est achevé : à vous de décider de la suite."),
    DUE: gettext_noop("L’étape est due."),
}
"""Each code with its sentence, for the screens and the shell."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan. `offset` counts calendar days from the due date; negative = before."""

    position: int
    level: str
    offset: int
    channel: str = "email"
    approval: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """An ordered policy. Gaps and ages are working days."""

    steps: tuple[Step, ...]
    gap_days: int = 4
    bank_age_max: int = 4


@dataclass(frozen=True, slots=True)
class Case:
    """All that the decision looks at: a snapshot of one receivable and its customer."""

    receivable: int
    customer: int
    owed: int
    currency: str
    issued_on: date
    due_on: date
    kind: str
    country: str
    in_service: bool
    bank_known_until: date | None
    hold: str = ""
    hold_until: date | None = None
    has_address: bool = True
    address_refused: bool = False
    said_step: int = 0
    said_on: date | None = None
    contacted_on: date | None = None
    """Last automatic contact with this customer, about anything."""
    credit: int = 0
    """The customer's unallocated money in this currency."""
    unresolved: bool = False
    """A message about this receivable left or not: nobody knows yet."""
    planned: bool = False
    """A message about it is ready in the outbox."""


@dataclass(frozen=True, slots=True)
class Send:
    """Say this step today."""

    step: Step
    reason: str = DUE


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay silent; look again on `until` (None: only a new fact can change anything)."""

    reason: str
    until: date | None
    step: Step | None = None
    """The step that comes next, where one is known."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing more to say by itself."""

    reason: str


Move = Send | Wait | Stop


def next_move(case: Case, plan: Plan, today: date) -> Move:
    """What to do about a receivable today, and why. Pure: same case, plan and day, same answer."""
    if case.owed <= 0:
        return Stop(SETTLED)
    if silence := _silence(case, today):
        return silence
    coming = _coming_step(case, plan, today)
    if coming is None:
        return Stop(PLAN_ENDED)
    step, day, reason = coming
    if day > today:
        return Wait(reason, day, step)
    return _bank_lock(case, plan, step, today) or Send(step)


def _silence(case: Case, today: date) -> Wait | None:
    """Reasons to say nothing whatever the plan says, gravest first."""
    if case.hold and (case.hold_until is None or case.hold_until >= today):
        return Wait(case.hold, case.hold_until + timedelta(1) if case.hold_until else None)
    if case.unresolved:
        return Wait(UNRESOLVED, None)
    if case.planned:
        return Wait(PLANNED, None)
    if not case.in_service:
        return Wait(NOT_IN_SERVICE, None)
    if not case.has_address:
        return Wait(NO_ADDRESS, None)
    if case.address_refused:
        return Wait(ADDRESS_REFUSED, None)
    if case.credit >= case.owed:
        return Wait(CREDIT, None)
    return None


def _coming_step(case: Case, plan: Plan, today: date) -> tuple[Step, date, str] | None:
    """The next step to say, the first day on which it may be said, and what makes it wait until then."""
    before = _upcoming_step(case, plan, today)
    if before is not None:
        return before
    step, day = _overdue_step(case, plan, today)
    if step is None:
        return None
    return (step, *_contact_day(case, plan, day, today))


def _upcoming_step(case: Case, plan: Plan, today: date) -> tuple[Step, date, str] | None:
    """A step before the due date, while there is still a day before it to say it on."""
    if case.said_step:
        return None
    for step in reversed([s for s in plan.steps if s.offset < 0]):
        day, reason = _contact_day(case, plan, case.due_on + timedelta(step.offset), today)
        if day < case.due_on:
            return step, day, reason
    return None


def _overdue_step(case: Case, plan: Plan, today: date) -> tuple[Step | None, date]:
    """The step after those already said, never sooner after the last one than the plan spaces them."""
    late = [s for s in plan.steps if s.offset > 0]
    said = next((s for s in late if s.position == case.said_step), None)
    if said is None or case.said_on is None:
        return _first_overdue_step(case, late, today)
    following = next((s for s in late if s.position > said.position), None)
    if following is None:
        return None, today
    spacing = following.offset - said.offset
    if _is_belgian_consumer(case):
        spacing = max(spacing, BELGIAN_CONSUMER_WAIT_DAYS)
    return following, max(case.due_on + timedelta(following.offset), case.said_on + timedelta(spacing))


def _is_belgian_consumer(case: Case) -> bool:
    return case.kind == "consumer" and case.country == "BE"


def _first_overdue_step(case: Case, late: Sequence[Step], today: date) -> tuple[Step | None, date]:
    """The courteous step; for a claim older than the whole plan, « reprise de contact » in its place.

    A Belgian consumer always gets the courteous one first: book XIX says what a first reminder must contain.
    """
    if not late:
        return None, today
    first = late[0]
    old = case.due_on + timedelta(late[-1].offset) < today
    if old and not _is_belgian_consumer(case):
        first = Step(first.position, RESUME, first.offset, first.channel, first.approval)
    earliest = case.issued_on + timedelta(FIRST_SENDING_DAYS)
    return first, max(case.due_on + timedelta(late[0].offset), earliest)


def _contact_day(case: Case, plan: Plan, day: date, today: date) -> tuple[date, str]:
    """From the step's day on, the first working day at the debtor's that is far enough from the last contact.

    With it, what makes it wait until then: the day of the step, the last contact, or only a day off.
    """
    reason = STEP_DAY
    if case.contacted_on is not None:
        free = add_working_days(case.contacted_on, plan.gap_days, case.country)
        if free > max(day, today):
            day, reason = free, CONTACT_GAP
    working = next_working_day(max(day, today), case.country)
    return working, NOT_WORKING_DAY if day <= today < working else reason


def _bank_lock(case: Case, plan: Plan, step: Step, today: date) -> Wait | None:
    """Nothing leaves while payments of the last days may be unknown: the debtor may have paid."""
    tomorrow = next_working_day(today + timedelta(1), case.country)
    if case.bank_known_until is None:
        return Wait(BANK_UNKNOWN, tomorrow, step)
    limit = plan.bank_age_max if SEVERITY[step.level] < SEVERITY[FINAL] else BANK_AGE_MAX_SEVERE
    if working_days_between(case.bank_known_until, today, case.country) > limit:
        return Wait(BANK_OLD, tomorrow, step)
    return None


HOURS = (time(9, 0), time(18, 0))
"""Between these local hours messages may leave: a courtesy to everybody, the law asks less."""


def may_leave_at(local: datetime, country: str) -> bool:
    """Whether a message may leave at this moment, in the debtor's time zone and calendar."""
    return is_working_day(local.date(), country) and HOURS[0] <= local.time() < HOURS[1]


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one customer: what it says at which step, in the tone of the gravest."""

    customer: int
    currency: str
    step: Step
    lines: tuple[tuple[Case, Step], ...]


def group(sends: Iterable[tuple[Case, Step]]) -> list[Letter]:
    """One message per customer and currency; what does not fit in it is left for after the contact gap.

    Late claims go before coming ones. A claim never spoken of (« reprise de contact ») does not first
    appear in a firm or last notice about others.
    """
    ordered = sorted(sends, key=lambda s: (s[0].customer, s[0].currency, s[0].due_on, s[0].receivable))
    return [
        _letter(customer, currency, list(together))
        for (customer, currency), together in groupby(ordered, key=lambda s: (s[0].customer, s[0].currency))
    ]


def _letter(customer: int, currency: str, lines: list[tuple[Case, Step]]) -> Letter:
    late = [line for line in lines if line[1].level != UPCOMING] or lines
    severe = max(SEVERITY[step.level] for _, step in late)
    said = [line for line in late if severe <= SEVERITY[COURTEOUS] or line[1].level != RESUME]
    gravest = max((step for _, step in said), key=lambda step: (SEVERITY[step.level], step.level == RESUME))
    return Letter(customer, currency, gravest, tuple(said))


STANDARD = Plan(
    steps=(
        Step(1, UPCOMING, -3),
        Step(2, COURTEOUS, 3),
        Step(3, FIRM, 12),
        Step(4, FINAL, 25, approval=True),
    )
)
"""The shipped plan « Standard »: its e-mail steps, days from the due date."""
