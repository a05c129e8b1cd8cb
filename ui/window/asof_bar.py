"""The bar at the top of every panel: the as-of day, season and phase, and the search field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSlider, QToolButton, QWidget

from models.qt.reader import readable
from ui.session import Session
from ui.theme.icons import icon
from ui.theme.style import set_property
from ui.theme.tokens import Theme
from ui.widgets.label import Label
from ui.widgets.themed import CAPTION
from ui.window.alerts import Alerts
from ui.window.badges import Badge
from ui.window.date_field import DateField
from ui.window.frame import TOP as HEIGHT
from ui.window.search_button import Room, SearchButton

if TYPE_CHECKING:
    from models.market.snapshot import Day
    from models.market.study import Study

PLAY_MS = 100
"""Ten days a second."""
NARROW = 1180
"""The width of the bar below which it leaves out words, even where they would fit."""
LEVELS = 5
SEARCH_ROOMS: tuple[Room, ...] = ("words", "keys", "keys", "icon", "icon")
"""Of each level."""
PAGE_DAYS = 30
PHASES = ("bitcoin", "large", "mid", "small")


class AsOfBar(QWidget):
    """Choose the day that the whole application shows; `search_requested` for the search field."""

    search_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._level = 0
        self._fitted: tuple[int, bool, bool] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(PLAY_MS)
        self._timer.timeout.connect(self._play_on)
        self._build()
        self.apply_theme(session.theme)
        session.study_changed.connect(self._follow_study)
        session.day_changed.connect(self._follow_day)
        session.loading_changed.connect(self._follow_loading)
        session.theme_changed.connect(self.apply_theme)
        self._follow_study(session.study)

    def _build(self) -> None:
        self._caption = QLabel()
        self._caption.setProperty("tone", "third")
        self.date = DateField()
        self._play = QToolButton()
        self._play.setProperty("kind", "square")
        self._play.setIconSize(QSize(16, 16))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(self.tr("As-of day over all cached days"))
        self._slider.setPageStep(PAGE_DAYS)
        self._today = QPushButton()
        self._today.setToolTip(self.tr("The newest day with market caps (Alt+Home)"))
        # At the end of the row, where nothing jumps when it comes and goes.
        self.note = Label("", token="text3", scale=CAPTION, theme=self._session.theme)
        self.note.hide()
        self._divider = QFrame()
        self._divider.setObjectName("divider")
        self._divider.setFixedSize(1, 22)
        self.season = Badge(self.tr("Altcoin season index"), self._session.theme, icon="season")
        self.phase = Badge(self.tr("Rotation phase"), self._session.theme, dots=4)
        self.search_button = SearchButton()
        self.alerts = Alerts(self._session.theme)
        self._row = row = QHBoxLayout(self)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(10)
        for widget in (
            self._caption,
            self.date,
            self._play,
            self._slider,
            self._today,
            self._divider,
            self.season,
            self.phase,
            self.note,
        ):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.search_button)
        row.addWidget(self.alerts)
        self.date.stepped.connect(self._session.step)
        self.date.picked.connect(self._session.set_day)
        self._play.clicked.connect(self.toggle_play)
        self._today.clicked.connect(self._session.today)
        self.search_button.clicked.connect(self.search_requested)
        self._slider.valueChanged.connect(self._slide)
        for keys, call in (
            ("Alt+Left", lambda: self._session.step(-1)),
            ("Alt+Right", lambda: self._session.step(1)),
            ("Alt+Home", self._session.today),
            ("Alt+P", self.toggle_play),
            ("Alt+D", self.date.edit),
            ("Alt+Down", self.date.open_calendar),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(call)

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    @Slot()
    def toggle_play(self) -> None:
        """Move on by itself, ten days a second, until the newest day; from there begin at the first."""
        if self._timer.isActive():
            self._stop()
        elif self._session.span is not None:
            if self._session.day == self._session.latest:
                self._session.set_day(self._session.span[0])
            self._timer.start()
        self._mark_play()

    def _stop(self) -> None:
        self._timer.stop()
        self._mark_play()

    def _mark_play(self) -> None:
        playing = self._timer.isActive()
        self._play.setIcon(icon("pause" if playing else "play", self._session.theme.text2, 16))
        name = self.tr("Pause (Alt+P)") if playing else self.tr("Play ten days a second (Alt+P)")
        self._play.setToolTip(name)
        self._play.setAccessibleName(name)

    @Slot()
    def _play_on(self) -> None:
        self._session.step(1)
        latest = self._session.latest
        if latest is None or self._session.day is None or self._session.day >= latest:
            self._stop()

    @Slot(int)
    def _slide(self, row: int) -> None:
        if self._session.span is not None:
            self._session.set_day(self._session.span[0] + row)

    @Slot(object)
    def _follow_study(self, study: Study | None) -> None:
        for widget in (self._play, self._slider, self._today):
            widget.setEnabled(study is not None)
        if study is None:
            self._stop()
            loading = bool(self._session.loading)
            self.date.show_nothing(self.tr("being read") if loading else "")
            self._show_review()
            why = self.tr("Being read.") if loading else self.tr("There is no data yet.")
            label = "" if loading else self.tr("unknown")
            self.season.show_value(self.tr("Season –"), label, why)
            self.phase.show_value(self.tr("Phase –"), label, why)
            self._fit()
            return
        first, last = study.first_day, study.last_day
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, int((last - first).astype(int)))
        self.date.set_span(first, last)
        if self._session.day is not None:
            self._follow_day(self._session.day)

    @Slot(str)
    def _follow_loading(self, what: str) -> None:
        if self._session.study is None:
            self._follow_study(None)

    @Slot(object)
    def _follow_day(self, day: Day) -> None:
        study, span = self._session.study, self._session.span
        if study is None or span is None:
            return
        with QSignalBlocker(self._slider):
            self._slider.setValue(int((day - span[0]).astype(int)))
        self.date.show_day(day)
        self._tell_why_not_later(day)
        self._show_review()
        self._show_badges(study, day)
        self._fit()

    def _tell_why_not_later(self, day: Day) -> None:
        """Say why the newest day is not at the end of the slider, where later days hold no ranking."""
        latest, last = self._session.latest, self._session.span[1] if self._session.span else None
        if latest is None or last is None or day != latest or not latest < last:
            self.note.set_text("")
            self.note.setToolTip("")
            self._slider.setToolTip(self.date.text())
            return
        why = self.tr(
            "{0} is the newest day with market caps enough to rank the coins. "
            "Later days, up to {1}, hold other series only."
        ).format(self.date.text(), self.date.words_of(last))
        self.note.set_text(self.tr("newest ranked day"))
        self.note.setToolTip(why)
        self._slider.setToolTip(why)

    def _show_review(self) -> None:
        review = self._session.is_review
        self._today.setEnabled(self._session.day is not None)
        for badge in (self.season, self.phase):
            badge.set_review(review)
        set_property(self._caption, "tone", "" if review else "third")
        set_property(self, "review", review)

    def _show_badges(self, study: Study, day: Day) -> None:
        from models.market.season.index import HEADLINE
        from models.market.unknown import Unknown

        reading = study.season[HEADLINE].at(day)
        value = reading if isinstance(reading, Unknown) else reading.index
        if isinstance(reading, Unknown) or isinstance(value, Unknown):
            why = value.why if isinstance(value, Unknown) else ""
            self.season.show_value(self.tr("Season –"), self.tr("unknown"), why)
        else:
            labels = {"altcoin season": self.tr("altcoin"), "bitcoin season": self.tr("Bitcoin")}
            tip = self.tr("{0} of {1} large altcoins beat Bitcoin over 90 days.").format(
                reading.beating, reading.counted
            )
            self.season.show_value(
                self.tr("Season {0}").format(f"{value:.0f}"),
                labels.get(reading.label or "", self.tr("neither")),
                tip,
            )
        state = study.rotation if isinstance(study.rotation, Unknown) else study.rotation.at(day)
        phase = state if isinstance(state, Unknown) else state.phase
        if isinstance(state, Unknown) or isinstance(phase, Unknown):
            why = phase.why if isinstance(phase, Unknown) else ""
            self.phase.show_value(self.tr("Phase –"), self.tr("unknown"), why)
            return
        names = {
            "bitcoin": self.tr("Bitcoin"),
            "large": self.tr("Large caps"),
            "mid": self.tr("Mid caps"),
            "small": self.tr("Small caps"),
            "risk-off": self.tr("Risk-off"),
        }
        mark = self.tr("no clear phase") if state.no_clear_phase else self.tr("{0} d").format(state.days)
        self.phase.show_value(
            names[phase],
            mark,
            readable(self.tr("Since {0}.").format(state.since)),
            dot=_place(phase),
        )

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        self._mark_play()
        for part in (self.date, self.search_button, self.alerts, self.season, self.phase, self.note):
            part.apply_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The bar adapts to the window, never the other way round."""
        return QSize(0, HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(self._row.minimumSize().width(), HEIGHT)

    def _fit(self) -> None:
        """Give up words before controls until all that is left has room.

        What was given up comes back with another width or mode, not with another day: nothing jumps
        while the days go by.
        """
        self.note.hide()
        key = (self.width(), self._session.is_review, self._session.study is None)
        start = self._level if key == self._fitted else 0 if self.width() >= NARROW else 1
        self._fitted = key
        for level in range(start, LEVELS):
            self._leave_out(level)
            if self._row.minimumSize().width() <= self.width():
                break
        self._level = level
        room = self.width() - self._row.minimumSize().width() - self._row.spacing()
        self.note.setVisible(bool(self.note.text()) and self.note.sizeHint().width() <= room)

    def _leave_out(self, level: int) -> None:
        """Show what belongs to a level.

        From 1 the search has no words and the slider is short, from 2 there are no labels, from 3 only the
        icon of the search; 4 goes without slider, play and phase.
        """
        review = self._session.is_review
        whole = self.tr("Review, as of") if review else self.tr("As of")
        short = self.tr("Review") if review else ""
        self._caption.setText((whole, short, "", "", "")[level])
        self._caption.setVisible(bool(self._caption.text()))
        self._today.setText(self.tr("Back to today") if review and level < 3 else self.tr("Today"))
        self.search_button.set_room(SEARCH_ROOMS[level])
        self._slider.setFixedWidth(146 if level == 0 else 82)
        self._slider.setVisible(level < 4 or self._slider.isSliderDown())
        self._divider.setVisible(level < 3)
        for badge in (self.season, self.phase):
            badge.set_short(level >= 2)
        for widget in (self._play, self.phase):
            widget.setVisible(level < 4)


def _place(phase: str) -> int:
    return PHASES.index(phase) if phase in PHASES else -1
