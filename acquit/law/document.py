"""What does docs/LAW.md say? Every regime, figure and rate with its source, written from the data."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from acquit.law import reference_rates as rates
from acquit.law.applicable import REGIMES
from acquit.law.citation import Citation, Confidence
from acquit.law.dated import Dated, Series
from acquit.law.einvoice_lifecycle import CODES, LifecycleCode
from acquit.law.regime import LateInterest, Start
from acquit.law.tables import figure, figure_keys

_HEAD = """# What the law says, as Acquit knows it

Generated from `acquit/law/data`: do not edit. A test fails when it is out of date; to write it again:

    python -c "from acquit.law.document import law_document as d; print(d(), end='')" > docs/LAW.md

This is documentation, not legal advice; no lawyer has validated it. Acquit shows the figure, its article and its
source; the user qualifies, chooses and signs.

How far a figure can be trusted:

- **text**: read in the text of the code;
- **concordant**: several sources agree;
- **single**: one source;
- **derived**: computed from other figures by the rule that defines it, and tested against that rule;
- **unverified**: from memory, to be checked before anybody relies on it.
"""

_STARTS = {
    Start.DUE_DAY: "the day after the due day, without notice",
    Start.NOTICE: "the day the debtor receives the formal notice",
    Start.REMINDER: "the day after the waiting time opened by the first, free, reminder",
}

_RATES: tuple[tuple[str, Series[Decimal]], ...] = (
    ("France: late payment between professionals, without clause (ECB + 10 points)", rates.FR_LATE_PAYMENT),
    ("France: floor of a clause between professionals (3 × legal rate)", rates.FR_CONTRACT_FLOOR),
    ("France: public buyers, frozen at the start (ECB + 8 points)", rates.FR_PUBLIC_BUYER),
    ("France: legal rate, professional creditor", rates.FR_LEGAL_PROFESSIONAL_CREDITOR),
    ("France: legal rate, private creditor", rates.FR_LEGAL_PRIVATE_CREDITOR),
    ("Belgium: commercial transactions (ECB + 8 points, up to the next half point)", rates.BE_COMMERCIAL),
    ("Belgium: commercial transactions, contracts before 16 March 2013", rates.BE_COMMERCIAL_OLD_CONTRACTS),
    ("Belgium: legal rate in civil matters", rates.BE_LEGAL_CIVIL),
    ("European Central Bank: main refinancing operations", rates.ECB_MAIN_REFINANCING),
)


def law_document() -> str:
    """The whole page as Markdown, ending with a newline."""
    parts = [_HEAD, "## Regimes\n", *map(_regime, REGIMES.values()), _conventions(), "## Figures\n", _figures()]
    for title, series in _RATES:
        parts += [f"## {title}\n", _rates(series)]
    parts += ["## Life cycle of a French electronic invoice\n", _lifecycle(CODES.values())]
    return "\n".join(parts).rstrip() + "\n"


def _regime(law: LateInterest) -> str:
    """One regime as a short list."""
    items = [
        f"Rate without clause: `{law.rate.name}`" + (", frozen on the first day" if law.frozen else ""),
        f"Runs from {_STARTS[law.start]}" + (f" ({law.waiting.latest.value} days)" if law.waiting else ""),
        f"Flat sum: {_euros(law.compensation)}",
        f"Rate of a contract: {_clause(law)}",
        f"Time to pay: {_terms(law)}",
        f"Limitation: {f'{law.limitation.latest.value} years' if law.limitation else 'not in our sources'}",
    ]
    return f"### `{law.regime}`\n\n" + "\n".join(f"- {item}" for item in items) + "\n"


def _euros(series: Series[int] | None) -> str:
    """The present value of a figure in cents."""
    if series is None:
        return "none"
    latest = series.latest
    return f"{Decimal(latest.value).scaleb(-2)} EUR per late invoice ({latest.citation.article})"


def _terms(law: LateInterest) -> str:
    """The present default and longest terms."""
    if law.term_default is None or law.term_longest is None:
        return "the law sets no term"
    return f"{law.term_default.latest.value} days by default, {law.term_longest.latest.value} at most"


def _clause(law: LateInterest) -> str:
    """Whether a contract may set the rate, and within which bounds."""
    if law.clause is None:
        return "not theirs to set"
    bounds = [f"not below `{law.floor.name}`"] if law.floor else []
    bounds += [f"not above `{law.ceiling.name}`"] if law.ceiling else []
    return ", ".join([f"allowed ({law.clause.article})", *bounds])


def _conventions() -> str:
    """The choices that no text makes for us."""
    return """## Conventions

- Interest = base × rate × days ÷ 365, actual days, also in leap years; each slice is rounded half up to the cent.
- A slice ends with the half-year where the rate moves, and with each payment, which counts from the day after it.
- A payment extinguishes interest, then principal (C. civ. art. 1343-1), the flat sum last; or principal first.
- Simple interest: interest bears no interest (C. civ. art. 1343-2).
- A half-year whose rate is not entered is refused, or marked provisional where a forecast was asked for.
- A French consumer's interest includes the day the formal notice was received.
- A contract rate below the French floor is computed as agreed, with a warning for each half-year concerned.
"""


def _figures() -> str:
    """All the figures that are not rates."""
    rows = [
        (key, entry.value, series.unit, *_validity(entry), *_origin(entry.citation))
        for key in figure_keys()
        for series in (figure(key),)
        for entry in series.entries
    ]
    return _table(("Figure", "Value", "Unit", "From", "To", *_ORIGIN), rows)


def _rates(series: Series[Decimal]) -> str:
    """One table of rates, latest first."""
    rows = [(*_validity(entry), f"{entry.value} %", *_origin(entry.citation)) for entry in reversed(series.entries)]
    return f"`{series.name}`\n\n" + _table(("From", "To", "Rate", *_ORIGIN), rows)


def _lifecycle(codes: Iterable[LifecycleCode]) -> str:
    """The codes and what they mean."""
    words = {True: "yes", False: "no", None: "?"}
    rows = [
        (c.code, c.label or "?", c.issuer or "?", words[c.mandatory], words[c.needs_reason], *_origin(c.citation))
        for c in codes
    ]
    return _table(("Code", "Label", "Issued by", "Mandatory", "Reason", *_ORIGIN), rows)


_ORIGIN = ("Article", "Confidence", "Source", "Checked on")


def _origin(citation: Citation) -> tuple[str, str, str, date]:
    """The last cells of each line."""
    confidence = citation.confidence.value
    if citation.confidence is Confidence.UNVERIFIED:
        confidence = f"**{confidence}**"
    if citation.note:
        confidence += f" ({citation.note})"
    return citation.article, confidence, citation.source, citation.checked_on


def _validity(entry: Dated[Decimal]) -> tuple[date, date | str]:
    """From when to when."""
    return entry.since, entry.until or ""


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; a bar inside a cell would end it, so it is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
