"""Lists that other software writes, as a person drops them: each in its own words, read to the cent, and once."""

# ruff: noqa: E501 — a header is as long as the software writes it
import pytest

from acquit.billing.actions import take_in
from acquit.billing.choices import Choices
from acquit.receivables.models import Standing
from acquit.rules.money import spell

LISTS = {
    "Odoo in French": (
        '"Numéro","Nom d\'affichage du partenaire de la facture","Date de facturation","Date d\'échéance","Hors taxes","Total","Montant dû","Statut du paiement"'
        "\n"
        '"FAC/2026/00001","Dupont SARL","2026-09-01","2026-10-01","1000.00","1200.00","1200.00","Non payées"'
        "\n"
        '"FAC/2026/00002","Martin","2026-09-02","2026-10-02","500.00","600.00","0.00","Payé"'
        "\n",
        "utf-8",
        "\r\n",
        "1200.00",
        2,
    ),
    "Odoo in English": (
        "Number,Invoice Partner Display Name,Invoice/Bill Date,Due Date,Untaxed Amount Signed,Total Signed,Amount Due Signed,Payment Status"
        "\n"
        "INV/2026/00001,Dupont SARL,2026-09-01,2026-10-01,1000.0,1200.0,1200.0,Not Paid"
        "\n"
        "INV/2026/00002,Martin,2026-09-01,2026-10-01,1000.0,1200.0,200.0,Partially Paid"
        "\n",
        "utf-8",
        "\r\n",
        "1400.00",
        2,
    ),
    "Dolibarr": (
        "Réf. facture;Tiers;Date facturation;Date limite règlement;Montant HT;Montant TVA;Montant TTC;Facture payée;Reste à payer"
        "\n"
        "FA2609-0001;Dupont SARL;01/09/2026;01/10/2026;1000;200;1200;Non;1200"
        "\n"
        "FA2609-0002;Martin;01/09/2026;01/10/2026;100;20;120;Oui;0"
        "\n",
        "utf-8",
        "\r\n",
        "1200.00",
        2,
    ),
    "Invoice Ninja": (
        "Invoice Number,Client Name,Client Email,Invoice Date,Due Date,Amount,Paid to Date,Balance,Status"
        "\n"
        '0001,Dupont SARL,d@x.example,2026-09-01,2026-10-01,"1,200.00","200.00","1,000.00",Partial'
        "\n"
        '0002,Bloom BV,b@x.example,2026-09-03,2026-10-03,"300.00","0.00","300.00",Sent'
        "\n",
        "utf-8",
        "\r\n",
        "1300.00",
        2,
    ),
    "QuickBooks": (
        "Date,Transaction type,Num,Name,Due date,Amount,Open balance"
        "\n"
        '01/09/2026,Invoice,1001,Dupont SARL,01/10/2026,"1,200.00","1,200.00"'
        "\n"
        "13/09/2026,Invoice,1002,Martin,13/10/2026,50.00,50.00"
        "\n",
        "utf-8",
        "\r\n",
        "1250.00",
        2,
    ),
    "Sellsy, with a credit note": (
        "Référence;Type;Date de création;Société;Montant HT;Montant TTC;Restant dû;Échéance;Statut"
        "\n"
        "FACT-00012;Facture;31/08/26;Dupont SARL;1 000,00 €;1 200,00 €;1 200,00 €;30/09/26;En retard"
        "\n"
        "AV-0001;Avoir;31/08/26;Martin;-100,00 €;-120,00 €;-120,00 €;30/09/26;Émis"
        "\n",
        "cp1252",
        "\r\n",
        "1200.00",
        2,
    ),
    "Henrri, tabs in UTF-16": (
        "N° de facture\tDate\tClient\tTotal HT\tTotal TTC\tReste à payer\tDate d'échéance"
        "\n"
        "F2026-12\t31/10/26\tDupont SARL\t1 028,80\t1 234,56\t1 234,56\t30/11/26"
        "\n",
        "utf-16",
        "\r\n",
        "1234.56",
        1,
    ),
    "a workbook of one's own, old Mac line ends": (
        "N° FACT.;CLIENT;Date fact;A payer avant le;TOTAL TTC (€);Payé ?;Solde restant"
        "\n"
        "2026-001;Dupont SARL;31/10/26;15/11/26;1\u202f234,56;;1\u202f234,56"
        "\n"
        "2026-002;Martin;30/10/26;14/11/26;50;oui;0"
        "\n",
        "utf-8-sig",
        "\r",
        "1234.56",
        2,
    ),
    "a Flemish list": (
        "Factuurnummer;Klantnaam;Factuurdatum;Vervaldatum;Totaal incl. btw;Openstaand bedrag;E-mailadres"
        "\n"
        "2026-17;Bakkerij Peeters BV;01-09-2026;01-10-2026;1.210,00;1.210,00;p@x.example"
        "\n"
        "2026-18;De Smet;02-09-2026;02-10-2026;121,00;21,00;d@x.example"
        "\n",
        "utf-8",
        "\r\n",
        "1231.00",
        2,
    ),
    "a Flemish ledger": (
        "Nummer,Relatie,Datum,Vervaldag,Bedrag incl.,Nog te betalen"
        "\n"
        'VF001,Bakkerij Peeters BV,2026-09-01,2026-10-01,"1210,00","1210,00"'
        "\n",
        "utf-8",
        "\r\n",
        "1210.00",
        1,
    ),
    "English, two currencies": (
        "Invoice No.,Customer,Issue date,Payment due,Gross total,Outstanding,Currency"
        "\n"
        "A-7,Dupont SARL,2026-09-01,2026-10-01,1200.00,1200.00,EUR"
        "\n"
        "A-8,Smith Ltd,2026-09-01,2026-10-01,900.00,900.00,GBP"
        "\n",
        "utf-8",
        "\r\n",
        "1200.00",
        2,
    ),
    "Qonto": (
        "numero_facture;client_nom;client_email;date_emission;date_echeance;montant_ttc;statut"
        "\n"
        "F-2026-1;Dupont SARL;d@x.example;2026-09-01;2026-10-01;1200,00;unpaid"
        "\n",
        "utf-8",
        "\r\n",
        "1200.00",
        1,
    ),
    "an online ledger": (
        "Numéro de facture;Nom du client;SIREN;Date d’émission;Date d’échéance;Montant TTC;Montant restant dû;Statut"
        "\n"
        "F-2026-1;Dupont SARL;;01/09/2026;01/10/2026;1200,00;1200,00;En retard"
        "\n",
        "utf-8",
        "\r\n",
        "1200.00",
        1,
    ),
    "« Net à payer »": (
        "Facture;Nom;Le;Échéance;Net à payer\nF1;Dupont SARL;1/9/2026;1/10/2026;1200\n",
        "utf-8",
        "\r\n",
        "1200.00",
        1,
    ),
    "titles above, a total below": (
        "Export des factures;;;;"
        "\n"
        "Société Lumen;;;;"
        "\n"
        ";;;;"
        "\n"
        "Numéro;Client;Date;Échéance;TTC"
        "\n"
        "F1;Dupont SARL;01/09/2026;01/10/2026;1200,00"
        "\n"
        "Total;;;;1200,00"
        "\n",
        "utf-8",
        "\r\n",
        "1200.00",
        1,
    ),
    "what was paid instead of what is owed": (
        "Numéro,Nom client,Date de la facture,Date d'échéance,Montant TTC,Montant payé"
        "\n"
        'F-1,Dupont SARL,01/09/2026,01/10/2026,"1200,00","200,00"'
        "\n",
        "utf-8",
        "\r\n",
        "1000.00",
        1,
    ),
}
"""Title → text, encoding, line end, what is owed on it in euros, how many invoices and credit notes."""


@pytest.mark.parametrize("title", LISTS)
def test_a_list_is_read_to_the_cent_and_a_second_time_brings_nothing(in_lumen, by, title):
    text, encoding, end, owed, count = LISTS[title]
    file = ("factures.csv", text.replace("\n", end).encode(encoding))

    first, _found = take_in(in_lumen, [file], Choices(), by)
    again, _found = take_in(in_lumen, [file], Choices(), by)

    standings = Standing.objects.filter(currency="EUR")
    assert first.created == count
    assert spell(sum(standing.owed for standing in standings)) == owed
    assert (again.created, again.updated, again.duplicates) == (0, 0, count)
