"""Dutch and English say all that French says: every sentence, every field in it, in what is kept and compiled."""

import importlib.util
import re
from functools import cache
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils import translation
from django.utils.translation import ngettext

from acquit.rules.refusal import Reason, spelled
from tests.conftest import ROOT

FIELD = re.compile(r"%%|%\([^)]*\)[sd]|%n\b|\{[a-z_]+\}")
FRENCH_ONLY = re.compile("[«»\u202f]|\u00a0[:%]")


@cache
def messages() -> ModuleType:
    """bin/messages, which writes the catalogues."""
    spec = importlib.util.spec_from_file_location("messages", ROOT / "bin/messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def today() -> Catalog:
    """What code and templates say now."""
    return messages().extracted()


def forms(text) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def pairs(language: str):
    """Each French form with its translation."""
    for message in messages().stored(language):
        if message.id:
            yield from zip(forms(message.id), forms(message.string), strict=True)


both = pytest.mark.parametrize("language", ["nl", "en"])
every = pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])


def test_the_extraction_reads_code_and_templates():
    sentences = {form for message in today() for form in forms(message.id)}

    assert "Factures" in sentences  # a template
    assert "Le fichier est vide." in sentences  # a rule
    assert "%(n)s rappels annulés." in sentences  # a plural of a view
    assert "particulier" in sentences  # a choice of a model
    assert len(sentences) > 1500


@every
def test_every_sentence_of_today_is_translated(language):
    kept = messages().brought_up_to_date(language, today())

    assert messages().missing(kept) == []


@every
def test_the_catalogue_holds_nothing_that_nobody_says_any_more(language):
    said = {message.id for message in today() if message.id}

    assert [m.id for m in messages().stored(language) if m.id and m.id not in said] == []


@every
def test_the_compiled_catalogue_is_the_written_one(language):
    compiled = messages().po_path(language).with_suffix(".mo")

    assert compiled.read_bytes() == messages().mo_bytes(messages().stored(language)), "run bin/messages"


@both
def test_a_translation_keeps_every_field(language):
    lost = [(a, b) for a, b in pairs(language) if sorted(FIELD.findall(a)) != sorted(FIELD.findall(b))]

    assert lost == []


@both
def test_a_translation_is_written_with_the_signs_of_its_language(language):
    assert [text for _french, text in pairs(language) if FRENCH_ONLY.search(text)] == []


@both
def test_a_translation_begins_and_ends_as_its_sentence_does(language):
    def unlike(a: str, b: str) -> bool:
        return a[:1].isspace() != b[:1].isspace() or (a[-1] in ".:…?" and a[-1] != b[-1])

    assert [(a, b) for a, b in pairs(language) if unlike(a, b)] == []


@pytest.mark.parametrize(
    ("language", "none", "one", "two"),
    [
        ("fr", "0 rappel annulé.", "1 rappel annulé.", "2 rappels annulés."),
        ("nl", "0 herinneringen geannuleerd.", "1 herinnering geannuleerd.", "2 herinneringen geannuleerd."),
        ("en", "0 reminders cancelled.", "1 reminder cancelled.", "2 reminders cancelled."),
    ],
)
def test_numbers_take_the_plural_of_their_language(language, none, one, two):
    def said(n: int) -> str:
        return ngettext("%(n)s rappel annulé.", "%(n)s rappels annulés.", n) % {"n": n}

    with translation.override(language):
        assert [said(0), said(1), said(2)] == [none, one, two]


def test_french_readers_keep_french_where_the_installation_speaks_dutch(settings):
    settings.LANGUAGE_CODE = "nl"
    translation.trans_real._translations.pop("fr", None)
    try:
        with translation.override("fr"):
            assert translation.gettext("Factures") == "Factures"
    finally:
        translation.trans_real._translations.pop("fr", None)


def test_words_inside_a_reason_are_translated_with_it_and_names_are_not():
    missing = Reason("Il manque une colonne pour\u00a0: %(fields)s.", {"fields": "Échéance, Montant TTC / Reste dû"})
    named = Reason("%(name)s n’est pas fusionné.", {"name": "Client"})

    with translation.override("nl"):
        assert spelled(missing, translation.gettext) == (
            "Er ontbreekt een kolom voor: Vervaldag, Bedrag incl. btw / Openstaand."
        )
        assert spelled(named, translation.gettext) == "Client is niet samengevoegd."
