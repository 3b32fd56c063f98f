"""Tasks of the day in words: what to do, why, and the one button that leads there."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from acquit.insight.queue import Task, Todo
from acquit.parties.models import Firm
from acquit.web import words


@dataclass(frozen=True, slots=True)
class Told:
    """A task as the template shows it. `name` and `url` are of the customer or invoice it is about."""

    icon: str
    what: str
    name: str
    url: str
    why: str
    button: str
    goes: str
    amount: int | None
    currency: str
    hold: int = 0
    soft: bool = False


_ICONS = {
    Todo.UNKNOWN: "warning",
    Todo.TO_MATCH: "bank",
    Todo.SAID_PAID: "euro",
    Todo.CREDIT: "credit",
    Todo.TO_APPROVE: "send",
    Todo.PROMISE_BROKEN: "promise",
    Todo.PROMISE_DUE: "promise",
    Todo.REFUSED: "warning",
    Todo.ADDRESS_REFUSED: "mail",
    Todo.NO_ADDRESS: "mail",
    Todo.INCOMPLETE: "note",
    Todo.PLAN_ENDED: "person",
    Todo.DISPUTE: "dispute",
    Todo.IMPORT: "import",
    Todo.KIND: "people",
}
_WORDS = {
    Todo.UNKNOWN: (gettext_noop("Vérifier un envoi à"), gettext_noop("Ouvrir")),
    Todo.SAID_PAID: (gettext_noop("Vérifier le paiement de"), gettext_noop("Banque")),
    Todo.CREDIT: (gettext_noop("Imputer le crédit de"), gettext_noop("Ouvrir")),
    Todo.PROMISE_BROKEN: (gettext_noop("Promesse non tenue :"), gettext_noop("Ouvrir")),
    Todo.PROMISE_DUE: (gettext_noop("Promesse pour aujourd’hui :"), gettext_noop("Ouvrir")),
    Todo.REFUSED: (gettext_noop("Message refusé :"), gettext_noop("Ouvrir")),
    Todo.ADDRESS_REFUSED: (gettext_noop("Corriger l’adresse de"), gettext_noop("Corriger")),
    Todo.NO_ADDRESS: (gettext_noop("Trouver une adresse pour"), gettext_noop("Ajouter")),
    Todo.INCOMPLETE: (gettext_noop("Compléter de quoi écrire à"), gettext_noop("Ouvrir")),
    Todo.PLAN_ENDED: (gettext_noop("Décider de la suite pour"), gettext_noop("Ouvrir")),
    Todo.DISPUTE: (gettext_noop("Résoudre le litige avec"), gettext_noop("Ouvrir")),
}


def told(task: Task, firm: Firm, on: date) -> Told:
    """One task in words."""
    if task.todo in _TOGETHER:
        return _together(task, firm, on)
    what, button = _WORDS[task.todo]
    url = _about(task, firm)
    return Told(
        icon=_ICONS[task.todo],
        what=_(what),
        name=task.name,
        url=url,
        why=_why(task, on),
        button=_(button),
        goes=_goes(task, firm) or url,
        amount=task.amount,
        currency=task.currency,
        hold=task.hold if task.todo in (Todo.PROMISE_BROKEN, Todo.PROMISE_DUE) else 0,
    )


def _about(task: Task, firm: Firm) -> str:
    if task.receivable:
        return reverse("web:invoice", args=[firm.slug, task.receivable])
    return reverse("web:customer", args=[firm.slug, task.customer])


def _goes(task: Task, firm: Firm) -> str:
    """Where the button leads when that is not the thing itself."""
    if task.todo is Todo.SAID_PAID:
        return reverse("web:bank", args=[firm.slug])
    if task.todo in (Todo.UNKNOWN, Todo.REFUSED):
        return reverse("web:outbox", args=[firm.slug])
    if task.todo is Todo.NO_ADDRESS:
        return reverse("web:contact_add", args=[firm.slug, task.customer])
    return ""


def _why(task: Task, on: date) -> str:
    """One line of context."""
    days = (on - task.on).days if task.on else 0
    reference = task.reference
    texts = {
        Todo.UNKNOWN: _("%(to)s : parti ou non, nul ne le sait ; rien d’autre ne part avant votre réponse.")
        % {"to": task.detail},
        Todo.SAID_PAID: _("%(reference)s : dit avoir payé") % {"reference": reference},
        Todo.CREDIT: _("Argent reçu et mis sur aucune facture, alors qu’il en est d’ouvertes."),
        Todo.PROMISE_BROKEN: _("promis pour %(day)s") % {"day": words.short_day(task.on, on) if task.on else ""},
        Todo.PROMISE_DUE: reference or _("toutes ses factures"),
        Todo.REFUSED: task.detail,
        Todo.ADDRESS_REFUSED: _("%(email)s refuse nos messages ; en retard de %(n)s j")
        % {"email": task.detail, "n": days},
        Todo.NO_ADDRESS: _("Aucune adresse e-mail ; en retard de %(n)s j") % {"n": days},
        Todo.INCOMPLETE: _("Le prochain message ne peut pas être écrit."),
        Todo.PLAN_ENDED: _("Toutes les étapes du plan sont passées ; en retard de %(n)s j") % {"n": days},
        Todo.DISPUTE: _("%(reference)s : plus rien ne part tant que le litige est ouvert") % {"reference": reference},
    }
    return texts[task.todo]


_TOGETHER = (Todo.TO_MATCH, Todo.TO_APPROVE, Todo.IMPORT, Todo.KIND)


def _together(task: Task, firm: Firm, on: date) -> Told:
    """Tasks that are one list elsewhere: the button leads to it."""
    n = {"n": task.count}
    if task.todo is Todo.TO_MATCH:
        what = ngettext("Rapprocher %(n)s paiement", "Rapprocher %(n)s paiements", task.count) % n
        since = words.short_day(task.on, on) if task.on else ""
        why, button, place = _("le plus ancien : %(day)s") % {"day": since}, _("Banque"), "web:bank"
    elif task.todo is Todo.TO_APPROVE:
        what = ngettext("Approuver %(n)s message", "Approuver %(n)s messages", task.count) % n
        why, button, place = _("Rien ne part sans votre accord."), _("Relire"), "web:outbox"
    elif task.todo is Todo.IMPORT:
        what = ngettext("Terminer %(n)s import", "Terminer %(n)s imports", task.count) % n
        why, button, place = _("L’aperçu est prêt ; rien n’est encore enregistré."), _("Reprendre"), "web:imports"
    else:
        what = ngettext("Préciser %(n)s client", "Préciser %(n)s clients", task.count) % n
        why, button, place = _("Professionnel ou particulier ? La loi en dépend."), _("Préciser"), "web:customers"
    goes = reverse(place, args=[firm.slug]) + ("?etat=a-preciser" if task.todo is Todo.KIND else "")
    return Told(_ICONS[task.todo], what, "", "", why, button, goes, task.amount, task.currency)
