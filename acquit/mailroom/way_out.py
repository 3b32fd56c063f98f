"""Through what may a firm's mail leave this installation now, or why not?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from acquit.environment import Environment, Smtp
from acquit.mailroom.catcher import Catcher
from acquit.parties.heartbeat import lock_of_sending
from acquit.parties.models import Firm
from acquit.rules.refusal import Reason, gettext_noop

OFF = gettext_noop("Les envois sont coupés (ACQUIT_SENDING=off) : rien ne part.")
LOCKED = gettext_noop(
    "Cette installation a été restaurée d’une sauvegarde : rien ne part avant que vous l’ayez confirmé "
    "(acquit activate --after-restore)."
)
NO_SMTP = gettext_noop("Aucun serveur d’envoi n’est réglé (ACQUIT_SMTP_URL) : rien ne part.")
NO_SENDER = gettext_noop("L’entreprise n’a pas d’adresse d’expéditeur : rien ne part.")
NOT_IN_SERVICE = gettext_noop("Les relances ne sont pas en service : rien ne part (acquit activate).")


@dataclass(frozen=True, slots=True)
class WayOut:
    """A server to hand mail to, or the reasons why there is none."""

    smtp: Smtp | None
    obstacles: tuple[Reason, ...] = ()


def obstacles_of(firm: Firm) -> tuple[Reason, ...]:
    """Everything that keeps this firm's mail here. The example firm needs no server: its mail is caught."""
    environment: Environment = settings.ENVIRONMENT
    here = (
        (OFF, not environment.sending),
        (LOCKED, lock_of_sending() is not None),
        (NO_SMTP, environment.smtp is None and not firm.is_example),
        (NO_SENDER, not firm.email),
        (NOT_IN_SERVICE, firm.in_service_at is None),
    )
    return tuple(Reason(text) for text, stands in here if stands)


@contextmanager
def way_out(firm: Firm) -> Iterator[WayOut]:
    """The way out of a firm, open inside the `with`. The example firm's mail is caught, never sent."""
    obstacles = obstacles_of(firm)
    if obstacles:
        yield WayOut(None, obstacles)
    elif firm.is_example:
        with Catcher(firm.pk) as catcher:
            yield WayOut(catcher.smtp)
    else:
        yield WayOut(settings.ENVIRONMENT.smtp)
