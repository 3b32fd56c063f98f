"""Which sentences does the product say, and does every catalogue hold them? Needs Babel and Django, no system gettext.

The French sentence in the code is the key. The French catalogue repeats it: without it, a French reader of an
installation whose ACQUIT_LANGUAGE is Dutch would be shown Dutch, Django's last resort.
"""

import ast
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "acquit"
SOURCE, TRANSLATED = "fr", ("nl", "en")
EPOCH = datetime(2026, 11, 22, tzinfo=UTC)
"""A fixed date in the headers: the files change when a sentence does, and only then."""
SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}


def po_path(language: str) -> Path:
    return HOUSE / "locale" / language / "LC_MESSAGES/django.po"


def extracted() -> Catalog:
    """Every sentence of code and templates, with the files it stands in."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    found = Catalog(charset="utf-8")
    for path in sorted([*HOUSE.rglob("*.py"), *HOUSE.rglob("*.html"), *HOUSE.rglob("*.txt")]):
        place = path.relative_to(ROOT).as_posix()
        for text in _sentences(path):
            found.add(text, locations=[(place, 1)])
    return found


def _sentences(path: Path) -> Iterator[str | tuple[str, ...]]:
    """The sentences of one file; Django turns a template into something that reads like Python to Babel."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        yield from _marked(ast.parse(text, str(path)))
        return
    # Django keeps the indentation, which means something in Python.
    lines = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    for _line, _call, message, _comments in extract_python(io.BytesIO(lines.encode()), [*SINGLE, *PLURAL], [], {}):
        yield tuple(message[:2]) if isinstance(message, tuple) else message


def _marked(tree: ast.AST) -> Iterator[str | tuple[str, ...]]:
    """What stands literally in the calls: Babel would also take the key out of `_(WORDS["late"])`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        count = 1 if name in SINGLE else 2 if name in PLURAL else 0
        texts = [a.value for a in node.args[:count] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if count and len(texts) == count:
            yield texts[0] if count == 1 else tuple(texts)


def stored(language: str) -> Catalog:
    """The catalogue as it stands in the tree, or an empty one."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, ignore_obsolete=True)


def brought_up_to_date(language: str, sentences: Catalog) -> Catalog:
    """The sentences of today with the translations we have; no guess is taken from a similar one."""
    known = stored(language)
    catalogue = Catalog(
        locale=language,
        project="Acquit",
        version="",
        copyright_holder="Acquit",
        charset="utf-8",
        creation_date=EPOCH,
        revision_date=EPOCH,
        last_translator="Acquit",
        language_team=language,
        fuzzy=False,
        header_comment=f"# The sentences of Acquit ({language}); the key is the French one. Kept by bin/messages.",
    )
    for message in sorted(_messages(sentences), key=lambda m: (m.locations, str(m.id))):
        catalogue.add(message.id, _translation(message, known, language), message.locations)
    return catalogue


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _translation(message: Message, known: Catalog, language: str) -> str | tuple[str, ...]:
    if language == SOURCE:
        return message.id
    key = message.id[0] if isinstance(message.id, tuple) else message.id
    before = known.get(key)
    if before is None or isinstance(before.id, tuple) != isinstance(message.id, tuple):
        return ("", "") if isinstance(message.id, tuple) else ""
    return before.string


def missing(catalogue: Catalog) -> list[str]:
    """Sentences without a translation, or with one that nobody has confirmed."""
    return [str(m.id) for m in _messages(catalogue) if m.fuzzy or not _whole(m.string)]


def _whole(translation: str | tuple[str, ...]) -> bool:
    return bool(translation) and all(translation)


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as it is kept: files without line numbers, which would change with every edit."""
    file = io.BytesIO()
    write_po(file, catalogue, width=120, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as Django reads it."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def main(arguments: list[str]) -> int:
    """Write (or, with --check, compare) every catalogue. 0 when all is there."""
    sentences, faults = extracted(), 0
    for language in (SOURCE, *TRANSLATED):
        catalogue = brought_up_to_date(language, sentences)
        waiting = missing(catalogue)
        faults += len(waiting)
        for text in waiting:
            sys.stderr.write(f"{language}: {text}\n")
        path = po_path(language)
        for file, content in ((path, po_bytes(catalogue)), (path.with_suffix(".mo"), mo_bytes(catalogue))):
            if "--check" not in arguments:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            elif not file.exists() or file.read_bytes() != content:
                sys.stderr.write(f"{file.relative_to(ROOT)} is not up to date: run bin/messages\n")
                faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
