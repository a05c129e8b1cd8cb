"""Small archives for the tests, written into a temporary folder."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2024, 6, 15, 12, tzinfo=UTC)


def clock() -> datetime:
    return NOW


COINS = """
[[file]]
path = "coins.csv"
kind = "coins"
source = "coingecko"
priority = 1
"""
YAHOO = """
[[file]]
path = "yahoo.csv"
kind = "coins"
source = "yahoo"
priority = 2
columns = { day = "date", symbol = "symbol", price = "close", volume = "volume" }
resolve = "symbol"
"""
BARS = """
[[file]]
path = "rut.csv"
kind = "bars"
series = "RUT"
source = "yahoo"
"""
SERIES = """
[[file]]
path = "m2.csv"
kind = "series"
series = "M2"
source = "fred"
available_after_days = 60
"""
LIST = """
[[file]]
path = "list.csv"
kind = "coin_list"
"""
COINS_HEAD = "date,coin_id,price_usd,market_cap_usd,volume_usd"
BARS_HEAD = "date,open,high,low,close,adj_close,volume"
LIST_TEXT = """coin_id,symbol,name,sector
bitcoin,BTC,Bitcoin,layer1
ether,ETH,Ether,layer1
batcat,BTC,Bat Cat,meme
"""


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """Write a file; text is packed when the name ends in .gz, bytes are written as they are."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(text, str):
        text = gzip.compress(text.encode()) if name.endswith(".gz") else text.encode()
    path.write_bytes(text)
    return path


def archive(folder: Path, manifest: str, files: Mapping[str, str], retrieved: str = "2024-06-01") -> Path:
    """Write an archive and return its folder."""
    head = (
        f'[archive]\nname = "Test"\nretrieved = {retrieved}\n' if retrieved else '[archive]\nname = "Test"\n'
    )
    write(folder, "manifest.toml", head + manifest)
    for name, text in files.items():
        write(folder, name, text)
    return folder


def coins(*rows: str) -> str:
    return "\n".join((COINS_HEAD, *rows)) + "\n"


def bars(*rows: str) -> str:
    return "\n".join((BARS_HEAD, *rows)) + "\n"
