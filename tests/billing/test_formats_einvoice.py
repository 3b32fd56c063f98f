"""CII and UBL: every good invoice of the corpus gives the total it writes; every bad one says what is wrong."""

import csv
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from acquit.billing.formats import Options, read_file

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FOLDERS = ("einvoice/cii/", "einvoice/ubl/", "einvoice/ubl-be/", "einvoice/xrechnung/")
TOTALS = (
    "SpecifiedTradeSettlementHeaderMonetarySummation",
    "SpecifiedTradeSettlementMonetarySummation",
    "LegalMonetaryTotal",
)


def listed(expect: str, *folders: str) -> list[str]:
    if not CORPUS.exists():
        return []
    with (CORPUS / "MANIFEST.csv").open(encoding="utf-8", newline="") as manifest:
        return [r["file"] for r in csv.DictReader(manifest) if r["expect"] == expect and r["file"].startswith(folders)]


def read(file: str):
    return read_file((CORPUS / file).read_bytes(), Path(file).name)[0]


def local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def written(xml: bytes) -> dict[str, str]:
    """Number and totals as a reader with no idea of invoices finds them: the last block of totals in the file."""
    root = ElementTree.fromstring(xml)
    blocks = [
        e
        for e in root.iter()
        if local(e) in TOTALS and any(local(c) == "GrandTotalAmount" or "Payable" in local(c) for c in e)
    ]
    found = {local(child): (child.text or "").strip() for child in blocks[-1]}
    head = next((e for e in root if local(e) in ("ExchangedDocument", "HeaderExchangedDocument")), root)
    found["number"] = next((e.text or "").strip() for e in head if local(e) == "ID")
    found["third"] = "0"
    if "extension" in xml.decode("utf-8", "ignore") and "PrepaidPayment" in xml.decode("utf-8", "ignore"):
        paid = [e.text for e in root.iter() if local(e) == "PaidAmount"]
        found["third"] = str(sum(map(Decimal, paid)))
    return found


def cents(text: str) -> int:
    return int((Decimal(text) * 100).to_integral_value("ROUND_HALF_UP"))


@pytest.mark.parametrize("file", listed("accept", *FOLDERS))
def test_a_good_invoice_gives_the_totals_it_writes(file):
    if "order-x" in file:
        pytest.skip("an order")
    w = written((CORPUS / file).read_bytes())
    sheet = read(file)
    assert sheet.errors == ()
    (claim,) = sheet.claims
    payable = cents(w.get("PayableAmount") or w.get("DuePayableAmount") or w["GrandTotalAmount"])
    total = cents(w.get("TaxInclusiveAmount") or w.get("GrandTotalAmount") or str(Decimal(payable) / 100))
    total += cents(w.get("PayableRoundingAmount") or w.get("RoundingAmount") or "0") + cents(w["third"])
    assert claim.number == w["number"]
    assert claim.open == abs(payable)
    assert claim.total == max(abs(total), abs(payable))
    assert claim.file == Path(file).name
    owed = -abs(payable) if claim.kind == "credit_note" else abs(payable)
    assert sheet.total == owed


@pytest.mark.parametrize("file", listed("accept", *FOLDERS))
def test_good_totals_add_up(file):
    """No good file is accused of a sum that does not add up."""
    assert [str(w) for w in read(file).warnings if "BR-CO" in str(w)] == []


@pytest.mark.parametrize(
    ("file", "kind", "total", "open_", "due", "buyer"),
    [
        ("cii/akretion__zugferd-comfort.xml", "invoice", 52987, 52987, date(2013, 4, 4), "Kunden AG Mitte"),
        ("cii/zugferd__facturFrMinimum.xml", "invoice", 67115, 47015, None, "Ma jolie boutique"),
        ("cii/zugferd__EN16931_Kraftfahrversicherung_Bruttopreise.cii.xml", "invoice", 44000, 44000, None, None),
        ("ubl-be/phax__UBLBE_BE0000000196_V01-15000004.xml", "invoice", 345600, 345600, date(2018, 5, 10),
         "My Customer Company"),
        ("ubl-be/phax__UBLBE_BE0000000196_V01-15000013.xml", "credit_note", 21780, 21780, None, None),
        ("ubl-be/oca__efff_BE0505890632_160421_Inv_16117778.xml", "invoice", 3751, 3751, date(2016, 4, 28), "AttOra"),
        ("ubl/connectingeu__BIS_Billing_30-Kreditering_med_negativ_faktura.xml", "credit_note", 1083490, 1000000, None,
         None),
    ],
)  # fmt: skip
def test_known_files(file, kind, total, open_, due, buyer):
    if not CORPUS.exists():
        pytest.skip("no corpus")
    (claim,) = read("einvoice/" + file).claims
    assert (claim.kind, claim.total, claim.open) == (kind, total, open_)
    assert due is None or claim.due_on == due
    assert buyer is None or claim.party.name == buyer


@pytest.mark.parametrize("file", listed("suspect", *FOLDERS) + listed("hostile", "hostile/einvoice/"))
def test_a_suspect_invoice_is_read_or_refused_but_never_breaks(file):
    sheet = read(file)
    assert len(sheet.claims) + bool(sheet.errors) == 1


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("cii/akretion__order-x-basic.xml", "Order-X"),
        ("fr-lifecycle-cdar/phax__UC5_F202500007_04-CDV-207_En_litige.xml", "CDAR"),
        ("cii/zugferd__invalidV2Root.xml", "racine"),
        ("cii/zugferd__invalidV2.xml", "BT-44"),
    ],
)
def test_what_is_not_an_invoice_is_refused_by_name(file, words):
    if not CORPUS.exists():
        pytest.skip("no corpus")
    sheet = read("einvoice/" + file)
    assert sheet.claims == ()
    assert words in str(sheet.errors[0])


CII = """<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
 <rsm:ExchangedDocument><ram:ID>F2026-0001</ram:ID><ram:TypeCode>380</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">20260110</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:ApplicableHeaderTradeAgreement>
   <ram:SellerTradeParty><ram:Name>Atelier Lumen</ram:Name></ram:SellerTradeParty>
   <ram:BuyerTradeParty><ram:ID>C1</ram:ID><ram:Name>Dupont SARL</ram:Name>
    <ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">732829320</ram:ID></ram:SpecifiedLegalOrganization>
    <ram:URIUniversalCommunication><ram:URIID schemeID="EM">compta@dupont.example</ram:URIID></ram:URIUniversalCommunication>
    <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR44732829320</ram:ID></ram:SpecifiedTaxRegistration>
   </ram:BuyerTradeParty>
   <ram:BuyerOrderReferencedDocument><ram:IssuerAssignedID>BC-12</ram:IssuerAssignedID></ram:BuyerOrderReferencedDocument>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeSettlement>
   <ram:PaymentReference>+++090/9337/55493+++</ram:PaymentReference>
   <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
   <ram:SpecifiedTradeSettlementPaymentMeans><ram:PayeePartyCreditorFinancialAccount><ram:IBANID>GB33BUKB20201555555555</ram:IBANID>
   </ram:PayeePartyCreditorFinancialAccount></ram:SpecifiedTradeSettlementPaymentMeans>
   <ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">20260209</udt:DateTimeString>
   </ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    <ram:LineTotalAmount>1000.00</ram:LineTotalAmount><ram:TaxBasisTotalAmount>1000.00</ram:TaxBasisTotalAmount>
    <ram:TaxTotalAmount currencyID="EUR">200.00</ram:TaxTotalAmount><ram:GrandTotalAmount>1200.00</ram:GrandTotalAmount>
    <ram:TotalPrepaidAmount>200.00</ram:TotalPrepaidAmount><ram:DuePayableAmount>1000.00</ram:DuePayableAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
   <ram:InvoiceReferencedDocument><ram:IssuerAssignedID>F2025-0099</ram:IssuerAssignedID></ram:InvoiceReferencedDocument>
  </ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"""  # noqa: E501


def cii(*changes: tuple[str, str]):
    text = CII
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_file(text.encode(), "f.xml")[0]


def test_every_term_that_matters_to_a_debt_is_found():
    sheet = cii()
    (claim,) = sheet.claims
    assert sheet.warnings == ()
    assert (claim.number, claim.issued_on, claim.due_on) == ("F2026-0001", date(2026, 1, 10), date(2026, 2, 9))
    assert (claim.total, claim.open, claim.currency, claim.kind) == (120000, 100000, "EUR", "invoice")
    assert (claim.order_reference, claim.structured, claim.iban) == ("BC-12", "090933755493", "GB33BUKB20201555555555")
    assert claim.seller is not None
    assert claim.seller.name == "Atelier Lumen"
    buyer = claim.party
    assert (buyer.name, buyer.code, buyer.siren, buyer.vat) == ("Dupont SARL", "C1", "732829320", "FR44732829320")
    assert buyer.email == "compta@dupont.example"


@pytest.mark.parametrize(
    ("change", "term"),
    [
        (("<ram:ID>F2026-0001</ram:ID>", ""), "BT-1 "),
        (("20260110", ""), "BT-2 "),
        (("<ram:Name>Dupont SARL</ram:Name>", ""), "BT-44"),
        (("20260110", "20260230"), "BT-2"),
        (("20260209", "demain"), "BT-9"),
        (("1200.00", "1e3"), "BT-112"),
        (("1200.00", "1 200,00"), "BT-112"),
        (("1200.00", "NaN"), "BT-112"),
        (("1200.00", "\u0661\u0662"), "BT-112"),
        (("1200.00", "9" * 30), "BT-112"),
        (("<ram:InvoiceCurrencyCode>EUR", "<ram:InvoiceCurrencyCode>euro"), "BT-5"),
        (("<ram:TypeCode>380", "<ram:TypeCode>325"), "325"),
    ],
)
def test_a_fault_is_named_by_its_term(change, term):
    sheet = cii(change)
    assert sheet.claims == ()
    assert any(term in str(e) for e in sheet.errors), [str(e) for e in sheet.errors]
    assert all(e.file == "f.xml" for e in sheet.errors)


def test_all_faults_are_said_at_once():
    sheet = cii(("<ram:ID>F2026-0001</ram:ID>", ""), ("<ram:Name>Dupont SARL</ram:Name>", ""), ("1200.00", "?"))
    assert len(sheet.errors) == 3


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ((">1000.00</ram:DuePayableAmount", ">900.00</ram:DuePayableAmount"), "BR-CO-16"),
        ((">200.00</ram:TaxTotalAmount", ">199.00</ram:TaxTotalAmount"), "BR-CO-15"),
        (("<ram:LineTotalAmount>1000.00", "<ram:LineTotalAmount>990.00"), "BR-CO-13"),
        (("GB33BUKB20201555555555", "GB33BUKB20201555555556"), "BT-84"),
        (('schemeID="0002">732829320', 'schemeID="0002">732829321'), "SIREN"),
        (("1200.00", "1200.004"), "BT-112"),
        (("20260209", "20251231"), "précède"),
        (("<ram:TypeCode>380</ram:TypeCode>", ""), "BT-3"),
    ],
)
def test_what_leaves_the_debt_clear_is_a_warning(change, rule):
    sheet = cii(change)
    assert sheet.errors == ()
    assert any(rule in str(w) for w in sheet.warnings), [str(w) for w in sheet.warnings]


LINE = """<ram:IncludedSupplyChainTradeLineItem>
 <ram:AssociatedDocumentLineDocument><ram:LineID>7</ram:LineID></ram:AssociatedDocumentLineDocument>
 <ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>{price}</ram:ChargeAmount>
 <ram:BasisQuantity>{basis}</ram:BasisQuantity></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
 <ram:SpecifiedLineTradeDelivery><ram:BilledQuantity>{quantity}</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
 <ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>false</udt:Indicator>
 </ram:ChargeIndicator><ram:ActualAmount>{allowance}</ram:ActualAmount></ram:SpecifiedTradeAllowanceCharge>
 <ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>1000.00</ram:LineTotalAmount>
 </ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>"""


@pytest.mark.parametrize(
    ("price", "basis", "quantity", "allowance", "good"),
    [
        ("100", "1", "10", "0", True),
        ("100", "", "11", "100", True),
        ("1000", "10", "10.0002", "0", True),  # two cents are rounding
        ("100", "1", "11", "0", False),
        ("100", "0", "10", "0", True),  # nothing can be computed
        ("?", "1", "10", "0", True),
    ],
)
def test_a_line_that_is_not_price_times_quantity_is_said(price, basis, quantity, allowance, good):
    line = LINE.format(price=price, basis=basis, quantity=quantity, allowance=allowance)
    sheet = cii(("<ram:ApplicableHeaderTradeAgreement>", line + "<ram:ApplicableHeaderTradeAgreement>"))
    assert len(sheet.claims) == 1
    assert [" 7." in str(w) for w in sheet.warnings] == ([] if good else [True])


def test_a_false_identifier_is_left_out():
    (claim,) = cii(('schemeID="0002">732829320', 'schemeID="0002">732829321'), ("FR44732829320", "")).claims
    assert claim.party.siren == ""


@pytest.mark.parametrize("code", ["381", "261", "396", "503"])
def test_a_credit_note_names_what_it_corrects(code):
    sheet = cii(("<ram:TypeCode>380", f"<ram:TypeCode>{code}"))
    (claim,) = sheet.claims
    assert (claim.kind, claim.total, claim.open, claim.credits) == ("credit_note", 120000, 100000, "F2025-0099")
    assert sheet.total == -100000


@pytest.mark.parametrize("code", ["380", "384", "386", "389", "393", "875"])
def test_other_invoices_are_invoices(code):
    (claim,) = cii(("<ram:TypeCode>380", f"<ram:TypeCode>{code}")).claims
    assert (claim.kind, claim.credits) == ("invoice", "")
    assert (claim.note != "") == (code == "384")


def test_a_negative_invoice_is_a_credit_note():
    sheet = read_file(re.sub(r">(\d+\.\d\d)</ram", r">-\1</ram", CII).encode(), "f.xml")[0]
    (claim,) = sheet.claims
    assert (claim.kind, claim.total, claim.open, sheet.total) == ("credit_note", 120000, 100000, -100000)
    assert sheet.warnings == ()


def test_the_last_of_several_due_dates_is_kept():
    terms = "</ram:SpecifiedTradePaymentTerms>"
    later = CII[CII.index("<ram:SpecifiedTradePaymentTerms>") : CII.index(terms) + len(terms)].replace(
        "20260209", "20260309"
    )
    sheet = cii((terms, terms + later))
    assert sheet.claims[0].due_on == date(2026, 3, 9)
    assert "2026-03-09" in str(sheet.warnings[0])


def test_a_doctype_is_refused():
    sheet = read_file(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + CII.encode(), "f.xml")[0]
    assert sheet.claims == ()
    assert "DOCTYPE" in str(sheet.errors[0])


@pytest.mark.parametrize("cut", range(100, len(CII) - 10, 250))
def test_a_cut_file_is_refused_and_nothing_raised(cut):
    (sheet,) = read_file(CII[:cut].encode(), "f.xml")
    assert sheet.claims == ()
    assert sheet.errors


def test_another_ubl_document_is_refused_by_name():
    xml = b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'
    assert "Order" in str(read_file(xml, "o.xml")[0].errors[0])


def test_a_currency_without_cents():
    sheet = cii((">EUR<", ">JPY<"), ('currencyID="EUR"', 'currencyID="JPY"'))
    assert (sheet.claims[0].total, sheet.claims[0].currency) == (1200, "JPY")


def test_options_name_the_currency_of_a_file_that_names_none():
    xml = CII.replace("<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>", "").replace(' currencyID="EUR"', "")
    assert read_file(xml.encode(), "f.xml", replace(Options(), currency="CHF"))[0].claims[0].currency == "CHF"
