"""UN/CEFACT CII invoices: Factur-X and ZUGFeRD 1 and 2 of every profile, XRechnung, the French CTC flows."""

import re
from collections.abc import Iterator

from lxml import etree

from acquit.billing.formats import einvoice, lines, party
from acquit.billing.formats.shape import Options, unreadable
from acquit.rules.claims import FileSheet, PartySheet
from acquit.rules.files import parse_xml
from acquit.rules.refusal import Reason, Refused, gettext_noop

NAME = "cii"
_INVOICES = ("CrossIndustryInvoice", "CrossIndustryDocument")
_FAMILY = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:"
_OTHERS = {
    "SCRDMCCBDACIOMessageStructure": gettext_noop("C’est une commande (Order-X), pas une facture."),
    "CrossDomainAcknowledgementAndResponse": gettext_noop("C’est un statut de cycle de vie (CDAR), pas une facture."),
    "CrossIndustryOrder": gettext_noop("C’est une commande, pas une facture."),
    "CrossIndustryDespatchAdvice": gettext_noop("C’est un bon de livraison, pas une facture."),
}
_NOT_INVOICE = gettext_noop("L’élément « %(tag)s » n’est pas la racine d’une facture CII.")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(%s)[\s>]" % "|".join((*_INVOICES, *_OTHERS)).encode())

# ZUGFeRD 1 names the same places otherwise.
_PLACES = (
    ("ExchangedDocument", "HeaderExchangedDocument"),
    ("SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction"),
    ("ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement"),
    ("ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement"),
    ("SpecifiedTradeSettlementHeaderMonetarySummation", "SpecifiedTradeSettlementMonetarySummation"),
)
_OLD_NAMES = dict(_PLACES)
_AMOUNTS = {
    "BT-106": "LineTotalAmount",
    "BT-107": "AllowanceTotalAmount",
    "BT-108": "ChargeTotalAmount",
    "BT-109": "TaxBasisTotalAmount",
    "BT-110": "TaxTotalAmount",
    "BT-112": "GrandTotalAmount",
    "BT-113": "TotalPrepaidAmount",
    "BT-114": "RoundingAmount",
    "BT-115": "DuePayableAmount",
}


def recognises(content: bytes, name: str) -> bool:
    """Whether the root is one of the CII family's, invoices or not."""
    head = content[:20_000].replace(b"\0", b"")
    return bool(_ROOT.search(head)) or _FAMILY.encode() in head


def read(content: bytes, name: str, options: Options) -> FileSheet:
    """The one claim of a CII invoice; orders and lifecycle messages are refused by name."""
    try:
        root = parse_xml(content, name)
        local = etree.QName(root).localname
        if local not in _INVOICES:
            raise Refused(Reason(_OTHERS.get(local, _NOT_INVOICE), {"tag": local[:60]}))
        faults: list[Reason] = []
        terms = _terms(root, faults)
        return einvoice.sheet(terms, name, NAME, options, [*faults, *lines.faults(_lines(root))])
    except Refused as refused:
        return unreadable(name, NAME, *refused.reasons)


def _terms(root: etree._Element, faults: list[Reason]) -> einvoice.Terms:
    document = _place(root, "ExchangedDocument")
    trade = _place(root, "SupplyChainTradeTransaction")
    agreement = _place(trade, "ApplicableHeaderTradeAgreement")
    settlement = _place(trade, "ApplicableHeaderTradeSettlement")
    sums = _place(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")
    currency = _text(settlement, "InvoiceCurrencyCode")
    return einvoice.Terms(
        number=_text(document, "ID"),
        issued=_day(document, "IssueDateTime"),
        type_code=_text(document, "TypeCode"),
        currency=currency,
        due=tuple(filter(None, (_day(t, "DueDateDateTime") for t in _all(settlement, "SpecifiedTradePaymentTerms")))),
        buyer=_party(_place(agreement, "BuyerTradeParty"), faults),
        seller=_party(_place(agreement, "SellerTradeParty"), []),
        order_reference=_text(agreement, "BuyerOrderReferencedDocument/IssuerAssignedID")
        or _text(agreement, "BuyerOrderReferencedDocument/ID"),
        preceding=_text(settlement, "InvoiceReferencedDocument/IssuerAssignedID"),
        iban=_text(settlement, "SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID"),
        remittance=_text(settlement, "PaymentReference"),
        amounts={term: _amount(sums, tag, currency) for term, tag in _AMOUNTS.items()},
    )


def _lines(root: etree._Element) -> Iterator[lines.Line]:
    """The lines that count: in the EXTENDED profile a group repeats the sum of its lines."""
    for item in root.iterfind(".//{*}IncludedSupplyChainTradeLineItem"):
        if _text(item, "AssociatedDocumentLineDocument/LineStatusReasonCode") in ("GROUP", "INFORMATION"):
            continue
        price = _place(_place(item, "SpecifiedLineTradeAgreement"), "NetPriceProductTradePrice")
        settlement = _place(item, "SpecifiedLineTradeSettlement")
        extras = [
            (_text(e, "ChargeIndicator/Indicator"), _text(e, "ActualAmount"))
            for e in _all(settlement, "SpecifiedTradeAllowanceCharge")
        ]
        yield lines.Line(
            number=_text(item, "AssociatedDocumentLineDocument/LineID"),
            net=_text(settlement, "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount"),
            price=_text(price, "ChargeAmount"),
            basis=_text(price, "BasisQuantity"),
            quantity=_text(item, "SpecifiedLineTradeDelivery/BilledQuantity"),
            charges=tuple(amount for sign, amount in extras if sign == "true"),
            allowances=tuple(amount for sign, amount in extras if sign != "true"),
        )


def _party(element: etree._Element | None, faults: list[Reason]) -> PartySheet:
    pairs = [(e.get("schemeID", ""), e.text or "") for e in _all(element, "SpecifiedLegalOrganization/ID")]
    pairs += [(e.get("schemeID", ""), e.text or "") for e in _all(element, "GlobalID")]
    taxes = _all(element, "SpecifiedTaxRegistration/ID")
    mails = _all(element, "URIUniversalCommunication/URIID")
    contact, address = _place(element, "DefinedTradeContact"), _place(element, "PostalTradeAddress")
    lines = (_text(address, "LineOne"), _text(address, "LineTwo"), _text(address, "LineThree"))
    raw = party.identifiers_of(pairs) | {
        "name": _text(element, "Name"),
        "code": _text(element, "ID"),
        "vat": next((e.text or "" for e in taxes if e.get("schemeID") in ("VA", None)), ""),
        "email": _text(contact, "EmailURIUniversalCommunication/URIID")
        or next((e.text or "" for e in mails if e.get("schemeID") == "EM"), ""),
        "phone": _text(contact, "TelephoneUniversalCommunication/CompleteNumber"),
        "contact": _text(contact, "PersonName") or _text(contact, "DepartmentName"),
        "street": ", ".join(filter(None, lines)),
        "postcode": _text(address, "PostcodeCode"),
        "city": _text(address, "CityName"),
        "country": _text(address, "CountryID"),
    }
    return party.party(raw, faults)


def _place(element: etree._Element | None, tag: str) -> etree._Element | None:
    """A child by its name of today or of ZUGFeRD 1, whatever the namespace's version."""
    if element is None:
        return None
    found = element.find("{*}" + tag)
    return element.find("{*}" + _OLD_NAMES[tag]) if found is None and tag in _OLD_NAMES else found


def _all(element: etree._Element | None, path: str) -> list[etree._Element]:
    steps = "/".join("{*}" + step for step in path.split("/"))
    return [] if element is None else element.findall(steps)


def _text(element: etree._Element | None, path: str) -> str:
    found = _all(element, path)
    return (found[0].text or "").strip() if found else ""


def _amount(sums: etree._Element | None, tag: str, currency: str) -> str:
    """An amount in the invoice's currency: the VAT may be given a second time in the books' currency."""
    found = _all(sums, tag)
    own = [e for e in found if e.get("currencyID", currency) == currency]
    return (own or found)[0].text or "" if found else ""


def _day(element: etree._Element | None, path: str) -> str:
    """A date as ISO text: format 102 is `20260331`; what is neither is left as it is, to be refused."""
    found = _all(element, path + "/DateTimeString") or _all(element, path + "/DateTime") or _all(element, path)
    text = (found[0].text or "").strip() if found else ""
    if len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text
