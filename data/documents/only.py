"""A document of which there is one, such as the journal: read and written as the value that it holds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from .envelope import Document
from .errors import DamagedError, DocumentError, MissingError
from .recovery import Recovered, forget, keep_unsaved, unsaved
from .store import Store

T = TypeVar("T")


class OnlyDocument(Generic[T]):
    """One file of a store, and the value that should stand in it.

    The window's thread calls :meth:`offer` with each new value, any thread :meth:`write`. Writes wait
    for one another, and each takes the newest value there is: one that was begun earlier can neither
    put an older value over a newer one nor take the newer one for the work of another program.

    Parameters
    ----------
    name : of the file in the folder of the store
    empty : the value while there is no file
    from_document, to_document : between the plain document and the value
    refusal : what `from_document` raises when it cannot take a document, with a sentence for a person
    """

    def __init__(
        self,
        store: Store,
        name: str,
        *,
        empty: T,
        from_document: Callable[[Document], T],
        to_document: Callable[[T], Document],
        refusal: type[Exception],
    ) -> None:
        self._store, self._name = store, name
        self._from, self._to, self._refusal = from_document, to_document, refusal
        self._empty = self._offered = self._written = empty
        self._stamp: str | None = None
        self._unsaved: Recovered | None = None
        self.set_aside: Path | None = None
        """Where a value lies that could not be saved, and that no longer fits the file."""
        self._writing = threading.Lock()

    @property
    def path(self) -> Path:
        return self._store.path(self._name)

    @property
    def is_written(self) -> bool:
        """Whether the file holds the newest value."""
        return self._offered == self._written

    def read(self) -> T:
        """Read the file; the empty value when there is none yet.

        What :meth:`keep` put by at the end of the last run comes back, unless another program has written
        the file since; then `set_aside` tells where it lies.

        Raises
        ------
        DocumentError
            The file is damaged or of a newer version; it is left alone.
        """
        with self._writing:
            try:
                loaded = self._store.load(self._name)
            except MissingError:
                found, stamp = self._empty, None
            else:
                try:
                    found, stamp = self._from(loaded.document), loaded.stamp
                except self._refusal as error:
                    raise DamagedError(f"{error} {loaded.path.name} was left alone.") from None
            self._offered = self._written = found
            self._stamp = stamp
            self._take_unsaved()
            return self._offered

    def _take_unsaved(self) -> None:
        """Offer again what could not be written; the file still holds what it held then."""
        self._unsaved = unsaved(self._store, self.path)
        self.set_aside = None
        if self._unsaved is None:
            return
        if self._unsaved.stamp != self._stamp:
            self.set_aside = self._unsaved.file
            self._unsaved = None
            return
        try:
            self._offered = self._from(self._unsaved.document)
        except self._refusal:
            self.set_aside = self._unsaved.file
            self._unsaved = None

    def offer(self, value: T) -> None:
        """Let `value` be what the next write puts into the file."""
        self._offered = value

    def write(self) -> None:
        """Put the newest value into the file, unless it stands there already.

        Raises
        ------
        DocumentError
            Nothing was written; the value stays offered.
        """
        with self._writing:
            value = self._offered
            if value == self._written:
                return
            saved = self._store.save(self._name, self._to(value), expected=self._stamp)
            self._stamp, self._written = saved.stamp, value
            if self._unsaved is not None:
                forget(self._unsaved)
                self._unsaved = None

    def keep(self) -> None:
        """Write the newest value at the end of a run; where that fails, put it by for the next one.

        Raises
        ------
        DocumentError
            It is kept nowhere.
        """
        try:
            self.write()
        except DocumentError:
            keep_unsaved(self._store, self.path, self._to(self._offered), stamp=self._stamp)
