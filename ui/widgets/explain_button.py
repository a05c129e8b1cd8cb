"""The ƒ button beside every title: How is this computed?"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.theme.tokens import Theme
from ui.widgets.themed import CAPTION, Themed, focus_ring


class ExplainButton(Themed, QAbstractButton):
    """Asks for the passage of the methods behind a figure: emits `explain_requested(key)`."""

    explain_requested = Signal(str)

    def __init__(
        self, key: str, what: str, *, theme: Theme | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self._key = key
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("How is this computed?"))
        self.set_subject(what)
        self.clicked.connect(lambda: self.explain_requested.emit(self._key))

    def key(self) -> str:
        """The passage that is asked for."""
        return self._key

    def set_subject(self, what: str) -> None:
        """Name the figure for a screen reader."""
        self.setAccessibleName(self.tr("How is {what} computed?").format(what=what))

    def sizeHint(self) -> QSize:
        return QSize(24, 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = QRectF(self.rect()).center()
        active = self.underMouse() or self.isDown()
        painter.setPen(QPen(self.colour("control" if active else "line_strong"), 1))
        painter.setBrush(self.colour("hover") if active else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(centre), 7.5, 7.5)
        font = self.font_of(CAPTION, 500)
        font.setItalic(True)
        font.setStyleHint(QFont.StyleHint.Serif)
        font.setFamilies(["DejaVu Serif", "Georgia", "Times New Roman", "serif"])
        painter.setFont(font)
        painter.setPen(self.colour("text" if active else "text2"))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, "ƒ")
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), self.theme, 12)

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()
