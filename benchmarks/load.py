"""The whole market out of the cache: against bare arrays (the floor) and SQL with pivot (the habit)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.inputs import Inputs
from benchmarks.measure import Line, Row, median, side_by_side
from models.market.snapshot import Market

FIELDS = ("price", "cap", "volume")


def run(inputs: Inputs) -> list[Line]:
    market = inputs.market
    bare = inputs.scratch / "bare"
    save_bare(market, bare)
    names = sorted(path.name for path in bare.iterdir())

    def load_bare() -> list[np.ndarray]:
        return [np.load(bare / name) for name in names]

    ours, floor = side_by_side(inputs.cache.market, load_bare, rounds=9)
    narrow = inputs.scratch / "narrow.sqlite"
    save_narrow(market, narrow)
    pivot = median(lambda: load_narrow(narrow), rounds=3, warm=False)
    size = sum(path.stat().st_size for path in bare.iterdir()) / 1e6
    return [
        Row(
            "load the whole market",
            "np.load of the same arrays",
            ours,
            floor,
            4.0,
            note=f"{market.days.size:,} days × {len(market.coins):,} coins, {size:,.0f} MB; bad ticks sought",
        ),
        Row("load the whole market", "read_sql + pivot of a narrow table", ours, pivot, 40.0, "at least"),
    ]


def save_bare(market: Market, folder: Path) -> None:
    """Save every array that a market holds, each in a file of its own."""
    folder.mkdir()
    for name in ("days", *FIELDS):
        np.save(folder / f"{name}.npy", getattr(market, name))
    for at, series in enumerate(market.series.values()):
        np.save(folder / f"series-{at}-days.npy", series.days)
        np.save(folder / f"series-{at}-values.npy", series.values)


def save_narrow(market: Market, path: Path) -> None:
    """Save the coins as a narrow table: one value a row, with its coin, field and day."""
    ids = np.array([coin.id for coin in market.coins], dtype=object)
    days = np.datetime_as_string(market.days)
    with closing(sqlite3.connect(path)) as connection:
        for name in FIELDS:
            values = getattr(market, name)
            row, column = np.nonzero(np.isfinite(values))
            table = pd.DataFrame(
                {"coin": ids[column], "field": name, "day": days[row], "value": values[row, column]}
            )
            table.to_sql("daily", connection, index=False, if_exists="append")
        connection.execute("CREATE INDEX daily_by_coin ON daily (coin, field, day)")
        connection.commit()


def load_narrow(path: Path) -> list[pd.DataFrame]:
    with closing(sqlite3.connect(path)) as connection:
        table = pd.read_sql("SELECT day, coin, field, value FROM daily", connection)
    wide = table.pivot(index="day", columns=["field", "coin"], values="value")
    wide.index = pd.to_datetime(wide.index)
    return [wide[name] for name in FIELDS]
