"""FRED: columns by name, lags, revisions, and a unit that changed."""

from __future__ import annotations

import pytest

from data.sources import fred
from data.sources.contract import Failed, RateLimited, Unavailable
from tests.data.feeds import Feed, feed, truth
from tests.stubs import StubServer
from tests.stubs.macro import fred_values

HOST = "fred.stlouisfed.org"
HELD = {("series", "DGS10"): ("1987-01-02", "2026-11-19"), ("series", "M2"): ("1987-01-01", "2026-09-01")}


@pytest.fixture
def fed(stub: StubServer):
    with feed(stub, fred.SOURCE) as ready:
        yield ready


def test_every_series_arrives_whole(fed: Feed):
    fed.run()
    assert not fed.failed
    for key, name in fred.SERIES.items():
        told = fed.values(key)
        assert list(told.values()) == truth(fed.stub, fred_values(fed.stub.world, name), [*told])
    assert fed.rows("M2").about.available_after_days == 60
    assert [*fed.values("M2")][-1] == "2026-09-01"  # October is published on 24 November
    assert [*fed.values("WALCL")][-1] == "2026-11-18"
    assert [*fed.values("DEXUSEU")][-1] == "2026-11-13"  # the week before, published on Monday
    assert {one.path for one in fed.stub.requests(HOST)} == {"/graph/fredgraph.csv"}
    assert fed.stub.count(HOST) == len(fred.SERIES) == 8


def test_a_holiday_has_no_yield_and_none_is_invented(fed: Feed):
    told = fed.run("series/DGS10").values("DGS10")
    assert "2026-09-07" not in told
    assert "2026-09-08" in told
    assert not fed.done["series/DGS10"].refused


def test_only_the_last_days_are_asked_for_again(fed: Feed):
    fed.run(have=HELD)
    assert next(iter(fed.values("DGS10"))) == "2026-11-10"
    assert next(iter(fed.values("M2"))) == "2024-09-01"  # revised for years


def test_a_revised_month_comes_with_its_new_value(fed: Feed):
    before = fed.run("series/M2", have=HELD).values("M2")
    fed.stub.world.revise("fred/M2SL", "2026-08-01", 1.01)
    after = fed.run("series/M2", have=HELD).values("M2")
    assert after["2026-08-01"] == pytest.approx(before["2026-08-01"] * 1.01, rel=1e-4)
    assert after["2026-07-01"] == before["2026-07-01"]


def test_a_balance_sheet_in_billions_is_refused_whole(fed: Feed):
    fed.stub.world.revise("fred/WALCL", "1990-01-01", 0.001)
    error = fed.run(
        "series/WALCL", since=None, have={("series", "WALCL"): ("2002-12-18", "2026-11-11")}
    ).failed["series/WALCL"]
    assert isinstance(error, Failed)
    assert not error.retry
    assert "unit seems to have changed" in error.why


def test_a_single_spike_is_refused_and_its_day_stays_empty(fed: Feed):
    fed.stub.world.revise("fred/DGS10", "2026-11-12", 10.0)
    fed.stub.world.revise("fred/DGS10", "2026-11-13", 0.1)
    told = fed.run("series/DGS10", have=HELD).values("DGS10")
    assert "2026-11-12" not in told
    assert "2026-11-13" in told
    assert "30" in fed.refused("DGS10")["2026-11-12"] or "spike" in fed.refused("DGS10")["2026-11-12"]


@pytest.mark.parametrize(("kind", "missing"), [("nulls", 0), ("nan", 3), ("negative", 0)])
def test_odd_values_are_left_out(fed: Feed, kind: str, missing: int):
    whole = fed.run("series/DGS10", have=HELD).values("DGS10")
    fed.stub.fault(HOST, kind)
    try:
        told = fed.run("series/DGS10", have=HELD).values("DGS10")
    except AssertionError:
        assert "series/DGS10" in fed.failed
        return
    assert set(told.items()) <= set(whole.items())
    assert len(fed.refused("DGS10")) >= min(missing, 1)


@pytest.mark.parametrize("kind", ["duplicated", "unordered"])
def test_order_and_repetition_of_rows_do_not_matter(fed: Feed, kind: str):
    whole = fed.run("series/DGS10", have=HELD).values("DGS10")
    fed.stub.fault(HOST, kind)
    assert fed.run("series/DGS10", have=HELD).values("DGS10") == whole


@pytest.mark.parametrize(
    ("kind", "error", "word"),
    [
        ("403", Unavailable, ""),
        ("451", Unavailable, ""),
        ("404", Failed, "knows no series DGS10"),
        ("500", Failed, ""),
        ("429", RateLimited, ""),
        ("html", Failed, "did not answer with a table"),
        ("invalid", Failed, "did not answer with a table"),
        ("nothing", Failed, "begins with “nothing”"),
        ("reset", Failed, ""),
        ("close", Failed, ""),
        ("huge", Failed, ""),
        ("drip", Failed, ""),
    ],
)
def test_each_trouble_has_its_state_and_its_words(fed: Feed, kind: str, error: type, word: str):
    fed.stub.fault(HOST, kind, query="DGS10", size=12_000_000, seconds=2.0)
    fed.run("series/DGS10", "series/WALCL", have=HELD)
    assert isinstance(fed.failed["series/DGS10"], error), fed.failed
    assert word in fed.failed["series/DGS10"].why
    if kind not in ("429", "403", "451"):
        assert fed.values("WALCL")  # the other series is whole


def test_an_empty_table_says_that_nothing_is_published(fed: Feed):
    fed.stub.fault(HOST, "empty")
    told = fed.run("series/DGS10", have=HELD).done["series/DGS10"]
    assert not told.rows
    assert "no value of DGS10" in told.unavailable["series", "DGS10"]


def test_the_test_button_reports(fed: Feed):
    assert "days of the 10-year yield" in fred.test(fed.client, lambda: False)
