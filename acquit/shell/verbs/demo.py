"""`acquit demo`: build the example firm, let it live until today, tell what happened, and serve it."""

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import replace

from django.utils.translation import gettext as _

from acquit import demo
from acquit import serve as server
from acquit.rules.refusal import gettext_noop
from acquit.shell.arguments import day
from acquit.shell.verb import Answer, Verb


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--no-serve", action="store_true", help=_("construire sans servir"))
    parser.add_argument("--on", type=day, metavar=_("JOUR"), help=_("le jour de l’exemple ; sinon aujourd’hui"))
    parser.add_argument("--host", default="127.0.0.1", help=_("adresse à écouter"))
    parser.add_argument("--port", type=int, default=8000, help=_("port à écouter"))


def run(options: Namespace) -> Answer:
    if not options.no_serve:
        server.refuse_taken(options.host, options.port)
    report = demo.build(options.on)
    if options.no_serve:
        return Answer(report.as_json(), demo.told(report))
    report = replace(report, url=f"http://{options.host}:{options.port}/")
    # Said before serving, on the real standard output: this verb has no answer at its end.
    if sys.__stdout__ is not None:
        sys.__stdout__.write((json.dumps(report.as_json()) if options.json else demo.told(report)) + "\n")
        sys.__stdout__.flush()
    server.serve(options.host, options.port)
    return Answer(None)


VERB = Verb(("demo",), gettext_noop("construire l’entreprise d’exemple et la servir"), arguments, run)
"""Its tables are brought up to date like any verb's; it refuses to live beside a real firm."""
