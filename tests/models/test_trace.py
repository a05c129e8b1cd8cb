"""What stands behind a figure: for every key and every signal, on a known day and where much is unknown."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from models.market.correlation.pairs import correlate
from models.market.correlation.view import Choice
from models.market.season.index import HEADLINE
from models.market.signals import SIGNALS
from models.market.snapshot import Day
from models.market.study import Study, study
from models.market.trace import PASSAGES, Trace, trace
from models.market.universe import BASIS_SENTENCES
from models.market.unknown import Unknown
from tests.markets import synthetic_market

IDS = [one.id for one in SIGNALS]
KEYS = [*PASSAGES, *(f"signal:{name}" for name in IDS)]


@cache
def known() -> Study:
    return study(synthetic_market(days=900, coins=80, seed=4))


@cache
def without_series() -> Study:
    """Coins only: no index, nothing of the chain."""
    return study(synthetic_market(days=300, coins=40, seed=1, series=False))


def later() -> Day:
    return known().market.days[800]


def traced(found: Study, when: Day, key: str) -> Trace:
    behind = trace(found, when, key)
    assert isinstance(behind, Trace), behind
    return behind


def steps(key: str, when: Day | None = None) -> dict[str, str]:
    return dict(traced(known(), later() if when is None else when, key).steps)


def plain(text: str) -> float:
    """Read a number as it was written for people."""
    return float(text.replace("−", "-").replace(",", "").removesuffix(" USD").removesuffix("%"))


@pytest.mark.parametrize("key", KEYS)
def test_every_figure_has_a_title_a_section_and_its_numbers(key):
    found = traced(known(), later(), key)
    assert found.title
    assert found.section in range(1, 10)
    assert found.passages
    assert len(dict(found.steps)) == len(found.steps) >= 1
    for what, value in found.steps:
        assert what
        assert value
        assert "nan" not in value.lower().split()
    for one in found.inputs:
        assert one.last_day is not None
        assert one.last_day <= later()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("row", [0, 40])
def test_no_figure_fails_to_explain_itself_on_the_first_days(key, row):
    when = known().market.days[row]
    for _, value in traced(known(), when, key).steps:
        assert "nan" not in value.lower().split()
        if value.startswith("unknown: "):
            assert value.endswith(".")


@pytest.mark.parametrize("key", KEYS)
def test_no_figure_fails_to_explain_itself_without_any_series(key):
    found = traced(without_series(), without_series().latest, key)
    assert found.steps
    for _, value in found.steps:
        assert "nan" not in value.lower().split()


def test_what_is_unknown_gives_the_reason_of_the_study():
    bare, when = without_series(), without_series().latest
    assert isinstance(bare.russell, Unknown)
    assert dict(traced(bare, when, "russell").steps) == {"State": f"unknown: {bare.russell.why}"}
    early = known().market.days[40]
    state = known().dominance.at(early)
    assert isinstance(known().season[HEADLINE].at(early).index, Unknown)
    season = dict(traced(known(), early, "season").steps)
    assert season["Index = 100 × beating / counted"].startswith("unknown: ")
    assert plain(dict(traced(known(), early, "total2").steps)["TOTAL2 = total − Bitcoin"]) == pytest.approx(
        state.total2, abs=1
    )


def test_the_caps_add_up_to_the_dominance():
    found, state = steps("dominance"), known().dominance.at(later())
    bitcoin, total = plain(found["Bitcoin's market cap"]), plain(found["All coins (total)"])
    assert plain(found["Dominance = Bitcoin / total"]) == pytest.approx(bitcoin / total, abs=1e-4)
    assert bitcoin / total == pytest.approx(state.dominance)
    assert plain(found["TOTAL2 = total − Bitcoin"]) == pytest.approx(total - bitcoin, abs=2)
    assert plain(found["TOTAL2 over 30 days"]) == pytest.approx(100 * state.total2_growth_30, abs=0.006)
    assert plain(found["Without stablecoins"]) == pytest.approx(state.dominance_ex_stable, abs=1e-4)


def test_the_season_index_is_the_share_of_its_counts():
    found = traced(known(), later(), "season")
    numbers, reading = dict(found.steps), known().season[HEADLINE].at(later())
    beating, counted = (
        plain(numbers[what]) for what in ("Coins that beat Bitcoin over 90 days", "Coins counted")
    )
    assert (beating, counted) == (reading.beating, reading.counted)
    assert plain(numbers["Index = 100 × beating / counted"]) == pytest.approx(
        100 * beating / counted, abs=0.06
    )
    assert found.left_out[0].startswith(f"{reading.too_young} of the top 50 are too young")


def test_the_russell_shows_its_close_its_record_and_the_way_between_them():
    found, state = steps("russell"), known().russell.at(later())
    close, record = (
        plain(found[what]) for what in (f"Close of {state.day}", f"Record close, {state.record_day}")
    )
    assert (close, record) == (round(state.close, 2), round(state.record_close, 2))
    assert plain(found["Distance = close / record − 1"]) == pytest.approx(
        100 * (close / record - 1), abs=0.006
    )
    assert found["Sessions since the record"] == str(state.sessions_since_record)


def test_the_phase_shows_what_each_tier_says():
    found, state = steps("phase"), known().rotation.at(later())
    assert found["Phase shown"] == state.phase
    for tier in state.tiers:
        assert f"momentum {tier.momentum:+.3f}".replace("-", "−") in found[f"Tier {tier.tier}"]
        assert found[f"Tier {tier.tier}"].endswith(f"of {tier.members}")


def test_the_score_counts_the_signals_and_names_those_outside():
    found, score = traced(known(), later(), "signals"), known().signals.score(later())
    numbers = dict(found.steps)
    assert [int(numbers[what]) for what in ("Confirm", "Neutral", "Contradict")] == [
        score.confirms,
        score.neutral,
        score.contradicts,
    ]
    assert numbers["Share = confirm / known"] == f"{score.confirms / score.known:.0%}"
    assert found.left_out == (f"{score.unknown} signals are unknown and stand outside of the share.",)


def test_the_correlation_is_that_of_the_day_and_says_over_what_it_was_taken():
    behind = traced(known(), later(), "correlation")
    found = correlate(known().pair("RUT", "ALT50", "weekly", later()), window=52, as_of=later())
    numbers = dict(behind.steps)
    value, band = numbers["Correlation"].removesuffix(")").split(" (95 % band ")
    assert plain(value) == round(found.value, 3)
    assert [plain(end) for end in band.split(" … ")] == [round(found.low, 3), round(found.high, 3)]
    assert numbers["Common returns"] == str(found.observations)
    assert [one.name for one in behind.inputs] == ["RUT", "ALT50"]
    assert behind.left_out[0].startswith("Returns are taken over ")


@pytest.mark.parametrize("row", [120, 500, 899])
@pytest.mark.parametrize("name", IDS)
def test_a_signal_says_what_its_row_of_the_checklist_says(name, row):
    when = known().market.days[row]
    signal = next(one for one in known().signals.at(when) if one.id == name)
    found = traced(known(), when, f"signal:{name}")
    assert found.title == signal.title
    assert dict(found.steps) == {
        "State": signal.state,
        "Value": signal.value_text,
        "Threshold": signal.threshold,
        "Since": str(signal.since),
        "Why": signal.why,
    }
    cached = [one for one in signal.series if known().line(one).days.size]
    assert [one.name for one in found.inputs] == [known().line(one).title for one in cached]


def test_another_day_has_other_numbers():
    for key in ("dominance", "season", "russell", "phase", "correlation"):
        assert steps(key) != steps(key, known().market.days[600]), key


def test_the_numbers_of_a_day_need_no_later_day():
    when = later()
    assert not known().market.has_open_ticks(when)
    cut = study(known().market.cut(when))
    for key in KEYS:
        before, after = traced(cut, when, key), traced(known(), when, key)
        assert before.steps == after.steps, key
        assert before.inputs == after.inputs, key


def test_bad_ticks_are_counted_up_to_the_day():
    market = known().market
    assert len(market.bad_ticks)
    first = int(market.bad_ticks.known_from.min())
    before = traced(known(), market.days[first - 1], "dominance").left_out
    after = traced(known(), market.days[-1], "dominance").left_out
    assert not any("bad tick" in one for one in before)
    assert any(one.startswith(f"{len(market.bad_ticks)} coin-days") for one in after)
    assert np.all(market.bad_ticks.known_from < market.days.size)


@pytest.mark.parametrize("key", ["", "nothing", "signal:", "signal:nothing"])
def test_what_nobody_computes_has_no_explanation_and_says_so(key):
    found = trace(known(), later(), key)
    assert isinstance(found, Unknown)
    assert found.why.endswith(".")


def test_another_pair_is_explained_with_its_own_numbers():
    choice = Choice("RUT", "BTC", "daily", 90, "spearman")
    behind = trace(known(), later(), "correlation", choice)
    assert not isinstance(behind, Unknown)
    found = correlate(
        known().pair("RUT", "BTC", "daily", later()), window=90, method="spearman", as_of=later()
    )
    numbers = dict(behind.steps)
    assert "RUT and BTC, daily returns, window 90, spearman" in numbers["What is correlated"]
    assert plain(numbers["Correlation"].split(" ")[0]) == round(found.value, 3)
    assert [one.name for one in behind.inputs] == ["RUT", "Bitcoin"]


def test_what_the_list_of_coins_rests_on_is_said_in_a_sentence() -> None:
    left = traced(known(), later(), "season").left_out
    (basis,) = {label for _, label in known().universe.basis(HEADLINE.top)}
    assert BASIS_SENTENCES[basis] in left
    assert set(BASIS_SENTENCES) == {"survivors", "point-in-time", "partial universe"}
