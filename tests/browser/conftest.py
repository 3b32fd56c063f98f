"""A real Chromium before the real command: the example built once, a copy of it served to each test worker.

Whatever a page should not do fails the test that opened it: an error in the console, a breach of the policy for
contents, a dialog, a request that fails or leaves this machine, an answer of 500.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

from acquit.web.example import EMAIL, PASSWORD
from tests.shell.installation import Installation

DAY = "2026-11-24"
"""A Tuesday: the day the example lives."""
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_ALLOWED = "status of 422"
"""How a form that refuses answers; the browser notes it as an error."""


@dataclass
class Served:
    """An installation and where it is served."""

    acquit: Installation
    url: str
    state: Path | None = None
    """Cookies of the person signed in, once somebody is."""

    @property
    def home(self) -> str:
        return f"{self.url}/atelier-lumen"


@dataclass
class Watch:
    """What the pages of a test did wrong."""

    origin: str
    faults: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Watch this page from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("requestfailed", self._failed)
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _console(self, said: ConsoleMessage) -> None:
        policy = "Content Security Policy" in said.text
        if (said.type == "error" or policy) and _ALLOWED not in said.text:
            self.faults.append(f"console: {said.text} ({said.location.get('url')})")

    def _failed(self, request: Request) -> None:
        # A page left before its answer, or an address that turned out to be a download.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url} {request.failure}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.faults.append(f"left this machine: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status}: {response.url}")


@contextmanager
def serving(acquit: Installation) -> Iterator[Served]:
    """The real `acquit serve` on a free port, stopped at the end whatever happens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        acquit.command("serve", "--port", str(port)),
        env=acquit.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield Served(acquit, f"http://127.0.0.1:{port}")
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    pytest.fail(f"{url} never answered")


@pytest.fixture(scope="session")
def built_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of the example as `acquit demo` makes it, once for all test workers. Only copies are served."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / "example"
    with open(shared / "example.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "example.built").exists():
            shutil.rmtree(folder, ignore_errors=True)
            said = Installation(folder)("demo", "--no-serve", "--on", DAY)
            assert said.code == 0, said.err
            (shared / "example.built").touch()
    return folder


# Of the package, not of the session: while Playwright's loop runs in a thread, Django refuses to touch a database
# there, and tests of other folders follow in the same worker.


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """A French Chromium without a window."""
    french = {**os.environ, "LANG": "fr_FR.UTF-8", "LANGUAGE": "fr"}
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=_FLAGS, env=french)
        yield started
        started.close()


@pytest.fixture(scope="package")
def example(built_example: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The example, served for every test of this worker; Alice signed in once. A test changes only what it names."""
    folder = tmp_path_factory.mktemp("served")
    with serving(Installation(built_example).copy(folder / "example")) as served:
        served.state = folder / "alice.json"
        context = browser.new_context(locale="fr-FR")
        page = context.new_page()
        sign_in(page, served)
        context.storage_state(path=served.state)
        context.close()
        yield served


@pytest.fixture
def untouched(built_example: Path, tmp_path: Path) -> Iterator[Served]:
    """The example as it was built, for this test alone; nobody is signed in."""
    with serving(Installation(built_example).copy(tmp_path / "example")) as served:
        yield served


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Served]:
    """An installation that was never started."""
    with serving(Installation(tmp_path / "empty")) as served:
        yield served


class Opens:
    """Opens pages of an installation, each in a browser of its own, and remembers what they did wrong."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.watches: list[Watch] = []
        self.contexts: list[BrowserContext] = []
        self.forgiven: list[str] = []

    def __call__(self, served: Served, **options: object) -> Page:
        settings: dict[str, object] = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "viewport": DESK}
        if served.state:
            settings["storage_state"] = served.state
        context = self.browser.new_context(**(settings | options))  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        self.watches.append(Watch(served.url))
        page = context.new_page()
        context.on("page", self.watches[-1].over)
        self.watches[-1].over(page)
        return page

    def forgive(self, text: str) -> None:
        """This test provokes it."""
        self.forgiven.append(text)

    def faults(self) -> list[str]:
        """What no page should do, as far as it was not provoked."""
        seen = [fault for watch in self.watches for fault in watch.faults]
        return [fault for fault in seen if not any(text in fault for text in self.forgiven)]


@pytest.fixture
def opens(browser: Browser) -> Iterator[Opens]:
    """Opens pages; at the end of the test none of them may have done what no page should."""
    opener = Opens(browser)
    yield opener
    for context in opener.contexts:
        context.close()
    assert opener.faults() == []


@pytest.fixture
def page(example: Served, opens: Opens) -> Page:
    """Alice's page on the example, at home."""
    opened = opens(example)
    opened.goto(example.home + "/")
    return opened


def sign_in(page: Page, served: Served, email: str = EMAIL, password: str = PASSWORD) -> None:
    """By the form, as a person does."""
    page.goto(served.url + "/")
    page.get_by_label("Courriel").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.wait_for_url("**/atelier-lumen/")


def screens(page: Page, served: Served) -> list[str]:
    """One address of every kind of screen that links lead to from home: numbers apart, each kind once."""
    home = served.home + "/"
    waiting, known, found = [home], {""}, []
    while waiting:
        address = waiting.pop(0)
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"
        found.append(address)
        links = page.eval_on_selector_all(
            "a[href]:not([download]):not([href^='mailto:']):not([href^='tel:'])", "all => all.map(a => a.href)"
        )
        for link in links:
            parts = urlsplit(link)
            kind = "/".join("n" if part.isdigit() or ".eml" in part else part for part in parts.path.split("/"))
            tab = (
                "etat=" + parts.query.split("etat=")[1].split("&")[0] if "/envois/" in kind and "etat=" in link else ""
            )
            leaves = "export=" in link or parts.path.endswith((".csv", "/piece/")) or "/logout" in link
            if f"{served.url}/" in link and not leaves and kind + tab not in known:
                known.add(kind + tab)
                if link.split("#")[0] != home:
                    waiting.append(link.split("#")[0])
    return found
