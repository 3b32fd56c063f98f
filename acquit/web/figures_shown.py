"""The four figures of the day as the screen shows them, each with the address of the list that makes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from acquit.insight import figures
from acquit.insight.figures import Open
from acquit.parties.models import Firm
from acquit.rules.spelling import day_in_words
from acquit.web.invoices import address
from acquit.web.templatetags.acquit import money


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name, its value, what there is to say about it, where it comes from, what it means."""

    name: str
    value: str
    note: str
    url: str
    means: str
    css: str = ""


def figures_of(firm: Firm, on: date, sums: Sequence[Open]) -> list[Figure]:
    """Late, coming and received for the main currency first, other currencies after, then the pace of payment."""
    lines = list(sums) or [Open("EUR", 0, 0, 0, 0, 0, 0, 0, (0, 0, 0, 0, 0))]
    found = []
    for line in lines:
        found += [_late(firm, line), _coming(firm, on, line)]
    return [*found, *_received(firm, on), _pace(firm, on)]


def _late(firm: Firm, line: Open) -> Figure:
    invoices = ngettext("%(n)s facture", "%(n)s factures", line.late_count) % {"n": line.late_count}
    customers = ngettext("%(n)s client", "%(n)s clients", line.late_customers) % {"n": line.late_customers}
    return Figure(
        _("En retard"),
        money(line.late, line.currency),
        f"{invoices}, {customers}" if line.late_count else _("rien en retard"),
        address(firm, etat="retard", devise=line.currency),
        _("Reste dû des factures dont l’échéance est passée, litiges compris."),
        "late" if line.late else "",
    )


def _coming(firm: Firm, on: date, line: Open) -> Figure:
    last = on + timedelta(figures.COMING_DAYS)
    return Figure(
        _("À venir sous 30 jours"),
        money(line.coming, line.currency),
        ngettext("%(n)s facture", "%(n)s factures", line.coming_count) % {"n": line.coming_count},
        address(firm, etat="encaisser", echue_du=on, echue_au=last, devise=line.currency),
        _("Reste dû des factures qui échoient d’ici trente jours, aujourd’hui compris."),
    )


def _received(firm: Firm, on: date) -> list[Figure]:
    """Beside the same days of last month: a whole month would always look better than its beginning."""
    month = day_in_words(on, get_language() or "fr", weekday=False).split()[1]
    first = on.replace(day=1)
    url = f"{reverse('web:payments', args=[firm.slug])}?du={first.isoformat()}&au={on.isoformat()}"
    found = []
    for line in figures.received_this_month(firm, on) or [figures.Received("EUR", 0, 0)]:
        found.append(
            Figure(
                _("Encaissé en %(month)s") % {"month": month},
                money(line.now, line.currency),
                _change(line, on),
                url,
                _("Argent reçu depuis le premier du mois ; ni avoirs, ni règlements annulés."),
            )
        )
    return found


def _change(line: figures.Received, on: date) -> str:
    last_month = day_in_words(on.replace(day=1) - timedelta(1), get_language() or "fr", weekday=False).split()[1]
    if not line.before:
        return _("rien au même jour de %(month)s") % {"month": last_month} if line.now else ""
    percent = round(100 * (line.now - line.before) / line.before)
    sign = "+" if percent > 0 else "\u2212" if percent < 0 else ""
    words = {"change": f"{sign}{abs(percent)}\u00a0%", "month": last_month}
    return _("%(change)s sur %(month)s, à même date") % words


def _pace(firm: Firm, on: date) -> Figure:
    pace = figures.pace(firm, on)
    url = address(firm, etat="payees", soldee_du=on - timedelta(figures.PACE_DAYS - 1), soldee_au=on, tri="-echeance")
    means = _("Jours entre l’émission et le paiement, en moyenne, pour les factures soldées depuis 90 jours.")
    if pace is None:
        return Figure(_("Délai moyen de paiement"), "—", _("aucune facture soldée depuis 90 jours"), url, means)
    note = _("prévu : %(days)s j") % {"days": pace.agreed}
    if pace.before is not None and pace.before != pace.days:
        fewer = pace.days < pace.before
        text = _("%(n)s j de moins qu’avant") if fewer else _("%(n)s j de plus qu’avant")
        note = f"{text % {'n': abs(pace.days - pace.before)}}\u202f; {note}"
    return Figure(_("Délai moyen de paiement"), f"{pace.days}\u00a0j", note, url, means)
