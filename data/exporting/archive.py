"""The cache as an archive: a folder of CSV files with a manifest, which `import` takes in again.

Values go out as they are stored, bad ticks included, one file for each kind and source. Nothing that exists
is overwritten: the folder has to be new or empty.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from data.cache import FIELDS, Cache, Held, Kind
from models.market.snapshot import Coin, Day, Days, Floats

from .cells import harmless, number

HEADS: dict[Kind, tuple[str, ...]] = {
    "coin": ("date", "coin_id", "price_usd", "market_cap_usd", "volume_usd"),
    "bars": ("date", *FIELDS["bars"]),
    "series": ("date", "value"),
}
NOTE = """\
# Written by Rotascope on {day}. The providers' terms hold for these values: most allow personal use and no
# redistribution.
"""

Report = Callable[[int, int, str], None]


class ExportError(Exception):
    """The archive could not be written; `str()` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an archive holds."""

    folder: Path
    files: int
    rows: int
    instruments: int


def export_archive(
    cache: Cache,
    folder: Path,
    *,
    now: datetime,
    ids: Collection[str] | None = None,
    since: Day | None = None,
    until: Day | None = None,
    report: Report = lambda done, total, what: None,
) -> Exported:
    """Write everything (or `ids`) between two days, both included, as an archive.

    Raises
    ------
    ExportError
        The folder is not empty, or cannot be written; or the cache holds the demo market, which an
        import would take into a cache of real figures.
    """
    state = cache.state()
    if state.origin == "demo":
        raise ExportError(
            "The demo market is simulated: no archive is made of it, so that nobody takes it for real ones."
        )
    with _in_plain_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ExportError(f"{folder} is not empty. Choose a new folder: nothing is overwritten.")
        with ExitStack() as open_files:
            writer = _Writer(folder, since, until, open_files)
            held = [one for one in state.held if ids is None or one.id in ids]
            for at, (one, days, values) in enumerate(cache.stored(ids)):
                report(at, len(held), one.id)
                writer.add(one, days, values)
        listed = [coin for coin in cache.coins() if ids is None or coin.id in ids]
        if listed:
            writer.coins(listed)
        writer.manifest(now)
    return Exported(folder, len(writer.entries), writer.rows, writer.instruments)


class _Writer:
    def __init__(self, folder: Path, since: Day | None, until: Day | None, open_files: ExitStack) -> None:
        self._folder, self._since, self._until = folder, since, until
        self._open_files = open_files
        self._coins: dict[str, TextIO] = {}
        self._names: set[str] = set()
        self.entries: list[str] = []
        self.rows = self.instruments = 0

    def add(self, one: Held, days: Days, values: Floats) -> None:
        keep = days == days
        if self._since is not None:
            keep &= days >= self._since
        if self._until is not None:
            keep &= days <= self._until
        days, values = days[keep], values[keep]
        if one.kind == "bars":  # a bar without its close is none
            known = values[:, FIELDS["bars"].index("close")] == values[:, FIELDS["bars"].index("close")]
            days, values = days[known], values[known]
        if not days.size:
            return
        self.instruments += 1
        self.rows += int(days.size)
        if one.kind == "coin":
            _lines(self._coin_file(one.source), days, values, (harmless(one.id),))
            return
        name = self._name(f"{one.kind}-{one.id}")
        with _gzip(self._folder / name) as file:
            csv.writer(file, lineterminator="\n").writerow(HEADS[one.kind])
            _lines(file, days, values, ())
        self.entries.append(
            f'[[file]]\npath = "{name}"\nkind = "{one.kind}"\nseries = {_text(one.id)}\n'
            f"source = {_text(one.source)}\ntitle = {_text(one.title)}\nunit = {_text(one.unit)}\n"
            f"available_after_days = {one.available_after_days}\n"
        )

    def _coin_file(self, source: str) -> TextIO:
        if source not in self._coins:
            name = self._name(f"coins-{source}")
            file = self._open_files.enter_context(_gzip(self._folder / name))
            csv.writer(file, lineterminator="\n").writerow(HEADS["coin"])
            self._coins[source] = file
            self.entries.append(
                f'[[file]]\npath = "{name}"\nkind = "coins"\nsource = {_text(source)}\n'
                'columns = { day = "date", coin = "coin_id", price = "price_usd", '
                'market_cap = "market_cap_usd", volume = "volume_usd" }\n'
            )
        return self._coins[source]

    def coins(self, listed: Collection[Coin]) -> None:
        name = self._name("coin-list")
        with _gzip(self._folder / name) as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("coin_id", "symbol", "name", "sector"))
            for coin in listed:
                writer.writerow([harmless(cell) for cell in (coin.id, coin.symbol, coin.name, coin.sector)])
        self.entries.append(f'[[file]]\npath = "{name}"\nkind = "coin_list"\n')

    def manifest(self, now: datetime) -> None:
        text = NOTE.format(day=now.date())
        text += f'[archive]\nname = "Rotascope {now.date()}"\nretrieved = {now.date()}\n\n'
        text += "\n".join(self.entries)
        (self._folder / "manifest.toml").write_text(text, encoding="utf-8")

    def _name(self, wish: str) -> str:
        """Make a file name that every system takes, and that no other file has."""
        plain = "".join(
            sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "-" for sign in wish
        )
        name, count = f"{plain[:80]}.csv.gz", 1
        while name.lower() in self._names:
            count += 1
            name = f"{plain[:80]}-{count}.csv.gz"
        self._names.add(name.lower())
        return name


def _lines(file: TextIO, days: Days, values: Floats, cells: tuple[str, ...]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    for day, row in zip(days, values.tolist(), strict=True):
        writer.writerow([str(day), *cells, *map(number, row)])


@contextmanager
def _gzip(path: Path) -> Iterator[TextIO]:
    with (
        gzip.open(path, "wb", compresslevel=5) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as file,
    ):
        yield file


def _text(text: str) -> str:
    """Quote a text for TOML: what JSON escapes, TOML reads."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@contextmanager
def _in_plain_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"The archive could not be written to {folder}: {error.strerror or error}. Choose another place."
        ) from error
