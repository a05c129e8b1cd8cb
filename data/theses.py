"""Where theses rest: one user document, apart from the cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.documents import DamagedError, MissingError, Saved, Store
from data.paths import Paths
from models.market.theses import FORMAT, VERSION, Theses, ThesisError, from_dict, to_dict

NAME = "theses"


@dataclass(frozen=True, slots=True)
class ThesesFile:
    """The theses, their file, and the stamp for saving it again."""

    theses: Theses
    path: Path
    stamp: str | None


def theses_store(paths: Paths) -> Store:
    """Return the store of the theses, directly in the folder of the documents."""
    return Store(paths.documents, FORMAT, VERSION, noun="list of theses", suffix=".json")


def load_theses(store: Store) -> ThesesFile:
    """Read the theses; an empty list when there is none yet.

    Raises
    ------
    DocumentError
        The file is damaged or of a newer version; it is left alone.
    """
    try:
        loaded = store.load(NAME)
    except MissingError:
        return ThesesFile(Theses(), store.path(NAME), None)
    try:
        return ThesesFile(from_dict(loaded.document), loaded.path, loaded.stamp)
    except ThesisError as error:
        raise DamagedError(f"{error} {loaded.path.name} was left alone.") from None


def save_theses(store: Store, theses: Theses, *, expected: str | None = None) -> Saved:
    """Write the theses; `expected` is the stamp of the file they were read from."""
    return store.save(NAME, to_dict(theses), expected=expected)
