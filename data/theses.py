"""Where theses rest: one user document, apart from the cache."""

from __future__ import annotations

from data.documents import OnlyDocument, Store
from data.paths import Paths
from models.market.theses.thesis import FORMAT, VERSION, Theses, ThesisError, from_dict, to_dict


def theses_document(paths: Paths) -> OnlyDocument[Theses]:
    """Return the document of the theses, directly in the folder of the documents."""
    store = Store(paths.documents, FORMAT, VERSION, noun="list of theses", suffix=".json")
    return OnlyDocument(
        store, "theses", empty=Theses(), from_document=from_dict, to_document=to_dict, refusal=ThesisError
    )
