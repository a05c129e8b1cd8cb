"""The row of controls of the Correlation panel: which pair, which returns, which window, which method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QWidget,
)

from models.market.correlation.pairs import WINDOWS, Method, Returns
from models.market.correlation.view import Choice, Control
from ui.theme.tokens import Theme
from ui.widgets.box import Box, LineBox
from ui.widgets.flow import Flow
from ui.widgets.label import Label
from ui.widgets.range_buttons import RangeButtons
from ui.widgets.segmented import Segmented

DEFAULT_WINDOW: dict[Returns, int] = {"weekly": 52, "daily": 90}


class PairControls(QWidget):
    """What is looked at; `changed(Choice)` when a person chose something else."""

    changed = Signal(object)

    def __init__(self, choice: Choice, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self.a = LineBox(self.tr("First line"), 128, theme=theme)
        self.b = LineBox(self.tr("Second line"), 110, theme=theme)
        self.returns = Segmented(
            [("weekly", self.tr("Weekly")), ("daily", self.tr("Daily"))],
            name=self.tr("Returns"),
            value=choice.returns,
            theme=theme,
        )
        self.windows: dict[Returns, Segmented] = {
            "weekly": self._windows("weekly", self.tr("Window, weeks"), theme),
            "daily": self._windows("daily", self.tr("Window, days"), theme),
        }
        self.method = Box(self.tr("Method"), 116, theme=theme)
        for key, text in (
            ("pearson", self.tr("Pearson")),
            ("spearman", self.tr("Spearman")),
            ("ewma", self.tr("Exponential")),
        ):
            self.method.addItem(text, key)
        self.given = Box(self.tr("Given"), 92, theme=theme)
        for key, text in (("", self.tr("none")), ("SPX", self.tr("S&P 500")), ("BTC", self.tr("Bitcoin"))):
            self.given.addItem(text, key)
        self.range = RangeButtons(theme=theme)
        flow = Flow(self)
        flow.addWidget(self._group((self.a, self._word(self.tr("against"), theme), self.b)))
        flow.addWidget(self.returns)
        flow.addWidget(self._group((self._word(self.tr("Window"), theme), *self.windows.values())))
        flow.addWidget(self._group((self._word(self.tr("Method"), theme, self.method), self.method)))
        flow.addWidget(self._group((self._word(self.tr("Given"), theme, self.given), self.given)))
        flow.addWidget(self.range)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.a.chosen.connect(lambda name: self._choose_line(a=name))
        self.b.chosen.connect(lambda name: self._choose_line(b=name))
        self.returns.changed.connect(self._choose_returns)
        for one in self.windows.values():
            one.changed.connect(lambda key: self._choose(window=int(key)))
        self.method.activated.connect(lambda _: self._choose(method=cast(Method, self.method.currentData())))
        self.given.activated.connect(lambda _: self._choose(given=cast(Control, self.given.currentData())))
        self._show()

    def choice(self) -> Choice:
        """What is chosen."""
        return self._choice

    def set_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """Offer the lines of a study."""
        for box, value in ((self.a, self._choice.a), (self.b, self._choice.b)):
            box.set_lines(lines, value)

    def choose_pair(self, a: str, b: str) -> None:
        """Look at another pair, as if a person had chosen it."""
        self._choose(a=a, b=b)

    # -- inside ------------------------------------------------------------------------------------

    def _windows(self, returns: Returns, name: str, theme: Theme) -> Segmented:
        options = [(str(window), str(window)) for window in WINDOWS[returns]]
        return Segmented(options, name=name, value=str(DEFAULT_WINDOW[returns]), theme=theme)

    def _word(self, text: str, theme: Theme, buddy: QWidget | None = None) -> Label:
        label = Label(text, token="text2", theme=theme)
        if buddy is not None:
            label.setBuddy(buddy)
        return label

    def _group(self, widgets: Sequence[QWidget]) -> QWidget:
        group = QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in widgets:
            row.addWidget(widget)
        return group

    def _choose_line(self, a: str | None = None, b: str | None = None) -> None:
        """Take another line; where it is the other one, the two change places."""
        old = self._choice
        if a is not None:
            self._choose(a=a, b=old.a if a == old.b else old.b)
        elif b is not None:
            self._choose(b=b, a=old.b if b == old.a else old.a)

    def _choose_returns(self, returns: str) -> None:
        chosen = cast(Returns, returns)
        self._choose(returns=chosen, window=int(self.windows[chosen].value()))

    def _choose(self, **what: object) -> None:
        chosen = replace(self._choice, **what)  # type: ignore[arg-type]
        if chosen != self._choice:
            self._choice = chosen
            self._show()
            self.changed.emit(chosen)

    def _show(self) -> None:
        choice = self._choice
        if self.a.value() != choice.a or self.b.value() != choice.b:
            self.a.set_value(choice.a)
            self.b.set_value(choice.b)
        for returns, segments in self.windows.items():
            segments.setVisible(returns == choice.returns)
        self.method.setCurrentIndex(self.method.findData(choice.method))
        self.given.setCurrentIndex(self.given.findData(choice.given))
