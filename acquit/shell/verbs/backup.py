"""`acquit backup` and `acquit restore`: everything in one file, and back."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from django.utils.translation import gettext as _

from acquit import archive, clock
from acquit.archive.actions import restore
from acquit.parties.heartbeat import beat
from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.shell.verb import Answer, Verb

_EXISTS = gettext_noop("« %(path)s » existe déjà : une sauvegarde n’en remplace pas une autre.")
_NO_FOLDER = gettext_noop("Le dossier « %(path)s » n’existe pas.")
_SAVED = gettext_noop("Sauvegarde écrite : %(file)s (%(rows)s lignes, %(papers)s pièces).")
_RESTORED = gettext_noop(
    "Sauvegarde du %(made_at)s restaurée (%(rows)s lignes, %(papers)s pièces). Rien ne part avant que vous l’ayez "
    "confirmé : acquit activate --after-restore."
)
_WHOLE = gettext_noop("« %(file)s » est entière : %(rows)s lignes, %(papers)s pièces.")


def save_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar=_("FICHIER"), help=_("fichier .zip à écrire"))


def save(options: Namespace) -> Answer:
    if options.file.exists():
        raise Refused(Reason(_EXISTS, {"path": str(options.file)}))
    if not options.file.parent.is_dir():
        raise Refused(Reason(_NO_FOLDER, {"path": str(options.file.parent)}))
    manifest = archive.write(options.file, clock.now())
    beat("backup", clock.now())  # what « État » shows as the last backup, wherever its file lies
    content = {
        "file": str(options.file),
        "made_at": manifest["made_at"],
        "rows": sum(table["rows"] for table in manifest["tables"]),
        "papers": len(manifest["papers"]),
        "bytes": options.file.stat().st_size,
    }
    return Answer(content, _(_SAVED) % content)


def restore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar=_("FICHIER"), help=_("sauvegarde à restaurer"))
    parser.add_argument("--verify", action="store_true", help=_("vérifier seulement, sans rien écrire"))


def bring_back(options: Namespace) -> Answer:
    backup = archive.Backup(options.file)
    papers = len(backup.manifest["papers"])
    if options.verify:
        rows = sum(1 for table in backup.manifest["tables"] for _row in backup.rows(table))
        assert papers == sum(1 for _paper in backup.papers())
        content = {"file": str(options.file), "made_at": backup.manifest["made_at"], "rows": rows, "papers": papers}
        return Answer(content, _(_WHOLE) % content)
    rows = restore(backup, clock.now())
    content = {
        "file": str(options.file),
        "made_at": backup.manifest["made_at"],
        "rows": rows,
        "papers": papers,
        "sending": "locked",
    }
    return Answer(content, _(_RESTORED) % content)


BACKUP = Verb(("backup",), gettext_noop("sauvegarder tout dans un fichier"), save_arguments, save)
RESTORE = Verb(
    ("restore",), gettext_noop("restaurer une sauvegarde dans une installation vide"), restore_arguments, bring_back,
    database=False,
)  # fmt: skip
