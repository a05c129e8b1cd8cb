"""Positions from a file or the clipboard: columns are mapped, rows previewed, and only then taken."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from models.qt.positions import amount
from models.risk.plans.edits import added
from models.risk.plans.from_table import FIELDS, NEEDED, TITLES, Field, Names, Preview, guessed, preview
from models.risk.plans.sheet import Sheet, decoded, sheet
from ui.dialogs.dialog import Dialog
from ui.plans.desk import PlanDesk
from ui.reasons import reason
from ui.theme.fonts import font

LARGEST = 20_000_000
"""Bytes of a table of positions; ten thousand rows are a twentieth of it."""
SHOWN = 200


def choose_file(desk: PlanDesk, parent: QWidget) -> None:
    """Ask for a file and open the dialog on it."""
    name, _ = QFileDialog.getOpenFileName(
        parent, parent.tr("Import positions"), "", parent.tr("Tables (*.csv *.tsv *.txt)")
    )
    if name:
        take_file(desk, Path(name), parent)


def take_file(desk: PlanDesk, path: Path, parent: QWidget) -> None:
    """Read a file in a thread and open the dialog on it."""

    def read(report: object, cancelled: object) -> Sheet:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path.name} is larger than {LARGEST // 1_000_000} MB: no table of positions.")
        return sheet(decoded(path.read_bytes()))

    desk.tasks.latest(
        "plan: table",
        read,
        done=lambda found: show(desk, found, path.name, parent),
        failed=lambda error: desk.keeper.said.emit(
            parent.tr("{0} was not read: {1}").format(path.name, reason(error))
        ),
    )


def paste(desk: PlanDesk, parent: QWidget) -> None:
    """Open the dialog on what was copied in a spreadsheet."""
    text = QGuiApplication.clipboard().text()
    if text.strip():
        show(desk, sheet(text), parent.tr("the clipboard"), parent)


def show(desk: PlanDesk, found: object, origin: str, parent: QWidget) -> None:
    assert isinstance(found, Sheet)
    study = desk.session.study
    names = Names(()) if study is None else Names.of(study.market, desk.session.day)
    TakingDialog(desk, found, names, origin, parent).open()


class TakingDialog(Dialog):
    """Columns on top, the rows below with what becomes of each; one step of undo."""

    def __init__(
        self, desk: PlanDesk, found: Sheet, names: Names, origin: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._sheet, self._names = desk, found, names
        self._preview = Preview((), ())
        self._origin = origin
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import positions from {0}").format(origin))
        width = max((len(row) for row in found.rows), default=0)
        heads = found.header or tuple(self.tr("Column {0}").format(at + 1) for at in range(width))
        mapping = guessed(found, names)
        form = QFormLayout()
        self.columns: dict[Field, QComboBox] = {}
        for field in FIELDS:
            box = QComboBox()
            box.addItem(self.tr("(not in the table)"), -1)
            for at, head in enumerate(heads):
                box.addItem(head or self.tr("Column {0}").format(at + 1), at)
            box.setCurrentIndex(box.findData(mapping.get(field, -1)))
            box.setAccessibleName(self.tr(TITLES[field]))
            box.currentIndexChanged.connect(self._read)
            self.columns[field] = box
            needed = " *" if field in NEEDED else ""
            form.addRow(self.tr(TITLES[field]) + needed, box)
        self.words = QLabel()
        self.words.setFont(font("heading"))
        self.table = QTableWidget()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAccessibleName(self.tr("What becomes of each row"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.take = buttons.addButton(self.tr("Take them"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setProperty("kind", "primary")
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.addLayout(form)
        whole.addWidget(self.words)
        whole.addWidget(self.table, 1)
        whole.addWidget(buttons)
        self.resize(820, 640)
        self._read()

    @Slot()
    def _read(self) -> None:
        """Show what would be taken and what would be refused, and why."""
        mapping = {field: box.currentData() for field, box in self.columns.items() if box.currentData() >= 0}
        self._preview = preview(self._sheet, mapping, self._names)
        self.words.setText(self._preview.words)
        self.take.setEnabled(bool(self._preview.taken))
        rows: list[tuple[int, tuple[str, ...]]] = []
        for one in self._preview.taken:
            cost = "" if one.position.cost is None else amount(one.position.cost)
            cells: tuple[str, ...] = (
                self.tr("taken"),
                one.title,
                amount(one.position.quantity),
                cost,
                one.note,
            )
            rows.append((one.line, cells))
        for refused in self._preview.refused:
            text = " · ".join(refused.cells[:3])
            rows.append((refused.line, (self.tr("refused"), text, "", "", refused.why)))
        rows.sort()
        heads = ("Line", "", "Coin", "Quantity", "Cost", "Why")
        self.table.setColumnCount(len(heads))
        self.table.setHorizontalHeaderLabels([self.tr(head) if head else "" for head in heads])
        self.table.setRowCount(min(len(rows), SHOWN))
        for at, (line, cells) in enumerate(rows[:SHOWN]):
            for column, cell in enumerate((str(line), *cells)):
                item = QTableWidgetItem(cell)
                item.setToolTip(cell)
                self.table.setItem(at, column, item)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)

    @Slot()
    def _take(self) -> None:
        positions = self._preview.positions
        what = self.tr("import from {0}").format(self._origin)
        if self._desk.keeper.edit(what, lambda plan: added(plan, positions)):
            self.accept()
