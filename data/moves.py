"""Several changes of files that happen all or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path


class Moves:
    """Renames files one after the other, and takes all of it back when one of them cannot be done.

    Used as a context: an error inside takes everything back. `is_undone` says whether that went well, so
    that whoever speaks to a person knows what became of the files.
    """

    def __init__(self) -> None:
        self._done: list[tuple[Path, Path]] = []
        self._folders: list[Path] = []
        self.is_undone = True

    def __enter__(self) -> Moves:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._take_back()

    def move(self, source: Path, target: Path) -> None:
        """Rename a file; folders that the new place needs are made, and one that stands there is refused.

        Raises
        ------
        OSError
        """
        self.make(target.parent)
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "A file of that name stands there", str(target))
        _rename(source, target)
        self._done.append((source, target))

    def make(self, folder: Path) -> None:
        """Make a folder, and those above it that are missing."""
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        for one in reversed(missing):
            one.mkdir(exist_ok=True)
            self._folders.append(one)

    def _take_back(self) -> None:
        for source, target in reversed(self._done):
            try:
                source.parent.mkdir(parents=True, exist_ok=True)
                _rename(target, source)
            except OSError:
                self.is_undone = False
        for folder in reversed(self._folders):
            with contextlib.suppress(OSError):  # not empty: something else came into it
                folder.rmdir()


def _rename(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # A folder inside the folder may be a link to another disk.
        try:
            shutil.copy2(source, target)
        except OSError:
            target.unlink(missing_ok=True)
            raise
        source.unlink()


def free_folder(parent: Path, name: str, now: datetime | None = None) -> Path:
    """Return a folder of that name and moment that is not there yet."""
    moment = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
    folder, n = parent / f"{name}-{moment}", 2
    while os.path.lexists(folder):
        folder, n = parent / f"{name}-{moment}-{n}", n + 1
    return folder
