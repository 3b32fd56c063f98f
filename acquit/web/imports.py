"""«Import»: files dropped, looked at before anything is written, recorded all or nothing, taken back while one may."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import zip_longest

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from acquit.billing import actions, assessment, queries
from acquit.billing.actions.waiting import abandon, queue
from acquit.billing.choices import Choices
from acquit.billing.models import BatchPaper, ImportBatch
from acquit.parties.models import Firm, Role
from acquit.rules.mapping import TEMPLATE
from acquit.rules.money import spell
from acquit.rules.refusal import Refused
from acquit.web import imports_shown as shown
from acquit.web.access import author_of, member
from acquit.web.bank_intake import take_in
from acquit.web.effects import spelled
from acquit.web.exports import harmless
from acquit.web.imports_form import choices_of
from acquit.web.office import done, received, refusals_told, silent_worker
from acquit.web.sorting import sorted_out

HISTORY = 20
AT_ONCE_MAX = 5000
"""So many claims are recorded while one waits; more are left to the worker."""
_NUMBER_LIKE = re.compile(r"[-+]?[\d\s\u00a0\u202f.,]+ ?€?")


@member(Role.READER, "GET", "POST")
def imports(request: HttpRequest, firm: Firm) -> HttpResponse:
    """Drop files, and see the imports made before."""
    if request.method == "POST":
        return _upload(request, firm)
    batches = [shown.in_history(batch) for batch in queries.batches(firm).prefetch_related("papers")[:HISTORY]]
    return render(request, "web/imports.html", {"nav": "imports", "batches": batches, "guides": shown.GUIDES})


def _upload(request: HttpRequest, firm: Firm) -> HttpResponse:
    if not request.member.may(Role.MANAGER):  # type: ignore[attr-defined]
        return HttpResponse(status=403)
    back: HttpResponse = redirect("web:imports", firm.slug)
    with refusals_told(request):
        statements, invoices = sorted_out(received(request), at_bank=False)
        if statements:
            back = take_in(request, firm, statements)
        if invoices:
            batch = actions.keep(firm, invoices, Choices(), author_of(request, firm))
            back = redirect("web:import", firm.slug, batch.pk)
    return back


@member(Role.READER, "GET", "POST")
def import_batch(request: HttpRequest, firm: Firm, batch: int) -> HttpResponse:
    """One import: its preview with the choices still open, its progress, or what it did."""
    found = get_object_or_404(queries.batches(firm), pk=batch)
    if request.method == "POST":
        return _decide(request, firm, found)
    page = {"nav": "imports", "batch": found, "files": _names(found), "states": ImportBatch.State}
    if found.state in (ImportBatch.State.WAITING, ImportBatch.State.RUNNING):
        return render(request, _part(request, "web/import_running.html"), page | {"silent": silent_worker()})
    if found.state in (ImportBatch.State.RECORDED, ImportBatch.State.UNDONE):
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Redirect": request.path})
        return render(request, "web/import_done.html", page | shown.outcome_of(found))
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": request.path})
    try:
        seen = queries.preview_of(firm, found)
    except OSError:
        messages.error(request, _("Les fichiers de cet import ne sont plus sur le disque : déposez-les à nouveau."))
        return redirect("web:imports", firm.slug)
    return render(request, "web/import.html", page | shown.preview_of(seen, Choices.from_json(found.options)))


def _part(request: HttpRequest, template: str) -> str:
    """The moving part alone when htmx asks for it."""
    return "web/parts/import_progress.html" if request.htmx else template  # type: ignore[attr-defined]


def _names(batch: ImportBatch) -> list[str]:
    kept = BatchPaper.objects.filter(batch=batch).order_by("pk")
    return list(kept.values_list("paper__name", flat=True))


def _decide(request: HttpRequest, firm: Firm, batch: ImportBatch) -> HttpResponse:
    """The choices of the form are kept; with `deed=record` the import is made as well."""
    if not request.member.may(Role.MANAGER):  # type: ignore[attr-defined]
        return HttpResponse(status=403)
    by = author_of(request, firm)
    here = redirect("web:import", firm.slug, batch.pk)
    with refusals_told(request):
        batch = actions.change(firm, batch, choices_of(request.POST, Choices.from_json(batch.options)), by)
        if request.POST.get("deed") != "record":
            return here
        count = request.POST.get("claims", "")
        if count.isdecimal() and int(count) > AT_ONCE_MAX and not silent_worker():
            queue(batch)
            return here
        outcome = actions.record(firm, batch, by)
        done(request, shown.said(outcome), reverse("web:import_undo", args=[firm.slug, batch.pk]))
    return here


@member(Role.MANAGER, "POST")
def import_undo(request: HttpRequest, firm: Firm, batch: int) -> HttpResponse:
    """Take an import back whole, or say what was built on it."""
    found = get_object_or_404(queries.batches(firm), pk=batch)
    with refusals_told(request):
        actions.undo(firm, found, author_of(request, firm))
        done(request, _("L’import est annulé : ses factures ne sont plus dues."))
    return redirect("web:import", firm.slug, found.pk)


@member(Role.MANAGER, "POST")
def import_abandon(request: HttpRequest, firm: Firm, batch: int) -> HttpResponse:
    """Forget an import that nobody agreed to."""
    found = get_object_or_404(queries.batches(firm), pk=batch)
    if abandon(found):
        done(request, _("Import abandonné. Rien n’a été écrit."))
    return redirect("web:imports", firm.slug)


@member(Role.READER)
def import_rejected(request: HttpRequest, firm: Firm, batch: int) -> HttpResponse:
    """The refused rows alone, as they stood with their cause: to be mended and dropped again."""
    found = get_object_or_404(queries.batches(firm), pk=batch)
    try:
        judged = assessment.assess(firm, queries.files_of(found), Choices.from_json(found.options))
    except (OSError, Refused):
        messages.error(request, _("Les fichiers de cet import ne sont plus sur le disque : déposez-les à nouveau."))
        return redirect("web:import", firm.slug, found.pk)
    return _download("lignes-refusees.csv", _rejected(judged))


def _rejected(judged: assessment.Assessment) -> Iterator[list[str]]:
    for read in judged.sheets:
        yield from (list(row) for row in read.sheet.rejected)
    if judged.rejected_claims:
        yield [*TEMPLATE, "cause"]
    for claim, reason in judged.rejected_claims:
        due = f"{claim.due_on:%d/%m/%Y}" if claim.due_on else ""
        total = spell(claim.total, claim.currency).replace(".", ",")
        yield [
            claim.number, claim.party.name, claim.party.email, f"{claim.issued_on:%d/%m/%Y}", due, total, "",
            claim.currency, claim.order_reference, spelled(reason),
        ]  # fmt: skip


@member(Role.READER)
def import_template(request: HttpRequest, firm: Firm) -> HttpResponse:
    """An empty table with our nine columns and one line that shows how to fill them."""
    row = ["F-2026-001", "Exemple SARL", "compta@exemple.fr", "01/10/2026", "31/10/2026", "1240,00", "1240,00", "EUR"]
    pairs = zip_longest(TEMPLATE, row, fillvalue="")
    return _download("modele-factures.csv", [list(TEMPLATE), [value for _name, value in pairs]])


def _download(name: str, rows: Iterator[list[str]] | list[list[str]]) -> HttpResponse:
    """Rows as a French spreadsheet opens them. What looks like a number stays one: the file is read again."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell if _NUMBER_LIKE.fullmatch(cell) else harmless(cell.replace("\x00", "")) for cell in row])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)
