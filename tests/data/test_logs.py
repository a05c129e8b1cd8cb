"""The log says what happened, never a key, never the user's name, and never gets in the way."""

from __future__ import annotations

import logging
from pathlib import Path, PureWindowsPath

import pytest

from data.logs import BYTES, FILES, last_lines, start_log, stop_log, without_secrets
from data.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path)


def test_a_log_that_was_begun_already_goes_on(tmp_path):
    paths = Paths(tmp_path)
    handler = start_log(paths)
    try:
        assert start_log(paths) is handler
    finally:
        stop_log(handler)


def test_lines_come_back_in_order(paths):
    handler = start_log(paths)
    logging.getLogger("a.test").info("first")
    logging.getLogger("a.test").info("second")
    stop_log(handler)
    assert [line.rsplit(": ", 1)[1] for line in last_lines(paths)] == ["first", "second"]


@pytest.mark.parametrize(
    "text",
    [
        "GET /coins?x_cg_demo_api_key=TOPSECRET&page=2",
        "headers {'x-cg-pro-api-key': 'TOPSECRET'}",
        "Authorization: Bearer TOPSECRET",
        'api_key="TOPSECRET"',
        "headers {'Authorization': 'Bearer TOPSECRET'}",
        'Authorization: "Basic TOPSECRET"',
        "Proxy-Authorization: Digest TOPSECRET",
        "password=TOPSECRET",
        "no answer from http://me:TOPSECRET@proxy.example:8080/",
        "sent Bearer TOPSECRET",
        "headers [('Authorization', 'Basic TOPSECRET'), ('Accept', '*/*')]",
        "headers [(b'authorization', b'Bearer TOPSECRET')]",
        "Set-Cookie: session=TOPSECRET; Path=/; HttpOnly",
        "headers {'Cookie': 'a=1; session=TOPSECRET'}",
    ],
)
def test_no_key_reaches_the_file(paths, text):
    handler = start_log(paths)
    logging.getLogger("a.test").info("%s", text)
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("a.test").info("it failed", exc_info=True)
    stop_log(handler)
    assert "TOPSECRET" not in "\n".join(last_lines(paths))


def test_a_home_of_windows_is_hidden_also_where_python_doubles_its_backslashes(monkeypatch):
    home = PureWindowsPath("C:/", "Users", "Ann")
    monkeypatch.setattr(Path, "home", lambda: home)
    assert without_secrets(f"in {home / 'plans'}") == r"in ~\plans"
    assert without_secrets(repr(str(home / "plans"))) == repr(r"~\plans")


def test_plain_words_stay(monkeypatch):
    for text in ("The basic idea: token prices, 12 of them", "the password, please", "a bearer of news"):
        assert without_secrets(text) == text


def test_another_folder_that_begins_alike_keeps_its_name(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: Path("/ann"))
    assert without_secrets("/annette/x and /ann/y") == "/annette/x and ~/y"


def test_the_own_folder_is_not_named():
    assert str(Path.home()) not in without_secrets(f"cannot open {Path.home()}/x")
    assert without_secrets("a key like 4711 in a text", ["4711"]) == "a key like [hidden] in a text"


def test_the_files_stay_small(paths):
    handler = start_log(paths)
    for _ in range(3 * FILES):
        logging.getLogger("a.test").info("x" * (BYTES // 2))
    stop_log(handler)
    files = list(paths.logs.iterdir())
    assert len(files) <= FILES
    assert sum(file.stat().st_size for file in files) <= FILES * (BYTES + 200)


def test_a_folder_that_cannot_be_written_costs_the_log_only(tmp_path):
    blocked = tmp_path / "logs"
    blocked.write_text("a file where the folder should be")
    assert start_log(Paths(tmp_path)) is None
    assert last_lines(Paths(tmp_path)) == ()
