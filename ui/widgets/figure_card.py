"""One figure with its name, its interval and one note."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from models.qt.reader import readable
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card
from ui.widgets.explain_button import ExplainButton
from ui.widgets.label import Label
from ui.widgets.themed import FIGURE, TABLE


class FigureCard(Card):
    """Name and ƒ above, value with unit and interval, a note below, or beside it when `inline`.

    The name for a screen reader holds name, value, unit, interval and note. An unknown figure is a dash with
    its reason as note and tooltip.
    """

    explain_requested = Signal(str)

    def __init__(
        self,
        name: str,
        *,
        short_name: str = "",
        key: str = "",
        inline: bool = False,
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme=theme, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._names = (name, short_name or name)
        self._inline = inline
        self._compact = False
        self._texts = ("", "", "", "", "")
        self.name = Label(name, token="text2", scale=0.95, elide=True, theme=theme, parent=self)
        self.value = Label("", scale=FIGURE - 0.1 if inline else FIGURE, weight=600, theme=theme, parent=self)
        self.unit = Label("", token="text2", theme=theme, parent=self)
        self.interval = Label("", token="text2", scale=1.1, theme=theme, parent=self)
        self.note = Label("", token="text2", scale=TABLE, elide=True, theme=theme, parent=self)
        self._build(key, theme)

    def _build(self, key: str, theme: Theme | None) -> None:
        self.body.setContentsMargins(14, 6, 6, 8 if self._inline else 10)
        self.body.setSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(0)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        top.addWidget(self.name, 1)
        if key:
            explain = ExplainButton(key, self._names[0], theme=theme, parent=self)
            explain.explain_requested.connect(self.explain_requested)
            top.addWidget(explain)
        self.body.addLayout(top)
        row = QHBoxLayout()
        row.setSpacing(5 if self._inline else 6)
        baseline = Qt.AlignmentFlag.AlignBottom
        row.addWidget(self.value, 0, baseline)
        row.addWidget(self.unit, 0, baseline)
        row.addWidget(self.interval, 0, baseline)
        for label in (self.unit, self.interval):
            label.setContentsMargins(0, 0, 0, 4)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row, self._below = row, QVBoxLayout()
        self._below.setContentsMargins(0, 0 if self._inline else 5, 6, 0)
        self.body.addLayout(row)
        self.body.addLayout(self._below)
        row.addStretch()
        if self._inline:
            self._place_note(beside=True)
        else:
            self._below.addWidget(self.note)

    def _place_note(self, *, beside: bool) -> None:
        """Put the note of an inline card beside its figure, or below where it would be cut."""
        self.note.setContentsMargins(2 if beside else 0, 0, 2, 4 if beside else 0)
        if beside:
            self._below.removeWidget(self.note)
            self._row.insertWidget(self._row.count() - 1, self.note, 1, Qt.AlignmentFlag.AlignBottom)
        else:
            self._row.removeWidget(self.note)
            self._below.addWidget(self.note)

    # -- content -----------------------------------------------------------------------------------

    def set_name(self, name: str, short_name: str = "") -> None:
        """Another name."""
        self._names = (name, short_name or name)
        self._show()

    def set_figure(
        self, value: str, *, unit: str = "", interval: str = "", note: str = "", short_note: str = ""
    ) -> None:
        """A known figure; all texts ready to be shown. `short_note` stands in narrow windows."""
        self._texts = (value, unit, interval, note, short_note or note)
        self.value.set_token("text")
        self.setToolTip("")
        self._show()

    def set_unknown(self, reason: str) -> None:
        """A dash, and why: a whole sentence."""
        reason = readable(reason)
        self._texts = (numbers.UNKNOWN, "", "", reason, reason)
        self.value.set_token("unknown")
        self.setToolTip(reason)
        self._show()

    def set_loading(self) -> None:
        """Nothing known yet."""
        self._texts = (" ", "", "", self.tr("being computed"), "")
        self._show()

    def set_compact(self, compact: bool) -> None:
        """Short name; the interval takes the place of the note."""
        if self._inline and compact != self._compact:
            self._place_note(beside=not compact)
        self._compact = compact
        self._show()

    def text(self) -> str:
        """All that is shown, in one line."""
        value, unit, interval, note, _ = self._texts
        return ", ".join(part for part in (f"{value} {unit}".strip(), interval, note) if part)

    def _show(self) -> None:
        value, unit, interval, note, short_note = self._texts
        below = (interval or short_note) if self._compact else note
        self.name.set_text(self._names[self._compact])
        self.value.set_text(value)
        self.unit.set_text(unit)
        self.interval.set_text("" if self._compact else interval)
        self.note.set_text(below, *([short_note] if len(short_note) < len(below) else []))
        self.unit.setVisible(bool(unit))
        self.interval.setVisible(bool(interval) and not self._compact)
        self.setAccessibleName(f"{self._names[0]}: {self.text()}")
