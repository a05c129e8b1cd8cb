"""What keeps the window's data fresh, in one place: refresh, schedule, network, states and keys.

`session.live` is this; the Data panel and the status bar read it. While a refresh writes, the market is read
anew soon after the first values came and then ever more seldom, so that a first run fills in visibly and a
long one does not compute all day; a window whose data are of yesterday reads once, in the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from ui.live.freshness import Freshness
from ui.live.loading import Loader
from ui.live.online import Online
from ui.live.refreshing import Refreshing, Step
from ui.live.schedule import Schedule
from ui.session import Session
from ui.settings import REFRESH_EVERY, Settings
from ui.tasks import Tasks

if TYPE_CHECKING:
    from data.keys import Keys
    from data.paths import Paths

READ_AGAIN_S = (2.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds between two readings of the market while a refresh writes; the last one repeats itself."""
LOOK_MS = 500
BEHIND = timedelta(days=3)


class Live(QObject):
    """Refresh now, by itself, or not at all; `said` is for the toast, `quiet` why nothing is asked."""

    said = Signal(str)
    quiet = Signal(str)

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        loader: Loader,
        settings: Settings,
        paths: Paths,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._session, self._loader, self._clock = session, loader, clock
        self.settings = settings
        self.refreshing = Refreshing(paths.root)
        self.online = Online()
        self.schedule = Schedule(session, settings, self.refreshing, self.online)
        self.freshness = Freshness(session, tasks, paths)
        self._keys: Keys | None = None
        self._is_asked = False
        self._readings = 0
        self._fills_in = True
        self._read_commits = 0
        self._read_at = 0.0
        self._reading = QTimer(self)
        self._reading.setInterval(LOOK_MS)
        self._reading.timeout.connect(self._read_on)
        self.refreshing.started.connect(self._begun)
        self.refreshing.ended.connect(self._ended)
        self.refreshing.yielded.connect(self._yielded)
        self.refreshing.failed.connect(self._failed)
        self.schedule.kept_quiet.connect(self.quiet)

    @property
    def keys(self) -> Keys:
        """The keys of this session and of the keyring; the keyring is opened when one is asked for."""
        if self._keys is None:
            from data.keys import Keys

            self._keys = Keys()
        return self._keys

    def set_key(self, name: str, key: str, *, lasting: bool = True) -> str:
        """Keep a key (empty: forget it); returns where it is kept, in words.

        Raises
        ------
        KeyRefused
            What was typed cannot be a key.
        """
        place = self.keys.set(name, key, lasting=lasting)
        # The refresh is a process of its own: what the keyring does not hold is handed to it.
        kept = dict(self.refreshing.keys)
        kept.pop(name, None)
        if key.strip() and not place.is_lasting:
            kept[name] = key.strip()
        self.refreshing.keys = kept
        return place.sentence

    @property
    def is_automatic(self) -> bool:
        return self.schedule.every > 0

    def set_automatic(self, on: bool) -> None:
        """Let the window refresh by itself, or not."""
        self.schedule.set_every(int(REFRESH_EVERY.default) if on else 0)

    def start(self) -> None:
        """Begin what nobody waits for at the start, once the market that is stored is shown."""
        if self._session.loading:
            self._session.study_changed.connect(self._start, Qt.ConnectionType.SingleShotConnection)
        else:
            self._start()

    @Slot()
    def _start(self, _study: object = None) -> None:
        self.freshness.start()
        self.schedule.start()

    def leave(self) -> None:
        """Stop everything; a refresh under way ends with what it has committed, in its own process."""
        self._reading.stop()
        self.schedule.stop()
        self.freshness.stop()
        self.refreshing.leave()

    def close(self) -> None:
        """Stop everything, and see to it that the refresh has ended."""
        self.leave()
        self.refreshing.close()

    @Slot()
    def refresh_now(self, only: Sequence[str] = (), *, everything: bool = False, since: str = "") -> bool:
        """Refresh because somebody asked; says why where it does not begin."""
        if self._session.is_demo:
            self.said.emit(self.tr("The demo market is simulated: there is nothing to refresh."))
        elif self.refreshing.is_running:
            self.said.emit(self.tr("A refresh is running already; the status bar shows how far it is."))
        elif self.online.is_offline:
            self.said.emit(self.tr("There is no network now, so nothing was asked. What is stored is shown."))
        else:
            self._is_asked = True
            return self.refreshing.start(only=only, everything=everything, since=since)
        return False

    @Slot()
    def _begun(self) -> None:
        self._fills_in = self._is_behind()
        self._readings = self._read_commits = 0
        self._read_at = self._clock()
        self._loader.pause(True)
        self._reading.start()

    @Slot()
    def _read_on(self) -> None:
        """Show what has come in, soon at first."""
        step = self.refreshing.step
        if step is None or step.commits == self._read_commits or self._session.loading or not self._fills_in:
            return
        if self._clock() - self._read_at < READ_AGAIN_S[min(self._readings, len(READ_AGAIN_S) - 1)]:
            return
        self._read(step)

    def _is_behind(self) -> bool:
        """Whether what is shown is so little or so old that the first news of a refresh are worth reading.

        Else the market is read once, when the refresh is over: reading it draws all panels anew.
        """
        study = self._session.study
        if study is None:
            return True
        newest = datetime.fromisoformat(str(study.latest)).date()
        return datetime.now(UTC).date() - newest > BEHIND

    def _read(self, step: Step) -> None:
        self._readings += 1
        self._read_commits, self._read_at = step.commits, self._clock()
        if not self._session.is_demo:
            self._loader.load(is_quiet=True)

    @Slot(object)
    def _ended(self, report: Mapping[str, Any]) -> None:
        self._over()
        if self._is_asked or report["status"] == "nothing":
            self.said.emit(str(report["ending"]))
        self._is_asked = False

    @Slot(str)
    def _yielded(self, sentence: str) -> None:
        self._over()
        if self._is_asked:
            self.said.emit(sentence)
        self._is_asked = False

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        self._over()
        self._is_asked = False
        self.said.emit(sentence)

    def _over(self) -> None:
        self._reading.stop()
        self._loader.pause(False)
        self.freshness.look()
