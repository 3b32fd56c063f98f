"""«Import»: dropped, previewed, decided, recorded once, taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from acquit.bank.models import StatementLine
from acquit.billing.actions.waiting import queue, record_waiting
from acquit.billing.models import ImportBatch, Invoice
from acquit.receivables.models import Standing
from tests.web.desk import HOME

PAGE = HOME + "importer/"
HEADER = "Numéro;Client;Date;Échéance;Montant TTC"
GOOD = ["F-1;Dupont SARL;01/10/2026;31/10/2026;1 234,56", "F-2;Garage Petit;02/10/2026;31/10/2026;100,00"]


def table(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode("cp1252")


def drop(client, *files: tuple[str, bytes], url: str = PAGE, **more):
    return client.post(url, {"files": [SimpleUploadedFile(name, content) for name, content in files], **more})


@pytest.fixture
def dropped(at_alices):
    drop(at_alices, ("factures.csv", table(*GOOD)))
    return ImportBatch.objects.get()


def address(batch) -> str:
    return f"{PAGE}{batch.pk}/"


def told(client, url) -> str:
    return client.get(url).content.decode()


def test_a_dropped_file_is_previewed_with_its_totals_and_nothing_is_written(at_alices, dropped):
    page = told(at_alices, address(dropped))
    assert "Importer 2 factures" in page
    assert page.count("1\u202f334,56") >= 3  # of the file, as read, to import
    assert "Dupont SARL" in page
    assert not Invoice.objects.exists()


def test_a_pasted_table_is_a_file_like_another(at_alices):
    answer = at_alices.post(PAGE, {"pasted": table(*GOOD).decode("cp1252").replace(";", "\t")})
    assert "Importer 2 factures" in told(at_alices, answer["Location"])


def test_agreeing_records_it_once_even_clicked_twice(at_alices, dropped):
    for _ in range(2):
        answer = at_alices.post(address(dropped), {"deed": "record", "shown": "1"})
        assert answer["Location"] == address(dropped)
    assert Invoice.objects.count() == 2
    page = told(at_alices, address(dropped))
    assert "Import terminé" in page
    assert "2 factures importées" in page


def test_the_same_file_again_has_nothing_to_create(at_alices, dropped):
    at_alices.post(address(dropped), {"deed": "record", "shown": "1"})
    answer = drop(at_alices, ("factures.csv", table(*GOOD)))
    page = at_alices.get(answer["Location"])
    assert (page.context["count"]["create"], page.context["count"]["duplicate"]) == (0, 2)


def test_a_refused_line_stops_all_unless_it_is_left_aside(at_alices):
    drop(at_alices, ("f.csv", table(*GOOD, "F-3;Dupont SARL;31/02/2026;;50,00")))
    batch = ImportBatch.objects.get()
    page = told(at_alices, address(batch))
    assert "31/02/2026" in page
    assert 'value="record"' not in page
    at_alices.post(address(batch), {"deed": "record", "shown": "1"})
    assert not Invoice.objects.exists()

    at_alices.post(address(batch), {"deed": "record", "shown": "1", "skip_errors": "on"})

    assert Invoice.objects.count() == 2


def test_the_refused_lines_alone_can_be_downloaded_and_hold_no_formula(at_alices):
    drop(at_alices, ("f.csv", table(*GOOD, "=cmd|'/C calc'!A0;Dupont SARL;31/02/2026;;50,00")))
    answer = at_alices.get(f"{address(ImportBatch.objects.get())}refus.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Numéro;Client")
    assert len(lines) == 2
    assert lines[1].startswith("'=cmd")
    assert "50,00" in lines[1]


def test_terms_are_asked_once_where_no_line_has_a_due_date(at_alices):
    drop(at_alices, ("f.csv", table("F-1;Dupont SARL;01/10/2026;;10,00")))
    batch = ImportBatch.objects.get()
    assert "Quel est votre délai de paiement" in told(at_alices, address(batch))
    at_alices.post(address(batch), {"terms": "45", "shown": "1"})
    assert "Importer 1 facture" in told(at_alices, address(batch))
    at_alices.post(address(batch), {"deed": "record", "shown": "1"})
    assert (Standing.objects.get().due_on - Standing.objects.get().issued_on).days == 45


def test_a_column_can_be_taken_for_another_field(at_alices):
    header = "Numéro;Client;Date;Échéance;Montant TTC;Truc"
    drop(at_alices, ("f.csv", table("F-1;Dupont SARL;01/10/2026;31/10/2026;10,00;4,00", header=header)))
    batch = ImportBatch.objects.get()
    sheet = at_alices.get(address(batch)).context["sheets"][0]
    fields = [column.field or ("open" if column.name == "Truc" else "") for column in sheet["columns"]]
    sent = {
        "table": sheet["signature"],
        f"column:{sheet['signature']}": [column.name for column in sheet["columns"]],
        f"field:{sheet['signature']}": fields,
        "deed": "record", "shown": "1",
    }  # fmt: skip
    at_alices.post(address(batch), sent)
    assert Standing.objects.get().owed == 400


def test_a_probable_double_is_made_only_where_it_is_ticked(at_alices, dropped):
    at_alices.post(address(dropped), {"deed": "record", "shown": "1"})
    answer = drop(at_alices, ("f.csv", table("F-9;Dupont SARL;01/10/2026;31/10/2026;1 234,56")))
    page = at_alices.get(answer["Location"])
    ((line, verdict, _ticked),) = page.context["doubts"]
    assert verdict.code == "probable"
    at_alices.post(answer["Location"], {"deed": "record", "shown": "1", "make": line.key})
    assert Standing.objects.filter(reference="F-9").exists()


def test_an_import_is_taken_back_whole(at_alices, dropped):
    at_alices.post(address(dropped), {"deed": "record", "shown": "1"})
    at_alices.post(f"{address(dropped)}annuler/")
    assert not Standing.objects.exists()
    assert "Import annulé" in told(at_alices, address(dropped))


def test_what_was_built_on_it_keeps_it_and_says_so(at_alices, dropped, in_lumen, by):
    from acquit.receivables.actions import hold

    at_alices.post(address(dropped), {"deed": "record", "shown": "1"})
    standing = Standing.objects.get(reference="F-1")
    hold(in_lumen, standing.customer, "pause", by, receivable=standing.receivable)
    answer = at_alices.post(f"{address(dropped)}annuler/", follow=True)
    assert "F-1" in answer.content.decode()
    assert Standing.objects.count() == 2


def test_an_abandoned_preview_is_gone(at_alices, dropped):
    at_alices.post(f"{address(dropped)}abandonner/")
    assert not ImportBatch.objects.exists()
    assert at_alices.get(address(dropped)).status_code == 404


def test_a_bank_statement_dropped_here_goes_to_the_bank(at_alices):
    statement = b"Date;Libell\xe9;Montant\n20/11/2026;VIR DUPONT;100,00\n"
    answer = drop(at_alices, ("releve.csv", statement))
    assert answer["Location"] == HOME + "banque/"
    assert StatementLine.objects.count() == 1
    assert not ImportBatch.objects.exists()


def test_nothing_chosen_says_what_to_do(at_alices):
    assert "Choisissez au moins un fichier" in at_alices.post(PAGE, follow=True).content.decode()


def test_an_import_left_to_the_worker_waits_and_is_recorded_by_it(at_alices, dropped, in_lumen, by):
    queue(dropped)
    assert "attend son tour" in told(at_alices, address(dropped))
    assert record_waiting(in_lumen, by) == 1
    assert Invoice.objects.count() == 2
    answer = at_alices.get(address(dropped), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == address(dropped)


def test_a_refused_import_of_the_worker_keeps_its_reasons(at_alices, in_lumen, by):
    drop(at_alices, ("f.csv", table("F-3;Dupont SARL;31/02/2026;;50,00")))
    batch = ImportBatch.objects.get()
    queue(batch)
    assert record_waiting(in_lumen, by) == 0
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.REFUSED
    assert batch.outcome["reasons"]


def test_readers_look_and_do_not_touch(at_alices, at_bobs, dropped):
    assert "Importer 2 factures" not in told(at_bobs, address(dropped))
    assert at_bobs.post(address(dropped), {"deed": "record"}).status_code == 403
    assert drop(at_bobs, ("f.csv", table(*GOOD))).status_code == 403
    assert not Invoice.objects.exists()


def test_the_empty_template_is_read_back_without_a_question(at_alices):
    model = at_alices.get(f"{PAGE}modele.csv").content
    answer = drop(at_alices, ("modele.csv", model))
    assert "Importer 1 facture" in told(at_alices, answer["Location"])
