"""From text to arrays: whole blocks at once where they are clean, single lines where they are not."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import isfinite, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.market.snapshot import Bools, Days, Floats

from .lines import Block

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAYS = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2},)+")
NOT_A_DAY = np.datetime64("NaT", "D")


class RefusedLineError(Exception):
    """Why a line is refused: the sentence, and the wording under which such lines are counted."""

    def __init__(self, why: str, reason: str | None = None) -> None:
        super().__init__(why)
        self.reason = reason or why


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of the file are read: the place of the day, of the key (-1: none) and of the values."""

    width: int
    day: int
    key: int
    values: tuple[int, ...]
    names: tuple[str, ...]
    """the file's own names of the value columns"""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a block: `keys[codes]`, `days` (NaT: not a day), `values` (n, columns), NaN for an empty cell.

    `doubtful` marks rows in which something is not a number or not a day; `lines` are their numbers.
    `apart` are lines that cannot be read as a row of plain cells (number, text).
    """

    keys: Sequence[str]
    codes: NDArray[np.integer[Any]]
    days: Days
    values: Floats
    doubtful: Bools
    lines: NDArray[np.int64]
    apart: list[tuple[int, bytes]]
    data: bytes
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def text(self, row: int) -> bytes:
        return self.data[self.starts[row] : self.ends[row]]


def read_block(block: Block, columns: Columns) -> Table:
    """Read a block of lines into arrays. Nothing is refused here, only marked."""
    data = block.data.replace(b"\r\n", b"\n") if b"\r" in block.data else block.data
    letters = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(letters == 10)
    commas = np.flatnonzero(letters == 44)
    count = np.diff(np.searchsorted(commas, ends), prepend=0)
    length = np.diff(ends, prepend=-1) - 1
    plain = count == columns.width - 1
    for sign in b'"\r\0':
        if sign in data:
            plain[np.searchsorted(ends, np.flatnonzero(letters == sign))] = False
    empty = length == 0
    plain &= ~empty
    lines = block.first + np.arange(ends.size, dtype=np.int64)
    starts = ends - length
    apart: list[tuple[int, bytes]] = []
    clean = data
    if not plain.all():
        odd = np.flatnonzero(~plain & ~empty)
        apart = [(int(lines[i]), data[starts[i] : ends[i]]) for i in odd.tolist()]
        clean = letters[np.repeat(plain, length + 1)].tobytes()
        lines, starts, ends = lines[plain], starts[plain], ends[plain]
    keys, codes, days, values, doubtful = _arrays(clean, columns, lines.size)
    return Table(keys, codes, days, values, doubtful, lines, apart, data, starts, ends)


def _arrays(
    data: bytes, columns: Columns, rows: int
) -> tuple[Sequence[str], NDArray[np.integer[Any]], Days, Floats, Bools]:
    """Let pandas read the plain lines: names as categories, numbers as exact doubles."""
    if not rows:
        none = np.empty(0, dtype=np.intp)
        return (), none, none.astype("datetime64[D]"), np.empty((0, len(columns.values))), none.astype(bool)
    # A slow import that the window must never pay for: an import runs in a terminal or a child process.
    import pandas as pd

    names = {columns.day: "category"} | ({columns.key: "category"} if columns.key >= 0 else {})
    wanted = sorted({*names, *columns.values})

    def read(kind: type) -> Any:
        return pd.read_csv(
            BytesIO(data),
            header=None,
            names=list(range(columns.width)),
            usecols=wanted,
            index_col=False,
            dtype={**dict.fromkeys(columns.values, kind), **names},
            keep_default_na=False,
            na_values={at: [""] for at in columns.values} if kind is float else None,
            skip_blank_lines=False,
            lineterminator="\n",
            quoting=csv.QUOTE_NONE,
            encoding_errors="replace",
            low_memory=False,
            engine="c",
        )

    values = np.empty((rows, len(columns.values)))
    doubtful = np.zeros(rows, dtype=bool)
    try:
        frame = read(float)
        for i, at in enumerate(columns.values):
            values[:, i] = frame[at].to_numpy()
        doubtful |= np.isinf(values).any(axis=1)
    except ValueError:
        frame = read(str)
        for i, at in enumerate(columns.values):
            texts = frame[at]
            values[:, i] = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=float, na_value=nan)
            doubtful |= ~np.isfinite(values[:, i]) & (texts != "").to_numpy(dtype=bool)
    when = frame[columns.day].cat
    days = as_days(when.categories.tolist())[when.codes.to_numpy()]
    doubtful |= np.isnat(days)
    if columns.key < 0:
        return (), np.zeros(rows, dtype=np.intp), days, values, doubtful
    key = frame[columns.key].cat
    keys: list[str] = key.categories.tolist()
    codes = key.codes.to_numpy()
    doubtful |= ~np.array([is_name(text) for text in keys], dtype=bool)[codes]
    return keys, codes, days, values, doubtful


def as_days(texts: list[str]) -> Days:
    """Read ISO days, strictly; NaT for what is none."""
    if DAYS.fullmatch("".join(f"{text}," for text in texts)):
        try:
            return np.array(texts, dtype="datetime64[D]")
        except ValueError:
            pass
    return np.array([as_day(text) for text in texts], dtype="datetime64[D]")


def as_day(text: str) -> np.datetime64:
    """Read an ISO day, strictly; NaT when it is none."""
    if not DAY.fullmatch(text):
        return NOT_A_DAY
    try:
        return np.datetime64(text, "D")
    except ValueError:
        return NOT_A_DAY


def is_name(text: str) -> bool:
    return 0 < len(text) <= 200 and text.isprintable() and "\ufffd" not in text and text == text.strip()


def read_line(text: bytes, columns: Columns) -> tuple[str, np.datetime64, list[float]]:
    """Read one line carefully: key, day and values.

    Raises
    ------
    RefusedLineError
        With the reason.
    """
    try:
        cells = next(csv.reader([text.decode("utf-8").rstrip("\r")], strict=True))
    except (UnicodeDecodeError, csv.Error, StopIteration):
        raise RefusedLineError("the line is not readable text") from None
    if len(cells) != columns.width:
        raise RefusedLineError(
            f"the line has {len(cells)} columns instead of {columns.width}", "a wrong number of columns"
        )
    when = as_day(cells[columns.day])
    if np.isnat(when):
        raise RefusedLineError(f"{cells[columns.day][:40]!r} is not a day such as 2021-05-14", "not a day")
    key = cells[columns.key] if columns.key >= 0 else ""
    if columns.key >= 0 and not is_name(key):
        raise RefusedLineError("the name of the coin or asset is missing or unreadable")
    return (
        key,
        when,
        [_number(cells[at], name) for at, name in zip(columns.values, columns.names, strict=True)],
    )


def _number(text: str, name: str) -> float:
    if not text:
        return nan
    bare = text.strip(" ")
    if bare.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        raise RefusedLineError(f"{name} is {bare!r}, which is not a number", "not a number (NaN or infinity)")
    if not NUMBER.fullmatch(bare):
        raise RefusedLineError(f"{name} is {bare[:40]!r}, which is not a number", "not a number")
    value = float(bare)
    if not isfinite(value):
        raise RefusedLineError(f"{name} is {bare[:40]!r}, which is too large", "a number too large")
    return value
