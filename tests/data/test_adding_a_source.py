"""The walk-through of docs/adding-a-source.md, followed to the letter."""

from __future__ import annotations

import re
import types
from pathlib import Path

import pytest

from data.sources.contract import Failed, RateLimited
from tests.data.feeds import feed
from tests.stubs import StubServer, services

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-source.md"


def follow(number: int, name: str) -> types.ModuleType:
    """Make a module of one of the Python blocks of the page."""
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    made = types.ModuleType(name)
    exec(compile(blocks[number], f"{PAGE.name}, block {number + 1}", "exec"), made.__dict__)
    return made


@pytest.fixture
def hashes(stub: StubServer, monkeypatch: pytest.MonkeyPatch):
    source, served = follow(0, "hashes"), follow(1, "hashes_stub")
    for host, answer in served.HOSTS.items():
        monkeypatch.setitem(services.HOSTS, host, answer)
    with feed(stub, source.SOURCE) as ready:
        yield ready


def test_the_source_of_the_page_brings_its_values_and_drops_today(hashes):
    told = hashes.run().values("BTC_HASH_RATE")
    assert not hashes.failed
    assert [*told][-1] == "2026-11-21"
    assert hashes.done["series/BTC_HASH_RATE"].provisional == 1
    assert told["2026-06-30"] == 1000.0


def test_it_keeps_the_promises_of_the_page(hashes):
    held = {("series", "BTC_HASH_RATE"): ("2010-01-01", "2026-11-20")}
    whole = hashes.run(have=held).values("BTC_HASH_RATE")
    assert len(whole) == 11
    for kind in ("nulls", "negative", "duplicated", "unordered", "strings", "extra-keys"):
        hashes.stub.clear()
        hashes.stub.fault("api.hashes.example", kind)
        hashes.done.clear()
        hashes.run(have=held)
        assert set(hashes.values("BTC_HASH_RATE").items()) <= set(whole.items())
    for kind, error in (("429", RateLimited), ("html", Failed), ("truncated", Failed)):
        hashes.stub.clear()
        hashes.stub.fault("api.hashes.example", kind)
        assert isinstance(hashes.run(have=held).failed["series/BTC_HASH_RATE"], error)


def test_the_example_answer_of_the_page_is_read_as_it_says():
    from data.sources.daily import seconds_day

    found = re.search(r'"day": (\d+), "ehs": "1043.2"', PAGE.read_text(encoding="utf-8"))
    assert found
    assert str(seconds_day(found[1])) == "2026-11-01"
    assert str(seconds_day(1793577600)) == "2026-11-02"
