"""The store of one kind of user documents: whole or not at all, with its ten latest versions."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .envelope import Document, Format, Migrate, Opened, packed, read, unpacked
from .errors import ChangedElsewhereError, DocumentError, MissingError, NotSavedError, not_saved
from .files import alone, sync_folder, write_whole

KEPT = 10
"""Versions of a document that are kept, the present one included."""
VERSIONS, RECOVERY = ".versions", ".recovery"
LONGEST_NAME = 80


@dataclass(frozen=True)
class Loaded:
    """A document, its file, and the stamp that a later save compares: has anybody else written it?"""

    document: Document
    path: Path
    stamp: str
    written: str
    migrated_from: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a document was saved, its stamp for the next save, and which version it has become."""

    path: Path
    stamp: str
    number: int
    at: str


@dataclass(frozen=True, slots=True)
class Version:
    """One kept version; the highest number is the newest."""

    number: int
    at: datetime
    path: Path


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of the folder, newest first in a list."""

    name: str
    path: Path
    changed: datetime


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """All documents of one kind below `folder`; files elsewhere can be opened and saved as well.

    Any number of processes may use it at once. Methods raise :class:`DocumentError` and nothing else
    for what a disk or a stranger's file can do.

    >>> import tempfile
    >>> store = Store(Path(tempfile.mkdtemp()), "rotascope-note", 1, noun="note")
    >>> saved = store.save("First", {"text": "Hold."})
    >>> store.load(saved.path).document
    {'text': 'Hold.'}
    """

    def __init__(
        self,
        folder: Path,
        format: str,  # noqa: A002 - the word of the file
        version: int,
        migrate: Mapping[int, Migrate] | None = None,
        *,
        noun: str = "document",
        suffix: str | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        ending = suffix if suffix is not None else f".{format.removeprefix('rotascope-')}.json"
        self.folder = folder
        self.form = Format(format, version, noun, ending, dict(migrate or {}))
        self.clock = clock

    def path(self, name: str) -> Path:
        """Return the file of a document named so: the name as far as every file system can hold it."""
        plain = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', " ", name)
        plain = plain.encode("utf-8", "ignore").decode()
        plain = re.sub(r"\s+", " ", plain).strip(" .")[:LONGEST_NAME]
        while len(plain.encode()) > 150:  # a name may hold 255 bytes, also with the marks of a version
            plain = plain[:-1]
        plain = plain.strip(" .") or self.form.noun
        if re.fullmatch(r"(?i)con|prn|aux|nul|(com|lpt)\d", plain):
            plain += "_"
        return self.folder / f"{plain}{self.form.suffix}"

    def free_path(self, name: str) -> Path:
        """Return a file of that name, numbered when there is one already."""
        path, n = self.path(name), 2
        while path.exists():
            path, n = self.path(f"{name[: LONGEST_NAME - 5]} {n}"), n + 1
        return path

    def entries(self) -> tuple[Entry, ...]:
        """Return the documents of the folder, the latest changed first; unreadable ones too."""
        found = []
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if path.name.endswith(self.form.suffix) and not path.name.startswith("."):
                    with contextlib.suppress(OSError):
                        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                        found.append(Entry(path.name.removesuffix(self.form.suffix), path, changed))
        return tuple(sorted(found, key=lambda one: (one.changed, one.name), reverse=True))

    def load(self, place: str | Path) -> Loaded:
        """Read a document by its name or its file.

        Raises
        ------
        MissingError, DamagedError, NewerError, UnreadableError
            The file is left alone; `versions` says what older ones there are.
        """
        path = self._file(place)
        content = read(self.form, path)
        opened = unpacked(self.form, content, path)
        older = opened.version if opened.version < self.form.version else None
        return Loaded(opened.document, path, _stamp(content), opened.written, older)

    def save(self, place: str | Path, document: Document, *, expected: str | None = None) -> Saved:
        """Write a document under its name or file, and keep this and the versions before.

        Parameters
        ----------
        expected
            The stamp of the load or save before. When the file has another one by now, nothing is
            written; without a stamp the save goes ahead, and what stood there becomes a version.

        Raises
        ------
        ChangedElsewhereError, FullError, NotSavedError
        DamagedError, NewerError
            A file stands there that this application cannot read: it is never overwritten.
        """
        path = self._file(place)
        at = self.clock().astimezone(UTC).isoformat(timespec="seconds")
        content = self._packed(path, document, at)
        try:
            with alone(self._lock):
                self._guard(path, expected)
                number = self._keep(path, content)
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(path, content)
                except BaseException:
                    with contextlib.suppress(OSError):
                        self._version_file(path, number).unlink()
                    raise
                self._thin(path)
        except OSError as error:
            raise not_saved(path, error) from error
        return Saved(path, _stamp(content), number, at)

    def versions(self, place: str | Path) -> tuple[Version, ...]:
        """Return the kept versions, the newest first; empty for a document that was never saved here."""
        found = []
        with contextlib.suppress(OSError):
            for file in self._room(self._file(place)).glob("*.json"):
                if file.stem.isdecimal():
                    with contextlib.suppress(OSError):
                        at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                        found.append(Version(int(file.stem), at, file))
        return tuple(sorted(found, key=lambda one: one.number, reverse=True))

    def load_version(self, place: str | Path, number: int) -> Loaded:
        """Read one kept version; saving it again is a new version. Its stamp is that of no file."""
        path = self._file(place)
        file = self._version_file(path, number)
        opened: Opened = unpacked(self.form, read(self.form, file), file)
        older = opened.version if opened.version < self.form.version else None
        return Loaded(opened.document, path, "", opened.written, older)

    def set_aside(self, place: str | Path) -> Path:
        """Rename a file that cannot be read, so that its name is free; return the new one."""
        path = self._file(place)
        moment = self.clock().astimezone(UTC).strftime("%Y%m%d-%H%M%S")
        return self._renamed(path, path.with_name(f"{path.name}.unreadable-{moment}"))

    def rename(self, place: str | Path, name: str) -> Path:
        """Give a document another name in its folder; its versions go with it."""
        path = self._file(place)
        target = path.with_name(self.path(name).name)
        if target == path:
            return path
        self._renamed(path, target)
        with contextlib.suppress(OSError):
            old, new = self._room(path), self._room(target)
            if old.exists() and not new.exists():
                old.rename(new)
        return target

    def remove(self, place: str | Path) -> None:
        """Delete a document; its kept versions stay, so that it can be had back."""
        path = self._file(place)
        try:
            with alone(self._lock):
                path.unlink(missing_ok=True)
                sync_folder(path.parent)
        except OSError as error:
            raise not_saved(path, error) from error

    # What the recovery beside this module uses as well.

    def key(self, path: Path) -> str:
        """Return the name below which versions of a file are kept; it moves along with the folder."""
        whole = path.absolute()
        home = self.folder.absolute()
        if whole.parent == home:
            return whole.name
        mark = hashlib.sha256(str(whole).encode("utf-8", "surrogateescape")).hexdigest()[:12]
        return f"{whole.name[:LONGEST_NAME]}-{mark}"

    @property
    def recovery_folder(self) -> Path:
        return self.folder / RECOVERY

    def _file(self, place: str | Path) -> Path:
        return place if isinstance(place, Path) else self.path(place)

    @property
    def _lock(self) -> Path:
        return self.folder / ".documents.lock"

    def _room(self, path: Path) -> Path:
        return self.folder / VERSIONS / self.key(path)

    def _version_file(self, path: Path, number: int) -> Path:
        return self._room(path) / f"{number:06d}.json"

    def _packed(self, path: Path, document: Document, at: str) -> bytes:
        try:
            return packed(self.form, document, at)
        except (ValueError, TypeError, RecursionError) as error:
            raise NotSavedError(
                f"{path.name} was not saved: it holds something that no file can hold ({error})."
            ) from error

    def _guard(self, path: Path, expected: str | None) -> None:
        """Refuse to write over what cannot be read or what somebody else wrote; keep the latter."""
        try:
            content = read(self.form, path)
        except MissingError:
            return
        # What bears the stamp was read or written here: taking it apart again would only cost time.
        if expected is None or _stamp(content) != expected:
            unpacked(self.form, content, path)
            if expected is not None:
                raise ChangedElsewhereError(
                    f"{path.name} was changed by another window or program since it was opened. Nothing was "
                    "written. Save under another name, or open it again."
                )
        kept = self.versions(path)
        if not kept or _content(kept[0].path) != content:
            self._keep(path, content)

    def _keep(self, path: Path, content: bytes) -> int:
        kept = self.versions(path)
        number = kept[0].number + 1 if kept else 1
        file = self._version_file(path, number)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, content)
        return number

    def _thin(self, path: Path) -> None:
        for version in self.versions(path)[KEPT:]:
            with contextlib.suppress(OSError):
                version.path.unlink()

    def _renamed(self, path: Path, target: Path) -> Path:
        try:
            with alone(self._lock):
                if target.exists():
                    raise NotSavedError(
                        f"There is a {self.form.noun} named {target.name} already. Choose another name."
                    )
                path.rename(target)
                sync_folder(path.parent)
        except OSError as error:
            raise not_saved(path, error) from error
        return target


def _stamp(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


__all__ = ["DocumentError", "Entry", "Loaded", "Saved", "Store", "Version"]
