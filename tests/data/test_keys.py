"""Keys: kept by the system's keyring or for the session, and never told by anything that is printed."""

from __future__ import annotations

import logging

import pytest

from data import keys
from data.keys import KeyRefused, Keys

SECRET = "CG-0123456789abcdef"


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service_name: str, username: str) -> str | None:
        return self.kept.get((service_name, username))

    def set_password(self, service_name: str, username: str, password: str) -> None:
        self.kept[service_name, username] = password

    def delete_password(self, service_name: str, username: str) -> None:
        del self.kept[service_name, username]


class Locked(Ring):
    """A keyring that the user does not unlock; its error repeats what it was given."""

    def get_password(self, service_name: str, username: str) -> str | None:
        raise RuntimeError("locked")

    def set_password(self, service_name: str, username: str, password: str) -> None:
        raise RuntimeError(f"cannot keep {password}")


def test_a_key_goes_into_the_keyring_and_comes_back_in_the_next_session() -> None:
    ring = Ring()
    assert Keys(keyring=ring).set("coingecko-demo", f" {SECRET}\n").is_lasting
    assert ring.kept == {("Rotascope", "coingecko-demo"): SECRET}
    assert Keys(keyring=ring).get("coingecko-demo") == SECRET


def test_without_a_keyring_a_key_lives_as_long_as_the_session() -> None:
    mine = Keys(use_keyring=False)
    assert not mine.set("coingecko-demo", SECRET).is_lasting
    assert mine.get("coingecko-demo") == SECRET
    assert mine.among(["coingecko-demo", "coingecko-pro"]) == {"coingecko-demo": SECRET}
    assert Keys(use_keyring=False).get("coingecko-demo") is None


def test_a_key_for_the_session_only_never_reaches_the_keyring() -> None:
    ring = Ring()
    mine = Keys(keyring=ring)
    mine.set("coingecko-demo", SECRET, lasting=False)
    assert (mine.get("coingecko-demo"), ring.kept) == (SECRET, {})


def test_a_forgotten_key_is_gone_from_both() -> None:
    ring = Ring()
    mine = Keys(keyring=ring)
    mine.set("coingecko-demo", SECRET)
    mine.set("coingecko-demo", "")
    assert (mine.get("coingecko-demo"), ring.kept) == (None, {})
    mine.forget("never-there")


def test_a_locked_keyring_leaves_the_session_and_logs_no_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    mine = Keys(keyring=Locked())
    assert not mine.set("coingecko-demo", SECRET).is_lasting
    assert mine.get("coingecko-demo") == SECRET
    assert Keys(keyring=Locked()).get("coingecko-demo") is None
    assert "does not answer" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("typed", ["two words", "schlüssel", "a\nb", "x" * 600])
def test_what_cannot_be_a_key_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(KeyRefused) as told:
        Keys(use_keyring=False).set("coingecko-demo", typed)
    assert typed not in str(told.value)


def test_a_key_shows_in_no_repr() -> None:
    assert SECRET not in repr(Keys({"coingecko-demo": SECRET}, use_keyring=False))


def test_a_system_without_a_keyring_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    import keyring.core

    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    assert keys._of_the_system() is None
    assert "until Rotascope is closed" in Keys().place.sentence
