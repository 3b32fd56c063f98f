"""How one enters the example: whose account it is, and whether this installation holds it."""

from acquit.parties.models import Member, Role

EMAIL = "alice@lumen.example"
PASSWORD = "trois-ampoules-allumees"  # noqa: S105 - of an invented person, on an invented firm, shown on the screen


def stands() -> bool:
    """Whether the example's owner may sign in here; then the sign-in page says how."""
    return Member.objects.filter(user__email=EMAIL, role=Role.OWNER, firm__is_example=True).exists()
