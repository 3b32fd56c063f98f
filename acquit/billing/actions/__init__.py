"""What changes what was invoiced: files kept, imported, taken back; customers that were made twice merged."""

from acquit.billing.actions.importing import Outcome, change, keep, record, take_in
from acquit.billing.actions.merging import MergePreview, merge, merge_preview, unmerge
from acquit.billing.actions.undoing import undo

__all__ = [
    "MergePreview",
    "Outcome",
    "change",
    "keep",
    "merge",
    "merge_preview",
    "record",
    "take_in",
    "undo",
    "unmerge",
]
