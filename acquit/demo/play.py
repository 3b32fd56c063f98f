"""The example firm lives its ten weeks with Acquit: what Alice does each day, through the product's own actions."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from acquit import clock
from acquit.bank import actions as bank
from acquit.bank.models import StatementLine
from acquit.bank.queries import proposals
from acquit.billing import actions as billing
from acquit.billing.choices import Choices
from acquit.demo import files
from acquit.demo.cast import OWN_IBAN
from acquit.demo.scenes import UNKNOWN
from acquit.demo.world import Bill, Move, World, working_before, working_from
from acquit.dunning import actions as dunning
from acquit.dunning import cases
from acquit.dunning import run as runs
from acquit.dunning.models import Intent
from acquit.mailroom.models import Message, State
from acquit.mailroom.way_out import way_out
from acquit.parties.facts import Author
from acquit.parties.models import Customer, Firm
from acquit.receivables import actions as receivables
from acquit.receivables.models import Receivable, Standing
from acquit.rules.dunning import FINAL, RESUME

BANK_WEEKDAYS = frozenset({0, 2, 4})
"""Alice opens her bank on Mondays, Wednesdays and Fridays."""
OVERLAP_DAYS = 6
"""Each statement repeats some days of the one before."""
EXPORT_DAYS = 30
WORKBOOK_DAYS = 60
DOCUMENT_DAYS = 75
HESITATES_DAYS = 8
"""So long Alice leaves a last notice in the outbox."""
_TERMS = 30
_DEAD_WORKER = "atelier:1:0"


@dataclass
class Diary:
    """What was done, counted for the report."""

    imported: Counter[str] = field(default_factory=Counter)
    """Claims by what became of them: created, known, updated."""
    statements: int = 0
    lines_new: int = 0
    lines_known: int = 0
    matched: Counter[str] = field(default_factory=Counter)
    """Lines received, by how sure the proposal was."""
    aside: int = 0
    planned: int = 0
    sent: int = 0
    refused: int = 0
    held: dict[str, int] = field(default_factory=dict)
    """Receivables left in peace on the last day, by reason."""


class Life:
    """One firm in its world. `user_id` is who acts."""

    def __init__(self, firm: Firm, world: World, user_id: int) -> None:
        self.firm, self.world, self.user_id = firm, world, user_id
        self.diary = Diary()
        self.documents_until = world.started_on
        self.bank_until = world.books_on
        self.moves: defaultdict[tuple[object, ...], list[Move]] = defaultdict(list)
        for move in world.moves:
            self.moves[OWN_IBAN[move.account], move.booked_on, move.cents, move.name, move.structured].append(move)

    def live(self) -> None:
        """From the first import to the example's day."""
        dunning.adopt_standard_plan(self.firm)
        day = self.world.started_on
        self._take_over()
        self._bank(day, working_before(day))
        dunning.put_in_service(self.firm, self.by(day))
        self._say(day)
        self._remind(day)
        while (day := working_from(day + timedelta(1))) < self.world.on:
            self._one_day(day)
        self._last_day()

    def by(self, day: date) -> Author:
        """Alice, at noon of that day; today she acts now, if it is an hour at which people work."""
        author = clock.author(self.firm, "demo", self.user_id, on=day)
        zone = ZoneInfo(self.firm.time_zone)
        if 9 <= author.at.astimezone(zone).hour < 18 and author.at.astimezone(zone).date() == day:
            return author
        noon = datetime.combine(day, time(12), zone)
        return Author(noon, day, "demo", self.user_id)

    # --- the first day

    def _take_over(self) -> None:
        """What the invoicing software knows, the last invoices themselves, then the accountant's file."""
        world, day = self.world, self.world.started_on
        bills = [b for b in world.bills if b.issued_on <= day]
        left = {b.number: b.total for b in bills} | world.owed(world.books_on)
        old = [b for b in bills if b.issued_on <= day - timedelta(EXPORT_DAYS)]
        late = [b for b in bills if b.issued_on > day - timedelta(WORKBOOK_DAYS)]
        recent = [b for b in late if b.issued_on > day - timedelta(DOCUMENT_DAYS) and not b.credits]
        first = [
            (f"factures-{world.books_on:%Y-%m}.csv", files.export_csv(world, old, left)),
            (f"factures-{day:%Y-%m}.xlsx", files.export_xlsx(world, late, left)),
            ("factures-electroniques.zip", self._archive(recent)),
        ]
        self._import(first, day, Choices())
        self._import([files.fec(world, day.year - 1)], day, Choices(terms_days=_TERMS))

    def _archive(self, bills: list[Bill]) -> bytes:
        return files.archive(files.document(bill, self.world.debtor(bill.debtor)) for bill in bills)

    def _import(self, content: list[tuple[str, bytes]], day: date, choices: Choices) -> None:
        by = self.by(day)
        outcome = billing.record(self.firm, billing.keep(self.firm, content, choices, by), by)
        known = outcome.duplicates + outcome.probable + outcome.more_owed
        self.diary.imported.update(created=outcome.created, known=known, updated=outcome.updated)

    # --- every day

    def _one_day(self, day: date) -> None:
        if day.weekday() in BANK_WEEKDAYS or working_before(day) - self.bank_until > timedelta(3):
            self._new_documents(day)
            self._bank(day, working_before(day))
        self._say(day)
        self._remind(day)

    def _last_day(self) -> None:
        """The lines of the last bank day wait for Alice, and so does a part of the letters."""
        day = self.world.on
        self._new_documents(day)
        self._bank(day, working_before(self.world.bank_on))
        self._bank(day, self.world.bank_on, decide=False)
        self._say(day)
        self._remind(day)

    def _new_documents(self, day: date) -> None:
        bills = [b for b in self.world.bills if self.documents_until < b.issued_on <= day]
        if bills:
            self._import([(f"factures-{day}.zip", self._archive(bills))], day, Choices())
        self.documents_until = day

    def _bank(self, day: date, until: date, *, decide: bool = True) -> None:
        """Statements of both accounts, which repeat some days; then each line received is decided."""
        first = max(self.world.books_on + timedelta(1), self.bank_until - timedelta(OVERLAP_DAYS))
        moves, by = self.world.moves, self.by(day)
        report = bank.import_statement(
            self.firm,
            [
                (f"releve-{until}.xml", files.camt(moves, first, until)),
                (f"kbc-{until}.csv", files.belgian_csv(moves, first, until)),
            ],
            by,
            accept_new_account=True,
        )
        self.bank_until = until
        self.diary.statements += 2
        self.diary.lines_new += report.new
        self.diary.lines_known += report.known
        found = proposals(self.firm)
        self.diary.matched.update(p.proposal.confidence for p in found)
        if decide:
            bank.match_certain(self.firm, by)
            for line in [p.line for p in proposals(self.firm)]:
                self._decide(line, by)

    def _decide(self, line: StatementLine, by: Author) -> None:
        """Alice knows her customers: she says what a line really pays."""
        key = (line.account.iban, line.booked_on, line.amount, line.name, line.structured)
        move = self.moves[key].pop(0) if len(self.moves[key]) > 1 else self.moves[key][0]
        if not move.shares:
            bank.set_aside(self.firm, line, by, remember=not move.iban)
            self.diary.aside += 1
            return
        wanted = dict(move.shares)
        rows = Standing.objects.filter(reference__in=wanted).values_list("reference", "receivable_id")
        shares = [(receivable, wanted[reference]) for reference, receivable in rows]
        bank.apply(self.firm, line, shares, by, customer=self._customer(move.debtor))

    def _customer(self, code: str) -> Customer:
        customer: Customer = Customer.objects.get(ref=code)
        return customer

    def _say(self, day: date) -> None:
        """Holds that Alice notes on that day."""
        for silence in self.world.silences:
            if silence.on != day:
                continue
            number = next((b.number for b in self.world.bills if b.scene and b.scene == silence.scene), "")
            about: Receivable | None = Receivable.objects.filter(reference=number).first() if number else None
            receivables.hold(
                self.firm,
                self._customer(silence.debtor),
                silence.kind,
                self.by(day),
                receivable=about,
                until=silence.until,
                cause=silence.cause,
            )

    # --- reminders

    def _remind(self, day: date) -> None:
        """Plan, approve as Alice does, and let the approved letters leave to the catcher."""
        by = self.by(day)
        planned = runs.run(self.firm, lambda: by, None)
        self._lose(by)
        if approved := self._approved(day):
            dunning.approve(approved, by)
        with way_out(self.firm) as way:
            report = runs.run(self.firm, lambda: by, way.smtp)
        self.diary.planned += planned.planned + report.planned
        self.diary.sent += report.sent
        self.diary.refused += report.refused
        self.diary.held = {reason: planned.held.get(reason, 0) for reason in planned.held}

    def _lose(self, by: Author) -> None:
        """The machine stops in the middle of one letter: nobody will know whether it left."""
        about = next(b.number for b in self.world.bills if b.scene == UNKNOWN)
        intent = Intent.objects.filter(receivable__reference=about, message__state=State.PLANNED).first()
        if intent is None:
            return
        dunning.approve([intent.message_id], by)
        ground = cases.ground_of(self.firm)
        message = dunning.claim(ground, intent.message_id, _DEAD_WORKER, by)
        if message is not None:
            dunning.begin_sending(ground, message, by)

    def _approved(self, day: date) -> list[int]:
        """What Alice lets go: all but the last notices of these days; on the last two days, every other letter."""
        waiting = Message.objects.filter(state=State.PLANNED, approved_at__isnull=True).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True))
        if day > self.world.on - timedelta(HESITATES_DAYS):
            kept = [FINAL, RESUME] if day == self.world.on else [FINAL]
            grave = set(Intent.objects.filter(level__in=kept).values_list("message_id", flat=True))
            ids = [pk for pk in ids if pk not in grave]
        return ids[::2] if day >= self.world.bank_on else ids
