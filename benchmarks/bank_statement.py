"""A camt.053 of 10,000 lines imported, and matched against 100,000 open invoices, certain ones booked."""

import sys
from datetime import timedelta

from acquit.bank import actions
from acquit.parties.scope import firm_scope
from acquit.receivables.models import Standing
from benchmarks import world

IBAN = "FR7630004008280001234567647"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>B</MsgId><CreDtTm>2026-11-24T06:00:00</CreDtTm></GrpHdr><Stmt><Id>S</Id>
<CreDtTm>2026-11-24T06:00:00</CreDtTm><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Dt><Dt>2026-11-23</Dt></Dt></Bal><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-24</Dt></Dt></Bal>"""
_ENTRY = """<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-23</Dt>
</BookgDt><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Client {customer:07}</Nm></Dbtr></RltdPties>
<RmtInf><Ustrd>FACTURE {reference} MERCI</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""


def statement(lines: int, open_count: int) -> bytes:
    """Transfers that name an invoice each, nine in ten with its exact amount."""
    entries, total = [], 0
    for n in range(lines):
        number = n * (open_count // lines)
        cents = 10_000 + number % 90_000 - (100 if n % 10 == 9 else 0)
        total += cents
        entries.append(_ENTRY.format(amount=f"{cents / 100:.2f}", customer=number % 10_000, reference=f"L-{number:07}"))
    head = _HEAD.format(iban=IBAN, closing=f"{total / 100:.2f}")
    return (head + "".join(entries) + "</Stmt></BkToCstmrStmt></Document>").encode()


def main() -> None:
    """Lines a second from the file to the booked payment."""
    lines, open_count = (int(a) for a in (sys.argv[1:] or ["10000", "100000"]))
    result: dict[str, float] = {}
    firm = world.firm("bank")
    with firm_scope(firm):
        ids = world.customers(firm, open_count // world.INVOICES_PER_CUSTOMER)
        world.claims(firm, ids, open_count, -(timedelta(20).days), "L")
        file = statement(lines, open_count)
        with world.timed(result, "import"):
            report = actions.import_statement(firm, [("releve.xml", file)], world.BY)
        with world.timed(result, "match"):
            applied = actions.apply_certain(firm, world.BY)
        settled = Standing.objects.filter(owed=0).count()
    assert report.new == lines
    assert applied == settled == lines - lines // 10, (applied, settled)
    whole = result["import"] + result["match"]
    steps = f"imported {result['import']:.1f} s, matched and booked {result['match']:.1f} s"
    print(f"{world.engine()}: {lines:,} lines, {open_count:,} open: {steps}: {lines / whole:,.0f} lines/s")
