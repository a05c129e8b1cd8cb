"""API keys: in the keyring of the system, or for this session only; never in a file, a log or a report.

The keyring is asked at the first need (loading it takes a while, and it may ask the user to unlock it).
Where there is none a key lives as long as the program; `Keys.backend` says which of the two it is, in words.
What is returned by `repr` and by errors never holds a key.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from models.version import NAME

LOG = logging.getLogger(__name__)
LONGEST = 512
"""Characters; the longest key of a provider is a fraction of it."""


class KeyRefused(ValueError):  # noqa: N818 - an answer to what was typed
    """What was typed cannot be a key; `str()` says why, without it."""


class Keyring(Protocol):
    """The three functions of the package `keyring` that are used."""

    def get_password(self, service_name: str, username: str) -> str | None: ...
    def set_password(self, service_name: str, username: str, password: str) -> None: ...
    def delete_password(self, service_name: str, username: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where keys are kept: `is_lasting` with a keyring, else for the session only."""

    is_lasting: bool
    sentence: str


SESSION = Place(
    False,
    "This system offers no keyring, so a key is kept until Rotascope is closed, and never written anywhere.",
)
LASTING = Place(True, "Keys are kept in the keyring of the system, and nowhere else.")


class Keys:
    """The keys of this session. Safe with several threads.

    Parameters
    ----------
    session : keys that are known for this session only (the window hands them to its refresh)
    keyring : what keeps them, None: ask the system for its keyring at the first need
    use_keyring : False keeps everything in memory
    """

    def __init__(
        self,
        session: Mapping[str, str] | None = None,
        *,
        keyring: Keyring | None = None,
        use_keyring: bool = True,
    ) -> None:
        self._session = dict(session or {})
        self._keyring = keyring
        self._is_open = keyring is not None or not use_keyring
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Keys({len(self._session)} for the session)"

    @property
    def place(self) -> Place:
        """Say where a key that is set now will be kept."""
        with self._lock:
            return SESSION if self._opened() is None else LASTING

    def get(self, name: str) -> str | None:
        """Return a key, or None; one of the session goes before one of the keyring."""
        with self._lock:
            if name in self._session:
                return self._session[name] or None
            keyring = self._opened()
            if keyring is None:
                return None
            try:
                found = keyring.get_password(NAME, name)
            except Exception as error:  # noqa: BLE001 - every backend has errors of its own
                self._lost(error)
                return None
            self._session[name] = found or ""
            return found or None

    def set(self, name: str, key: str, *, lasting: bool = True) -> Place:
        """Keep a key (an empty one is forgotten); says where it is kept.

        Raises
        ------
        KeyRefused
            What was typed holds spaces inside, or signs that no header may hold.
        """
        key = key.strip()
        if not key:
            return self.forget(name)
        if len(key) > LONGEST or not key.isascii() or not key.isprintable() or " " in key:
            raise KeyRefused("A key holds letters, figures and signs without spaces. Copy it once more.")
        with self._lock:
            self._session[name] = key
            keyring = self._opened() if lasting else None
            if keyring is None:
                return SESSION
            try:
                keyring.set_password(NAME, name, key)
            except Exception as error:  # noqa: BLE001
                self._lost(error)
                return SESSION
            return LASTING

    def forget(self, name: str) -> Place:
        """Remove a key from the session and from the keyring."""
        with self._lock:
            self._session[name] = ""
            keyring = self._opened()
            if keyring is None:
                return SESSION
            try:
                if keyring.get_password(NAME, name) is not None:
                    keyring.delete_password(NAME, name)
            except Exception as error:  # noqa: BLE001
                self._lost(error)
                return SESSION
            return LASTING

    def among(self, names: Collection[str]) -> dict[str, str]:
        """Return those of some keys that are set: for the process of a refresh, through its input."""
        found = {name: self.get(name) for name in names}
        return {name: key for name, key in found.items() if key}

    def _opened(self) -> Keyring | None:
        if not self._is_open:
            self._is_open = True
            self._keyring = _of_the_system()
        return self._keyring

    def _lost(self, error: Exception) -> None:
        """Go on without the keyring; the words of its error could hold anything and are not logged."""
        LOG.warning("the keyring does not answer (%s); keys are kept for this session", type(error).__name__)
        self._keyring = None


def _of_the_system() -> Keyring | None:
    """Return the keyring of the system if it has one that keeps secrets safe."""
    try:
        import keyring
        from keyring.backends import fail, null

        backend = keyring.get_keyring()
        if isinstance(backend, (fail.Keyring, null.Keyring)) or backend.priority <= 0:
            return None
    except Exception as error:  # noqa: BLE001 - a broken backend is none
        LOG.info("no keyring can be used (%s)", type(error).__name__)
        return None
    found: Keyring = backend
    return found
