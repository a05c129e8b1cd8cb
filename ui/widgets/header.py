"""The title row of a card or chart."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.theme.tokens import Theme
from ui.widgets.explain_button import ExplainButton
from ui.widgets.label import Label
from ui.widgets.themed import CAPTION, Themed, spread_theme


class Header(Themed, QWidget):
    """Title, ƒ, subtitle (elided when it gets tight), and at the right a note and further controls."""

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
        self.title = Label(title, weight=600, elide=True, theme=theme, parent=self)
        self.subtitle = Label(subtitle, token="text2", scale=0.95, elide=True, theme=theme, parent=self)
        self.note = Label("", token="text2", scale=CAPTION, theme=theme, parent=self)
        self.explain: ExplainButton | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        # A title gives way last: its preferred width is kept while the subtitle is elided.
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.subtitle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.title)
        if key:
            self.explain = ExplainButton(key, title, theme=theme, parent=self)
            self.explain.explain_requested.connect(self.explain_requested)
            row.addWidget(self.explain)
        row.addWidget(self.subtitle, 1)
        row.addWidget(self.note)
        self._row = row
        self.setFixedHeight(26)

    def set_title(self, text: str) -> None:
        """Another title; the ƒ button takes its name from it."""
        self.title.set_text(text)
        if self.explain:
            self.explain.set_subject(text)

    def set_subtitle(self, text: str, *shorter: str) -> None:
        """Other words after the title; `shorter` ones stand where there is less room."""
        self.subtitle.set_text(text, *shorter)

    def add_corner(self, widget: QWidget) -> None:
        """Put a control at the right end of the row."""
        self._row.addWidget(widget)

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        spread_theme(self, theme)
