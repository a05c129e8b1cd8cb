"""All documents and settings of a user in one file, and back again.

The cache is not in it: it can be fetched or imported anew. Keys are not in it either, as they never
lie in files. Of the folder of the documents only what the program wrote is taken: the folder may hold
a person's other things too.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

from data.backup_file import DOCUMENTS, FORMAT, FORMAT_VERSION, MANIFEST, SETTINGS, Contents, checked
from data.backup_file import BackupError as BackupError  # those who restore know this module only
from data.moves import Moves, free_folder
from data.own_documents import own_documents
from data.paths import Paths
from data.settings_file import FILE, at_home
from models.version import VERSION

SUFFIX = ".rotascope-backup.zip"


@dataclass(frozen=True, slots=True)
class Restored:
    """How many files came back, and where those that they replaced were put; None when there were none."""

    files: int
    kept_aside: Path | None


def write_backup(paths: Paths, target: Path) -> int:
    """Write all documents and settings into `target` and return how many files are in it.

    The file appears under its name only once it is whole.

    Raises
    ------
    BackupError
        The file cannot be written.
    """
    unfinished = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as packed:
            places = own_documents(paths.documents)
            for place in places:
                packed.write(paths.documents / place, f"{DOCUMENTS}/{place}")
            count = len(places)
            if (paths.settings / FILE).is_file():
                packed.write(paths.settings / FILE, f"{SETTINGS}/{FILE}")
                count += 1
            packed.writestr(MANIFEST, json.dumps(_manifest(count)))
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    except (OSError, UnicodeEncodeError) as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        why = error.strerror or error if isinstance(error, OSError) else "a name cannot be written"
        raise BackupError(f"The backup was not written: {why}. Nothing else was changed.") from None
    return count


def restore_backup(paths: Paths, source: Path, now: datetime | None = None) -> Restored:
    """Bring back what a backup holds; what stands there now is moved into a dated folder beside it.

    Documents come into the folder where this home keeps them, whatever the settings of the backup say.
    The whole file is checked and unpacked before anything is touched, and what cannot be done whole is
    taken back.

    Raises
    ------
    BackupError
        It is no backup, is damaged, or comes from a newer version; or the disk refused. Nothing was
        changed, or the sentence says what was.
    """
    with checked(source) as contents:
        stage = free_folder(paths.documents, ".restoring", now)
        made = [one for one in (paths.documents, *paths.documents.parents) if not one.exists()]
        moves = Moves()
        is_back = False
        try:
            contents.unpack(stage)
            with moves:
                aside = _put_in_place(paths, contents, stage, now, moves)
            is_back = True
        except OSError as error:
            why = f"The backup could not be restored: {error.strerror or error}."
            if moves.is_undone:
                raise BackupError(f"{why} Nothing was changed.") from None
            raise BackupError(
                f"{why} Some of your documents could not be put back where they were: they lie in folders "
                f"of {paths.documents} whose names begin with before-restore."
            ) from None
        finally:
            shutil.rmtree(stage, ignore_errors=True)
            for folder in () if is_back else made:
                with contextlib.suppress(OSError):
                    folder.rmdir()
        return Restored(len(contents.documents) + (contents.settings is not None), aside)


def _put_in_place(
    paths: Paths, contents: Contents, stage: Path, now: datetime | None, moves: Moves
) -> Path | None:
    """Exchange the documents of this home for those on the stage; return where the former lie."""
    aside = free_folder(paths.documents, "before-restore", now)
    present = own_documents(paths.documents)
    for place in present:
        moves.move(paths.documents / place, aside / DOCUMENTS / place)
    for place in contents.documents:
        moves.move(stage / place, paths.documents / place)
    file = paths.settings / FILE
    if contents.settings is None:
        return aside if present else None
    try:
        before = file.read_bytes()
    except FileNotFoundError:
        before = None
    if before is not None:
        # A copy: the window has the file open.
        moves.make(aside / SETTINGS)
        (aside / SETTINGS / FILE).write_bytes(before)
    try:
        _write_settings(file, contents, before or b"", paths)
    except OSError:
        shutil.rmtree(aside / SETTINGS, ignore_errors=True)
        raise
    return aside if present or before is not None else None


def _write_settings(file: Path, contents: Contents, before: bytes, paths: Paths) -> None:
    assert contents.settings is not None
    known = set(contents.documents)

    def moved(named: str) -> str:
        """Find the file among those that came back: by the longest end of its place that one of them has."""
        parts = PureWindowsPath(named).parts if "\\" in named else PurePosixPath(named).parts
        for at in range(len(parts)):
            if (place := PurePosixPath(*parts[at:])) in known:
                return str(paths.documents / place)
        return named

    text = at_home(contents.settings.decode("utf-8", "replace"), before.decode("utf-8", "replace"), moved)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_bytes(text.encode("utf-8", "replace"))
        part.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _manifest(files: int) -> dict[str, object]:
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "application": VERSION,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": files,
    }
