"""`acquit check`: named invariants over the whole database, each looked at by another road."""

from argparse import ArgumentParser, Namespace

from django.utils.translation import gettext as _

from acquit import clock
from acquit.insight import checks
from acquit.parties.models import Firm
from acquit.rules.refusal import Reason, gettext_noop
from acquit.shell.arguments import firm_argument, firm_of
from acquit.shell.tables import table
from acquit.shell.verb import Answer, Verb

_FAILED = gettext_noop("La vérification « %(name)s » échoue : %(detail)s")


def arguments(parser: ArgumentParser) -> None:
    firm_argument(parser)


def run(options: Namespace) -> Answer:
    firms = [firm_of(options)] if options.firm else list(Firm.objects.order_by("pk"))
    on = max((clock.today(firm) for firm in firms), default=clock.now().date())
    results = checks.run(firms, on)
    rows = [{"name": r.name, "ok": r.ok, "detail": r.detail} for r in results]
    faults = [Reason(_FAILED, {"name": r.name, "detail": r.detail}) for r in results if not r.ok]
    lines = [["✓" if r.ok else "✗", r.name, r.detail] for r in results]
    return Answer({"checks": rows}, table(["", _("vérification"), _("constat")], lines), faults)


VERB = Verb(("check",), gettext_noop("vérifier toute la base"), arguments, run)
