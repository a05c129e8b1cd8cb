"""Reading the cache: chunks into aligned arrays and series, as known now or as known on a day."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import cast

import numpy as np

from models.market.snapshot import Basis, BasisSpan, Bools, Calendar, Coin, Day, Days, Floats, Origin, Series

from .errors import BrokenError
from .layout import FIELDS, YEARS, Kind, unpack, unpack_batches, unpack_superseded, year_start
from .merge import as_known

CLOSE: dict[Kind, str] = {"coin": "price", "bars": "close", "series": "value"}
"""The field that is a series' value."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """A row of the table; the days count from 1970."""

    number: int
    kind: Kind
    key: str
    title: str
    unit: str
    source: str
    calendar: Calendar
    available_after_days: int
    first_day: int
    last_day: int


@dataclass(slots=True)
class Pieces:
    """The years of one series as they come out of the cache."""

    days: list[Days] = field(default_factory=list)
    values: list[Floats] = field(default_factory=list)


def instruments(connection: sqlite3.Connection, keys: Collection[str] | None = None) -> dict[int, Instrument]:
    """Return the instruments that hold a value, by number; only those named when `keys` are given."""
    marks = "" if keys is None else f"AND key IN ({', '.join('?' * len(keys))}) "
    rows = connection.execute(
        "SELECT id, kind, key, title, unit, source, calendar, available_after_days, first_day, last_day "
        f"FROM instruments WHERE first_day IS NOT NULL {marks}ORDER BY id",
        tuple(keys or ()),
    )
    return {row[0]: Instrument(*row) for row in rows}


def late_batches(connection: sqlite3.Connection, known_at: Day | None) -> Bools | None:
    """Say for every batch number whether it was learnt after the day; None when none was."""
    if known_at is None:
        return None
    end = int((known_at + np.timedelta64(1, "D")).astype("datetime64[us]").astype(np.int64))
    numbers = [
        number
        for (number,) in connection.execute("SELECT id FROM batches WHERE learnt_at >= ? ORDER BY id", (end,))
    ]
    if not numbers:
        return None
    size = connection.execute("SELECT max(id) FROM batches").fetchone()[0] + 1
    late = np.zeros(size, dtype=bool)
    late[numbers] = True
    return late


def chunks(
    connection: sqlite3.Connection,
    known: Mapping[int, Instrument],
    late: Bools | None,
    only: int | None = None,
) -> Iterator[tuple[Instrument, int, Floats]]:
    """Yield instrument, year and values, in the order of the file.

    A cursor, not `fetchall`: the interpreter lock is given up at every chunk, so that a window in the
    same process goes on living.
    """
    low, high = (0, 1 << 62) if only is None else (only * YEARS, (only + 1) * YEARS - 1)
    if late is None:
        for at, data in connection.execute(
            "SELECT slot, data FROM chunks WHERE slot BETWEEN ? AND ? ORDER BY slot", (low, high)
        ):
            number, year = divmod(at, YEARS)
            of = _owner(known, number)
            yield of, year, unpack(data, len(FIELDS[of.kind]))
        return
    for at, data, batches in connection.execute(
        "SELECT slot, c.data, p.data FROM chunks c LEFT JOIN provenance p USING (slot) "
        "WHERE slot BETWEEN ? AND ? ORDER BY slot",
        (low, high),
    ):
        number, year = divmod(at, YEARS)
        of = _owner(known, number)
        fields = len(FIELDS[of.kind])
        numbers = unpack_batches(batches, fields)
        if int(numbers.max()) >= late.size:
            raise BrokenError("A provenance record names a batch that does not exist.")
        ledger = []
        if late[numbers].any():
            ledger = [
                unpack_superseded(row[0], fields)
                for row in connection.execute("SELECT data FROM revisions WHERE slot = ? ORDER BY seq", (at,))
            ]
        yield of, year, as_known(unpack(data, fields), numbers, ledger, late)


def _owner(known: Mapping[int, Instrument], number: int) -> Instrument:
    try:
        return known[number]
    except KeyError:
        raise BrokenError("A chunk belongs to no instrument.") from None


class Panel:
    """Coin-days in one dense array of shape (fields, n_coins, n_days), filled chunk by chunk."""

    def __init__(self, ids: list[str], start: int, stop: int) -> None:
        """`start` and `stop` (excluded) count days since 1970."""
        self.row = {key: i for i, key in enumerate(ids)}
        self.start, self.stop = start, max(start, stop)
        self.values = np.full((len(FIELDS["coin"]), len(ids), self.stop - start), np.nan)

    def put(self, key: str, year: int, values: Floats) -> None:
        begin = year_start(year)
        first, last = max(begin, self.start), min(year_start(year + 1), self.stop)
        if first < last:
            target = self.values[:, self.row[key], first - self.start : last - self.start]
            target[...] = values[:, first - begin : last - begin]

    def days(self) -> Days:
        return np.arange(self.start, self.stop).astype("datetime64[D]")

    def from_first_value(self) -> Panel:
        """Leave out the days before the first value; on the usual panel none, at no cost."""
        skip, width = 0, self.stop - self.start
        while skip < width and not np.isfinite(self.values[:, :, skip]).any():
            skip += 1
        if skip:
            self.start += skip
            self.values = np.ascontiguousarray(self.values[:, :, skip:])
        return self

    def without_empty_coins(self) -> Panel:
        """Leave out coins of which nothing is known."""
        some = np.isfinite(self.values).any(axis=(0, 2))
        if not some.all():
            keys = [key for key, keep in zip(self.row, some.tolist(), strict=True) if keep]
            self.row = {key: i for i, key in enumerate(keys)}
            self.values = self.values[:, some]
        return self


def collect(pieces: dict[str, Pieces], of: Instrument, year: int, values: Floats) -> None:
    """Append a chunk of bars or a series to the series that it gives."""
    named = {of.key: values[FIELDS[of.kind].index(CLOSE[of.kind])]}
    if of.kind == "bars":
        named[f"{of.key}.adj"] = values[FIELDS["bars"].index("adj_close")]
    for name, line in named.items():
        at = np.flatnonzero(np.isfinite(line))
        if at.size:
            piece = pieces.setdefault(name, Pieces())
            piece.days.append((at + year_start(year)).astype("datetime64[D]"))
            piece.values.append(line[at])


def whole(parts: Iterator[tuple[Instrument, int, Floats]]) -> tuple[Days, Floats]:
    """Join the years of one instrument: days of shape (n,) and values of shape (n, fields)."""
    days: list[Days] = []
    values: list[Floats] = []
    for _, year, chunk in parts:
        at = np.flatnonzero(np.isfinite(chunk).any(axis=0))
        days.append((at + year_start(year)).astype("datetime64[D]"))
        values.append(chunk[:, at].T)
    if not days:
        return np.empty(0, dtype="datetime64[D]"), np.empty((0, 0))
    return np.concatenate(days), np.concatenate(values)


def series(pieces: Mapping[str, Pieces], of: Mapping[str, Instrument]) -> dict[str, Series]:
    """Join the years; `of` finds the instrument by the key before `.adj`."""
    found: dict[str, Series] = {}
    for name, piece in sorted(pieces.items()):
        adjusted = name not in of
        about = of[name.removesuffix(".adj")] if adjusted else of[name]
        found[name] = Series(
            id=name,
            title=f"{about.title} (adjusted close)" if adjusted else about.title,
            unit=about.unit,
            source=about.source,
            calendar=about.calendar,
            days=np.concatenate(piece.days),
            values=np.concatenate(piece.values),
            available_after_days=about.available_after_days,
        )
    return found


def coin_list(connection: sqlite3.Connection) -> dict[str, Coin]:
    """Return the coins in the order of the list."""
    rows = connection.execute("SELECT id, symbol, name, sector FROM coins ORDER BY place, id")
    return {row[0]: Coin(*row) for row in rows}


def listed(coins: Mapping[str, Coin], key: str) -> Coin:
    """Find a coin, or make do with its id."""
    return coins.get(key) or Coin(key, key.upper(), key, "other")


def titled(of: Instrument, coins: Mapping[str, Coin]) -> Instrument:
    """Give a coin's instrument the coin's name and unit."""
    return replace(of, title=listed(coins, of.key).name, unit="USD") if of.kind == "coin" else of


def origin(connection: sqlite3.Connection) -> Origin:
    found = {row[0] for row in connection.execute("SELECT DISTINCT origin FROM batches")}
    if len(found) > 1:
        return "mixed"
    return cast(Origin, found.pop()) if found else "archive"


def basis(connection: sqlite3.Connection, start: int, stop: int) -> tuple[BasisSpan, ...]:
    """Return spans without gaps from `start` to `stop` (excluded): point-in-time where a source says so."""
    if start >= stop:
        return ()
    true = np.zeros(stop - start, dtype=bool)
    for first, last in connection.execute("SELECT first_day, last_day FROM point_in_time"):
        true[max(first - start, 0) : max(last + 1 - start, 0)] = True
    edges = [0, *(np.flatnonzero(true[1:] != true[:-1]) + 1).tolist(), stop - start]
    names: dict[bool, Basis] = {True: "point-in-time", False: "survivors"}
    return tuple(
        BasisSpan(np.datetime64(start + a, "D"), np.datetime64(start + b - 1, "D"), names[bool(true[a])])
        for a, b in pairwise(edges)
    )
