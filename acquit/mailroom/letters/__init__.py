"""The letters we ship: one whole text per language, level and kind of debtor, and how one is chosen and written.

`fr/firm.consumer.one.txt` is what a French consumer reads about one invoice at the firm level; `many` is about
several. `fr-BE/` holds only the texts whose words differ in Belgium. A debtor without a text of their own gets
the plain one; a test forbids that a consumer ever reads of penalties that way.
"""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from acquit.mailroom.letters.facts import ReminderFacts, ReminderLine
from acquit.mailroom.letters.fields import WRITTEN
from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.rules.spelling import language_of
from acquit.rules.wording import Letter, Purpose, Rendered, parse, render

__all__ = ["LEVELS", "ReminderFacts", "ReminderLine", "compose", "letter_for", "path_of", "purpose_of"]

LEVELS = ("upcoming", "courteous", "firm", "final", "resume")
"""Before the due day, first reminder, firm reminder, last friendly one; and taking contact again on an old debt."""
BELGIAN_FREE_DAYS = 14
"""Book XIX CDE: calendar days a consumer has from the day after an electronic first reminder."""

_HERE = Path(__file__).parent
_TOO_SOON = gettext_noop(
    "Un particulier belge dispose de 14 jours à compter du lendemain de l’envoi : la date limite ne peut précéder "
    "le %(day)s."
)
_NOTHING = gettext_noop("Un message doit porter sur au moins une facture.")


def compose(facts: ReminderFacts) -> Rendered:
    """Write the reminder these facts call for: a subject and a plain text, in the customer's language.

    Pure but for reading our own texts once. Raises `Refused` when what the text rests on is missing (a sum, a
    deadline, the Belgian mentions), ValueError for a level or language that does not exist.
    """
    if not facts.lines:
        raise Refused(_NOTHING)
    if facts.belgian_first:
        _leave_fourteen_days(facts)
    letter = letter_for(facts.locale, facts.level, facts.kind, facts.country, many=len(facts.lines) > 1)
    return render(letter, {name: WRITTEN[name](facts) for name in letter.fields})


def _leave_fourteen_days(facts: ReminderFacts) -> None:
    """The law's delay starts the day after sending: a deadline before its fourteenth day would be void."""
    earliest = facts.sent_on + timedelta(days=BELGIAN_FREE_DAYS)
    if facts.answer_by is not None and facts.answer_by < earliest:
        raise Refused(Reason(_TOO_SOON, {"day": f"{earliest:%d/%m/%Y}"}))


@lru_cache(maxsize=1024)
def letter_for(locale: str, level: str, kind: str, country: str, *, many: bool) -> Letter:
    """The shipped letter for this customer, parsed and checked for what it is used for."""
    text = path_of(locale, level, kind, country, many=many).read_text(encoding="utf-8")
    return parse(text, purpose_of(level, kind, country, many=many))


def purpose_of(level: str, kind: str, country: str, *, many: bool) -> Purpose:
    """What the law asks of a text at this level for this kind of debtor."""
    consumer = kind not in ("business", "public")
    return Purpose(many, consumer, consumer and country == "BE" and level == "courteous")


def path_of(locale: str, level: str, kind: str, country: str, *, many: bool) -> Path:
    """The file of the text: the closest kind of debtor first, then the closest locale."""
    if level not in LEVELS:
        raise ValueError(f"no letter for level {level!r}")
    folders = (locale.replace("_", "-"), language_of(locale))
    for folder in folders:
        if not folder.replace("-", "").isalpha():
            raise ValueError(f"no letters for locale {locale!r}")
    count = "many" if many else "one"
    for variant in _variants(kind, country):
        for folder in folders:
            path = _HERE / folder / f"{level}{variant}.{count}.txt"
            if path.is_file():
                return path
    raise ValueError(f"no letter for {locale} {level} {kind} {country}")


def _variants(kind: str, country: str) -> tuple[str, ...]:
    """Endings of file names that suit a debtor, the most particular first."""
    if kind == "business":
        return ("",)
    if kind == "public":
        return (".public", "")
    return (".be-consumer", ".consumer", "") if country == "BE" else (".consumer", "")
