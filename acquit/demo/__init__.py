"""The example firm («exemple»): built from a user's files by the product's own actions, then told in ten lines."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from acquit import clock
from acquit.bank.queries import waiting_count
from acquit.demo.actions import erase_examples, refuse_among_real_firms
from acquit.demo.cast import OWN_IBAN, OWN_SIREN, OWN_VAT
from acquit.demo.life import make
from acquit.demo.play import Diary, Life
from acquit.demo.world import SERVICE_DAYS, World, working_before, works
from acquit.insight import checks
from acquit.mailroom.models import Message, State
from acquit.parties.models import Firm, Role, User
from acquit.parties.people.actions import add_user, found_firm, give_role
from acquit.parties.queries import customers
from acquit.parties.scope import firm_scope
from acquit.receivables.models import Standing
from acquit.receivables.queries import open_standings, overdue, owed_by_currency
from acquit.rules.dunning import REASONS
from acquit.rules.money import spell
from acquit.web.example import EMAIL, PASSWORD

SLUG = "atelier-lumen"
BOB = "bob@comptable.example"

REASONS_TOLD = 4


@dataclass(frozen=True)
class DemoReport:
    """What was built and what happened. Amounts are strings with two decimals, in euros."""

    firm: str
    on: str
    asked_on: str
    customers: int
    invoices: int
    known: int
    statements: int
    lines: int
    lines_repeated: int
    certain: int
    probable: int
    to_choose: int
    lines_waiting: int
    owed: str
    overdue: str
    sent: int
    refused: int
    unknown: int
    to_approve: int
    held: dict[str, int]
    checks_failed: tuple[str, ...]
    url: str
    email: str
    password: str

    def as_json(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


def build(asked_on: date | None = None, customers: int = 60, service_days: int = SERVICE_DAYS) -> DemoReport:
    """Make the example firm and let it live until a day: today, or the last working day before it.

    An example that is there is made again. Raises `Refused` where a real firm lives.
    """
    refuse_among_real_firms()
    erase_examples()
    asked = asked_on or clock.now().date()
    world = make(asked if works(asked) else working_before(asked), customers, service_days)
    firm, alice = _found(world)
    with firm_scope(firm):
        life = Life(firm, world, alice.pk)
        life.live()
    return _report(firm, world, asked, life.diary)


def _found(world: World) -> tuple[Firm, User]:
    """Atelier Lumen, Alice who owns it, and Bob who may only read."""
    at = clock.now()
    firm, alice = found_firm(
        SLUG,
        "Atelier Lumen",
        "FR",
        EMAIL,
        PASSWORD,
        at,
        siren=OWN_SIREN,
        vat=OWN_VAT,
        street="12 rue de la Lampe",
        postcode="59000",
        city="Lille",
        phone="03 53 01 00 00",
        email=EMAIL,
        sender="Alice Martin",
        iban=OWN_IBAN["fr"],
        is_example=True,
        travels_to=world.on,
    )
    bob = User.objects.filter(email=BOB).first() or add_user(BOB, PASSWORD)
    give_role(firm, bob, Role.READER)
    return firm, alice


def _report(firm: Firm, world: World, asked: date, diary: Diary) -> DemoReport:
    results = checks.run([firm], world.on)
    with firm_scope(firm):
        messages = Message.objects.filter(firm=firm)
        return DemoReport(
            firm=firm.name,
            on=world.on.isoformat(),
            asked_on=asked.isoformat(),
            customers=customers(firm).count(),
            invoices=Standing.objects.filter(firm=firm).count(),
            known=diary.imported["known"],
            statements=diary.statements,
            lines=diary.lines_new,
            lines_repeated=diary.lines_known,
            certain=diary.matched["certain"],
            probable=diary.matched["probable"],
            to_choose=diary.matched["to_choose"],
            lines_waiting=waiting_count(firm),
            owed=spell(owed_by_currency(open_standings(firm)).get("EUR", 0)),
            overdue=spell(owed_by_currency(overdue(firm, world.on)).get("EUR", 0)),
            sent=messages.filter(state=State.SENT).count(),
            refused=messages.filter(state=State.REFUSED).count(),
            unknown=messages.filter(state=State.UNKNOWN).count(),
            to_approve=messages.filter(state=State.PLANNED, approved_at__isnull=True).count(),
            held=_held(firm, world.on),
            checks_failed=tuple(result.name for result in results if not result.ok),
            url=settings.ENVIRONMENT.public_url,
            email=EMAIL,
            password=PASSWORD,
        )


def _held(firm: Firm, on: date) -> dict[str, int]:
    """Late receivables that are left in peace, by reason."""
    found: dict[str, int] = {}
    for reason in overdue(firm, on).exclude(reason="").values_list("reason", flat=True):
        found[reason] = found.get(reason, 0) + 1
    return dict(sorted(found.items()))


def told(report: DemoReport) -> str:
    """The report in ten calm lines."""
    reasons = sorted(report.held.items(), key=lambda pair: (-pair[1], pair[0]))[:REASONS_TOLD]
    peace = ", ".join(f"{count} « {_(REASONS[reason]).rstrip('.')} »" for reason, count in reasons)
    values = asdict(report) | {"held": peace, "checks": _checks(report)}
    lines = [
        _("%(firm)s, entreprise d’exemple, au %(on)s : dix-huit mois de vie, %(customers)s clients."),
        _("Factures importées : %(invoices)s (%(known)s lignes de fichiers déjà connues, comptées une fois)."),
        _("Relevés de deux banques : %(statements)s ; %(lines)s mouvements, %(lines_repeated)s fois répétés."),
        _("Rapprochement : %(certain)s certains, %(probable)s probables, %(to_choose)s à choisir."),
        _("Lignes qui attendent une décision : %(lines_waiting)s."),
        _("Reste dû : %(owed)s EUR, dont %(overdue)s EUR en retard."),
        _("Messages partis vers la boîte d’exemple : %(sent)s ; refusés : %(refused)s ; à vérifier : %(unknown)s."),
        _("Messages à approuver : %(to_approve)s. En retard et laissées en paix, entre autres : %(held)s."),
        _("Contrôles : %(checks)s."),
        _("À voir sur %(url)s avec %(email)s, mot de passe %(password)s"),
    ]
    if report.on != report.asked_on:
        lines.insert(1, _("Le %(asked_on)s n’est pas ouvré : l’exemple se tient au dernier jour ouvré d’avant."))
    return "\n".join(line % values for line in lines)


def _checks(report: DemoReport) -> str:
    return ", ".join(report.checks_failed) if report.checks_failed else _("tout concorde")
