"""Write a synthetic market as an archive folder, as anyone could make one (docs/archive-format.md)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from models.market.snapshot import Day, Market

MANIFEST = """\
[archive]
name = "Synthetic archive"
retrieved = {retrieved}

[[file]]
path = "coins.csv"
kind = "coins"
source = "coingecko"
columns = {{ day = "date", coin = "coin_id", price = "price", market_cap = "cap", volume = "volume" }}

[[file]]
path = "coin_list.csv"
kind = "coin_list"
columns = {{ coin = "coin_id", symbol = "symbol", name = "name", sector = "sector" }}
"""
BARS = """
[[file]]
path = "{name}.csv"
kind = "bars"
series = "{name}"
source = "yahoo"
"""


def write_archive(
    folder: Path,
    market: Market,
    *,
    until: Day | None = None,
    retrieved: str = "2026-01-01",
    scale: float = 1.0,
) -> Path:
    """Write coins, coin list and the bars of RUT and SPX; nothing after `until`.

    `scale` multiplies the prices of the altcoins: a revised history.
    """
    folder.mkdir(parents=True, exist_ok=True)
    end = market.days[-1] if until is None else until
    with (folder / "coins.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["date", "coin_id", "price", "cap", "volume"])
        for row, day in enumerate(market.days):
            if day > end:
                break
            for column, coin in enumerate(market.coins):
                price, cap, volume = (
                    float(array[row, column]) for array in (market.price, market.cap, market.volume)
                )
                if np.isnan(price) and np.isnan(cap):
                    continue
                factor = 1.0 if coin.id == "bitcoin" else scale
                rows.writerow([day, coin.id, _cell(price * factor), _cell(cap * factor), _cell(volume)])
    with (folder / "coin_list.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["coin_id", "symbol", "name", "sector"])
        rows.writerows([coin.id, coin.symbol, coin.name, coin.sector] for coin in market.coins)
    manifest = MANIFEST.format(retrieved=retrieved)
    for name in ("RUT", "SPX"):
        series = market.series[name]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["date", "open", "high", "low", "close", "adj_close", "volume"])
            for day, value in zip(series.days, series.values, strict=True):
                if day <= end:
                    rows.writerow([day, *[_cell(float(value))] * 5, 0])
        manifest += BARS.format(name=name)
    (folder / "manifest.toml").write_text(manifest, encoding="utf-8")
    return folder


def without_coins(folder: Path) -> Path:
    """Leave nothing in an archive but its bars: indices, and no coin to compare them with."""
    manifest = folder / "manifest.toml"
    head, *files = manifest.read_text(encoding="utf-8").split("[[file]]")
    kept = [one for one in files if 'kind = "bars"' in one]
    manifest.write_text("[[file]]".join([head, *kept]), encoding="utf-8")
    return folder


def _cell(value: float) -> str:
    return "" if np.isnan(value) else repr(value)
