"""`python -m benchmarks NAME`: set up an empty database, then run one benchmark."""

import importlib
import os
import sys
import tempfile

import django
from django.core.management import call_command


def main() -> None:
    """The data folder is new and temporary; PostgreSQL is the one that ACQUIT_DATABASE_URL names, emptied by hand."""
    name = sys.argv.pop(1)
    with tempfile.TemporaryDirectory(prefix="acquit-bench-", dir=os.environ.get("TMPDIR")) as folder:
        os.environ["ACQUIT_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acquit.settings")
        django.setup()
        call_command("migrate", verbosity=0)
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
