"""Two customers that are one: what merging would do, read before it is done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from acquit.billing.actions import merge, merge_preview
from acquit.parties.models import Firm, Role
from acquit.rules.refusal import Refused
from acquit.web import effects
from acquit.web.access import author_of, member
from acquit.web.customer import customer_of


@member(Role.MANAGER, "GET", "POST")
def customer_merge(request: HttpRequest, firm: Firm, customer: int, gone: int) -> HttpResponse:
    """The preview, and the deed. Merged already, they are merged: the second click says the same."""
    keep, other = customer_of(firm, customer), customer_of(firm, gone)
    if request.method == "POST":
        by = author_of(request, firm)
        try:
            if other.merged_into_id != keep.pk:
                merge(firm, keep, other, by)
        except Refused as refused:
            effects.tell_refusal(request, refused)
        else:
            text = _("%(gone)s et %(keep)s ne font plus qu’un client.") % {"gone": other.name, "keep": keep.name}
            effects.say(request, text, firm, [keep.pk], by)
            return redirect("web:customer", firm.slug, keep.pk)
    found = merge_preview(firm, keep, other)
    return render(request, "web/customer_merge.html", {"nav": "customers", "customer": keep, "found": found})
