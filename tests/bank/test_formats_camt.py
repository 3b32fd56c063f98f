"""camt statements: what is booked, whom it came from, and that the balances agree or nothing is read."""

from datetime import date

import pytest

from acquit.bank.formats import read_file
from acquit.rules.refusal import Refused

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"


def amount(text: str, sign: str = "CRDT", currency: str = "EUR") -> str:
    return f'<Amt Ccy="{currency}">{text}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def balance(kind: str, text: str, **how) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{amount(text, **how)}<Dt><Dt>2026-03-02</Dt></Dt></Bal>"
    )


def entry(
    text: str, sign: str = "CRDT", *, details: str = "", more: str = "", state: str = "BOOK", currency="EUR"
) -> str:
    return (
        f"<Ntry>{amount(text, sign, currency)}{more}<Sts>{state}</Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt>"
        f"<AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def detail(text: str = "", *, parties: str = "", remittance: str = "", refs: str = "", more: str = "") -> str:
    sums = f'<AmtDtls><TxAmt><Amt Ccy="EUR">{text}</Amt></TxAmt></AmtDtls>' if text else ""
    return (
        f"<TxDtls><Refs>{refs}</Refs>{sums}<RltdPties>{parties}</RltdPties><RmtInf>{remittance}</RmtInf>{more}</TxDtls>"
    )


def document(*parts: str, namespace: str = f' xmlns="{NAMESPACE}"') -> bytes:
    account = "<Id>S-1</Id><Acct><Id><IBAN>FR76 3000 4008 2800 0123 4567 000</IBAN></Id></Acct>"
    statement = f"<BkToCstmrStmt><Stmt>{account}{''.join(parts)}</Stmt></BkToCstmrStmt>"
    return f'<?xml version="1.0"?><Document{namespace}>{statement}</Document>'.encode()


def only(*parts: str, **how):
    (sheet,) = read_file(document(*parts, **how), "releve.xml")
    return sheet


def refusal(*parts: str) -> str:
    with pytest.raises(Refused) as refused:
        read_file(document(*parts), "releve.xml")
    return str(refused.value)


DEBTOR = "<Dbtr><Nm>DUPONT  SARL</Nm></Dbtr><DbtrAcct><Id><IBAN>BE00 5390 0754 7000</IBAN></Id></DbtrAcct>"
CREDITOR = "<Cdtr><Nm>EDF</Nm></Cdtr><CdtrAcct><Id><IBAN>FR7630004008280001234567111</IBAN></Id></CdtrAcct>"


def strd(reference: str) -> str:
    return f"<Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd>"


def test_a_transfer_tells_who_paid_and_what_for():
    remittance = "<Ustrd>FACTURE</Ustrd><Ustrd>F-2026-036</Ustrd>"
    refs = "<EndToEndId>E2E-7</EndToEndId>"
    (movement,) = only(
        entry("1200.00", details=detail(parties=DEBTOR + CREDITOR, remittance=remittance, refs=refs))
    ).movements
    assert (movement.booked_on, movement.cents, movement.currency) == (date(2026, 3, 2), 120000, "EUR")
    assert (movement.name, movement.iban) == ("DUPONT SARL", "BE00539007547000")
    assert (movement.label, movement.end_to_end, movement.bank_reference) == ("FACTURE F-2026-036", "E2E-7", "B1")


def test_money_out_names_the_creditor():
    (movement,) = only(entry("85.10", "DBIT", details=detail(parties=DEBTOR + CREDITOR))).movements
    assert (movement.cents, movement.name) == (-8510, "EDF")


def test_a_returned_direct_debit_is_money_out_and_names_our_debtor_and_the_reason():
    returned = detail(parties=DEBTOR + CREDITOR, more="<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>")
    (movement,) = only(entry("50.00", "DBIT", details=returned, more="<RvslInd>true</RvslInd>")).movements
    assert (movement.cents, movement.name, movement.label) == (-5000, "DUPONT SARL", "AM04")


@pytest.mark.parametrize(
    ("written", "structured", "label"),
    [
        ("+++090/9337/55493+++", "090933755493", ""),
        ("090933755493", "090933755493", ""),
        ("RF18 5390 0754 7034", "RF18539007547034", ""),
        ("090933755494", "", "+++090/9337/55494+++"),
        ("F-2026-036", "", "F-2026-036"),
    ],
)
def test_a_structured_reference_is_kept_apart_when_its_check_passes(written, structured, label):
    (movement,) = only(entry("1.00", details=detail(remittance=strd(written)))).movements
    assert (movement.structured, movement.label) == (structured, label)


def test_a_batch_is_split_when_its_details_add_up():
    details = detail("70.00", remittance="<Ustrd>A</Ustrd>") + detail("30.00", remittance="<Ustrd>B</Ustrd>")
    assert [(m.cents, m.label) for m in only(entry("100.00", details=details)).movements] == [(7000, "A"), (3000, "B")]


@pytest.mark.parametrize(
    "second", [detail("29.99", remittance="<Ustrd>B</Ustrd>"), detail(remittance="<Ustrd>B</Ustrd>")]
)
def test_a_batch_that_does_not_add_up_stays_one_movement(second):
    details = detail("70.00", remittance="<Ustrd>A</Ustrd>") + second
    assert [(m.cents, m.label) for m in only(entry("100.00", details=details)).movements] == [(10000, "A B")]


@pytest.mark.parametrize("state", ["PDNG", "<Cd>PDNG</Cd>", "INFO", "<Cd>FUTR</Cd>"])
def test_what_is_not_booked_is_left_out_and_said(state):
    sheet = only(entry("1.00"), entry("2.00", state=state))
    assert [m.cents for m in sheet.movements] == [100]
    assert "non comptabilisées" in str(sheet.warnings[0])


@pytest.mark.parametrize("opening", ["OPBD", "PRCD"])
@pytest.mark.parametrize(
    "namespace", ["", f' xmlns="{NAMESPACE}"', ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.13"']
)
def test_opening_and_movements_make_the_closing(opening, namespace):
    parts = (balance(opening, "100.00"), balance("CLBD", "5.00", sign="DBIT"), entry("105.00", "DBIT"))
    sheet = only(*parts, namespace=namespace)
    assert (sheet.opening, sheet.closing, sheet.account) == (10000, -500, "FR7630004008280001234567000")


def test_a_statement_that_is_off_by_a_cent_is_refused_with_its_figures():
    text = refusal(balance("OPBD", "100.00"), balance("CLBD", "105.01"), entry("5.00"))
    assert "100.00" in text
    assert "105.01" in text


@pytest.mark.parametrize("text", ["1e5", "NaN", "Infinity", "-1.00", "١٢", "1,00", "", "1.005", "9" * 18])
def test_an_amount_that_is_no_plain_decimal_is_refused(text):
    assert "montant" in refusal(entry(text))


def test_every_fault_of_a_file_is_named_at_once():
    with pytest.raises(Refused) as refused:
        read_file(document(entry("NaN"), entry("1.00", "PLUS"), entry("1.00", currency="EURO")), "releve.xml")
    assert len(refused.value.reasons) == 3
    assert {reason.file for reason in refused.value.reasons} == {"releve.xml"}


def test_an_entry_in_another_currency_than_the_account_is_refused():
    assert "USD" in refusal(balance("OPBD", "1.00"), entry("2.00", currency="USD"))


@pytest.mark.parametrize(("text", "cents"), [("1200", 1200), ("1200.000", 1200)])
def test_currencies_without_decimals_are_whole(text, cents):
    assert only(entry(text, currency="JPY")).movements[0].cents == cents
