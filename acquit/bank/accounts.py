"""Whose account is this statement of? One the firm has, its first one, or a stranger's that must be confirmed."""

from dataclasses import dataclass, field

from acquit.bank.models import BankAccount
from acquit.parties.models import Firm
from acquit.rules.identifiers import bare
from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.rules.statement import StatementSheet

NUMBER_MIN = 8
"""Digits of a national account number that are enough to find it again in an IBAN."""

_STRANGER = gettext_noop(
    "Ce relevé est celui du compte %(found)s, alors que l’entreprise suit %(known)s. "
    "Confirmez s’il s’agit d’un nouveau compte."
)
_NOT_CHOSEN = gettext_noop("Ce relevé est celui du compte %(found)s, pas du compte choisi (%(known)s).")
_WHICH = gettext_noop("Ce relevé ne dit pas de quel compte il s’agit : choisissez parmi %(known)s.")


@dataclass
class Accounts:
    """The accounts of a firm while files come in. Nothing is written: `opened` and `named` are what is to write."""

    firm: Firm
    known: list[BankAccount]
    chosen: str = ""
    """The account that a person named for these files."""
    accept_new: bool = False
    """A person confirmed that an account not seen before is the firm's."""
    opened: list[BankAccount] = field(default_factory=list)
    named: list[BankAccount] = field(default_factory=list)
    _first_file: str = ""

    def __post_init__(self) -> None:
        self.chosen = bare(self.chosen)

    def of(self, sheet: StatementSheet, file: str) -> BankAccount:
        """The account of a statement. Raises `Refused` naming both accounts when it is another one."""
        number = bare(sheet.account)
        if number and self.chosen and not same_account(number, self.chosen):
            raise Refused(Reason(_NOT_CHOSEN, {"found": number, "known": self.chosen}, file))
        number = number or self.chosen
        if not number:
            return self._only_one(sheet, file)
        found = next((account for account in self._all() if same_account(account.iban, number)), None)
        if found is None:
            return self._nameless_named(number) or self._new(number, sheet, file)
        if len(number) > len(found.iban):
            self._name(found, number)
        return found

    def _all(self) -> list[BankAccount]:
        return [*self.known, *self.opened]

    def _only_one(self, sheet: StatementSheet, file: str) -> BankAccount:
        """The statement names no account: it goes to the only one there is."""
        accounts = self._all()
        if len(accounts) > 1:
            known = ", ".join(str(account) for account in accounts)
            raise Refused(Reason(_WHICH, {"known": known}, file))
        return accounts[0] if accounts else self._open(bare(self.firm.iban), sheet, file)

    def _nameless_named(self, number: str) -> BankAccount | None:
        """The one account, opened by a table that named none, learns its number from the first file that says it."""
        accounts = self._all()
        if len(accounts) == 1 and not accounts[0].iban and number == (bare(self.firm.iban) or number):
            return self._name(accounts[0], number)
        return None

    def _name(self, account: BankAccount, number: str) -> BankAccount:
        account.iban = number
        if account.pk and account not in self.named:
            self.named.append(account)
        return account

    def _new(self, number: str, sheet: StatementSheet, file: str) -> BankAccount:
        own = bare(self.firm.iban)
        first = not own and not self.known and self._first_file in ("", file)
        if not (self.accept_new or first or (own and same_account(own, number))):
            known = [account.iban for account in self._all() if account.iban] or [own]
            raise Refused(Reason(_STRANGER, {"found": number, "known": ", ".join(known)}, file))
        return self._open(number, sheet, file)

    def _open(self, number: str, sheet: StatementSheet, file: str) -> BankAccount:
        account = BankAccount(firm=self.firm, iban=number, currency=sheet.currency)
        self._first_file = self._first_file or file
        self.opened.append(account)
        return account


def same_account(one: str, other: str) -> bool:
    """Whether two numbers are of one account: equal, or a national number that stands in the other's IBAN."""
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= NUMBER_MIN and short.isdigit() and short in long)
