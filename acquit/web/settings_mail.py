"""«Messagerie»: who signs, from which address, through which server; and a test that really leaves."""

from dataclasses import replace
from email.utils import format_datetime, make_msgid

from django import forms
from django.conf import settings as installation
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acquit import clock
from acquit.environment import Smtp
from acquit.mailroom.catcher import Catcher
from acquit.mailroom.channels.email import Mail, Submission
from acquit.mailroom.channels.verdict import SENT, Verdict
from acquit.mailroom.way_out import NOT_IN_SERVICE, obstacles_of
from acquit.parties.identity.actions import change_firm
from acquit.parties.models import Firm, Role
from acquit.web.access import author_of, member
from acquit.web.effects import spelled
from acquit.web.office import done, refusals_told

TEST_TIMEOUT = 8
"""Seconds: a person waits for the answer."""
FREE_MAIL = frozenset(
    {
        "gmail.com", "googlemail.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "yahoo.fr",
        "yahoo.com", "hotmail.fr", "hotmail.com", "outlook.fr", "outlook.com", "live.fr", "icloud.com", "skynet.be",
        "proximus.be", "telenet.be", "bbox.fr", "aol.com",
    }
)  # fmt: skip


class Sender(forms.Form):
    """The human who signs, and the address that answers reach."""

    sender = forms.CharField(
        label=gettext_lazy("Signataire"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Prénom et nom d’une vraie personne : on répond à quelqu’un, pas à un service."),
    )
    email = forms.EmailField(
        label=gettext_lazy("Adresse d’expéditeur"),
        required=False,
        help_text=gettext_lazy("Les messages partent de cette adresse, et les réponses y arrivent."),
    )


@member(Role.OWNER, "GET", "POST")
def settings_mail(request: HttpRequest, firm: Firm) -> HttpResponse:
    """Sender and server."""
    form = Sender(request.POST or None, initial={"sender": firm.sender, "email": firm.email})
    if request.method == "POST" and form.is_valid():
        with refusals_told(request):
            change_firm(firm, form.cleaned_data, author_of(request, firm))
            done(request, _("Enregistré."))
        return redirect("web:settings_mail", firm.slug)
    smtp: Smtp | None = installation.ENVIRONMENT.smtp
    page = {
        "nav": "settings",
        "part": "mail",
        "form": form,
        "smtp": smtp,
        "obstacles": [spelled(why) for why in obstacles_of(firm) if why.template != NOT_IN_SERVICE],
        "free": firm.email.rpartition("@")[2].lower() in FREE_MAIL,
    }
    return render(request, "web/settings_mail.html", page, status=422 if form.errors else 200)


@member(Role.OWNER, "POST")
def settings_mail_test(request: HttpRequest, firm: Firm) -> HttpResponse:
    """A message to oneself, by the very road that reminders take; what the server answers is told."""
    here = redirect("web:settings_mail", firm.slug)
    obstacles = [why for why in obstacles_of(firm) if why.template != NOT_IN_SERVICE]
    for why in obstacles:
        messages.error(request, spelled(why))
    if obstacles:
        return here
    address: str = request.user.email  # type: ignore[union-attr]
    verdict = _sent(firm, address)
    if verdict.outcome == SENT:
        done(request, _("Message de test remis au serveur pour %(address)s.") % {"address": address})
    else:
        messages.error(request, _("Le serveur n’a pas pris le message : %(answer)s") % {"answer": verdict.answer})
    return here


def _sent(firm: Firm, address: str) -> Verdict:
    mail = Mail(
        message_id=make_msgid(domain=firm.email.partition("@")[2] or "acquit.invalid"),
        sender=firm.email,
        sender_name=f"{firm.sender}, {firm.name}" if firm.sender else firm.name,
        recipient=address,
        recipient_name="",
        subject=_("Message de test d’Acquit"),
        text=_("Si vous lisez ceci, les relances de %(firm)s pourront partir.") % {"firm": firm.name},
        language=firm.language,
    )
    if firm.is_example:
        with Catcher(firm.pk) as catcher:
            return _handed(mail, catcher.smtp)
    smtp: Smtp | None = installation.ENVIRONMENT.smtp
    assert smtp is not None  # told as an obstacle before
    return _handed(mail, replace(smtp, timeout=TEST_TIMEOUT))


def _handed(mail: Mail, smtp: Smtp) -> Verdict:
    with Submission(smtp) as submission:
        return submission.offer(mail) or submission.hand_over(mail.compose(format_datetime(clock.now())))
