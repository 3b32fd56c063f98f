"""Stories: a receivable's life told in a few lines, played day by day through the product's own actions.

    story.on("2026-01-10").invoice("F2026-0001", to="Dupont SARL", total="1200.00", due="2026-02-09")
    story.on("2026-03-02").bank_receives("500.00", "FACT F2026-0001")
    story.run_worker_until("2026-04-30")
    assert story.timeline() == told("dupont")

Nothing is feigned: invoices come in a file, money in a bank statement, letters leave by SMTP to a server of the test.
Alice is quick: what waits for her she decides the same day. What then happened is read back from the facts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from acquit.bank import actions as bank
from acquit.bank.models import Match, StatementLine
from acquit.bank.queries import proposals
from acquit.billing import actions as billing
from acquit.billing.choices import Choices
from acquit.billing.models import Invoice
from acquit.demo.files import camt
from acquit.demo.world import Move
from acquit.dunning import actions as dunning
from acquit.dunning.models import Notice
from acquit.dunning.run import run
from acquit.environment import Smtp
from acquit.mailroom.models import Message, State
from acquit.parties.facts import Author
from acquit.parties.models import Firm, User
from acquit.receivables import actions as receivables
from acquit.receivables.models import Hold, Payment, Receivable, Release, Standing
from acquit.rules.dunning import REASONS
from acquit.rules.money import parse_amount, spell
from acquit.rules.tables import fold
from tests.sink import Sink, smtp_sink

HERE = Path(__file__).parent
IBAN = "FR4000000000009990000000100"
"""Of a bank code that no bank has."""
COLUMNS = "Numéro;Type;Facture d'origine;Client;Type de client;Pays;Langue;E-mail;Date;Échéance;Montant TTC"
KINDS = {"business": "professionnel", "consumer": "particulier", "public": "public"}


def told(name: str) -> str:
    """The timeline that stands beside the stories."""
    return (HERE / f"{name}.txt").read_text("utf-8")


@pytest.fixture
def story(lumen: Firm, alice: User, in_lumen: Firm) -> Iterator["Story"]:
    """Atelier Lumen, in service since New Year's Day, with an empty book and a bank that tells each day."""
    lumen.email, lumen.iban, lumen.phone = "alice@lumen.example", IBAN, "03 53 01 00 00"
    lumen.siren, lumen.automatic = "000001008", True
    lumen.save()
    with smtp_sink() as (sink, smtp):
        yield Story(lumen, alice, sink, smtp)


class Story:
    """What is to happen, by day; then what happened. Each telling method answers the story, to go on."""

    def __init__(self, firm: Firm, alice: User, sink: Sink, smtp: Smtp) -> None:
        self.firm, self.alice, self.sink, self.smtp = firm, alice, sink, smtp
        self.day = self.played = date(2026, 1, 1)
        self.plot: defaultdict[date, list[Callable[[], object]]] = defaultdict(list)
        self.moves: list[Move] = []
        self.closed: set[date] = set()
        self.off: set[date] = set()
        self.hesitating: set[date] = set()
        self.bank_until = date(2025, 12, 31)
        dunning.adopt_standard_plan(firm)
        dunning.put_in_service(firm, self.by)

    @property
    def by(self) -> Author:
        """Alice, at ten in the morning."""
        at = datetime.combine(self.played, time(10), ZoneInfo("Europe/Paris"))
        return Author(at, self.played, "story", self.alice.pk)

    # --- telling

    def on(self, day: str) -> "Story":
        """What follows happens on this day."""
        self.day = date.fromisoformat(day)
        assert self.day >= self.played, "a story does not go back"
        return self

    def _then(self, deed: Callable[[], object]) -> "Story":
        self.plot[self.day].append(deed)
        return self

    def invoice(
        self,
        number: str,
        *,
        to: str,
        total: str,
        due: str,
        kind: str = "business",
        country: str = "FR",
        issued: str = "",
    ) -> "Story":
        """Alice imports a file with one invoice; it was issued that day unless told otherwise."""
        language = "nl" if country == "NL" else "fr"
        row = [number, "facture", "", to, KINDS[kind], country, language, _mailbox(to)]
        return self._import([*row, issued or self.day.isoformat(), due, total])

    def credit_note(self, number: str, *, of: str, to: str, total: str) -> "Story":
        """Alice imports a file with one credit note that corrects an invoice."""
        day = self.day.isoformat()
        return self._import([number, "avoir", of, to, "", "", "", _mailbox(to), day, day, total])

    def _import(self, row: list[str]) -> "Story":
        content = f"{COLUMNS}\n{';'.join(row)}\n".encode()

        def deed() -> None:
            batch = billing.keep(self.firm, [(f"{row[0]}.csv", content)], Choices(), self.by)
            billing.record(self.firm, batch, self.by)

        return self._then(deed)

    def bank_receives(self, amount: str, label: str, *, name: str = "") -> "Story":
        """Money on the account; the statement that tells it is imported the next day."""
        self.moves.append(Move("fr", self.day, parse_amount(amount), name, label=label))
        return self

    def promises(self, number: str, *, until: str) -> "Story":
        """The customer promises to pay by a day."""
        return self._hold(number, "promise", date.fromisoformat(until), "promis au téléphone")

    def disputes(self, number: str, cause: str) -> "Story":
        """The customer disputes an invoice, with no end in sight."""
        return self._hold(number, "dispute", None, cause)

    def _hold(self, number: str, kind: str, until: date | None, cause: str) -> "Story":
        def deed() -> None:
            claim = Receivable.objects.get(reference=number)
            about = {"receivable": claim, "until": until, "cause": cause}
            receivables.hold(self.firm, claim.customer, kind, self.by, **about)

        return self._then(deed)

    def settles_the_dispute(self, number: str, cause: str) -> "Story":
        """Alice lifts what holds an invoice back."""
        return self._then(
            lambda: (
                receivables.release(self.firm, Hold.objects.get(receivable__reference=number), self.by, cause) and None
            )
        )

    def deed(self, what: Callable[["Story"], object]) -> "Story":
        """Anything else that a person does that day."""
        return self._then(lambda: what(self))

    def bank_closed(self, first: str, last: str) -> "Story":
        """Alice imports no statement on these days."""
        self.closed |= _days(first, last)
        return self

    def alice_hesitates(self, first: str, last: str) -> "Story":
        """On these days Alice approves nothing: what asks for her word waits in the outbox."""
        self.hesitating |= _days(first, last)
        return self

    def server_off(self, first: str, last: str) -> "Story":
        """Acquit does not run on these days, nor does anybody see it."""
        self.off |= _days(first, last)
        return self

    # --- playing

    def run_worker_until(self, day: str) -> "Story":
        """Let the days go by, this one included: the bank, then what people do, then the run."""
        last = date.fromisoformat(day)
        while self.played < last:
            self.played += timedelta(1)
            if self.played not in self.off:
                self._live()
        return self

    def _live(self) -> None:
        if self.played.weekday() < 5 and self.played not in self.closed:
            self._bank_tells(self.played - timedelta(1))
        for happened in sorted(day for day in self.plot if day <= self.played):
            for deed in self.plot.pop(happened):
                deed()
        run(self.firm, lambda: self.by_noon, self.smtp, approve_all=self.played not in self.hesitating)

    @property
    def by_noon(self) -> Author:
        """The worker, at noon."""
        at = datetime.combine(self.played, time(12), ZoneInfo("Europe/Paris"))
        return Author(at, self.played, "worker")

    def _bank_tells(self, until: date) -> None:
        """One statement of all that is new; Alice takes what is proposed for it."""
        if until <= self.bank_until:
            return
        first = self.bank_until + timedelta(1)
        statement = camt(self.moves, first, until, iban=IBAN)
        bank.import_statement(self.firm, [(f"releve-{until}.xml", statement)], self.by)
        self.bank_until = until
        for found in proposals(self.firm):
            if found.proposal.shares:
                confidence = found.proposal.confidence
                bank.apply(self.firm, found.line, found.proposal.shares, self.by, confidence=confidence)

    # --- what happened

    def timeline(self) -> str:
        """All facts of the story in their order, and where each invoice stands at its end."""
        events = [*_claims(), *_credits(), *_money(), *_letters(self.sink), *_withdrawn(), *_holds()]
        lines = [f"{day}  {text}" for day, _, text in sorted(events)]
        return "\n".join([*lines, "", *_standings(self.played)]) + "\n"


Event = tuple[date, int, str]
"""A day, the order within it, and the words."""


def _mailbox(name: str) -> str:
    return f"compta@{fold(name).replace(' ', '-')}.example"


def _days(first: str, last: str) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return {start + timedelta(n) for n in range((end - start).days + 1)}


def _day_of(at: datetime) -> date:
    return at.astimezone(ZoneInfo("Europe/Paris")).date()


def _claims() -> Iterable[Event]:
    for r in Receivable.objects.select_related("customer"):
        issued = "" if _day_of(r.recorded_at) == r.issued_on else f" of {r.issued_on}"
        text = f"invoice {r.reference}{issued} to {r.customer.name}: {spell(r.amount)}, due {r.due_on}"
        yield _day_of(r.recorded_at), 2, text


def _credits() -> Iterable[Event]:
    for note in Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE):
        yield _day_of(note.recorded_at), 3, f"credit note {note.number} on {note.credits}: {spell(note.total)}"


def _money() -> Iterable[Event]:
    matches = {m.line_id: m for m in Match.objects.select_related("payment")}
    for line in StatementLine.objects.filter(amount__gt=0):
        match = matches.get(line.pk)
        grade = f"{match.confidence}: {_put(match.payment)}" if match and match.payment else "waits for a decision"
        words = f"« {line.label} »" + (f" from {line.name}" if line.name else "")
        yield line.booked_on, 1, f"bank receives {spell(line.amount)} {words} → {grade}"


def _put(payment: Payment) -> str:
    parts = [f"{spell(a.amount)} on {a.receivable.reference}" for a in payment.allocations.select_related("receivable")]
    left = payment.amount - sum(a.amount for a in payment.allocations.all())
    return ", ".join([*parts, f"{spell(left)} left over"] if left else parts)


def _letters(sink: Sink) -> Iterable[Event]:
    """What the server of the test received; a letter with no mail, or a mail with no letter, is a fault."""
    mails = {str(mail["Message-ID"]): mail for mail in sink.mails}
    notices = {n.message.message_id: n for n in Notice.objects.select_related("message")}
    assert mails.keys() == notices.keys()
    assert len(mails) == len(sink.mails)
    for key, notice in notices.items():
        about = ", ".join(f"{x.receivable.reference} {spell(x.owed)}" for x in notice.lines.order_by("pk"))
        more = sum(x.interest + x.compensation for x in notice.lines.all())
        charges = f" + {spell(more)} of interest and costs" if more else ""
        subject = str(mails[key]["Subject"])
        yield notice.said_on, 5, f"{notice.level} letter to {notice.recipient}: {about}{charges}\n{'':12}« {subject} »"


def _withdrawn() -> Iterable[Event]:
    """Letters that waited in the outbox and never left."""
    for message in Message.objects.filter(state=State.CANCELLED):
        text = f"letter to {message.recipient} is prepared, and never leaves: {message.reason}"
        yield message.planned_on, 5, f"{text}\n{'':12}« {message.subject} »"


def _holds() -> Iterable[Event]:
    for hold in Hold.objects.select_related("receivable"):
        until = f" until {hold.until}" if hold.until else ""
        about = hold.receivable.reference if hold.receivable else hold.customer.name
        yield _day_of(hold.recorded_at), 4, f"{hold.kind} about {about}{until}: {hold.cause}"
    for release in Release.objects.select_related("hold__receivable"):
        about = release.hold.receivable.reference
        yield _day_of(release.recorded_at), 4, f"the {release.hold.kind} about {about} is over: {release.cause}"


def _standings(on: date) -> Iterable[str]:
    for s in Standing.objects.order_by("due_on", "reference"):
        if not s.owed:
            yield f"On {on}, {s.reference} is settled, since {s.settled_on}."
        else:
            next_one = f" Next: {s.next_step} on {s.next_on}." if s.next_on else ""
            yield f"On {on}, {spell(s.owed)} is owed on {s.reference}. {REASONS.get(s.reason, s.reason)}{next_one}"
