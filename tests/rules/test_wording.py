"""What a letter may say, how its fields are filled, and that nothing a stranger typed can act in it."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.rules import wording
from acquit.rules.refusal import Refused
from acquit.rules.wording import FIELDS, Purpose, check, fields_of, html_of, parse, render, table_of

PLAIN = """Objet : Facture {numero}

{salutation},

Facture {numero}, échue le {echeance} : il reste {reste}.

{expediteur}
"""
MANY = "Objet : {nombre} factures\n\nIl reste {reste}.\n\n{tableau}\n\n{expediteur}\n"
VALUES = dict.fromkeys(FIELDS, "x") | {
    "salutation": "Bonjour Madame Martin",
    "numero": "F-1",
    "reste": "1 240,00 €",
    "echeance": "3 novembre 2026",
    "expediteur": "Alice",
}


ONE = Purpose()


def said(text: str, purpose: Purpose = ONE) -> list[str]:
    return [str(reason) for reason in check(text, purpose)]


def test_a_sound_letter_has_nothing_to_reproach():
    assert said(PLAIN) == []
    assert said(MANY, Purpose(many=True)) == []


def test_fields_come_once_in_order():
    assert fields_of(PLAIN + "{reste}") == ("numero", "salutation", "echeance", "reste", "expediteur")


@pytest.mark.parametrize(
    ("text", "purpose", "words"),
    [
        ("Bonjour", Purpose(), "première ligne"),
        ("Objet : x\nsans ligne vide {numero} {reste} {echeance}", Purpose(), "première ligne"),
        ("Objet : x\n\n", Purpose(), "vide"),
        (PLAIN + "{montant_du}", Purpose(), "« {montant_du} » n’existe pas"),
        (PLAIN + "{}", Purpose(), "accolade"),
        (PLAIN + "{reste.__class__}", Purpose(), "accolade"),
        (PLAIN + "{reste[0]}", Purpose(), "accolade"),
        (PLAIN + "{reste!r}", Purpose(), "accolade"),
        (PLAIN + "{reste:>99999999}", Purpose(), "accolade"),
        (PLAIN + "{{reste}}", Purpose(), "accolade"),
        (PLAIN + "{__class__}", Purpose(), "« {__class__} » n’existe pas"),
        (PLAIN + "{ reste }", Purpose(), "accolade"),
        (PLAIN + "} {", Purpose(), "accolade"),
        (PLAIN.replace("{reste}", "cent euros"), Purpose(), "somme due"),
        (PLAIN.replace("{echeance}", "hier"), Purpose(), "aucune date"),
        (PLAIN.replace("Facture {numero}", "Facture"), Purpose(), "de quelle facture"),
        (PLAIN + "{nombre}", Purpose(), "une seule facture"),
        (MANY + "{jours}", Purpose(many=True), "plusieurs factures"),
        (MANY.replace("\n\n{tableau}", " {tableau}"), Purpose(many=True), "seul dans son paragraphe"),
        (PLAIN.replace("Objet : Facture", "Objet : {iban}"), Purpose(), "dans l’objet"),
        (PLAIN + "{penalites}", Purpose(consumer=True), "« {penalites} » ne s’écrit pas à un particulier"),
        (PLAIN + "{indemnite}", Purpose(consumer=True), "« {indemnite} » ne s’écrit pas à un particulier"),
        (PLAIN, Purpose(consumer=True, belgian_first=True), "« {numero_entreprise} »"),
        ("Objet : x\n\n" + "a" * 9000, Purpose(), "8000"),
    ],
)
def test_a_faulty_letter_is_refused_by_name(text, purpose, words):
    assert any(words in reason for reason in said(text, purpose)), said(text, purpose)
    with pytest.raises(Refused):
        parse(text, purpose)


def test_all_faults_are_told_at_once():
    assert len(said("Objet : x\n\n{inconnu} {autre} {nombre}")) == 6


def test_a_line_with_nothing_to_say_is_left_out_and_blank_lines_do_not_pile_up():
    text = PLAIN.replace("\n\n{expediteur}", "\n\nIBAN : {iban}\nRéférence : {communication}\n\n{expediteur}")
    both = render(parse(text), VALUES | {"iban": "FR00", "communication": "F-1"}).text
    none = render(parse(text), VALUES | {"iban": "", "communication": ""}).text
    assert "IBAN : FR00\nRéférence : F-1\n\nAlice\n" in both
    assert none.endswith("il reste 1 240,00 €.\n\nAlice\n")


@pytest.mark.parametrize("field", ["reste", "echeance", "numero", "salutation", "expediteur"])
def test_a_letter_never_leaves_without_what_it_rests_on(field):
    with pytest.raises(Refused, match=field):
        render(parse(PLAIN), VALUES | {field: "  "})


def test_a_forgotten_value_is_a_bug_and_not_a_blank():
    with pytest.raises(KeyError):
        render(parse(PLAIN), {})


HOSTILE = [
    "Martin\r\nBcc: tous@exemple.fr",
    "Martin\nX: y\n\ncorps",
    "Martin\u2028Bcc: a\u2029b\x85c\x0bd\x0ce",
    "{__class__} {reste.__class__.__mro__} {0} {",
    "%(field)s %s ${x} {{ settings.SECRET_KEY }} {% load x %}",
    "<script>alert(1)</script><img src=x onerror=y>\"'&",
    "\u202egro.elpmaxe\u2066x",
    "-----  -----",
    "=1+1",
    "N" * 5000,
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("field", ["numero", "salutation", "expediteur", "reste", "echeance"])
def test_what_a_stranger_typed_stays_inert(name, field):
    rendered = render(parse(PLAIN), VALUES | {field: name})
    assert rendered.subject.splitlines() == [rendered.subject]
    assert len(rendered.subject) <= wording.VALUE_MAX
    assert len(rendered.text.splitlines()) == len(PLAIN.splitlines()) - 2
    assert not set("\u202e\u2066\r\x85") & set(rendered.text)
    page = html_of(rendered.text, "fr")
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("<p>") == 3
    assert "<table" not in page


def test_braces_in_a_name_are_printed_as_they_are():
    assert "{reste}" in render(parse(PLAIN), VALUES | {"salutation": "Bonjour {reste}"}).text


class Cells(HTMLParser):
    """Reads the cells of a table back."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        self.inside = tag in ("td", "th")
        if self.inside:
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


texts = st.text(st.characters(codec="utf-8"), max_size=20)
rows = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=8)


@given(rows)
def test_the_html_table_says_what_the_text_table_says(cells):
    head, foot = ("Facture", "Échéance", "Reste dû"), ("Total", "", "9,00\u00a0€")
    text = table_of(head, cells, foot)
    wanted = [[wording.inert(cell) for cell in row] for row in (head, *cells, foot)]
    rule = text.splitlines()[1]
    kept = [row for row, line in zip(wanted, [x for x in text.split("\n") if x != rule], strict=False) if line != rule]
    assert Cells(html_of(f"Avant.\n\n{text}\n\nAprès.", "fr")).rows == kept


def test_the_text_table_is_aligned_with_amounts_to_the_right():
    table = table_of(("N°", "Dû"), [("F-1", "1,00 €"), ("F-20", "1 200,00 €")], ("Total", "1 201,00 €"))
    assert table.split("\n") == [
        "N°             Dû",
        "-----  ----------",
        "F-1        1,00 €",
        "F-20   1 200,00 €",
        "-----  ----------",
        "Total  1 201,00 €",
    ]


def test_html_is_the_text_and_nothing_else():
    page = html_of("Bonjour,\n\nA & B < C\nligne 2\n", "nl-BE")
    assert '<html lang="nl-BE">' in page
    assert "<p>Bonjour,</p>\n<p>A &amp; B &lt; C<br>ligne 2</p>" in page
    for absent in ("<a ", "<img", "http", "<script", "url("):
        assert absent not in page


@given(st.text(max_size=400))
def test_no_text_breaks_the_checker_or_the_page(text):
    check(text)
    html_of(text, "fr")
    assert "\n" not in wording.inert(text)


@given(st.dictionaries(st.sampled_from(sorted(set(FIELDS) - {"tableau"})), st.text(max_size=60)))
def test_any_value_leaves_the_subject_on_one_line(values):
    needed = {"numero", "salutation", "reste", "echeance", "expediteur"}
    filled = VALUES | {k: v if k not in needed or wording.inert(v) else "x" for k, v in values.items()}
    rendered = render(parse(PLAIN), filled)
    assert len(rendered.subject.splitlines()) == 1
    assert rendered.text.endswith("\n")
