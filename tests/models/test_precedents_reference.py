"""Event days, hits, base rates and p-values against slow loops, on a synthetic market and the real one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.cache import Cache
from data.importers import import_archive
from models.market.precedents.event_tests import HORIZONS
from models.market.precedents.rule import Rule
from models.market.precedents.view import precedent_view
from models.market.snapshot import day
from models.market.study import Study, study
from tests.markets import synthetic_market
from tests.models.precedent_reference import event_days, slow


@pytest.fixture(scope="module")
def made() -> Study:
    """Five years with a trigger whose records come now and then."""
    return study(synthetic_market(days=1_900, coins=70, seed=12))


@pytest.fixture(scope="module")
def real(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    cache = Cache.open(tmp_path_factory.mktemp("cache") / "market.sqlite")
    import_archive(archive, cache)
    return study(cache.market(as_of=day("2025-07-13")))


def compare(whole: Study, rule: Rule, as_of, horizons=HORIZONS):
    """Hold everything a view says about season and ALT50 less Bitcoin against the loops."""
    view = precedent_view(whole, rule, as_of)
    reference = slow(whole, rule.trigger, as_of)
    events = event_days(reference.days, reference.close, rule.kind, rule.quiet, rule.spacing)
    shown = [one for one in events if one >= reference.first_alt50]
    assert [row.day.astype(object) for row in view.rows] == shown
    asked = 0
    for question, results in ((reference.season_began, view.success), (reference.excess, view.outcome)):
        for one in results:
            if one.days not in horizons:
                continue
            base = reference.asked(question, one.days)
            assert one.base_sessions == len(base)
            inside = [when for when, _ in base if when in set(events)]
            assert one.events == len(inside)
            assert one.independent == reference.independent(inside, one.days)
            if not inside:
                continue
            count, after, mean, p = reference.trial(events, question, one.days)
            assert one.events == count
            assert one.rate == pytest.approx(after, abs=1e-9)
            assert one.base_rate == pytest.approx(mean, abs=1e-9)
            assert one.p == pytest.approx(p, abs=1e-12)
            asked += 1
    for row in view.rows:
        began = reference.season_began(row.day.astype(object), rule.horizon)
        assert {"hit": True, "miss": False}.get(row.state) == began
        for one in row.event.outcomes:
            assert one.season_began == reference.season_began(row.day.astype(object), one.days)
    return asked


@pytest.mark.parametrize("kind", ["breakout", "record"])
@pytest.mark.parametrize("trigger", ["RUT", "SPX"])
def test_a_view_says_what_loops_over_the_dates_say(made, kind, trigger):
    rule = Rule(kind=kind, trigger=trigger, quiet=20, spacing=10)
    assert compare(made, rule, made.last_day) >= 4


def test_it_says_so_on_an_earlier_day_too(made):
    assert compare(made, Rule(kind="record", spacing=5), made.first_day + 1_200) >= 4


def test_a_daily_line_counts_days_not_sessions(made):
    assert compare(made, Rule(kind="record", trigger="ethereum"), made.last_day, horizons=(30, 60)) >= 1


@pytest.mark.archive
@pytest.mark.parametrize(
    ("kind", "trigger", "when"),
    [("record", "RUT", "2025-07-13"), ("breakout", "RUT", "2025-07-13"), ("record", "NDX", "2021-05-14")],
)
def test_the_real_archive_says_what_loops_over_its_dates_say(real, kind, trigger, when):
    assert compare(real, Rule(kind=kind, trigger=trigger), day(when), horizons=(30, 180, 365)) >= 2


@pytest.mark.archive
def test_the_two_famous_events_are_breakouts_of_the_real_russell(real):
    view = precedent_view(real, Rule(), day("2025-07-13"))
    famous = {row.famous: str(row.day) for row in view.rows if row.famous}
    assert famous == {"2016-17": "2016-11-14", "2020-21": "2020-11-13"}
    assert [str(row.day) for row in view.rows] == ["2016-11-14", "2018-05-16", "2020-11-13", "2021-11-02"]
    assert view.verdict.established is None
    assert np.isfinite(view.fan.median).any()
