"""The command `acquit`."""

import importlib
import os
import sys


def main() -> int:
    """Set Django up, then run the verb that was asked for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "acquit.settings")
    # Settings must be named, and Django set up, before anything imports a model.
    return int(importlib.import_module("acquit.shell").run(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
