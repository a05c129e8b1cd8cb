"""Stress and replay of real portfolios, against code that reads the archive's files itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.cache import Cache
from data.importers import import_archive
from models.market.snapshot import day
from models.market.study import Study, study
from models.market.unknown import Unknown
from models.risk.ground import Grounds
from models.risk.ladders.replay import CYCLES, Replay, replay
from models.risk.plans.plan import Plan, Position, Rung, Trigger
from models.risk.portfolio import portfolio
from models.risk.simulation.results import Simulation
from models.risk.simulation.run import simulate
from models.risk.stress import WINDOWS, window_stress

from .ladder_reference import walk

pytestmark = pytest.mark.archive

YEARS = ("2013_2019", "2020", "2021", "2022", "2023", "2024", "2025")
COINS = ["bitcoin", "ethereum", "litecoin", "ripple", "dogecoin"]
AS_OF = "2025-07-13"


@pytest.fixture(scope="module")
def of(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    cache = Cache.open(tmp_path_factory.mktemp("cache") / "market.sqlite")
    import_archive(archive, cache)
    return study(cache.market(as_of=day(AS_OF)))


@pytest.fixture(scope="module")
def prices(archive: Path) -> pd.DataFrame:
    files = [archive / "crypto" / f"coingecko_daily_{year}.csv.gz" for year in YEARS]
    rows = pd.concat([pd.read_csv(file, parse_dates=["date"]) for file in files])
    rows = rows[rows["coin_id"].isin(COINS)]
    return rows.pivot_table(index="date", columns="coin_id", values="price_usd", aggfunc="last").asfreq("D")


def test_the_windows_cost_what_the_files_say(of: Study, prices: pd.DataFrame) -> None:
    quantities = pd.Series(
        {"bitcoin": 0.2, "ethereum": 4.0, "litecoin": 60.0, "ripple": 4000.0, "dogecoin": 2e4}
    )
    plan = Plan(cash=3000.0, positions=tuple(Position(coin, q) for coin, q in quantities.items()))
    found = portfolio(plan, Grounds(of, day(AS_OF)))
    filled = prices.ffill()
    amounts = quantities * filled.loc[AS_OF, quantities.index]
    for window in WINDOWS:
        stress = window_stress(found, of, window)
        if str(window.last) > AS_OF:
            assert isinstance(stress.loss, Unknown)
            continue
        base = pd.Timestamp(str(window.first)) - pd.Timedelta(days=1)
        moves = filled.loc[base : str(window.last)] / filled.loc[base] - 1
        losses = -(moves[quantities.index] * amounts).sum(axis=1) / (amounts.sum() + 3000.0)
        assert stress.loss == pytest.approx(losses.iloc[1:].max(), rel=1e-9), window.title
        assert str(stress.worst_day) == str(losses.iloc[1:].idxmax().date())
        assert stress.end_loss == pytest.approx(losses.iloc[-1], rel=1e-9)
        worst = moves.loc[losses.iloc[1:].idxmax()]
        assert {row.coin: row.change for row in stress.by_coin} == pytest.approx(
            worst[quantities.index].to_dict()
        )


@pytest.mark.parametrize(
    ("at", "start", "coin"),
    [
        (0, "2017-03-01", "ethereum"),
        (0, "2017-10-01", "litecoin"),
        (1, "2020-10-01", "dogecoin"),
        (1, "2021-02-10", "ripple"),
        (2, "2023-10-01", "bitcoin"),
    ],
)
def test_a_replay_of_price_rungs_is_what_the_files_say(
    of: Study, prices: pd.DataFrame, at: int, start: str, coin: str
) -> None:
    ladder = (
        Rung(Trigger("multiple", level=1.5), 0.25),
        Rung(Trigger("multiple", level=3.0), 0.25),
        Rung(Trigger("moving_average", days=100, side="below"), 0.25, "remaining"),
        Rung(Trigger("trailing_stop", level=0.45), 0.5, "remaining"),
        Rung(Trigger("days_held", days=400), 1.0, "remaining"),
    )
    position = Position(coin, 10.0, cost=50.0, stop=20.0, ladder=ladder)
    cycle = CYCLES[at]
    found = replay(Plan(positions=(position,)), of, day(AS_OF), cycle, start=day(start))
    assert isinstance(found, Replay)
    filled = prices[coin].ffill() / prices.loc[start, coin] * 50.0
    closes = filled.loc[start : min(str(cycle.last), AS_OF)]
    before = filled.loc[: pd.Timestamp(start) - pd.Timedelta(days=1)].iloc[-100:]
    expected = walk(
        Position(coin, 10.0, cost=50.0, stop=20.0, bought=date.fromisoformat(start), ladder=ladder),
        closes.tolist(),
        as_of=date.fromisoformat(start),
        past=before.tolist(),
        fee_bps=10.0,
        slippage_bps=20.0,
    )
    one = found.coins[0]
    assert [(sale.rung, str(sale.day)) for sale in one.fills] == [
        (rung, str(closes.index[on].date())) for rung, on, *_ in expected.fills
    ]
    # The cache fills a day that this file lacks from another one; this code keeps the last close.
    there = prices.loc[closes.index, coin].notna().to_numpy()
    assert there.mean() > 0.99
    assert one.with_values[there] == pytest.approx(np.array(expected.values)[there], rel=1e-9)
    assert one.with_ladder == pytest.approx(expected.values[-1] / 500.0)
    assert one.without_ladder == pytest.approx(closes.iloc[-1] / 50.0)
    assert not one.borrowed_days


def test_the_simulation_of_a_real_coin_grows_as_its_own_days_did(of: Study, prices: pd.DataFrame) -> None:
    """The median of the log growth is the mean of the daily ones, times the days (within its error)."""
    plan = Plan(positions=(Position("bitcoin", 1.0),))
    found = simulate(plan, of, day(AS_OF))
    assert isinstance(found, Simulation)
    assert not found.borrowed
    daily = np.log(prices.loc[:AS_OF, "bitcoin"]).diff().dropna()
    assert found.sample_days == pytest.approx(len(daily), abs=20)
    spread = daily.std() * np.sqrt(365)
    middle = np.log(found.without_ladder.quantiles[0.5].value / found.start)
    assert middle == pytest.approx(daily.mean() * 365, abs=0.1)
    wide = np.log(found.without_ladder.quantiles[0.75].value / found.without_ladder.quantiles[0.25].value)
    assert wide == pytest.approx(1.349 * spread, rel=0.25)
