"""How values lie inside the cache: one packed array per instrument and year.

A chunk holds the fields of one instrument (rows) on the days of one calendar year (columns, the
first is 1 January; a common year leaves the last column empty) as little-endian float64, NaN where
there is no value. Its twin, the provenance, has the same shape and names for every value the batch
that brought it; 0 stands for "never seen". A chunk is found by one integer, its slot.
"""

from __future__ import annotations

import zlib
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.market.snapshot import Days, Floats

from .errors import BrokenError

Kind = Literal["coin", "bars", "series"]
Batches = NDArray[np.uint32]

FIELDS: dict[Kind, tuple[str, ...]] = {
    "coin": ("price", "cap", "volume"),
    "bars": ("open", "high", "low", "close", "adj_close", "volume"),
    "series": ("value",),
}
WIDTH = 366
YEARS = 10_000
"""A slot is the instrument's number times this, plus the year."""

_FLOAT = np.dtype("<f8")
_BATCH = np.dtype("<u4")
_PLACE = np.dtype("<u2")


def slot(instrument: int, year: int) -> int:
    return instrument * YEARS + year


EPOCH = date(1970, 1, 1).toordinal()


def year_start(year: int) -> int:
    """Return 1 January as a count of days since 1970.

    >>> year_start(1971)
    365
    """
    return date(year, 1, 1).toordinal() - EPOCH


def split(days: Days) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the year and the column inside its chunk for each day."""
    years = days.astype("datetime64[Y]")
    return years.astype(np.int64) + 1970, (days - years.astype("datetime64[D]")).astype(np.int64)


def pack(values: Floats) -> bytes:
    return values.astype(_FLOAT, copy=False).tobytes()


def unpack(data: bytes, fields: int) -> Floats:
    """Read a chunk as a read-only view of shape (fields, WIDTH)."""
    if not isinstance(data, bytes) or len(data) != fields * WIDTH * 8:
        raise BrokenError("A chunk of values has a wrong length.")
    return np.frombuffer(data, dtype=_FLOAT).reshape(fields, WIDTH)


def pack_batches(batches: Batches) -> bytes:
    """Long runs of the same number: a few dozen bytes."""
    return _compressed(batches.astype(_BATCH, copy=False).tobytes())


@lru_cache(maxsize=64)
def _compressed(data: bytes) -> bytes:
    """Many coins have the same days from the same batch."""
    return zlib.compress(data, 1)


def unpack_batches(data: bytes, fields: int) -> Batches:
    try:
        plain = zlib.decompress(data)
    except (zlib.error, TypeError) as error:
        raise BrokenError("A provenance record cannot be read.") from error
    if len(plain) != fields * WIDTH * 4:
        raise BrokenError("A provenance record has a wrong length.")
    return np.frombuffer(plain, dtype=_BATCH).reshape(fields, WIDTH).copy()


def pack_superseded(places: NDArray[np.int64], values: Floats, batches: Batches) -> bytes:
    """Pack superseded values: their places in the flattened chunk, the values, who brought them."""
    return (
        places.astype(_PLACE).tobytes()
        + values.astype(_FLOAT, copy=False).tobytes()
        + batches.astype(_BATCH, copy=False).tobytes()
    )


def unpack_superseded(data: bytes, fields: int) -> tuple[NDArray[np.int64], Floats, Batches]:
    count, rest = divmod(len(data), 14)
    if rest:
        raise BrokenError("A record of revisions has a wrong length.")
    places = np.frombuffer(data, dtype=_PLACE, count=count).astype(np.int64)
    if count and int(places.max()) >= fields * WIDTH:
        raise BrokenError("A record of revisions points outside its chunk.")
    return (
        places,
        np.frombuffer(data, dtype=_FLOAT, count=count, offset=2 * count),
        np.frombuffer(data, dtype=_BATCH, count=count, offset=10 * count),
    )
