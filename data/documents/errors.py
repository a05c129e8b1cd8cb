"""What can go wrong with a user's document, in whole sentences that name a way out."""

from __future__ import annotations

import errno
from pathlib import Path


class DocumentError(Exception):
    """A document could not be read or written; `str()` says what happened, what is safe and what to do."""


class NotSavedError(DocumentError):
    """Nothing was written; what was saved before stands."""


class FullError(NotSavedError):
    """No room is left where the document lies."""


class ChangedElsewhereError(NotSavedError):
    """The file is no longer the one that was loaded: another window or program wrote it meanwhile."""


class UnreadableError(DocumentError):
    """The file cannot be taken as it is, and is left alone."""


class MissingError(UnreadableError):
    """There is no such file."""


class DamagedError(UnreadableError):
    """The file is no document of this kind, or only part of one."""


class NewerError(UnreadableError):
    """The file was written by a newer version of the application."""


STANDS = "What was saved before is unchanged."


def not_saved(path: Path, error: OSError) -> NotSavedError:
    """Find the sentence for an error of the file system while writing."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return FullError(
            f"No room is left for {path.name} in {path.parent}. {STANDS} "
            "Make some room, or save under another folder."
        )
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return NotSavedError(
            f"{path.name} may not be written in {path.parent}. {STANDS} Choose another folder."
        )
    why = error.strerror or type(error).__name__
    return NotSavedError(f"{path.name} could not be saved in {path.parent}: {why}. {STANDS}")
