"""Messages as they will be read: paragraphs, and the table of invoices as a table; accounts in groups of four."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_RULE = re.compile(r"-+(?: +-+)+")


@register.filter
def letter(text: str) -> SafeString:
    """The plain text of a message as HTML; everything is escaped."""
    parts = [part for part in text.strip("\n").split("\n\n") if part.strip()]
    return format_html_join("", "{}", ((_block(part.split("\n")),) for part in parts))


def _block(lines: list[str]) -> SafeString:
    """A paragraph, or a table when the second line is one of hyphens."""
    if len(lines) > 2 and _RULE.fullmatch(lines[1].strip()):
        return _table(lines)
    return format_html("<p>{}</p>", format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines)))


def _table(lines: list[str]) -> SafeString:
    spans = [found.span() for found in re.finditer(r"-+", lines[1])]
    rows = [[line[start:end].strip() for start, end in spans] for line in lines if not _RULE.fullmatch(line.strip())]
    head = format_html_join("", '<th scope="col">{}</th>', ((cell,) for cell in rows[0]))
    body = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in rows[1:]))
    table = '<table class="table table--tight"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    return format_html(table, head, body)


def _cells(row: list[str]) -> SafeString:
    """The amount, last, stands right."""
    first = format_html_join("", "<td>{}</td>", ((cell,) for cell in row[:-1]))
    return format_html('{}<td class="amount">{}</td>', first, row[-1])


@register.filter
def iban(text: object) -> str:
    """An account number in groups of four; a name stays as it is."""
    number = str(text)
    if not re.match(r"[A-Z]{2}\d{2}\w{8}", number):
        return number
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))
