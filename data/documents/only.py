"""A document of which there is one, such as the journal: read and written as the value that it holds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from .envelope import Document
from .errors import DamagedError, MissingError
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
        return found

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
