"""The states of all series for the window, found off its thread: after a load, and as time goes by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ui.later import later
from ui.session import Session
from ui.tasks import Tasks

if TYPE_CHECKING:
    from data.cache import RefreshRecord
    from data.listing import Listed, ListedSource
    from data.paths import Paths

AGAIN_MS = 300_000
"""A series gets stale without anything happening."""
AFTER_MS = 800
"""After a new study: the panels draw first, and a thread at work would make that slow."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the data: every series with its state, every source, the last refresh."""

    rows: tuple[Listed, ...]
    sources: tuple[ListedSource, ...]
    last: RefreshRecord | None

    @property
    def series(self) -> tuple[Listed, ...]:
        """The series that are counted, here as in the Data panel."""
        from data.listing import kept_up

        return kept_up(self.rows)

    @property
    def fresh(self) -> int:
        from data.listing import fresh_of

        return fresh_of(self.series)

    @property
    def counts(self) -> Counter[str]:
        """How many series are in each state."""
        return Counter(one.state.name for one in self.series)


class Freshness(QObject):
    """Keeps a :class:`Standing`; `changed` carries it, or None for the demo market, where nothing ages."""

    changed = Signal(object)

    def __init__(self, session: Session, tasks: Tasks, paths: Paths) -> None:
        super().__init__()
        self._session, self._tasks, self._paths = session, tasks, paths
        self.standing: Standing | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(AGAIN_MS)
        self._timer.timeout.connect(self.look)
        self._soon = later(self, AFTER_MS, self.look)

    def start(self) -> None:
        """Begin to look, and to follow the session."""
        self._session.study_changed.connect(lambda _study: self._soon.start())
        self._timer.start()
        self.look()

    def stop(self) -> None:
        self._timer.stop()
        self._soon.stop()

    @Slot()
    def look(self) -> None:
        """Find the states anew."""
        if self._session.is_demo:
            self._tasks.cancel("freshness")
            self._show(None)
            return
        paths = self._paths
        self._tasks.latest("freshness", lambda report, cancelled: standing(paths), done=self._show)

    @Slot(object)
    def _show(self, found: object) -> None:
        assert found is None or isinstance(found, Standing)
        self.standing = found
        self.changed.emit(found)


def standing(paths: Paths) -> Standing | None:
    """Read the cache as it is now; None while it cannot be read, which the loader tells."""
    from datetime import UTC, datetime

    from data.cache import Cache, CacheError
    from data.listing import listed, sources_of
    from data.refresh import all_sources

    now = datetime.now(UTC)
    sources = all_sources()
    try:
        cache = Cache.open(paths.market)
        rows = listed(cache, sources, now=now)
        last = cache.refreshes(1)
    except CacheError:
        return None
    return Standing(rows, sources_of(rows, sources, now=now), last[0] if last else None)
