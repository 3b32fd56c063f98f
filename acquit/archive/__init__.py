"""A whole installation in one file: tables as lines of JSON, papers as they are, and digests of everything.

It does not depend on the database: what SQLite gave, PostgreSQL takes. Left out on purpose: sessions (people sign in
again), signs of life, and the secret key, which belongs to the machine.
"""

from acquit.archive.reading import Backup
from acquit.archive.writing import write

__all__ = ["Backup", "write"]
