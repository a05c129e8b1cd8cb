"""From the cache to the session, off the window's thread: a few series first, then the whole study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from models.marked import QT_TRANSLATE_NOOP
from ui.session import Session
from ui.tasks import Cancelled, Report, Tasks

if TYPE_CHECKING:
    from pathlib import Path

    from data.cache import Cache
    from data.cache.ledger import Revised
    from data.paths import Paths
    from models.market.snapshot import Day, Series
    from models.market.study import Study

FIRST_SERIES = ("RUT", "SPX")
"""Enough for the first chart; read in a few milliseconds."""
WATCH_MS = 2_000


@dataclass(frozen=True)
class Opened:
    """The open cache, its counter of commits, and the series that are shown before the study is there."""

    cache: Cache
    revision: int
    early: Mapping[str, Series]


@dataclass(frozen=True)
class Loaded:
    """The study of what the cache holds, or None when it is empty."""

    found: Opened
    study: Study | None
    notice: str = ""
    revised: tuple[Revised, ...] = ()
    """What providers corrected lately."""


class Loader(QObject):
    """Fills the session and keeps it up with the cache, whoever writes to it."""

    noticed = Signal(str)

    def __init__(
        self,
        session: Session,
        tasks: Tasks,
        paths: Paths,
        *,
        known_at: date | None = None,
        demo: bool = False,
    ) -> None:
        super().__init__()
        self._session, self._tasks, self._paths = session, tasks, paths
        self._known_at = known_at
        self._wanted: date | None = None
        self._cache: Cache | None = None
        self._revision = self._seen = -1
        self._is_paused = self._is_quiet = False
        self._opened: Opened | None = None
        self.prepare: Callable[[], None] = lambda: None
        """What to do in the thread before the first series are shown: the window imports its panel there."""
        self.is_demo = demo
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH_MS)
        self._watch.timeout.connect(self._look)
        session.documents_changed.connect(self._follow_documents)

    def load(self, day: date | None = None, *, demo: bool | None = None, is_quiet: bool = False) -> None:
        """Read the cache anew; `demo` changes between the demo market and the user's own data.

        A quiet one says nothing of its progress where something is shown already.
        """
        if demo is not None:
            self.is_demo = demo
        self._wanted = day
        self._opened = None
        self._is_quiet = is_quiet and self._session.study is not None
        self._say(QT_TRANSLATE_NOOP("Loader", "Opening the cache"))
        demo_now, known_at, paths, prepare = self.is_demo, self._known_at, self._paths, self.prepare
        self._tasks.latest(
            "load",
            lambda report, cancelled: opened(paths, demo_now, known_at, report, prepare),
            done=self._open,
            failed=self._fail,
            progressed=self._progress,
        )

    @Slot()
    def _follow_documents(self) -> None:
        """Study anew with the tiers, sectors and weights that are kept now."""
        if self._session.study is not None:
            self.load(is_quiet=True)

    @Slot(object)
    def _open(self, found: object) -> None:
        """Show the first series, then read on: two at once would share one interpreter and both be late."""
        assert isinstance(found, Opened)
        self._opened = found
        self._session.show_series(found.early)
        QTimer.singleShot(0, self, lambda: self._read_on(found))

    def _read_on(self, found: Opened) -> None:
        if found is not self._opened:  # meanwhile another cache was asked for
            return
        known_at, folder = self._known_at, (self._session.paths or self._paths).documents
        self._tasks.latest(
            "load",
            lambda report, cancelled: studied(found, known_at, folder, report, cancelled),
            done=self._show,
            failed=self._fail,
            progressed=self._progress,
        )

    @Slot(object)
    def _progress(self, news: object) -> None:
        self._say(str(news))

    def _say(self, what: str) -> None:
        if not self._is_quiet:
            self._session.set_loading(self.tr(what))

    @Slot(object)
    def _show(self, loaded: object) -> None:
        assert isinstance(loaded, Loaded)
        found = loaded.found
        self._cache, self._revision, self._seen = found.cache, found.revision, found.revision
        self._session.set_loading("")
        self._session.revised = loaded.revised
        self._session.show_study(loaded.study, self._wanted)
        for notice in (*found.cache.notices, loaded.notice):
            if notice:
                self.noticed.emit(notice)
        self._watch.start()

    @Slot(object)
    def _fail(self, error: object) -> None:
        self._session.set_loading("")
        self._session.failed.emit(error)

    def pause(self, paused: bool) -> None:
        """Leave the cache alone while the window's own import writes to it."""
        self._is_paused = paused

    @Slot()
    def _look(self) -> None:
        """See whether another process wrote; one number, read in a thread."""
        cache = self._cache
        if cache is None or self._is_paused or self._session.loading:
            return
        self._tasks.latest("watch", lambda report, cancelled: _revision(cache), done=self._compare)

    @Slot(object)
    def _compare(self, revision: object) -> None:
        assert isinstance(revision, int)
        # An import commits file by file: read anew once it has paused for a moment, not at every file.
        if revision != self._revision and revision == self._seen:
            self.load()
        self._seen = revision


def _revision(cache: Cache) -> int:
    """Return the counter of commits; -1 while the file cannot be read, which counts as a change."""
    from data.cache import CacheError

    try:
        return cache.revision()
    except CacheError:
        return -1


def opened(
    paths: Paths, demo: bool, known_at: date | None, report: Report, prepare: Callable[[], None]
) -> Opened:
    """Open the cache and read what the first chart needs; imports are here because the shell paints first."""
    from data.cache import Cache

    if demo:
        from data.demo import open_demo

        making = QT_TRANSLATE_NOOP("Loader", "Making the demo market")
        opening = QT_TRANSLATE_NOOP("Loader", "Opening the demo market")
        report(opening if paths.demo.exists() else making)
        cache = open_demo(paths)
    else:
        cache = Cache.open(paths.market)
    prepare()
    return Opened(cache, cache.revision(), cache.series(FIRST_SERIES, _as_day(known_at)))


def studied(
    found: Opened, known_at: date | None, folder: Path, report: Report, cancelled: Cancelled
) -> Loaded:
    """Read the whole market and study it, with the tiers, sectors and weights kept in `folder`."""
    report(QT_TRANSLATE_NOOP("Loader", "Reading the market"))
    market = found.cache.market(known_at=_as_day(known_at))
    if not market.days.size:
        return Loaded(found, None)
    from data.choices import load_classes, load_weights
    from data.revised import REVISIONS_BACK
    from models.market.study import study

    kept, weights = load_classes(folder), load_weights(folder)
    made = study(market, report, cancelled, classes=kept.value, weights=weights.value)
    notices = " ".join(filter(None, (kept.notice, weights.notice)))
    return Loaded(found, made, notices, found.cache.revised(datetime.now(UTC) - REVISIONS_BACK))


def _as_day(when: date | None) -> Day | None:
    from models.market.snapshot import day

    return None if when is None else day(when.isoformat())
