"""Bank statements taken in from any screen, what follows without a click, and a new account that must be confirmed."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acquit.bank import actions
from acquit.bank.actions import AfterImport, StatementReport
from acquit.billing.sheets import media_type
from acquit.mailroom import store
from acquit.mailroom.actions import keep_paper
from acquit.mailroom.models import Paper
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.rules.refusal import Refused
from acquit.web.access import author_of
from acquit.web.office import cancelled, done, located, refusals_told

PENDING = "statements_of_a_new_account"
"""Session key: papers that wait for a person to say that their account is the firm's."""
WAITING_MAX = 50


def take_in(request: HttpRequest, firm: Firm, files: Sequence[tuple[str, bytes]], account: str = "") -> HttpResponse:
    """Import statements and tell what they brought; an account not seen before is asked about on the bank screen."""
    by = author_of(request, firm)
    back = redirect("web:bank", firm.slug)
    request.session.pop(PENDING, None)
    try:
        report = actions.import_statement(firm, files, by, account=account)
    except Refused as refused:
        if not account and _is_only_new(firm, files, by):
            papers = [keep_paper(firm, name, content, media_type(content), by).pk for name, content in files]
            request.session[PENDING] = {"firm": firm.pk, "papers": papers[:WAITING_MAX]}
        for reason in refused.reasons[:8]:
            messages.error(request, located(reason))
        return back
    _tell(request, firm, report, actions.after_import(firm, by), by)
    return back


def _is_only_new(firm: Firm, files: Sequence[tuple[str, bytes]], by: Author) -> bool:
    """Whether a person's word about the account is all that is missing."""
    try:
        actions.import_statement(firm, files, by, dry_run=True, accept_new_account=True)
    except Refused:
        return False
    return True


def has_pending(request: HttpRequest, firm: Firm) -> bool:
    """Whether statements of this firm wait for a word about their account."""
    return bool(request.session.get(PENDING, {}).get("firm") == firm.pk)


def accept_pending(request: HttpRequest, firm: Firm) -> HttpResponse:
    """The person's word: take the kept statements in, their account is the firm's."""
    back = redirect("web:bank", firm.slug)
    if not has_pending(request, firm):
        return back
    papers = Paper.objects.filter(pk__in=request.session.pop(PENDING)["papers"]).order_by("pk")
    files = [(paper.name, store.read(firm.pk, paper.sha256)) for paper in papers]
    by = author_of(request, firm)
    with refusals_told(request):
        report = actions.import_statement(firm, files, by, accept_new_account=True)
        _tell(request, firm, report, actions.after_import(firm, by), by)
    return back


def _tell(request: HttpRequest, firm: Firm, report: StatementReport, after: AfterImport, by: Author) -> None:
    new = ngettext("%(n)s nouveau mouvement", "%(n)s nouveaux mouvements", report.new)
    text = new % {"n": report.new} if report.new else _("Aucun nouveau mouvement")
    if report.known:
        known = ngettext("%(n)s déjà connu", "%(n)s déjà connus", report.known) % {"n": report.known}
        text = f"{text}, {known}"
    text += "."
    if after.applied:
        n = len(after.applied)
        made = ngettext("%(n)s rapprochement certain fait.", "%(n)s rapprochements certains faits.", n)
        text += " " + made % {"n": n}
        text += cancelled(firm, {payment.customer_id for payment in after.applied}, by)
    if after.set_aside:
        text += " " + ngettext(
            "%(n)s ligne mise de côté.", "%(n)s lignes mises de côté.", after.set_aside
        ) % {"n": after.set_aside}  # fmt: skip
    done(request, text)
    for warning in report.warnings:
        messages.warning(request, located(warning))
