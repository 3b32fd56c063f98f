"""Anybody's list of invoices, as CSV or XLSX: what is read, what is refused, and why, row by row."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from acquit.billing.formats import Options, read_file

TRAPS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "made" / "csv-traps"
TEMPLATE = "numero;client;email;date;echeance;montant_ttc;reste_du;devise;reference\n"


def read(text, name="factures.csv", encoding="utf-8", **options):
    return read_file(text.encode(encoding), name, Options(**options))[0]


def figures(sheet):
    return [(c.number, c.kind, c.total, c.open) for c in sheet.claims]


def test_the_template():
    sheet = read(TEMPLATE + "F1;Dupont SARL;compta@dupont.example;31/10/26;30/11/26;1 234,56;1.000,00;EUR;BC12\n")
    (claim,) = sheet.claims
    assert (sheet.source, sheet.errors, sheet.warnings, sheet.rejected) == ("csv", (), (), ())
    assert (claim.number, claim.total, claim.open, claim.currency) == ("F1", 123456, 100000, "EUR")
    assert (claim.issued_on, claim.due_on) == (date(2026, 10, 31), date(2026, 11, 30))
    assert (claim.party.name, claim.party.email) == ("Dupont SARL", "compta@dupont.example")
    assert (claim.order_reference, claim.file, claim.line, sheet.total) == ("BC12", "factures.csv", 2, 100000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_encodings_and_separators(encoding, separator):
    rows = [
        ["Client", "Date", "Montant TTC"],
        ["Société Générale", "01/02/2026", "12,50"],
        ["Été", "02/02/2026", "7,50"],
    ]
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows(rows)
    sheet = read(stream.getvalue(), encoding=encoding)
    assert [c.party.name for c in sheet.claims] == ["Société Générale", "Été"]
    assert sheet.total == 2000


def test_the_header_may_stand_below_a_preamble_and_totals_below_the_list():
    preamble = "Atelier Lumen;;\nExport du 01/11/2026;;\n\n"
    sheet = read(preamble + "Client;Date facture;Total TTC\nDupont;01/10/2026;120,00\nTotal;;120,00\n")
    assert [(c.party.name, c.total, c.line) for c in sheet.claims] == [("Dupont", 12000, 5)]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        # Odoo, technical names: a refund's total is negative, its balance is not
        (
            "name,invoice_partner_display_name,invoice_date,invoice_date_due,amount_total_signed,amount_residual,"
            "payment_state,state,move_type",
            "RINV/1,Azur,2026-01-02,2026-02-02,-121.0,121.0,not_paid,posted,out_refund",
            ("RINV/1", "credit_note", 12100, 12100),
        ),
        (
            "Numéro;Nom d’affichage du partenaire de la facture;Date de facturation;Date d’échéance;"
            "Hors taxes (HT) signé;Total signé;Montant restant signé;Statut du paiement",
            "FAC/1;Azur;02/01/2026;02/02/2026;100,00;120,00;20,00;Partiellement payé",
            ("FAC/1", "invoice", 12000, 2000),
        ),
        # Invoice Ninja
        (
            "invoice.number,client.name,invoice.date,invoice.due_date,invoice.amount,invoice.balance,invoice.status",
            "0001,Azur,2026-01-02,2026-02-02,100.00,40.00,Partial",
            ("0001", "invoice", 10000, 4000),
        ),
        # Dolibarr
        (
            "Réf. facture;Société;SIREN;Date facturation;Date limite de règlement;Total HT;Total TTC;Facture réglée",
            "FA2601-0001;Azur;732829320;02/01/2026;02/02/2026;100,00;120,00;0",
            ("FA2601-0001", "invoice", 12000, 12000),
        ),
        # QuickBooks, American dates
        (
            "No.,Customer,Invoice date,Due date,Terms,Amount,Open balance",
            '1001,Azur,01/15/2026,02/15/2026,Net 30,"1,200.00","1,000.00"',
            ("1001", "invoice", 120000, 100000),
        ),
        # Qonto, accounting entries
        (
            "journal code;accounting date;general account;auxiliary account;invoice number;description;debit;credit;"
            "due date",
            "VE;02/01/2026;41100000;AZUR;F-1;Facture;120,00;;02/02/2026",
            ("F-1", "invoice", 12000, 12000),
        ),
        # Dutch
        (
            "Factuurnummer;Klant;Factuurdatum;Vervaldatum;Totaal excl. btw;Totaal incl. btw;Openstaand",
            "2026-1;Janssens BV;2/1/2026;2/2/2026;100,00;121,00;21,00",
            ("2026-1", "invoice", 12100, 2100),
        ),
        # German
        (
            "Rechnungsnummer;Kunde;Rechnungsdatum;Fälligkeit;Nettobetrag;Bruttobetrag;Offen",
            "R1;Müller GmbH;02.01.2026;01.02.2026;100,00;119,00;19,00",
            ("R1", "invoice", 11900, 1900),
        ),
        # A home-made list with what was paid instead of what is left
        (
            "N° facture;Nom du client;Date;Montant TTC;Déjà réglé",
            "12;Azur;02/01/2026;100;30",
            ("12", "invoice", 10000, 7000),
        ),
    ],
)
def test_lists_of_known_programs(header, row, expected):
    sheet = read(f"{header}\n{row}\n")
    assert sheet.errors == (), [str(e) for e in sheet.errors]
    assert figures(sheet) == [expected]


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("à réception", date(2026, 11, 5)), ("Comptant", date(2026, 11, 5)), ("30 jours", date(2026, 12, 5)),
        ("45 j.", date(2026, 12, 20)), ("5 décembre 2026", date(2026, 12, 5)), ("", None),
    ],
)  # fmt: skip
def test_a_due_date_may_be_said_in_words(words, due):
    assert read(f"N°;Client;Date;Échéance;TTC\nF1;Dupont;05/11/2026;{words};100,00\n").claims[0].due_on == due


def test_a_day_of_payment_means_paid():
    sheet = read(
        "N°;Client;Date;Payable avant le;TTC;Payée le\nF1;A;05/11/2026;;9,00;06/11/2026\nF2;A;05/11/2026;;7,00;\n"
    )
    assert figures(sheet) == [("F1", "invoice", 900, 0), ("F2", "invoice", 700, 700)]
    assert sheet.mapping["due"] == "Payable avant le"


def test_the_lines_of_one_document_in_a_ledger_are_set_off():
    sheet = read(
        "general account;auxiliary account;invoice number;journal code;accounting date;debit;credit\n"
        "411000;AZUR;F-1;VE;02/01/2026;120,00;\n706000;;F-1;VE;02/01/2026;;120,00\n411000;AZUR;F-1;BQ;05/02/2026;;100,00\n"
        "411000;AZUR;F-2;VE;02/01/2026;50,00;\n411000;AZUR;F-2;BQ;05/02/2026;;50,00\n"
        "411000;AZUR;F-3;VE;02/01/2026;10,00;\n411000;AZUR;F-3;BQ;05/02/2026;;15,00\n"
    )
    assert figures(sheet) == [
        ("F-1", "invoice", 12000, 2000),
        ("F-2", "invoice", 5000, 0),
        ("F-3", "credit_note", 1500, 500),
    ]
    assert (sheet.errors, sheet.total) == ((), 1500)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("Payée", [("F1", "invoice", 10000, 0)]),
        ("paid", [("F1", "invoice", 10000, 0)]),
        ("Betaald", [("F1", "invoice", 10000, 0)]),
        ("Brouillon", []),
        ("Annulée", []),
        ("cancelled", []),
        ("Non payée", [("F1", "invoice", 10000, 6000)]),
        ("En retard", [("F1", "invoice", 10000, 6000)]),
        ("Partiellement payée", [("F1", "invoice", 10000, 6000)]),
        ("", [("F1", "invoice", 10000, 6000)]),
    ],
)
def test_what_the_state_says_is_respected(state, expected):
    sheet = read(f"Numéro;Client;Date;Total TTC;Reste dû;Statut\nF1;Dupont;01/02/2026;100,00;60,00;{state}\n")
    assert figures(sheet) == expected
    assert bool(sheet.warnings) == (not expected)


@pytest.mark.parametrize("row", ["A1;Avoir;50,00", "A1;Note de crédit;50,00", "A1;Facture;-50,00", "A1;Avoir;-50,00"])
def test_credit_notes(row):
    sheet = read(f"Numéro;Type;Total TTC;Client;Date\n{row};Dupont;01/02/2026\n")
    assert figures(sheet) == [("A1", "credit_note", 5000, 5000)]
    assert sheet.total == -5000


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("F1;;01/02/2026;;100,00", "client"),
        ("F1;Dupont;31/02/2026;;100,00", "31/02/2026"),
        ("F1;Dupont;;;100,00", "date"),
        ("F1;Dupont;01/02/2026;bientôt;100,00", "bientôt"),
        ("F1;Dupont;01/02/2026;;", "montant"),
        ("F1;Dupont;01/02/2026;;1e3", "1e3"),
        ("F1;Dupont;01/02/2026;;0,005", "décimales"),
        ("F1;Dupont;01/02/2026;;--5", "--5"),
        ("F0;Dupont;01/02/2026;;5,00", "ligne 2"),
        ("F" * 80 + ";Dupont;01/02/2026;;5,00", "60"),
    ],
)
def test_a_bad_row_is_left_out_and_given_back(row, cause):
    header = "Numéro;Client;Date;Échéance;Montant TTC"
    sheet = read(f"{header}\nF0;Élan;01/01/2026;;10,00\n{row}\nF9;Élan;01/01/2026;;20,00\n")
    assert [c.number for c in sheet.claims] == ["F0", "F9"]
    assert sheet.total == 3000
    (error,) = sheet.errors
    assert (error.file, error.line) == ("factures.csv", 3)
    assert cause in str(error)
    assert sheet.rejected == (tuple(header.split(";")), tuple(row.split(";")))


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    sheet = read("Client;Date;Montant TTC\n;32/01/2026;abc\n")
    assert [e.line for e in sheet.errors] == [2, 2, 2]


def test_the_rejected_rows_can_be_mended_and_read_again():
    sheet = read("Client;Date;Montant TTC\nDupont;32/01/2026;10,00\n")
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows(sheet.rejected)
    assert read(stream.getvalue().replace("32/", "31/")).total == 1000


def test_one_amount_tells_the_decimal_separator_of_all():
    assert figures(read("Client;Date;Montant\nA;01/02/2026;1.234\nB;01/02/2026;5,50\n"))[0][2] == 123400
    assert figures(read('Client,Date,Montant\nA,01/02/2026,"1,234"\nB,01/02/2026,5.50\n'))[0][2] == 123400
    assert "deux façons" in str(read("Client;Date;Montant\nA;01/02/2026;1.234\n").errors[0])
    assert figures(read("Client;Date;Montant\nA;01/02/2026;1.234\n", decimal=","))[0][2] == 123400


def test_a_row_without_number_gets_one_that_lasts():
    text = "Client;Date;Total TTC;Reste dû\nDupont SARL;01/02/2026;100,00;{}\n"
    first, later = read(text.format("100,00")), read(text.format("40,00"))
    assert first.claims[0].number == later.claims[0].number == "20260201-dupont-sarl-10000"
    assert "1." in str(first.warnings[0])


def test_without_number_and_total_a_row_cannot_be_known_again():
    sheet = read("Client;Date;Reste dû\nDupont SARL;01/02/2026;100,00\n")
    assert sheet.claims == ()
    assert "numéro" in str(sheet.errors[0])


def test_the_users_mapping_comes_first_and_is_enough():
    mapping = {"client": "truc", "total": "machin", "issued": "chose", "number": "bidule"}
    sheet = read("truc;machin;chose;bidule\nDupont;12,5;01/02/2026;F1\n", mapping=mapping, terms_days=30)
    assert figures(sheet) == [("F1", "invoice", 1250, 1250)]
    assert sheet.claims[0].due_on == date(2026, 3, 3)
    assert sheet.mapping == mapping


def test_a_field_can_be_left_out_by_the_user():
    sheet = read(TEMPLATE + "F1;Dupont;;01/02/2026;;100,00;20,00;;\n", mapping={"open": ""})
    assert figures(sheet) == [("F1", "invoice", 10000, 10000)]


def test_what_the_mapping_screen_needs_is_there_even_when_nothing_is_recognised():
    sheet = read("foo;bar;foo;\n1;2;3;4\n")
    assert sheet.columns == ("foo", "bar", "foo (2)", "Colonne 4")
    assert sheet.examples == (("1", "2", "3", "4"),)
    assert "en-tête" in str(sheet.errors[0])


@pytest.mark.parametrize(
    ("header", "missing"),
    [("Numéro;Date;Montant", "Client"), ("Client;Montant;Ville", "Date"), ("Client;Date;Total HT", "Montant TTC")],
)
def test_a_missing_column_is_named(header, missing):
    sheet = read(f"{header}\nA;B;C\n")
    assert sheet.claims == ()
    assert missing in str(sheet.errors[0])


def test_a_column_that_the_file_does_not_have_is_named():
    assert "Montant dû" in str(read(TEMPLATE + "F1;D;;01/02/2026;;1,00;;;\n", mapping={"open": "Montant dû"}).errors[0])


def test_false_identifiers_are_left_out_and_said():
    header = "Client;Date;Total TTC;SIREN;Numéro BCE;Communication structurée"
    sheet = read(f"{header}\nA;01/02/2026;1,00;123456789;0123456789;+++1/2/3+++\n")
    (claim,) = sheet.claims
    assert (claim.party.siren, claim.party.bce, claim.structured) == ("", "", "")
    assert len(sheet.warnings) == 4  # and the number made up
    assert all(w.file == "factures.csv" for w in sheet.warnings)


def test_a_customers_particulars():
    header = "N°;Client;Date;TTC;SIRET;TVA;E-mail;Tél.;Contact;Adresse;Code postal;Ville;Pays;Type de client;Langue"
    row = "F1;Dupont;01/02/2026;1,00;732 829 320 00074;FR 44 732829320;a@b.example;+33 1 23;Anna;1 rue X;75011;Paris"
    header, row = header + ";Code client", row + ";France;Professionnel;FR;C12"
    party = read(f"{header}\n{row}\n").claims[0].party
    assert (party.siret, party.siren, party.vat) == ("73282932000074", "732829320", "FR44732829320")
    assert (party.email, party.phone, party.contact, party.code) == ("a@b.example", "+33 1 23", "Anna", "C12")
    assert (party.street, party.postcode, party.city, party.country) == ("1 rue X", "75011", "Paris", "FR")
    assert (party.kind, party.language) == ("business", "fr")


def test_several_currencies_do_not_add_up():
    sheet = read(
        "Client;Date;Total TTC;Devise;N°\nA;01/02/2026;1,00;EUR;1\nA;01/02/2026;1,00;USD;2\nA;01/02/2026;1;XX9;3\n"
    )
    assert sheet.total is None
    assert "EUR, USD" in str(sheet.warnings[-1])
    assert "XX9" in str(sheet.errors[0])


def test_an_excel_workbook():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Liste des factures"])
    sheet.write_row(2, 0, ["N° facture", "Client", "Date", "Échéance", "Total TTC", "Reste à payer"])
    sheet.write_row(3, 0, [2026001, "Dupont SARL"])
    sheet.write_datetime(3, 2, date(2026, 10, 31))
    sheet.write_datetime(3, 3, date(2026, 11, 30))
    sheet.write_row(3, 4, [1234.5, 0.1])
    sheet.write_row(4, 0, ["F2", "Élan", "31/10/2026", "", "1 234,56", ""])
    book.close()
    (found,) = read_file(stream.getvalue(), "liste.xlsx")
    assert (found.source, found.errors) == ("xlsx", ())
    assert figures(found) == [("2026001", "invoice", 123450, 10), ("F2", "invoice", 123456, 123456)]
    assert found.claims[0].due_on == date(2026, 11, 30)


@pytest.mark.skipif(not TRAPS.exists(), reason="no corpus")
@pytest.mark.parametrize("file", sorted(p.name for p in TRAPS.glob("*.csv")) if TRAPS.exists() else [])
def test_traps_are_read_or_refused_but_never_break(file):
    (sheet,) = read_file((TRAPS / file).read_bytes(), file)
    assert sheet.claims == ()  # bank lists and fragments: none has a customer
    assert sheet.errors
    assert all(e.file == file for e in sheet.errors)


def french(cents: int, style: int) -> str:
    whole, fraction = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", {0: "\u202f", 1: " ", 2: ".", 3: "\u00a0"}[style])
    return f"{'-' if cents < 0 else ''}{grouped},{fraction:02}" + (" €" if style == 3 else "")


claims = st.lists(
    st.tuples(
        st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20),
        st.integers(-(10**9), 10**9).filter(bool),
        st.dates(date(2000, 1, 1), date(2080, 12, 31)),
        st.integers(0, 90),
    ),
    min_size=1,
    max_size=30,
)


@given(claims, st.integers(0, 3))
def test_what_a_french_program_writes_comes_back_to_the_cent(rows, style):
    stream = io.StringIO()
    out = csv.writer(stream, delimiter=";")
    out.writerow(["N° facture", "Client", "Date", "Échéance", "Montant TTC"])
    for n, (client, cents, day, terms) in enumerate(rows):
        out.writerow(
            [f"F{n}", f"Client {client}", f"{day:%d/%m/%Y}", f"{day + timedelta(terms):%d/%m/%Y}", french(cents, style)]
        )
    sheet = read(stream.getvalue())
    assert sheet.errors == ()
    assert sheet.total == sum(cents for _, cents, _, _ in rows)
    assert [(c.total, c.kind) for c in sheet.claims] == [
        (abs(cents), "invoice" if cents > 0 else "credit_note") for _, cents, _, _ in rows
    ]
    assert [(c.issued_on, c.due_on) for c in sheet.claims] == [(d, d + timedelta(t)) for _, _, d, t in rows]


@given(st.binary(max_size=400))
def test_no_bytes_whatever_raise(content):
    for sheet in read_file(content, "x"):
        assert sheet.errors or sheet.claims or sheet.warnings or sheet.columns


@given(st.text(max_size=300))
def test_no_text_whatever_raises(text):
    (sheet,) = read_file(("Client;Date;Montant\n" + text).encode(), "x.csv")
    assert len(sheet.rejected) <= len(text) + 1
