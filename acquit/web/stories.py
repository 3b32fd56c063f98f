"""Events of a timeline in words: what the templates show, line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from acquit.insight import timeline
from acquit.insight.timeline import Event
from acquit.mailroom.models import Message
from acquit.parties.models import Firm
from acquit.receivables.models import Means
from acquit.web import words
from acquit.web.templatetags.acquit import cause, money


@dataclass(frozen=True, slots=True)
class Story:
    """One line of a timeline; `message` brings the exact text that left."""

    on: date
    icon: str
    title: str
    detail: str = ""
    css: str = ""
    url: str = ""
    message: Message | None = None
    family: str = ""


_HELD = {
    "dispute": (gettext_noop("Litige ouvert"), "dispute", "late"),
    "said_paid": (gettext_noop("Le client dit avoir payé"), "euro", "promise"),
    "promise": (gettext_noop("Promesse"), "promise", "promise"),
    "pause": (gettext_noop("Relances suspendues"), "pause", ""),
}
_RELEASED = {
    "dispute": gettext_noop("Litige clos"),
    "said_paid": gettext_noop("Vérification terminée"),
    "promise": gettext_noop("Promesse close"),
    "pause": gettext_noop("Suspension levée"),
}
_TRIED = {
    "refused": (gettext_noop("Envoi refusé par le serveur"), "warning"),
    "deferred": (gettext_noop("Envoi remis à plus tard par le serveur"), "clock"),
    "unknown": (gettext_noop("Envoi à vérifier : parti ou non, nul ne le sait"), "warning"),
    "resolved-sent": (gettext_noop("Vérifié : le message était parti"), "check"),
    "resolved-lost": (gettext_noop("Vérifié : le message n’était pas parti"), "undo"),
}
_VIA = {
    "web": gettext_noop("à l’écran"),
    "shell": gettext_noop("en ligne de commande"),
    "cli": gettext_noop("en ligne de commande"),
    "worker": gettext_noop("par l’automate"),
}


def told(events: Iterable[Event], firm: Firm, on: date) -> list[Story]:
    """Each event in words, in the order given."""
    return [_TELLERS[event.kind](event, firm, on) for event in events]


def _about(event: Event) -> str:
    return ", ".join(event.references)


def _sum(event: Event) -> str:
    return "" if event.amount is None else money(event.amount, event.currency)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _by(event: Event) -> str:
    return _("par %(who)s") % {"who": event.who} if event.who else ""


def _issued(event: Event, firm: Firm, on: date) -> Story:
    named = {"reference": _about(event), "amount": _sum(event)}
    return Story(event.on, "invoice", _("%(reference)s émise, %(amount)s") % named)


def _recorded(event: Event, firm: Firm, on: date) -> Story:
    via = _(_VIA[event.code]) if event.code in _VIA else ""
    return Story(event.on, "import", _("Importée"), _joined(_by(event), via))


def _due(event: Event, firm: Firm, on: date) -> Story:
    return Story(event.on, "late", _("%(reference)s échue") % {"reference": _about(event)}, css="late")


def _settled(event: Event, firm: Firm, on: date) -> Story:
    return Story(
        event.on, "check", _("%(reference)s soldée") % {"reference": _about(event)}, css="paid", family="money"
    )


def _planned(event: Event, firm: Firm, on: date) -> Story:
    title = _("%(step)s, dans la file d’envoi") % {"step": words.level(event.code)}
    url = reverse("web:outbox", args=[firm.slug])
    detail = _joined(event.note, _about(event), _sum(event))
    return Story(event.on, "send", title, detail, "next", url, event.message, "messages")


def _said(event: Event, firm: Firm, on: date) -> Story:
    title = _("Message envoyé : %(step)s") % {"step": words.level(event.code)}
    detail = _joined(event.note, _about(event), _sum(event))
    return Story(event.on, "mail", title, detail, message=event.message, family="messages")


def _tried(event: Event, firm: Firm, on: date) -> Story:
    title, icon = _TRIED.get(event.code, (event.code, "info"))
    css = "late" if icon == "warning" else ""
    return Story(event.on, icon, _(title), _joined(event.note, _by(event)), css, family="messages")


def _paid(event: Event, firm: Firm, on: date) -> Story:
    means = str(dict(Means.choices).get(event.code, event.code))
    named = {"amount": _sum(event), "reference": _about(event)}
    title = _("Reçu %(amount)s pour %(reference)s") % named
    if event.code == Means.CREDIT_NOTE:
        title = _("Avoir de %(amount)s sur %(reference)s") % named
    elif event.code == Means.REPORTED:
        title = _("%(amount)s déjà réglés sur %(reference)s, selon le fichier") % named
    bank = _("rapproché à la banque") if event.extra.get("matched") else ""
    return Story(event.on, "euro", title, _joined(means, bank, event.note, _by(event)), "paid", family="money")


def _taken_back(event: Event, firm: Firm, on: date) -> Story:
    title = _("Règlement de %(amount)s annulé") % {"amount": _sum(event)}
    return Story(event.on, "undo", title, _joined(_about(event), _by(event)), "late", family="money")


def _held(event: Event, firm: Firm, on: date) -> Story:
    label, icon, css = _HELD[event.code]
    until = _("jusqu’au %(day)s") % {"day": f"{event.until:%d/%m/%Y}"} if event.until else ""
    title = _joined(_(label), _sum(event))
    return Story(event.on, icon, title, _joined(until, cause(event.note), _about(event), _by(event)), css)


def _released(event: Event, firm: Firm, on: date) -> Story:
    return Story(event.on, "undo", _(_RELEASED[event.code]), _joined(cause(event.note), _about(event), _by(event)))


def _broken(event: Event, firm: Firm, on: date) -> Story:
    return Story(event.on, "promise", _joined(_("Promesse non tenue"), _sum(event)), _about(event), "late")


_TELLERS = {
    timeline.ISSUED: _issued,
    timeline.RECORDED: _recorded,
    timeline.DUE: _due,
    timeline.SETTLED: _settled,
    timeline.PLANNED: _planned,
    timeline.SAID: _said,
    timeline.TRIED: _tried,
    timeline.PAID: _paid,
    timeline.TAKEN_BACK: _taken_back,
    timeline.HELD: _held,
    timeline.RELEASED: _released,
    timeline.BROKEN: _broken,
}
