"""Why two definitions of the season index differ on a day: every coin with its part, adding up to the gap."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.market.season.bench import PARTS, Comparison, Difference
from models.market.unknown import Unknown
from models.qt.figures import Column, FigureRow
from ui.dialogs.dialog import Dialog
from ui.panels.season import words
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.widgets import dates, numbers
from ui.widgets.figure_table import FigureTable

WIDTHS = (68, 146, 146, 62, 62, 76, 80, 96, 64, 170)


class GapDialog(Dialog):
    """The gap in one sentence, its four kinds of reasons, and the coins; sorted, searched, copied, saved."""

    def __init__(self, found: Comparison, names: tuple[str, str], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Why two definitions differ"))
        self.found, self.names = found, names
        self._theme = theme
        self.head = QLabel(self._sentence())
        self.head.setFont(font("heading"))
        self.head.setWordWrap(True)
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.sum = QLabel(self._sum())
        self.sum.setProperty("tone", "second")
        self.sum.setWordWrap(True)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search coin or reason"))
        self.field.setAccessibleName(self.tr("Search the coins"))
        self.field.setClearButtonEnabled(True)
        self.table = FigureTable(self._columns(), name=self.tr("Parts of the gap"), bar="bar", theme=theme)
        sizes = [abs(one.points) for one in found.differences]
        self.table.bars.limit = max(sizes, default=1.0) or 1.0
        self.table.show_rows([self._row(one) for one in found.differences])
        self.table.stretch("why", WIDTHS)
        self.field.textChanged.connect(self.table.sorted.seek)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = QPushButton(self.tr("Copy"))
        copy.clicked.connect(self.table.copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.head)
        column.addLayout(self._kinds())
        column.addWidget(self.field)
        column.addWidget(self.table, 1)
        column.addWidget(self.sum)
        column.addWidget(buttons)
        room = parent.size()
        self.resize(min(1160, room.width() - 40), min(720, room.height() - 40))
        self.table.setFocus()

    def _sentence(self) -> str:
        return words.gap_sentence(self.found, self.names, self.tr)

    def _sum(self) -> str:
        found = self.found
        values = []
        for reading in (found.first_reading, found.second_reading):
            value = reading.index
            values.append("–" if isinstance(value, Unknown) else numbers.fixed(value, 2))
        return self.tr("{0}: the parts of {1} coins add up to {2} − {3} = {4} points.").format(
            dates.short_day_text(found.day),
            len(found.differences),
            *values,
            numbers.fixed(found.gap, 2, sign=True),
        )

    def _kinds(self) -> QGridLayout:
        """The four kinds of reasons, each with its coins and its points."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(2)
        names = {
            "only in the first": self.tr("Counted only in {0}").format(self.names[0]),
            "only in the second": self.tr("Counted only in {0}").format(self.names[1]),
            "other verdict": self.tr("Beat Bitcoin in one of the two only"),
            "other weight": self.tr("Same verdict, another weight"),
        }
        for at, part in enumerate(PARTS):
            count, points = self.found.by_part[part]
            for place, text in enumerate(
                (names[part], self.tr("{0} coins").format(count), numbers.fixed(points, 2, sign=True))
            ):
                label = QLabel(text)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setFont(font("table"))
                if place:
                    label.setAlignment(Qt.AlignmentFlag.AlignRight)
                grid.addWidget(label, at, place)
        grid.setColumnStretch(3, 1)
        return grid

    def _columns(self) -> tuple[Column, ...]:
        first, second = self.names
        return (
            Column("coin", self.tr("Coin")),
            Column("first", self.tr("In the first"), tip=first),
            Column("second", self.tr("In the second"), tip=second),
            Column("weight_1", self.tr("Weight"), _weight, is_number=True,
                   tip=self.tr("Weight in {0}").format(first)),
            Column("weight_2", self.tr("Weight"), _weight, is_number=True,
                   tip=self.tr("Weight in {0}").format(second)),
            Column("by_weight", self.tr("By weight"), _points, is_number=True,
                   tip=self.tr("Points because the coin weighs more or less, or is counted in one only")),
            Column("by_verdict", self.tr("By verdict"), _points, is_number=True,
                   tip=self.tr("Points because the coin beats Bitcoin in one of them only")),
            Column("bar", self.tr("Part of the gap"), _points),
            Column("points", self.tr("Points"), _points, is_number=True),
            Column("why", self.tr("Why")),
        )  # fmt: skip

    def _row(self, one: Difference) -> FigureRow:
        first = words.side_words(one.first, self.found.first.variant.window, self.tr)
        second = words.side_words(one.second, self.found.second.variant.window, self.tr)
        why = words.part_words(one, self.tr)
        cells = (
            one.coin.symbol,
            first,
            second,
            one.first_weight or None,
            one.second_weight or None,
            one.by_weight,
            one.by_verdict,
            one.points,
            one.points,
            why,
        )
        return FigureRow(one.coin.id, cells, tip=f"{one.coin.name}: {why}")


def _weight(share: float | None) -> str:
    return numbers.percent(share, 2)


def _points(points: float | None) -> str:
    return numbers.fixed(points, 2, sign=True)
