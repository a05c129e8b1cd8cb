"""The status bar: how far the data go, what is being done, and where the figures come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from ui.session import Session
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.window.frame import STATUS as HEIGHT

if TYPE_CHECKING:
    from models.market.snapshot import Day
    from models.market.study import Study

BAR_WIDTH = 140
STEPS = 1_000


class _Dot(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.colour = theme.confirms
        self.setFixedSize(8, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colour))
        painter.drawEllipse(QRectF(1, 1, 6, 6))


class StatusBar(QWidget):
    """One line at the bottom; `cancel_requested` while something long runs."""

    cancel_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("statusBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._dot = _Dot(session.theme)
        self._data = QLabel()
        self._fresh = QLabel()
        self._news = QLabel()
        self._background: tuple[str, float | None] | None = None
        self._what = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(BAR_WIDTH)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setProperty("kind", "link")
        self._origin = QLabel()
        self._demo = QLabel(self.tr("Demo market: simulated, not real data"))
        self._demo.setProperty("role", "demo")
        self._known = QLabel()
        self._known.setProperty("role", "tag")
        self._what.setProperty("tone", "strong")
        for label in (
            *(self._data, self._fresh, self._news, self._what),
            *(self._cancel, self._origin, self._demo, self._known),
        ):
            label.setFont(font("table"))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(8)
        row.addWidget(self._dot)
        row.addWidget(self._data)
        row.addWidget(self._fresh)
        row.addSpacing(12)
        row.addWidget(self._news)
        row.addWidget(self._what)
        row.addWidget(self._bar)
        row.addWidget(self._cancel)
        row.addStretch(1)
        for tag in (self._known, self._origin, self._demo):
            row.addWidget(tag, 0, Qt.AlignmentFlag.AlignVCenter)
        self._cancel.clicked.connect(self.cancel_requested)
        session.study_changed.connect(self._follow)
        session.loading_changed.connect(self._loading)
        session.theme_changed.connect(self._dress)
        self.stop_progress()
        self._follow(session.study)

    @Slot(object)
    def _follow(self, study: Study | None) -> None:
        self._demo.setVisible(self._session.is_demo)
        self._origin.setVisible(study is not None and not self._session.is_demo)
        self._origin.setText(self._session.origin_label)
        self._dress(self._session.theme)
        known_at = None if study is None else study.market.known_at
        self._known.setVisible(known_at is not None)
        if known_at is not None:
            self._known.setText(self.tr("as known on {0}").format(_written(known_at)))
        if study is None:
            self._data.setToolTip("")
            self._data.setText("" if self._session.loading else self.tr("No data yet"))
            return
        coins, series = len(study.market.coins), len(study.market.series)
        text = self.tr("Data to {0} · {1} coins, {2} series").format(_written(study.latest), coins, series)
        tip = ""
        if self._fresh.text() and not self._session.is_demo:
            tip = self.tr("{0} coins, {1} series").format(coins, series)
            text = self.tr("Data to {0} ·").format(_written(study.latest))
        if study.last_day > study.latest:
            tip = self.tr("Coins are ranked by market caps, and these end on {0}.").format(
                _written(study.latest)
            )
            if not self._fresh.text():
                text = self.tr("{0}, some to {1}").format(text, _written(study.last_day))
        self._data.setText(text)
        self._data.setToolTip(tip)

    @Slot(object)
    def _dress(self, theme: Theme) -> None:
        self._dot.colour = theme.neutral if self._session.study is None else theme.confirms
        self._dot.update()

    @Slot(str)
    def _loading(self, what: str) -> None:
        if self._session.study is None:
            self._follow(None)
        if what:
            self.show_progress(what, None, can_cancel=False)
        else:
            self.stop_progress()

    def show_fresh(self, text: str, tip: str) -> None:
        """Say how many series are fresh; empty where that means nothing."""
        self._fresh.setText(text)
        self._fresh.setToolTip(tip)
        self._fresh.setVisible(bool(text))
        self._follow(self._session.study)

    def show_news(self, text: str, tip: str) -> None:
        """Say something that lasts, such as when the last refresh was; it makes room for progress."""
        self._news.setText(text)
        self._news.setToolTip(tip)
        self._news.setVisible(bool(text) and self._what.isHidden())

    def show_background(self, what: str, share: float | None) -> None:
        """Show what goes on in the background; what the user waits for is shown before it."""
        was, self._background = self._background, (what, share) if what else None
        if not self._session.loading and (what or was):
            self.stop_progress()

    def show_progress(self, what: str, share: float | None, *, can_cancel: bool = True) -> None:
        """Show what is done and how much of it; `share` None when that is not known."""
        self._what.setText(what)
        self._bar.setRange(0, 0 if share is None else STEPS)
        if share is not None:
            self._bar.setValue(round(STEPS * share))
        self._what.show()
        self._bar.setVisible(share is not None)
        self._cancel.setVisible(can_cancel)
        self._news.hide()

    def stop_progress(self) -> None:
        """Show what goes on in the background again, or nothing."""
        if self._background is not None:
            self.show_progress(*self._background)
            return
        for widget in (self._what, self._bar, self._cancel):
            widget.hide()
        self._news.setVisible(bool(self._news.text()))


def _written(day: Day) -> str:
    return QLocale().toString(QDate.fromString(str(day), Qt.DateFormat.ISODate), "d MMM yyyy")
