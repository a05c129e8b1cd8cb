"""Records, breakouts and relative strength of the Russell 2000, against the rules written out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.russell import RussellHistory, RussellState, russell
from models.market.snapshot import Market, Series, day
from models.market.unknown import Unknown
from tests.markets import synthetic_market, weekdays

START = "2020-01-01"


def market_of(closes: Mapping[str, tuple[np.ndarray, Sequence[float]]], as_of: str = "2030-01-01") -> Market:
    empty = np.zeros((0, 0), order="F")
    return Market.build(
        days=np.zeros(0, dtype="datetime64[D]"),
        coins=(),
        price=empty,
        cap=empty.copy(),
        volume=empty.copy(),
        series={
            name: Series(name, name, "points", "synthetic", "session", days, np.array(values, dtype=float))
            for name, (days, values) in closes.items()
        },
        as_of=day(as_of),
    )


def sessions(count: int) -> np.ndarray:
    return weekdays(day(START) + np.arange(2 * count + 10))[:count]


def history_of(closes: Sequence[float]) -> RussellHistory:
    found = russell(market_of({"RUT": (sessions(len(closes)), closes)}))
    assert isinstance(found, RussellHistory)
    return found


def state_of(history: RussellHistory, at: int) -> RussellState:
    state = history.at(history.days[at])
    assert isinstance(state, RussellState)
    return state


@pytest.mark.parametrize("seed", range(4))
def test_every_session_equals_the_rules_written_out(seed: int) -> None:
    market = synthetic_market(days=420, coins=8, seed=seed)
    rng = np.random.default_rng(seed)
    rut, spx = market.series["RUT"], market.series["SPX"]
    kept = rng.random(spx.days.size) > 0.05
    market = market_of({"RUT": (rut.days, rut.values), "SPX": (spx.days[kept], spx.values[kept])})
    history = russell(market)
    assert isinstance(history, RussellHistory)
    other = dict(zip(spx.days[kept].tolist(), spx.values[kept].tolist(), strict=True))
    records: list[int] = []
    common: list[int] = []
    for at, (when, close) in enumerate(zip(rut.days.tolist(), rut.values.tolist(), strict=True)):
        is_record = at > 0 and close > max(rut.values[:at])
        is_breakout = is_record and bool(records) and at - records[-1] - 1 >= 60
        if is_record:
            records.append(at)
        if when in other:
            common.append(at)
        assert history.record[at] == is_record
        assert history.breakout[at] == is_breakout
        if records:
            record = rut.values[records[-1]]
            assert history.record_index[at] == records[-1]
            assert history.sessions_since[at] == at - records[-1]
            assert history.distance[at] == pytest.approx(close / record - 1, abs=1e-15)
        else:
            assert history.record_index[at] == history.sessions_since[at] == -1
            assert math.isnan(history.distance[at])
        expected = math.nan
        if len(common) > 63 and (when - rut.days[common[-1]].item()).days <= 3:
            now, then = common[-1], common[-64]
            expected = (rut.values[now] / other[rut.days[now].item()]) / (
                rut.values[then] / other[rut.days[then].item()]
            ) - 1
        assert history.vs_sp500_63[at] == pytest.approx(expected, rel=1e-12, nan_ok=True)
        mean = math.fsum(rut.values[at - 199 : at + 1]) / 200 if at >= 199 else math.nan
        assert history.mean_200[at] == pytest.approx(mean, rel=1e-13, nan_ok=True)
    assert records, "the walk has records at all"


def test_a_record_is_strictly_above_and_the_first_session_is_none() -> None:
    history = history_of([10.0, 10.0, 11.0, 11.0, 10.5, 11.5])
    assert history.record.tolist() == [False, False, True, False, False, True]
    assert history.sessions_since.tolist() == [-1, -1, 0, 1, 2, 0]
    assert history.distance[4] == pytest.approx(10.5 / 11 - 1)


@pytest.mark.parametrize(("quiet", "expected"), [(59, False), (60, True)])
def test_a_breakout_needs_sixty_quiet_sessions_in_between(quiet: int, expected: bool) -> None:
    history = history_of([10.0, 11.0, *[10.5] * quiet, 12.0])
    assert history.record[-1]
    assert history.breakout[-1] == expected


def test_the_first_record_of_a_cache_is_no_breakout() -> None:
    history = history_of([10.0, *[9.0] * 100, 11.0])
    assert history.record[-1]
    assert not history.breakout.any()


def test_the_state_is_that_of_the_last_session_for_five_days() -> None:
    history = history_of([10.0, 11.0, 10.5])
    last = history.days[-1]
    state = history.at(last + 5)
    assert isinstance(state, RussellState)
    assert state.day == last
    assert (state.is_record, state.sessions_since_record, state.record_close) == (False, 1, 11.0)
    assert state.record_day == history.days[1]
    assert history.at(last + 6) == Unknown(
        "The last session of the Russell 2000 is 6 days old, at most 5 are accepted."
    )


def test_before_the_first_session_and_the_first_record_the_state_is_unknown() -> None:
    history = history_of([10.0, 9.0, 8.0])
    before = history.at(history.days[0] - 1)
    assert before == Unknown("The first cached session of the Russell 2000 is 2020-01-01.")
    none_yet = history.at(history.days[2])
    assert none_yet == Unknown("None of the 3 cached sessions of the Russell 2000 is a record.")


def test_what_needs_more_sessions_says_how_many() -> None:
    state = state_of(history_of([10.0, *np.linspace(11.0, 12.0, 149)]), -1)
    assert state.above_200 == Unknown("150 sessions are cached, 200 are needed.")
    assert state.vs_sp500_63 == Unknown("0 common sessions with the S&P 500 are cached, 64 are needed.")


def test_two_hundred_sessions_make_a_mean() -> None:
    state = state_of(history_of(list(np.linspace(10.0, 12.0, 200))), -1)
    assert state.above_200 is True


def test_a_session_without_the_sp500_takes_the_ratio_of_the_day_before_but_no_older_one() -> None:
    days = sessions(80)
    rut, spx = np.linspace(100.0, 120.0, 80), np.full(80, 50.0)
    kept = np.ones(80, dtype=bool)
    kept[70:74] = False  # Wednesday to Monday
    history = russell(market_of({"RUT": (days, list(rut)), "SPX": (days[kept], list(spx[kept]))}))
    assert isinstance(history, RussellHistory)
    assert np.isnan(history.ratio[70:74]).all()
    age = (days[70:74] - days[69]).astype(int)
    known = np.isfinite(history.vs_sp500_63[70:74])
    assert known.tolist() == (age <= 3).tolist()
    assert known.any()
    assert not known.all()
    assert history.vs_sp500_63[70] == pytest.approx(rut[69] / rut[6] - 1)
    stale = state_of(history, 73).vs_sp500_63
    assert isinstance(stale, Unknown)
    assert "no close within 3 days" in stale.why


def test_the_fund_stands_in_under_its_own_name() -> None:
    days = sessions(3)
    history = russell(market_of({"IWM.adj": (days, [10.0, 11.0, 12.0]), "IWM": (days, [9.0, 8.0, 7.0])}))
    assert isinstance(history, RussellHistory)
    assert history.series == "IWM"
    assert history.record.tolist() == [False, True, True]
    assert "IWM" in history.at(day("2025-01-01")).why  # type: ignore[union-attr]


def test_the_index_comes_before_the_fund() -> None:
    days = sessions(2)
    history = russell(market_of({"IWM.adj": (days, [10.0, 11.0]), "RUT": (days, [5.0, 4.0])}))
    assert isinstance(history, RussellHistory)
    assert history.series == "RUT"


def test_without_either_the_answer_says_so() -> None:
    assert russell(market_of({})) == Unknown(
        "Neither the Russell 2000 (RUT) nor its fund (IWM) has a cached session."
    )


def test_a_state_counts_only_what_came_before_it() -> None:
    history = history_of([10.0, 11.0, *[10.0] * 60, 12.0, 13.0])
    earlier, later = state_of(history, 61), state_of(history, 63)
    assert (earlier.record_days_total, earlier.breakout_days) == (1, ())
    assert (later.record_days_total, later.breakout_days) == (3, (history.days[62],))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 500), st.integers(0, 299))
def test_no_state_looks_ahead(seed: int, row: int) -> None:
    market = synthetic_market(days=300, coins=8, seed=seed)
    when = market.days[row]
    whole, cut = russell(market), russell(market.cut(when))
    assert isinstance(whole, RussellHistory)
    assert isinstance(cut, RussellHistory)
    assert whole.at(when) == cut.at(when)
    np.testing.assert_array_equal(whole.vs_sp500_63[: cut.days.size], cut.vs_sp500_63)


@pytest.mark.archive
def test_the_archive_has_the_records_that_everybody_knows(archive: Path) -> None:
    rows = [line.split(",") for line in (archive / "equity" / "rut_daily.csv").read_text().splitlines()[1:]]
    days = np.array([row[0] for row in rows], dtype="datetime64[D]")
    history = russell(market_of({"RUT": (days, [float(row[4]) for row in rows])}))
    assert isinstance(history, RussellHistory)
    breakouts = {str(when) for when in history.days[history.breakout]}
    assert {"2013-01-02", "2016-11-14", "2018-05-16", "2020-11-13", "2021-11-02"} <= breakouts
    assert not history.record[(days > day("2021-11-08")) & (days < day("2025-01-01"))].any()
