"""What every test may lean on: the corpus, a browser, a data folder of its own."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

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
