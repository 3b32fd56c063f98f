"""The letters we ship: every one is sound, well typed, short, and says to each debtor only what the law allows."""

import itertools
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from acquit.mailroom import letters
from acquit.mailroom.letters import LEVELS, ReminderFacts, ReminderLine, compose, path_of, purpose_of
from acquit.rules.refusal import Refused
from acquit.rules.spelling import LOCALES
from acquit.rules.wording import check, fields_of, html_of

HERE = Path(letters.__file__).parent
FILES = sorted(HERE.glob("*/*.txt"))
TODAY = date(2026, 11, 22)
KINDS = ("business", "consumer", "public")
COUNTRIES = ("FR", "BE")
EVERY = list(itertools.product(LOCALES, LEVELS, KINDS, COUNTRIES))
PENAL = re.compile(
    r"pénalit|indemnit|intérêt|frais|moratoire|\b40\b|"
    r"verwijl|interest|schadevergoeding|vergoeding|kosten|boete|"
    r"compensation|penalt|\bcosts?\b|\bfees?\b",
    re.IGNORECASE,
)


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name.removesuffix('.txt')}"


def reminder(count: int = 1, **changes: object) -> ReminderFacts:
    """Alice of Atelier Lumen writes to Mrs Martin of Dupont SARL."""
    lines = tuple(
        ReminderLine(f"F-2026-{i + 1:03d}", TODAY - timedelta(12 + i), 12 + i, 123_456 + i, date(2026, 9, 30))
        for i in range(count)
    )
    facts = ReminderFacts(
        locale="fr-FR",
        level="firm",
        kind="business",
        country="FR",
        sent_on=TODAY,
        lines=lines,
        sender="Alice Lumen",
        firm="Atelier Lumen",
        interest=1_717 * count,
        compensation=4_000 * count,
        answer_by=TODAY + timedelta(15),
        phone="01 99 00 12 34",
        iban="FR0012345678901234567890123",
        enterprise_number="0123456789",
        title="mrs",
        last_name="Martin",
        previous=(TODAY - timedelta(15), TODAY - timedelta(9)),
    )
    return replace(facts, **changes)


# The files


@pytest.mark.parametrize("path", FILES, ids=name)
def test_each_text_is_sound_for_what_it_is_sent_as(path):
    level, *variant, count = path.name.removesuffix(".txt").split(".")
    kind = {"be-consumer": "consumer"}.get("".join(variant), "".join(variant) or "business")
    country = "BE" if variant == ["be-consumer"] else "FR"
    assert [
        str(r) for r in check(path.read_text("utf-8"), purpose_of(level, kind, country, many=count == "many"))
    ] == []


def test_every_text_is_used_and_every_debtor_has_one():
    used = {
        path_of(locale, level, kind, country, many=many)
        for (locale, level, kind, country), many in itertools.product(EVERY, (False, True))
    }
    assert used == set(FILES)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_subject_words_follow_the_language(path):
    starts = {"fr": "Objet\u00a0: ", "nl": "Onderwerp: ", "en": "Subject: "}[path.parent.name[:2]]
    assert path.read_text("utf-8").startswith(starts)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_typography(path):
    text = path.read_text("utf-8")
    assert not set("'\"\t\r") & set(text)
    assert "  " not in text
    assert not re.search(r"[ \u00a0\u202f]\n", text)
    if path.parent.name.startswith("fr"):
        assert not re.search(r"[^\u00a0]:|[^\u202f][;!?]|[^\u00a0][»€%]|«[^\u00a0]", text)
        assert "!" not in text
    else:
        assert "«" not in text
        assert not re.search(r"[ \u00a0\u202f][:;!?]", text)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_link_no_capitals_no_look_alike_of_an_authority(path):
    text = path.read_text("utf-8").lower()
    for word in ("http", "www.", "huissier", "commissaire", "deurwaarder", "bailiff", "tribunal", "rechtbank", "court"):
        assert word not in text
    assert not re.search(r"\b[A-ZÉÈ]{5,}\b", path.read_text("utf-8"))


# What is written, to whom


@pytest.mark.parametrize(("locale", "level", "kind", "country"), EVERY)
@pytest.mark.parametrize("count", [1, 3, 40])
def test_every_debtor_gets_a_whole_message(locale, level, kind, country, count):
    facts = reminder(count, locale=locale, level=level, kind=kind, country=country)
    message = compose(facts)
    assert not set("{}") & set(message.subject + message.text)
    assert letters.fields.WRITTEN["reste"](facts) in message.text
    for line in facts.lines:
        assert line.reference in message.text
    assert "Martin" in message.text
    assert "Alice Lumen\n" in message.text
    page = html_of(message.text, locale)
    assert len(page.encode()) < 40_000
    assert page.count("<table") == (1 if count > 1 else 0)


@pytest.mark.parametrize(("locale", "level", "kind", "country"), EVERY)
def test_a_message_about_one_invoice_is_short(locale, level, kind, country):
    text = compose(reminder(locale=locale, level=level, kind=kind, country=country)).text
    assert len(re.findall(r"\w[\w’.-]*", re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d)", "", text))) <= 120


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("kind", ["consumer", ""])
@pytest.mark.parametrize("count", [1, 3])
def test_a_consumer_never_reads_of_penalties_or_costs(locale, level, country, kind, count):
    facts = reminder(count, locale=locale, level=level, kind=kind, country=country)
    if facts.belgian_first:
        return
    message = compose(facts)
    assert not PENAL.search(message.subject + message.text)


@pytest.mark.parametrize("level", ["firm", "final"])
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", ["business", "public"])
def test_professionals_read_interest_and_compensation_to_date(locale, level, kind):
    facts = reminder(3, locale=locale, level=level, kind=kind)
    text = compose(facts).text
    for field in ("penalites", "indemnite"):
        assert letters.fields.WRITTEN[field](facts) in text
    assert any(words in text for words in ("à ce jour", "op vandaag", "to date"))


@pytest.mark.parametrize("level", ["upcoming", "courteous", "resume"])
def test_the_first_words_to_anyone_are_free_of_penalties(level):
    for locale, kind in itertools.product(LOCALES, ("business", "public")):
        assert not PENAL.search(compose(reminder(locale=locale, level=level, kind=kind)).text)


def test_the_word_rappel_waits_until_something_is_late():
    for path in HERE.glob("*/upcoming*.txt"):
        assert not re.search("rappel|herinnering|aanmaning|reminder", path.read_text("utf-8"), re.IGNORECASE)


def test_a_business_reads_exactly_this():
    assert compose(reminder(2, structured="123456789012")).text == (
        "Bonjour Madame Martin,\n\n"
        "Nous vous avons écrit le 7\u0020novembre 2026 et le 13 novembre 2026.\n"
        "Il reste 2\u202f469,13\u00a0€ à régler sur ces 2 factures échues.\n\n"
        "Facture     Échéance    Retard      Reste dû\n"
        "----------  ----------  --------  ----------\n"
        "F-2026-002  09/11/2026  13\u00a0jours  1\u202f234,57\u00a0€\n"
        "F-2026-001  10/11/2026  12\u00a0jours  1\u202f234,56\u00a0€\n"
        "----------  ----------  --------  ----------\n"
        "Total                             2\u202f469,13\u00a0€\n\n"
        "Merci de régler cette somme au plus tard le lundi 7 décembre 2026.\n\n"
        "IBAN\u00a0: FR00 1234 5678 9012 3456 7890 123\n"
        "Communication structurée\u00a0: +++123/4567/89012+++\n\n"
        "Les pénalités de retard, dues depuis chaque échéance sans qu’un rappel soit nécessaire, s’élèvent à "
        "34,34\u00a0€ à ce jour.\n"
        "L’indemnité forfaitaire pour frais de recouvrement (40\u00a0€ par facture) est à ce jour de 80,00\u00a0€.\n\n"
        "Déjà payé\u202f? Répondez «\u00a0payé\u00a0» avec la date du virement. Un désaccord, un délai\u202f? "
        "Dites-le-moi en répondant\u00a0: plus aucun rappel ne partira tant que nous n’aurons pas répondu.\n\n"
        "Cordialement,\nAlice Lumen\nAtelier Lumen\nTél. 01 99 00 12 34\n"
    )


# Belgium, book XIX


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("count", [1, 3])
def test_the_first_reminder_to_a_belgian_consumer_bears_its_mentions(locale, count):
    facts = reminder(count, locale=locale, level="courteous", kind="consumer", country="BE")
    facts = replace(facts, lines=tuple(replace(line, subject="Tonte de haie") for line in facts.lines))
    text = compose(facts).text
    mentions = ["Atelier Lumen", "0123.456.789", "Tonte de haie", "2026", "14\u00a0"]
    mentions += [letters.fields.WRITTEN[name](facts) for name in ("reste", "date_limite")]
    for mention in mentions:
        assert mention in text, mention
    assert re.search("gratuit|kosteloos|free of charge", text)
    assert re.search("réclamés\u00a0: aucun|schadevergoeding: geen|claimed: none", text)
    assert re.search("lendemain|de dag na de verzending|the day after it is sent", text)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"enterprise_number": ""}, "numero_entreprise"),
        ({"firm": ""}, "entreprise"),
        ({"answer_by": None}, "date_limite"),
        ({"answer_by": date(2026, 12, 5)}, "06/12/2026"),
    ],
)
def test_it_does_not_leave_without_them(changes, words):
    facts = reminder(level="courteous", kind="consumer", country="BE", locale="fr-BE", **changes)
    with pytest.raises(Refused, match=words):
        compose(facts)


def test_fourteen_days_are_enough():
    last = date(2026, 12, 6)
    facts = reminder(level="courteous", kind="consumer", country="BE", locale="nl-BE", answer_by=last)
    assert "zondag 6 december 2026" in compose(facts).text


def test_belgian_french_has_its_own_words():
    courteous = compose(reminder(locale="fr-BE", level="courteous")).text
    assert "note de crédit" in courteous
    assert "avoir attendu" not in courteous
    assert "mandatement" not in compose(reminder(locale="fr-BE", level="firm", kind="public")).text
    assert "mandatement" in compose(reminder(locale="fr-FR", level="firm", kind="public")).text


# Fields


@pytest.mark.parametrize(
    ("locale", "person", "level", "first_line"),
    [
        ("fr-FR", {}, "firm", "Bonjour Madame Martin,"),
        ("fr-FR", {"title": "", "first_name": "Camille"}, "firm", "Bonjour Camille Martin,"),
        ("fr-FR", {"last_name": ""}, "firm", "Bonjour,"),
        ("fr-FR", {}, "final", "Madame Martin,"),
        ("fr-FR", {"title": ""}, "final", "Madame, Monsieur,"),
        ("nl-BE", {}, "firm", "Beste mevrouw Martin,"),
        ("nl-BE", {"title": "mr"}, "firm", "Beste mijnheer Martin,"),
        ("nl-BE", {"title": "mr"}, "final", "Geachte heer Martin,"),
        ("nl-BE", {"last_name": ""}, "firm", "Geachte mevrouw, geachte heer,"),
        ("en", {}, "firm", "Dear Ms Martin,"),
        ("en", {"last_name": ""}, "firm", "Hello,"),
        ("en", {"last_name": ""}, "final", "Dear Sir or Madam,"),
    ],
)
def test_a_person_is_greeted_by_name_when_it_is_known(locale, person, level, first_line):
    text = compose(reminder(locale=locale, level=level, **person)).text
    assert text.splitlines()[0] == first_line


def test_what_is_not_known_is_not_written():
    text = compose(
        reminder(phone="", iban="", previous=(), interest=0, compensation=0, reference="", last_name="")
    ).text
    for absent in ("IBAN", "Tél.", "écrit", "pénalités", "indemnité"):
        assert absent not in text
    assert "\n\n\n" not in text


def test_without_extras_the_last_notice_has_one_sum():
    text = compose(reminder(level="final", interest=0, compensation=0)).text
    assert "Total" not in text
    assert "Total à ce jour\u00a0: 1\u202f291,73\u00a0€" in compose(reminder(level="final")).text


def test_the_reference_is_the_structured_one_or_ours_or_the_numbers():
    assert "+++123/4567/89012+++" in compose(reminder(structured="+++123/4567/89012+++")).text
    assert "indiquer" not in compose(reminder(structured="123456789012")).text
    assert "à indiquer\u00a0: C-42\n" in compose(reminder(reference="C-42")).text
    assert "à indiquer\u00a0: F-2026-001, F-2026-002\n" in compose(reminder(2)).text
    assert "à indiquer" not in compose(reminder(40)).text


def test_a_long_account_ends_with_the_rest_and_its_sum():
    facts = reminder(500)
    text = compose(facts).text
    rest = sorted(facts.lines, key=lambda line: line.due_on)[59:]
    assert f"et {len(rest)} autres" in text
    assert letters.fields.spelling.money(sum(line.owed for line in rest)) in text
    assert len(html_of(text, "fr").encode()) < 40_000


def test_the_oldest_invoice_comes_first_and_what_is_not_due_says_so():
    lines = (
        ReminderLine("F-2", date(2026, 12, 1), -9, 100),
        ReminderLine("F-1", date(2026, 11, 1), 21, 100),
    )
    text = compose(reminder(lines=lines)).text
    assert text.index("F-1 ") < text.index("F-2 ")
    assert "à échoir" in text


def test_nothing_owed_nothing_sent():
    for lines in ((), (ReminderLine("F-1", TODAY, 1, 0),), (ReminderLine("F-1", TODAY, 1, -500),)):
        with pytest.raises(Refused):
            compose(reminder(lines=lines))


@pytest.mark.parametrize("level", ["firm", "final"])
def test_a_firm_word_needs_a_deadline(level):
    with pytest.raises(Refused, match="date_limite"):
        compose(reminder(level=level, answer_by=None))


def test_hostile_names_stay_inert_in_whole_messages():
    bad = "Évil\r\nBcc: x@exemple.fr {__class__} {reste} <b>&\u202e"
    lines = tuple(ReminderLine(bad, TODAY - timedelta(3), 3, 1234, subject=bad) for _ in range(3))
    for level, many in itertools.product(LEVELS, (lines[:1], lines)):
        message = compose(reminder(level=level, lines=many, sender=bad, firm=bad, last_name=bad, phone=bad))
        assert len(message.subject.splitlines()) == 1
        assert not any(line.startswith("Bcc") for line in message.text.splitlines())
        assert "<b>" not in html_of(message.text, "fr")
        assert "\u202e" not in message.text


@pytest.mark.parametrize("locale", ["de-BE", "../fr", "fr-../../etc", ""])
def test_a_language_we_do_not_write_is_a_bug(locale):
    with pytest.raises(ValueError, match=r"locale|letters"):
        compose(reminder(locale=locale))


def test_a_level_that_does_not_exist_is_a_bug():
    with pytest.raises(ValueError, match="level"):
        compose(reminder(level="threat"))


def test_every_field_is_written_and_every_text_field_is_known():
    named = {field for path in FILES for field in fields_of(path.read_text("utf-8"))}
    assert named == set(letters.fields.WRITTEN)
