"""«File d’envoi»: what waits to leave, what is held and why, what is in doubt or refused, and the log of what left."""

import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Min, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from acquit import clock
from acquit.dunning.actions import approve
from acquit.dunning.models import Intent
from acquit.mailroom.actions import retain
from acquit.mailroom.models import Message, State
from acquit.mailroom.way_out import obstacles_of
from acquit.parties.models import Firm, Role
from acquit.receivables.models import Standing
from acquit.rules import dunning as rule
from acquit.web import exports, words
from acquit.web.access import author_of, member
from acquit.web.effects import spelled
from acquit.web.lists import Order, page_of
from acquit.web.office import done, numbers, refusals_told, silent_worker
from acquit.web.words import Chip

UNDO = timedelta(seconds=30)
SHOWN_MAX = 200
COMING_DAYS = 8
UNDO_IDS_MAX = 500

TABS = {
    "": (gettext_noop("À envoyer"), (State.PLANNED, State.CLAIMED, State.SENDING)),
    "retenus": (gettext_noop("Retenus"), ()),
    "a-verifier": (gettext_noop("À vérifier"), (State.UNKNOWN,)),
    "refuses": (gettext_noop("Refusés"), (State.REFUSED,)),
    "partis": (gettext_noop("Partis"), (State.SENT,)),
    "annules": (gettext_noop("Annulés"), (State.CANCELLED,)),
}
HELD = (
    rule.NOT_IN_SERVICE, rule.BANK_OLD, rule.BANK_UNKNOWN, rule.NO_ADDRESS, rule.ADDRESS_REFUSED, rule.CREDIT,
    rule.INCOMPLETE, rule.UNRESOLVED, rule.CONTACT_GAP, rule.DISPUTE, rule.SAID_PAID, rule.PROMISE, rule.PAUSE,
    rule.PLAN_ENDED,
)  # fmt: skip
"""Why nothing is said about something late, the causes a person can mend first."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in a list, with what it says and where it stands."""

    message: Message
    level: str
    state: Chip
    references: tuple[str, ...]
    owed: int
    currency: str
    leaves_at: datetime
    approved: bool


@member(Role.READER)
def outbox(request: HttpRequest, firm: Firm) -> HttpResponse:
    """One tab of the outbox, or the log as a file."""
    tab = request.GET.get("etat", "")
    tab = tab if tab in TABS else ""
    on = clock.today(firm)
    if (form := exports.wanted(request.GET)) and tab in ("partis", "annules"):
        return _exported(form, _filtered(request, firm, tab), firm)
    page = {"nav": "outbox", "tab": tab, "tabs": _tabs(firm, on), "on": on, "asked": request.GET.get("q", "")}
    page |= {"obstacles": [spelled(why) for why in obstacles_of(firm)], "silent": silent_worker()}
    if tab == "":
        return render(request, "web/outbox.html", page | _waiting(firm, on))
    if tab == "retenus":
        return render(request, "web/outbox_held.html", page | _held(firm, on, request.GET.get("raison", "")))
    rows = _filtered(request, firm, tab)
    listed = page_of(rows, Order("-jour", ("pk",)), request.GET, rows.count())
    return render(request, "web/outbox_log.html", page | {"page": listed, "letters": letters_of(firm, listed.rows)})


def _tabs(firm: Firm, on: date) -> list[tuple[str, str, int]]:
    counted = Message.objects.filter(firm=firm).order_by().values_list("state").annotate(n=Count("pk"))
    count = dict(counted)
    held = _silent(firm, on).count()
    return [
        (code, _(label), held if code == "retenus" else sum(count.get(state, 0) for state in states))
        for code, (label, states) in TABS.items()
    ]


def _filtered(request: HttpRequest, firm: Firm, tab: str) -> QuerySet[Message]:
    rows = Message.objects.filter(firm=firm, state__in=TABS[tab][1]).select_related("customer")
    if asked := request.GET.get("q", "").strip()[:80]:
        rows = rows.filter(
            Q(customer__name__icontains=asked) | Q(recipient__icontains=asked) | Q(subject__icontains=asked)
        )
    return rows.order_by("-pk")


def _waiting(firm: Firm, on: date) -> dict[str, Any]:
    """What is in the outbox, to approve first, and the days that follow as the plan sees them."""
    rows = Message.objects.filter(firm=firm, state__in=TABS[""][1]).select_related("customer")
    asks = rows.filter(state=State.PLANNED, needs_approval=True, approved_at__isnull=True).order_by("customer__name")
    going = rows.exclude(pk__in=asks.values("pk")).order_by("not_before", "pk")
    days = (
        Standing.objects.filter(firm=firm, owed__gt=0, next_on__gt=on, next_on__lte=on + timedelta(COMING_DAYS))
        .filter(hold="", reason__in=[rule.STEP_DAY, rule.CONTACT_GAP, rule.NOT_WORKING_DAY])
        .order_by("next_on", "next_step")
        .values("next_on", "next_step")
        .annotate(n=Count("customer", distinct=True))
    )
    coming: dict[date, dict[str, int]] = {}
    for row in days:
        coming.setdefault(row["next_on"], {})[words.level(row["next_step"])] = row["n"]
    return {
        "asks": letters_of(firm, asks[:SHOWN_MAX]),
        "asks_count": asks.count(),
        "going": letters_of(firm, going[:SHOWN_MAX]),
        "going_count": going.count(),
        "coming": [(day, ", ".join(steps), sum(steps.values())) for day, steps in coming.items()],
        "shown_max": SHOWN_MAX,
    }


def _silent(firm: Firm, on: date) -> QuerySet[Standing]:
    """Late, and nothing is said about it: for a reason other than that its step has not come."""
    return Standing.objects.filter(firm=firm, owed__gt=0, due_on__lt=on, reason__in=HELD)


def _held(firm: Firm, on: date, reason: str) -> dict[str, Any]:
    rows = _silent(firm, on)
    counted = rows.order_by().values("reason").annotate(n=Count("pk"), customers=Count("customer", distinct=True))
    by_reason = {row["reason"]: row for row in counted.annotate(owed=Sum("owed"), since=Min("due_on"))}
    groups = [(code, spelled_reason(code), by_reason[code]) for code in HELD if code in by_reason]
    chosen = reason if reason in by_reason else (groups[0][0] if groups else "")
    listed = rows.filter(reason=chosen).select_related("customer").order_by("due_on", "pk")[:SHOWN_MAX]
    lines = [(row, words.chip(row, on)) for row in listed]
    return {"groups": groups, "chosen": chosen, "why": spelled_reason(chosen), "lines": lines}


def spelled_reason(code: str) -> str:
    """A code of the dunning rule as a sentence."""
    return _(rule.REASONS[code]) if code in rule.REASONS else ""


def letters_of(firm: Firm, rows: Iterable[Message]) -> list[Letter]:
    """Messages with what they are about; two queries however many there are."""
    found: Sequence[Message] = list(rows)
    said: dict[int, list[tuple[str, str, int, str]]] = {}
    intents = Intent.objects.filter(message__in=found).order_by("pk")
    columns = ("message_id", "level", "receivable__reference", "owed", "receivable__currency")
    for pk, *rest in intents.values_list(*columns):
        said.setdefault(pk, []).append(tuple(rest))
    gone = Message.objects.filter(pk__in=[m.pk for m in found], notice__isnull=False).order_by("notice__lines__pk")
    lines = ("pk", "notice__level", "notice__lines__receivable__reference", "notice__lines__owed",
             "notice__lines__receivable__currency")  # fmt: skip
    for pk, *rest in gone.values_list(*lines):
        said.setdefault(pk, []).append(tuple(rest))
    zone = zoneinfo.ZoneInfo(firm.time_zone)
    return [_letter(message, said.get(message.pk, []), zone) for message in found]


def _letter(message: Message, said: Sequence[tuple[str, str, int, str]], zone: zoneinfo.ZoneInfo) -> Letter:
    return Letter(
        message,
        words.level(said[0][0]) if said else "",
        chip(message),
        tuple(reference for _level, reference, _owed, _currency in said),
        sum(cents for _level, _reference, cents, _currency in said),
        said[0][3] if said else "EUR",
        (message.sent_at or message.not_before).astimezone(zone),
        message.approved_at is not None or not message.needs_approval,
    )


_CHIPS = {
    State.CLAIMED: (gettext_noop("En préparation"), "clock", "sent"),
    State.SENDING: (gettext_noop("En cours d’envoi"), "send", "sent"),
    State.SENT: (gettext_noop("Parti"), "check", "paid"),
    State.REFUSED: (gettext_noop("Refusé"), "warning", "late"),
    State.UNKNOWN: (gettext_noop("À vérifier"), "help", "dispute"),
    State.CANCELLED: (gettext_noop("Annulé"), "close", "closed"),
}


def chip(message: Message) -> Chip:
    """Where a message stands, in a word."""
    if message.state != State.PLANNED:
        label, icon, css = _CHIPS[State(message.state)]
    elif message.approved_at is not None or not message.needs_approval:
        label, icon, css = gettext_noop("Approuvé"), "check", "sent"
    else:
        label, icon, css = gettext_noop("À approuver"), "clock", "soon"
    return Chip(message.state, _(label), icon, css)


@member(Role.MANAGER, "POST")
def outbox_approve(request: HttpRequest, firm: Firm) -> HttpResponse:
    """Let messages leave, one, those ticked or all; half a minute to change one's mind."""
    rows = Message.objects.filter(firm=firm, state=State.PLANNED, needs_approval=True, approved_at__isnull=True)
    if "all" not in request.POST:
        # A line’s own button means that line, whatever is ticked beside it.
        rows = rows.filter(pk__in=numbers(request.POST.getlist("only") or request.POST.getlist("message")))
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        messages.warning(request, _("Aucun de ces messages n’attend plus votre accord."))
        return redirect("web:outbox", firm.slug)
    with refusals_told(request):
        count = approve(ids, author_of(request, firm), undo=UNDO)
        text = ngettext("%(n)s envoi approuvé.", "%(n)s envois approuvés.", count) % {"n": count}
        undo = f"{reverse('web:outbox_retain', args=[firm.slug])}?m={','.join(map(str, ids))}"
        done(request, text, undo if len(ids) <= UNDO_IDS_MAX else "")
    return redirect("web:outbox", firm.slug)


@member(Role.MANAGER, "POST")
def outbox_retain(request: HttpRequest, firm: Firm) -> HttpResponse:
    """Take approvals back: of the messages named, or of all («tout retenir»)."""
    rows = Message.objects.filter(firm=firm, state=State.PLANNED)
    if "all" not in request.POST:
        named = [*request.GET.get("m", "").split(","), *request.POST.getlist("message")]
        rows = rows.filter(pk__in=numbers(named))
    count = retain(list(rows.values_list("pk", flat=True)))
    if count:
        text = ngettext("%(n)s message retenu : il attend votre accord.",
                        "%(n)s messages retenus : ils attendent votre accord.", count)  # fmt: skip
        done(request, text % {"n": count})
    else:
        messages.warning(request, _("Trop tard : ces messages sont déjà partis, ou plus rien n’attend."))
    return redirect("web:outbox", firm.slug)


def _exported(form: str, rows: QuerySet[Message], firm: Firm) -> HttpResponse:
    """The log as it is filtered."""
    zone = zoneinfo.ZoneInfo(firm.time_zone)
    head = [_("Jour"), _("Client"), _("Adresse"), _("Objet"), _("État"), _("Raison")]
    lines = (_exported_row(row, zone) for row in rows[: exports.ROWS_MAX + 1].iterator(2000))
    return exports.answer(form, _("envois"), head, lines)


def _exported_row(row: Message, zone: zoneinfo.ZoneInfo) -> list[exports.Cell]:
    day = (row.sent_at or row.not_before).astimezone(zone).date()
    return [day, row.customer.name, row.recipient, row.subject, str(State(row.state).label), row.reason]
