"""A label that takes its colour from a token, so that a new theme is one repaint."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from ui.theme.tokens import Theme
from ui.widgets.themed import BODY, Themed, label_colour


class Label(Themed, QLabel):
    """Plain text in a token's colour, at a size of the type scale; may be elided or wrapped.

    An elided label takes the first of its texts that has room, cuts the last one where none has, and shows
    the whole text as a tooltip.
    """

    def __init__(
        self,
        text: str = "",
        *,
        token: str | int = "text",
        scale: float = BODY,
        weight: int = 400,
        elide: bool = False,
        wrap: bool = False,
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self._token = token
        self._scale = scale
        self._weight = weight
        self._elide = elide
        self._elided = False
        self._shorter: tuple[str, ...] = ()
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.set_text(text)

    def set_text(self, text: str, *shorter: str) -> None:
        """Show another text; an elided label has `shorter` ones, longest first, for less room."""
        if text != self.text() or shorter != self._shorter:
            self._shorter = shorter
            self.setText(text)
            self.updateGeometry()
            self._tell_whole()

    def shown_text(self) -> str:
        """What stands there: the text, one of the shorter ones, or the last of them with an ellipsis."""
        if not self._elide:
            return self.text()
        metrics, room = self._metrics(), self.contentsRect().width()
        texts = (self.text(), *self._shorter)
        fitting = (text for text in texts if metrics.horizontalAdvance(text) <= room)
        return next(fitting, metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, room))

    def set_token(self, token: str | int) -> None:
        """Write in the colour of another token or series."""
        self._token = token
        self.update()

    def set_type(self, scale: float, weight: int) -> None:
        """Write in another size and weight."""
        self._scale, self._weight = scale, weight
        self.updateGeometry()
        self.update()
        self._tell_whole()

    def sizeHint(self) -> QSize:
        if self.wordWrap():
            return QSize(160, self.heightForWidth(max(160, self.width())))
        metrics, margins = self._metrics(), self.contentsMargins()
        return QSize(
            metrics.horizontalAdvance(self.text()) + 1 + margins.left() + margins.right(),
            metrics.height() + margins.top() + margins.bottom(),
        )

    def minimumSizeHint(self) -> QSize:
        if self._elide or self.wordWrap():
            return QSize(min(24, self.sizeHint().width()), self.sizeHint().height())
        return self.sizeHint()

    def hasHeightForWidth(self) -> bool:
        return self.wordWrap()

    def heightForWidth(self, width: int) -> int:
        if not self.wordWrap():
            return self._metrics().height()
        flags = Qt.TextFlag.TextWordWrap
        return self._metrics().boundingRect(QRect(0, 0, max(1, width), 10_000), flags, self.text()).height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self.font_of(self._scale, self._weight)
        painter.setFont(font)
        painter.setPen(label_colour(self.theme, self._token))
        flags = self.alignment()
        if self.wordWrap():
            painter.drawText(self.contentsRect(), flags | Qt.TextFlag.TextWordWrap, self.text())
            return
        painter.drawText(self.contentsRect(), flags, self.shown_text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_whole()

    def _tell_whole(self) -> None:
        """Have the whole text in the tooltip while it is not shown, and only then."""
        if not self._elide:
            return
        elided = self.shown_text() != self.text()
        if elided or self._elided:
            self.setToolTip(self.text() if elided else "")
        self._elided = elided

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self.font_of(self._scale, self._weight))
