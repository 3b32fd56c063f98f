"""A run: what is due is said once, to the right person, with the right sums; and nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from acquit.dunning import actions, run
from acquit.dunning import cases as load
from acquit.dunning.models import Intent, Notice, NoticeLine
from acquit.mailroom.actions import worker_name
from acquit.mailroom.models import Attempt, Message, State
from acquit.parties.models import Contact, Customer
from acquit.receivables import actions as receivables
from acquit.receivables.models import HoldKind, Standing
from acquit.rules.refusal import Refused
from tests.conftest import author_on
from tests.sink import smtp_sink


@pytest.fixture
def firm(in_lumen, by):
    """Atelier Lumen, in service, its bank known until today, letting steps leave by themselves."""
    in_lumen.email, in_lumen.automatic, in_lumen.siren = "alice@lumen.example", True, "000000000"
    in_lumen.save()
    receivables.bank_known(in_lumen, by.on, by)
    actions.put_in_service(in_lumen, by)
    return in_lumen


@pytest.fixture
def sink():
    with smtp_sink() as (server, smtp):
        server.smtp = smtp
        yield server


def claim(firm, customer, by, reference, late, cents=120_000):
    new = receivables.NewClaim(
        customer.pk, reference, f"test:{reference}", by.on - timedelta(late + 30), by.on - timedelta(late), cents
    )
    return receivables.open_claims(firm, [new], by)[0]


def go(firm, sink, by, **options):
    """A run at noon, when the morning's messages are all due."""
    noon = replace(by, at=by.at + timedelta(hours=2))
    return run.run(firm, lambda: noon, sink.smtp, **options)


def text_of(mail):
    """The plain text, with every kind of space as a plain one."""
    return mail.get_body(("plain",)).get_content().replace("\u202f", " ").replace("\xa0", " ")


def standing(receivable):
    return Standing.objects.get(receivable=receivable)


def test_three_late_invoices_make_one_message_with_their_total(firm, dupont, by, sink):
    for number, late in enumerate((4, 6, 10), start=1):
        claim(firm, dupont, by, f"F-{number}", late)
    report = go(firm, sink, by)
    assert (report.planned, report.sent) == (1, 1)
    (mail,) = sink.mails
    assert sink.recipients == ["denis@dupont.example"]
    text = text_of(mail)
    assert all(f"F-{number}" in text for number in (1, 2, 3))
    assert "3 600,00 €" in text
    assert mail["Reply-To"] == '"Alice Martin, Atelier Lumen" <alice@lumen.example>'
    assert mail["Message-ID"] == Message.objects.get().message_id


def test_running_again_the_same_day_says_nothing_more(firm, dupont, by, sink):
    claim(firm, dupont, by, "F-1", 4)
    go(firm, sink, by)
    assert go(firm, sink, by).sent == 0
    assert len(sink.mails) == 1


def test_what_was_said_is_a_fact_with_the_sums_of_that_day(firm, dupont, by, sink):
    receivable = claim(firm, dupont, by, "F-1", 4)
    go(firm, sink, by)
    notice = Notice.objects.get()
    assert (notice.level, notice.recipient, notice.said_on) == ("courteous", "denis@dupont.example", by.on)
    line = NoticeLine.objects.get()
    assert (line.receivable_id, line.step, line.owed) == (receivable.pk, 2, 120_000)
    assert Attempt.objects.get().outcome == "sent"
    assert not Intent.objects.exists()
    after = standing(receivable)
    assert (after.said_step, after.said_on, after.reason, after.next_step) == (2, by.on, "step_day", "firm")


def test_nothing_leaves_before_the_firm_is_in_service(in_lumen, dupont, by, sink):
    claim(in_lumen, dupont, by, "F-1", 10)
    for ahead in range(10):
        go(in_lumen, sink, author_on(by.on + timedelta(ahead)))
    assert not sink.mails
    assert standing(Standing.objects.get().receivable).reason == "not_in_service"


def test_a_payment_booked_before_the_run_stops_the_reminder(firm, dupont, by, sink):
    receivable = claim(firm, dupont, by, "F-1", 10)
    pay(firm, receivable, by)
    assert go(firm, sink, by).planned == 0
    assert not sink.mails


def pay(firm, receivable, by, cents=120_000):
    shares = ((receivable.pk, cents),)
    new = receivables.NewPayment(
        receivable.customer_id, cents, by.on, "transfer", f"test:{receivable.pk}:{cents}", shares=shares
    )
    return receivables.record_payment(firm, new, by)


@pytest.mark.parametrize(
    "happens",
    [
        lambda firm, r, by: pay(firm, r, by),
        lambda firm, r, by: pay(firm, r, by, 1),
        lambda firm, r, by: receivables.hold(firm, r.customer, HoldKind.DISPUTE, by, receivable=r),
        lambda firm, r, by: receivables.hold(firm, r.customer, HoldKind.PROMISE, by, until=by.on),
        lambda firm, r, by: receivables.hold(firm, r.customer, HoldKind.PAUSE, by),
        lambda firm, r, by: Contact.objects.update(email=""),
        lambda firm, r, by: Contact.objects.update(email="other@dupont.example"),
        lambda firm, r, by: actions.take_out_of_service(firm, by),
    ],
    ids=["paid", "a cent paid", "disputed", "promised", "customer paused", "no address", "moved", "out of service"],
)
@pytest.mark.parametrize("moment", ["planned", "claimed", "offered"])
def test_what_happens_at_any_moment_before_the_content_leaves_stops_it(firm, dupont, by, sink, happens, moment):
    """A payment, a dispute, a promise, a pause, an address gone: planned, claimed or already offered to the server."""
    receivable = claim(firm, dupont, by, "F-1", 10)
    run.plan_day(firm, by)
    message = Message.objects.get()
    ground = load.ground_of(firm)
    if moment == "planned":
        happens(firm, receivable, by)
        go(firm, sink, by)
    else:
        by = replace(by, at=by.at + timedelta(hours=2))
        claimed = actions.claim(ground, message.pk, worker_name(), by)
        assert claimed is not None
        happens(firm, receivable, by)
        assert not actions.begin_sending(load.ground_of(firm), claimed, by)
    said = [text_of(m) for m in sink.mails]
    assert all("1 200,00" not in text for text in said)
    message.refresh_from_db()
    assert message.state == State.CANCELLED


def test_a_partial_payment_changes_the_sum_of_the_message_that_leaves(firm, dupont, by, sink):
    receivable = claim(firm, dupont, by, "F-1", 10)
    run.plan_day(firm, by)
    pay(firm, receivable, by, 20_000)
    go(firm, sink, by)  # drops what was planned and plans anew
    go(firm, sink, by)
    (mail,) = sink.mails
    assert "1 000,00 €" in text_of(mail)


def test_nothing_leaves_while_the_bank_is_old_and_it_leaves_once_known(firm, dupont, by, sink):
    later = author_on(by.on + timedelta(9))
    claim(firm, dupont, later, "F-1", 10)
    report = go(firm, sink, later)
    assert (report.sent, report.held) == (0, {"bank_old": 1})
    receivables.bank_known(firm, later.on, later)
    assert go(firm, sink, later).sent == 1


def test_the_last_notice_waits_for_a_person_even_in_automatic_mode(firm, dupont, by, sink):
    receivable = claim(firm, dupont, by, "F-1", 26)
    Standing.objects.filter(receivable=receivable).update(said_step=3, said_on=by.on - timedelta(14))
    assert go(firm, sink, by).sent == 0
    assert Message.objects.get().needs_approval
    assert go(firm, sink, by, approve_all=True).sent == 1
    text = text_of(sink.mails[0])
    assert "40,00 €" in text


def test_a_message_approved_days_later_carries_the_figures_of_the_day_it_leaves(firm, dupont, by, sink):
    firm.automatic = False
    firm.save()
    claim(firm, dupont, by, "F-1", 12)
    Standing.objects.update(said_step=2, said_on=by.on - timedelta(9))
    run.plan_day(firm, by)
    before = Message.objects.get().text
    later = author_on(by.on + timedelta(2))
    assert go(firm, sink, later, approve_all=True).sent == 1
    text = text_of(sink.mails[0])
    assert "14 jours" in sink.mails[0]["Subject"].replace("\xa0", " ")
    assert text != before


@pytest.mark.parametrize(("answer", "state"), [("450 try later", "planned"), ("550 no such user", "refused")])
def test_a_server_that_says_no_to_the_recipient(firm, dupont, by, sink, answer, state):
    claim(firm, dupont, by, "F-1", 4)
    sink.rcpt["denis@dupont.example"] = answer
    go(firm, sink, by)
    message = Message.objects.get()
    assert message.state == state
    assert message.reason.endswith(answer[4:])
    if state == "planned":
        assert message.not_before == by.at + timedelta(hours=2, minutes=30)
        assert go(firm, sink, by).sent == 0
        later = replace(by, at=by.at + timedelta(minutes=31))
        sink.rcpt.clear()
        assert go(firm, sink, later).sent == 1
    else:
        assert Contact.objects.get().refused_on == by.on
        assert standing(Standing.objects.get().receivable).reason in ("unresolved", "address_refused")


def test_a_refused_address_once_mended_is_tried_again(firm, dupont, by, sink):
    claim(firm, dupont, by, "F-1", 4)
    sink.rcpt["denis@dupont.example"] = "550 no such user"
    go(firm, sink, by)
    Contact.objects.update(email="compta@dupont.example", refused_on=None)
    actions.retry_refused(Message.objects.get(), by)
    assert go(firm, sink, by).sent == 1
    assert sink.recipients == ["compta@dupont.example"]


def test_a_connection_lost_after_the_content_is_a_doubt_and_never_a_second_message(firm, dupont, by, sink):
    claim(firm, dupont, by, "F-1", 4)
    sink.drop_after_data = True
    report = go(firm, sink, by)
    assert report.unknown == 1
    sink.drop_after_data = False
    for ahead in range(8):
        receivables.bank_known(firm, by.on + timedelta(ahead), author_on(by.on + timedelta(ahead)))
        go(firm, sink, author_on(by.on + timedelta(ahead)))
    assert len(sink.mails) == 1
    message = Message.objects.get()
    assert message.state == State.UNKNOWN
    actions.resolve(message, left=True, by=by)
    assert Notice.objects.count() == 1
    with pytest.raises(Refused):
        actions.resolve(message, left=False, by=by)


def test_an_unknown_that_did_not_leave_is_planned_anew(firm, dupont, by, sink):
    claim(firm, dupont, by, "F-1", 4)
    sink.drop_after_data = True
    go(firm, sink, by)
    sink.drop_after_data = False
    actions.resolve(Message.objects.get(), left=False, by=by)
    assert go(firm, sink, by).sent == 1


def test_a_server_that_is_down_defers_and_loses_nothing(firm, dupont, by, sink):
    claim(firm, dupont, by, "F-1", 4)
    down = replace(sink.smtp, port=1)
    noon = replace(by, at=by.at + timedelta(hours=2))
    report = run.run(firm, lambda: noon, down)
    assert (report.sent, report.deferred) == (0, 1)
    later = replace(by, at=by.at + timedelta(minutes=31))
    assert go(firm, sink, later).sent == 1


def test_a_message_claimed_by_a_dead_worker_is_free_again_and_one_being_sent_is_a_doubt(firm, dupont, by, sink):
    claim(firm, dupont, by, "F-1", 4)
    run.plan_day(firm, by)
    message = Message.objects.get()
    ground = load.ground_of(firm)
    by = replace(by, at=by.at + timedelta(hours=2))
    dead = worker_name().rsplit(":", 2)[0] + ":999999999:1"
    claimed = actions.claim(ground, message.pk, dead, by)
    assert actions.reap(by) == 0
    message.refresh_from_db()
    assert message.state == State.PLANNED
    assert not actions.begin_sending(ground, claimed, by), "the late worker must not write"
    again = actions.claim(ground, message.pk, dead, by)
    assert actions.begin_sending(ground, again, by)
    assert actions.reap(by) == 1
    message.refresh_from_db()
    assert message.state == State.UNKNOWN


def test_of_two_workers_one_claims(firm, dupont, by):
    claim(firm, dupont, by, "F-1", 4)
    run.plan_day(firm, by)
    ground = load.ground_of(firm)
    (message,) = Message.objects.all()
    noon = replace(by, at=by.at + timedelta(hours=2))
    assert actions.claim(ground, message.pk, "one", noon) is not None
    assert actions.claim(ground, message.pk, "two", noon) is None


def test_the_database_refuses_a_second_message_for_the_same_step(firm, dupont, by):
    claim(firm, dupont, by, "F-1", 4)
    run.plan_day(firm, by)
    message = Message.objects.get()
    message.pk = None
    with pytest.raises(IntegrityError):
        message.save(force_insert=True)


def test_each_customer_is_written_to_in_their_language(firm, dupont, by, sink):
    vandamme = Customer.objects.create(
        firm=firm, ref="C2", name="Van Damme BV", country="BE", language="nl", created_at=by.at
    )
    Contact.objects.create(
        firm=firm, customer=vandamme, email="an@vandamme.example", name="An Peeters", civility="Mevr."
    )
    claim(firm, vandamme, by, "F-2", 4)
    go(firm, sink, by)
    (mail,) = sink.mails
    assert "Beste mevrouw Peeters" in text_of(mail)


def test_names_with_tricks_reach_the_right_person_only(firm, dupont, by, sink):
    Contact.objects.update(name='Eve" <eve@evil.example>, \r\nBcc: eve@evil.example')
    claim(firm, dupont, by, "F-1", 4)
    go(firm, sink, by)
    assert sink.recipients == ["denis@dupont.example"]
    assert sink.mails[0]["Bcc"] is None


def test_a_run_costs_what_is_due_and_not_what_is_open(firm, dupont, by, django_assert_max_num_queries):
    """A thousand claims asleep until next month are not read at all."""
    asleep = [
        receivables.NewClaim(dupont.pk, f"Z-{n}", f"z:{n}", by.on, by.on + timedelta(60), 100) for n in range(1000)
    ]
    receivables.open_claims(firm, asleep, by)
    run.plan_day(firm, by)
    with django_assert_max_num_queries(12):
        counts = run.plan_day(firm, by)
    assert counts.looked_at == 0


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 11, 22), date(2026, 12, 25)])
def test_nothing_leaves_on_weekends_and_holidays(firm, dupont, by, sink, day):
    on = author_on(day)
    claim(firm, dupont, on, "F-1", 4)
    receivables.bank_known(firm, min(day, by.on), by)
    assert go(firm, sink, on).sent == 0


def test_what_a_credit_note_took_away_bears_no_interest(firm, dupont, by, sink):
    """Half of the claim was never owed: the last notice claims interest on the other half alone, from the due day."""
    receivable = claim(firm, dupont, by, "F-1", 26, cents=100_000)
    note = receivables.NewPayment(dupont.pk, 50_000, by.on, "credit_note", "avoir", shares=((receivable.pk, 50_000),))
    receivables.record_payment(firm, note, by)
    Standing.objects.update(said_step=3, said_on=by.on - timedelta(14))
    go(firm, sink, by, approve_all=True)
    line = NoticeLine.objects.get()
    assert (line.owed, line.interest) == (50_000, 442)  # 500.00 x 12.40 % x 26 / 365
    assert line.compensation == 4_000
