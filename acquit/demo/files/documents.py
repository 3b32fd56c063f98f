"""Electronic invoices of the example: Factur-X (a PDF with its XML) for France, UBL for Belgium, CII for the rest."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date
from xml.sax.saxutils import escape

from pypdf import PdfWriter
from pypdf.generic import ContentStream, DictionaryObject, NameObject

from acquit.demo.cast import OWN_IBAN, OWN_SIREN, OWN_VAT, Debtor
from acquit.demo.world import Bill
from acquit.rules.money import spell

_RATES = {"FR": 20, "BE": 21}
_FIRM = "Atelier Lumen"


def archive(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP of documents, the same bytes each time."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as box:
        for name, document_bytes in entries:
            box.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), document_bytes)
    return content.getvalue()


def document(bill: Bill, debtor: Debtor) -> tuple[str, bytes]:
    """Name and content of the invoice itself, in the format of its customer's country."""
    if debtor.country == "BE" and debtor.kind != "consumer":
        return f"{bill.number}.xml", _ubl(bill, debtor)
    xml = _cii(bill, debtor)
    if debtor.habit == "grouped" or bill.credits:
        return f"{bill.number}-cii.xml", xml
    return f"{bill.number}.pdf", _pdf(bill, debtor, xml)


def _net(bill: Bill, debtor: Debtor) -> tuple[int, int]:
    """What a bill is without VAT, and its rate."""
    rate = _RATES.get(debtor.country, 0)
    return round(bill.total * 100 / (100 + rate)), rate


_TAX = '<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{}</ram:ID></ram:SpecifiedTaxRegistration>'
_LEGAL = '<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">{}</ram:ID></ram:SpecifiedLegalOrganization>'


def _cii(bill: Bill, debtor: Debtor) -> bytes:
    net, rate = _net(bill, debtor)
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
<ram:ID>urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basicwl</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>{bill.number}</ram:ID><ram:TypeCode>{"381" if bill.credits else "380"}</ram:TypeCode>
<ram:IssueDateTime>{_cii_day(bill.issued_on)}</ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement>
<ram:SellerTradeParty><ram:Name>{_FIRM}</ram:Name>{_LEGAL.format(OWN_SIREN)}{_TAX.format(OWN_VAT)}</ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:ID>{debtor.code}</ram:ID><ram:Name>{escape(debtor.name)}</ram:Name>
{_LEGAL.format(debtor.siren) if debtor.siren else ""}<ram:PostalTradeAddress>
<ram:PostcodeCode>{debtor.postcode}</ram:PostcodeCode><ram:LineOne>{escape(debtor.street)}</ram:LineOne>
<ram:CityName>{escape(debtor.city)}</ram:CityName><ram:CountryID>{debtor.country}</ram:CountryID>
</ram:PostalTradeAddress>{_cii_mail(debtor)}{_TAX.format(debtor.vat) if debtor.vat else ""}</ram:BuyerTradeParty>
</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement>
<ram:PaymentReference>{bill.structured or bill.number}</ram:PaymentReference>
<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>58</ram:TypeCode><ram:PayeePartyCreditorFinancialAccount>
<ram:IBANID>{OWN_IBAN[debtor.account]}</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>
</ram:SpecifiedTradeSettlementPaymentMeans>
<ram:ApplicableTradeTax><ram:CalculatedAmount>{spell(bill.total - net)}</ram:CalculatedAmount>
<ram:TypeCode>VAT</ram:TypeCode><ram:BasisAmount>{spell(net)}</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>
<ram:RateApplicablePercent>{rate}.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>{_cii_day(bill.due_on)}</ram:DueDateDateTime>
</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeaderMonetarySummation>{_cii_sums(bill, net)}
</ram:SpecifiedTradeSettlementHeaderMonetarySummation>{_cii_corrects(bill)}</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>
"""
    return text.encode()


def _cii_sums(bill: Bill, net: int) -> str:
    vat = f'<ram:TaxTotalAmount currencyID="EUR">{spell(bill.total - net)}</ram:TaxTotalAmount>'
    return (
        f"<ram:LineTotalAmount>{spell(net)}</ram:LineTotalAmount>"
        f"<ram:TaxBasisTotalAmount>{spell(net)}</ram:TaxBasisTotalAmount>{vat}"
        f"<ram:GrandTotalAmount>{spell(bill.total)}</ram:GrandTotalAmount>"
        f"<ram:DuePayableAmount>{spell(bill.total)}</ram:DuePayableAmount>"
    )


def _cii_mail(debtor: Debtor) -> str:
    node = '<ram:URIUniversalCommunication><ram:URIID schemeID="EM">{}</ram:URIID></ram:URIUniversalCommunication>'
    return node.format(debtor.email) if debtor.email else ""


def _cii_corrects(bill: Bill) -> str:
    node = (
        "<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>{}</ram:IssuerAssignedID></ram:InvoiceReferencedDocument>"
    )
    return node.format(bill.credits) if bill.credits else ""


def _cii_day(day: date) -> str:
    return f'<udt:DateTimeString format="102">{day:%Y%m%d}</udt:DateTimeString>'


def _ubl(bill: Bill, debtor: Debtor) -> bytes:
    net, rate = _net(bill, debtor)
    tag = "CreditNote" if bill.credits else "Invoice"
    corrects = (
        f"<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{bill.credits}</cbc:ID>"
        "</cac:InvoiceDocumentReference></cac:BillingReference>"
        if bill.credits
        else ""
    )
    vat = bill.total - net
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<{tag} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{tag}-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
<cbc:ID>{bill.number}</cbc:ID><cbc:IssueDate>{bill.issued_on}</cbc:IssueDate>
{"" if bill.credits else f"<cbc:DueDate>{bill.due_on}</cbc:DueDate>"}
<cbc:{tag}TypeCode>{"381" if bill.credits else "380"}</cbc:{tag}TypeCode>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>{corrects}
<cac:AccountingSupplierParty><cac:Party><cac:PartyTaxScheme><cbc:CompanyID>{OWN_VAT}</cbc:CompanyID>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity>
<cbc:RegistrationName>{_FIRM}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cbc:SupplierAssignedAccountID>{debtor.code}</cbc:SupplierAssignedAccountID><cac:Party>
<cac:PostalAddress><cbc:StreetName>{escape(debtor.street)}</cbc:StreetName>
<cbc:CityName>{escape(debtor.city)}</cbc:CityName><cbc:PostalZone>{debtor.postcode}</cbc:PostalZone>
<cac:Country><cbc:IdentificationCode>{debtor.country}</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyTaxScheme><cbc:CompanyID>{debtor.vat}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>
</cac:PartyTaxScheme><cac:PartyLegalEntity><cbc:RegistrationName>{escape(debtor.name)}</cbc:RegistrationName>
<cbc:CompanyID schemeID="0208">{debtor.bce}</cbc:CompanyID></cac:PartyLegalEntity>
<cac:Contact><cbc:ElectronicMail>{debtor.email}</cbc:ElectronicMail></cac:Contact></cac:Party>
</cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode><cbc:PaymentID>{bill.structured}</cbc:PaymentID>
<cac:PayeeFinancialAccount><cbc:ID>{OWN_IBAN["be"]}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">{spell(vat)}</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">{spell(net)}</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="EUR">{spell(net)}</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">{spell(bill.total)}</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">{spell(bill.total)}</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:{tag}Line><cbc:ID>1</cbc:ID><cbc:{"Credited" if bill.credits else "Invoiced"}Quantity unitCode="C62">1\
</cbc:{"Credited" if bill.credits else "Invoiced"}Quantity>
<cbc:LineExtensionAmount currencyID="EUR">{spell(net)}</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>Luminaires, {rate} %</cbc:Name></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="EUR">{spell(net)}</cbc:PriceAmount></cac:Price></cac:{tag}Line>
</{tag}>
"""
    return text.encode()


def _pdf(bill: Bill, debtor: Debtor, xml: bytes) -> bytes:
    """One A4 page that a person can read, with the XML attached under the name that Factur-X wants."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    fonts = {
        NameObject(f"/{key}"): DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject(f"/{font}"),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
        for key, font in (("F1", "Helvetica"), ("F2", "Helvetica-Bold"))
    }
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject(fonts)})
    stream = ContentStream(None, writer)
    stream.set_data("\n".join(_drawn(bill, debtor)).encode("cp1252"))
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer.add_attachment("factur-x.xml", xml)
    writer.add_metadata({"/Title": f"Facture {bill.number}", "/Author": _FIRM})
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def _drawn(bill: Bill, debtor: Debtor) -> list[str]:
    """The page, line by line: (font, size, x, y, words)."""
    net, rate = _net(bill, debtor)
    words = [
        ("F2", 20, 60, 770, _FIRM),
        ("F1", 10, 60, 752, "Luminaires d’atelier · 12 rue de la Lampe, 59000 Lille"),
        ("F1", 11, 340, 690, debtor.name),
        ("F1", 11, 340, 674, debtor.street),
        ("F1", 11, 340, 658, f"{debtor.postcode} {debtor.city}"),
        ("F2", 15, 60, 600, f"Facture {bill.number}"),
        ("F1", 11, 60, 578, f"Date : {bill.issued_on:%d/%m/%Y}     Échéance : {bill.due_on:%d/%m/%Y}"),
        ("F1", 11, 60, 530, "Luminaires et pose"),
        ("F1", 11, 440, 530, _euros(net)),
        ("F1", 11, 60, 508, f"TVA {rate} %"),
        ("F1", 11, 440, 508, _euros(bill.total - net)),
        ("F2", 12, 60, 480, "Total TTC"),
        ("F2", 12, 440, 480, _euros(bill.total)),
        ("F1", 9, 60, 90, f"IBAN {OWN_IBAN[debtor.account]} · SIREN {OWN_SIREN} · TVA {OWN_VAT}"),
    ]
    return [f"BT /{font} {size} Tf {x} {y} Td ({_escaped(text)}) Tj ET" for font, size, x, y, text in words]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _euros(cents: int) -> str:
    return spell(cents).replace(".", ",") + " €"
