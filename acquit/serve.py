"""One command serves everything: the web server, and beside it the worker in a thread of the same command."""

import multiprocessing
import os
import socket
import threading
from pathlib import Path

from django.conf import settings
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from acquit import worker
from acquit.rules.refusal import Reason, Refused, gettext_noop

STOP_SECONDS = 2
"""So long the message in hand may take to be finished when the server is told to stop."""
_TAKEN = gettext_noop("L’adresse %(host)s:%(port)s ne peut pas être prise (%(why)s) : choisissez un autre --port.")


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl+C."""
    # A fresh process for the web: one forked beside the worker's thread could inherit its locks.
    multiprocessing.set_start_method("spawn", force=True)
    Path(str(settings.STATIC_ROOT)).mkdir(parents=True, exist_ok=True)  # the static files' server warns without it
    os.environ["ACQUIT_SERVED_BY"] = str(os.getpid())
    web = Server(
        "acquit.web.served:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=1,  # measured: more threads answer fewer requests
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    )
    stop = threading.Event()
    beside = threading.Thread(target=worker.loop, args=[stop], name="acquit-worker", daemon=True)
    beside.start()
    try:
        web.serve()
    finally:
        stop.set()
        beside.join(STOP_SECONDS)


def refuse_taken(host: str, port: int) -> None:
    """Try the address first, because the server itself would only say so in its log. Raises `Refused`."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Refused(Reason(_TAKEN, {"host": host, "port": port, "why": why})) from error
