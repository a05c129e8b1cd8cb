"""One rule on one day: what is shown, what is left out and why, and that nothing looks ahead."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest

from models.market.precedents.event_tests import HORIZONS, against_base, number, p_if_always
from models.market.precedents.event_windows import Windows, ground_upto, record_events
from models.market.precedents.fan import AFTER, BEFORE, quantiles
from models.market.precedents.placebos import random_rates
from models.market.precedents.rule import RANDOM, Rule, marked_events, spaced_draws, trigger_line, triggers
from models.market.precedents.rule_sensitivity import sensitivity
from models.market.precedents.trace import PASSAGES, precedent_trace
from models.market.precedents.view import PrecedentView, precedent_view
from models.market.snapshot import Market, Series, day
from models.market.study import Cancelled, Study, study
from models.market.unknown import Unknown
from tests.markets import synthetic_market
from ui.panels.explain import passages

RULE = Rule(kind="record", spacing=10, horizon=60)


@pytest.fixture(scope="module")
def market() -> Market:
    return synthetic_market(days=1_900, coins=70, seed=12)


@pytest.fixture(scope="module")
def whole(market: Market) -> Study:
    return study(market)


@pytest.fixture(scope="module")
def view(whole: Study) -> PrecedentView:
    return precedent_view(whole, RULE, whole.last_day)


def with_series(market: Market, **lines: Series | None) -> Market:
    """The market with other series; None takes one away."""
    series = {name: one for name, one in market.series.items() if lines.get(name, one) is not None}
    return replace(market, series=series | {name: one for name, one in lines.items() if one is not None})


def alike(one: object, other: object) -> bool:
    """Whether two results say the same, arrays and NaN included."""
    if isinstance(one, np.ndarray):
        same = one.shape == other.shape
        return same and bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if isinstance(one, float) and one != one:
        return other != other
    if hasattr(one, "__dataclass_fields__"):
        return all(alike(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(alike(a, b) for a, b in zip(one, other, strict=True))
    return one == other


@pytest.mark.parametrize("back", [0, 37, 400, 1_000])
def test_a_past_day_says_what_a_cache_that_ends_there_says(market, whole, back):
    when = whole.last_day - back
    cut = study(market.cut(when))
    seen = study(market).as_seen_on(when) if market.has_open_ticks(when) else whole
    one, other = precedent_view(seen, RULE, when), precedent_view(cut, RULE, when)
    assert alike(one, other)


def test_without_intervals_everything_else_is_the_same(whole, view):
    quick = precedent_view(whole, RULE, whole.last_day, intervals=False)
    assert not quick.complete
    assert view.complete
    for name in ("rows", "fan", "waits", "seasons_without_event", "title", "first_day"):
        assert alike(getattr(quick, name), getattr(view, name))
    for one, other in zip(quick.success, view.success, strict=True):
        assert (one.p, one.p_adjusted, one.difference) == (other.p, other.p_adjusted, other.difference)


def test_every_event_has_one_state_and_the_sentence_counts_hits_and_misses(view):
    states = {state: view.count(state) for state in ("hit", "miss", "open", "not at risk", "unknown")}
    assert sum(states.values()) == len(view.rows)
    tested = view.verdict.tested
    assert tested.events == states["hit"] + states["miss"]
    assert tested.hits == states["hit"]
    assert all(row.state == "open" for row in view.rows if (view.day - row.day).astype(int) < 60)


def test_an_event_within_the_horizon_of_the_one_before_overlaps_it(view):
    for before, row in pairwise(view.rows):
        assert ("overlap" in row.notes) == ((row.day - before.day).astype(int) < 60)


def test_a_later_start_leaves_out_what_came_before_in_events_and_base_alike(whole, view):
    middle = whole.first_day + 1_000
    later = precedent_view(whole, replace(RULE, since=middle), whole.last_day)
    assert [row.day for row in later.rows] == [row.day for row in view.rows if row.day >= middle]
    assert later.success[0].base_sessions < view.success[0].base_sessions
    assert later.first_day == middle


@pytest.mark.parametrize("success", ["alt50_up", "beats_btc", "beats_median"])
def test_other_successes_are_counted_on_their_own_windows(whole, success):
    found = precedent_view(whole, replace(RULE, success=success), whole.last_day)
    windows = Windows(whole.line("RUT"), ground_upto(whole, whole.last_day))
    alt50, bitcoin = np.log(windows.alt50), np.log(windows.bitcoin)
    base, hits, excess = [], 0, {}
    for at, row in enumerate(windows.row.tolist()):
        if windows.inside[at] and row + 60 < windows.n_days and windows.days[at] >= windows.first_alt50:
            rise = alt50[row + 60] - alt50[row]
            lead = rise - (bitcoin[row + 60] - bitcoin[row])
            value = rise if success == "alt50_up" else lead
            if np.isfinite(value):
                excess[at] = value
    above = float(np.median(list(excess.values()))) if success == "beats_median" else 0.0
    base = [value > above for value in excess.values()]
    events = np.flatnonzero(marked_events(whole.line("RUT"), RULE))
    hits = sum(excess[at] > above for at in events.tolist() if at in excess)
    (one,) = [result for result in found.success if result.days == 60]
    assert one.base_rate == pytest.approx(np.mean(base))
    assert one.hits == hits
    assert all(row.state in ("hit", "miss", "open", "unknown") for row in found.rows)


def test_paths_are_zero_on_their_day_and_end_where_the_cache_does(whole, view):
    fan = view.fan
    assert fan.offsets.tolist() == list(range(-BEFORE, AFTER + 1))
    assert [str(one) for one in fan.days] == [str(row.day) for row in view.rows]
    at_event = fan.paths[:, BEFORE]
    assert np.nanmax(np.abs(at_event)) == 0.0
    windows = Windows(whole.line("RUT"), ground_upto(whole, whole.last_day))
    lead = np.log(windows.alt50) - np.log(windows.bitcoin)
    place = len(view.rows) // 2
    row = int((fan.days[place] - whole.first_day).astype(int))
    assert fan.paths[place, BEFORE + 30] == pytest.approx(lead[row + 30] - lead[row], nan_ok=True)
    after = (whole.last_day - fan.days[-1]).astype(int)
    if after < AFTER:
        assert np.isnan(fan.paths[-1, BEFORE + after + 1 :]).all()


def test_bands_hold_what_they_say(view):
    fan = view.fan
    for low, high, share in ((fan.low50, fan.high50, 0.5), (fan.low80, fan.high80, 0.8)):
        for at in (0, BEFORE + 30, BEFORE + 120):
            known = fan.paths[:, at][np.isfinite(fan.paths[:, at])]
            if np.isfinite(low[at]):
                expected = np.quantile(known, [0.5 - share / 2, 0.5 + share / 2])
                assert [low[at], high[at]] == pytest.approx(expected)
    known = np.isfinite(fan.median)
    assert (fan.low50[known & np.isfinite(fan.low50)] <= fan.median[known & np.isfinite(fan.low50)]).all()


def test_quantiles_agree_with_numpy_and_know_nothing_of_empty_columns():
    values = np.random.default_rng(0).normal(size=(23, 7))
    values[:, 3] = np.nan
    values[4:9, 5] = np.nan
    found = quantiles(values, (0.1, 0.5, 0.9))
    for share, line in zip((0.1, 0.5, 0.9), found, strict=True):
        for column in (0, 5):
            assert line[column] == pytest.approx(np.nanquantile(values[:, column], share))
        assert np.isnan(line[3])
    assert all(np.isnan(line).all() for line in quantiles(np.empty((0, 4)), (0.5,)))


def test_the_share_of_waits_is_the_rate_of_the_sentence_at_every_horizon(view):
    for one in view.success:
        if one.events:
            assert view.waits.share[one.days - 1] == pytest.approx(one.rate)
            assert view.waits.counted[one.days - 1] == one.events
        assert view.waits.base_share[one.days - 1] == pytest.approx(number(one.base_rate), nan_ok=True)


def test_placebos_begin_with_the_line_itself_and_end_with_random_days(whole, view):
    names = [one.trigger for one in view.placebos]
    assert names[0] == "RUT"
    assert names[-1] == RANDOM
    assert {"SPX", "NDX"} <= set(names)
    own = next(one for one in view.success if one.days == 60)
    assert (view.placebos[0].rate, view.placebos[0].events) == (own.rate, own.events)
    spx = precedent_view(whole, replace(RULE, trigger="SPX"), whole.last_day)
    other = next(one for one in view.placebos if one.trigger == "SPX")
    assert other.rate == spx.placebos[0].rate
    assert "RUT" in [one.trigger for one in spx.placebos]


def test_gold_is_a_placebo_where_it_is_cached(market):
    gold = replace(market.series["SPX"], id="GOLD", title="Gold")
    found = study(with_series(market, GOLD=gold))
    titles = [one.title for one in precedent_view(found, RULE, found.last_day).placebos]
    assert "Gold" in titles


def test_random_sets_give_the_base_rate_and_spread_as_a_draw_without_putting_back():
    outcome = (np.arange(1_000) % 10 < 4).astype(float)
    rates = random_rates(outcome, 20, 1, 3)
    assert rates.mean() == pytest.approx(0.4, abs=0.01)
    assert rates.std() == pytest.approx(np.sqrt(0.24 / 20), rel=0.08)
    assert random_rates(outcome, 0, 20, 1).size == 0


@pytest.mark.parametrize(("n", "count", "spacing"), [(500, 12, 20), (100, 40, 20), (30, 30, 5), (9, 1, 20)])
def test_drawn_days_keep_their_distance_where_they_fit(n, count, spacing):
    drawn = spaced_draws(n, count, spacing, np.random.default_rng(0), 200)
    assert drawn.shape == (200, count)
    assert drawn.min() >= 0
    assert drawn.max() < n
    if count > 1:
        least = min(spacing, (n - 1) // (count - 1))
        assert (np.diff(drawn, axis=1) >= least).all()


def test_random_days_are_as_many_as_the_russell_has_and_another_draw_gives_others(whole):
    rule = replace(RULE, trigger=RANDOM)
    line = trigger_line(whole, RANDOM, whole.last_day)
    first, again = marked_events(line, rule), marked_events(line, rule)
    other = marked_events(line, replace(rule, seed=8))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.sum() == other.sum() == marked_events(line, RULE).sum()
    found = precedent_view(whole, rule, whole.last_day)
    assert [one.trigger for one in found.placebos].count(RANDOM) == 1
    assert not found.fan.famous
    assert not any(row.famous or "breakout" in row.notes for row in found.rows)


def test_without_the_index_the_fund_stands_in_with_its_own_records(market):
    found = study(with_series(market, RUT=None))
    shown = precedent_view(found, RULE, found.last_day)
    expected = record_events(market.series["IWM.adj"].values, "record", spacing=10)
    assert shown.title == market.series["IWM.adj"].title
    assert shown.rows
    assert {row.day for row in shown.rows} <= set(market.series["IWM.adj"].days[expected])


def test_what_cannot_be_asked_says_why(market, whole):
    monthly = precedent_view(whole, replace(RULE, trigger="M2"), whole.last_day)
    assert isinstance(monthly, Unknown)
    assert "no value a day" in monthly.why
    nothing = precedent_view(whole, replace(RULE, trigger="nothing"), whole.last_day)
    assert isinstance(nothing, Unknown)
    without = study(with_series(market, **{"RUT": None, "IWM.adj": None}))
    assert "not in the cache" in precedent_view(without, RULE, without.last_day).why
    early = precedent_view(whole, RULE, whole.first_day + 40)
    assert isinstance(early, Unknown) or isinstance(early.verdict.tested, Unknown)


def test_every_line_with_a_value_a_day_is_offered_and_random_days_after_the_russell(whole):
    offered = [name for name, _ in triggers(whole)]
    assert offered[:2] == ["RUT", RANDOM]
    assert "M2" not in offered
    assert {"SPX", "ETH", "ALT50", "coin-003"} <= set(offered)
    assert len(offered) == len(set(offered))


def test_a_view_that_is_cancelled_stops(whole):
    with pytest.raises(Cancelled):
        precedent_view(whole, RULE, whole.last_day, cancelled=lambda: True)
    with pytest.raises(Cancelled):
        sensitivity(whole, RULE, whole.last_day, cancelled=lambda: True)


# -- rules -----------------------------------------------------------------------------------------


def test_every_cell_of_the_map_of_rules_says_what_that_rule_says_alone(whole):
    found = sensitivity(whole, RULE, whole.last_day, quiet=(0, 20, 60), spacing=(5, 40))
    for i, quiet in enumerate(found.quiet):
        for j, spacing in enumerate(found.spacing):
            kind = "breakout" if quiet else "record"
            rule = replace(RULE, kind=kind, quiet=quiet or 60, spacing=spacing)
            alone = precedent_view(whole, rule, whole.last_day, intervals=False)
            for k, one in enumerate(alone.success):
                assert found.difference[i, j, k] == pytest.approx(number(one.difference), nan_ok=True)
                assert found.p[i, j, k] == pytest.approx(number(one.p), nan_ok=True)
                assert found.p_adjusted[i, j, k] == pytest.approx(number(one.p_adjusted), nan_ok=True)
                assert found.independent[i, j, k] == one.independent
            assert found.place(rule) == (i, j)


def test_the_tally_counts_rules_and_tells_those_that_differ(whole):
    heard = []
    found = sensitivity(whole, RULE, whole.last_day, report=heard.append)
    assert heard == pytest.approx([(i + 1) / found.rules for i in range(found.rules)])
    for horizon in HORIZONS:
        tally = found.tally(horizon)
        at = HORIZONS.index(horizon)
        assert tally.rules == 35
        assert tally.above + tally.below <= 35
        assert tally.established <= min(tally.judged, tally.unusual)
        assert tally.unusual == int(np.sum(found.p[:, :, at] < 0.05))
    sets = {
        tuple(np.flatnonzero(record_events(whole.line("RUT").values, "breakout", quiet=q, spacing=s))
              if q else np.flatnonzero(record_events(whole.line("RUT").values, "record", spacing=s)))
        for q in found.quiet for s in found.spacing
    }  # fmt: skip
    assert found.distinct == len(sets)
    assert found.place(replace(RULE, spacing=13)) is None


def test_random_days_have_no_rules_to_compare(whole):
    found = sensitivity(whole, replace(RULE, trigger=RANDOM), whole.last_day)
    assert isinstance(found, Unknown)


# -- what could be shown at all -----------------------------------------------------------------------


def test_the_p_of_an_effect_that_never_fails_is_that_of_such_a_history():
    days = day("2000-01-01") + np.arange(3_000)
    sessions = days[np.is_busday(days)]
    marked = np.zeros(sessions.size, np.bool_)
    marked[200::250] = True
    line = Series("RUT", "the Russell 2000", "p", "made", "session", sessions, np.ones(sessions.size))
    from tests.models.test_precedents import ground

    rows = (sessions[marked] - days[0]).astype(int)
    before = Windows(line, replace(ground(3_000, [100]), season=moved(ground(3_000, [100]).season, days)))
    rows = rows[rows + 60 < 3_000]
    lasting = 21  # as long as the one season that there is
    planted = ground(3_000, [int(row) + 30 for row in rows], season_days=lasting - 1)
    after = Windows(line, replace(planted, season=moved(planted.season, days), seasons=tuple(
        replace(one, start=days[int(row) + 30], end=days[int(row) + 30 + lasting - 1])
        for one, row in zip(planted.seasons, rows, strict=True))))  # fmt: skip
    first = replace(before.ground.seasons[0], start=days[100], end=days[100 + lasting - 1])
    before = Windows(line, replace(before.ground, seasons=(first,)))
    (found,) = against_base(after, marked, horizons=(60,), intervals=False)
    assert p_if_always(before, marked, 60) == pytest.approx(found.p)
    assert found.rate == 1.0


def moved(season, days):
    return replace(season, days=days)


# -- explanations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", PASSAGES)
def test_every_part_explains_itself_with_numbers_definition_and_inputs(whole, view, key):
    rules = sensitivity(whole, RULE, whole.last_day)
    found = precedent_trace(whole, view, key, rules)
    assert found.section == 7
    assert len(passages(found.section, found.passages)) >= len(found.passages) - 1
    assert len(found.steps) > 3
    assert any(one.name == whole.line("RUT").title for one in found.inputs)
    assert all(one.last_day is None or one.last_day <= view.day for one in found.inputs)
    text = " ".join(value for _, value in found.steps)
    assert "nan" not in text
    assert "Unknown(" not in text
    assert "{" not in text
