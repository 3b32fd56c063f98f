"""What every page's frame shows: the firm, the others one may switch to, one's role."""

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Template context of the frame; empty on pages outside a firm."""
    member = getattr(request, "member", None)
    if member is None:
        return {"firm": None, "member": None, "firms": []}
    firms = [m.firm for m in request.user.memberships.select_related("firm").order_by("firm__name")]  # type: ignore[union-attr]
    return {"firm": member.firm, "member": member, "firms": firms}
