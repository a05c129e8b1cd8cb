"""What all panels share: the study, the as-of day, the theme; and the signals that tell of changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from models.marked import QT_TRANSLATE_NOOP
from ui.theme.tokens import DARK, Theme

if TYPE_CHECKING:  # the shell paints before any analysis is imported
    from data.cache.ledger import Revised
    from data.paths import Paths
    from models.market.snapshot import Day, Series
    from models.market.study import Study
    from ui.documents.turn import Turn
    from ui.journal.keeper import JournalKeeper
    from ui.live.live import Live
    from ui.settings import Settings
    from ui.theses.keeper import ThesesKeeper

ORIGINS = {
    "archive": QT_TRANSLATE_NOOP("Session", "Archive"),
    "live": QT_TRANSLATE_NOOP("Session", "Live"),
    "mixed": QT_TRANSLATE_NOOP("Session", "Archive + live"),
    "demo": QT_TRANSLATE_NOOP("Session", "Demo market"),
}


class Session(QObject):
    """The shared state of the window; panels listen, nobody else keeps a copy.

    `study_changed` carries a Study, or None for an empty cache; `day_changed` the new as-of day;
    `series_ready` a few series that arrive before the study does; `open_requested` the files (a tuple of
    Path) that a person asked to open; `alerted` a key, a sentence and the panel it belongs to: something
    the user wants to hear of once; `closing` when the window goes and what is not saved has to be;
    `trouble` when an error was met that nobody expected, and what is not saved should be;
    `action_requested` for what the window does ("import", "demo", "own"); `coin_requested` a coin's id that
    somebody wants to look at.

    `said` with a sentence of somebody who works behind the panels, such as why the journal could not be
    saved: the window says it in passing, whichever panel is open.

    `documents_changed` with the folders (Paths) when the documents are others than before: a backup was
    restored, or another folder is used.

    `paths` says where the user's documents lie, `settings` what the window remembers; both are None where
    nothing is kept, as in a bare test.
    """

    study_changed = Signal(object)
    day_changed = Signal(object)
    series_ready = Signal(object)
    theme_changed = Signal(object)
    panel_requested = Signal(str)
    open_requested = Signal(object)
    alerted = Signal(str, str, str)
    closing = Signal()
    trouble = Signal()
    action_requested = Signal(str)
    coin_requested = Signal(str)
    said = Signal(str)
    documents_changed = Signal(object)
    loading_changed = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        theme: Theme = DARK,
        parent: QObject | None = None,
        *,
        paths: Paths | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(parent)
        self.paths, self.settings = paths, settings
        self.visited: Day | None = None
        """The newest day that was there at the last visit; None at the first one."""
        self.journal: JournalKeeper | None = None
        """Made by whoever needs it first: a panel, or the marks on the charts."""
        self.theses: ThesesKeeper | None = None
        """Made by whoever needs it first, like the journal."""
        self.turns: list[Callable[[], Turn]] = []
        """How everybody who holds a document saves it and reads it anew when all of them change."""
        self.endings: list[Callable[[], str]] = []
        """How everybody who holds a document keeps it before the window closes: each answers with a
        sentence where it could not, else with nothing."""
        self.live: Live | None = None
        """What keeps the data fresh; None in a bare test."""
        self.revised: tuple[Revised, ...] = ()
        """What providers corrected lately, as of the last time the cache was read."""
        self._study: Study | None = None
        self._day: Day | None = None
        self._asked: Day | date | None = None
        self._theme = theme
        self._loading = ""
        self._series: Mapping[str, Series] = {}

    @property
    def study(self) -> Study | None:
        return self._study

    @property
    def series(self) -> Mapping[str, Series]:
        """Series that are there before the study is."""
        return self._series

    @property
    def day(self) -> Day | None:
        return self._day

    @property
    def latest(self) -> Day | None:
        """The newest day on which coins can be ranked: where the application opens."""
        return None if self._study is None else self._study.latest

    @property
    def span(self) -> tuple[Day, Day] | None:
        """The first and the last day that can be chosen."""
        return None if self._study is None else (self._study.first_day, self._study.last_day)

    @property
    def is_review(self) -> bool:
        """Whether an earlier day than the newest useful one is shown."""
        return self._day is not None and self.latest is not None and bool(self._day < self.latest)

    @property
    def is_demo(self) -> bool:
        return self._study is not None and self._study.market.origin == "demo"

    @property
    def origin_label(self) -> str:
        return "" if self._study is None else self.tr(ORIGINS[self._study.market.origin])

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def loading(self) -> str:
        """What is being loaded, in words; empty when nothing is."""
        return self._loading

    def show_series(self, series: Mapping[str, Series]) -> None:
        """Hand out what was read first, so that a chart can be drawn while the rest is computed."""
        self._series = series
        if series:
            self.series_ready.emit(series)

    def show_study(self, study: Study | None, day: Day | date | None = None) -> None:
        """Take a new study and show `day`.

        Without one, a review stays on its day; else, and in another market, the newest day is shown.
        """
        kept = self._day if self.is_review and study is not None and self._is_same_market(study) else None
        self._study = study
        if study is None:
            self._day = None
            self.study_changed.emit(None)
            return
        self._day = kept if kept is not None else study.latest
        day, self._asked = self._asked or day, None
        if day is not None:
            from models.market.snapshot import day as as_day

            self._day = as_day(str(day))
        wanted, self._day = self._day, self._inside(self._day)
        self.study_changed.emit(study)
        self.day_changed.emit(self._day)
        if day is not None:
            self._tell_cut(wanted)

    def set_day(self, day: Day | date) -> None:
        """Move the whole application to the end of a day; at once, or when the market has been read.

        Days outside of the data lead to their first or last day, and that is `said`.
        """
        if self._study is None:
            self._asked = day if self._loading else None
            if not self._loading:
                self.said.emit(self.tr("There are no data yet, so no day can be shown."))
            return
        from models.market.snapshot import day as as_day

        wanted = as_day(str(day))
        self._go(self._inside(wanted))
        self._tell_cut(wanted)

    def _go(self, inside: Day) -> None:
        if inside != self._day:
            self._day = inside
            self.day_changed.emit(inside)

    def today(self) -> None:
        """Go back to the newest day."""
        if self._study is not None:
            self.set_day(self._study.latest)

    def step(self, days: int) -> None:
        """Move by some days, no further than the cached span."""
        if self._day is not None:
            self._go(self._inside(self._day + days))

    def set_theme(self, theme: Theme) -> None:
        if theme is not self._theme:
            self._theme = theme
            self.theme_changed.emit(theme)

    def set_loading(self, what: str) -> None:
        self._loading = what
        self.loading_changed.emit(what)

    def _is_same_market(self, study: Study) -> bool:
        return self._study is not None and (self._study.market.origin == "demo") == (
            study.market.origin == "demo"
        )

    def _tell_cut(self, wanted: Day) -> None:
        """Say so when another day is shown than the one that was asked for."""
        if self._study is None or wanted == self._inside(wanted):
            return
        from ui.widgets.dates import day_text

        words = (
            self.tr("The data begin on {1}: {0} lies before, so {1} is shown.")
            if wanted < self._study.first_day
            else self.tr("The data end on {1}: {0} lies after, so {1} is shown.")
        )
        self.said.emit(words.format(day_text(wanted), day_text(self._inside(wanted))))

    def _inside(self, day: Day) -> Day:
        assert self._study is not None
        return min(max(day, self._study.first_day), self._study.last_day)
