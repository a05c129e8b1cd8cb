"""The largest coin of a day comes first, also where the market goes on without market caps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.market.largest import largest_first
from models.market.snapshot import Coin, Market
from models.risk.plans.from_table import Names
from tests.models.plan_cases import market_of

BRIDGED, REAL, GONE, NEVER = 0, 1, 2, 3


def case() -> Market:
    """Return four coins over 200 days; the last 60 have no market cap at all, as after an archive's end."""
    market = market_of(np.zeros((200, 4)), names=["bridged", "ethereum", "gone", "never"])
    cap = np.full((200, 4), np.nan)
    cap[:140, BRIDGED], cap[:140, REAL] = 3e8, 3e11
    cap[:20, GONE] = 9e12
    coins = (
        Coin("bridged", "ETH", "Bridged Ether", "layer1"),
        Coin("ethereum", "ETH", "Ethereum", "layer1"),
        *market.coins[2:],
    )
    return replace(market, cap=np.asfortranarray(cap), coins=coins)


def test_the_newest_ranked_day_counts_where_the_market_goes_on_without_caps() -> None:
    assert largest_first(case()) == (REAL, BRIDGED, GONE, NEVER)


def test_nothing_later_than_the_day_is_looked_at() -> None:
    market = case()
    assert largest_first(market, market.days[10])[0] == GONE
    assert largest_first(market, market.days[100])[0] == REAL


def test_a_market_without_caps_keeps_its_order() -> None:
    market = case()
    assert largest_first(replace(market, cap=np.full_like(market.cap, np.nan))) == (0, 1, 2, 3)


def test_a_symbol_means_the_largest_coin_after_the_last_ranked_day() -> None:
    market = case()
    coin, note = Names.of(market, market.days[-1]).find("ETH")
    assert coin is not None
    assert coin.name == "Ethereum"
    assert "Bridged Ether" in note
