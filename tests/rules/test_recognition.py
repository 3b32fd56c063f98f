"""Dupont SARL is one customer, whatever a file calls it; two firms called Martin stay two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.rules.claims import PartySheet
from acquit.rules.recognition import Index, bare_name, country_of, kind_of, language_of, recognise

DUPONT = PartySheet("Dupont SARL", code="C001", siren="732829320", email="compta@dupont.example", postcode="75011")
MARTIN = PartySheet("Martin & Fils", code="C002", siren="552100554", country="FR")
JANSSENS = PartySheet("Janssens BV", vat="BE0403170701", country="BE")
PAUL = PartySheet("M. Paul Legrand", postcode="69003", email="paul@legrand.example")
KNOWN = Index([("dupont", DUPONT), ("martin", MARTIN), ("janssens", JANSSENS), ("paul", PAUL)])


@pytest.mark.parametrize(
    ("party", "certainty", "who", "by"),
    [
        (PartySheet("Nouvelle enseigne", siren="732829320"), "same", "dupont", "siren"),
        (PartySheet("Dupont Lyon", siret="73282932000074"), "same", "dupont", "siren"),
        (PartySheet("Dupont", vat="FR44732829320"), "same", "dupont", "siren"),
        (PartySheet("Janssens", bce="0403170701"), "same", "janssens", "bce"),
        (PartySheet("JANSSENS", vat="BE0403170701"), "same", "janssens", "vat"),
        (PartySheet("Dupont et associés", code="c001"), "same", "dupont", "code"),
        (PartySheet("Dupont", email="Compta@Dupont.example"), "same", "dupont", "email"),
        (PartySheet("S.A.R.L. DUPONT"), "same", "dupont", "name"),
        (PartySheet("Ets Martin et fils SAS"), "same", "martin", "name"),
        (PartySheet("LEGRAND Paul"), "same", "paul", "name"),
    ],
)
def test_a_customer_is_found_again(party, certainty, who, by):
    found = recognise(party, KNOWN)
    assert (found.certainty, found.ref, found.by) == (certainty, who, by)


@pytest.mark.parametrize(
    ("party", "by", "candidates"),
    [
        # The accountant's address, or a second program's numbering: one key, two unlike names.
        (PartySheet("Boulangerie Anna", email="compta@dupont.example"), "email", ("dupont",)),
        (PartySheet("Garage du Port", code="C001"), "code", ("dupont",)),
        # Two people may bear one name.
        (PartySheet("M. Paul Legrand", postcode="13001"), "name", ("paul",)),
        (PartySheet("Dupond SARL"), "alike", ("dupont",)),
    ],
)
def test_what_only_resembles_is_shown_to_a_person(party, by, candidates):
    found = recognise(party, KNOWN)
    assert (found.certainty, found.ref, found.by, found.candidates) == ("probable", None, by, candidates)


@pytest.mark.parametrize(
    "party",
    [
        PartySheet("Dupont SARL", siren="404833048"),  # same name, another firm
        PartySheet("Dupont SARL", code="C001", siren="404833048"),
        PartySheet("Martin & Fils", country="BE"),
        PartySheet("Janssens BV", bce="0123456749"),
        PartySheet("Électricité du Nord"),
        PartySheet(""),
    ],
)
def test_another_firm_is_never_taken_for_one_we_know(party):
    assert recognise(party, KNOWN).certainty == "new"


def test_a_name_that_two_customers_bear_is_not_guessed():
    index = Index([(1, PartySheet("Garage Martin")), (2, PartySheet("Garage Martin SARL"))])
    found = recognise(PartySheet("GARAGE MARTIN"), index)
    assert (found.certainty, found.ref, found.candidates) == ("probable", None, (1, 2))


def test_the_identifier_decides_between_two_of_one_name():
    index = Index([(1, PartySheet("Garage Martin", siren="732829320")), (2, PartySheet("Garage Martin"))])
    assert recognise(PartySheet("Garage Martin", siren="732829320"), index).ref == 1


def test_the_establishment_decides_between_two_of_one_firm():
    index = Index(
        [(1, PartySheet("Dupont", siret="73282932000074")), (2, PartySheet("Dupont", siret="73282932000082"))]
    )
    assert recognise(PartySheet("Dupont", siret="73282932000082"), index).ref == 2


def test_a_customer_made_from_the_first_row_is_known_at_the_second():
    index: Index[str] = Index()
    assert recognise(DUPONT, index).certainty == "new"
    index.add("dupont", DUPONT)
    assert recognise(DUPONT, index).ref == "dupont"
    assert index.sheet("dupont") is DUPONT


@given(
    name=st.sampled_from(["Dupont", "Café de l'Été", "Garage du Port"]),
    form=st.sampled_from(["SARL", "S.A.S.", "sprl"]),
)
def test_legal_forms_case_and_accents_do_not_make_a_customer(name, form):
    assert bare_name(f"{form} {name}") == bare_name(f"{name.upper()} {form}") == bare_name(name)


@given(st.text(max_size=60))
def test_every_customer_is_recognised_as_itself(name):
    party = PartySheet(name, code="C9")
    assert recognise(party, Index([("it", party)])).ref == "it"


@pytest.mark.parametrize(
    ("party", "kind", "sure"),
    [
        (PartySheet("Paul", kind="consumer"), "consumer", True),
        (PartySheet("Dupont SARL"), "business", True),
        (PartySheet("Dupont", siren="732829320"), "business", True),
        (PartySheet("MAIRIE DE LYON"), "public", True),
        (PartySheet("Ville de Liège"), "public", True),
        (PartySheet("CHU Grenoble Alpes", siren="263800302"), "public", True),
        (PartySheet("Lycée Jean Moulin"), "public", True),
        (PartySheet("Département du Rhône"), "public", True),
        (PartySheet("SPF Finances"), "public", True),
        (PartySheet("CPAS de Namur"), "public", True),
        (PartySheet("Gemeente Ukkel"), "public", True),
        (PartySheet("Stad Gent"), "public", True),
        (PartySheet("Communauté d’agglomération du Nord"), "public", True),
        (PartySheet("Agence de l’eau", siren="180000000"), "public", False),
        (PartySheet("Restaurant de la Mairie"), "business", False),
        (PartySheet("Mairie Conseil SAS"), "business", True),
        (PartySheet("M. Paul Legrand"), "consumer", False),
        (PartySheet("M LEGRAND PAUL"), "consumer", False),
        (PartySheet("Mme Anna Noël"), "consumer", False),
        (PartySheet("M & M Conseil"), "business", False),
        (PartySheet("Paul Legrand"), "business", False),
    ],
)
def test_kind_of_customer(party, kind, sure):
    found = kind_of(party)
    assert (found.value, found.sure) == (kind, sure)


@pytest.mark.parametrize(
    ("party", "home", "country"),
    [
        (PartySheet("A", country="LU"), "FR", "LU"),
        (PartySheet("A", vat="BE0403170701"), "FR", "BE"),
        (PartySheet("A", vat="EL123456789"), "FR", "GR"),
        (PartySheet("A", siren="732829320"), "BE", "FR"),
        (PartySheet("A", bce="0403170701"), "FR", "BE"),
        (PartySheet("A", postcode="B-1000"), "FR", "BE"),
        (PartySheet("A", postcode="75011"), "BE", "FR"),
        (PartySheet("A", postcode="5000"), "FR", "BE"),
        (PartySheet("A", phone="+32 2 123 45 67"), "FR", "BE"),
        (PartySheet("A"), "FR", "FR"),
    ],
)
def test_country(party, home, country):
    assert country_of(party, home).value == country


@pytest.mark.parametrize(
    ("postcode", "country", "language"),
    [
        ("1499", "BE", "fr"), ("1500", "BE", "nl"), ("1999", "BE", "nl"), ("2000", "BE", "nl"), ("3999", "BE", "nl"),
        ("4000", "BE", "fr"), ("7999", "BE", "fr"), ("8000", "BE", "nl"), ("B-9999", "BE", "nl"),
        ("1000", "BE", "en"), ("", "BE", "en"), ("2000", "FR", "fr"), ("1234", "NL", "nl"), ("8000", "CH", "en"),
    ],
)  # fmt: skip
def test_language(postcode, country, language):
    assert language_of(PartySheet("A", postcode=postcode), country, "en").value == language


def test_the_language_that_the_file_says_wins():
    assert language_of(PartySheet("A", language="nl", postcode="4000"), "BE", "fr").value == "nl"
