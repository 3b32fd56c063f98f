"""Bank statements of the example: camt.053 of a French bank, the table of a Belgian one. Opening + moves = closing."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from xml.sax.saxutils import escape

from acquit.demo.cast import OWN_IBAN
from acquit.demo.world import Move
from acquit.rules.identifiers import spell_ogm
from acquit.rules.money import spell

OPENING = {"fr": 1843250, "be": 912075}
"""Cents on each account before the first movement."""


def _balance(moves: Iterable[Move], account: str, until: date) -> int:
    return OPENING[account] + sum(m.cents for m in moves if m.account == account and m.booked_on <= until)


def _period(moves: Iterable[Move], account: str, first: date, last: date) -> list[Move]:
    return [m for m in moves if m.account == account and first <= m.booked_on <= last]


def camt(moves: Sequence[Move], first: date, last: date, *, account: str = "fr", iban: str = "") -> bytes:
    """A camt.053 of an account from one day to another, both included."""
    opening = _balance(moves, account, first - timedelta(1))
    closing = _balance(moves, account, last)
    entries = "".join(_entry(move) for move in _period(moves, account, first, last))
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>R{last:%Y%m%d}</MsgId><CreDtTm>{last}T21:00:00</CreDtTm></GrpHdr>
<Stmt><Id>RELEVE-{first:%Y%m%d}-{last:%Y%m%d}</Id><CreDtTm>{last}T21:00:00</CreDtTm>
<FrToDt><FrDtTm>{first}T00:00:00</FrDtTm><ToDtTm>{last}T23:59:59</ToDtTm></FrToDt>
<Acct><Id><IBAN>{iban or OWN_IBAN[account]}</IBAN></Id><Ccy>EUR</Ccy></Acct>
{_balance_node("OPBD", opening, first)}{_balance_node("CLBD", closing, last)}
{entries}</Stmt></BkToCstmrStmt></Document>
"""
    return text.encode()


def _balance_node(code: str, cents: int, on: date) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(cents)}<Dt><Dt>{on}</Dt></Dt></Bal>"


def _amount(cents: int) -> str:
    sign = "CRDT" if cents >= 0 else "DBIT"
    return f'<Amt Ccy="EUR">{spell(abs(cents))}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _entry(move: Move) -> str:
    side = "Dbtr" if move.cents > 0 else "Cdtr"
    account = f"<{side}Acct><Id><IBAN>{move.iban}</IBAN></Id></{side}Acct>" if move.iban else ""
    party = f"<RltdPties><{side}><Pty><Nm>{escape(move.name)}</Nm></Pty></{side}>{account}</RltdPties>"
    if move.structured:
        words = f"<Strd><CdtrRefInf><Ref>{spell_ogm(move.structured)}</Ref></CdtrRefInf></Strd>"
    else:
        words = f"<Ustrd>{escape(move.label)}</Ustrd>"
    return (
        f"<Ntry>{_amount(move.cents)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{move.booked_on}</Dt></BookgDt>"
        f"<ValDt><Dt>{move.booked_on}</Dt></ValDt><NtryDtls><TxDtls>{party}"
        f"<RmtInf>{words}</RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


_KBC = (
    "Rekeningnummer", "Rubrieknaam", "Naam", "Munt", "Afschriftnummer", "Datum", "Omschrijving", "Valuta", "Bedrag",
    "Saldo", "credit", "debet", "rekeningnummer tegenpartij", "BIC tegenpartij", "Naam tegenpartij",
    "Adres tegenpartij", "gestructureerde mededeling", "Vrije mededeling",
)  # fmt: skip


def belgian_csv(moves: Sequence[Move], first: date, last: date) -> bytes:
    """The Belgian account as KBC exports it: carriage returns alone end the lines, amounts are -1.234,56."""
    balance = _balance(moves, "be", first - timedelta(1))
    text = io.StringIO()
    table = csv.writer(text, delimiter=";", lineterminator="\r")
    table.writerow(_KBC)
    for move in _period(moves, "be", first, last):
        balance += move.cents
        table.writerow(_kbc_row(move, balance))
    return text.getvalue().encode("cp1252")


def _kbc_row(move: Move, balance: int) -> list[str]:
    amount = _flemish(move.cents)
    day = f"{move.booked_on:%d/%m/%Y}"
    return [
        OWN_IBAN["be"],
        "Bedrijfsrekening",
        "ATELIER LUMEN",
        "EUR",
        f"{move.booked_on:%Y%j}",
        day,
        "OVERSCHRIJVING" if move.cents > 0 else "BETALING",
        day,
        amount,
        _flemish(balance),
        amount if move.cents > 0 else "",
        amount if move.cents < 0 else "",
        move.iban,
        "",
        move.name,
        "",
        spell_ogm(move.structured).replace("+", "*") if move.structured else "",
        move.label,
    ]


def _flemish(cents: int) -> str:
    whole, _, part = spell(abs(cents)).partition(".")
    groups = f"{int(whole):,}".replace(",", ".")
    return f"{'-' if cents < 0 else ''}{groups},{part}"
