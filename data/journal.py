"""Where the journal rests: one user document, apart from the cache."""

from __future__ import annotations

from data.documents import OnlyDocument, Store
from data.paths import Paths
from models.journal.notes import FORMAT, VERSION, Journal, JournalError, from_dict, to_dict


def journal_document(paths: Paths) -> OnlyDocument[Journal]:
    """Return the document of the journal, directly in the folder of the documents."""
    store = Store(paths.documents, FORMAT, VERSION, noun="journal", suffix=".json")
    return OnlyDocument(
        store, "journal", empty=Journal(), from_document=from_dict, to_document=to_dict, refusal=JournalError
    )
