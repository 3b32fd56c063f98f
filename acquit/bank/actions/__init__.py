"""What the bank writes, a file per moment: statements coming in, lines decided and taken back."""

from acquit.bank.actions.deciding import (
    AfterImport,
    after_import,
    apply,
    apply_certain,
    match_certain,
    set_aside,
    undo_match,
)
from acquit.bank.actions.importing import AccountRead, StatementReport, Total, import_statement

__all__ = [
    "AccountRead",
    "AfterImport",
    "StatementReport",
    "Total",
    "after_import",
    "apply",
    "apply_certain",
    "import_statement",
    "match_certain",
    "set_aside",
    "undo_match",
]
