"""Payments find their invoices: labels as French and Belgian banks write them, and what is never certain."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.rules.identifiers import make_ogm, spell_ogm
from acquit.rules.matching import CERTAIN, PROBABLE, TO_CHOOSE, Candidate, Index, propose
from acquit.rules.statement import Movement

DUPONT, ROUX, PORT, LYON = 1, 2, 3, 4
NAMES = {DUPONT: ["Dupont SARL"], ROUX: ["Cabinet Roux & Associés"], PORT: ["Garage du Port"], LYON: ["Mairie de Lyon"]}
PAYERS = {"FR76 3000 4008 2800 0123 4567 000": PORT}


def owed(receivable: int, customer: int, reference: str, cents: int, *, structured="", currency="EUR", day=1):
    return Candidate(receivable, customer, reference, cents, currency, date(2026, 1, day), structured)


OPEN = [
    owed(36, DUPONT, "F-2026-036", 120000, structured="090933755493", day=1),
    owed(3, ROUX, "F-2026-03", 50000, day=2),
    owed(41, DUPONT, "F-2026-041", 30000, day=3),
    owed(43, DUPONT, "F-2026-043", 45000, day=4),
    owed(51, PORT, "2026-0051", 99900, day=5),
    owed(52, PORT, "2026-0052", 10100, day=6),
    owed(61, LYON, "1042", 77700, day=7),
    owed(71, ROUX, "F-2026-071", 88800, currency="USD", day=8),
    owed(72, LYON, "F-2026-072", 64300, structured="RF18539007547034", day=9),
]
INDEX = Index(OPEN, settled=["F-2025-900", "+++010/8068/17183+++"], payers=PAYERS, names=NAMES)


def paid(cents: int, label: str, **more) -> Movement:
    return Movement(date(2026, 3, 2), cents, more.pop("currency", "EUR"), label, **more)


@pytest.mark.parametrize(
    ("label", "cents", "receivables"),
    [
        ("VIR SEPA RECU /DE DUPONT SARL /MOTIF F-2026-036 /REF NOTPROVIDED", 120000, [36]),
        ("VIR INST DUPONT FACT F2026 036", 120000, [36]),
        ("facture f-2026-036 du 12/01/2026", 120000, [36]),
        ("FACTUREF2026036", 120000, [36]),
        ("F/2026/036", 120000, [36]),
        ("VIREMENT EN VOTRE FAVEUR F 2026 036", 120000, [36]),
        ("+++090/9337/55493+++", 120000, [36]),
        ("***090/9337/55493***", 120000, [36]),
        ("090933755493", 120000, [36]),
        ("EUROPESE OVERSCHRIJVING 090/9337/55493 DUPONT", 120000, [36]),
        ("F-2026-036 F-2026-041", 150000, [36, 41]),
        ("F-2026-041, F-2026-043 et F-2026-036", 195000, [36, 41, 43]),
        ("RGLT FACTURE N° 2026-0051", 99900, [51]),
        ("FACT2026-0051", 99900, [51]),
        ("FACTURE 1042", 77700, [61]),
        ("F-2026-03", 50000, [3]),
        ("CREDITEUR RF18 5390 0754 7034 MAIRIE", 64300, [72]),
        ("SOLDE F-2026-036 MONTANT 1200,00 EUR LE 02/03/2026", 120000, [36]),
    ],
)
def test_a_reference_with_the_amount_owed_is_certain(label, cents, receivables):
    proposal = propose(paid(cents, label), INDEX)
    assert proposal.confidence == CERTAIN
    assert sorted(receivable for receivable, _ in proposal.shares) == receivables
    assert proposal.unallocated == 0
    assert proposal.reasons


def test_the_end_to_end_id_counts_as_a_reference():
    proposal = propose(paid(120000, "VIREMENT SEPA", end_to_end="F-2026-036"), INDEX)
    assert (proposal.confidence, proposal.shares) == (CERTAIN, ((36, 120000),))


def test_a_structured_reference_of_the_bank_counts_without_any_text():
    proposal = propose(paid(120000, "", structured="090933755493"), INDEX)
    assert (proposal.confidence, proposal.shares) == (CERTAIN, ((36, 120000),))


@pytest.mark.parametrize("wrong", ["+++090/9337/55494+++", "+++091/9337/55493+++", "***090/9338/55493***"])
def test_one_wrong_digit_in_a_structured_communication_matches_nothing(wrong):
    proposal = propose(paid(120000, wrong, name="Dupont SARL"), INDEX)
    assert (proposal.confidence, proposal.shares, proposal.unallocated) == (TO_CHOOSE, (), 120000)
    assert "fausse" in str(proposal.reasons[0])
    assert proposal.suggestions[0] == 36


@pytest.mark.parametrize(
    ("label", "cents", "shares", "unallocated", "why"),
    [
        ("ACOMPTE F-2026-036", 50000, ((36, 50000),), 0, "partiel"),
        ("F-2026-036 TROP PAYE", 130000, ((36, 120000),), 10000, "de trop"),
        ("F-2026-036 ET AUTRES", 165000, ((36, 120000), (43, 45000)), 0, "somme de 2"),
        ("F-2026-036 F-2026-041", 30000, ((41, 30000),), 0, "exactement"),
        ("F-2026-036 F-2026-041", 130000, ((36, 120000), (41, 10000)), 0, "partiel"),
        ("fact 41 et 43", 75000, ((41, 30000), (43, 45000)), 0, "41, 43"),
        ("VIR DUPONT SARL", 120000, ((36, 120000),), 0, "nom du payeur"),
        ("VIR CABINET ROUX ET ASSOCIES REGLEMENT", 50000, ((3, 50000),), 0, "nom du payeur"),
        ("VIR DUPONT SARL REGLEMENT", 195000, ((36, 120000), (41, 30000), (43, 45000)), 0, "somme de 3"),
        ("VIREMENT 1042 LYON", 77700, ((61, 77700),), 0, "hasard"),
    ],
)
def test_weaker_proof_is_probable(label, cents, shares, unallocated, why):
    proposal = propose(paid(cents, label), INDEX)
    assert (proposal.confidence, proposal.shares, proposal.unallocated) == (PROBABLE, shares, unallocated)
    assert why in " ".join(map(str, proposal.reasons))


@pytest.mark.parametrize(("cents", "shares"), [(99900, ((51, 99900),)), (110000, ((51, 99900), (52, 10100)))])
def test_a_known_account_that_pays_what_is_owed_is_probable(cents, shares):
    proposal = propose(paid(cents, "VIREMENT", iban="FR7630004008280001234567000"), INDEX)
    assert (proposal.confidence, proposal.shares) == (PROBABLE, shares)
    assert "compte du payeur" in str(proposal.reasons[0])


@pytest.mark.parametrize(
    ("label", "cents"),
    [
        ("LOYER MARS", 120001),
        ("VIREMENT DU 20/26/036", 50001),
        ("F-2026-0361", 120000),
        ("F-2026-99", 50000),
        ("REGLEMENT 120,36 EUR", 64300),
        ("PAIEMENT DU 10.04.2026", 77700),
        ("MONTANT 1042,00 EUR", 77700),
        ("MERCI 1042 EUR", 77700),
        ("VIREMENT 03", 50000),
    ],
)
def test_dates_amounts_and_halves_of_references_point_to_nothing(label, cents):
    proposal = propose(paid(cents, label), INDEX)
    assert (proposal.confidence, proposal.shares, proposal.unallocated) == (TO_CHOOSE, (), cents)


def test_a_short_reference_is_not_read_in_a_longer_one():
    assert propose(paid(50000, "F-2026-036"), INDEX).shares == ((36, 50000),)
    assert propose(paid(120000, "F-2026-03"), INDEX).shares == ((3, 50000),)


def test_money_out_has_no_proposal():
    assert propose(paid(-120000, "F-2026-036"), INDEX) is None
    assert propose(paid(0, "F-2026-036"), INDEX) is None


def test_nothing_crosses_currencies():
    euros = propose(paid(88800, "F-2026-071"), INDEX)
    assert (euros.confidence, euros.shares) == (TO_CHOOSE, ())
    assert "USD" in str(euros.reasons[0])
    dollars = propose(paid(88800, "F-2026-071", currency="USD"), INDEX)
    assert (dollars.confidence, dollars.shares) == (CERTAIN, ((71, 88800),))


@pytest.mark.parametrize("label", ["VIR F-2025-900", "+++010/8068/17183+++"])
def test_a_second_payment_of_a_settled_invoice_is_for_a_person_to_judge(label):
    proposal = propose(paid(120000, label, name="Dupont SARL"), INDEX)
    assert (proposal.confidence, proposal.shares) == (TO_CHOOSE, ())
    assert "déjà soldée" in str(proposal.reasons[0])


def test_a_settled_reference_beside_an_open_one_leaves_doubt():
    assert propose(paid(120000, "F-2025-900 et F-2026-036"), INDEX).confidence == PROBABLE


def test_one_reference_of_two_firms_is_never_certain():
    index = Index([owed(1, DUPONT, "2026-1", 5000), owed(2, ROUX, "2026/1", 5000), owed(3, PORT, "2026-2", 7000)])
    same = propose(paid(5000, "facture 2026-1"), index)
    assert (same.confidence, same.shares, same.suggestions) == (TO_CHOOSE, (), (1, 2))


def test_two_instalments_of_one_invoice_are_told_apart_by_amount_but_not_certain():
    index = Index([owed(1, DUPONT, "F-2026-500", 5000), owed(2, DUPONT, "F-2026-500", 7000, day=9)])
    proposal = propose(paid(7000, "F-2026-500"), index)
    assert (proposal.confidence, proposal.shares) == (PROBABLE, ((2, 7000),))


def test_a_reference_that_goes_on_after_a_space_is_not_certain():
    index = Index([owed(1, DUPONT, "F-2026-03", 5000), owed(2, DUPONT, "F-2026-036", 5000)])
    assert propose(paid(5000, "F-2026-03 6 pieces"), index).confidence != CERTAIN


def test_two_customers_with_like_names_and_one_amount_are_for_a_person_to_judge():
    index = Index(
        [owed(1, 1, "A-2026-1", 5000), owed(2, 2, "A-2026-2", 5000)],
        names={1: ["Boulangerie Martin"], 2: ["Boulangerie Martin et fils"]},
    )
    proposal = propose(paid(5000, "VIR BOULANGERIE MARTIN ET FILS"), index)
    assert (proposal.confidence, proposal.shares) == (TO_CHOOSE, ())
    assert set(proposal.suggestions) == {1, 2}


def test_of_equal_invoices_of_a_known_payer_the_oldest_is_proposed():
    index = Index([owed(2, PORT, "B-2", 5000, day=9), owed(1, PORT, "B-1", 5000)], payers=PAYERS)
    proposal = propose(paid(5000, "VIR", iban="FR7630004008280001234567000"), index)
    assert (proposal.confidence, proposal.shares) == (PROBABLE, ((1, 5000),))
    assert "plus ancienne" in " ".join(map(str, proposal.reasons))


def test_an_unknown_payer_leaves_the_invoices_of_that_amount_to_choose_from():
    proposal = propose(paid(77700, "REMISE CHEQUE"), INDEX)
    assert (proposal.confidence, proposal.suggestions) == (TO_CHOOSE, (61,))


# A labelled year of payments: what each truly pays is known, because the line was made from it.

FIRMS = [
    "ATELIER NOEL",
    "TRANSPORTS MICHEL",
    "BOULANGERIE ANNA",
    "CLINIQUE DES LILAS",
    "HOTEL BELLEVUE",
    "IMPRIMERIE OUEST",
]
SPELLINGS = [
    "VIR SEPA RECU /DE {firm} /MOTIF FACTURE {ref} /REF {noise}",
    "VIREMENT EN VOTRE FAVEUR {firm} {ref}",
    "VIR INST {firm} FACT {glued}",
    "{firm} REGLEMENT {spaced} DU 12/03/2026",
    "OVERSCHRIJVING VAN {firm} FACTUUR {ref} BEDRAG {amount} EUR",
    "{ogm}",
    "VIR {firm} {lower}",
]


def made_line(chance: random.Random, mine: list[Candidate], firm: str) -> tuple[Movement, set[int] | None]:
    """A bank line and the receivables it pays; None when nobody could tell."""
    invoice = chance.choice(mine)
    words = {
        "firm": firm,
        "ref": invoice.reference,
        "glued": invoice.reference.replace("-", ""),
        "spaced": invoice.reference.replace("-", " "),
        "lower": invoice.reference.lower(),
        "noise": str(chance.randrange(10**7)),
        "amount": f"{invoice.owed // 100},{invoice.owed % 100:02d}",
        "ogm": spell_ogm(invoice.structured),
    }
    label = chance.choice(SPELLINGS).format(**words)
    match chance.randrange(8):
        case 0:
            return paid(max(1, invoice.owed // 2), label), {invoice.receivable}
        case 1:
            other = next(c for c in mine if c != invoice)
            label = f"VIR {firm} {invoice.reference} {other.reference}"
            return paid(invoice.owed + other.owed, label), {invoice.receivable, other.receivable}
        case 2:
            return paid(invoice.owed, f"VIR {firm}", name=firm), {invoice.receivable}
        case 3:
            return paid(chance.randrange(1, 10**6), f"CB {words['noise']} DIVERS {chance.randrange(3000)}"), None
    return paid(invoice.owed, label), {invoice.receivable}


def test_a_year_of_labelled_payments_has_no_wrong_certainty_and_finds_nearly_all():
    chance = random.Random(20260302)
    names = {
        n: [f"{firm} {town}"] for n, (firm, town) in enumerate((f, t) for f in FIRMS for t in ("SUD", "NORD", "EST"))
    }
    amounts = chance.sample(range(1_000, 900_000), 600)
    candidates = [
        Candidate(n, n % 18, f"FA-2026-{n:04d}", amounts[n], "EUR", date(2026, 1, 1) + timedelta(n % 300), make_ogm(n))
        for n in range(600)
    ]
    index = Index(candidates, names=names)
    answers = found = 0
    for _ in range(600):
        customer = chance.randrange(18)
        movement, truth = made_line(chance, [c for c in candidates if c.customer == customer], names[customer][0])
        proposal = propose(movement, index)
        proposed = {receivable for receivable, _ in proposal.shares}
        if proposal.confidence == CERTAIN:
            assert proposed == truth, movement.label
        answers += truth is not None
        found += truth is not None and proposed == truth and proposal.confidence in (CERTAIN, PROBABLE)
    assert answers > 300
    assert found / answers >= 0.95


LABELS = st.sampled_from(
    [c.reference for c in OPEN] + ["fact 41 et 43", "+++090/9337/55493+++", "DUPONT", "F-2025-900", "41"]
)


@given(st.lists(LABELS, max_size=4), st.integers(-10, 400_000), st.sampled_from(["EUR", "USD"]))
@settings(max_examples=300)
def test_a_proposal_shares_out_the_whole_amount_and_never_more_than_is_owed(labels, cents, currency):
    proposal = propose(paid(cents, " ".join(labels), currency=currency), INDEX)
    if proposal is None:
        assert cents <= 0
        return
    by_id = {c.receivable: c for c in OPEN}
    assert sum(share for _, share in proposal.shares) + proposal.unallocated == cents
    assert len({receivable for receivable, _ in proposal.shares}) == len(proposal.shares)
    for receivable, share in proposal.shares:
        assert 0 < share <= by_id[receivable].owed
        assert by_id[receivable].currency == currency
    if proposal.confidence == CERTAIN:
        assert all(share == by_id[receivable].owed for receivable, share in proposal.shares)
    assert (proposal.confidence == TO_CHOOSE) == (not proposal.shares)
