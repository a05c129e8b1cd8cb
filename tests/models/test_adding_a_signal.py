"""The walk-through of docs/adding-a-signal.md, followed to the letter."""

from __future__ import annotations

import re
import types
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.signals import registry
from models.market.snapshot import Market, Series
from models.market.study import study
from tests.markets import synthetic_market

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-signal.md"


def followed() -> types.ModuleType:
    block = re.search(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert block is not None
    made = types.ModuleType("moods")
    exec(compile(block.group(1), PAGE.name, "exec"), made.__dict__)
    return made


def market_with(values: np.ndarray, *, days: int = 420) -> Market:
    """A market in which fear and greed ends with these values."""
    market = synthetic_market(days=days, coins=40, seed=8)
    index = Series(
        "FEAR_GREED", "Fear and greed", "index", "test", "daily", market.days[-values.size :], values
    )
    return replace(market, series={**market.series, "FEAR_GREED": index})


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "SIGNALS", (*registry.SIGNALS, followed().MOOD))


@pytest.mark.parametrize(
    ("level", "state"), [(70.0, "confirms"), (40.0, "neutral"), (10.0, "contradicts"), (95.0, "contradicts")]
)
def test_the_signal_of_the_page_has_its_states(level: float, state: str):
    found = study(market_with(np.full(30, level)))
    signal = found.signals["mood"].at(found.market.days.size - 1)
    assert (signal.state, signal.value, signal.value_text) == (state, level, f"{level:.0f}")
    assert len(found.signals.at(found.latest)) == len(registry.SIGNALS)


def test_it_is_unknown_with_its_sentence_where_the_page_says_so():
    without = study(synthetic_market(days=420, coins=40, seed=8)).signals["mood"].at(400)
    assert (without.state, without.why) == ("unknown", "No fear and greed index is in the cache.")
    market = market_with(np.full(30, 70.0))
    index = market.series["FEAR_GREED"]
    old = replace(index, days=index.days - 10)
    aged = study(replace(market, series={**market.series, "FEAR_GREED": old})).signals["mood"].at(419)
    assert (aged.state, "10 days old" in aged.why) == ("unknown", True)
    short = study(market_with(np.full(3, 70.0))).signals["mood"].at(419)
    assert (short.state, "fewer than 5" in short.why) == ("unknown", True)


@settings(max_examples=12, deadline=None)
@given(row=st.integers(395, 418))
def test_it_knows_nothing_of_later_days(row: int):
    market = market_with(np.random.default_rng(3).uniform(0, 100, 30))
    whole, cut = study(market).signals["mood"], study(market.cut(market.days[row])).signals["mood"]
    assert whole.at(row) == cut.at(row)
    assert np.array_equal(whole.code[: row + 1], cut.code)
