"""«Membres»: who may see and do what; people added with a link to choose their password, roles, people taken away."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acquit.parties.identity.actions import change_role, invite, remove_member
from acquit.parties.models import Firm, Member, Role, User
from acquit.rules.refusal import Refused
from acquit.web.access import author_of, member
from acquit.web.effects import put_on_form
from acquit.web.office import done, refusals_told

LINK = "invitation"
"""Session key of a link shown once."""
ROLES = {
    Role.READER: gettext_lazy("Lecture : voit tout, ne change rien (comptable)"),
    Role.MANAGER: gettext_lazy("Gestion : importe, rapproche, approuve les envois"),
    Role.OWNER: gettext_lazy("Propriétaire : règle aussi l’entreprise et ses membres"),
}


class Invitation(forms.Form):
    """A new member."""

    email = forms.EmailField(label=gettext_lazy("Adresse e-mail"))
    role = forms.ChoiceField(label=gettext_lazy("Rôle"), choices=list(ROLES.items()), initial=Role.READER)


@member(Role.OWNER, "GET", "POST")
def members(request: HttpRequest, firm: Firm) -> HttpResponse:
    """The list, and a form to add somebody."""
    form = Invitation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            email, role = form.cleaned_data["email"].lower(), form.cleaned_data["role"]
            made, new = invite(firm, email, role, author_of(request, firm))
        except Refused as refused:
            put_on_form(form, refused, "email")
        else:
            if new:
                request.session[LINK] = {"email": made.user.email, "url": _link(request, made.user)}
            done(request, _("%(email)s est membre de %(firm)s.") % {"email": made.user.email, "firm": firm.name})
            return redirect("web:members", firm.slug)
    rows = Member.objects.filter(firm=firm).select_related("user").order_by("user__email")
    page = {
        "nav": "settings",
        "part": "members",
        "form": form,
        "rows": rows,
        "roles": ROLES.items(),
        "link": request.session.pop(LINK, None),
    }
    return render(request, "web/members.html", page, status=422 if form.errors else 200)


def _link(request: HttpRequest, user: User) -> str:
    """Where the person chooses a password: good once, and for three days."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return request.build_absolute_uri(path)


@member(Role.OWNER, "POST")
def member_role(request: HttpRequest, firm: Firm, person: int) -> HttpResponse:
    """Another role; a firm keeps an owner."""
    found = get_object_or_404(Member.objects.filter(firm=firm).select_related("user"), pk=person)
    role = request.POST.get("role", "")
    if role in Role.values:
        with refusals_told(request):
            change_role(firm, found, role, author_of(request, firm))
            done(request, _("Le rôle de %(email)s est changé.") % {"email": found.user.email})
    return redirect("web:members", firm.slug)


@member(Role.OWNER, "POST")
def member_link(request: HttpRequest, firm: Firm, person: int) -> HttpResponse:
    """The link again, for somebody who never chose a password."""
    found = get_object_or_404(Member.objects.filter(firm=firm).select_related("user"), pk=person)
    if not found.user.has_usable_password():
        request.session[LINK] = {"email": found.user.email, "url": _link(request, found.user)}
    return redirect("web:members", firm.slug)


@member(Role.OWNER, "POST")
def member_remove(request: HttpRequest, firm: Firm, person: int) -> HttpResponse:
    """Take a person's place away; what the person did stays signed."""
    found = get_object_or_404(Member.objects.filter(firm=firm).select_related("user"), pk=person)
    with refusals_told(request):
        remove_member(firm, found, author_of(request, firm))
        done(request, _("%(email)s n’est plus membre.") % {"email": found.user.email})
        if found.user_id == request.user.pk:
            return redirect("web:home")
    return redirect("web:members", firm.slug)
