"""camt.052, 053 and 054 (ISO 20022, versions 02 to 13): what one XML statement says, checked to the cent.

Only booked entries count. A batch becomes one movement per detail when the details add up to the entry.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from lxml.etree import _Element

from acquit.rules.dates import parse_date
from acquit.rules.files import parse_xml
from acquit.rules.identifiers import as_written, bare, check_structured, passes
from acquit.rules.money import parse_amount, spell
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any
from acquit.rules.statement import UNBALANCED, Movement, StatementSheet

NAME = "camt"
MOVEMENTS_MAX = 100_000

_KINDS = {"BkToCstmrAcctRpt": "camt.052", "BkToCstmrStmt": "camt.053", "BkToCstmrDbtCdtNtfctn": "camt.054"}
_STATEMENTS = ("Rpt", "Stmt", "Ntfctn")
_XS_DECIMAL = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,17})?|\.[0-9]{1,17}", re.ASCII)
_NO_REFERENCE = {"", "NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NONE"}

_NO_STATEMENT = gettext_noop("Le fichier camt ne contient aucun relevé de compte.")
_NO_AMOUNT = gettext_noop("Une écriture n’a pas de montant.")
_BAD_AMOUNT = gettext_noop("Le montant « %(text)s » n’est pas un nombre décimal positif (ISO 20022).")
_NO_CURRENCY = gettext_noop("Le montant « %(text)s » n’a pas de monnaie.")
_OTHER_CURRENCY = gettext_noop("Une écriture est en %(found)s sur un compte en %(account)s.")
_NO_SIGN = gettext_noop("Le sens « %(text)s » d’une écriture n’est ni CRDT ni DBIT.")
_NO_DATE = gettext_noop("Une écriture n’a aucune date, et le relevé non plus.")
_DATED_BY_STATEMENT = gettext_noop("Écritures sans date, qui ont pris celle du relevé : %(count)s.")
_TOO_MANY = gettext_noop("Le fichier contient plus de %(limit)s mouvements : coupez-le en plusieurs.")
_PENDING = gettext_noop("Écritures non comptabilisées, laissées de côté : %(count)s.")
_ZERO = gettext_noop("Écritures d’un montant nul, laissées de côté : %(count)s.")
_NO_ACCOUNT = gettext_noop("Le relevé %(reference)s ne dit pas de quel compte il s’agit.")
_BALANCE_CURRENCY = gettext_noop("Les soldes du relevé %(reference)s ne sont pas dans la monnaie du compte.")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One `Ntry` with the parts that its movements share."""

    node: _Element
    cents: int
    currency: str
    booked_on: date
    value_on: date | None
    dated: bool
    """False when the day is the statement's, for want of one in the entry."""
    reversal: bool


def recognises(content: bytes, name: str) -> bool:
    """Whether the bytes hold one of the three camt messages, in an 8-bit encoding or in UTF-16."""
    head = content[:20_000].replace(b"\x00", b"")
    return any(kind.encode() in head for kind in _KINDS)


def read(content: bytes, name: str) -> list[StatementSheet]:
    """The statements of a camt file. Raises `Refused` with all the faults of all of them."""
    root = parse_xml(content, name)
    sheets: list[StatementSheet] = []
    reasons: list[Reason] = []
    for message in _children(root, *_KINDS) if _local(root) not in _KINDS else [root]:
        for node in _children(message, *_STATEMENTS):
            try:
                sheets.append(_sheet(node, _KINDS[_local(message)], name))
            except Refused as refused:
                reasons += refused.reasons
    if not sheets and not reasons:
        reasons.append(Reason(_NO_STATEMENT, file=name))
    if sum(len(sheet.movements) for sheet in sheets) > MOVEMENTS_MAX:
        reasons.append(Reason(_TOO_MANY, {"limit": MOVEMENTS_MAX}, name))
    refuse_if_any(reasons)
    return sheets


def _sheet(node: _Element, source: str, name: str) -> StatementSheet:
    """One statement: its entries, its balances, and whether they agree."""
    balances, currency, faults = _balances(node, name)
    made_on = balances.closed_on or _day(node, "CreDtTm")
    entries: list[_Entry] = []
    all_entries = list(_children(node, "Ntry"))
    booked = [entry for entry in all_entries if _entry_state(entry) in ("BOOK", "")]
    for entry_node in booked:
        try:
            entries.append(_entry(entry_node, currency, made_on))
            currency = currency or entries[-1].currency
        except Refused as refused:
            faults += [reason.at(name, _line(entry_node)) for reason in refused.reasons]
    refuse_if_any(faults)
    counts = {
        _PENDING: len(all_entries) - len(booked),
        _ZERO: sum(entry.cents == 0 for entry in entries),
        _DATED_BY_STATEMENT: sum(not entry.dated for entry in entries),
    }
    warnings = [Reason(template, {"count": count}, name) for template, count in counts.items() if count]
    entries = [entry for entry in entries if entry.cents]
    return _checked_sheet(node, source, currency, balances, entries, warnings, name)


def _checked_sheet(
    node: _Element,
    source: str,
    currency: str,
    balances: "_Balances",
    entries: list[_Entry],
    warnings: list[Reason],
    name: str,
) -> StatementSheet:
    """All of it as one value, with what it contradicts itself in: opening + movements must make the closing."""
    reference = _text(node, "Id")
    if balances.foreign:
        warnings.append(Reason(_BALANCE_CURRENCY, {"reference": reference}, name))
    account = _account(node)
    if not account:
        warnings.append(Reason(_NO_ACCOUNT, {"reference": reference}, name))
    return StatementSheet(
        account=account,
        currency=currency or "EUR",
        movements=tuple(movement for entry in entries for movement in _movements(entry)),
        source=source,
        opening=balances.opening,
        closing=balances.closing,
        from_on=_day(node, "FrToDt/FrDtTm", "FrToDt/FrDt") or balances.opened_on,
        to_on=_day(node, "FrToDt/ToDtTm", "FrToDt/ToDt") or balances.closed_on,
        reference=reference,
        warnings=tuple(warnings),
        imbalance=_imbalance(balances, sum(entry.cents for entry in entries), currency, reference, name),
    )


def _imbalance(balances: "_Balances", moved: int, currency: str, reference: str, name: str) -> Reason | None:
    opening, closing = balances.opening, balances.closing
    if opening is None or closing is None or opening + moved == closing:
        return None
    spelt = {"opening": opening, "movements": moved, "closing": closing}
    values: dict[str, object] = {key: spell(cents, currency) for key, cents in spelt.items()}
    return Reason(UNBALANCED, {**values, "reference": reference, "currency": currency}, name)


@dataclass(slots=True)
class _Balances:
    """Opening and closing booked balances, in the account's currency."""

    opening: int | None = None
    closing: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    foreign: bool = False
    """A booked balance is in another currency than the account, and was passed over."""


def _balances(node: _Element, name: str) -> tuple[_Balances, str, list[Reason]]:
    """The booked balances, the account's currency (empty when nothing says it), and the faults found."""
    found = _Balances()
    currency = _text(node, "Acct/Ccy")
    faults: list[Reason] = []
    for balance in _children(node, "Bal"):
        kind = _text(balance, "Tp/CdOrPrtry/Cd")
        if kind not in ("OPBD", "PRCD", "CLBD"):
            continue
        try:
            cents, its_currency = _signed(balance)
            day = _day(balance, "Dt/Dt", "Dt/DtTm")
        except Refused as refused:
            faults += [reason.at(name, _line(balance)) for reason in refused.reasons]
            continue
        currency = currency or its_currency
        if its_currency != currency:
            found.foreign = True
        elif kind == "CLBD":
            found.closing, found.closed_on = cents, day
        elif kind == "OPBD" or found.opening is None:
            found.opening, found.opened_on = cents, day
    return found, currency, faults


def _entry_state(node: _Element) -> str:
    """BOOK, PDNG, INFO…: plain text up to version 07, a code in a box after it."""
    return _text(node, "Sts/Cd") or _text(node, "Sts")


def _entry(node: _Element, currency: str, made_on: date | None) -> _Entry:
    cents, its_currency = _signed(node)
    if currency and its_currency != currency:
        raise Refused(Reason(_OTHER_CURRENCY, {"found": its_currency, "account": currency}))
    value_on = _day(node, "ValDt/Dt", "ValDt/DtTm")
    its_day = _day(node, "BookgDt/Dt", "BookgDt/DtTm") or value_on
    booked_on = its_day or made_on
    if booked_on is None:
        raise Refused(Reason(_NO_DATE))
    reversal = _text(node, "RvslInd") in ("true", "1")
    return _Entry(node, cents, its_currency, booked_on, value_on, its_day is not None, reversal)


def _signed(node: _Element) -> tuple[int, str]:
    """Amount of an entry or balance, negative for a debit, and its currency.

    A reversal needs no care: the standard has the indicator tell the direction of the reversal itself.
    """
    amount = next(_children(node, "Amt"), None)
    if amount is None:
        raise Refused(Reason(_NO_AMOUNT))
    cents, currency = _amount(amount)
    sign = _text(node, "CdtDbtInd")
    if sign not in ("CRDT", "DBIT"):
        raise Refused(Reason(_NO_SIGN, {"text": sign[:20]}))
    return (cents if sign == "CRDT" else -cents), currency


def _amount(node: _Element) -> tuple[int, str]:
    text = (node.text or "").strip()
    currency = (node.get("Ccy") or "").strip()
    if not _XS_DECIMAL.fullmatch(text):
        raise Refused(Reason(_BAD_AMOUNT, {"text": text[:40]}))
    if not re.fullmatch("[A-Z]{3}", currency):
        raise Refused(Reason(_NO_CURRENCY, {"text": text}))
    return parse_amount(text, currency=currency, decimal="."), currency


def _movements(entry: _Entry) -> Iterator[Movement]:
    """One movement, or one per detail of a batch whose details add up to the entry."""
    details = [detail for group in _children(entry.node, "NtryDtls") for detail in _children(group, "TxDtls")]
    shares = [_detail_cents(detail, entry) for detail in details]
    if len(details) > 1 and all(shares) and sum(share or 0 for share in shares) == entry.cents:
        for detail, share in zip(details, shares, strict=True):
            yield _movement(entry, [detail], share or 0)
    else:
        yield _movement(entry, details, entry.cents)


def _detail_cents(detail: _Element, entry: _Entry) -> int | None:
    """Signed amount of one detail in the entry's currency; None when the bank does not give it."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        node = next(_walk(detail, path.split("/")), None)
        if node is None:
            continue
        try:
            cents, currency = _amount(node)
        except Refused:
            return None
        if currency == entry.currency:
            sign = _text(detail, "CdtDbtInd") or ("DBIT" if entry.cents < 0 else "CRDT")
            return cents if sign == "CRDT" else -cents
    return None


def _movement(entry: _Entry, details: list[_Element], cents: int) -> Movement:
    """A movement with what the details tell; with several details, what only one could tell is left out."""
    only = details[0] if len(details) == 1 else None
    references = [ref for detail in details for ref in _creditor_references(detail)]
    valid = list(dict.fromkeys(bare(ref) for ref in references if passes(check_structured, ref)))
    other = [as_written(ref) for ref in references if not passes(check_structured, ref)]
    label = _joined(
        [*(text for detail in details for text in _texts(detail)), *other, _text(entry.node, "AddtlNtryInf")]
    )
    name, iban = _counterparty(only, outgoing=(cents < 0) != entry.reversal) if only is not None else ("", "")
    end_to_end = _text(only, "Refs/EndToEndId") if only is not None else ""
    own_reference = _text(only, "Refs/AcctSvcrRef") if only is not None else ""
    return Movement(
        booked_on=entry.booked_on,
        cents=cents,
        currency=entry.currency,
        label=label or _text(entry.node, "BkTxCd/Prtry/Cd"),
        value_on=entry.value_on,
        name=name,
        iban=iban,
        structured=valid[0] if len(valid) == 1 else "",
        end_to_end="" if bare(end_to_end) in _NO_REFERENCE else end_to_end,
        bank_reference=own_reference or _text(entry.node, "AcctSvcrRef") or _text(entry.node, "NtryRef"),
    )


def _creditor_references(detail: _Element) -> Iterator[str]:
    for node in _walk(detail, ["RmtInf", "Strd", "CdtrRefInf", "Ref"]):
        if text := (node.text or "").strip():
            yield text


def _texts(detail: _Element) -> Iterator[str]:
    """All that a detail says in words: communication, numbers of documents, why it came back."""
    paths = (
        "RmtInf/Ustrd",
        "RmtInf/Strd/RfrdDocInf/Nb",
        "RmtInf/Strd/AddtlRmtInf",
        "RtrInf/Rsn/Cd",
        "RtrInf/AddtlInf",
        "AddtlTxInf",
    )
    for path in paths:
        for node in _walk(detail, path.split("/")):
            yield (node.text or "").strip()


def _joined(texts: Iterable[str]) -> str:
    """The texts once each, on one line."""
    return " ".join(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))


def _counterparty(detail: _Element, *, outgoing: bool) -> tuple[str, str]:
    """Name and account of the other side: the creditor when we paid, the debtor when we were paid.

    A reversal keeps the parties of the payment that it undoes. The ultimate party has the better name.
    """
    role = "Cdtr" if outgoing else "Dbtr"
    paths = (f"Ultmt{role}/Nm", f"Ultmt{role}/Pty/Nm", f"{role}/Nm", f"{role}/Pty/Nm")
    name = next((text for path in paths if (text := _text(detail, f"RltdPties/{path}"))), "")
    account = f"RltdPties/{role}Acct/Id"
    return " ".join(name.split()), bare(_text(detail, f"{account}/IBAN") or _text(detail, f"{account}/Othr/Id"))


def _account(node: _Element) -> str:
    return bare(_text(node, "Acct/Id/IBAN") or _text(node, "Acct/Id/Othr/Id"))


def _day(node: _Element, *paths: str) -> date | None:
    """The calendar day of the first path that is there, as the bank wrote it: no zone is applied."""
    text = next((found for path in paths if (found := _text(node, path))), "")
    return parse_date(text[:10] if re.match(r"\d{4}-\d{2}-\d{2}", text) else text) if text else None


def _line(node: _Element) -> int | None:
    return int(node.sourceline) if isinstance(node.sourceline, int) else None


def _local(node: _Element) -> str:
    """The tag without its namespace: banks use any version, and some none at all."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _children(node: _Element, *names: str) -> Iterator[_Element]:
    return (child for child in node if _local(child) in names)


def _walk(node: _Element, path: list[str]) -> Iterator[_Element]:
    """Every element at the end of a path of local names."""
    for child in _children(node, path[0]):
        if len(path) == 1:
            yield child
        else:
            yield from _walk(child, path[1:])


def _text(node: _Element, path: str) -> str:
    found = next(_walk(node, path.split("/")), None)
    return (found.text or "").strip() if found is not None else ""
