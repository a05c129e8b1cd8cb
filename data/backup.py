"""All documents and settings of a user in one file, and back again.

The cache is not in it: it can be fetched or imported anew. Keys are not in it either, as they never
lie in files.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from data.paths import Paths
from models.version import VERSION

FORMAT = "rotascope-backup"
FORMAT_VERSION = 1
MANIFEST = "backup.json"
SUFFIX = ".rotascope-backup.zip"
LARGEST = 200_000_000
"""Bytes of one backup when unpacked: documents are a few hundred kilobytes, so more is no backup."""


class BackupError(Exception):
    """A whole sentence: what is wrong with the file, and that nothing was changed."""


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
    count = 0
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as packed:
            for room, file, inside in _own_files(paths):
                packed.write(file, f"{room}/{inside}")
                count += 1
            packed.writestr(MANIFEST, json.dumps(_manifest(count)))
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise BackupError(
            f"The backup was not written: {error.strerror or error}. Nothing else was changed."
        ) from None
    return count


def restore_backup(paths: Paths, source: Path, now: datetime | None = None) -> Restored:
    """Bring back what a backup holds; what stands there now is moved into a dated folder beside it.

    The whole file is checked before anything is touched.

    Raises
    ------
    BackupError
        It is no backup, is damaged, or comes from a newer version.
    """
    moment = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
    try:
        with zipfile.ZipFile(source) as packed:
            contents = _checked(packed, source)
            aside = _move_aside(paths, moment)
            for (room, inside), name in contents.items():
                file = _room(paths, room) / inside
                file.parent.mkdir(parents=True, exist_ok=True)
                part = file.with_name(f".{file.name}.part")
                part.write_bytes(packed.read(name))
                part.replace(file)
    except zipfile.BadZipFile:
        raise BackupError(f"{source.name} is damaged or no backup. Nothing was changed.") from None
    except OSError as error:
        raise BackupError(
            f"The backup could not be read whole: {error.strerror or error}. What stood here before lies in "
            f"a folder named before-restore-{moment}."
        ) from None
    return Restored(len(contents), aside)


def _own_files(paths: Paths) -> Iterator[tuple[str, Path, str]]:
    for room in ("documents", "settings"):
        folder = _room(paths, room)
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            inside = file.relative_to(folder)
            if file.is_file() and not file.is_symlink() and not _is_passing(inside):
                yield room, file, inside.as_posix()


def _is_passing(inside: Path) -> bool:
    return inside.parts[0].startswith("before-restore-") or inside.name.endswith((".part", ".lock"))


def _room(paths: Paths, room: str) -> Path:
    return paths.documents if room == "documents" else paths.settings


def _manifest(files: int) -> dict[str, object]:
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "application": VERSION,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": files,
    }


def _checked(packed: zipfile.ZipFile, source: Path) -> dict[tuple[str, str], str]:
    """Return {(room, place): name in the archive} of a backup that is whole and harmless."""
    try:
        manifest = json.loads(packed.read(MANIFEST))
        kind, version = manifest["format"], int(manifest["version"])
    except (KeyError, ValueError, TypeError):
        raise BackupError(f"{source.name} is no backup of Rotascope. Nothing was changed.") from None
    if kind != FORMAT:
        raise BackupError(f"{source.name} is no backup of Rotascope. Nothing was changed.")
    if version > FORMAT_VERSION:
        raise BackupError(
            f"{source.name} was written by a newer version of Rotascope. Update the application, then "
            "restore it. Nothing was changed."
        )
    if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
        raise BackupError(f"{source.name} is too large for a backup of documents. Nothing was changed.")
    if packed.testzip() is not None:
        raise BackupError(f"{source.name} is damaged. Nothing was changed.")
    contents: dict[tuple[str, str], str] = {}
    for name in packed.namelist():
        if name == MANIFEST or name.endswith("/"):
            continue
        place = PurePosixPath(name)
        odd = place.is_absolute() or ".." in place.parts or ":" in name or "\\" in name
        if odd or len(place.parts) < 2 or place.parts[0] not in ("documents", "settings"):
            raise BackupError(f"{source.name} holds a file in a strange place: {name}. Nothing was changed.")
        contents[place.parts[0], "/".join(place.parts[1:])] = name
    return contents


def _move_aside(paths: Paths, moment: str) -> Path | None:
    """Move the present documents out of the way, and copy the settings: the window has them open."""
    aside = paths.documents / f"before-restore-{moment}"
    moved = False
    for room, file, inside in list(_own_files(paths)):
        place = aside / room / inside
        place.parent.mkdir(parents=True, exist_ok=True)
        if room == "settings":
            place.write_bytes(file.read_bytes())
        else:
            file.replace(place)
        moved = True
    return aside if moved else None
