"""The row of controls of the Season panel: universe, window, weights, and the range of the charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from models.market.season.definition import Definition
from models.market.season.index import Variant
from ui.theme.tokens import Theme
from ui.widgets.flow import Flow
from ui.widgets.label import Label
from ui.widgets.range_buttons import RangeButtons
from ui.widgets.segmented import Segmented

TOPS, WINDOWS = (50, 100), (30, 90, 365)


class SeasonControls(QWidget):
    """What the panel shows; `changed(Definition)` when a person chose otherwise.

    Of a definition with other numbers than the buttons have, none of them is down and its name stands beside.
    """

    changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._definition = Definition()
        self._theme = theme
        self.top = self._segments([(str(top), self.tr("Top {0}").format(top)) for top in TOPS], "universe")
        self.window_days = self._segments([(str(days), str(days)) for days in WINDOWS], "window")
        self.weights = self._segments([("equal", self.tr("Equal")), ("cap", self.tr("Cap"))], "weights")
        self.own = Label("", token="accent", weight=600, theme=theme)
        self.own.hide()
        self.range = RangeButtons(theme=theme)
        flow = Flow(self)
        flow.addWidget(self._group(self.tr("Universe"), self.top))
        flow.addWidget(self._group(self.tr("Window, days"), self.window_days))
        flow.addWidget(self._group(self.tr("Weights"), self.weights, self.own))
        flow.addWidget(self._group(self.tr("Range"), self.range))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.top.changed.connect(lambda key: self._choose(top=int(key)))
        self.window_days.changed.connect(lambda key: self._choose(window=int(key)))
        self.weights.changed.connect(lambda key: self._choose(weights=cast(Literal["equal", "cap"], key)))
        self._show()

    def definition(self) -> Definition:
        """What is chosen."""
        return self._definition

    def set_definition(self, definition: Definition, title: str = "") -> None:
        """Show a definition without telling anybody; `title` names one that the buttons cannot say."""
        self._definition = definition
        self.own.set_text(title)
        self.own.setVisible(bool(title))
        self._show()
        self.updateGeometry()

    def _segments(self, options: Sequence[tuple[str, str]], which: str) -> Segmented:
        names = {
            "universe": self.tr("Universe"),
            "window": self.tr("Window, days"),
            "weights": self.tr("Weights"),
        }
        tips = {
            "universe": self.tr("How many of the largest altcoins are counted"),
            "window": self.tr("Over how many days a coin is compared with Bitcoin"),
            "weights": self.tr("Whether every coin counts alike or by its market cap"),
        }
        made = Segmented(options, name=names[which], theme=self._theme)
        made.setToolTip(tips[which])
        return made

    def _group(self, name: str, *widgets: QWidget) -> QWidget:
        group = QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        label = Label(name, token="text2", theme=self._theme)
        label.setBuddy(widgets[0])
        row.addWidget(label)
        for widget in widgets:
            row.addWidget(widget)
        return group

    def _choose(self, **what: object) -> None:
        variant: Variant = replace(self._definition.variant, **what)  # type: ignore[arg-type]
        self.set_definition(replace(self._definition, variant=variant))
        self.changed.emit(self._definition)

    def _show(self) -> None:
        variant = self._definition.variant
        for segments, value in (
            (self.top, str(variant.top)),
            (self.window_days, str(variant.window)),
            (self.weights, variant.weights),
        ):
            segments.set_value_or_none(value)
