"""The surface on which figures and charts lie."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme.tokens import Theme
from ui.widgets.header import Header
from ui.widgets.themed import Themed, spread_theme


class Card(Themed, QWidget):
    """A rounded surface with an optional title row; content goes into `body`."""

    explain_requested = Signal(str)

    def __init__(
        self,
        title: str = "",
        *,
        subtitle: str = "",
        key: str = "",
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(14, 10, 14, 12)
        self.body.setSpacing(6)
        self.header: Header | None = None
        if title:
            self.header = Header(title, subtitle=subtitle, key=key, theme=theme, parent=self)
            self.header.explain_requested.connect(self.explain_requested)
            self.body.addWidget(self.header)
            self.setAccessibleName(title)

    def set_title(self, text: str) -> None:
        """Another title; only for a card made with one."""
        self._titled().set_title(text)
        self.setAccessibleName(text)

    def set_subtitle(self, text: str, *shorter: str) -> None:
        """The words after the title: unit, basis, state; `shorter` ones stand where there is less room."""
        self._titled().set_subtitle(text, *shorter)

    def set_tip(self, text: str) -> None:
        """Words on demand about the row of the title."""
        self._titled().setToolTip(text)

    def set_note(self, text: str) -> None:
        """The words at the right end of the title row."""
        self._titled().note.set_text(text)

    def add_corner(self, widget: QWidget) -> None:
        """Put a control at the right end of the title row."""
        self._titled().add_corner(widget)

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        spread_theme(self, theme)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.colour("line"), 1))
        painter.setBrush(self.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _titled(self) -> Header:
        if self.header is None:
            raise ValueError("This card was made without a title.")
        return self.header
