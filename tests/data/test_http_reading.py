"""Reading JSON in pieces: the same as in one go, and the window goes on painting."""

from __future__ import annotations

import json
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.http import reading
from data.http.reading import parse_json

LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
TREE = st.recursive(LEAF, lambda child: st.lists(child) | st.dictionaries(st.text(max_size=4), child))


@pytest.fixture
def in_pieces(monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 0)


@given(tree=TREE, indent=st.none() | st.integers(0, 3), ascii_only=st.booleans())
@settings(deadline=None)
def test_pieces_give_what_the_parser_gives(tree, indent, ascii_only):
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    whole, reading.AT_ONCE = reading.AT_ONCE, 0
    try:
        assert parse_json(text.encode()) == tree
    finally:
        reading.AT_ONCE = whole


@given(tree=TREE, cut=st.floats(0, 1), junk=st.sampled_from(["", ",", "}", "]", '"', ":", "x", "[", " 1"]))
@settings(deadline=None)
def test_pieces_refuse_what_the_parser_refuses(tree, cut, junk):
    text = json.dumps({"data": tree})
    at = int(cut * len(text))
    text = text[:at] + junk + text[at:]
    whole, reading.AT_ONCE = reading.AT_ONCE, 0
    try:
        wanted: object = json.loads(text)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - any kind of it
            parse_json(text.encode())
    else:
        assert parse_json(text.encode()) == wanted
    finally:
        reading.AT_ONCE = whole


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "", " ", "[1,]", '{"a":1,}', "{1:2}"])
def test_nonsense_is_refused_not_fatal(in_pieces, text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_json(text.encode())


def test_five_megabytes_leave_turns_to_other_threads():
    row = {"asset": "btc", "time": "2025-07-03T00:00:00.000000000Z", "PriceUSD": "109034.28", "x": None}
    body = json.dumps({"data": [row] * 60_000}).encode()
    assert len(body) > 5_000_000
    gaps: list[float] = []
    over = threading.Event()

    def ticking() -> None:
        last = time.perf_counter()
        while not over.wait(0.002):
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    timer = threading.Thread(target=ticking)
    timer.start()
    try:
        began = time.perf_counter()
        parse_json(body)
        took = time.perf_counter() - began
    finally:
        over.set()
        timer.join()
    # In one go it would be a single gap as long as the parsing.
    assert len(gaps) > 3
    assert sorted(gaps)[len(gaps) // 2] < max(took / 10, 0.02)
