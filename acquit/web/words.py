"""States, steps and events in words, with their icon and colour: one vocabulary for all screens."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from acquit.receivables.models import Standing
from acquit.rules import dunning as rule
from acquit.rules import figures
from acquit.rules.figures import state_of
from acquit.rules.spelling import day_in_words


@dataclass(frozen=True, slots=True)
class Chip:
    """A state as the template shows it: word, icon of icons.svg, colour class."""

    code: str
    label: str
    icon: str
    css: str


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next about a receivable, in a few words."""

    label: str
    icon: str
    title: str = ""


_STATES = {
    figures.PAID: (gettext_noop("Payée"), "check", "paid"),
    figures.DISPUTE: (gettext_noop("Litige"), "dispute", "dispute"),
    figures.SAID_PAID: (gettext_noop("Dite payée"), "euro", "soon"),
    figures.PROMISE: (gettext_noop("Promesse"), "promise", "promise"),
    figures.PAUSE: (gettext_noop("Suspendue"), "pause", "closed"),
    figures.LATE: (gettext_noop("En retard (+%(days)s j)"), "late", "late"),
    figures.PARTIAL: (gettext_noop("Partielle"), "half", "paid"),
    figures.UPCOMING: (gettext_noop("Bientôt échue"), "clock", "soon"),
    figures.OPEN: (gettext_noop("À échoir"), "invoice", "sent"),
}

LEVELS = {
    rule.UPCOMING: gettext_noop("Échéance proche"),
    rule.COURTEOUS: gettext_noop("Rappel courtois"),
    rule.RESUME: gettext_noop("Reprise de contact"),
    rule.FIRM: gettext_noop("Relance ferme"),
    rule.FINAL: gettext_noop("Dernier avis"),
}
"""The steps of a plan, by level."""

_BLOCKED = {
    rule.NOT_IN_SERVICE: (gettext_noop("Relances pas en service"), "lock"),
    rule.NO_ADDRESS: (gettext_noop("Adresse e-mail manquante"), "warning"),
    rule.ADDRESS_REFUSED: (gettext_noop("Adresse à corriger"), "warning"),
    rule.CREDIT: (gettext_noop("Crédit à imputer"), "credit"),
    rule.UNRESOLVED: (gettext_noop("Envoi à vérifier"), "warning"),
    rule.INCOMPLETE: (gettext_noop("Message à compléter"), "warning"),
    rule.BANK_OLD: (gettext_noop("Retenu : banque à mettre à jour"), "lock"),
    rule.BANK_UNKNOWN: (gettext_noop("Retenu : aucun relevé bancaire"), "lock"),
    rule.PLAN_ENDED: (gettext_noop("À vous de décider"), "person"),
}


def chip(row: Standing, on: date) -> Chip:
    """The state of a receivable on a day."""
    state = state_of(row.owed, row.amount, row.due_on, row.hold, row.hold_until, on)
    label, icon, css = _STATES[state.code]
    return Chip(state.code, _(label) % {"days": state.days_late}, icon, css)


def level(code: str) -> str:
    """A step's name."""
    return _(LEVELS[code]) if code in LEVELS else code


def short_day(day: date, on: date) -> str:
    """A day near today: « aujourd’hui », « demain », « 24/11 », with its year when it is another one."""
    if day == on:
        return _("aujourd’hui")
    if (day - on).days == 1:
        return _("demain")
    return f"{day:%d/%m}" if day.year == on.year else f"{day:%d/%m/%Y}"


def next_of(row: Standing, on: date) -> Next | None:
    """What will happen about a receivable by itself, or what keeps it from happening; None when it is settled."""
    if row.owed == 0:
        return None
    if row.hold and (row.hold_until is None or row.hold_until >= on):
        return _silent(row, on)
    why = _(rule.REASONS[row.reason]) if row.reason in rule.REASONS else ""
    if row.reason in _BLOCKED:
        label, icon = _BLOCKED[row.reason]
        return Next(_(label), icon, why)
    if row.reason == rule.PLANNED:
        return Next(_("%(step)s, dans la file") % {"step": level(row.next_step)}, "send", why)
    if row.next_step and row.next_on:
        words = {"step": level(row.next_step), "day": short_day(max(row.next_on, on), on)}
        return Next(_("%(step)s, %(day)s") % words, "mail", why)
    return Next(_("À examiner"), "clock", _("Sera examinée au prochain passage."))


def _silent(row: Standing, on: date) -> Next:
    """A hold in force: the pause icon, and until when."""
    until = short_day(row.hold_until, on) if row.hold_until else ""
    if row.hold == figures.DISPUTE:
        return Next(_("Litige : rien ne part"), "pause")
    if row.hold == figures.PROMISE and until:
        return Next(_("Attend le %(day)s") % {"day": until}, "pause")
    if row.hold == figures.SAID_PAID:
        return Next(_("Paiement à vérifier"), "pause")
    return Next(_("Suspendue jusqu’au %(day)s") % {"day": until} if until else _("Suspendue sans date"), "pause")


def day_said(day: date, on: date) -> str:
    """A day inside a sentence: « demain », « lundi 23 novembre 2026 »."""
    return _("demain") if (day - on).days == 1 else day_in_words(day, get_language() or "fr")
