"""Columns are recognised by their names in four languages, and by what is in them when names are not enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.rules.mapping import LABELS, TEMPLATE, propose, score


def mapped(header, rows=(), given=None):
    columns = header.split(";")
    return {f: columns[c] for f, c in propose(columns, rows, given).columns.items()}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Reste dû", "open"), ("Solde", "open"), ("Reste à payer", "open"), ("RESTE A ENCAISSER", "open"),
        ("Open balance", "open"), ("amount_residual", "open"), ("Openstaand", "open"), ("Te betalen", "open"),
        ("Offener Betrag", "open"), ("Restant dû (EUR)", "open"),
        ("Date d’échéance", "due"), ("Date limite de règlement", "due"), ("Échue le", "due"), ("Due Date", "due"),
        ("Vervaldag", "due"), ("Vervaldatum", "due"), ("Fälligkeit", "due"), ("Echéance", "due"),
        ("N° facture", "number"), ("Pièce", "number"), ("PieceRef", "number"), ("Factuurnummer", "number"),
        ("Rechnungsnr.", "number"), ("Invoice No", "number"), ("Numéro de la facture", "number"),
        ("Montant TTC", "total"), ("montant_ttc", "total"), ("Total TTC (€)", "total"), ("Bedrag incl. btw", "total"),
        ("Bruttobetrag", "total"), ("Raison sociale", "client"), ("Klantnaam", "client"), ("Kunde", "client"),
        ("Nom du client", "client"), ("Customer Name", "client"), ("Date de facture", "issued"),
        ("Factuurdatum", "issued"), ("E-mail", "email"), ("Courriel", "email"), ("Adresse mail", "email"),
        ("SIREN", "siren"), ("N° SIRET", "siret"), ("TVA intracommunautaire", "vat"),
        ("BTW-nummer", "vat"),
        ("Ondernemingsnummer", "bce"), ("N° BCE", "bce"), ("Téléphone", "phone"), ("CP", "postcode"),
        ("Ville", "city"),
        ("Gestructureerde mededeling", "structured"), ("Communication structurée", "structured"),
        ("Devise", "currency"),
        ("Code client", "code"), ("Klantnummer", "code"), ("Langue", "language"), ("Statut", "state"),
        ("Bon de commande", "order_reference"), ("Type de client", "kind"),
    ],
)  # fmt: skip
def test_a_column_is_known_by_its_name(name, field):
    assert mapped(name) == {field: name}


@pytest.mark.parametrize(
    "name", ["Montant HT", "Total HT", "Montant TVA", "Taux TVA", "Netto", "Bedrag excl. btw", "Remise", "", "Xyz"]
)
def test_what_is_not_owed_is_not_taken_for_it(name):
    assert not {"total", "open"} & mapped(name).keys()


def test_the_template_is_read_as_it_says():
    assert list(mapped(";".join(TEMPLATE))) != []
    assert mapped(";".join(TEMPLATE)) == {
        "number": "numero", "client": "client", "email": "email", "issued": "date", "due": "echeance",
        "total": "montant_ttc", "open": "reste_du", "currency": "devise", "order_reference": "reference",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "field", "column"),
    [
        ("Montant;Montant TTC", "total", "Montant TTC"),
        ("Date;Date facture", "issued", "Date facture"),
        ("Nom;Client", "client", "Client"),
        ("Référence;Client", "number", "Référence"),  # nothing else is the number
        ("Référence;N° facture", "order_reference", "Référence"),
        ("name;invoice_partner_display_name;amount_residual", "number", "name"),
    ],
)
def test_the_better_name_wins(header, field, column):
    assert mapped(header)[field] == column


@pytest.mark.parametrize(("cells", "field"), [(["oui", "non"], "settled"), (["100,00", "50,00"], "paid")])
def test_cells_decide_where_the_name_says_two_things(cells, field):
    assert mapped("Payé", [[c] for c in cells]) == {field: "Payé"}


def test_the_users_choice_is_sure_and_frees_the_field():
    assert mapped("Client;Montant;Solde", given={"total": 2, "open": -1}) == {"client": "Client", "total": "Solde"}


def test_confidence_tells_a_known_name_from_a_guess():
    proposal = propose(["Montant TTC", "Numero de facturr", "Ville"])
    assert proposal.confidence("total") == 100
    assert 0 < proposal.confidence("number") < proposal.confidence("city")
    assert proposal.confidence("email") == 0


@pytest.mark.parametrize(
    ("row", "hits"), [(["Client", "Date", "x"], 2), (["Client", "x"], 0), (["", ""], 0), (["Dupont", "12"], 0)]
)
def test_a_header_is_a_row_with_two_known_names(row, hits):
    assert score(row) == hits


@given(
    st.lists(
        st.sampled_from(["Date", "Client", "Montant", "Solde", "Réf", "Total", "x", ""]) | st.text(max_size=8),
        max_size=9,
    )
)
def test_no_field_and_no_column_is_taken_twice(header):
    proposal = propose(header)
    assert len(set(proposal.columns.values())) == len(proposal.columns)
    assert set(proposal.columns) <= set(LABELS)
    assert {g.field: g.column for g in proposal.guesses} == proposal.columns
    assert all(0 < g.confidence <= 100 for g in proposal.guesses)
