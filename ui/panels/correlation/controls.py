"""The row of controls of the Correlation panel: which pair, which returns, which window, which method."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from models.market.correlation import WINDOWS, Method, Returns
from models.market.correlation_view import Choice, Control
from ui.charts.label import Label
from ui.charts.range_buttons import RangeButtons
from ui.charts.segmented import Segmented
from ui.charts.themed import Themed
from ui.theme.tokens import Theme

DEFAULT_WINDOW: dict[Returns, int] = {"weekly": 52, "daily": 90}
GAP, ROW_GAP = 14, 8
LIST_WIDTH = 280


class Box(Themed, QComboBox):
    """A combo box of a fixed width that leaves the wheel to the panel."""

    def __init__(self, name: str, width: int, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.setAccessibleName(name)
        self.setFixedWidth(width)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the panel, unless the box is in use."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _Field(QLineEdit):
    """The text of a line box; entering it selects the whole name, so that typing replaces it."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        QTimer.singleShot(0, self, self.selectAll)


class LineBox(Box):
    """Everything that can be paired; typing any part of a name finds it. `chosen(id)` by a person only."""

    chosen = Signal(str)

    def __init__(self, name: str, width: int, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(name, width, theme=theme, parent=parent)
        self.field = _Field()
        # The frame is that of the whole box; the style sheet would draw a second one inside it.
        self.field.setStyleSheet("border: none; padding: 0; min-height: 0; background: transparent;")
        self.setLineEdit(self.field)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(18)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        finder = QCompleter(self.model(), self)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        finder.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(finder)
        for opened in (finder.popup(), self.view()):
            if opened is not None:
                opened.setMinimumWidth(LIST_WIDTH)
        self._value = ""
        self.activated.connect(self._take)
        self.field.editingFinished.connect(self._settle)

    def set_lines(self, lines: Sequence[tuple[str, str]], value: str) -> None:
        """Offer these (id, title); tells nobody."""
        self.blockSignals(True)
        self.clear()
        count = Counter(title or name for name, title in lines)
        for name, title in lines:
            shown = title or name
            # Two lines of one title are told apart by their ids: the field finds a line by what it shows.
            self.addItem(shown if count[shown] == 1 else f"{shown} · {name}", name)
        self.blockSignals(False)
        self.set_value(value)

    def value(self) -> str:
        """The id of the chosen line."""
        return self._value

    def set_value(self, name: str) -> None:
        """Choose a line without telling anybody."""
        self._value = name
        self.setCurrentIndex(self.findData(name))
        if self.currentIndex() < 0:
            self.setEditText(name)
        self._show()

    def _take(self, index: int) -> None:
        name = self.itemData(index)
        if name and name != self._value:
            self._value = name
            self.chosen.emit(name)
        self._show()

    def _settle(self) -> None:
        """Take a text that is a title; else go back to the line that is chosen."""
        index = self.findText(self.currentText(), Qt.MatchFlag.MatchFixedString)
        if index >= 0:
            self._take(index)
        else:
            self.set_value(self._value)

    def _show(self) -> None:
        self.setToolTip(self.currentText())
        self.field.setCursorPosition(0)  # of a long name, its beginning


class Flow(QLayout):
    """Widgets in a row that goes on below where it gets narrow; the last one stands at the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), test=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items]
        return QSize(max((s.width() for s in sizes), default=0), max((s.height() for s in sizes), default=0))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, test=False)

    def _place(self, rect: QRect, *, test: bool) -> int:
        x, y, tall = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.x() + rect.width():
                x, y, tall = rect.x(), y + tall + ROW_GAP, 0
            if item is self._items[-1]:
                x = max(x, rect.x() + rect.width() - size.width())
            if not test:
                item.setGeometry(QRect(QPoint(x, y), size))
            x, tall = x + size.width() + GAP, max(tall, size.height())
        return y + tall - rect.y()


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
