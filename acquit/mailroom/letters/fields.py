"""How each field of a letter is written, in the customer's language."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from acquit.mailroom.letters.facts import ReminderFacts, ReminderLine
from acquit.rules import spelling
from acquit.rules.wording import table_of

ROWS_MAX = 60
"""Longer tables end with one row for the rest, so that a message stays under 40 kB."""
CELL_MAX = 40
REFERENCE_MAX = 100
"""Banks carry 140 characters of communication; a longer list of invoice numbers is left out."""


@dataclass(frozen=True)
class _Words:
    """The few words that come with fields rather than with texts."""

    heads: tuple[str, str, str, str]
    heads_issued: tuple[str, str, str, str]
    total: str
    others: str
    not_due: str
    on: str
    hello: dict[str, str]
    """By title; what stands before a name."""
    hello_nobody: str
    formal: dict[str, str]
    formal_nobody: str


_WORDS = {
    "fr": _Words(
        heads=("Facture", "Échéance", "Retard", "Reste dû"),
        heads_issued=("Facture", "Date", "Échéance", "Reste dû"),
        total="Total",
        others="et %s autres",
        not_due="à échoir",
        on="le ",
        hello={"": "Bonjour ", "mrs": "Bonjour Madame ", "mr": "Bonjour Monsieur "},
        hello_nobody="Bonjour",
        formal={"mrs": "Madame ", "mr": "Monsieur "},
        formal_nobody="Madame, Monsieur",
    ),
    "nl": _Words(
        heads=("Factuur", "Vervaldag", "Te laat", "Openstaand"),
        heads_issued=("Factuur", "Datum", "Vervaldag", "Openstaand"),
        total="Totaal",
        others="en %s andere",
        not_due="niet vervallen",
        on="op ",
        hello={"": "Beste ", "mrs": "Beste mevrouw ", "mr": "Beste mijnheer "},
        hello_nobody="Geachte mevrouw, geachte heer",
        formal={"": "Geachte ", "mrs": "Geachte mevrouw ", "mr": "Geachte heer "},
        formal_nobody="Geachte mevrouw, geachte heer",
    ),
    "en": _Words(
        heads=("Invoice", "Due date", "Overdue", "Balance"),
        heads_issued=("Invoice", "Date", "Due date", "Balance"),
        total="Total",
        others="and %s others",
        not_due="not yet due",
        on="on ",
        hello={"": "Dear ", "mrs": "Dear Ms ", "mr": "Dear Mr "},
        hello_nobody="Hello",
        formal={"": "Dear ", "mrs": "Dear Ms ", "mr": "Dear Mr "},
        formal_nobody="Dear Sir or Madam",
    ),
}


def _words(facts: ReminderFacts) -> _Words:
    return _WORDS[spelling.language_of(facts.locale)]


def _only(facts: ReminderFacts) -> ReminderLine:
    (line,) = facts.lines
    return line


def _money(minor: int, facts: ReminderFacts) -> str:
    """An amount, or nothing when there is none to ask for."""
    return spelling.money(minor, facts.currency, facts.locale) if minor > 0 else ""


def _titled_name(facts: ReminderFacts) -> tuple[str, str]:
    """The title and the name it goes with: (`mrs`, « Martin »), or no title and the full name there is."""
    if facts.last_name and facts.title in ("mrs", "mr"):
        return facts.title, facts.last_name
    return "", f"{facts.first_name} {facts.last_name}".strip()


def _salutation(facts: ReminderFacts) -> str:
    """« Bonjour Madame Martin », « Bonjour Camille Martin », « Bonjour »."""
    words = _words(facts)
    title, name = _titled_name(facts)
    return words.hello[title] + name if name else words.hello_nobody


def _formal_salutation(facts: ReminderFacts) -> str:
    """« Madame Martin »; without a title French prefers « Madame, Monsieur » to a bare name."""
    words = _words(facts)
    title, name = _titled_name(facts)
    return words.formal[title] + name if name and title in words.formal else words.formal_nobody


def _table(facts: ReminderFacts) -> str:
    """All invoices, the oldest first, with their total. Before any delay the issue date stands in its place."""
    words = _words(facts)
    lines = sorted(facts.lines, key=lambda line: (line.due_on, line.reference))
    shown, rest = (lines, []) if len(lines) <= ROWS_MAX else (lines[: ROWS_MAX - 1], lines[ROWS_MAX - 1 :])
    issued = facts.level == "upcoming" or facts.belgian_first
    row = _row_issued if issued else _row_late
    rows = [row(line, facts, words) for line in shown]
    if rest:
        owed = spelling.money(sum(line.owed for line in rest), facts.currency, facts.locale)
        rows.append((words.others % len(rest), "", "", owed))
    total = spelling.money(facts.total, facts.currency, facts.locale)
    return table_of(words.heads_issued if issued else words.heads, rows, (words.total, "", "", total))


def _row_late(line: ReminderLine, facts: ReminderFacts, words: _Words) -> tuple[str, ...]:
    late = spelling.days(line.days_late, facts.locale) if line.days_late > 0 else words.not_due
    owed = spelling.money(line.owed, facts.currency, facts.locale)
    return _cell(line.reference), spelling.day(line.due_on, facts.locale), late, owed


def _row_issued(line: ReminderLine, facts: ReminderFacts, words: _Words) -> tuple[str, ...]:
    issued = spelling.day(line.issued_on, facts.locale) if line.issued_on else ""
    label = f"{line.reference} ({line.subject})" if facts.belgian_first and line.subject else line.reference
    owed = spelling.money(line.owed, facts.currency, facts.locale)
    return _cell(label), issued, spelling.day(line.due_on, facts.locale), owed


def _cell(text: str) -> str:
    return text if len(text) <= CELL_MAX else text[: CELL_MAX - 1] + "…"


def _answer_by(facts: ReminderFacts) -> str:
    return spelling.day_in_words(facts.answer_by, facts.locale) if facts.answer_by else ""


def _issued(facts: ReminderFacts) -> str:
    issued = _only(facts).issued_on
    return spelling.day_in_words(issued, facts.locale, weekday=False) if issued else ""


def _previous(facts: ReminderFacts) -> str:
    """« le 25 octobre 2026 et le 3 novembre 2026 »: the last two messages are enough."""
    on = _words(facts).on
    latest = sorted(set(facts.previous))[-2:]
    return spelling.listed(
        [on + spelling.day_in_words(day, facts.locale, weekday=False) for day in latest], facts.locale
    )


def _structured(facts: ReminderFacts) -> str:
    """`+++123/4567/89012+++`, with or without signs where it came from."""
    digits = re.sub(r"[^0-9]", "", facts.structured)
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++" if len(digits) == 12 else facts.structured


def _communication(facts: ReminderFacts) -> str:
    """The reference to quote, unless there is a structured communication, which excludes any other."""
    if facts.structured:
        return ""
    numbers = ", ".join(line.reference for line in facts.lines)
    return facts.reference or (numbers if len(numbers) <= REFERENCE_MAX else "")


def _iban(facts: ReminderFacts) -> str:
    """In groups of four, as it stands on paper."""
    bare = "".join(facts.iban.split())
    return " ".join(bare[i : i + 4] for i in range(0, len(bare), 4))


def _enterprise_number(facts: ReminderFacts) -> str:
    """Belgian numbers as 0123.456.789, French ones as 123 456 789."""
    bare = facts.enterprise_number
    if bare.isdigit() and len(bare) == 10:
        return f"{bare[:4]}.{bare[4:7]}.{bare[7:]}"
    if bare.isdigit() and len(bare) == 9:
        return f"{bare[:3]}\u202f{bare[3:6]}\u202f{bare[6:]}"
    return bare


def _grand_total(facts: ReminderFacts) -> str:
    extras = facts.interest + facts.compensation
    return _money(facts.total + extras, facts) if extras else ""


WRITTEN: dict[str, Callable[[ReminderFacts], str]] = {
    "salutation": _salutation,
    "salutation_formelle": _formal_salutation,
    "numero": lambda facts: _only(facts).reference,
    "date_facture": _issued,
    "objet": lambda facts: _only(facts).subject,
    "echeance": lambda facts: spelling.day_in_words(_only(facts).due_on, facts.locale, weekday=False),
    "jours": lambda facts: spelling.days(_only(facts).days_late, facts.locale),
    "nombre": lambda facts: str(len(facts.lines)),
    "tableau": _table,
    "reste": lambda facts: _money(facts.total, facts),
    "date_limite": _answer_by,
    "penalites": lambda facts: _money(facts.interest, facts),
    "indemnite": lambda facts: _money(facts.compensation, facts),
    "total": _grand_total,
    "dates_messages": _previous,
    "iban": _iban,
    "communication": _communication,
    "communication_structuree": _structured,
    "expediteur": lambda facts: facts.sender,
    "entreprise": lambda facts: facts.firm,
    "telephone": lambda facts: facts.phone,
    "numero_entreprise": _enterprise_number,
}
"""Field name → what it says for these facts; empty when there is nothing to say."""
