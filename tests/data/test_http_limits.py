"""Limits: never more than a host allows, also after a restart and with two processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.http import FILE
from data.http.limits import LONGEST, ClosedError, Limits, Rule
from data.sources.contract import Host, RateLimited
from tests.data.servers import DEMO, HOST, NOON, URL, FakeClock, client, good, never, serving, status

ROOT = Path(__file__).parents[2]


@given(
    requests=st.integers(2, 20),
    burst=st.integers(1, 19),
    per=st.floats(0.5, 600),
    gaps=st.lists(st.floats(0, 400), min_size=1, max_size=60),
)
@settings(deadline=None, max_examples=60)
def test_no_span_ever_sees_more_requests_than_are_allowed(requests, burst, per, gaps):
    burst = min(burst, requests - 1)
    rule = Rule(requests, per, burst)
    limits = Limits(None)
    now, sent = NOON, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        for _ in range(requests + 2):  # as greedy as can be
            if limits.take(HOST, HOST, rule, now).seconds > 0:
                break
            sent.append(now)
    limits.close()
    for first in sent:
        # Both ends of the span may hold a request; a millisecond is left for rounding.
        inside = [at for at in sent if first <= at < first + timedelta(seconds=per - 0.001)]
        assert len(inside) <= requests


def test_a_request_waits_exactly_until_its_token_is_there():
    clock = FakeClock()
    host = Host(HOST, requests=7, per_seconds=60, burst=1)
    with serving(good()) as server, client(server, host=host, clock=clock) as http:
        for _ in range(3):
            http.json(URL, cancelled=never)
    assert clock.waits == pytest.approx([10, 10], abs=0.01)


def test_a_wait_that_is_not_worth_it_is_told_instead():
    host = Host(HOST, requests=2, per_seconds=3600, burst=1)
    with serving(good()) as server, client(server, host=host) as http:
        http.json(URL, cancelled=never)
        with pytest.raises(RateLimited, match="is used up") as told:
            http.json(URL, cancelled=never)
    assert told.value.until == NOON + timedelta(hours=1)


def test_tokens_are_remembered_across_a_restart(tmp_path):
    clock = FakeClock()
    host = Host(HOST, requests=7, per_seconds=60, burst=3)
    with serving(good()) as server:
        with client(server, host=host, clock=clock, folder=tmp_path) as http:
            for _ in range(3):
                http.json(URL, cancelled=never)
        assert clock.waits == []
        with client(server, host=host, clock=clock, folder=tmp_path) as http:
            http.json(URL, cancelled=never)
        assert clock.waits == pytest.approx([15], abs=0.01)


def test_a_breaker_and_a_complaint_are_remembered_across_a_restart(tmp_path):
    clock = FakeClock()
    with serving(status(429)) as server:
        with client(server, clock=clock, folder=tmp_path) as http, pytest.raises(RateLimited):
            http.json(URL, cancelled=never)
        asked = len(server.seen)
        with (
            client(server, clock=clock, folder=tmp_path, patience=5) as http,
            pytest.raises(RateLimited, match="too many requests"),
        ):
            http.json(URL, cancelled=never)
        assert len(server.seen) == asked


def test_two_processes_share_one_bucket(tmp_path):
    program = (
        "import sys; from pathlib import Path; from data.http.limits import Limits, Rule;"
        "from tests.data.servers import NOON;"
        "limits = Limits(Path(sys.argv[1])); rule = Rule(41, 1000.0, 40);"
        "print(sum(limits.take('h', 'h', rule, NOON).seconds == 0 for _ in range(200)))"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    taken = [int(one.communicate(timeout=60)[0]) for one in both]
    assert sum(taken) == 40


def test_threads_share_one_bucket(tmp_path):
    limits = Limits(tmp_path)
    taken = []

    def greedy() -> None:
        turns = [limits.take("h", "h", Rule(21, 1000, 20), NOON) for _ in range(50)]
        taken.extend(turn for turn in turns if turn.seconds == 0)

    threads = [threading.Thread(target=greedy) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    limits.close()
    assert len(taken) == 20


def test_a_key_has_a_bucket_of_its_own(tmp_path):
    host = Host(HOST, requests=2, per_seconds=60, burst=1, keys=(DEMO,))
    clock = FakeClock()
    with (
        serving(good()) as server,
        client(server, host=host, clock=clock, folder=tmp_path, keys=lambda name: "k3y") as http,
    ):
        for _ in range(10):
            http.json(URL, cancelled=never)
        assert clock.waits == []
        http.json(URL, cancelled=never)
        assert clock.waits == pytest.approx([60 / 40], abs=0.01)


@pytest.mark.parametrize("content", [b"not a database, and longer than a page header would be" * 50, b""])
def test_a_broken_file_is_made_anew(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    limits = Limits(tmp_path)
    assert limits.take("h", "h", Rule(3, 60, 2), NOON).seconds == 0
    limits.close()
    again = Limits(tmp_path)
    assert again.states(NOON)[0].sent == 1
    again.close()


def test_without_a_folder_to_write_in_the_limits_hold_in_memory(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    limits = Limits(tmp_path / "file")
    rule = Rule(3, 60, 2)
    assert limits.take("h", "h", rule, NOON).seconds == 0
    # One token only: nobody knows what was sent before.
    assert limits.take("h", "h", rule, NOON).seconds > 0
    limits.close()


def test_a_clock_that_was_set_back_locks_nobody_out(tmp_path):
    limits = Limits(tmp_path)
    ahead = NOON + timedelta(days=400)
    rule = Rule(3, 60, 2)
    for _ in range(3):
        limits.take("h", "h", rule, ahead)
    limits.struck("h", ahead, asked=60, pauses=(60,), cap=120, why="too many")
    turn = limits.take("h", "h", rule, NOON)
    assert turn.seconds <= 60
    assert limits.take("h", "h", rule, NOON + timedelta(seconds=61)).seconds == 0
    assert limits.states(NOON)[0].resumes_at is None
    assert LONGEST < 400 * 86_400
    limits.close()


def test_a_request_that_comes_home_after_the_end_opens_nothing(tmp_path):
    limits = Limits(tmp_path)
    limits.close()
    with pytest.raises(ClosedError):
        limits.succeeded("h")
