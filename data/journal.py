"""Where the journal rests: one user document, apart from the cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.documents import DamagedError, MissingError, Saved, Store
from data.paths import Paths
from models.journal.notes import FORMAT, VERSION, Journal, JournalError, from_dict, to_dict

NAME = "journal"


@dataclass(frozen=True, slots=True)
class JournalFile:
    """The journal, its file, and the stamp for saving it again."""

    journal: Journal
    path: Path
    stamp: str | None


def journal_store(paths: Paths) -> Store:
    """Return the store of the journal, directly in the folder of the documents."""
    return Store(paths.documents, FORMAT, VERSION, noun="journal", suffix=".json")


def load_journal(store: Store) -> JournalFile:
    """Read the journal; an empty one when there is none yet.

    Raises
    ------
    DocumentError
        The file is damaged or of a newer version; it is left alone.
    """
    try:
        loaded = store.load(NAME)
    except MissingError:
        return JournalFile(Journal(), store.path(NAME), None)
    try:
        return JournalFile(from_dict(loaded.document), loaded.path, loaded.stamp)
    except JournalError as error:
        raise DamagedError(f"{error} {loaded.path.name} was left alone.") from None


def save_journal(store: Store, journal: Journal, *, expected: str | None = None) -> Saved:
    """Write the journal; `expected` is the stamp of the file it was read from."""
    return store.save(NAME, to_dict(journal), expected=expected)
