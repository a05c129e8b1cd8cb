"""The user's own classes, screens and weights on the disk, apart from the cache."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from data.documents import DocumentError, MissingError, Store
from models.market import classes as class_words
from models.market.classes import PUBLISHED, Classes, ClassesError
from models.market.rotation import screen as screen_words
from models.market.rotation.screen import ScreenBook, ScreenError
from models.market.signals import weights as weight_words
from models.market.signals.weights import EQUAL, WeightError, Weights

CLASSES, SCREENS, WEIGHTS = "Tiers and sectors", "Screens", "Weights of the signals"
VERSION = 1
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """What was read, and the stamp for the next save; `notice` says why a file could not be taken."""

    value: T
    stamp: str | None = None
    notice: str = ""


class ChoiceFile(Generic[T]):
    """The file of one choice, for a value that is changed in the window and written in threads.

    :meth:`offer` is called by whoever changes the value, the others by any thread. Writes wait for one
    another, and each takes the newest value there is.
    """

    def __init__(
        self,
        load: Callable[[], Kept[T]],
        save: Callable[[T, str | None], str],
        set_aside: Callable[[], Path] | None = None,
    ) -> None:
        self._load, self._save, self._set_aside = load, save, set_aside
        self._offered: T | None = None
        self._written: T | None = None
        self._stamp: str | None = None
        self._writing = threading.Lock()

    def read(self) -> Kept[T]:
        """Read the file; one that cannot be taken is left alone, and the notice says why."""
        with self._writing:
            kept = self._load()
            self._offered = self._written = kept.value
            self._stamp = kept.stamp
            return kept

    def offer(self, value: T) -> None:
        """Let `value` be what the next write puts into the file."""
        self._offered = value

    def write(self) -> None:
        """Put the newest value into the file, unless it stands there already. Raises DocumentError."""
        with self._writing:
            value = self._offered
            if value is not None and value != self._written:
                self._stamp = self._save(value, self._stamp)
                self._written = value

    def set_aside(self) -> None:
        """Rename a file that cannot be taken, so that edits can begin anew. Raises DocumentError."""
        if self._set_aside is not None:
            with self._writing:
                self._set_aside()


def classes_file(folder: Path) -> ChoiceFile[Classes]:
    """Return the file of the changes of tiers, sectors and baskets."""
    return ChoiceFile(
        lambda: load_classes(folder),
        lambda value, stamp: save_classes(folder, value, stamp),
        lambda: set_classes_aside(folder),
    )


def screens_file(folder: Path) -> ChoiceFile[ScreenBook]:
    """Return the file of the saved screens."""
    return ChoiceFile(lambda: load_screens(folder), lambda value, stamp: save_screens(folder, value, stamp))


def load_classes(folder: Path) -> Kept[Classes]:
    """Read the changes of tiers, sectors and baskets; without a file there are none.

    A file that cannot be taken is left alone: the published classes stand in, and the notice says so.
    """
    store = _classes_store(folder)
    try:
        loaded = store.load(CLASSES)
        return Kept(class_words.from_plain(loaded.document), loaded.stamp)
    except MissingError:
        return Kept(PUBLISHED)
    except (DocumentError, ClassesError) as error:
        return Kept(PUBLISHED, None, f"Your tiers and sectors were not taken in. {error}")


def save_classes(folder: Path, classes: Classes, stamp: str | None) -> str:
    """Write the changes; return the stamp for the next save. Raises DocumentError, in a sentence."""
    return _classes_store(folder).save(CLASSES, class_words.to_plain(classes), expected=stamp).stamp


def set_classes_aside(folder: Path) -> Path:
    """Rename a file that cannot be taken, so that edits can begin anew. Raises DocumentError."""
    return _classes_store(folder).set_aside(CLASSES)


def load_screens(folder: Path) -> Kept[ScreenBook]:
    """Read the saved screens; without a file there is the usual one."""
    store = _screens_store(folder)
    try:
        loaded = store.load(SCREENS)
        return Kept(screen_words.from_plain(loaded.document), loaded.stamp)
    except MissingError:
        return Kept(ScreenBook())
    except (DocumentError, ScreenError) as error:
        return Kept(ScreenBook(), None, f"Your saved screens were not taken in. {error}")


def save_screens(folder: Path, book: ScreenBook, stamp: str | None) -> str:
    """Write the screens; return the stamp for the next save. Raises DocumentError, in a sentence."""
    return _screens_store(folder).save(SCREENS, screen_words.to_plain(book), expected=stamp).stamp


def load_weights(folder: Path) -> Kept[Weights]:
    """Read the weights of the confirmation signals; without a file all count the same."""
    store = _weights_store(folder)
    try:
        loaded = store.load(WEIGHTS)
        return Kept(weight_words.from_plain(loaded.document), loaded.stamp)
    except MissingError:
        return Kept(EQUAL)
    except (DocumentError, WeightError) as error:
        return Kept(EQUAL, None, f"Your weights of the signals were not taken in. {error}")


def save_weights(folder: Path, weights: Weights, stamp: str | None) -> str:
    """Write the weights; return the stamp for the next save. Raises DocumentError, in a sentence."""
    return _weights_store(folder).save(WEIGHTS, weight_words.to_plain(weights), expected=stamp).stamp


def _classes_store(folder: Path) -> Store:
    return Store(folder, "rotascope-classes", VERSION, noun="list of tiers and sectors")


def _screens_store(folder: Path) -> Store:
    return Store(folder, "rotascope-screens", VERSION, noun="list of screens")


def _weights_store(folder: Path) -> Store:
    return Store(folder, "rotascope-weights", VERSION, noun="list of weights")
