"""Preparing the next piece while the present one is in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
END = object()


def ahead(pieces: Iterable[T]) -> Iterator[T]:
    """Yield the pieces; the next one is made in a thread meanwhile. Errors arrive where it would have.

    Unpacking, parsing and SQLite leave the interpreter to others while they work, so reading and
    storing share two cores. At most two pieces exist at a time.

    >>> list(ahead(range(3)))
    [0, 1, 2]
    """
    source = iter(pieces)

    def step() -> T | object:
        return next(source, END)

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as thread:
        coming = thread.submit(step)
        while (piece := coming.result()) is not END:
            coming = thread.submit(step)
            yield piece  # type: ignore[misc]
