"""`acquit serve` and `acquit worker`: what runs until it is told to stop."""

import json
import signal
import sys
import threading
from argparse import ArgumentParser, Namespace

from django.utils.translation import gettext as _

from acquit import serve as server
from acquit import worker
from acquit.rules.refusal import gettext_noop
from acquit.shell.verb import Answer, Verb

_URL = gettext_noop("Acquit est servi sur %(url)s (Ctrl+C pour arrêter).")


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=_("adresse à écouter"))
    parser.add_argument("--port", type=int, default=8000, help=_("port à écouter"))


def run(options: Namespace) -> Answer:
    server.refuse_taken(options.host, options.port)
    host = f"[{options.host}]" if ":" in options.host else options.host
    url = f"http://{host}:{options.port}/"
    # Said at once, on the real standard output: this verb has no answer at its end.
    if sys.__stdout__ is not None:
        sys.__stdout__.write((json.dumps({"url": url}) if options.json else _(_URL) % {"url": url}) + "\n")
        sys.__stdout__.flush()
    server.serve(options.host, options.port)
    return Answer(None)


def worker_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help=_("un seul tour, puis la fin"))


def work(options: Namespace) -> Answer:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *signalled: stop.set())
    if options.once:
        worker.turn(stop)
    else:
        worker.loop(stop)
    return Answer({"stopped": True})


SERVE = Verb(("serve",), gettext_noop("servir les écrans et faire le travail de fond"), arguments, run)
WORKER = Verb(("worker",), gettext_noop("faire le travail de fond, à part"), worker_arguments, work)
