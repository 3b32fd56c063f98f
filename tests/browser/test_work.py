"""A day's work as the manual tells it: files in, payments matched, reminders read, approved, held and taken back.

The example of a worker serves all its tests: each names the invoices it changes, and no two the same.
"""

import re

import pytest

pytestmark = pytest.mark.browser

TABLE = """Client;N° facture;Date facture;Échéance;Montant TTC;E-mail
Café de la Gare;CG-001;01/10/26;31/10/26;1 234,56;compta@cafe-de-la-gare.example
Café de la Gare;CG-002;05/10/26;04/11/26;765,44;compta@cafe-de-la-gare.example
Hôtel Bélier;HB-017;06/10/26;05/11/26;2 000,00;reception@hotel-belier.example
""".encode("cp1252")

STATEMENT = b"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-11-24T21:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><CreDtTm>2026-11-24T21:00:00</CreDtTm>
<FrToDt><FrDtTm>2026-11-24T00:00:00</FrDtTm><ToDtTm>2026-11-24T23:59:59</ToDtTm></FrToDt>
<Acct><Id><IBAN>FR4000000000009990000000100</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-11-24</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">2500.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-11-24</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">1500.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-11-24</Dt></BookgDt><ValDt><Dt>2026-11-24</Dt></ValDt>
<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>IMPRIMERIE GUTENVAL</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Ustrd>FACTURE F-2026-189</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""


def plain(text: str | None) -> str:
    """Text with ordinary spaces."""
    return re.sub(r"\s+", " ", text or "").strip()


def toast(page) -> str:
    return plain(page.locator("#toasts .toast").last.text_content())


def owed(page, example, reference: str) -> str:
    """What the list of all invoices says an invoice still owes."""
    page.goto(f"{example.home}/factures/?etat=toutes&q={reference}")
    return plain(page.locator("table[data-list] tbody td.amount").last.text_content())


def open_invoice(page, example, reference: str) -> None:
    page.goto(f"{example.home}/factures/?etat=toutes&q={reference}")
    page.locator("tr", has_text=reference).get_by_role("link").first.click()
    page.get_by_role("heading", name=reference).wait_for()


def drop_table(page, example, name: str) -> None:
    page.goto(example.home + "/importer/")
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": TABLE})
    assert name in page.locator("[data-files]").text_content()
    page.get_by_role("button", name="Lire les fichiers").click()
    page.get_by_role("heading", name="Vérifier avant d’importer").wait_for()


def test_a_table_in_windows_spelling_is_previewed_imported_and_known_the_next_time(page, example):
    drop_table(page, example, "factures.csv")

    totals = plain(page.locator("#totals").text_content())
    assert "Total à importer : 4 000,00 €" in totals
    lines = plain(page.locator("#lines").text_content())
    assert "Hôtel Bélier" in lines
    assert "31/10/2026" in lines
    assert "1 234,56 €" in lines
    page.get_by_role("button", name="Importer 3 factures").click()

    page.get_by_role("heading", name="Import terminé").wait_for()
    assert "3 factures importées." in plain(page.locator(".band--green").text_content())
    page.goto(example.home + "/factures/?etat=toutes&q=Gare")
    assert page.locator("table[data-list] tbody tr").count() == 2
    assert owed(page, example, "CG-001") == "1 234,56 €"

    drop_table(page, example, "les memes.csv")
    created = page.locator(".figure", has_text="À créer")
    assert plain(created.locator(".figure__value").text_content()) == "0"
    assert plain(page.locator(".figure", has_text="Déjà connues").locator(".figure__value").text_content()) == "3"
    page.get_by_role("button", name="Abandonner").click()
    assert "Rien n’a été écrit" in toast(page)


def test_a_statement_pays_an_invoice_says_what_it_cancels_and_is_taken_back(page, example):
    page.goto(example.home + "/banque/")
    file = {"name": "releve.xml", "mimeType": "application/xml", "buffer": STATEMENT}
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Lire les fichiers").click()
    line = page.locator("table[data-list] tr", has_text="IMPRIMERIE GUTENVAL")
    line.wait_for()
    assert "certain" in line.text_content()
    assert "Le montant est exactement ce qui reste dû." in line.text_content()

    line.get_by_role("button", name="Valider").click()
    page.locator("#toasts .toast").wait_for()
    assert "F-2026-189" in toast(page)
    assert "relance" in toast(page)
    page.goto(example.home + "/envois/")
    assert "Gutenval" not in page.locator("table[data-list]").first.text_content()
    assert owed(page, example, "F-2026-189") == "0,00 €"

    page.goto(example.home + "/banque/historique/")
    page.locator("tr", has_text="IMPRIMERIE GUTENVAL").first.get_by_role("button", name="Annuler").click()
    page.locator("#toasts .toast").wait_for()
    assert owed(page, example, "F-2026-189") == "1 500,00 €"
    # The worker plans it anew at its next turn.
    assert re.search("À examiner|Rappel courtois", page.locator("table[data-list] .next").text_content())


def test_a_simulation_shows_the_words_and_sends_nothing(page, example):
    page.goto(example.home + "/envois/?etat=partis")
    left = page.locator(".segments", has_text="Partis").text_content()

    page.goto(example.home + "/simulation/")
    page.get_by_label("Jour", exact=True).fill("2026-12-15")
    page.get_by_role("button", name="Simuler").click()

    page.get_by_role("heading", name="Simulation au 15/12/2026").wait_for()
    first = page.locator("details.working").first
    first.locator("summary").click()
    assert "@" in first.locator(".mail__head").text_content()
    assert plain(first.locator(".mail__subject").text_content())
    assert "€" in first.locator(".mail__body").text_content()
    page.goto(example.home + "/envois/?etat=partis")
    assert page.locator(".segments", has_text="Partis").text_content() == left


def test_a_message_is_read_approved_and_kept_back_again(page, example):
    page.goto(example.home + "/envois/")
    page.get_by_role("link", name="Cabinet Orion").first.click()
    mail = page.locator("article.mail")
    assert "F-2026-130" in mail.text_content()
    assert "2 640,00 €" in plain(mail.text_content())

    page.keyboard.press("a")
    page.locator("#toasts .toast").wait_for()
    page.locator("#toasts").get_by_role("button", name="Annuler").click()
    page.wait_for_load_state()
    page.goto(example.home + "/envois/")

    waiting = page.locator("tr", has_text="Cabinet Orion").first
    assert "À approuver" in waiting.text_content()


def test_what_is_paid_before_it_leaves_never_leaves(page, example):
    page.goto(example.home + "/envois/")
    assert page.locator("tr", has_text="F-2026-188").count() == 1

    open_invoice(page, example, "F-2026-188")
    page.keyboard.press("p")
    page.get_by_label("Montant reçu").wait_for()
    page.get_by_role("button", name="Enregistrer le paiement").click()
    page.locator("#toasts .toast").wait_for()

    assert "Paiement de 888,00 € enregistré. 1 rappel annulé." in toast(page)
    page.goto(example.home + "/envois/")
    assert page.locator("tr", has_text="F-2026-188").count() == 0
    page.goto(example.home + "/courrier/")
    assert "F-2026-188" not in page.locator("main").text_content()


def test_a_promise_holds_reminders_until_its_day(page, example):
    open_invoice(page, example, "F-2026-172")
    page.keyboard.press("d")
    page.get_by_label("Promis pour le").fill("2026-12-04")
    page.get_by_label("Qui, comment").fill("M. Aubé, au téléphone")
    page.keyboard.press("Control+Enter")

    page.locator(".head .state--promise").wait_for()
    assert "04/12" in page.locator("main").text_content()
    page.goto(example.home + "/factures/?etat=promesse")
    assert page.locator("tr", has_text="F-2026-172").is_visible()


def test_an_invoice_is_paused_and_the_pause_is_lifted(page, example):
    open_invoice(page, example, "F-2026-179")
    page.keyboard.press("s")
    page.get_by_label("Suspendre jusqu’au").fill("2026-12-11")
    page.locator("main form[method=post]").get_by_role("button", name="Suspendre").click()
    page.locator("#toasts .toast").wait_for()
    page.goto(example.home + "/factures/?etat=suspendues")
    assert "11/12" in page.locator("tr", has_text="F-2026-179").text_content()

    open_invoice(page, example, "F-2026-179")
    page.get_by_role("button", name=re.compile("Lever|Reprendre")).first.click()
    page.goto(example.home + "/factures/?etat=suspendues")
    assert page.locator("tr", has_text="F-2026-179").count() == 0


def test_a_customer_gets_a_contact_and_a_number_to_tap(page, example):
    page.goto(example.home + "/clients/?etat=tous&q=Clairvue")
    page.get_by_role("link", name="Opticien Clairvue").click()
    page.get_by_role("link", name="Ajouter").click()
    page.get_by_label("Nom").fill("Inès Klein")
    page.get_by_label("E-mail").fill("compta@opticien-clairvue.example")
    page.get_by_label("Téléphone").fill("01 99 00 12 34")
    page.get_by_role("button", name="Ajouter").click()

    page.get_by_role("heading", name="Opticien Clairvue").wait_for()
    assert page.get_by_role("link", name="01 99 00 12 34").get_attribute("href") == "tel:0199001234"


def test_ticked_invoices_are_counted_and_summed(page, example):
    page.goto(example.home + "/factures/?q=Dupont")
    boxes = page.locator("tbody input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()

    bar = page.locator("[data-bar]")
    assert plain(bar.locator("[data-sum]").text_content()).startswith("2 factures choisies · ")
    bar.get_by_role("button", name="Suspendre…").click()
    assert page.get_by_role("heading", name="Suspendre 2 factures").is_visible()
