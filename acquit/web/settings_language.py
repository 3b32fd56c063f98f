"""«Langues»: what new customers are written in, and what the person at the screen reads."""

from django import forms
from django.conf import settings as installation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acquit.parties.identity.actions import change_firm, change_person
from acquit.parties.models import Firm, Language, Role, User
from acquit.web.access import author_of, member
from acquit.web.office import done


class FirmLanguage(forms.Form):
    """For customers whose language no file says."""

    language = forms.ChoiceField(
        label=gettext_lazy("Langue des nouveaux clients"),
        choices=Language.choices,
        help_text=gettext_lazy("Chaque client garde la sienne sur sa fiche."),
    )


class OwnLanguage(forms.Form):
    """For the person who reads these screens."""

    own = forms.ChoiceField(label=gettext_lazy("Langue de mes écrans"), choices=installation.LANGUAGES)
    shortcuts = forms.BooleanField(label=gettext_lazy("Touches simples actives (sans Ctrl)"), required=False)


@member(Role.READER, "GET", "POST")
def settings_language(request: HttpRequest, firm: Firm) -> HttpResponse:
    """One's own language for everybody; the firm's for owners."""
    user: User = request.user  # type: ignore[assignment]
    owner = request.member.may(Role.OWNER)  # type: ignore[attr-defined]
    firms = FirmLanguage(request.POST if owner and "language" in request.POST else None,
                         initial={"language": firm.language})  # fmt: skip
    own = OwnLanguage(request.POST if "own" in request.POST else None,
                      initial={"own": user.language, "shortcuts": user.shortcuts})  # fmt: skip
    if firms.is_bound and firms.is_valid():
        change_firm(firm, firms.cleaned_data, author_of(request, firm))
        done(request, _("Enregistré."))
        return redirect("web:settings_language", firm.slug)
    if own.is_bound and own.is_valid():
        change_person(user, own.cleaned_data["own"], own.cleaned_data["shortcuts"])
        translation.activate(own.cleaned_data["own"])  # the answer is said in it already
        done(request, _("Enregistré."))
        answer = redirect("web:settings_language", firm.slug)
        answer.set_cookie(installation.LANGUAGE_COOKIE_NAME, own.cleaned_data["own"], max_age=365 * 86400,
                          samesite="Lax", secure=installation.SESSION_COOKIE_SECURE)  # fmt: skip
        return answer
    page = {"nav": "settings", "part": "language", "firm_form": firms if owner else None, "own_form": own}
    return render(request, "web/settings_language.html", page)
