"""A backup as a stranger's file: read with suspicion, and whole before anybody takes something from it."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data.own_documents import is_own
from data.settings_file import FILE
from data.settings_file import LARGEST as LARGEST_SETTINGS

FORMAT = "rotascope-backup"
FORMAT_VERSION = 1
MANIFEST = "backup.json"
DOCUMENTS, SETTINGS = "documents", "settings"
LARGEST = 200_000_000
"""Bytes of one backup, packed or not: documents are a few hundred kilobytes, so more is no backup."""
MOST_FILES = 50_000
LARGEST_MANIFEST = 100_000
FORBIDDEN = set('\\:*?"<>|')


class BackupError(Exception):
    """A whole sentence: what is wrong with the file, and that nothing was changed."""


class Contents:
    """A backup that is whole and harmless: its documents by their places, and its settings."""

    def __init__(
        self, packed: zipfile.ZipFile, documents: dict[PurePosixPath, zipfile.ZipInfo], settings: bytes | None
    ) -> None:
        self._packed, self._documents, self.settings = packed, documents, settings

    @property
    def documents(self) -> tuple[PurePosixPath, ...]:
        return tuple(self._documents)

    def unpack(self, folder: Path) -> None:
        """Write the documents below a folder.

        Raises
        ------
        OSError
        """
        for place, entry in self._documents.items():
            file = folder / place
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                content = self._packed.read(entry)
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise OSError("the backup was changed while it was read") from error
            file.write_bytes(content)


@dataclass(frozen=True, slots=True)
class _Said:
    """The sentences about one file."""

    name: str

    def foreign(self) -> BackupError:
        return BackupError(f"{self.name} is no backup of Rotascope. Nothing was changed.")

    def damaged(self) -> BackupError:
        return BackupError(
            f"{self.name} is damaged or no backup of Rotascope. Nothing was changed. Choose another backup."
        )

    def newer(self) -> BackupError:
        return BackupError(
            f"{self.name} was written by a newer version of Rotascope. Update the application, then "
            "restore it. Nothing was changed."
        )

    def large(self) -> BackupError:
        return BackupError(f"{self.name} is too large for a backup of documents. Nothing was changed.")

    def odd(self, place: str) -> BackupError:
        shown = "".join(one if one.isprintable() else "�" for one in place)[:80]
        return BackupError(f"{self.name} holds a file in a strange place: {shown}. Nothing was changed.")


@contextmanager
def checked(source: Path) -> Iterator[Contents]:
    """Open a backup that is whole and harmless.

    Raises
    ------
    BackupError
        It cannot be read, is none, is damaged, too large or of a newer version, or holds a file in a
        place where none of the program lies.
    """
    said = _Said(source.name)
    try:
        size = source.stat().st_size
        packed = zipfile.ZipFile(source)
    except OSError as error:
        raise BackupError(
            f"{source.name} cannot be read: {error.strerror or error}. Nothing was changed."
        ) from None
    except Exception:  # noqa: BLE001 - a damaged archive fails in many ways, none of which helps a person
        raise said.damaged() from None
    with packed:
        try:
            contents = _checked(packed, size, said)
        except BackupError:
            raise
        except Exception:  # noqa: BLE001 - as above: zlib, struct, the codecs and the disk all speak up here
            raise said.damaged() from None
        yield contents


def _checked(packed: zipfile.ZipFile, size: int, said: _Said) -> Contents:
    if MANIFEST not in packed.namelist():
        raise said.foreign()
    files = _manifest(packed, said)
    entries = [one for one in packed.infolist() if one.filename != MANIFEST and not one.is_dir()]
    if len(entries) > MOST_FILES or max(size, sum(one.file_size for one in entries)) > LARGEST:
        raise said.large()
    documents: dict[PurePosixPath, zipfile.ZipInfo] = {}
    settings: bytes | None = None
    seen: set[str] = set()
    for entry in entries:
        room, inside = _place(entry.orig_filename, said)
        if entry.orig_filename in seen:
            raise said.damaged()
        seen.add(entry.orig_filename)
        if room == DOCUMENTS and is_own(inside):
            documents[inside] = entry
        elif room == SETTINGS and str(inside) == FILE:
            if entry.file_size > LARGEST_SETTINGS:
                raise said.large()
            settings = packed.read(entry)
    if packed.testzip() is not None or (files is not None and files != len(entries)):
        raise said.damaged()
    return Contents(packed, documents, settings)


def _manifest(packed: zipfile.ZipFile, said: _Said) -> int | None:
    """Check what the backup says about itself; return how many files it should hold."""
    if packed.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise said.foreign()
    text = packed.read(MANIFEST)
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):
        raise said.foreign() from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise said.foreign()
    version, files = manifest.get("version"), manifest.get("files")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise said.damaged()
    if version > FORMAT_VERSION:
        raise said.newer()
    return files if isinstance(files, int) and not isinstance(files, bool) else None


def _place(name: str, said: _Said) -> tuple[str, PurePosixPath]:
    """Return the room of a file and its place there; refuse what could lead out of the room.

    Names that not every system can hold are refused where they are no document, and where the system is
    one that cannot.
    """
    parts = name.split("/")
    if len(parts) < 2 or parts[0] not in (DOCUMENTS, SETTINGS) or {"", ".", ".."} & set(parts):
        raise said.odd(name)
    inside = PurePosixPath(*parts[1:])
    is_odd = any(one in FORBIDDEN or ord(one) < 32 for one in name)
    is_odd = is_odd or any(part != part.rstrip(" .") for part in parts)
    if is_odd and (os.name == "nt" or not is_own(inside)):
        raise said.odd(name)
    return parts[0], inside
