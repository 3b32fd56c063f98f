"""Is the firm the one that issued this invoice? Judged by identifiers: a name can be spelled in many ways."""

from acquit.parties.models import Firm
from acquit.rules.claims import ClaimSheet, PartySheet
from acquit.rules.refusal import Reason, gettext_noop

_NOT_OURS = gettext_noop("Cette facture est émise par %(seller)s, pas par vous.")
_UNCHECKED = gettext_noop(
    "L’émetteur (%(seller)s) n’est pas vérifié : votre entreprise n’a encore ni SIREN, ni TVA, ni BCE."
)


class Judge:
    """Judges the sellers of one file; `warnings` says once what could not be checked."""

    def __init__(self, firm: Firm) -> None:
        self.ours = _identifiers(firm.siren, "", firm.vat, firm.bce)
        self.warnings: list[Reason] = []

    def fault(self, claim: ClaimSheet) -> Reason | None:
        """Why a claim cannot be ours, or None. A seller without identifiers is not judged."""
        seller = claim.seller
        theirs = _of(seller) if seller else {}
        if seller is None or not theirs:
            return None
        named = {"seller": seller.name or " ".join(theirs.values())}
        if not self.ours:
            self.warnings = self.warnings or [Reason(_UNCHECKED, named)]
            return None
        return None if self.ours.items() & theirs.items() else Reason(_NOT_OURS, named)


def _of(party: PartySheet) -> dict[str, str]:
    return _identifiers(party.siren, party.siret, party.vat, party.bce)


def _identifiers(siren: str, siret: str, vat: str, bce: str) -> dict[str, str]:
    """Identifiers with those that one holds inside another."""
    found = {
        "siren": siren or siret[:9] or (vat[4:] if vat.startswith("FR") else ""),
        "bce": bce or (vat[2:] if vat.startswith("BE") else ""),
        "vat": vat,
    }
    return {kind: text for kind, text in found.items() if text}
