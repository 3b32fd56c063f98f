"""UBL 2 invoices and credit notes: Peppol BIS 3, UBL.BE and e-FFF, XRechnung, the French CTC flows."""

import re
from collections.abc import Iterator

from lxml import etree

from acquit.billing.formats import einvoice, lines, party
from acquit.billing.formats.shape import Options, unreadable
from acquit.rules.claims import FileSheet, PartySheet
from acquit.rules.files import parse_xml
from acquit.rules.refusal import Reason, Refused, gettext_noop

NAME = "ubl"
_SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
_ROOT = re.compile(rb"<(?:[\w.-]+:)?[A-Z][A-Za-z]+[\s>]")
_NOT_INVOICE = gettext_noop("C’est un document UBL « %(tag)s », pas une facture ni un avoir.")
_AMOUNTS = {
    "BT-106": "LineExtensionAmount",
    "BT-107": "AllowanceTotalAmount",
    "BT-108": "ChargeTotalAmount",
    "BT-109": "TaxExclusiveAmount",
    "BT-112": "TaxInclusiveAmount",
    "BT-113": "PrepaidAmount",
    "BT-114": "PayableRoundingAmount",
    "BT-115": "PayableAmount",
}


def recognises(content: bytes, name: str) -> bool:
    """Whether the document's own namespace is one of UBL 2's."""
    head = content[:20_000].replace(b"\0", b"")
    return _SPACE.encode() in head and bool(_ROOT.search(head))


def read(content: bytes, name: str, options: Options) -> FileSheet:
    """The one claim of a UBL invoice or credit note; other UBL documents are refused by name."""
    try:
        root = parse_xml(content, name)
        tag = etree.QName(root)
        if tag.localname not in ("Invoice", "CreditNote") or not (tag.namespace or "").startswith(_SPACE):
            raise Refused(Reason(_NOT_INVOICE, {"tag": tag.localname[:60]}))
        faults: list[Reason] = []
        terms = _terms(root, tag.localname, faults)
        return einvoice.sheet(terms, name, NAME, options, [*faults, *lines.faults(_lines(root))])
    except Refused as refused:
        return unreadable(name, NAME, *refused.reasons)


def _terms(root: etree._Element, tag: str, faults: list[Reason]) -> einvoice.Terms:
    currency = _text(root, "DocumentCurrencyCode") or _currency_of_total(root)
    sums = _first(root, "LegalMonetaryTotal")
    amounts = {term: _text(sums, name) for term, name in _AMOUNTS.items()}
    due = [
        *_all(root, "DueDate"),
        *_all(root, "PaymentMeans/PaymentDueDate"),
        *_all(root, "PaymentTerms/PaymentDueDate"),
    ]
    return einvoice.Terms(
        number=_text(root, "ID"),
        issued=_text(root, "IssueDate"),
        type_code=_text(root, "InvoiceTypeCode") or _text(root, "CreditNoteTypeCode"),
        credit_note=tag == "CreditNote",
        currency=currency,
        due=tuple(filter(None, ((e.text or "").strip() for e in due))),
        buyer=_party(_first(root, "AccountingCustomerParty"), faults),
        seller=_party(_first(root, "AccountingSupplierParty"), []),
        order_reference=_text(root, "OrderReference/ID"),
        preceding=_text(root, "BillingReference/InvoiceDocumentReference/ID"),
        iban=next((t for t in _ibans(root) if t), ""),
        remittance=_text(root, "PaymentMeans/PaymentID") or _text(root, "PaymentMeans/InstructionID"),
        amounts=amounts | {"BT-110": _vat(root, currency), "BT-DEX-002": _for_third_parties(root)},
    )


def _lines(root: etree._Element) -> Iterator[lines.Line]:
    for item in (*_all(root, "InvoiceLine"), *_all(root, "CreditNoteLine")):
        extras = [(_text(e, "ChargeIndicator"), _text(e, "Amount")) for e in _all(item, "AllowanceCharge")]
        yield lines.Line(
            number=_text(item, "ID"),
            net=_text(item, "LineExtensionAmount"),
            price=_text(item, "Price/PriceAmount"),
            basis=_text(item, "Price/BaseQuantity"),
            quantity=_text(item, "InvoicedQuantity") or _text(item, "CreditedQuantity"),
            charges=tuple(amount for sign, amount in extras if sign == "true"),
            allowances=tuple(amount for sign, amount in extras if sign != "true"),
        )


def _party(customer: etree._Element | None, faults: list[Reason]) -> PartySheet:
    element = _first(customer, "Party")
    ids = (
        *_all(element, "PartyLegalEntity/CompanyID"),
        *_all(element, "PartyIdentification/ID"),
        *_all(element, "EndpointID"),
    )
    pairs = [(e.get("schemeID") or e.get("schemeAgencyName") or "", e.text or "") for e in ids]
    address = _first(element, "PostalAddress")
    endpoint = _first(element, "EndpointID")
    by_mail = endpoint is not None and endpoint.get("schemeID") == "EM"
    raw = party.identifiers_of(pairs) | {
        "name": _text(element, "PartyLegalEntity/RegistrationName")
        or _text(element, "PartyName/Name")
        or _person(element),
        "code": _text(customer, "SupplierAssignedAccountID") or _own_code(element),
        "vat": _vat_number(element),
        "email": _text(element, "Contact/ElectronicMail") or (_text(element, "EndpointID") if by_mail else ""),
        "phone": _text(element, "Contact/Telephone"),
        "contact": _text(element, "Contact/Name"),
        "street": _street(address),
        "postcode": _text(address, "PostalZone"),
        "city": _text(address, "CityName"),
        "country": _text(address, "Country/IdentificationCode"),
    }
    return party.party(raw, faults)


def _street(address: etree._Element | None) -> str:
    number = " ".join(filter(None, (_text(address, "StreetName"), _text(address, "BuildingNumber"))))
    more = _text(address, "AdditionalStreetName"), _text(address, "AddressLine/Line")
    return ", ".join(filter(None, (number, *more)))


def _person(element: etree._Element | None) -> str:
    person = _first(element, "Person")
    return f"{_text(person, 'FirstName')} {_text(person, 'FamilyName')}".strip()


def _own_code(element: etree._Element | None) -> str:
    """The customer's number with the seller (BT-46): an identification under no registered scheme."""
    plain = (e for e in _all(element, "PartyIdentification/ID") if not (e.get("schemeID") or e.get("schemeAgencyName")))
    return next(((e.text or "").strip() for e in plain), "")


def _vat_number(element: etree._Element | None) -> str:
    for tax in _all(element, "PartyTaxScheme"):
        if _text(tax, "TaxScheme/ID") in ("VAT", ""):
            return _text(tax, "CompanyID")
    return ""


def _ibans(root: etree._Element) -> list[str]:
    return [(e.text or "").strip() for e in _all(root, "PaymentMeans/PayeeFinancialAccount/ID")]


def _vat(root: etree._Element, currency: str) -> str:
    """The VAT total in the document's currency: a second one may be in the currency of the books."""
    found = _all(root, "TaxTotal/TaxAmount")
    return next((e.text or "" for e in found if e.get("currencyID", currency) == currency), "")


def _for_third_parties(root: etree._Element) -> str:
    """What is collected for someone else and added to the amount due, in XRechnung's extension only."""
    if "xrechnung" not in _text(root, "CustomizationID") or "extension" not in _text(root, "CustomizationID"):
        return ""
    found = [(e.text or "").strip() for e in _all(root, "PrepaidPayment/PaidAmount")]
    return einvoice.added(found)


def _currency_of_total(root: etree._Element) -> str:
    found = _all(root, "LegalMonetaryTotal/PayableAmount")
    return found[0].get("currencyID", "") if found else ""


def _all(element: etree._Element | None, path: str) -> list[etree._Element]:
    steps = "/".join("{*}" + step for step in path.split("/"))
    return [] if element is None else element.findall(steps)


def _first(element: etree._Element | None, path: str) -> etree._Element | None:
    found = _all(element, path)
    return found[0] if found else None


def _text(element: etree._Element | None, path: str) -> str:
    found = _all(element, path)
    return (found[0].text or "").strip() if found else ""
