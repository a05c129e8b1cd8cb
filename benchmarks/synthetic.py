"""An archive of the size and sparsity of the real one, simulated: 4,400 days, 990 coins, a million rows.

Used where the research archive is absent. Its figures mean nothing; its shape is what counts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

DAYS, COINS = 4_400, 990
FIRST = np.datetime64("2013-04-28")
SECTORS = ("layer1", "layer2", "defi", "meme", "ai", "infrastructure", "payments", "gaming", "other")
INDICES = ("RUT", "SPX", "NDX")

MANIFEST = """\
[archive]
name = "Synthetic archive of the benchmarks"
licence = "none needed: simulated"
retrieved = 2026-01-01

[[file]]
path = "crypto/daily_*.csv.gz"
kind = "coins"
source = "simulation"
"""
BARS = """
[[file]]
path = "equity/{name}.csv"
kind = "bars"
series = "{name}"
source = "simulation"
"""
COIN_LIST = """
[[file]]
path = "reference/coins.csv"
kind = "coin_list"
columns = { coin = "coin_id", symbol = "symbol", name = "name", sector = "sector" }
"""


def write_archive(folder: Path, *, days: int = DAYS, coins: int = COINS, seed: int = 3) -> Path:
    """Write the archive below `folder` and return the folder."""
    rng = np.random.default_rng(seed)
    for name in ("crypto", "equity", "reference"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    calendar = FIRST + np.arange(days)
    ids = ["bitcoin", "ethereum", *(f"coin-{at:04d}" for at in range(coins - 2))]
    price, cap, volume = _panel(rng, days, coins)
    row, column = np.nonzero(np.isfinite(price))
    table = pd.DataFrame(
        {
            "date": np.datetime_as_string(calendar)[row],
            "coin_id": np.array(ids, dtype=object)[column],
            "price_usd": price[row, column],
            "market_cap_usd": np.round(cap[row, column]),
            "volume_usd": np.round(volume[row, column]),
        }
    )
    for year, part in table.groupby(calendar.astype("datetime64[Y]")[row]):
        part.to_csv(
            folder / "crypto" / f"daily_{year:%Y}.csv.gz",
            index=False,
            float_format="%.8g",
            compression={"method": "gzip", "compresslevel": 6},
        )
    common = rng.normal(0.0003, 0.01, days)
    for name in INDICES:
        _bars(rng, calendar, common).to_csv(
            folder / "equity" / f"{name}.csv", index=False, float_format="%.6f"
        )
    pd.DataFrame(
        {
            "coin_id": ids,
            "symbol": ["BTC", "ETH", *(f"C{at:04d}" for at in range(coins - 2))],
            "name": [name.replace("-", " ").title() for name in ids],
            "sector": ["layer1", "layer1", *(SECTORS[at % len(SECTORS)] for at in range(coins - 2))],
        }
    ).to_csv(folder / "reference" / "coins.csv", index=False)
    entries = [MANIFEST, *(BARS.format(name=name) for name in INDICES), COIN_LIST]
    (folder / "manifest.toml").write_text("".join(entries), encoding="utf-8")
    return folder


def _panel(rng: np.random.Generator, days: int, coins: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Prices, caps and volumes of shape (days, coins): a quarter of the cells, most of them late."""
    market = np.cumsum(rng.normal(0.0006, 0.03, days))
    own = np.cumsum(rng.normal(0.0, 0.045, (days, coins)), axis=0)
    price = np.exp(market[:, None] * rng.uniform(0.4, 1.2, coins) + own) * rng.lognormal(0, 2, coins)
    first = (days * (1 - rng.random(coins) ** 2.4)).astype(int)
    first[:2] = 0
    last = np.where(rng.random(coins) < 0.2, first + (days - first) * rng.random(coins), days)
    last[:2] = days
    at = np.arange(days)[:, None]
    price[(at < first) | (at >= last)] = np.nan
    cap = price * rng.lognormal(16, 2.2, coins)
    cap[rng.random(cap.shape) < 0.06] = np.nan
    return price, cap, price * rng.lognormal(13, 2, coins)


def _bars(rng: np.random.Generator, calendar: np.ndarray, common: np.ndarray) -> pd.DataFrame:
    open_ = np.is_busday(calendar)
    close = 1_500 * np.exp(np.cumsum(common + rng.normal(0, 0.006, calendar.size)))[open_]
    days = np.datetime_as_string(calendar[open_])
    return pd.DataFrame(
        {
            "date": days,
            "open": close,
            "high": close * 1.01,
            "low": close * 0.99,
            "close": close,
            "adj_close": close,
            "volume": 1_000_000,
        }
    )
