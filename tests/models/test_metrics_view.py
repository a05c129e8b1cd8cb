"""The Metrics panel says what the signals say, knows nothing of later days, and gives reasons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.market.metrics_view import known_words, metrics
from models.market.signals.history import CONFIRMS, CONTRADICTS
from models.market.study import Study, study
from tests.models.signal_cases import market as troubled_market


@pytest.fixture(scope="module")
def known() -> Study:
    return study(troubled_market())


def test_states_and_values_are_those_of_the_checklist(known):
    day = known.market.days[-40]
    signals = {one.id: one for one in known.signals.at(day)}
    for metric in metrics(known, day):
        if metric.signal is not None:
            assert metric.signal == signals[metric.id]
            assert metric.value_text == signals[metric.id].value_text


def test_shading_covers_exactly_the_days_on_which_activity_and_price_part(known):
    day = known.market.days[-1]
    network = next(one for one in metrics(known, day) if one.id == "network")
    code = known.signals["network"].code
    for spans, wanted in zip(network.shading, (CONFIRMS, CONTRADICTS), strict=True):
        shaded = np.zeros(code.size, dtype=bool)
        for start, end in spans.spans:
            shaded |= (known.market.days >= start) & (known.market.days <= end)
        np.testing.assert_array_equal(shaded, code == wanted)


@settings(max_examples=8, deadline=None)
@given(st.integers(300, 500))
def test_later_days_change_nothing(known, row):
    row = min(row, known.market.days.size - 2)
    day = known.market.days[row]
    # A tick found out a day later is seen as it stood by a cut alone: methods, section 0.
    assume(not known.market.has_open_ticks(day))
    cut = study(known.market.cut(day))
    for seen, told in zip(metrics(cut, day), metrics(known, day), strict=True):
        assert seen.value_text == told.value_text
        assert (seen.age_days, seen.why) == (told.age_days, told.why)
        for a, b in zip(seen.lines, told.lines, strict=True):
            np.testing.assert_array_equal(a.days, b.days)
            np.testing.assert_array_equal(a.values, b.values)


def test_no_line_goes_beyond_the_day(known):
    day = known.market.days[350]
    for metric in metrics(known, day):
        assert all(line.days.size == 0 or line.days[-1] <= day for line in metric.lines)


def test_what_is_not_cached_says_so_and_counts_as_unknown(known):
    found = metrics(known, known.market.days[-1])
    for metric in found:
        assert metric.is_known or metric.why.endswith(".")
    unknown = [one for one in found if one.value_text == "unknown"]
    assert unknown
    assert known_words(found) == f"{len(found) - len(unknown)} of {len(found)} known"


def test_a_line_whose_newest_value_is_too_old_counts_as_unknown(known):
    old = replace(metrics(known, known.market.days[-1])[0], value_text="unknown", why="It is 81 days old.")
    assert old.is_known
    assert known_words((old,)) == "0 of 1 known"
