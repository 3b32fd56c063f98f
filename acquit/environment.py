"""What the installation was told: environment variables read once, refused together when they make no sense."""

import contextlib
import os
import secrets
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from acquit.rules.refusal import Reason, Refused, gettext_noop

LANGUAGES = ("fr", "nl", "en")
_TRUE, _FALSE = {"1", "true", "yes", "on", "oui"}, {"0", "false", "no", "off", "non", ""}

_FILE_UNREADABLE = gettext_noop("%(name)s_FILE : le fichier « %(path)s » ne peut pas être lu (%(why)s).")
_NOT_BOOL = gettext_noop("%(name)s vaut « %(value)s » : écrivez « on » ou « off ».")
_NOT_URL = gettext_noop("%(name)s vaut « %(value)s » : écrivez par exemple %(example)s.")
_NOT_LANGUAGE = gettext_noop("%(name)s vaut « %(value)s » : choisissez fr, nl ou en.")
_NOT_ZONE = gettext_noop("%(name)s vaut « %(value)s » : ce fuseau n’existe pas ; écrivez par exemple Europe/Paris.")
_NO_FOLDER = gettext_noop("ACQUIT_DATA_DIR : le dossier « %(path)s » ne peut pas être créé ou écrit (%(why)s).")
_SHORT_KEY = gettext_noop("ACQUIT_SECRET_KEY est trop courte : il en faut 50 caractères au moins.")


@dataclass(frozen=True)
class Smtp:
    """Where mail is handed over. `security` is plain, starttls or tls."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    security: str = "plain"
    timeout: int = 30


@dataclass(frozen=True)
class Environment:
    """Every setting of the installation, checked."""

    data_dir: Path
    database_url: str
    public_url: str
    secret_key: str
    allowed_hosts: tuple[str, ...]
    smtp: Smtp | None
    mail_from: str
    sending: bool
    language: str
    time_zone: str
    debug: bool
    demo: bool


class _Reader:
    """Reads variables one by one and keeps every reason to refuse them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.reasons: list[Reason] = []

    def text(self, name: str, default: str = "") -> str:
        """The variable, or the content of the file that NAME_FILE points at (for secrets)."""
        if path := self.environ.get(f"{name}_FILE", "").strip():
            try:
                return Path(path).read_text("utf-8").strip()
            except OSError as error:
                self.reasons.append(Reason(_FILE_UNREADABLE, {"name": name, "path": path, "why": error.strerror}))
            except UnicodeDecodeError:
                self.reasons.append(Reason(_FILE_UNREADABLE, {"name": name, "path": path, "why": "UTF-8"}))
        return self.environ.get(name, "").strip() or default

    def switch(self, name: str, default: bool) -> bool:
        value = self.text(name, "on" if default else "off").lower()
        if value not in _TRUE | _FALSE:
            self.reasons.append(Reason(_NOT_BOOL, {"name": name, "value": value}))
        return value in _TRUE

    def url(self, name: str, default: str, schemes: tuple[str, ...], example: str) -> str:
        value = self.text(name, default)
        parts = _split_url(value)
        # A mail server's port is judged with the rest of its address.
        sound = parts is not None and parts.scheme in schemes and ("smtp" in schemes or _port_is_number(parts))
        if value and not sound:
            self.reasons.append(Reason(_NOT_URL, {"name": name, "value": _masked(value), "example": example}))
        return value


def read(environ: Mapping[str, str] = os.environ) -> Environment:
    """Read and check every variable. Raises `Refused` with all faults and what to do about each."""
    reader = _Reader(environ)
    data_dir = _data_dir(reader)
    language = reader.text("ACQUIT_LANGUAGE", "fr")
    if language not in LANGUAGES:
        reader.reasons.append(Reason(_NOT_LANGUAGE, {"name": "ACQUIT_LANGUAGE", "value": language}))
    zone = reader.text("ACQUIT_TIME_ZONE", "Europe/Paris")
    if zone not in zoneinfo.available_timezones():
        reader.reasons.append(Reason(_NOT_ZONE, {"name": "ACQUIT_TIME_ZONE", "value": zone}))
    environment = Environment(
        data_dir=data_dir,
        database_url=reader.url(
            "ACQUIT_DATABASE_URL",
            f"sqlite:///{data_dir}/acquit.sqlite3",
            ("sqlite", "postgres", "postgresql"),
            "postgres://acquit:secret@localhost:5432/acquit",
        ),
        public_url=reader.url(
            "ACQUIT_PUBLIC_URL", "http://127.0.0.1:8000", ("http", "https"), "https://acquit.example.org"
        ).rstrip("/"),
        secret_key=_secret_key(reader, data_dir),
        allowed_hosts=tuple(h.strip() for h in reader.text("ACQUIT_ALLOWED_HOSTS").split(",") if h.strip()),
        smtp=_smtp(reader),
        mail_from=reader.text("ACQUIT_MAIL_FROM"),
        sending=reader.switch("ACQUIT_SENDING", True),
        language=language,
        time_zone=zone,
        debug=reader.switch("ACQUIT_DEBUG", False),
        demo=reader.switch("ACQUIT_DEMO", False),
    )
    if reader.reasons:
        raise Refused(*reader.reasons)
    return environment


def _data_dir(reader: _Reader) -> Path:
    """The folder that holds database and files, created on first use."""
    home = Path(reader.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    folder = Path(reader.text("ACQUIT_DATA_DIR") or home / "acquit").expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(folder, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        reader.reasons.append(Reason(_NO_FOLDER, {"path": str(folder), "why": error.strerror}))
    return folder


def _secret_key(reader: _Reader, data_dir: Path) -> str:
    """The given key, or one made on first start and kept beside the database, readable by its owner only."""
    if given := reader.text("ACQUIT_SECRET_KEY"):
        if len(given) < 50:
            reader.reasons.append(Reason(_SHORT_KEY))
        return given
    path = data_dir / "secret.key"
    try:
        if not path.exists():
            _write_key(path)
        return path.read_text("ascii").strip()
    except OSError:
        return secrets.token_urlsafe(64)  # the folder is refused above, with its reason


def _write_key(path: Path) -> None:
    """Make the key whole before it has its name: of two first starts at once, the second finds the first's key."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _smtp(reader: _Reader) -> Smtp | None:
    """smtp://user:pass@host:587?tls=starttls or smtps://user:pass@host:465; nothing = no mail leaves."""
    example = "smtp://utilisateur:secret@smtp.example.org:587?tls=starttls"
    value = reader.url("ACQUIT_SMTP_URL", "", ("smtp", "smtps"), example)
    parts = _split_url(value)
    if not value or parts is None:
        return None
    query = parse_qs(parts.query)
    security = "tls" if parts.scheme == "smtps" else query.get("tls", ["plain"])[0]
    timeout = query.get("timeout", ["30"])[0]
    try:
        port = parts.port or {"tls": 465, "starttls": 587}.get(security, 25)
    except ValueError:
        port = 0
    sound = parts.hostname and port and security in ("plain", "starttls", "tls") and timeout.isascii()
    if not sound or not timeout.isdigit() or not 1 <= int(timeout) <= 60:
        fault = {"name": "ACQUIT_SMTP_URL", "value": _masked(value), "example": example}
        reader.reasons.append(Reason(_NOT_URL, fault))
        return None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Smtp(str(parts.hostname), port, user, password, security, int(timeout))


def _split_url(value: str) -> SplitResult | None:
    """`urlsplit` that answers None instead of raising (unbalanced brackets and the like)."""
    try:
        return urlsplit(value)
    except ValueError:
        return None


def _port_is_number(parts: SplitResult) -> bool:
    """Whether the port, if there is one, is a port."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _masked(value: str) -> str:
    """The value without its password, for a message that ends in a log."""
    parts = _split_url(value)
    return value.replace(parts.password, "***") if parts is not None and parts.password else value
