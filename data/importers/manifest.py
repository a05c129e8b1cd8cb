"""Reading `manifest.toml`: what each file of an archive holds. The format: docs/archive-format.md."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal, cast

import numpy as np

from models.market.snapshot import Day

FileKind = Literal["coins", "bars", "series", "metrics", "coin_list"]
KINDS: tuple[FileKind, ...] = ("coins", "bars", "series", "metrics", "coin_list")
NAME = "manifest.toml"

COLUMNS: dict[str, dict[str, str]] = {
    "coins": {
        "day": "date",
        "coin": "coin_id",
        "symbol": "symbol",
        "price": "price_usd",
        "market_cap": "market_cap_usd",
        "volume": "volume_usd",
    },
    "bars": {
        "day": "date",
        "open": "open",
        "high": "high",
        "low": "low",
        "close": "close",
        "adj_close": "adj_close",
        "volume": "volume",
    },
    "series": {"day": "date", "value": "value"},
    "metrics": {"day": "date"},
    "coin_list": {"coin": "coin_id", "symbol": "symbol", "name": "name", "sector": "sector"},
}
"""The columns of each kind: our name, and the file's name when the manifest does not say otherwise."""

KEYS = {
    "path",
    "kind",
    "source",
    "priority",
    "columns",
    "series",
    "title",
    "unit",
    "available_after_days",
    "point_in_time",
    "resolve",
    "asset",
    "asset_column",
    "metrics",
}


SIMULATED = "demo"
"""The source of the demo market: its figures live in a cache of their own."""


class ArchiveError(Exception):
    """The archive cannot be read at all; `str()` is a whole sentence."""


class EntryError(Exception):
    """One entry of the manifest cannot be followed; the others can."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[file]]` of the manifest, which may stand for several files."""

    path: str
    kind: FileKind
    source: str = ""
    priority: int = 1
    columns: Mapping[str, str] = field(default_factory=dict)
    stated: frozenset[str] = frozenset()
    """the columns that the manifest names itself, and that must therefore be there"""
    series: str = ""
    title: str = ""
    unit: str = ""
    available_after_days: int | None = None
    point_in_time: tuple[tuple[Day, Day], ...] = ()
    by_symbol: bool = False
    asset: str = ""
    asset_column: str = ""
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest: its entries in the order of the import, and those that cannot be followed (path, why)."""

    folder: Path
    name: str
    retrieved: datetime.datetime | None
    entries: tuple[Entry, ...]
    faults: tuple[tuple[str, str], ...]


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an archive folder; coin lists come first, then by priority."""
    if not folder.exists():
        raise ArchiveError(f"There is no folder {folder}.")
    if not folder.is_dir():
        raise ArchiveError(
            f"{folder.name} is a single file. Rotascope imports an archive: a folder with a {NAME} that says "
            "what each file holds (docs/archive-format.md shows a short one)."
        )
    path = folder / NAME
    try:
        text = path.read_bytes().decode("utf-8-sig")
        raw = tomllib.loads(text)
    except FileNotFoundError:
        raise ArchiveError(
            f"The folder {folder} holds no {NAME}, which says what each file of an archive holds. "
            "docs/archive-format.md shows how to write one."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArchiveError(f"The {NAME} of {folder} cannot be read: {error}.") from error
    except OSError as error:
        raise ArchiveError(f"The {NAME} of {folder} cannot be opened: {error.strerror}.") from error
    head = raw.get("archive", {})
    files = raw.get("file", [])
    if not isinstance(head, dict) or not isinstance(files, list) or not files:
        raise ArchiveError(f"The {NAME} of {folder} names no [[file]], so there is nothing to import.")
    entries: list[Entry] = []
    faults: list[tuple[str, str]] = []
    for place, one in enumerate(files, 1):
        where = str(one.get("path", f"entry {place}")) if isinstance(one, dict) else f"entry {place}"
        try:
            entries.append(_entry(one))
        except EntryError as error:
            faults.append((where, str(error)))
    entries.sort(key=lambda entry: (entry.kind != "coin_list", entry.priority))
    return Manifest(
        folder,
        str(head.get("name", folder.name)),
        _retrieved(head.get("retrieved")),
        tuple(entries),
        tuple(faults),
    )


def _retrieved(value: object) -> datetime.datetime | None:
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        return value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
    if isinstance(value, datetime.date):
        return datetime.datetime.combine(value, datetime.time(), datetime.UTC)
    raise ArchiveError(f"In the {NAME}, retrieved must be a day such as 2026-11-22, without quotes.")


def _entry(raw: object) -> Entry:
    if not isinstance(raw, dict):
        raise EntryError("A [[file]] must be a table.")
    unknown = sorted(set(raw) - KEYS)
    if unknown:
        raise EntryError(f"The manifest says {', '.join(unknown)}, which this version does not know.")
    kind = raw.get("kind")
    if kind not in KINDS:
        raise EntryError(f"The kind {kind!r} is not known; known are {', '.join(KINDS)}.")
    kind = cast(FileKind, kind)
    said = raw.get("columns", {})
    if not isinstance(said, dict) or not all(isinstance(name, str) for name in said.values()):
        raise EntryError("columns must map our names to the names in the file.")
    strange = sorted(set(said) - set(COLUMNS[kind]))
    if strange:
        raise EntryError(f"{kind} have no column {', '.join(strange)}; known are {', '.join(COLUMNS[kind])}.")
    entry = Entry(
        path=_text(raw, "path", needed=True),
        kind=kind,
        source=_text(raw, "source", needed=kind != "coin_list"),
        priority=_whole(raw, "priority", 1),
        # A file of coins that names its own columns has only these.
        columns=dict(said) if kind == "coins" and said else COLUMNS[kind] | said,
        stated=frozenset(said),
        series=_text(raw, "series", needed=kind in ("bars", "series")),
        title=_text(raw, "title"),
        unit=_text(raw, "unit"),
        available_after_days=_whole(raw, "available_after_days", -1)
        if "available_after_days" in raw
        else None,
        point_in_time=_spans(raw.get("point_in_time")),
        by_symbol=_text(raw, "resolve") == "symbol",
        asset=_text(raw, "asset"),
        asset_column=_text(raw, "asset_column"),
        metrics=_names(raw.get("metrics", [])),
    )
    _agree(entry, raw)
    return entry


def _agree(entry: Entry, raw: dict[str, Any]) -> None:
    """Check what one line of an entry demands of another."""
    path = PurePosixPath(entry.path)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.path or ":" in entry.path:
        raise EntryError("The path leads out of the archive; only files below its folder are read.")
    if entry.source == SIMULATED:
        raise EntryError("The file holds the simulated demo market, which is not taken among real figures.")
    if raw.get("resolve") not in (None, "symbol"):
        raise EntryError('resolve can only be "symbol".')
    if entry.available_after_days is not None and not 0 <= entry.available_after_days <= 3660:
        raise EntryError("available_after_days must be a count of days from 0 to 3660.")
    if entry.kind == "metrics":
        if bool(entry.asset) == bool(entry.asset_column):
            raise EntryError("metrics need either asset or asset_column.")
        if not entry.metrics:
            raise EntryError("metrics must list the columns to take.")
    if entry.by_symbol and "symbol" not in entry.columns:
        raise EntryError('resolve = "symbol" needs a symbol column.')
    if entry.kind == "coins" and not {"day", "price"} <= set(entry.columns):
        raise EntryError("coins need at least the columns day and price.")


def _text(raw: dict[str, Any], key: str, *, needed: bool = False) -> str:
    value = raw.get(key, "")
    if not isinstance(value, str):
        raise EntryError(f"{key} must be a text in quotes.")
    if needed and not value.strip():
        raise EntryError(f"{key} is missing.")
    return value


def _whole(raw: dict[str, Any], key: str, default: int) -> int:
    value = raw.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 1_000_000:
        raise EntryError(f"{key} must be a whole number.")
    return value


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise EntryError("metrics must be a list of column names.")
    return tuple(dict.fromkeys(value))


def _spans(value: object) -> tuple[tuple[Day, Day], ...]:
    """Read one pair of days or a list of pairs."""
    if value is None:
        return ()
    pairs = value if isinstance(value, list) and value and isinstance(value[0], list) else [value]
    spans = []
    for pair in pairs:
        if (
            not isinstance(pair, list)
            or len(pair) != 2
            or not all(
                isinstance(one, datetime.date) and not isinstance(one, datetime.datetime) for one in pair
            )
            or pair[0] > pair[1]
        ):
            raise EntryError("point_in_time must be a pair of days, the earlier one first, without quotes.")
        spans.append((np.datetime64(pair[0], "D"), np.datetime64(pair[1], "D")))
    return tuple(spans)
