"""Who may open which page. Every view declares it; a test walks the addresses and fails on one that does not."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed

from acquit import clock
from acquit.parties.facts import Author
from acquit.parties.models import Firm, Member, User
from acquit.parties.scope import firm_scope

View = Callable[..., HttpResponse]

EVERYBODY = "everybody"
SIGNED_IN = "signed_in"


class FirmRequest(HttpRequest):
    """A request inside a firm, by one of its members. For the type checker: the decorator sets `member`."""

    member: Member
    user: User


def everybody(*methods: str) -> Callable[[View], View]:
    """A page without a firm that strangers may open."""
    return _declare(EVERYBODY, methods, lambda view, request, *args, **kwargs: view(request, *args, **kwargs))


def signed_in(*methods: str) -> Callable[[View], View]:
    """A page without a firm, for anybody with an account."""

    def open_page(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return _declare(SIGNED_IN, methods, open_page)


def member(role: str, *methods: str) -> Callable[[View], View]:
    """A page of the firm named in the address, for members whose role reaches `role`.

    Strangers are asked to sign in; members of other firms get the same 404 as for a firm that does not exist.
    The view is called as `view(request, firm, …)` inside the firm's scope.
    """

    def open_page(view: View, request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        found = Member.objects.select_related("firm").filter(firm__slug=slug, user_id=request.user.pk).first()
        if found is None:
            raise Http404
        if not found.may(role):
            raise PermissionDenied
        cast(FirmRequest, request).member = found
        with firm_scope(found.firm):
            response = view(request, found.firm, *args, **kwargs)
            # Templates are rendered while the firm is in scope: nothing is read after it.
            if hasattr(response, "render") and callable(response.render):
                response = response.render()
            return response

    return _declare(role, methods, open_page)


def _declare(access: str, methods: tuple[str, ...], open_page: Callable[..., HttpResponse]) -> Callable[[View], View]:
    allowed = (*(methods or ("GET",)), *(("HEAD",) if "GET" in (methods or ("GET",)) else ()))

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            return open_page(view, request, *args, **kwargs)

        guarded.access, guarded.allowed = access, allowed  # type: ignore[attr-defined]
        return guarded

    return decorate


def author_of(request: HttpRequest, firm: Firm) -> Author:
    """Who acts through this request, and when."""
    return clock.author(firm, "web", request.user.pk)
