"""What came of taking notes from a file, in words."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from data.journal import NotesFile
from models.journal.notes import JournalError
from ui.reasons import reason
from ui.widgets import numbers

MOST_NAMED = 20


def _tr(text: str) -> str:
    return QCoreApplication.translate("JournalPanel", text)


def taken_in_words(file: NotesFile, new: int, unknown: Set[str]) -> str:
    """Say how many notes of a file are new, what was refused, and which coins the data do not hold."""
    refused = file.taken.refused
    counts = new, len(file.taken.notes) - new, len(refused)
    words = _tr("New notes: {0}. Here already: {1}. Refused: {2}.")
    parts = [words.format(*map(numbers.whole, counts))]
    if file.is_guessed:
        parts.append(
            _tr(
                "The file is not in UTF-8 and was read as Windows-1252. Where letters with accents look "
                "wrong, undo the import, save the file in UTF-8 and take it again."
            )
        )
    if unknown:
        named = ", ".join(sorted(unknown)[:MOST_NAMED]) + (" …" if len(unknown) > MOST_NAMED else "")
        words = _tr("The data hold no coins of these names: {0}. They are kept as written.")
        parts.append(words.format(named))
    if refused:
        parts.append("\n".join(refused[:MOST_NAMED]))
    if len(refused) > MOST_NAMED:
        parts.append(_tr("Further refused rows: {0}.").format(numbers.whole(len(refused) - MOST_NAMED)))
    return "\n\n".join(parts)


def failure_in_words(error: object, path: Path) -> str:
    """Say why a file could not be read or written."""
    if isinstance(error, JournalError):
        return str(error)
    return _tr("{0}: {1}. The journal was not changed.").format(path.name, reason(error))
