"""The form of a new thesis: what confirms it, what refutes it, until when, and how likely."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from models.market.theses.thesis import LONGEST, SHORTEST, Condition, Measure, Side, Thesis, ThesisError, When
from ui.theme.style import inset
from ui.theme.tokens import Theme
from ui.theses import words
from ui.widgets.box import Box
from ui.widgets.label import Label
from ui.widgets.themed import spread_theme

LEVELS = {"alt50": (-100.0, 1000.0), "excess": (-1000.0, 1000.0), "season_index": (0.0, 100.0)}
LEVELS["dominance"] = (0.0, 100.0)
USUAL = {"alt50": 20.0, "excess": 0.0, "season_index": 75.0, "dominance": 50.0}


class ConditionRow(QWidget):
    """Measure, side, level and when; `changed` by a person. With `optional`, nothing can be chosen too."""

    changed = Signal()

    def __init__(self, name: str, theme: Theme, *, optional: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.measure = Box(self.tr("{0}: measure").format(name), 158, theme=theme)
        if optional:
            self.measure.addItem(self.tr("nothing, only time"), "")
        for key, text in words.measure_names(self.tr).items():
            self.measure.addItem(text, key)
        self.side = Box(self.tr("{0}: above or below").format(name), 92, theme=theme)
        self.level = QDoubleSpinBox()
        inset(self.level)
        self.level.setAccessibleName(self.tr("{0}: level").format(name))
        self.level.setDecimals(0)
        self.level.setFixedWidth(92)
        self.when = Box(self.tr("{0}: when").format(name), 128, theme=theme)
        self.when.addItem(self.tr("on any day"), "any")
        self.when.addItem(self.tr("on the last day"), "end")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.measure, self.side, self.level, self.when):
            row.addWidget(part)
        row.addStretch(1)
        self._fit()
        self.measure.activated.connect(self._choose_measure)
        for box in (self.side, self.when):
            box.activated.connect(self.changed)
        self.level.valueChanged.connect(self.changed)

    def value(self) -> Condition | None:
        """The condition; None for nothing."""
        measure = str(self.measure.currentData())
        if not measure:
            return None
        scale = 100.0 if measure in words.PERCENT else 1.0
        return Condition(
            cast(Measure, measure),
            cast(Side, self.side.currentData()),
            0.0 if measure == "season" else self.level.value() / scale,
            cast(When, self.when.currentData()),
        )

    def set_value(self, one: Condition | None) -> None:
        """Show a condition without telling anybody."""
        self.blockSignals(True)
        self.measure.setCurrentIndex(max(0, self.measure.findData("" if one is None else one.measure)))
        self._fit()
        if one is not None:
            self.side.setCurrentIndex(self.side.findData(one.side))
            self.when.setCurrentIndex(self.when.findData(one.when))
            if one.measure != "season":
                self.level.setValue(one.level * (100.0 if one.measure in words.PERCENT else 1.0))
        self.blockSignals(False)

    def _choose_measure(self) -> None:
        self._fit()
        self.changed.emit()

    def _fit(self) -> None:
        """Offer the sides and levels of the measure that is chosen."""
        measure = str(self.measure.currentData())
        season = measure == "season"
        self.side.clear()
        self.side.addItem(self.tr("begins") if season else self.tr("above"), "above")
        self.side.addItem(self.tr("does not") if season else self.tr("below"), "below")
        self.side.setVisible(bool(measure))
        for part in (self.level, self.when):
            part.setVisible(measure not in ("", "season"))
        if measure in LEVELS:
            self.level.blockSignals(True)
            self.level.setRange(*LEVELS[measure])
            self.level.setSuffix(" %" if measure in words.PERCENT else "")
            self.level.setValue(USUAL[measure])
            self.level.blockSignals(False)


class ThesisForm(QWidget):
    """A thesis being written; `changed` at each edit, `opened(Thesis)` when a person opens it."""

    changed = Signal()
    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opened: date | None = None
        self._seen_until: date | None = None
        self._event: tuple[str, str, date | None] = ("", "", None)
        self.confirms = ConditionRow(self.tr("Confirmed by"), theme)
        self.confirms.set_value(Condition("excess", "above", 0.0, "end"))
        self.refutes = ConditionRow(self.tr("Refuted by"), theme, optional=True)
        self.refutes.set_value(Condition("excess", "below", 0.0, "end"))
        self._build_numbers()
        self._build_words(theme)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(12)
        form.addRow(self.tr("Confirmed by"), self.confirms)
        form.addRow(self.tr("Refuted by"), self.refutes)
        form.addRow(self.tr("Within"), self._span(theme))
        last = QHBoxLayout()
        last.setSpacing(8)
        last.addWidget(self.note, 1)
        last.addWidget(self.open_button)
        form.addRow(self.tr("Note"), last)
        form.addRow("", self.base)
        self.confirms.changed.connect(self.changed)
        self.refutes.changed.connect(self.changed)
        self.window_days.valueChanged.connect(lambda _: self.changed.emit())

    def _build_numbers(self) -> None:
        self.window_days = QSpinBox()
        inset(self.window_days)
        self.window_days.setRange(SHORTEST, LONGEST)
        self.window_days.setValue(90)
        self.window_days.setSuffix(self.tr(" days"))
        self.window_days.setAccessibleName(self.tr("Window in days"))
        self.window_days.setFixedWidth(104)
        self.probability = QSpinBox()
        inset(self.probability)
        self.probability.setRange(-1, 100)
        self.probability.setValue(-1)
        self.probability.setSpecialValueText(self.tr("none"))
        self.probability.setSuffix(" %")
        self.probability.setAccessibleName(self.tr("Your probability that it is confirmed"))
        self.probability.setToolTip(
            self.tr("How likely you think it is confirmed. It is held against the base rate once it closes.")
        )
        self.probability.setFixedWidth(92)
        for number in (self.confirms.level, self.refutes.level, self.window_days, self.probability):
            number.setAlignment(Qt.AlignmentFlag.AlignHCenter)

    def _build_words(self, theme: Theme) -> None:
        self.note = QLineEdit()
        self.note.setPlaceholderText(self.tr("Why do you expect it?"))
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setMaxLength(5_000)
        self.follows = Label("", token="text2", theme=theme)
        self.base = QLabel()
        self.base.setWordWrap(True)
        self.base.setProperty("tone", "second")
        self.base.setMinimumHeight(36)
        self.base.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.open_button = QPushButton(self.tr("Open the thesis"))
        self.open_button.setProperty("kind", "primary")
        self.open_button.clicked.connect(self._open)

    def _span(self, theme: Theme) -> QHBoxLayout:
        """The window, one's own probability, and how many theses follow the event already."""
        span = QHBoxLayout()
        span.setSpacing(8)
        span.addWidget(self.window_days)
        likely = Label(self.tr("Your probability"), token="text2", theme=theme)
        likely.setBuddy(self.probability)
        span.addSpacing(10)
        span.addWidget(likely)
        span.addWidget(self.probability)
        span.addSpacing(10)
        span.addWidget(self.follows, 1)
        return span

    def set_day(self, opened: date | None, seen_until: date | None) -> None:
        """The day on which the thesis opens, and the last day of data that its writer could know."""
        self._opened, self._seen_until = opened, seen_until
        self.open_button.setEnabled(opened is not None)

    def set_event(self, trigger: str, kind: str, event_day: date | None) -> None:
        """The event that the thesis follows; None for none."""
        self._event = (trigger, kind, event_day)

    def set_conditions(self, confirms: Condition, refutes: Condition | None, window: int) -> None:
        """Fill the form, as if a person had."""
        self.confirms.set_value(confirms)
        self.refutes.set_value(refutes)
        self.window_days.setValue(window)
        self.changed.emit()

    def value(self) -> Thesis | ThesisError | None:
        """The thesis as it stands, why it is none, or None without a day."""
        confirms, refutes = self.confirms.value(), self.refutes.value()
        if self._opened is None or confirms is None:
            return None
        trigger, kind, event_day = self._event
        after = event_day is not None and event_day <= self._opened
        try:
            return Thesis(
                opened=self._opened,
                window=self.window_days.value(),
                confirms=confirms,
                refutes=refutes,
                probability=None if self.probability.value() < 0 else self.probability.value() / 100,
                note=self.note.text().strip(),
                trigger=trigger if after else "",
                kind=kind if after else "",
                event_day=event_day if after else None,
                seen_until=self._seen_until,
            )
        except ThesisError as error:
            return error

    def show_event(self) -> None:
        """Say which event it follows."""
        found = self.value()
        self.follows.set_text(words.event_text(found, self.tr) if isinstance(found, Thesis) else "")

    def _open(self) -> None:
        found = self.value()
        if isinstance(found, ThesisError):
            self.base.setText(str(found))
        elif found is not None:
            self.opened.emit(replace(found))
            self.note.clear()
            self.probability.setValue(-1)

    def apply_theme(self, theme: Theme) -> None:
        spread_theme(self, theme)
