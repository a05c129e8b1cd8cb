"""Hit or miss, event by event: a row of marks that says at a glance how often, and which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.theme.tokens import Theme
from ui.widgets.tables import Table
from ui.widgets.themed import colour
from ui.widgets.walked import Walked

Mark = Literal["hit", "miss", "open"]
_SIZE, _STEP, _LINE = 16.0, 19.0, 22.0


@dataclass(frozen=True, slots=True)
class EventDot:
    """One event; `tip` says in words what followed."""

    key: str
    mark: Mark
    tip: str


class EventDots(Walked):
    """Ticked discs, crossed rings of the same size, and dashed rings for what is still open.

    `clicked(key)` on a click or Enter; arrow keys go from one to the next.
    """

    clicked = Signal(str)

    def __init__(self, *, name: str = "", theme: Theme | None = None, parent: QWidget | None = None) -> None:
        super().__init__(theme=theme, parent=parent)
        self.set_title(name)
        self.dots: tuple[EventDot, ...] = ()
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_dots(self, dots: Sequence[EventDot]) -> None:
        """Show these events, in their order."""
        self.dots = tuple(dots)
        self.set_places([dot.tip for dot in self.dots])

    def spot(self, at: int) -> QRectF:
        return self.place_of(at).adjusted(-3, -3, 3, 3)

    def table(self) -> Table:
        words = {"hit": self.tr("hit"), "miss": self.tr("miss"), "open": self.tr("still open")}
        header = (self.tr("Event"), self.tr("Outcome"), self.tr("What followed"))
        return Table(header, [(dot.key, words[dot.mark], dot.tip) for dot in self.dots])

    # -- geometry ----------------------------------------------------------------------------------

    def _columns(self, width: float) -> int:
        return max(1, int((width - 4) // _STEP))

    def place_of(self, at: int) -> QRectF:
        """The square of a mark."""
        row, column = divmod(at, self._columns(self.width()))
        return QRectF(2 + column * _STEP, 3 + row * _LINE, _SIZE, _SIZE)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = -(-max(1, len(self.dots)) // self._columns(width))
        return round(lines * _LINE)

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(max(400, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, round(_LINE))

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, dot in enumerate(self.dots):
            self._paint_mark(painter, self.place_of(at), dot.mark)
        self.paint_focus(painter, 10)

    def _paint_mark(self, painter: QPainter, area: QRectF, mark: Mark) -> None:
        middle = area.center()
        if mark == "hit":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self.theme, "accent"))
            painter.drawEllipse(area.adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setPen(QPen(self.colour("surface"), 1.8))
            painter.drawPolyline(
                [
                    QPointF(middle.x() - 3.4, middle.y() + 0.2),
                    QPointF(middle.x() - 1.0, middle.y() + 2.7),
                    QPointF(middle.x() + 3.6, middle.y() - 2.6),
                ]
            )
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ink = QPen(self.colour("text2" if mark == "miss" else "text3"), 1.6)
        if mark == "open":
            ink.setDashPattern([1.6, 1.6])
        painter.setPen(ink)
        painter.drawEllipse(area.adjusted(1, 1, -1, -1))
        if mark == "miss":
            painter.setPen(QPen(self.colour("text2"), 1.5))
            for dx in (-2.4, 2.4):
                painter.drawLine(
                    QPointF(middle.x() - dx, middle.y() - 2.4), QPointF(middle.x() + dx, middle.y() + 2.4)
                )

    # -- mouse and keys ----------------------------------------------------------------------------

    def dot_at(self, place: QPointF) -> int | None:
        """The mark under a point."""
        for at in range(len(self.dots)):
            if self.place_of(at).adjusted(-2, -3, 2, 3).contains(place):
                return at
        return None

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            at = self.dot_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.dots[at].tip if at is not None else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        live = self.dot_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if live else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self.dot_at(event.position())
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            self.at = at
            self.update()
            self.clicked.emit(self.dots[at].key)

    def arrived(self) -> None:
        """Show what followed, as the mouse would."""
        corner = self.mapToGlobal(self.place_of(self.at).bottomLeft().toPoint())
        QToolTip.showText(corner, self.dots[self.at].tip, self)

    def take(self) -> bool:
        """Open the event."""
        if self.dots:
            self.clicked.emit(self.dots[self.at].key)
        return bool(self.dots)
