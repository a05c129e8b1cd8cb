"""User documents: plans, theses, journal, class edits, saved screens.

Every kind of document has a :class:`Store`. What it promises:

- A file is the document as it was saved before or as it is saved now, never a part of one: written
  to a temporary file, synced, renamed, the folder synced. A full disk or `kill -9` loses nothing
  that was saved.
- The ten latest versions are kept below `.versions/`; what another program wrote becomes a version
  before it is overwritten.
- What is typed is kept within a second apart from the document (:class:`Draft`), and offered
  after a crash (:func:`recoverable`).
- Files of a newer version and damaged ones are refused with a way out, and never overwritten.
- Two processes may save at once: one waits, and a save on top of another's is refused.
"""

from .envelope import Document
from .errors import (
    ChangedElsewhereError,
    DamagedError,
    DocumentError,
    FullError,
    MissingError,
    NewerError,
    NotSavedError,
    UnreadableError,
)
from .only import OnlyDocument
from .recovery import EVERY, Draft, Recovered, forget, recoverable
from .store import KEPT, Entry, Loaded, Saved, Store, Version

__all__ = [
    "EVERY",
    "KEPT",
    "ChangedElsewhereError",
    "DamagedError",
    "Document",
    "DocumentError",
    "Draft",
    "Entry",
    "FullError",
    "Loaded",
    "MissingError",
    "NewerError",
    "NotSavedError",
    "OnlyDocument",
    "Recovered",
    "Saved",
    "Store",
    "UnreadableError",
    "Version",
    "forget",
    "recoverable",
]
