"""«État»: what is well and what is not, in words; the checks on demand."""

from datetime import timedelta

from acquit import clock
from acquit.insight import checks
from acquit.parties import heartbeat
from acquit.receivables.models import Standing
from acquit.web.state import CHECKS
from tests.web.desk import HOME

PAGE = HOME + "etat/"


def lines(client) -> dict[str, tuple[bool | None, str]]:
    return {name: (ok, told) for name, ok, told in client.get(PAGE).context["lines"]}


def test_a_worker_that_never_ran_is_told_and_a_living_one_is_well(at_alices):
    assert lines(at_alices)["Dernier passage"][0] is False
    heartbeat.beat(heartbeat.TICK, clock.now() - timedelta(seconds=40))
    assert lines(at_alices)["Dernier passage"] == (True, "il y a 40 s")
    heartbeat.beat(heartbeat.TICK, clock.now() - timedelta(hours=3))
    assert lines(at_alices)["Dernier passage"] == (False, "il y a 3 h")


def test_everything_promised_is_on_the_page(at_alices, fresh_bank):
    found = lines(at_alices)
    assert found["Tables"] == (True, "à jour")
    assert found["Taux légaux"][0]
    assert found["Banque à jour au"] == (True, "20/11/2026")
    assert found["Messagerie, 7 jours"] == (None, "aucun envoi")
    assert {"File d’envoi", "Envois", "Disque", "Dernière sauvegarde", "Base de données"} <= set(found)


def test_the_checks_run_on_demand_and_are_told_in_french(at_alices, late):
    page = at_alices.post(PAGE)
    assert page.context["all_well"]
    assert len(page.context["results"]) == len(checks.run([], clock.now().date()))
    assert "Tout est en ordre." in page.content.decode()
    assert all(label != result.name for label, result in page.context["results"])


def test_every_check_has_its_sentence(db):
    assert {result.name for result in checks.run([], clock.now().date())} == set(CHECKS)


def test_a_standing_that_lies_turns_red(at_alices, late):
    Standing.objects.filter(pk=late.pk).update(owed=1)
    page = at_alices.post(PAGE)
    assert not page.context["all_well"]
    assert "F-2026-031" in page.content.decode()


def test_looking_runs_no_check_and_readers_may_look(at_bobs):
    page = at_bobs.get(PAGE)
    assert page.status_code == 200
    assert "results" not in page.context
