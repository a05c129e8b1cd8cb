"""The claim on trial: events, what followed, and what chance alone would have done."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.precedents.chance import bootstrap_differences, holm, shift_p_value
from models.market.precedents.verdict import Ground, precedents, record_events
from models.market.returns import Index
from models.market.season.index import Season, SeasonIndex, Variant
from models.market.snapshot import Series, day
from models.market.unknown import Unknown

START = day("2010-01-01")


def brute_p(marked, outcome):
    n = len(outcome)
    mean = sum(outcome) / n
    events = [i for i in range(n) if marked[i]]

    def distance(shift):
        return abs(sum(outcome[(i + shift) % n] for i in events) / len(events) - mean)

    return sum(distance(s) >= distance(0) - 1e-12 for s in range(n)) / n


@given(st.integers(0, 10_000), st.integers(5, 60))
@settings(max_examples=40, deadline=None)
def test_the_shift_test_counts_every_circular_shift(seed, n):
    rng = np.random.default_rng(seed)
    marked = rng.random(n) < 0.3
    marked[0] = True
    outcome = (rng.random(n) < 0.4).astype(float)
    assert shift_p_value(marked, outcome) == pytest.approx(brute_p(marked.tolist(), outcome.tolist()))


def test_holm_multiplies_the_smallest_first_and_never_goes_down():
    adjusted = holm(np.array([0.04, np.nan, 0.01, 0.5]))
    assert adjusted[2] == pytest.approx(0.03)
    assert adjusted[0] == pytest.approx(0.08)
    assert adjusted[3] == pytest.approx(0.5)
    assert np.isnan(adjusted[1])


def test_the_bootstrap_of_single_sessions_has_the_textbook_spread():
    rng = np.random.default_rng(5)
    n = 4_000
    marked = rng.random(n) < 0.5
    outcome = (rng.random(n) < 0.3).astype(float)
    (drawn,) = bootstrap_differences([(marked, outcome)], mean_block=1.0, generator=np.random.default_rng(1))
    rate = outcome[marked].mean()
    # Event mean less the mean of all, half of which are the events themselves.
    expected = np.sqrt(rate * (1 - rate) / marked.sum() * (1 - marked.mean()))
    assert drawn.std() == pytest.approx(expected, rel=0.06)
    assert drawn.mean() == pytest.approx(rate - outcome.mean(), abs=4 * expected / np.sqrt(drawn.size) + 1e-3)


def test_the_bootstrap_repeats_with_the_same_seed_and_draws_again_without_an_event():
    marked = np.zeros(500, dtype=bool)
    marked[7] = True
    outcome = np.linspace(0, 1, 500)

    def draw():
        return bootstrap_differences(
            [(marked, outcome)], mean_block=20, generator=np.random.default_rng(3), draws=200
        )[0]

    first = draw()
    assert first.size >= 200
    assert np.array_equal(first, draw())
    assert np.isfinite(first).all()


def test_an_event_counts_only_twenty_sessions_after_the_last_one_that_counted():
    close = np.array([10.0] + [9.0] * 3 + [11.0, 12.0] + [11.0] * 70 + [13.0] + [12.0] * 10 + [14.0])
    assert np.flatnonzero(record_events(close, "record")).tolist() == [4, 76]
    assert np.flatnonzero(record_events(close, "breakout")).tolist() == [76]


def ground(n_days, season_starts, *, season_days=20):
    days = START + np.arange(n_days)
    index = np.full(n_days, 50.0)
    seasons = []
    for start in season_starts:
        index[start : start + season_days] = 80.0
        seasons.append(
            Season(days[start], days[min(start + season_days, n_days) - 1], season_days, 80.0, strong=True)
        )
    ints = np.zeros(n_days, dtype=np.intp)
    return Ground(
        alt50=Index("ALT50", "ALT50", days, np.full(n_days, 100.0), ints),
        bitcoin=np.full(n_days, 100.0),
        season=SeasonIndex(Variant(), days, index, ints, ints, ints, np.zeros(n_days), ints),
        seasons=tuple(seasons),
    )


def trigger(n_days):
    days = START + np.arange(n_days)
    sessions = days[np.is_busday(days)]
    return Series(
        "RUT", "the Russell 2000", "points", "synthetic", "session", sessions, np.ones(sessions.size)
    )


def planted(rng, n_days, *, effect):
    """Events every 150 sessions or so; with an effect a season begins 60 days after each."""
    signal = trigger(n_days)
    marked = np.zeros(signal.days.size, dtype=bool)
    gaps = 45 + rng.exponential(130, 90)
    rows = np.cumsum(gaps).astype(int)
    marked[rows[rows < signal.days.size - 80]] = True
    event_rows = (signal.days[marked] - START).astype(int)
    if effect:
        starts = event_rows + 60
    else:
        starts = np.sort(rng.choice(np.arange(30, n_days - 40), size=marked.sum(), replace=False))
    kept = [int(starts[0])]
    for start in starts[1:].tolist():
        if start - kept[-1] > 40:
            kept.append(int(start))
    known = ground(n_days, kept)
    return precedents(signal, known, kind="breakout", marked=marked, spoken=60, intervals=False)


def test_a_planted_effect_of_sixty_days_is_found():
    found = planted(np.random.default_rng(2), 14_000, effect=True)
    spoken = next(one for one in found.horizons if one.days == 60)
    assert spoken.hits == spoken.events
    assert found.established is True
    assert "established" in found.verdict
    assert "not established" not in found.verdict


def test_without_an_effect_it_is_seldom_established():
    rng = np.random.default_rng(11)
    verdicts = [planted(rng, 4_000, effect=False).established for _ in range(60)]
    assert sum(bool(one) for one in verdicts) <= 8


def test_below_eight_independent_events_nothing_is_claimed():
    signal = trigger(1_500)
    marked = np.zeros(signal.days.size, dtype=bool)
    marked[[100, 400, 700]] = True
    found = precedents(signal, ground(1_500, [200, 620]), marked=marked)
    assert found.established is None
    assert "3 events are independent" in found.verdict
    assert all(isinstance(one.low, Unknown) for one in found.horizons if one.events)


def test_a_window_that_is_not_past_gives_no_outcome_even_after_a_hit():
    signal = trigger(400)
    marked = np.zeros(signal.days.size, dtype=bool)
    marked[-20] = True
    event_row = int((signal.days[-20] - START).astype(int))
    found = precedents(signal, ground(400, [event_row + 5]), marked=marked)
    (event,) = found.events
    assert event.days_to_season == 5
    assert event.outcomes[0].season_began is True
    assert event.outcomes[-1].season_began is None
    by_days = {one.days: one for one in found.horizons}
    assert by_days[7].hits == 1
    assert by_days[180].events == 0


def test_sessions_inside_a_season_are_not_at_risk():
    signal = trigger(900)
    marked = np.zeros(signal.days.size, dtype=bool)
    inside = int(np.searchsorted(signal.days, START + 310))
    marked[inside] = True
    found = precedents(signal, ground(900, [300]), marked=marked)
    assert not found.events[0].at_risk
    assert all(one.events == 0 for one in found.horizons)


def test_what_comes_later_changes_no_finished_outcome():
    signal, marked = trigger(2_000), None
    marked = np.zeros(signal.days.size, dtype=bool)
    marked[[100, 300, 500]] = True
    whole = precedents(signal, ground(2_000, [200, 520]), marked=marked)
    cut = 1_200
    sessions = signal.days < START + cut
    shorter = Series(
        "RUT", signal.title, "points", "synthetic", "session", signal.days[sessions], np.ones(sessions.sum())
    )
    part = precedents(shorter, ground(cut, [200, 520]), marked=marked[sessions])
    assert [event.outcomes for event in part.events] == [event.outcomes for event in whole.events]


def test_a_season_without_an_event_before_it_is_listed():
    signal = trigger(900)
    marked = np.zeros(signal.days.size, dtype=bool)
    marked[int(np.searchsorted(signal.days, START + 100))] = True
    found = precedents(signal, ground(900, [200, 700]), marked=marked)
    assert [season.start for season in found.seasons_without_event] == [START + 700]
