"""The states of a signal as shapes: disc and tick, ring and dash, diamond and cross, dashed ring and ?."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.tokens import Theme
from ui.widgets.themed import Themed, colour, scaled_font

State = Literal["confirms", "neutral", "contradicts", "unknown"]
STATES: tuple[State, ...] = ("confirms", "neutral", "contradicts", "unknown")


def state_name(state: State) -> str:
    """The state in a word."""
    return {
        "confirms": QCoreApplication.translate("SignalMark", "confirms"),
        "neutral": QCoreApplication.translate("SignalMark", "neutral"),
        "contradicts": QCoreApplication.translate("SignalMark", "contradicts"),
        "unknown": QCoreApplication.translate("SignalMark", "unknown"),
    }[state]


class SignalMark(Themed, QWidget):
    """One mark; its name for a screen reader is the state."""

    def __init__(
        self,
        state: State = "unknown",
        size: int = 16,
        *,
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_state(state)

    def state(self) -> State:
        """The state shown."""
        return self._state

    def set_state(self, state: State) -> None:
        """Show another state."""
        if state not in STATES:
            raise ValueError(f"There is no state {state!r}.")
        self._state: State = state
        self.setAccessibleName(state_name(state))
        self.setToolTip(state_name(state))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_mark(QPainter(self), QRectF(self.rect()), self._state, self.theme)


def paint_mark(painter: QPainter, rect: QRectF, state: State, theme: Theme) -> None:
    """Draw the mark of a state into the middle of a rectangle; for delegates too."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    size = min(rect.width(), rect.height())
    centre, radius = rect.center(), size / 2 - 1.5
    ink = colour(theme, state)
    on_ink = QPen(colour(theme, "surface"), max(1.4, size * 0.11))
    on_ink.setCapStyle(Qt.PenCapStyle.RoundCap)
    on_ink.setJoinStyle(Qt.PenJoinStyle.RoundJoin)

    def at(x: float, y: float) -> QPointF:
        return QPointF(centre.x() + x * radius, centre.y() + y * radius)

    if state == "confirms":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(on_ink)
        painter.drawPolyline(QPolygonF([at(-0.45, 0.05), at(-0.1, 0.4), at(0.48, -0.32)]))
    elif state == "neutral":
        pen = QPen(ink, max(1.2, size * 0.09))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawEllipse(centre, radius - 0.4, radius - 0.4)
        painter.drawLine(at(-0.42, 0), at(0.42, 0))
    elif state == "contradicts":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF([at(0, -1.12), at(1.12, 0), at(0, 1.12), at(-1.12, 0)]))
        painter.setPen(on_ink)
        painter.drawLine(at(-0.3, -0.3), at(0.3, 0.3))
        painter.drawLine(at(-0.3, 0.3), at(0.3, -0.3))
    else:
        pen = QPen(ink, 1.2)
        pen.setDashPattern([2, 1.6])
        painter.setPen(pen)
        painter.drawEllipse(centre, radius - 0.2, radius - 0.2)
        painter.setPen(ink)
        font = scaled_font(painter.font(), 1.0, 600)
        font.setPixelSize(max(7, round(size * 0.6)))
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "?")
    painter.restore()
