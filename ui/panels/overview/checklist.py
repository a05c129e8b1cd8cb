"""The confirmation checklist: a list of signals, each with mark, name, value, since and age."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from models.qt.checklist import SIGNAL_ROLE, ChecklistModel
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.widgets import dates, numbers
from ui.widgets.signal_mark import paint_mark
from ui.widgets.themed import CAPTION, TABLE, scaled_font, text_width

if TYPE_CHECKING:
    from models.market.signals import Signal as MarketSignal

TALL, SHORT = 31, 26
MARK, LEAD = 14, 28
SINCE_WIDTH, AGE_WIDTH = 52, 46
FRESH_DAYS = 3


class _Row(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: ChecklistView) -> None:
        super().__init__(view)
        self.theme = theme
        self.compact = False
        self.height = TALL

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, self.height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        signal: MarketSignal = index.data(SIGNAL_ROLE)
        theme, box = self.theme, QRect(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.accent))
            painter.drawRoundedRect(box.adjusted(1, 1, -2, -2), 4, 4)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(theme.hover))
        painter.setPen(QColor(theme.line))
        painter.drawLine(box.topLeft(), box.topRight())
        middle = box.center().y() + 1
        paint_mark(painter, QRect(box.left(), middle - MARK // 2, MARK, MARK).toRectF(), signal.state, theme)
        text = box.adjusted(LEAD, 1, 0, 0)
        age_left = text.right() - (0 if self.compact else AGE_WIDTH)
        since_left = age_left - SINCE_WIDTH
        known = signal.state != "unknown"
        split = since_left - 4 - self._value_width(signal, (since_left - text.left()) // 2)
        name = QRect(text.left(), text.top(), split - text.left() - 8, text.height())
        value = QRect(split, text.top(), since_left - split - 4, text.height())
        self._two_lines(painter, name, signal.title, signal.why, left=True, known=True)
        self._two_lines(
            painter,
            value,
            signal.value_text,
            signal.threshold if known else "–",
            left=False,
            known=known,
        )
        self._dates(painter, signal, text, since_left, age_left)
        painter.restore()

    def _value_width(self, signal: MarketSignal, most: int) -> int:
        """Return what value and threshold need, so that the reason gets all the rest."""
        needed = _width(signal.value_text, TABLE, 500)
        if not self.compact and signal.state != "unknown":
            needed = max(needed, _width(signal.threshold, CAPTION))
        return min(needed + 2, most)

    def _two_lines(
        self, painter: QPainter, box: QRect, first: str, second: str, *, left: bool, known: bool
    ) -> None:
        theme = self.theme
        side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        face = font("table")
        face.setWeight(face.Weight.Medium if known else face.Weight.Normal)
        painter.setFont(face)
        painter.setPen(QColor(theme.text if known else theme.text2))
        upper = box if self.compact else QRect(box.left(), box.top(), box.width(), box.height() // 2 + 1)
        cut = painter.fontMetrics().elidedText(first, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(upper, side | Qt.AlignmentFlag.AlignVCenter, cut)
        if self.compact:
            return
        painter.setFont(font("caption"))
        painter.setPen(QColor(theme.text3))
        lower = QRect(box.left(), upper.bottom() - 1, box.width(), box.height() - upper.height())
        cut = painter.fontMetrics().elidedText(second, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(lower, side | Qt.AlignmentFlag.AlignVCenter, cut)

    def _dates(
        self, painter: QPainter, signal: MarketSignal, text: QRect, since_left: int, age_left: int
    ) -> None:
        theme = self.theme
        painter.setFont(font("caption"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        since = dates.month_day_text(signal.since) if signal.state != "unknown" else "–"
        painter.setPen(QColor(theme.text2))
        painter.drawText(QRect(since_left, text.top(), SINCE_WIDTH, text.height()), right, since)
        if self.compact:
            return
        old = signal.age_days is not None and signal.age_days > FRESH_DAYS
        painter.setPen(QColor(theme.caution if old and signal.state == "unknown" else theme.text2))
        age = "–" if signal.age_days is None else f"{numbers.whole(signal.age_days)} d"
        painter.drawText(QRect(age_left, text.top(), AGE_WIDTH, text.height()), right, age)


def _height() -> float:
    return float(QFontMetricsF(font("caption")).height())


def _width(text: str, scale: float, weight: int = 400) -> int:
    return ceil(text_width(scaled_font(QApplication.font(), scale, weight), text))


class ChecklistHead(QWidget):
    """What the columns of the checklist hold, above them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Signal; value and threshold; since; age"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, ceil(_height()) + 2)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setFont(font("caption"))
        painter.setPen(QColor(self._theme.text3))
        side = Qt.AlignmentFlag.AlignVCenter
        right, tall = self.width() - 1, self.height()
        painter.drawText(
            QRect(LEAD, 0, right - LEAD, tall), side | Qt.AlignmentFlag.AlignLeft, self.tr("Signal")
        )
        for words, end, wide in (
            (self.tr("Age"), right, AGE_WIDTH),
            (self.tr("Since"), right - AGE_WIDTH, SINCE_WIDTH),
            (self.tr("Value, threshold"), right - AGE_WIDTH - SINCE_WIDTH - 8, 160),
        ):
            box = QRect(end - wide, 0, wide, tall)
            painter.drawText(box, side | Qt.AlignmentFlag.AlignRight, words)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()


class ChecklistView(QListView):
    """All signals of a day; rows as tall as the room allows, within reason."""

    signal_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ChecklistModel(self)
        self._row = _Row(theme, self)
        self.setModel(self.rows)
        self.setItemDelegate(self._row)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Confirmation signals"))
        self.setStyleSheet("QListView { background: transparent; border: none; }")
        self.activated.connect(self._choose)
        self.clicked.connect(self._choose)

    def _choose(self, index: QModelIndex) -> None:
        signal: MarketSignal = index.data(SIGNAL_ROLE)
        self.signal_chosen.emit(signal.id)

    def set_compact(self, compact: bool) -> None:
        """One line a row, without reason, threshold and age."""
        if compact != self._row.compact:
            self._row.compact = compact
            self._fit()

    def apply_theme(self, theme: Theme) -> None:
        self._row.theme = theme
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        count = max(self.rows.rowCount(), 1)
        least, most = (22, 30) if self._row.compact else (TALL - 1, 52)
        height = min(max(self.viewport().height() // count, least), most)
        if height != self._row.height:
            self._row.height = height
            self.scheduleDelayedItemsLayout()
