"""The slider that shifts one price line against the other, and what such a fit is worth."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSlider, QWidget

from models.market.correlation.leadlag import REACH
from models.market.correlation.shifted import Shift, shifted
from models.market.correlation.view import PairDay
from models.market.unknown import Unknown
from models.qt.reader import readable
from ui.panels.correlation import words
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.label import Label
from ui.widgets.themed import CAPTION, spread_theme

SLIDER_WIDTH = 180
TWO_LINES = 32


class ShiftRow(QWidget):
    """Weeks from -26 to 26; `moved(weeks)` at each step."""

    moved = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: PairDay | None = None
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-REACH, REACH)
        self.slider.setPageStep(4)
        self.slider.setFixedWidth(SLIDER_WIDTH)
        self.slider.setAccessibleName(self.tr("Shift of the first line, in weeks"))
        self.slider.setToolTip(self.tr("Draw the first line earlier or later; the arrow keys move by a week"))
        self.weeks = Label("", weight=600, theme=theme)
        self.weeks.setFixedWidth(82)
        self.sentence = Label("", token="text2", scale=CAPTION, wrap=True, theme=theme)
        self.sentence.setMinimumHeight(TWO_LINES)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.back = QPushButton(self.tr("Back to 0"))
        self.back.setProperty("kind", "link")
        self.back.setToolTip(self.tr("Draw both lines where they belong"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.slider)
        row.addWidget(self.weeks)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.back)
        self.slider.valueChanged.connect(self._move)
        self.back.clicked.connect(lambda: self.slider.setValue(0))
        self._show()

    def value(self) -> int:
        """Weeks by which the first line is drawn later."""
        return self.slider.value()

    def show_day(self, view: PairDay | None) -> None:
        """Take the correlogram of a day; None while it is computed."""
        self._view = view
        self._show()

    def _move(self, weeks: int) -> None:
        self._show()
        self.moved.emit(weeks)

    def _show(self) -> None:
        weeks = self.slider.value()
        size = numbers.fixed(weeks, 0, sign=bool(weeks))
        one = abs(weeks) == 1
        self.weeks.set_text(self.tr("{0} week").format(size) if one else self.tr("{0} weeks").format(size))
        self.back.setEnabled(bool(weeks))
        view = self._view
        if view is None:
            self.sentence.set_text(self.tr("Being computed …"))
        elif isinstance(view.lead, Unknown):
            self.sentence.set_text(readable(view.lead.why))
        else:
            found = shifted(view.lead, weeks)
            self.sentence.set_text(self._words(found, view))
        self.slider.setAccessibleDescription(self.sentence.text())
        self.sentence.setToolTip(self.sentence.text())

    def _words(self, found: Shift, view: PairDay) -> str:
        a = words.names_of(view.history)[0]
        head = self.tr("r of weekly returns {0}.").format(numbers.fixed(found.r))
        if found.is_beyond_chance:
            tail = self.tr(
                "That is more than the ±{0} that the best of {1} shifts of unrelated lines reaches."
            ).format(numbers.fixed(found.band), found.tried)
        else:
            tail = self.tr("The best of {1} shifts of unrelated lines reaches ±{0}: no fit beyond chance.")
            tail = tail.format(numbers.fixed(found.band), found.tried)
        best = ""
        if not found.is_best:
            at = numbers.fixed(found.best_weeks, 0, sign=bool(found.best_weeks))
            best = self.tr("Best: {0} at {1} w.").format(numbers.fixed(found.best_r), at)
        which = ""
        if found.weeks:
            later = self.tr("{0} is drawn later.") if found.weeks > 0 else self.tr("{0} is drawn earlier.")
            which = later.format(a)
        return " ".join(part for part in (head, tail, best, which) if part)

    def apply_theme(self, theme: Theme) -> None:
        spread_theme(self, theme)
