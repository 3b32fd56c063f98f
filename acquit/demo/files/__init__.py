"""The files that a user has: exports, accounts, electronic invoices, bank statements. Bytes, nothing on the disk."""

from acquit.demo.files.bank import belgian_csv, camt
from acquit.demo.files.books import fec
from acquit.demo.files.documents import archive, document
from acquit.demo.files.tables import export_csv, export_xlsx

__all__ = ["archive", "belgian_csv", "camt", "document", "export_csv", "export_xlsx", "fec"]
