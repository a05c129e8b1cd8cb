"""The bar at the top of every panel: the as-of day, season and phase, and the search field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QDate, QLocale, QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QCalendarWidget,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from ui.badges import Badge
from ui.session import Session
from ui.theme.icons import icon
from ui.theme.tokens import Theme

if TYPE_CHECKING:
    from models.market.snapshot import Day
    from models.market.study import Study

HEIGHT = 48
PLAY_MS = 100
"""Ten days a second."""
NARROW = 1180
PAGE_DAYS = 30
WIDE_SEARCH, NARROW_SEARCH = 230, 96
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
        self._timer = QTimer(self)
        self._timer.setInterval(PLAY_MS)
        self._timer.timeout.connect(self._play_on)
        self._build()
        self.apply_theme(session.theme)
        session.study_changed.connect(self._follow_study)
        session.day_changed.connect(self._follow_day)
        session.theme_changed.connect(self.apply_theme)
        self._follow_study(session.study)

    def _build(self) -> None:
        self._caption = QLabel(self.tr("As of"))
        self._caption.setProperty("tone", "second")
        self._earlier = self._square("chevron-left", self.tr("Previous day (Alt+Left)"))
        self._later = self._square("chevron-right", self.tr("Next day (Alt+Right)"))
        self._date = QToolButton()
        self._date.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._date.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._date.setAccessibleName(self.tr("As-of day"))
        self._date.setToolTip(self.tr("Choose a day (Alt+D)"))
        self._calendar = QCalendarWidget()
        self._calendar.setGridVisible(False)
        self._calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self._calendar.activated.connect(self._pick)
        self._calendar.clicked.connect(self._pick)
        menu = QMenu(self._date)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(self._calendar)
        menu.addAction(holder)
        self._date.setMenu(menu)
        self._play = self._square("play", self.tr("Play: ten days a second (Alt+P)"))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(self.tr("As-of day over all cached days"))
        self._slider.setPageStep(PAGE_DAYS)
        self._slider.setMinimumWidth(70)
        self._slider.setMaximumWidth(240)
        self._slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._today = QPushButton(self.tr("Today"))
        self._today.setToolTip(self.tr("The newest day with market caps (Alt+Home)"))
        divider = QWidget()
        divider.setObjectName("divider")
        divider.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        divider.setFixedSize(1, 24)
        self.season = Badge(self.tr("Altcoin season index"), self._session.theme, icon="season")
        self.phase = Badge(self.tr("Rotation phase"), self._session.theme, dots=4)
        self._search = QPushButton()
        self._search.setObjectName("search")
        self._search.setAccessibleName(self.tr("Search"))
        self._search.setToolTip(self.tr("Go to a panel, a day or an action (Ctrl+K)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self._caption)
        dates = QHBoxLayout()
        dates.setSpacing(2)
        for widget in (self._earlier, self._date, self._later):
            dates.addWidget(widget)
        row.addLayout(dates)
        row.addWidget(self._play)
        row.addWidget(self._slider, 3)
        row.addWidget(self._today)
        row.addWidget(divider)
        row.addWidget(self.season)
        row.addWidget(self.phase)
        row.addStretch(2)
        row.addWidget(self._search)
        self._earlier.clicked.connect(lambda: self._session.step(-1))
        self._later.clicked.connect(lambda: self._session.step(1))
        self._play.clicked.connect(self.toggle_play)
        self._today.clicked.connect(self._session.today)
        self._search.clicked.connect(self.search_requested)
        self._slider.valueChanged.connect(self._slide)
        for keys, call in (
            ("Alt+Left", lambda: self._session.step(-1)),
            ("Alt+Right", lambda: self._session.step(1)),
            ("Alt+Home", self._session.today),
            ("Alt+P", self.toggle_play),
            ("Alt+D", self._date.showMenu),
        ):
            QShortcut(QKeySequence(keys), self, activated=call)  # type: ignore[call-overload]

    def _square(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("kind", "square")
        button.setProperty("icon_name", name)
        button.setIconSize(QSize(16, 16))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

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
        name = "pause" if self._timer.isActive() else "play"
        self._play.setIcon(icon(name, self._session.theme.text, 16))

    @Slot()
    def _play_on(self) -> None:
        self._session.step(1)
        latest = self._session.latest
        if latest is None or self._session.day is None or self._session.day >= latest:
            self._stop()

    @Slot(int)
    def _slide(self, row: int) -> None:
        if self._session.span is not None:
            self._session.set_day(self._session.span[0] + np.timedelta64(row, "D"))

    @Slot(QDate)
    def _pick(self, chosen: QDate) -> None:
        menu = self._date.menu()
        if menu is not None:
            menu.hide()
        self._session.set_day(np.datetime64(chosen.toString(Qt.DateFormat.ISODate), "D"))

    @Slot(object)
    def _follow_study(self, study: Study | None) -> None:
        for widget in (self._earlier, self._later, self._date, self._play, self._slider, self._today):
            widget.setEnabled(study is not None)
        if study is None:
            self._stop()
            self._date.setText(self.tr("no data yet"))
            self.season.show_value(self.tr("Season –"), self.tr("unknown"), self.tr("The cache is empty."))
            self.phase.show_value(self.tr("Phase –"), self.tr("unknown"), self.tr("The cache is empty."))
            return
        first, last = study.first_day, study.last_day
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, int((last - first).astype(int)))
        self._calendar.setDateRange(_qdate(first), _qdate(last))
        if self._session.day is not None:
            self._follow_day(self._session.day)

    @Slot(object)
    def _follow_day(self, day: Day) -> None:
        study, span = self._session.study, self._session.span
        if study is None or span is None:
            return
        with QSignalBlocker(self._slider):
            self._slider.setValue(int((day - span[0]).astype(int)))
        with QSignalBlocker(self._calendar):
            self._calendar.setSelectedDate(_qdate(day))
        self._date.setText(QLocale().toString(_qdate(day), "ddd d MMM yyyy"))
        self._slider.setToolTip(self._date.text())
        self._earlier.setEnabled(bool(day > span[0]))
        self._later.setEnabled(bool(day < span[1]))
        self._show_review()
        self._show_badges(study, day)

    def _show_review(self) -> None:
        review = self._session.is_review
        self._today.setText(self.tr("Back to today") if review else self.tr("Today"))
        self._today.setEnabled(bool(self._session.day != self._session.latest))
        self._caption.setText(
            self.tr("Review, as of") if review and self.width() >= NARROW else self.tr("As of")
        )
        for badge in (self.season, self.phase):
            badge.set_review(review)
        if self.property("review") != review:
            self.setProperty("review", review)
            self.style().unpolish(self)
            self.style().polish(self)

    def _show_badges(self, study: Study, day: Day) -> None:
        from models.market.study import HEADLINE
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
            names[phase], mark, self.tr("Since {0}.").format(state.since), dot=_place(phase)
        )

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        for button in (self._earlier, self._later):
            button.setIcon(icon(str(button.property("icon_name")), theme.text, 16))
        self._date.setIcon(icon("calendar", theme.text2, 16))
        self._mark_play()
        self._search.setIcon(icon("search", theme.text2, 16))
        for badge in (self.season, self.phase):
            badge.apply_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= NARROW
        self._search.setText(self.tr(" Panel, day or action") if wide else self.tr(" Ctrl+K"))
        self._search.setFixedWidth(WIDE_SEARCH if wide else NARROW_SEARCH)
        self._show_review()


def _place(phase: str) -> int:
    return PHASES.index(phase) if phase in PHASES else -1


def _qdate(day: Day) -> QDate:
    return QDate.fromString(str(day), Qt.DateFormat.ISODate)
