"""API keys: in a header of their own host, and nowhere else."""

from __future__ import annotations

import logging
import traceback

import pytest

from data.http import OWN, Client
from data.sources.contract import Failed, Host, SourceError, Unavailable
from tests.data.servers import (
    DEMO,
    HOST,
    URL,
    client,
    good,
    never,
    reset,
    serving,
    status,
)

SECRET = "CG-s3cr3t-0123456789"
WITH_KEY = Host(HOST, requests=1000, per_seconds=1, burst=999, keys=(DEMO,))


def keyring(name: str) -> str | None:
    return SECRET if name == DEMO.name else None


def test_a_key_travels_in_its_header_and_not_in_the_address():
    with serving(good()) as server, client(server, host=WITH_KEY, keys=keyring) as http:
        http.json(f"{URL}/v1", cancelled=never, params={"a": 1})
    path, headers = server.seen[0]
    assert path == "/v1?a=1"
    assert headers["x-example-key"] == SECRET
    assert headers["User-Agent"] == OWN


def test_a_host_without_that_key_never_sees_it():
    plain = Host(HOST, requests=1000, per_seconds=1, burst=999)
    with serving(good()) as server, client(server, host=plain, keys=keyring) as http:
        http.json(URL, cancelled=never)
    assert SECRET not in str(server.seen)


def test_a_host_that_needs_a_key_is_not_asked_without_one():
    needy = Host(HOST, requests=10, per_seconds=1, burst=9, keys=(DEMO,), needs_key=True)
    with (
        serving(good()) as server,
        client(server, host=needy) as http,
        pytest.raises(Unavailable, match=r"needs an API key \(Example demo key\), and none is set"),
    ):
        http.json(URL, cancelled=never)
    assert not server.seen


def test_a_refused_key_is_named_as_such():
    with (
        serving(status(401)) as server,
        client(server, host=WITH_KEY, keys=keyring) as http,
        pytest.raises(Unavailable, match="did not accept the API key"),
    ):
        http.json(URL, cancelled=never)


ECHO = {"error": f"the key {SECRET} is unknown"}


@pytest.mark.parametrize(
    "answer",
    [
        status(401, ECHO),
        status(403, f"<html><title>{SECRET}</title>".encode(), kind="text/html"),
        status(429, ECHO, Retry_After="1"),
        status(500, ECHO),
        status(404, ECHO),
        status(200, b"{" + SECRET.encode()),
        status(302, Location=f"https://evil.example/?key={SECRET}"),
        reset,
    ],
)
def test_no_key_is_in_any_message_trace_or_log(answer, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    said = []
    with (
        serving(answer) as server,
        client(
            server, host=WITH_KEY, keys=keyring, folder=tmp_path, waiting=lambda one: said.append(str(one))
        ) as http,
    ):
        with pytest.raises(SourceError) as told:
            http.json(URL, cancelled=never, params={"page": 1})
        text = "".join(traceback.format_exception(told.value)) + repr(told.value)
        assert told.value.__cause__ is None
        assert SECRET not in text
        assert SECRET not in repr(http) + str(http.states())
    assert SECRET not in caplog.text + "".join(said)
    for file in tmp_path.rglob("*"):
        assert SECRET.encode() not in file.read_bytes()
    assert all(SECRET not in path for path, _ in server.seen)


def test_an_answer_that_repeats_the_key_is_cleaned():
    with serving(good(ECHO)) as server, client(server, host=WITH_KEY, keys=keyring) as http:
        assert http.json(URL, cancelled=never) == {"error": "the key [hidden] is unknown"}


def test_the_variable_for_tests_leads_nobody_off_this_machine(monkeypatch):
    monkeypatch.setenv("ROTASCOPE_ROUTES", "*=http://evil.example/{host}")
    with pytest.raises(ValueError, match="off this machine"):
        Client([WITH_KEY])


def test_the_variable_for_tests_leads_all_hosts_to_one_server(monkeypatch):
    with serving(good()) as server:
        monkeypatch.setenv("ROTASCOPE_ROUTES", f"*={server.address}/{{host}}")
        with client(server, routes=None) as http:
            http.json(f"{URL}/v1", cancelled=never)
        assert server.seen[0][0] == f"/{HOST}/v1"


def test_a_key_of_unreadable_signs_is_a_failure_without_the_key():
    with (
        serving(good()) as server,
        client(server, host=WITH_KEY, keys=lambda name: "geheim\nX: 1 ✓") as http,
        pytest.raises((Failed, Unavailable)) as told,
    ):
        http.json(URL, cancelled=never)
    assert "geheim" not in "".join(traceback.format_exception(told.value))
