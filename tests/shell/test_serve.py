"""One command serves and works, tells watchers how it is, and goes when it is told to."""

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def answers(url, wanted=200):
    """Ask until it answers so, for as long as a slow machine may need."""
    for _ in range(300):
        code, body = get(url)
        if code == wanted:
            return json.loads(body)
        time.sleep(0.1)
    pytest.fail(f"{url} never answered {wanted}")


def start(acquit, *words):
    return subprocess.Popen(acquit.command(*words), env=acquit.environment, stdout=subprocess.PIPE, text=True)


def test_it_prints_its_address_works_and_stops_clean(acquit, port):
    server = start(acquit, "serve", "--port", str(port), "--json")
    try:
        assert json.loads(server.stdout.readline()) == {"url": f"http://127.0.0.1:{port}/"}
        assert answers(f"http://127.0.0.1:{port}/healthz") == {"ok": True}
        ready = answers(f"http://127.0.0.1:{port}/readyz")
        assert {c["name"] for c in ready["checks"]} == {"database", "migrations", "tick", "outbox", "sending"}
        assert acquit("serve", "--port", str(port)).code == 1  # the address is taken, and it says so
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
    finally:
        server.kill()
        server.wait()
    assert get(f"http://127.0.0.1:{port}/healthz")[0] == 0


def test_a_killed_command_leaves_nobody_on_its_port(acquit, port):
    server = start(acquit, "serve", "--port", str(port))
    answers(f"http://127.0.0.1:{port}/healthz")

    server.kill()
    server.wait()

    for _ in range(100):
        if get(f"http://127.0.0.1:{port}/healthz")[0] == 0:
            return
        time.sleep(0.1)
    pytest.fail("somebody still answers")


def test_the_worker_apart_does_a_turn_and_ends_when_told(acquit):
    assert acquit("worker", "--once", "--json").json == {"stopped": True}
    worker = start(acquit, "worker", "--json")
    time.sleep(3)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(10) == 0


@pytest.mark.django_db
def test_an_installation_that_never_worked_is_not_ready(client):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert [c["name"] for c in answer.json()["checks"] if not c["ok"]] == ["tick"]
