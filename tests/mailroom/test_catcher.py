"""The example firm's mail is caught: kept, listed, read, never sent."""

import smtplib

import pytest

from acquit.mailroom.catcher import Catcher, caught, count_caught, read_caught


@pytest.fixture
def box(settings, tmp_path):
    environment = type(settings.ENVIRONMENT)
    values = {name: getattr(settings.ENVIRONMENT, name) for name in environment.__dataclass_fields__}
    settings.ENVIRONMENT = environment(**{**values, "data_dir": tmp_path})
    return 7


def post(smtp, subject):
    with smtplib.SMTP(smtp.host, smtp.port, timeout=10) as server:
        server.sendmail("alice@lumen.example", "denis@dupont.example", f"To: denis\nSubject: {subject}\n\nBonjour\n")


def test_each_mail_is_kept_and_the_latest_is_listed_first(box):
    with Catcher(box) as catcher:
        post(catcher.smtp, "premier")
        post(catcher.smtp, "second")
    with Catcher(box) as catcher:  # another run goes on where the first one ended
        post(catcher.smtp, "dernier")

    assert [mail.subject for mail in caught(box)] == ["dernier", "second", "premier"]
    assert [mail.subject for mail in caught(box, first=1, count=1)] == ["second"]
    assert count_caught(box) == 3
    assert read_caught(box, caught(box)[0].name).get_content().strip() == "Bonjour"


@pytest.mark.parametrize("name", ["../00000001.eml", "00000001.eml", "secret.key", ""])
def test_nothing_but_a_kept_mail_is_read(box, name):
    with pytest.raises(FileNotFoundError):
        read_caught(box, name)
