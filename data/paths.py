"""Where the application's files lie: the disposable cache apart from what belongs to the user."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "ROTASCOPE_DATA_DIR"
NAME = "Rotascope"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one user, or everything below `root` when that is given.

    The cache can be deleted at any time; plans, journal and settings cannot and never lie beside it.
    The demo market has a file of its own, so that simulated and real values never meet.
    Folders are made by whoever writes into them, not here.
    """

    root: Path | None = None
    chosen_documents: Path | None = None

    @classmethod
    def choose(cls, argument: str | Path | None = None, environ: Mapping[str, str] = os.environ) -> Paths:
        """Take `--data-dir`, else the variable ROTASCOPE_DATA_DIR, else the folders of the system."""
        chosen = argument if argument is not None else environ.get(VARIABLE) or None
        return cls(None if chosen is None else Path(chosen).expanduser().absolute())

    @property
    def cache_folder(self) -> Path:
        if self.root is not None:
            return self.root / "cache"
        # Not needed with a root of one's own, and not free: part of the start-up otherwise.
        from platformdirs import user_cache_path

        return user_cache_path(NAME, appauthor=False)

    @property
    def settings(self) -> Path:
        if self.root is not None:
            return self.root / "settings"
        from platformdirs import user_config_path

        return user_config_path(NAME, appauthor=False)

    @property
    def logs(self) -> Path:
        """What the application noted about itself; no figure and no key is ever in it."""
        if self.root is not None:
            return self.root / "logs"
        from platformdirs import user_log_path

        return user_log_path(NAME, appauthor=False)

    @property
    def documents(self) -> Path:
        """Plans and journal; in a folder that the user chose, if so."""
        if self.chosen_documents is not None:
            return self.chosen_documents
        if self.root is not None:
            return self.root / "documents"
        from platformdirs import user_documents_path

        return user_documents_path() / NAME

    @property
    def market(self) -> Path:
        """The cache file of archives and live sources."""
        return self.cache_folder / "market.sqlite"

    @property
    def demo(self) -> Path:
        """The cache file of the simulated market."""
        return self.cache_folder / "demo.sqlite"
