"""alternative.me and DefiLlama: two short histories."""

from __future__ import annotations

import pytest

from data.sources import alternative, defillama
from data.sources.contract import Failed, RateLimited, Unavailable
from tests.data.feeds import Feed, feed, truth
from tests.stubs import StubServer
from tests.stubs.macro import fear_greed_values, stablecoins_values

BOTH = {alternative: fear_greed_values, defillama: stablecoins_values}


@pytest.fixture(params=BOTH, ids=lambda module: module.ID)
def one(stub: StubServer, request: pytest.FixtureRequest):
    with feed(stub, request.param.SOURCE) as ready:
        yield ready


def key(one: Feed) -> str:
    return one.source.entries[0].id


def job(one: Feed) -> str:
    return f"series/{key(one)}"


def held(one: Feed) -> dict[tuple[str, str], tuple[str, str]]:
    return {("series", key(one)): ("2018-02-01", "2026-11-20")}


def test_the_history_arrives_whole_and_today_is_dropped(one: Feed):
    values = alternative if one.source.id == "alternative" else defillama
    told = one.run().values(key(one))
    assert [*told][-1] == "2026-11-21"
    expected = truth(one.stub, BOTH[values](one.stub.world), [*told])
    assert [*told.values()] == pytest.approx(expected)
    assert one.done[job(one)].provisional == 1
    assert one.stub.count() == 1


def test_days_that_were_never_published_stay_empty(stub: StubServer):
    with feed(stub, alternative.SOURCE) as one:
        told = one.run().values("FEAR_GREED")
    assert not {"2018-04-14", "2018-04-15", "2018-04-16", "2024-10-26"} & {*told}
    assert len(told) == 3212


def test_a_refresh_takes_the_last_ten_days(one: Feed):
    told = one.run(have=held(one)).values(key(one))
    assert len(told) == 11
    if one.source.id == "alternative":
        assert "limit=14" in one.stub.seen[-1].query


@pytest.mark.parametrize(
    "kind", ["strings", "extra-keys", "unordered", "duplicated", "nulls", "negative", "nan"]
)
def test_odd_answers_bring_nothing_that_was_not_said(one: Feed, kind: str):
    whole = one.run(have=held(one)).values(key(one))
    one.stub.fault("*", kind)
    one.run(have=held(one))
    if job(one) in one.failed:
        assert isinstance(one.failed[job(one)], Failed)
        return
    rows = one.done[job(one)].rows
    told = one.values(key(one)) if rows else {}
    assert set(told.items()) <= set(whole.items())
    if kind in ("strings", "extra-keys", "unordered"):
        assert told == whole


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("429", RateLimited),
        ("451", Unavailable),
        ("403", Unavailable),
        ("503", Failed),
        ("truncated", Failed),
        ("invalid", Failed),
        ("null", Failed),
        ("html", Failed),
        ("nothing", Failed),
        ("reset", Failed),
        ("huge", Failed),
    ],
)
def test_each_trouble_has_its_state_and_a_sentence(one: Feed, kind: str, error: type):
    one.stub.fault("*", kind)
    one.run(have=held(one))
    assert isinstance(one.failed[job(one)], error)
    assert one.failed[job(one)].why.endswith(".")


def test_an_empty_list_is_not_published(one: Feed):
    one.stub.fault("*", "empty")
    told = one.run(have=held(one)).done[job(one)]
    assert not told.rows
    assert told.unavailable["series", key(one)]


def test_the_button_reports(one: Feed):
    assert one.source.test is not None
    assert "answers" in one.source.test(one.client, lambda: False)
