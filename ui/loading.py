"""From the cache to the session, off the window's thread: a few series first, then the whole study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ui.session import Session
from ui.tasks import Cancelled, Report, Tasks

if TYPE_CHECKING:
    from data.cache import Cache
    from data.paths import Paths
    from models.market.snapshot import Day
    from models.market.study import Study

FIRST_SERIES = ("RUT", "SPX")
"""Enough for the first chart; read in a few milliseconds."""
WATCH_MS = 4_000


@dataclass(frozen=True)
class Loaded:
    """What was found: a study, or None when the cache is empty; sentences about its opening."""

    study: Study | None
    notices: tuple[str, ...]
    revision: int


class Loader(QObject):
    """Fills the session and keeps it up with the cache, whoever writes to it."""

    noticed = Signal(str)

    def __init__(
        self, session: Session, tasks: Tasks, paths: Paths, *, known_at: Day | None = None, demo: bool = False
    ) -> None:
        super().__init__()
        self._session, self._tasks, self._paths = session, tasks, paths
        self._known_at = known_at
        self._wanted: Day | None = None
        self._revision = -1
        self.is_demo = demo
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._look)

    def load(self, day: Day | None = None, *, demo: bool | None = None) -> None:
        """Read the cache anew; `demo` changes between the demo market and the user's own data."""
        if demo is not None:
            self.is_demo = demo
        self._wanted = day
        self._session.set_loading(self.tr("Opening the cache"))
        demo_now, known_at, paths = self.is_demo, self._known_at, self._paths
        self._tasks.latest(
            "load",
            lambda report, cancelled: read(paths, demo_now, known_at, report, cancelled),
            done=self._show,
            failed=self._fail,
            progressed=self._progress,
        )

    @Slot(object)
    def _progress(self, news: object) -> None:
        if isinstance(news, str):
            self._session.set_loading(news)
        elif isinstance(news, dict):
            self._session.show_series(news)

    @Slot(object)
    def _show(self, loaded: object) -> None:
        assert isinstance(loaded, Loaded)
        self._revision = loaded.revision
        self._session.set_loading("")
        self._session.show_study(loaded.study, self._wanted)
        for notice in loaded.notices:
            self.noticed.emit(notice)
        self._watch.start()

    @Slot(object)
    def _fail(self, error: object) -> None:
        self._session.set_loading("")
        self._session.failed.emit(error)

    @Slot()
    def _look(self) -> None:
        """See whether another process wrote; reading one number, in a thread."""
        if self._session.loading:
            return
        path = self._paths.demo if self.is_demo else self._paths.market
        self._tasks.latest("watch", lambda report, cancelled: _cache(path).revision(), done=self._compare)

    @Slot(object)
    def _compare(self, revision: object) -> None:
        if revision != self._revision:
            self.load(self._session.day if self._session.is_review else None)


def _cache(path: object) -> Cache:
    from data.cache import Cache

    return Cache.open(path)  # type: ignore[arg-type]


def read(paths: Paths, demo: bool, known_at: Day | None, report: Report, cancelled: Cancelled) -> Loaded:
    """Open the cache and study it; the imports are here because the shell paints before them."""
    from data.cache import Cache

    if demo:
        from data.demo import open_demo

        report("Making the demo market" if not paths.demo.exists() else "Opening the demo market")
        cache = open_demo(paths)
    else:
        cache = Cache.open(paths.market)
    revision = cache.revision()
    early = cache.series(FIRST_SERIES, known_at)
    if early:
        report(early)
    report("Reading the market")
    market = cache.market(known_at=known_at)
    if not market.days.size:
        return Loaded(None, cache.notices, revision)
    from models.market.study import study

    step: Callable[[str], None] = report
    return Loaded(study(market, step, cancelled), cache.notices, revision)
