"""Who may open an account: the first owner on the first visit; afterwards only people an owner adds."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from acquit.parties.models import User


class Adapter(DefaultAccountAdapter):
    """allauth's doors, as this house keeps them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Strangers never sign up; the first owner does it at `/bienvenue`, which also makes the firm."""
        return False

    def get_user_display(self, user: User) -> str:
        return str(user)
