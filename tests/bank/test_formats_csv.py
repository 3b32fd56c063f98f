"""Bank tables: each French and Belgian layout with its trap, other banks by their words, and refusals that help."""

import io
import re
from datetime import date

import pytest
import xlsxwriter

from acquit.bank.formats import read_file
from acquit.rules.refusal import Refused


def read(text: str, *, name: str = "releve.csv", encoding: str = "utf-8"):
    return read_file(text.encode(encoding), name)


def only(text: str, **how):
    (sheet,) = read(text, **how)
    return sheet


def refusal(text: str, **how) -> str:
    with pytest.raises(Refused) as refused:
        read(text, **how)
    return str(refused.value)


BNP = """Compte de chèques;Compte de chèques;****1234;03/03/2026;;1 500,00
Date operation;Libelle court;Type operation;Libelle operation;Montant operation en euro
02/03/2026;VIREMENT RECU;Virement;VIR SEPA RECU /DE DUPONT SARL /MOTIF F-2026-036;1 200,00
03/03/2026;PRELEVEMENT;Prélèvement;PRLV EDF;-85,10
"""

CREDIT_AGRICOLE = """Téléchargement du 05/03/2026;
;
Atelier Lumen;
Compte Courant carte n° 00012345678;
Solde au 04/03/2026 2 345,67 €
;
Liste des opérations du compte entre le 01/03/2026 et le 04/03/2026;
;
Date;Libellé;Débit euros;Crédit euros;
02/03/2026;"VIREMENT EN VOTRE FAVEUR
DUPONT SARL
F-2026-036
";;1 200,00;
03/03/2026;"PRELEVEMENT
EDF";85,10;;

Compte sur Livret n° 00087654321;
Solde au 04/03/2026 10,00 €

Date;Libellé;Débit euros;Crédit euros;
04/03/2026;"INTERETS
";;10,00;
"""

SOCIETE_GENERALE = """="0300004200012345678";01/03/2026;04/03/2026;2;04/03/2026;1 114,90 EUR
Date de l'opération;Libellé;Détail de l'écriture;Montant de l'opération;Devise
02/03/2026;VIR RECU 123;VIR RECU 123 DE: DUPONT SARL MOTIF: F-2026-036;1200,00;EUR
03/03/2026;PRLV;PRELEVEMENT EDF;-85,10;EUR
"""

BPCE = """Date de comptabilisation;Libelle simplifie;Libelle operation;Reference;Informations complementaires;\
Type operation;Categorie;Sous categorie;Debit;Credit;Date operation;Date de valeur;Pointage operation
02/03/2026;DUPONT;VIR DUPONT SARL;AB12;F-2026-036;Virement;;;;+1200,00;01/03/2026;02/03/2026;0
03/03/2026;EDF;PRLV EDF;CD34;;Prelevement;;;-85,10;;02/03/2026;03/03/2026;0
"""

CIC = """Date;Date de valeur;Débit;Crédit;Libellé;Solde
02/03/2026;02/03/2026;;1200,00;VIR DUPONT F-2026-036;1300,00
03/03/2026;04/03/2026;-85,10;;PRLV EDF;1214,90
"""

BANQUE_POSTALE = """Numéro Compte   :;1234567A020
Type         :;CCP
Compte tenu en  :;euros
Date            :;04/03/2026
Solde (EUROS)   :;1214,90
;
Date;Libellé;Montant(EUROS)
03/03/2026;PRELEVEMENT DE EDF;-85,10
02/03/2026;VIREMENT DE DUPONT F-2026-036;1200,00
"""

BOURSO = """dateOp;dateVal;label;category;categoryParent;supplierFound;amount;comment;\
accountNum;accountLabel;accountbalance
2026-03-02;2026-03-02;"VIR SEPA DUPONT F-2026-036";Virements reçus;Virements;dupont;1 200,00;;\
00040123456;BoursoBank;2114.90
2026-03-03;2026-03-03;"PRLV SEPA EDF";Energie;Logement;edf;-85,10;;00040123456;BoursoBank;2114.90
"""

QONTO = """Status,Settlement date (UTC),Operation date (UTC),Total amount (incl. VAT),Currency,Counterparty name,\
Payment method,Transaction ID,IBAN,Reference,Note
settled,02-03-2026 09:12:11,02-03-2026 09:12:11,1200.00,EUR,Dupont SARL,\
transfer,q-1,FR7616958000010000000000000,F-2026-036,
settled,03-03-2026 10:00:00,03-03-2026 10:00:00,-85.10,EUR,EDF,\
direct_debit,q-2,FR7616958000010000000000000,mars,
processing,,04-03-2026 10:00:00,-12.00,EUR,Hotel,card,q-3,FR7616958000010000000000000,,
declined,,04-03-2026 11:00:00,-99.00,EUR,Hotel,card,q-4,FR7616958000010000000000000,,
"""

QONTO_FR = """Statut;Date de valeur (UTC);Date de l'opération (UTC);Montant total (TTC);Devise;Nom de la contrepartie;\
Méthode de paiement;ID de transaction;IBAN;Référence
Exécuté;02/03/2026 09:12;02/03/2026 09:12;1200,00;EUR;Dupont SARL;Virement;q-1;;F-2026-036
Exécuté;03/03/2026 09:12;03/03/2026 09:12;-85,10;EUR;EDF;Prélèvement;q-2;;
Refusé;;04/03/2026 09:12;-12,00;EUR;Hotel;Carte;q-3;;
"""

SHINE = """Transaction ID;Date de la valeur;Date d'opération;Type;Débit;Crédit;Devise;Libellé;Nom de la contrepartie
s-1;02/03/2026;02/03/2026;Virement;;1200,00;EUR;F-2026-036;Dupont SARL
s-2;03/03/2026;03/03/2026;Prélèvement;85,10;;EUR;EDF mars;EDF
"""

REVOLUT = """Date started (UTC),Date completed (UTC),ID,Type,State,Description,Reference,Payer,Payment currency,\
Amount,Fee,Balance
2026-03-02,2026-03-02,r-1,TOPUP,COMPLETED,Money added from Dupont SARL,F-2026-036,,EUR,1200.00,0.00,1300.00
2026-03-03,2026-03-03,r-2,TRANSFER,COMPLETED,To EDF,,,EUR,-85.10,0.00,1214.90
2026-03-04,,r-3,CARD_PAYMENT,PENDING,Hotel,,,EUR,-12.00,0.00,
"""

ING = """Numéro de compte;Nom du compte;Compte partie adverse;Numéro de mouvement;Date comptable;Date valeur;Montant;\
Devise;Libellés;Détails du mouvement;Message
BE00363012345678;Atelier Lumen;BE00539007547000;12;02/03/2026;02/03/2026;1200,00;EUR;Virement en euros;De: DUPONT;\
+++090/9337/55493+++
BE00363012345678;Atelier Lumen;;13;03/03/2026;03/03/2026;-85,10;EUR;Domiciliation;ENGIE;
"""

KBC = """Rekeningnummer;Rubrieknaam;Naam;Munt;Afschriftnummer;Datum;Omschrijving;Valuta;Bedrag;Saldo;credit;debet;\
rekeningnummer tegenpartij;BIC tegenpartij;Naam tegenpartij;Adres tegenpartij;\
gestructureerde mededeling;Vrije mededeling
BE00734012345678; ;LUMEN;EUR; 02026003;02/03/2026;OVERSCHRIJVING;02/03/2026;1.200,00;2.300,00;1.200,00; ;\
BE00 5390 0754 7000;;DUPONT BV;;***090/9337/55493***;
BE00734012345678; ;LUMEN;EUR; 02026003;03/03/2026;ENGIE;03/03/2026;-85,10;2.214,90; ;-85,10;;;;;;
"""

BELFIUS = """Date de comptabilisation à partir de;01/03/2026
Date de comptabilisation jusqu'au;04/03/2026
Montant à partir de;
Montant jusqu'à;
Numéro d'extrait à partir de;
Numéro d'extrait jusqu'au;
Communication;
Nom contrepartie contient;
Compte contrepartie;
Transaction;
Dernier solde;1.214,90 EUR
Date/heure du dernier solde;04/03/2026 10:00:00
;
Compte;Date de comptabilisation;Numéro d'extrait;Numéro de transaction;Compte contrepartie;Nom contrepartie contient;\
Rue et numéro;Code postal et localité;Transaction;Date valeur;Montant;Devise;BIC;Code pays;Communications
BE00 0630 1234 5678;02/03/2026;3;41;BE00539007547000;DUPONT SRL;;;VIREMENT DE DUPONT;02/03/2026;1.200,00;EUR;;BE;\
F-2026-036
BE00 0630 1234 5678;03/03/2026;3;42;;;;;ENGIE;03/03/2026;-85,10;EUR;;;
"""

FORTIS = """Nº de séquence;Date d'exécution;Date valeur;Montant;Devise du compte;Numéro de compte;Type de transaction;\
Contrepartie;Nom de la contrepartie;Communication;Détails;Statut;Motif du refus
2026-0003;02/03/2026;02/03/2026;1200,00;EUR;BE00001234567890;Virement en euros;BE00539007547000;DUPONT SRL;F-2026-036;\
VIREMENT EN EUROS REFERENCE BANQUE : 2603021234567890;Accepté;
2026-0004;03/03/2026;03/03/2026;-85,10;EUR;BE00001234567890;Domiciliation;;ENGIE;;REFERENCE BANQUE : 26030399;Accepté;
2026-0005;04/03/2026;04/03/2026;-50,00;EUR;BE00001234567890;Domiciliation;;GYM;;;Refusé;Solde insuffisant
"""

BANKS = [
    ("csv:bnp", BNP, "", "utf-8"),
    ("csv:sg", SOCIETE_GENERALE, "", "cp1252"),
    ("csv:bpce", BPCE, "", "utf-8"),
    ("csv:cm-cic", CIC, "", "iso8859-15"),
    ("csv:lbp", BANQUE_POSTALE, "", "cp1252"),
    ("csv:bourso", BOURSO, "00040123456", "utf-8-sig"),
    ("csv:qonto", QONTO, "", "utf-8"),
    ("csv:qonto", QONTO_FR, "", "utf-8"),
    ("csv:shine", SHINE, "", "cp1252"),
    ("csv:revolut", REVOLUT, "", "utf-8"),
    ("csv:ing-be", ING, "BE00363012345678", "cp1252"),
    ("csv:kbc", KBC, "BE00734012345678", "utf-8"),
    ("csv:belfius", BELFIUS, "BE00063012345678", "iso8859-1"),
    ("csv:fortis", FORTIS, "BE00001234567890", "utf-8-sig"),
]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("source", "text", "account", "encoding"), BANKS, ids=[f"{b[0]}-{n}" for n, b in enumerate(BANKS)]
)
def test_each_bank_is_recognised_and_read(source, text, account, encoding, ends):
    sheet = only(text.replace("\n", ends), encoding=encoding)
    assert sheet.source == source
    assert {m.booked_on: (m.cents, m.currency) for m in sheet.movements} == {
        date(2026, 3, 2): (120000, "EUR"),
        date(2026, 3, 3): (-8510, "EUR"),
    }
    received = next(m for m in sheet.movements if m.cents > 0)
    assert "F-2026-036" in received.label or "090/9337/55493" in received.label or received.structured == "090933755493"
    assert account in ("", sheet.account)


def test_credit_agricole_gives_one_sheet_for_each_account_and_labels_of_several_lines():
    first, second = read(CREDIT_AGRICOLE, encoding="cp1252")
    assert (first.source, first.account, second.account) == ("csv:ca", "00012345678", "00087654321")
    assert [(m.cents, m.label) for m in first.movements] == [
        (120000, "VIREMENT EN VOTRE FAVEUR DUPONT SARL F-2026-036"),
        (-8510, "PRELEVEMENT EDF"),
    ]
    assert [m.cents for m in second.movements] == [1000]


@pytest.mark.parametrize(("text", "dropped"), [(QONTO, 2), (QONTO_FR, 1), (REVOLUT, 1), (FORTIS, 1)])
def test_rows_that_are_not_booked_are_left_out_and_said(text, dropped):
    (warning,) = only(text).warnings
    assert str(dropped) in str(warning)
    assert "non comptabilisées" in str(warning)


def test_running_balances_give_opening_and_closing():
    assert (only(CIC).opening, only(CIC).closing) == (10000, 121490)
    assert (only(KBC).opening, only(KBC).closing) == (110000, 221490)


def test_the_parts_of_a_belgian_row_find_their_place():
    received = only(KBC).movements[0]
    assert (received.name, received.iban, received.structured) == ("DUPONT BV", "BE00539007547000", "090933755493")
    assert only(FORTIS).movements[0].bank_reference == "2603021234567890"
    assert only(ING).movements[0].bank_reference == "12"


def test_a_structured_communication_with_a_wrong_digit_stays_in_the_label():
    movement = only(KBC.replace("***090/9337/55493***", "090933755494")).movements[0]
    assert (movement.structured, movement.label[:20]) == ("", "+++090/9337/55494+++")


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("Date;Libellé;Montant\n01/03/2026;a;1 234,50\n02/03/2026;b;12\n", [123450, 1200]),
        ("Date;Libellé;Montant\n01/03/2026;a;1.234\n02/03/2026;b;-2,50\n", [123400, -250]),
        ('Date,Label,Amount\n2026-03-01,a,"1,234.50"\n2026-03-02,b,(12.00)\n', [123450, -1200]),
        ("Datum|Omschrijving|Bedrag|Af Bij\n20260301|a|12,50|Af\n20260302|b|3,00|Bij\n", [-1250, 300]),
        ("Date\tLibellé\tDébit\tCrédit\n01/03/26\ta\t12,50\t0,00\n02/03/26\tb\t\t3,00\n", [-1250, 300]),
        ("Fecha;Concepto;Cargo;Abono\n01/03/2026;a;12,50;\n02/03/2026;b;;3,00\n", [-1250, 300]),
        ("Buchungstag;Verwendungszweck;Betrag;Soll/Haben\n01.03.26;a;12,50;S\n02.03.26;b;3,00;H\n", [-1250, 300]),
        ("sep=,\nDate,Label,Amount\n01/03/2026,a,12.50\n02/03/2026,b,-3.00\n", [1250, -300]),
        ("Data operacji;Opis;Kwota operacji\n2026-03-01;a;12,50\n2026-03-02;b;-3,00\n", [1250, -300]),
        ("01/03/2026;VIR DUPONT;12,50\n02/03/2026;PRLV EDF;-3,00\n", [1250, -300]),
        ("Date,Description,Amount,\n01 Mar 2026,a,£12.50,\n02 Mar 2026,b,£3.00,CR\n", [-1250, 300]),
    ],
)
def test_other_banks_are_read_by_their_words(text, cents):
    sheet = only(text)
    assert sheet.source == "csv:generic"
    assert [m.cents for m in sheet.movements] == cents
    assert [m.booked_on for m in sheet.movements] == [date(2026, 3, 1), date(2026, 3, 2)]


def test_each_currency_has_its_sheet_and_the_euro_is_meant_where_nothing_is_said():
    euros, dollars = read("Date;Libellé;Montant;Devise\n01/03/2026;a;1,00;\n01/03/2026;b;2,00;USD\n")
    assert (euros.currency, euros.movements[0].cents) == ("EUR", 100)
    assert (dollars.currency, dollars.movements[0].cents) == ("USD", 200)
    assert "sans monnaie" in str(euros.warnings[0])


def test_dates_are_day_first_unless_the_column_can_only_be_american():
    assert only("Date;Libellé;Montant\n04/03/2026;a;1,00\n").movements[0].booked_on == date(2026, 3, 4)
    american = only("Date,Label,Amount\n03/04/2026,a,1.00\n03/14/2026,b,1.00\n")
    assert american.movements[0].booked_on == date(2026, 3, 4)
    assert "mois d’abord" in str(american.warnings[0])
    assert "n’existe pas" in refusal("Date;Libellé;Montant\n13/03/2026;a;1,00\n04/13/2026;b;1,00\n")


def test_the_account_may_stand_above_the_header_or_in_the_name_of_the_file():
    rows = "Date;Libellé;Montant\n01/03/2026;a;1,00\n"
    assert only("IBAN : FR76 3000 4008 2800 0123 4567 000\n" + rows).account == "FR7630004008280001234567000"
    assert only(rows, name="export_BE00111234567890_2026.csv").account == "BE00111234567890"
    assert only(rows).account == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Quand;Libellé;Montant\nhier;a;1,00\n", "Aucune colonne de date"),
        ("Date;Libellé;Truc\n01/03/2026;a;beaucoup\n", "Aucune colonne de montant"),
        ("Nom;Prénom\nDurand;Anne\n", "Colonnes du fichier|ligne de titres"),
        ("Date;Libellé;Montant\n", "aucun mouvement"),
        ("Date;Libellé;Montant\n01/03/2026;a;1e3\n", "n’est pas lisible"),
        ("Date;Libellé;Montant\n01/03/2026;a;0,005\n02/03/2026;b;1,00\n", "décimales|lisible|deux façons"),
        ("Date;Libellé;Montant\n01/03/2026;a;\n", "pas de montant"),
        ("Date;Libellé;Montant\nbientôt;a;1,00\n01/03/2026;b;1,00\n", "pas de date lisible"),
        ("Date;Libellé;Montant\n01/03/2026;a;b;1,00\n01/03/2026;b;1,00\n", "séparateur de trop|lisible"),
        ('Date;Libellé;Montant\n01/03/2026;"a;1,00\n02/03/2026;b;1,00\n', "guillemet"),
        ("Date;Libellé;Montant\n01/03/1889;a;1,00\n", "hors des années"),
    ],
)
def test_a_refusal_names_what_is_missing(text, why):
    assert re.search(why, refusal(text))


def test_all_the_faulty_rows_are_named_at_once_with_their_lines():
    with pytest.raises(Refused) as refused:
        read("Date;Libellé;Montant\n31/02/2026;a;1,00\n01/03/2026;b;1,00\n02/03/2026;c;--5\n")
    assert [(reason.file, reason.line) for reason in refused.value.reasons] == [("releve.csv", 2), ("releve.csv", 4)]


def test_a_spreadsheet_reads_as_the_same_table():
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(2, 0, ["Date", "Libellé", "Montant"])
    for row, (when, label, amount) in enumerate([(date(2026, 3, 2), "DUPONT", 1200), (date(2026, 3, 3), "EDF", -85.1)]):
        sheet.write_datetime(row + 3, 0, when, day)
        sheet.write(row + 3, 1, label)
        sheet.write(row + 3, 2, amount)
    book.close()
    (found,) = read_file(memory.getvalue(), "releve.xlsx")
    assert found.source == "xlsx:generic"
    assert [(m.booked_on.day, m.cents, m.label) for m in found.movements] == [(2, 120000, "DUPONT"), (3, -8510, "EDF")]
