"""What a letter («texte de relance») may say, and how its fields are filled: parsing, checking, writing.

A letter is a plain text a jurist can read as it will be sent: a first line `Objet : …`, an empty line,
and the body with `{fields}`. A field is a name and nothing else: no expression, no attribute, no format.
A line whose field has nothing to say is left out, which is how an IBAN or a telephone number is optional.
`{tableau}` stands alone in its paragraph and becomes several lines.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from acquit.rules.refusal import Reason, gettext_noop, refuse_if_any

FIELDS = {
    "salutation": gettext_noop("Bonjour Madame Martin"),
    "salutation_formelle": gettext_noop("Madame Martin, ou « Madame, Monsieur »"),
    "numero": gettext_noop("numéro de la facture"),
    "date_facture": gettext_noop("date de la facture"),
    "objet": gettext_noop("ce que la facture fait payer"),
    "echeance": gettext_noop("échéance de la facture"),
    "jours": gettext_noop("retard de la facture, en jours"),
    "nombre": gettext_noop("nombre de factures"),
    "tableau": gettext_noop("tableau des factures"),
    "reste": gettext_noop("reste dû en principal"),
    "date_limite": gettext_noop("date avant laquelle on attend une réponse"),
    "penalites": gettext_noop("pénalités de retard à ce jour"),
    "indemnite": gettext_noop("indemnité forfaitaire"),
    "total": gettext_noop("principal, pénalités et indemnité, quand il y en a"),
    "dates_messages": gettext_noop("dates des messages précédents"),
    "iban": gettext_noop("IBAN du compte à créditer"),
    "communication": gettext_noop("référence à indiquer"),
    "communication_structuree": gettext_noop("communication structurée belge"),
    "expediteur": gettext_noop("personne qui signe"),
    "entreprise": gettext_noop("nom de l’entreprise"),
    "telephone": gettext_noop("téléphone"),
    "numero_entreprise": gettext_noop("numéro d’entreprise"),
}
"""Every field a letter may name, with what it stands for. Names are the same in all languages."""

ONE_ONLY = frozenset({"numero", "date_facture", "objet", "echeance", "jours"})
MANY_ONLY = frozenset({"nombre", "tableau"})
NOT_FOR_CONSUMERS = frozenset({"penalites", "indemnite", "total"})
IN_SUBJECT = frozenset({"numero", "nombre", "reste", "echeance", "jours", "entreprise", "date_limite"})
_DATES = frozenset({"echeance", "date_limite", "tableau"})
_NEVER_EMPTY = _DATES | IN_SUBJECT | {"salutation", "salutation_formelle", "expediteur"}
_BELGIAN_MENTIONS = frozenset({"entreprise", "numero_entreprise", "reste", "date_limite"})

TEXT_MAX = 8_000
VALUE_MAX = 300
"""No name, number or reference of good faith is longer; what is beyond is cut."""

_SUBJECT = re.compile(r"(?:Objet|Onderwerp|Subject)[ \u00a0\u202f]?:[ \u00a0]*(?P<subject>\S.*)")
_FIELD = re.compile(r"\{([a-z_]{1,40})\}")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TRICKS = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")

_NO_SUBJECT = gettext_noop("La première ligne doit être « Objet : … », suivie d’une ligne vide.")
_NO_BODY = gettext_noop("Le texte est vide.")
_TOO_LONG = gettext_noop("Le texte dépasse %(limit)s caractères.")
_UNKNOWN_FIELD = gettext_noop("Le champ « {%(field)s} » n’existe pas.")
_STRAY_BRACE = gettext_noop("Une accolade ne sert qu’à entourer le nom d’un champ : « %(text)s ».")
_NO_SUM = gettext_noop("Le texte ne dit pas la somme due : ajoutez « {reste} ».")
_NO_DATE = gettext_noop("Le texte ne donne aucune date : ajoutez « {echeance} », « {date_limite} » ou « {tableau} ».")
_NO_INVOICE = gettext_noop("Le texte ne dit pas de quelle facture il s’agit : ajoutez « {%(field)s} ».")
_WRONG_NUMBER = gettext_noop("Le champ « {%(field)s} » n’a pas de sens dans un texte sur %(invoices)s.")
_CONSUMER = gettext_noop("Le champ « {%(field)s} » ne s’écrit pas à un particulier.")
_MENTION = gettext_noop("Le premier rappel à un particulier belge doit porter « {%(field)s} ».")
_NOT_IN_SUBJECT = gettext_noop("Le champ « {%(field)s} » ne peut pas figurer dans l’objet.")
_TABLE_ALONE = gettext_noop("Le champ « {tableau} » doit être seul dans son paragraphe.")
_EMPTY = gettext_noop("Le champ « {%(field)s} » est vide : ce message ne peut pas être écrit.")
_ONE = gettext_noop("une seule facture")
_SEVERAL = gettext_noop("plusieurs factures")

_Line = tuple[tuple[str, str], ...]
"""Pieces of a line: words, then the field after them (empty at the end of the line)."""


@dataclass(frozen=True)
class Letter:
    """A text ready to be filled: its subject and its lines, cut at their fields."""

    subject: _Line
    lines: tuple[_Line, ...]
    fields: tuple[str, ...]
    needed: tuple[str, ...]
    """Fields without which the letter must not leave."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it will be read."""

    subject: str
    text: str


@dataclass(frozen=True)
class Purpose:
    """What a letter is for, as far as it changes what must and must not stand in it."""

    many: bool = False
    consumer: bool = False
    belgian_first: bool = False
    """First reminder to a Belgian consumer: book XIX of the Code de droit économique lists its mentions."""


def _cut(line: str) -> _Line:
    """Words and field names of a line, in turn."""
    parts = _FIELD.split(line)
    names = [*parts[1::2], ""]
    return tuple(zip(parts[::2], names, strict=True))


def fields_of(text: str) -> tuple[str, ...]:
    """The fields a text names, each once, in order of appearance."""
    return tuple(dict.fromkeys(_FIELD.findall(text)))


@lru_cache(maxsize=512)
def parse(text: str, purpose: Purpose = Purpose()) -> Letter:
    """Cut a text into a `Letter`, once. Raises `Refused` with all that `check` finds."""
    refuse_if_any(check(text, purpose))
    subject, body = _subject_and_body(text)
    fields = fields_of(text)
    needed = _NEVER_EMPTY | (_BELGIAN_MENTIONS | {"date_facture"} if purpose.belgian_first else frozenset())
    lines = tuple(_cut(line) for line in body.split("\n"))
    return Letter(_cut(subject), lines, fields, tuple(f for f in fields if f in needed))


def check(text: str, purpose: Purpose = Purpose()) -> tuple[Reason, ...]:
    """Everything wrong with a text, as reasons a person can act on; empty when it may be used.

    Checks form and what the law wants named or kept silent; it does not judge the words.
    """
    if len(text) > TEXT_MAX:
        return (Reason(_TOO_LONG, {"limit": TEXT_MAX}),)
    subject, body = _subject_and_body(text)
    if not subject:
        return (Reason(_NO_SUBJECT),)
    if not body:
        return (Reason(_NO_BODY),)
    return (*_faults_of_form(subject, body), *_faults_of_content(body, purpose))


def _subject_and_body(text: str) -> tuple[str, str]:
    """The words after `Objet :` and the body; an empty subject when the first lines have another shape."""
    head, _, rest = text.replace("\r\n", "\n").partition("\n")
    found = _SUBJECT.fullmatch(head.strip())
    if not found or (rest and not rest.startswith("\n")):
        return "", ""
    return found["subject"], rest.strip("\n ")


def _faults_of_form(subject: str, body: str) -> list[Reason]:
    """Unknown fields, braces that surround no field, a table or a subject out of place."""
    whole = f"{subject}\n{body}"
    faults = [Reason(_UNKNOWN_FIELD, {"field": f}) for f in fields_of(whole) if f not in FIELDS]
    for line in whole.split("\n"):
        rest = _FIELD.sub("", line)
        if "{" in rest or "}" in rest:
            faults.append(Reason(_STRAY_BRACE, {"text": line.strip()[:80]}))
    faults += [Reason(_NOT_IN_SUBJECT, {"field": f}) for f in fields_of(subject) if f in FIELDS.keys() - IN_SUBJECT]
    if any("{tableau}" in part and part.strip() != "{tableau}" for part in body.split("\n\n")):
        faults.append(Reason(_TABLE_ALONE))
    return faults


def _faults_of_content(body: str, purpose: Purpose) -> list[Reason]:
    """What is missing or must not be said, given whom the letter is for."""
    named = frozenset(fields_of(body))
    invoice = "tableau" if purpose.many else "numero"
    faults = []
    if "reste" not in named:
        faults.append(Reason(_NO_SUM))
    if not named & _DATES:
        faults.append(Reason(_NO_DATE))
    if invoice not in named:
        faults.append(Reason(_NO_INVOICE, {"field": invoice}))
    strangers = named & (ONE_ONLY if purpose.many else MANY_ONLY)
    invoices = _SEVERAL if purpose.many else _ONE
    faults += [Reason(_WRONG_NUMBER, {"field": f, "invoices": invoices}) for f in sorted(strangers)]
    if purpose.consumer:
        faults += [Reason(_CONSUMER, {"field": f}) for f in sorted(named & NOT_FOR_CONSUMERS)]
    if purpose.belgian_first:
        mentions = _BELGIAN_MENTIONS | (frozenset() if purpose.many else {"date_facture", "echeance"})
        faults += [Reason(_MENTION, {"field": f}) for f in sorted(mentions - named)]
    return faults


def inert(value: str) -> str:
    """A value that can only be read: one line, no control or direction characters, of bounded length."""
    value = _TRICKS.sub("", _BREAKS.sub(" ", value)).strip(" ")
    return value if len(value) <= VALUE_MAX else value[: VALUE_MAX - 1] + "…"


def render(letter: Letter, values: Mapping[str, str]) -> Rendered:
    """Fill a letter. Values are words, never templates: braces, line breaks and tags in them stay inert.

    Lines whose field is empty are left out. Raises `Refused` when a sum, a date or a name the letter
    rests on is empty, KeyError when a value is not given at all.
    """
    told = {name: values[name] if name == "tableau" else inert(values[name]) for name in letter.fields}
    refuse_if_any(Reason(_EMPTY, {"field": name}) for name in letter.needed if not told[name])
    subject = inert("".join(words + (told[name] if name else "") for words, name in letter.subject))
    lines: list[str] = []
    for line in letter.lines:
        if len(line) == 1:
            words = line[0][0].rstrip()
            if words or (lines and lines[-1]):
                lines.append(words)
        elif all(told[name] for _, name in line if name):
            lines.append("".join(words + (told[name] if name else "") for words, name in line))
    return Rendered(subject, "\n".join(lines).rstrip("\n") + "\n")


# The table: in text, columns under a line of hyphens; in HTML, the same columns found again by that line.

_RULE = re.compile(r"-+(?:  -+)+")


def table_of(head: Sequence[str], rows: Sequence[Sequence[str]], foot: Sequence[str]) -> str:
    """Aligned columns with a heading, a line of hyphens, rows, another line and a total; the last column is right."""
    cells = [[inert(cell) for cell in row] for row in (head, *rows, foot)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    last = len(head) - 1
    lines = [
        "  ".join(cell.rjust(widths[i]) if i == last else cell.ljust(widths[i]) for i, cell in enumerate(row))
        for row in cells
    ]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


_PAGE = (
    '<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"></head>\n'
    '<body style="font-family:sans-serif;line-height:1.5;max-width:42em">\n{body}\n</body></html>\n'
)
_RIGHT = ' style="text-align:right"'


def html_of(text: str, lang: str) -> str:
    """The HTML part of a message, made of its plain text alone: paragraphs, and a real table for the invoices.

    No image, no link, no script; `lang` is a language or a locale. Everything is escaped.
    """
    body = "\n".join(_block(part) for part in text.strip("\n").split("\n\n") if part.strip())
    return _PAGE.replace("{lang}", escape(lang.replace("_", "-"))).replace("{body}", body)


def _block(part: str) -> str:
    """A paragraph, or the table when its second line is a line of hyphens."""
    lines = part.split("\n")
    if len(lines) > 2 and _RULE.fullmatch(lines[1]):
        return _html_table(lines)
    return f"<p>{'<br>'.join(escape(line) for line in lines)}</p>"


def _html_table(lines: list[str]) -> str:
    """The columns of `table_of`, as an HTML table with headings."""
    rule = lines[1]
    spans = [found.span() for found in re.finditer(r"-+", rule)]
    rows = [[escape(line[start:end].strip(" ")) for start, end in spans] for line in lines if line != rule]
    head = _html_row(rows[0], "th", ' scope="col"')
    body = "\n".join(_html_row(row, "td", "") for row in rows[1:-1])
    foot = _html_row(rows[-1], "th", "")
    return (
        '<table cellpadding="4" style="border-collapse:collapse;text-align:left">\n'
        f"<thead>{head}</thead>\n<tbody>\n{body}\n</tbody>\n<tfoot>{foot}</tfoot>\n</table>"
    )


def _html_row(cells: list[str], tag: str, scope: str) -> str:
    """One row; its last cell, the amount, stands right."""
    first = "".join(f"<{tag}{scope}>{cell}</{tag}>" for cell in cells[:-1])
    return f"<tr>{first}<{tag}{scope}{_RIGHT}>{cells[-1]}</{tag}></tr>"
