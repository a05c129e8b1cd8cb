"""When the window refreshes by itself: at the start, every few hours, and when a provider's pause is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ui.live.online import Online
from ui.settings import REFRESH_EVERY, REFRESH_METERED, Settings

if TYPE_CHECKING:
    from ui.live.refreshing import Refreshing
    from ui.session import Session

LOOK_MS = 60_000
LEAST = timedelta(minutes=1)
"""After a pause that a provider asked for has ended: not on the second."""
AFTER_FAILURE = timedelta(minutes=30)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Schedule(QObject):
    """Starts the refresh of the window; `kept_quiet(why)` when it did not, in a whole sentence.

    `why` is empty while nothing keeps it back. Off with `set_every(0)`, or in the demo market.
    """

    kept_quiet = Signal(str)

    def __init__(
        self,
        session: Session,
        settings: Settings,
        refreshing: Refreshing,
        online: Online,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__()
        self._session, self._settings = session, settings
        self._refreshing, self._online, self._clock = refreshing, online, clock
        self._next: datetime | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        refreshing.started.connect(self._begun)
        refreshing.ended.connect(self._ended)
        refreshing.yielded.connect(self._later)
        refreshing.failed.connect(self._later)

    @property
    def every(self) -> int:
        """Hours between two refreshes, 0 for none."""
        return max(int(self._settings.get(REFRESH_EVERY)), 0)

    def set_every(self, hours: int) -> None:
        self._settings.set(REFRESH_EVERY, hours)
        if self._timer.isActive():
            self._next = self._clock() + timedelta(hours=hours)
        self.look()

    @property
    def next_at(self) -> datetime | None:
        """When the next automatic refresh is due; None when none is."""
        return self._next if self.every else None

    def start(self) -> None:
        """Begin: the first refresh at once, where the user wants any."""
        self._next = self._clock()
        self._online.changed.connect(self.look)
        self._timer.start()
        self.look()

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Refresh if it is time and the network allows it."""
        if not self._timer.isActive() or not self.every or self._session.is_demo:
            self.kept_quiet.emit("")
            return
        why = self.why_not()
        self.kept_quiet.emit(why)
        if not why and not self._refreshing.is_running and self._next and self._clock() >= self._next:
            self._refreshing.start()

    def why_not(self) -> str:
        """Say why nothing is asked by itself now; empty when it may be."""
        if self._online.is_offline:
            return self.tr("No network: nothing is asked.")
        if self._online.is_metered and not self._settings.get(REFRESH_METERED):
            return self.tr("The connection is metered: nothing is asked by itself.")
        return ""

    @Slot()
    def _begun(self) -> None:
        self._next = self._clock() + timedelta(hours=max(self.every, 1))

    @Slot(object)
    def _ended(self, report: Mapping[str, Any]) -> None:
        """Go on where a provider asked for a pause; but not where the user has stopped it."""
        resumes_at = report.get("resumes_at")
        if resumes_at and not report.get("is_cancelled"):
            pause = max(datetime.fromisoformat(resumes_at), self._clock()) + LEAST
            self._next = min(self._next or pause, pause)

    @Slot(str)
    def _later(self, sentence: str) -> None:
        self._next = self._clock() + AFTER_FAILURE
