"""The HTTP layer in front of a real server that misbehaves."""

from __future__ import annotations

import gzip
import random
from datetime import timedelta

import pytest

from data.sources.contract import Failed, Host, RateLimited, Stopped, Unavailable
from tests.data.servers import (
    FREE,
    HOST,
    NOON,
    URL,
    FakeClock,
    StopAt,
    chunks,
    client,
    drip,
    good,
    never,
    reset,
    serving,
    short,
    silence,
    status,
)

PAGE = b"<!DOCTYPE html><html><head><title>Access denied</title></head><body>No.</body></html>"


def test_an_answer_is_read_and_parsed():
    with serving(good({"data": [1, None, "2"]})) as server, client(server) as http:
        assert http.json(f"{URL}/v1/things", cancelled=never, params={"of": "btc,eth"}) == {
            "data": [1, None, "2"]
        }
        path, headers = server.seen[0]
        assert path == "/v1/things?of=btc%2Ceth"
        assert headers["User-Agent"].startswith("Rotascope/")
        assert headers["Host"] == HOST


def test_a_packed_answer_is_unpacked():
    packed = gzip.compress(b"[1]")
    with serving(status(200, packed, Content_Encoding="gzip")) as server, client(server) as http:
        assert http.json(URL, cancelled=never) == [1]


@pytest.mark.parametrize("code", [408, 500, 502, 503, 504])
def test_a_burst_of_server_errors_is_tried_three_times_with_growing_pauses(code):
    clock = FakeClock()
    with serving(status(code)) as server, client(server, clock=clock, chance=random.Random(1)) as http:
        with pytest.raises(Failed, match=rf"\({code}\)") as told:
            http.json(URL, cancelled=never)
        assert told.value.retry
        assert len(server.seen) == 3
        first, second = clock.waits
        assert 1 <= first < 2 <= second < 3


def test_a_burst_that_ends_in_time_is_overcome():
    with serving(status(500), status(503), good()) as server, client(server) as http:
        assert http.json(URL, cancelled=never) == {"fine": True}


@pytest.mark.parametrize("code", [400, 402, 404, 410, 422])
def test_a_refusal_is_not_asked_again(code):
    with serving(status(code)) as server, client(server) as http:
        with pytest.raises(Failed, match=rf"\({code}\)") as told:
            http.json(URL, cancelled=never)
        assert not told.value.retry
        assert len(server.seen) == 1


def test_a_status_that_the_source_reads_itself_comes_back():
    with serving(status(404, {"error": "coin not found"})) as server, client(server) as http:
        answer = http.get(URL, cancelled=never, accept=(404,))
        assert (answer.status, answer.json()) == (404, {"error": "coin not found"})


def test_a_blocked_region_is_not_available_for_a_day():
    with serving(status(451, {"code": 0})) as server, client(server) as http:
        with pytest.raises(Unavailable, match="blocked in your region") as told:
            http.json(URL, cancelled=never)
        assert told.value.until == NOON + timedelta(days=1)
        assert len(server.seen) == 1


def test_a_page_behind_a_403_is_named_by_its_title():
    with serving(status(403, PAGE, kind="text/html")) as server, client(server) as http:
        with pytest.raises(Unavailable, match="Access denied"):
            http.json(URL, cancelled=never)
        assert len(server.seen) == 1


def test_a_401_says_that_a_key_is_needed():
    with (
        serving(status(401)) as server,
        client(server) as http,
        pytest.raises(Unavailable, match="wants an API key"),
    ):
        http.json(URL, cancelled=never)


def test_a_page_of_html_under_200_is_not_data():
    with (
        serving(status(200, PAGE, kind="text/html")) as server,
        client(server) as http,
        pytest.raises(Failed, match='web page instead of data, titled "Access denied"'),
    ):
        http.json(URL, cancelled=never)


@pytest.mark.parametrize("body", [b'{"data": [1, 2', b"not json", b"[1] and more", b"\xff\xfe\x00", b"["])
def test_broken_json_is_named_as_such(body):
    with (
        serving(status(200, body)) as server,
        client(server) as http,
        pytest.raises(Failed, match="broken JSON"),
    ):
        http.json(URL, cancelled=never)


def test_an_empty_answer_is_named_as_such():
    with (
        serving(status(200, b" \n")) as server,
        client(server) as http,
        pytest.raises(Failed, match="answered with nothing"),
    ):
        http.json(URL, cancelled=never)


@pytest.mark.parametrize("broken", [reset, short, chunks(1, end=False)])
def test_an_answer_that_breaks_off_is_asked_for_again_and_never_taken_in_part(broken):
    with serving(broken) as server, client(server) as http:
        with pytest.raises(Failed, match="broke off in the middle"):
            http.json(URL, cancelled=never)
        assert len(server.seen) == 3
    with serving(broken, good()) as server, client(server) as http:
        assert http.json(URL, cancelled=never) == {"fine": True}


def test_thirty_megabytes_are_refused_before_they_are_read():
    with serving(status(200, b" " * 30_000_000)) as server, client(server) as http:
        with pytest.raises(Failed, match="30 MB where at most 8"):
            http.json(URL, cancelled=never)
        assert len(server.seen) == 1


def test_thirty_megabytes_without_a_length_are_refused_while_they_come():
    with (
        serving(chunks(460)) as server,
        client(server) as http,
        pytest.raises(Failed, match="more than the 8 MB"),
    ):
        http.json(URL, cancelled=never)


def test_a_small_body_that_unpacks_to_thirty_megabytes_is_refused():
    bomb = gzip.compress(b" " * 30_000_000)
    assert len(bomb) < 100_000
    with (
        serving(status(200, bomb, Content_Encoding="gzip")) as server,
        client(server) as http,
        pytest.raises(Failed, match="more than the 8 MB"),
    ):
        http.json(URL, cancelled=never)


def test_a_host_that_drips_is_left_after_the_time_limit():
    with serving(drip(0.05)) as server, client(server) as http:
        with pytest.raises(Failed, match="took longer than 3 seconds"):
            http.json(URL, cancelled=never)
        assert len(server.seen) == 1


def test_a_silent_host_is_asked_three_times():
    with serving(silence) as server, client(server) as http:
        with pytest.raises(Failed, match="was silent for 1 seconds"):
            http.json(URL, cancelled=never)
        assert len(server.seen) == 3


def test_a_closed_port_is_a_failure_in_plain_words():
    with serving(good()) as server:
        address = server.address
    with (
        serving(good()) as other,
        client(other, routes={HOST: address}) as http,
        pytest.raises(Failed, match=rf"^{HOST} did not take the connection\.$"),
    ):
        http.json(URL, cancelled=never)


def test_an_unknown_name_is_the_network_being_down():
    with (
        serving(good()) as server,
        client(server, routes={HOST: "http://nowhere.invalid"}) as http,
        pytest.raises(Failed, match="the network may be down"),
    ):
        http.json(URL, cancelled=never)


def test_a_network_that_was_down_does_not_leave_the_hosts_alone_afterwards(tmp_path):
    clock = FakeClock()
    with serving(good()) as server:
        with client(server, routes={HOST: "http://nowhere.invalid"}, clock=clock, folder=tmp_path) as http:
            for _ in range(6):
                with pytest.raises(Failed, match="the network may be down"):
                    http.json(URL, cancelled=never)
            assert len(clock.waits) == 2, "only the first of six looks the name up, three times"
        with client(server, clock=clock, folder=tmp_path) as http:
            assert http.json(URL, cancelled=never) == {"fine": True}
        assert len(clock.waits) == 2, "and nobody waits once the network is there"


def test_a_name_is_looked_up_again_after_a_while():
    clock = FakeClock()
    nowhere = {HOST: "http://nowhere.invalid"}
    with serving(good()) as server, client(server, routes=nowhere, clock=clock) as http:
        with pytest.raises(Failed):
            http.json(URL, cancelled=never)
        http.routes = {HOST: server.address}
        clock.skip(31)
        assert http.json(URL, cancelled=never) == {"fine": True}


def test_a_host_of_no_source_is_never_asked():
    with serving(good()) as server, client(server, routes={"*": server.address}) as http:
        with pytest.raises(Failed, match="belongs to no source"):
            http.json("https://elsewhere.example/x", cancelled=never)
        assert not server.seen


def test_a_redirect_within_the_host_is_followed_and_one_off_it_is_not():
    there = status(301, Location=f"{URL}/v2")
    with serving(there, good()) as server, client(server) as http:
        assert http.json(f"{URL}/v1", cancelled=never) == {"fine": True}
        assert [path for path, _ in server.seen] == ["/v1", "/v2"]
    for target in ("https://evil.example/", f"http://{HOST}/"):
        with serving(status(302, Location=target)) as server, client(server) as http:
            with pytest.raises(Failed, match="leads elsewhere"):
                http.json(URL, cancelled=never)
            assert len(server.seen) == 1


def test_redirects_without_end_are_a_failure():
    with (
        serving(status(302, Location=URL)) as server,
        client(server) as http,
        pytest.raises(Failed, match="without end"),
    ):
        http.json(URL, cancelled=never)


# --- too many requests --------------------------------------------------------------------------------


def test_retry_after_is_waited_for_and_then_asked_again():
    clock = FakeClock()
    with serving(status(429, Retry_After="30"), good()) as server, client(server, clock=clock) as http:
        assert http.json(URL, cancelled=never) == {"fine": True}
        assert len(server.seen) == 2
        assert 30 <= sum(clock.waits) < 31.1


def test_retry_after_as_a_date_is_understood():
    clock = FakeClock()
    date = "Sun, 22 Nov 2026 12:00:45 GMT"
    with serving(status(429, Retry_After=date), good()) as server, client(server, clock=clock) as http:
        http.json(URL, cancelled=never)
        assert 45 <= sum(clock.waits) < 46.1


@pytest.mark.parametrize("value", ["86400", "99999999", "Sun, 22 Nov 2099 12:00:00 GMT"])
def test_an_absurd_retry_after_is_capped_at_two_minutes(value):
    clock = FakeClock()
    with serving(status(429, Retry_After=value), good()) as server, client(server, clock=clock) as http:
        http.json(URL, cancelled=never)
        assert 120 <= sum(clock.waits) < 121.1


@pytest.mark.parametrize("value", ["", "soon", "nan", "inf", "-5"])
def test_a_429_without_a_usable_retry_after_waits_by_itself(value):
    clock = FakeClock()
    headers = {"Retry_After": value} if value else {}
    with serving(status(429, **headers), good()) as server, client(server, clock=clock) as http:
        assert http.json(URL, cancelled=never) == {"fine": True}
        assert 1 <= sum(clock.waits) <= 3


def test_a_host_that_goes_on_complaining_is_left_until_a_stated_moment():
    clock = FakeClock()
    with serving(status(429)) as server, client(server, clock=clock) as http:
        with pytest.raises(RateLimited, match="too many requests") as told:
            http.json(URL, cancelled=never)
        assert len(server.seen) == 3
        assert told.value.until == clock.now() + timedelta(seconds=60)
        (state,) = http.states()
        assert state.resumes_at == told.value.until


def test_all_requests_to_a_host_wait_once_one_was_told_to():
    clock = FakeClock()
    with (
        serving(status(429), status(429), status(429), good()) as server,
        client(server, clock=clock) as http,
    ):
        with pytest.raises(RateLimited):
            http.json(URL, cancelled=never)
        before = clock.now()
        http.json(f"{URL}/other", cancelled=never)
        assert timedelta(seconds=60) <= clock.now() - before < timedelta(seconds=61)


def test_a_ban_is_believed_for_as_long_as_it_says():
    with serving(status(418, Retry_After="7200")) as server, client(server) as http:
        with pytest.raises(RateLimited, match="shut us out") as told:
            http.json(URL, cancelled=never)
        assert len(server.seen) == 1
        assert timedelta(hours=2) <= told.value.until - NOON < timedelta(hours=2, seconds=2)


def test_each_wait_is_reported_with_its_end():
    waits = []
    with (
        serving(status(429, Retry_After="30"), good()) as server,
        client(server, waiting=waits.append) as http,
    ):
        http.json(URL, cancelled=never)
    first, over = waits
    assert first.host == HOST
    assert "too many requests" in first.why
    assert timedelta(seconds=30) <= first.until - NOON < timedelta(seconds=32)
    assert over.until - first.until < timedelta(seconds=1)
    assert over.why == ""


# --- the breaker --------------------------------------------------------------------------------------


def test_a_dead_host_is_left_alone_after_three_failures_and_tried_once_later():
    clock = FakeClock()
    with serving(status(500)) as server, client(server, clock=clock, patience=10) as http:
        for _ in range(3):
            with pytest.raises(Failed):
                http.json(URL, cancelled=never)
        asked = len(server.seen)
        with pytest.raises(RateLimited, match="failed 3 times in a row") as told:
            http.json(URL, cancelled=never)
        assert len(server.seen) == asked
        assert 50 <= (told.value.until - clock.now()).total_seconds() <= 60

        clock.skip(61)
        with pytest.raises((Failed, RateLimited)):
            http.json(URL, cancelled=never)
        # One try was enough to see that it is still down, and it now stays away for longer.
        with pytest.raises(RateLimited) as told:
            http.json(URL, cancelled=never)
        assert (told.value.until - clock.now()).total_seconds() > 60


def test_a_host_that_comes_back_is_well_again():
    clock = FakeClock()
    with serving(status(500)) as server, client(server, clock=clock, patience=10) as http:
        for _ in range(3):
            with pytest.raises(Failed):
                http.json(URL, cancelled=never)
        server.answers = [good()]
        clock.skip(61)
        assert http.json(URL, cancelled=never) == {"fine": True}
        assert http.json(URL, cancelled=never) == {"fine": True}
        (state,) = http.states()
        assert state.resumes_at is None


# --- stopping -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [drip(0.02), drip(0.6), silence])
def test_a_cancel_is_heard_at_once_whatever_the_host_does(answer):
    with serving(answer) as server, client(server) as http:
        stop = StopAt(5)
        with pytest.raises(Stopped):
            http.json(URL, cancelled=stop)
        assert stop.asked == stop.yes


def test_a_cancel_is_heard_while_a_connection_is_not_taken():
    import socket

    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        crowd = []
        # Two connections fill the queue of a server that never accepts; the third hangs.
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(deaf.getsockname())
            crowd.append(one)
        routes = {HOST: f"http://127.0.0.1:{deaf.getsockname()[1]}"}
        with serving(good()) as server, client(server, routes=routes) as http:
            stop = StopAt(5)
            with pytest.raises(Stopped):
                http.json(URL, cancelled=stop)
            assert stop.asked == stop.yes
        for one in crowd:
            one.close()


def test_a_cancel_ends_a_wait():
    from data.http import SystemClock

    host = Host(HOST, requests=2, per_seconds=3600, burst=1)
    with serving(good()) as server, client(server, host=host, clock=SystemClock(), patience=1e6) as http:
        http.json(URL, cancelled=never)
        stop = StopAt(5)
        with pytest.raises(Stopped):
            http.json(URL, cancelled=stop)
        assert stop.asked == stop.yes


def test_nothing_is_asked_when_stopped_before():
    with serving(good()) as server, client(server) as http:
        with pytest.raises(Stopped):
            http.json(URL, cancelled=lambda: True)
        assert not server.seen
        assert FREE.name == HOST
