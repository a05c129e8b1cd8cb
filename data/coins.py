"""The coins that Rotascope knows by hand: their sector, and their symbol at Yahoo.

The list (`resources/coins.csv`) is a start, made from general knowledge and without any provider's
classification. A coin that it lacks is sorted by its name, then by the categories of its provider. What
the cache or the user says about a coin goes before all of this.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from resources.reader import text_of

OTHER = "other"

CATEGORIES: tuple[tuple[str, str], ...] = (
    ("Stablecoins", "stablecoin"),
    ("Wrapped-Tokens", "wrapped"),
    ("Bridged-Tokens", "wrapped"),
    ("Liquid Staking Tokens", "wrapped"),
    ("Liquid Restaking Tokens", "wrapped"),
    ("Tokenized Gold", "rwa"),
    ("Tokenized Treasury Bonds (T-Bonds)", "rwa"),
    ("Meme", "meme"),
    ("Centralized Exchange (CEX) Token", "exchange"),
    ("Privacy", "privacy"),
    ("Gaming (GameFi)", "gaming"),
    ("Layer 2 (L2)", "layer2"),
    ("Artificial Intelligence (AI)", "ai"),
    ("Decentralized Finance (DeFi)", "defi"),
    ("Decentralized Exchange (DEX)", "defi"),
    ("Real World Assets (RWA)", "rwa"),
    ("Layer 1 (L1)", "layer1"),
    ("Payment Solutions", "payments"),
    ("Oracle", "infrastructure"),
    ("DePIN", "infrastructure"),
    ("Infrastructure", "infrastructure"),
    ("Exchange-based Tokens", "exchange"),
)
"""CoinGecko's categories by name, and the sector for each. A coin in several is of the first."""

_COPY = re.compile(r"\b(wrapped|bridged|staked|restaked|liquid staking|binance-peg|pegged)\b", re.IGNORECASE)
_MONEY = re.compile(r"usd|eur|dollar|stablecoin", re.IGNORECASE)
PEG = 0.05


@dataclass(frozen=True, slots=True)
class Known:
    """A coin of the list. `yahoo` is its symbol there, empty where none is known."""

    id: str
    symbol: str
    name: str
    sector: str
    yahoo: str = ""


@cache
def known() -> Mapping[str, Known]:
    """Return the coins of the list by id."""
    rows = csv.DictReader(text_of("coins.csv").splitlines())
    return MappingProxyType(
        {row["id"]: Known(row["id"], row["symbol"], row["name"], row["sector"], row["yahoo"]) for row in rows}
    )


def sector_by_name(name: str, symbol: str, price: float) -> str:
    """Return the sector that name and price give away, else `other`.

    >>> sector_by_name("Wrapped SOL", "WSOL", 150.0), sector_by_name("Ripple USD", "RLUSD", 1.0001)
    ('wrapped', 'stablecoin')
    >>> sector_by_name("USD Meme", "UM", 0.3)
    'other'
    """
    if _COPY.search(name):
        return "wrapped"
    # The euro's peg is above the dollar's, by up to a quarter in two decades.
    if _MONEY.search(f"{symbol} {name}") and 1 - PEG < price < 1.25 + PEG:
        return "stablecoin"
    return OTHER


def sector_of_categories(names: Iterable[str]) -> str:
    """Return the sector for a coin of these categories.

    >>> sector_of_categories(["Ethereum Ecosystem", "Layer 1 (L1)", "Meme"])
    'meme'
    """
    members = set(names)
    return next((sector for name, sector in CATEGORIES if name in members), OTHER)
