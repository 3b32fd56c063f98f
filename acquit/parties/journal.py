"""What was changed about the firm itself («journal»): who, when, what it was before and what it is now."""

from django.db import models

from acquit.parties.facts import Fact


class FirmChange(Fact):
    """One setting of the firm, or one member's role, as it was and as it became."""

    subject = models.CharField(max_length=60)
    """A column of the firm, or `member`."""
    about = models.CharField(max_length=254, blank=True)
    """The member's address, where it is about one."""
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)

    class Meta:
        app_label = "parties"
