"""Who the example firm sells to: sixty invented customers, each with a way of paying. Pure."""

from dataclasses import dataclass

from acquit.rules.tables import fold

HABITS = frozenset(
    {"prompt", "usual", "slow", "never", "stopped", "halves", "grouped", "stranger", "public", "vague", "scripted"}
)
"""`stopped` paid until five months ago; `stranger` pays from another name; `vague` never says what for."""


@dataclass(frozen=True, slots=True)
class Debtor:
    """One customer of the example. Identifiers are of ranges that were never given out."""

    code: str
    name: str
    kind: str
    country: str
    language: str
    postcode: str
    city: str
    habit: str
    bills: int
    """Invoices over the eighteen months, those of the scenes not counted."""
    email: str
    contact: str
    terms: int
    siren: str = ""
    vat: str = ""
    bce: str = ""
    iban: str = ""
    payer: str = ""
    """Name that the bank shows."""
    street: str = ""

    @property
    def account(self) -> str:
        """On which of the firm's two accounts they pay: the Belgian one for Belgians."""
        return "be" if self.country == "BE" else "fr"


# name | kind | country | language | postcode city | habit | bills | contact (- = no e-mail address known)
_ROWS = """
Dupont SARL|b|FR|fr|59800 Lille|never|4|Denis Dupont
Menuiserie Le Goff|b|FR|fr|29000 Quimper|stopped|9|Anne Le Goff
Galerie Aubépine|b|FR|fr|69002 Lyon|scripted|3|Paul Serin
Mairie de Vaubrun|p|FR|fr|71460 Vaubrun|public|8|Service comptable
Commune de Hautrive|p|BE|fr|5310 Hautrive|public|6|Service des finances
Association Les Lucioles|b|FR|fr|35000 Rennes|scripted|2|Claire Morvan
Groupe Ardane SA|b|FR|en|92400 Courbevoie|grouped|20|Accounts payable
Drukkerij De Zwaan BV|b|BE|nl|9000 Gent|usual|8|Jan De Zwaan
Bakkerij Peeters NV|b|BE|nl|2800 Mechelen|slow|6|Els Peeters
Northlight Studio Ltd|b|GB|en|EC1A London|usual|6|Emma North
Hôtel du Canal|b|FR|fr|31000 Toulouse|slow|8|Marc Vidal
Brasserie Saint-Hilaire|b|BE|fr|4000 Liège|halves|5|Luc Hilaire
Boulangerie Marel|b|FR|fr|44000 Nantes|stranger|7|Sonia Marel
Théâtre des Deux Rives|b|FR|fr|67000 Strasbourg|scripted|4|Hélène Kuntz
Garage Petit et Fils|b|FR|fr|80000 Amiens|scripted|4|Rémi Petit
M. Lefèvre Alain|c|FR|fr|59100 Roubaix|scripted|1|Alain Lefèvre
Mme Caron Odile|c|FR|fr|62000 Arras|scripted|1|-
Mme Janssens Griet|c|BE|nl|3000 Leuven|never|1|Griet Janssens
M. Lambert Olivier|c|BE|fr|5000 Namur|scripted|1|Olivier Lambert
Cabinet Orion|b|FR|fr|75011 Paris|scripted|4|Julie Faure
Librairie du Passage|b|FR|fr|33000 Bordeaux|prompt|8|Nina Roux
Fleuriste Camélia|b|FR|fr|06000 Nice|usual|8|Camille Blanc
Restaurant L’Estragon|b|FR|fr|13001 Marseille|usual|7|Yves Costa
Pharmacie des Tilleuls|b|FR|fr|37000 Tours|prompt|7|Dr Meunier
Opticien Clairvue|b|FR|fr|76000 Rouen|usual|7|Inès Klein
Agence Pixelle|b|FR|fr|34000 Montpellier|usual|9|Tom Girard
Atelier Bois Brûlé|b|FR|fr|87000 Limoges|usual|6|Jean Tessier
Clinique vétérinaire Sirius|b|FR|fr|45000 Orléans|prompt|6|Dr Arnaud
École de danse Arabesque|b|FR|fr|21000 Dijon|usual|6|Lou Perrin
Camping Les Sables Clairs|b|FR|fr|85100 Olonne|slow|4|Gilles Baron
Cave Montrachelle|b|FR|fr|71150 Chagny|usual|7|Odette Nivot
Imprimerie Gutenval|b|FR|fr|57000 Metz|usual|7|Karl Weber
Salon Mèche Folle|b|FR|fr|38000 Grenoble|vague|6|Lisa Morel
Cordonnerie Talon|b|FR|fr|72000 Le Mans|vague|5|Ali Benali
Auberge du Vieux Lavoir|b|FR|fr|15000 Aurillac|slow|5|-
Transports Rivoire|b|FR|fr|42000 Saint-Étienne|usual|7|Hugo Rivoire
Maison Delcourt|b|FR|fr|59000 Lille|prompt|6|Alice Delcourt
Studio Kilim|b|FR|fr|93100 Montreuil|usual|6|Samir Haddad
Musée de la Dentelle SAS|b|FR|fr|14000 Caen|prompt|5|Régie Musée
Épicerie Ventrue|b|FR|fr|64000 Pau|usual|5|Maud Etche
Brocante Passé Simple|b|FR|fr|30000 Nîmes|vague|4|-
Fromagerie Combelle|b|FR|fr|25000 Besançon|prompt|5|Aline Combelle
Architectes Nord-Sud|b|FR|fr|59200 Tourcoing|slow|6|Victor Six
Notaires Ravel Associés|b|FR|fr|86000 Poitiers|prompt|4|Étude Ravel
Domaine de la Source|b|FR|fr|84000 Avignon|usual|5|Rose Fabre
Confiserie Bergamote|b|FR|fr|54000 Nancy|prompt|5|Guy Stein
Café Amadou|b|BE|fr|1000 Bruxelles|usual|6|Amadou Sy
Bureau Van Hove SRL|b|BE|fr|1348 Louvain-la-Neuve|usual|6|Eva Van Hove
Slagerij Claes BV|b|BE|nl|8500 Kortrijk|usual|5|Bart Claes
Tuinen Verhaegen BV|b|BE|nl|3500 Hasselt|prompt|5|Tine Verhaegen
Chocolaterie Duquesne SRL|b|BE|fr|7000 Mons|usual|5|Noé Duquesne
ASBL La Ribambelle|b|BE|fr|6000 Charleroi|slow|4|-
Mme Bertin Solange|c|FR|fr|51100 Reims|prompt|2|Solange Bertin
M. Garnier Bruno|c|FR|fr|63000 Clermont-Ferrand|usual|2|Bruno Garnier
Mme Nguyen Thi|c|FR|fr|94200 Ivry|prompt|2|Thi Nguyen
M. Colas Étienne|c|FR|fr|56000 Vannes|usual|2|-
Mme Fontaine Agnès|c|FR|fr|74000 Annecy|prompt|2|Agnès Fontaine
M. Peeters Koen|c|BE|nl|2000 Antwerpen|usual|2|Koen Peeters
Mme Dubois Martine|c|BE|fr|6900 Marche|prompt|2|Martine Dubois
M. Roche Lucien|c|FR|fr|16000 Angoulême|slow|2|-
"""
_KINDS = {"b": "business", "c": "consumer", "p": "public"}
REFUSED_AT = "Théâtre des Deux Rives"
"""Whose address the example's mail server refuses."""
REFUSED_DOMAIN = "adresse-morte.example"


def debtors(count: int = 60) -> list[Debtor]:
    """The first `count` customers; those whom the scenes are about come first."""
    rows = [line.split("|") for line in _ROWS.strip().splitlines()]
    return [_debtor(number, *row) for number, row in enumerate(rows[:count], 1)]


def _debtor(
    number: int, name: str, kind: str, country: str, language: str, place: str, habit: str, bills: str, contact: str
) -> Debtor:
    assert habit in HABITS
    business = kind != "c"
    siren = _siren(number) if country == "FR" and business else ""
    bce = _bce(number) if country == "BE" and business else ""
    postcode, _, city = place.partition(" ")
    return Debtor(
        code=f"CL{number:03}",
        name=name,
        kind=_KINDS[kind],
        country=country,
        language=language,
        postcode=postcode,
        city=city,
        habit=habit,
        bills=int(bills),
        email="" if contact == "-" else _email(name, contact, kind),
        contact="" if contact == "-" else contact,
        terms=15 if kind == "c" else 45 if habit == "grouped" else 30,
        siren=siren,
        vat=_vat(siren) if siren else f"BE{bce}" if bce else "",
        bce=bce,
        iban=iban("BE", f"999{number:07}") if country == "BE" else iban("FR", f"{0:010}{number:011}00"),
        payer="SCI TROIS MOULINS" if habit == "stranger" else fold(name).upper(),
        street=f"{number * 7 % 90 + 1} rue des Ateliers",
    )


def _email(name: str, contact: str, kind: str) -> str:
    local = fold(contact).replace(" ", ".")
    domain = fold(name).replace(" ", "-")
    if name == REFUSED_AT:
        return f"{local}@{REFUSED_DOMAIN}"
    return f"{local}@particulier.example" if kind == "c" else f"{local}@{domain}.example"


def _siren(number: int) -> str:
    """A SIREN of the range 000…, which INSEE never gave out, with a right check digit."""
    body = f"{100 + number:08}"
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(body)]
    return body + str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def _vat(siren: str) -> str:
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def _bce(number: int) -> str:
    """An enterprise number below the first one given out (0200.000.000)."""
    body = f"{100 + number:08}"
    return f"{body}{97 - int(body) % 97:02}"


def iban(country: str, bban: str) -> str:
    """An account of a bank code that no bank has (00000 in France, 999 in Belgium)."""
    if country == "BE":
        bban += f"{int(bban) % 97 or 97:02}"
    digits = "".join(str(int(c, 36)) for c in f"{bban}{country}00")
    return f"{country}{98 - int(digits) % 97:02}{bban}"


OWN_SIREN = _siren(0)
OWN_VAT = _vat(OWN_SIREN)
OWN_IBAN = {"fr": iban("FR", f"{0:010}{99900000001:011}00"), "be": iban("BE", "9999999999")}
"""The firm's two accounts."""
