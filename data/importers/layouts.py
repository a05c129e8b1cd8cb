"""How the rows of each kind of file become values of instruments. A new kind is one class here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data import catalog
from data.cache import FIELDS, About, Job, Kind, Repeats
from models.market.snapshot import Days, Floats

from . import rules
from .manifest import Entry
from .table import Columns

CRYPTO_BEGINS = np.datetime64("2009-01-03", "D")
RECORDS_BEGIN = np.datetime64("1900-01-01", "D")

Codes = NDArray[np.intp]


class MissingColumnError(Exception):
    """The file lacks a column that it needs; `str()` names it."""


class Layout(Protocol):
    """What the reader of a file needs to know about its kind."""

    columns: Columns
    bounds: list[rules.Bounds]
    first_day: np.datetime64
    notes: list[str]

    def put(
        self, job: Job, keys: Sequence[str], codes: Codes, days: Days, values: Floats
    ) -> tuple[Repeats, int]:
        """Hand rows to the cache; returns the repeats (row numbers) and the count of values without use."""

    def skipped(self) -> Mapping[str, int]:
        """Rows left out by the layout itself, by reason."""


def _places(header: Sequence[str], wanted: Mapping[str, str], needed: Sequence[str]) -> dict[str, int]:
    """Find the columns; one that is needed, or twice there, ends the file."""
    found: dict[str, int] = {}
    for ours, theirs in wanted.items():
        count = header.count(theirs)
        if count > 1:
            raise MissingColumnError(f"the column {theirs} is there {count} times")
        if count:
            found[ours] = header.index(theirs)
        elif ours in needed:
            raise MissingColumnError(
                f"the column {theirs} is missing; the file has {', '.join(header)[:200]}"
            )
    return found


@dataclass
class Coins:
    """Rows of coin-days: price, cap, volume of the coin named by id or by symbol."""

    entry: Entry
    header: Sequence[str]
    resolve: Callable[[str], str | None]
    first_day: np.datetime64 = CRYPTO_BEGINS
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        wanted = self.entry.columns
        key = "symbol" if self.entry.by_symbol else "coin"
        needed = {"day", key, "price"} | self.entry.stated
        if key not in wanted:
            raise MissingColumnError(f"the manifest names no column for the {key}")
        places = _places(self.header, wanted, sorted(needed))
        self._fields = [
            (at, ours) for at, ours in enumerate(("price", "market_cap", "volume")) if ours in places
        ]
        self.columns = Columns(
            len(self.header),
            places["day"],
            places[key],
            tuple(places[ours] for _, ours in self._fields),
            tuple(wanted[ours] for _, ours in self._fields),
        )
        self.bounds = [
            rules.price("price") if ours == "price" else rules.amount(ours.replace("_", " "))
            for _, ours in self._fields
        ]
        self._unknown: dict[str, int] = {}

    def put(
        self, job: Job, keys: Sequence[str], codes: Codes, days: Days, values: Floats
    ) -> tuple[Repeats, int]:
        whole = np.full((days.size, len(FIELDS["coin"])), np.nan)
        for i, (at, _) in enumerate(self._fields):
            whole[:, at] = values[:, i]
        # A cap of zero is how CoinGecko says that it has none.
        whole[:, 1][whole[:, 1] == 0] = np.nan
        ids = [self.resolve(key) for key in keys] if self.entry.by_symbol else list(keys)
        counts = np.bincount(codes, minlength=len(keys))
        for key, found, count in zip(keys, ids, counts.tolist(), strict=True):
            if found is None and count:
                self._unknown[key] = self._unknown.get(key, 0) + count
        named = sorted({one for one in ids if one is not None})
        place = {name: i for i, name in enumerate(named)}
        target = np.array([-1 if one is None else place[one] for one in ids], dtype=np.intp)[codes]
        says = ~np.isnan(whole).all(axis=1)
        rows = np.flatnonzero((target >= 0) & says)
        repeats = job.add("coin", named, target[rows], days[rows], whole[rows])
        nothing = int(((target >= 0) & ~says).sum())
        return Repeats(rows[repeats.same], rows[repeats.different]), nothing

    def skipped(self) -> Mapping[str, int]:
        if not self._unknown:
            return {}
        names = sorted(self._unknown)
        shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
        return {f"no coin of the list has the symbol ({shown})": sum(self._unknown.values())}


@dataclass
class Single:
    """Rows of one instrument: bars, or a series with one value."""

    entry: Entry
    header: Sequence[str]
    first_day: np.datetime64 = RECORDS_BEGIN
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        wanted = self.entry.columns
        self._kind: Kind = "bars" if self.entry.kind == "bars" else "series"
        close = "close" if self._kind == "bars" else "value"
        places = _places(self.header, wanted, sorted({"day", close} | self.entry.stated))
        names = FIELDS[self._kind]
        self._fields = [(at, name) for at, name in enumerate(names) if name in places]
        self._close = [name for _, name in self._fields].index(close)
        self.columns = Columns(
            len(self.header),
            places["day"],
            -1,
            tuple(places[name] for _, name in self._fields),
            tuple(wanted[name] for _, name in self._fields),
        )
        known = catalog.series(self.entry.series, bars=self._kind == "bars")
        self.bounds = [
            rules.amount(name)
            if name == "volume"
            else rules.price(name, known)
            if self._kind == "bars"
            else rules.value(name, known)
            for _, name in self._fields
        ]

    def put(
        self, job: Job, keys: Sequence[str], codes: Codes, days: Days, values: Floats
    ) -> tuple[Repeats, int]:
        job.describe(self._kind, self.entry.series, about(self.entry, self.entry.series))
        whole = np.full((days.size, len(FIELDS[self._kind])), np.nan)
        for i, (at, _) in enumerate(self._fields):
            whole[:, at] = values[:, i]
        says = ~np.isnan(values[:, self._close])
        rows = np.flatnonzero(says)
        repeats = job.add_one(self._kind, self.entry.series, days[rows], whole[rows])
        return Repeats(rows[repeats.same], rows[repeats.different]), int((~says).sum())

    def skipped(self) -> Mapping[str, int]:
        return {}


@dataclass
class Metrics:
    """Rows with many metrics of an asset: each column is a series of its own, `BTC.TxCnt`."""

    entry: Entry
    header: Sequence[str]
    first_day: np.datetime64 = RECORDS_BEGIN
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        entry = self.entry
        wanted = {"day": entry.columns["day"]} | {f"metric {name}": name for name in entry.metrics}
        if entry.asset_column:
            wanted["asset"] = entry.asset_column
        places = _places(self.header, wanted, ["day", "asset"])
        missing = [name for name in entry.metrics if f"metric {name}" not in places]
        self._metrics = [name for name in entry.metrics if f"metric {name}" in places]
        if not self._metrics:
            raise MissingColumnError(f"the columns {', '.join(missing)} are missing")
        if missing:
            self.notes.append(f"The file has no column {', '.join(missing)}; the other metrics were taken.")
        self.columns = Columns(
            len(self.header),
            places["day"],
            places.get("asset", -1),
            tuple(places[f"metric {name}"] for name in self._metrics),
            tuple(self._metrics),
        )
        self.bounds = [rules.Bounds(name) for name in self._metrics]

    def put(
        self, job: Job, keys: Sequence[str], codes: Codes, days: Days, values: Floats
    ) -> tuple[Repeats, int]:
        assets = [key.upper() for key in (keys if self.entry.asset_column else [self.entry.asset])]
        same: list[NDArray[np.intp]] = []
        different: list[NDArray[np.intp]] = []
        for i, metric in enumerate(self._metrics):
            names = [f"{asset}.{metric}" for asset in assets]
            rows = np.flatnonzero(~np.isnan(values[:, i]))
            for at in np.unique(codes[rows]).tolist():
                job.describe("series", names[at], about(self.entry, names[at]))
            repeats = job.add("series", names, codes[rows], days[rows], values[rows, i : i + 1])
            same.append(rows[repeats.same])
            different.append(rows[repeats.different])
        nothing = int(np.isnan(values).all(axis=1).sum())
        return Repeats(np.concatenate(same), np.unique(np.concatenate(different))), nothing

    def skipped(self) -> Mapping[str, int]:
        return {}


def about(entry: Entry, series_id: str) -> About:
    """What is said about a series: the manifest first, then the catalog."""
    known = catalog.series(series_id, bars=entry.kind == "bars")
    delay = entry.available_after_days
    return About(
        title=entry.title or known.title,
        unit=entry.unit or known.unit,
        calendar=known.calendar,
        available_after_days=known.available_after_days if delay is None else delay,
    )


def layout(entry: Entry, header: Sequence[str], resolve: Callable[[str], str | None]) -> Layout:
    """Choose the layout of a file by its kind."""
    if entry.kind == "coins":
        return Coins(entry, header, resolve)
    if entry.kind == "metrics":
        return Metrics(entry, header)
    return Single(entry, header)
