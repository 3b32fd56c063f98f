"""What every test may lean on: the cast, the corpus, a browser, a data folder of its own."""

import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from acquit.parties.facts import Author
from acquit.parties.models import Contact, Customer, Firm, Kind, Member, Role, User
from acquit.parties.scope import firm_scope

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"

# No deadline: the build server has two slow cores and other work. The same examples every time: a failure must be
# found again by the person who mends it.
hypothesis_settings.register_profile(
    "acquit", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("acquit")


def chromium_path() -> str | None:
    """The browser that bin/test found, or the machine's own."""
    return os.environ.get("ACQUIT_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium the browser tests are skipped; on a build server they run, and fail."""
    if chromium_path() or os.environ.get("CI") == "true":
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the Chromium to drive."""
    return chromium_path() or "chromium"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real, broken and hostile files with the outcome expected of each; read where they are, never copied."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not on this machine")
    return CORPUS


@pytest.fixture(autouse=True)
def own_papers(tmp_path: Path, settings) -> None:
    """Papers kept by a test go with it."""
    settings.MEDIA_ROOT = tmp_path / "papers"
    # Argon2 is slow on purpose; the cast signs in hundreds of times.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# --- the cast: Alice owns Atelier Lumen, Bob keeps its books and may only read, Charlie is from another firm,
#     Dupont SARL never pays


TODAY = date(2026, 11, 23)
"""A Monday. What happens in a test happens on this day unless it says another."""


@pytest.fixture
def today() -> date:
    return TODAY


def author_on(day: date, user: User | None = None) -> Author:
    """Whoever acts, at ten in the morning of Paris on this day."""
    at = datetime.combine(day, time(10), ZoneInfo("Europe/Paris"))
    return Author(at=at, on=day, via="test", user_id=user.pk if user else None)


def _firm(name: str, slug: str, country: str = "FR") -> Firm:
    created_at = author_on(date(2026, 1, 5)).at
    return Firm.objects.create(name=name, slug=slug, country=country, created_at=created_at, sender="Alice Martin")


def _person(email: str, firm: Firm, role: Role) -> User:
    user = User.objects.create_user(email, "correct horse battery staple")
    Member.objects.create(firm=firm, user=user, role=role)
    return user


@pytest.fixture
def lumen(db) -> Firm:
    """Atelier Lumen, the firm that wants to be paid."""
    return _firm("Atelier Lumen", "atelier-lumen")


@pytest.fixture
def vermeer(db) -> Firm:
    """Charlie's firm, which must never see Lumen's rows, nor Lumen its."""
    return _firm("Drukkerij Vermeer", "drukkerij-vermeer", "BE")


@pytest.fixture
def alice(lumen) -> User:
    return _person("alice@lumen.example", lumen, Role.OWNER)


@pytest.fixture
def bob(lumen) -> User:
    return _person("bob@comptable.example", lumen, Role.READER)


@pytest.fixture
def charlie(vermeer) -> User:
    return _person("charlie@vermeer.example", vermeer, Role.OWNER)


@pytest.fixture
def by(alice, today) -> Author:
    """Alice acts, today."""
    return author_on(today, alice)


@pytest.fixture
def in_lumen(lumen) -> Iterator[Firm]:
    """The whole test works for Atelier Lumen."""
    with firm_scope(lumen):
        yield lumen


@pytest.fixture
def dupont(in_lumen) -> Customer:
    """Dupont SARL, a French business that never pays."""
    customer = Customer.objects.create(
        firm=in_lumen,
        ref="C0001",
        name="Dupont SARL",
        name_key="dupont",
        kind=Kind.BUSINESS,
        kind_sure=True,
        created_at=author_on(date(2026, 1, 5)).at,
    )
    Contact.objects.create(firm=in_lumen, customer=customer, name="Denis Dupont", email="denis@dupont.example")
    return customer
