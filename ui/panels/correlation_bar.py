"""The controls of the Correlation panel: which lines, which returns, which window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QWidget

from models.market.correlation import WINDOWS, Method, Returns
from models.market.correlation_view import CONTROLS, USUAL_WINDOW, Choice
from models.qt.lines import LinesModel
from ui.charts.label import Label
from ui.charts.range_buttons import RangeButtons
from ui.charts.segmented import Segmented
from ui.charts.themed import spread_theme
from ui.panels.line_picker import LinePicker
from ui.theme.tokens import Theme

HALF_LIFE_CHOICES: dict[Returns, tuple[int, ...]] = {"weekly": (13, 26, 52), "daily": (30, 60, 90)}
HALF_LIFE_USUAL: dict[Returns, int] = {"weekly": 13, "daily": 30}
SPACE = 8


class ChoiceBar(QWidget):
    """Two searchable lines, returns, window, method, what is held constant, and the range of the charts.

    `changed(choice)` when a person chooses; `set_choice` shows one without telling.
    """

    changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = Choice()
        self._lines = LinesModel(self)
        self._titles: dict[str, str] = {}
        self._narrow: bool | None = None
        self._build(theme)
        self.set_narrow(False)
        self._show()

    def _build(self, theme: Theme) -> None:
        self.first = LinePicker(self._lines, self.tr("First line"))
        self.second = LinePicker(self._lines, self.tr("Second line"))
        self.returns = Segmented(
            [("weekly", self.tr("Weekly")), ("daily", self.tr("Daily"))], name=self.tr("Returns"), theme=theme
        )
        self.windows = {
            (returns, weighted): Segmented(
                [(str(one), str(one)) for one in options[returns]],
                name=self.tr("Half-life") if weighted else self.tr("Window"),
                theme=theme,
            )
            for weighted, options in ((False, WINDOWS), (True, HALF_LIFE_CHOICES))
            for returns in ("weekly", "daily")
        }
        self.method = QComboBox()
        self.method.setAccessibleName(self.tr("Method"))
        for method, text in (
            ("pearson", self.tr("Pearson")),
            ("spearman", self.tr("Spearman")),
            ("ewma", self.tr("Exponential")),
        ):
            self.method.addItem(text, method)
        self.given = QComboBox()
        self.given.setAccessibleName(self.tr("Given: held constant"))
        self.range = RangeButtons(theme=theme)
        self._window_label = Label("", token="text2", theme=theme)
        self._lines_box = _row(self.first, Label(self.tr("against"), token="text2", theme=theme), self.second)
        self._how_box = _row(
            Label(self.tr("Returns"), token="text2", theme=theme),
            self.returns,
            self._window_label,
            *self.windows.values(),
            Label(self.tr("Method"), token="text2", theme=theme),
            self.method,
            Label(self.tr("Given"), token="text2", theme=theme),
            self.given,
        )
        self._range_box = _row(Label(self.tr("Range"), token="text2", theme=theme), self.range)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(SPACE)
        self._grid.setColumnStretch(2, 1)
        self._grid.addWidget(self._lines_box, 0, 0)
        self._grid.addWidget(self._range_box, 0, 3)
        self.first.chosen.connect(lambda line: self._change(a=line))
        self.second.chosen.connect(lambda line: self._change(b=line))
        self.returns.changed.connect(self._change_returns)
        for one in self.windows.values():
            one.changed.connect(lambda text: self._change(window=int(text)))
        self.method.activated.connect(lambda _: self._change_method(self.method.currentData()))
        self.given.activated.connect(lambda _: self._change(given=self.given.currentData()))

    def set_narrow(self, narrow: bool) -> None:
        """Put the controls into two rows instead of one."""
        if narrow != self._narrow:
            self._narrow = narrow
            if narrow:
                self._grid.addWidget(self._how_box, 1, 0, 1, 4)
            else:
                self._grid.addWidget(self._how_box, 0, 1)

    def choice(self) -> Choice:
        """What is chosen."""
        return self._choice

    def set_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """Offer these lines, as (id, title)."""
        self._titles = dict(lines)
        self._lines.show(lines)
        self._show()

    def set_choice(self, choice: Choice) -> None:
        """Show a choice without telling anybody."""
        self._choice = choice
        self._show()

    def choose_pair(self, a: str, b: str) -> None:
        """Take another pair, as a person would."""
        self._change(a=a, b=b)

    def _change_returns(self, returns: Returns) -> None:
        usual = HALF_LIFE_USUAL if self._choice.method == "ewma" else USUAL_WINDOW
        self._change(returns=returns, window=usual[returns])

    def _change_method(self, method: Method) -> None:
        weighted, was = method == "ewma", self._choice.method == "ewma"
        window = self._choice.window
        if weighted != was:
            window = (HALF_LIFE_USUAL if weighted else USUAL_WINDOW)[self._choice.returns]
        given = self._choice.given if method == "pearson" else ""
        self._change(method=method, window=window, given=given)

    def _change(self, **news: object) -> None:
        wanted = replace(self._choice, **news)  # type: ignore[arg-type]
        if wanted.a == wanted.b:
            # Choosing the other line for one side swaps the two.
            wanted = replace(wanted, a=self._choice.b, b=self._choice.a)
        if wanted.given in (wanted.a, wanted.b):
            wanted = replace(wanted, given="")
        changed = wanted != self._choice
        self._choice = wanted
        self._show()
        if changed:
            self.changed.emit(wanted)

    def _show(self) -> None:
        choice = self._choice
        weighted = choice.method == "ewma"
        self.first.set_line(choice.a)
        self.second.set_line(choice.b)
        self.returns.set_value(choice.returns)
        for key, one in self.windows.items():
            one.setVisible(key == (choice.returns, weighted))
        self.windows[choice.returns, weighted].set_value(str(choice.window))
        self._window_label.set_text(_window_words(self, choice.returns, weighted))
        self.method.setCurrentIndex(self.method.findData(choice.method))
        self._show_controls()

    def _show_controls(self) -> None:
        choice = self._choice
        self.given.clear()
        self.given.addItem(self.tr("none"), "")
        for control in CONTROLS:
            if control not in (choice.a, choice.b) and control in self._titles:
                self.given.addItem(self._titles[control], control)
        self.given.setCurrentIndex(max(self.given.findData(choice.given), 0))
        possible = choice.method == "pearson"
        self.given.setEnabled(possible)
        self.given.setToolTip(
            self.tr("Draws the correlation that is left when this line is taken out of both")
            if possible
            else self.tr("A line can be held constant for Pearson correlations only")
        )

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of another theme."""
        spread_theme(self, theme)


def _window_words(bar: ChoiceBar, returns: Returns, weighted: bool) -> str:
    if weighted:
        return bar.tr("Half-life, weeks") if returns == "weekly" else bar.tr("Half-life, days")
    return bar.tr("Window, weeks") if returns == "weekly" else bar.tr("Window, days")


def _row(*widgets: QWidget) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return box
