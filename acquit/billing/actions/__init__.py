"""What changes what was invoiced: files kept, imported, taken back; customers that were made twice merged."""

from acquit.billing.actions.importing import Outcome, change, keep, record
from acquit.billing.actions.undoing import undo

__all__ = ["Outcome", "change", "keep", "record", "undo"]
