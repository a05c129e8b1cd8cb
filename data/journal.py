"""Where the journal rests, one user document apart from the cache, and the files it takes notes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.documents import OnlyDocument, Store
from data.paths import Paths
from models.journal.decoding import decoded
from models.journal.exchange import Taken, from_csv, from_ics, from_markdown
from models.journal.notes import FORMAT, VERSION, Journal, JournalError, from_dict, to_dict


def journal_document(paths: Paths) -> OnlyDocument[Journal]:
    """Return the document of the journal, directly in the folder of the documents."""
    store = Store(paths.documents, FORMAT, VERSION, noun="journal", suffix=".json")
    return OnlyDocument(
        store, "journal", empty=Journal(), from_document=from_dict, to_document=to_dict, refusal=JournalError
    )


@dataclass(frozen=True, slots=True)
class NotesFile:
    """What a file brought, and whether its letters had to be guessed (:func:`decoded`)."""

    taken: Taken
    is_guessed: bool


def read_notes(path: Path) -> NotesFile:
    """Read the notes of a CSV, calendar (.ics) or Markdown (.md) file.

    Raises
    ------
    JournalError
        It holds no notes.
    OSError
        It cannot be read.
    """
    text, is_guessed = decoded(path.read_bytes())
    # As a file opened for text would give them; a calendar is read with either.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    read = {".ics": from_ics, ".md": from_markdown}.get(path.suffix.lower(), from_csv)
    return NotesFile(read(text), is_guessed)
