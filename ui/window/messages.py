"""The few dialogs of the window: what an import did, what went wrong, and the shortcuts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from models.marked import QT_TRANSLATE_NOOP
from ui.dialogs.dialog import Dialog
from ui.dialogs.scrolling import scrolling
from ui.theme.fonts import font
from ui.widgets import numbers

SHORTCUTS = (
    ("Ctrl+1 … Ctrl+9", QT_TRANSLATE_NOOP("messages", "Go to a panel")),
    ("Ctrl+Shift+1 … Ctrl+Shift+9", QT_TRANSLATE_NOOP("messages", "Show a panel beside the open one")),
    ("Ctrl+Shift+0", QT_TRANSLATE_NOOP("messages", "Close the second panel")),
    ("Ctrl+K", QT_TRANSLATE_NOOP("messages", "Search: panel, day or action")),
    ("Alt+Left, Alt+Right", QT_TRANSLATE_NOOP("messages", "One day earlier or later")),
    ("Alt+D", QT_TRANSLATE_NOOP("messages", "Choose a day")),
    ("Alt+Home", QT_TRANSLATE_NOOP("messages", "Back to the newest day")),
    ("Alt+P", QT_TRANSLATE_NOOP("messages", "Play ten days a second, pause")),
    ("Ctrl+O", QT_TRANSLATE_NOOP("messages", "Import an archive")),
    ("Ctrl+P", QT_TRANSLATE_NOOP("messages", "Save the report as a page")),
    ("F5", QT_TRANSLATE_NOOP("messages", "Refresh")),
    ("Ctrl+N in the journal or planner", QT_TRANSLATE_NOOP("messages", "A new note, a new plan")),
    ("Ctrl+S in the planner", QT_TRANSLATE_NOOP("messages", "Save the plan")),
    ("Arrow keys on a chart", QT_TRANSLATE_NOOP("messages", "Move the crosshair")),
    ("T on a chart", QT_TRANSLATE_NOOP("messages", "Show the chart as a table")),
    ("Ctrl+,", QT_TRANSLATE_NOOP("messages", "Settings")),
    ("F1", QT_TRANSLATE_NOOP("messages", "Help")),
    ("Shift+F1", QT_TRANSLATE_NOOP("messages", "This list")),
    ("Alt+M", QT_TRANSLATE_NOOP("messages", "Menu")),
    ("Ctrl+Q", QT_TRANSLATE_NOOP("messages", "Quit")),
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("messages", text)


def shortcuts() -> tuple[tuple[str, str], ...]:
    """Return the keys and what they do, in the reader's language."""
    return tuple((keys, _tr(what)) for keys, what in SHORTCUTS)


def show_failure(parent: QWidget, title: str, sentence: str) -> QMessageBox:
    """Say what happened and what is safe; the sentence comes from whoever knows."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, title, QMessageBox.StandardButton.Close, parent)
    box.setInformativeText(sentence)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


def ask_to_lose(parent: QWidget, reasons: Sequence[str]) -> bool:
    """Ask whether to close although something could not be kept; by default the window stays."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(_tr("Not everything could be saved"))
    box.setText(_tr("The window holds changes that could be saved nowhere. Closing it now loses them."))
    box.setInformativeText("\n".join(dict.fromkeys(reasons)))
    stay = box.addButton(_tr("Stay"), QMessageBox.ButtonRole.RejectRole)
    lose = box.addButton(_tr("Close and lose them"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is lose


def show_import(parent: QWidget, report: dict[str, Any]) -> QDialog:
    """List what an import took, skipped and refused, file by file, with the reasons."""
    dialog = Dialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_tr("Import finished"))
    files = report["files"]
    taken = sum(file["taken"] for file in files)
    refused = sum(sum(file["refused"].values()) for file in files)
    title = QLabel(_tr("{0} rows taken, {1} refused").format(numbers.whole(taken), numbers.whole(refused)))
    title.setFont(font("title"))
    text = QLabel(report["stopped"] or report["archive"])
    text.setProperty("tone", "second")
    text.setWordWrap(True)
    table = QTableWidget(len(files), 5)
    table.setHorizontalHeaderLabels([_tr("File"), _tr("Taken"), _tr("Skipped"), _tr("Refused"), _tr("Why")])
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setAccessibleName(_tr("What became of each file"))
    for row, file in enumerate(files):
        counts = (file["taken"], sum(file["skipped"].values()), sum(file["refused"].values()))
        why = [*file["skipped"], *file["refused"], *file["notes"]]
        cells = [file["path"], *(numbers.whole(count) for count in counts), "; ".join(why)]
        for column, cell in enumerate(cells):
            item = QTableWidgetItem(cell)
            item.setToolTip(cell)
            if 0 < column < 4:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(row, column, item)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    copy = QPushButton(_tr("Copy"))
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report["summary"]))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
    buttons.rejected.connect(dialog.reject)
    column_layout = QVBoxLayout(dialog)
    for widget in (title, text, table, buttons):
        column_layout.addWidget(widget)
    dialog.resize(820, 520)
    dialog.open()
    return dialog


def show_shortcuts(parent: QWidget) -> None:
    """List the keys that work everywhere."""
    dialog = Dialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_tr("Keyboard shortcuts"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    for row, (keys, what) in enumerate(shortcuts()):
        name = QLabel(keys)
        name.setFont(font("heading"))
        grid.addWidget(name, row, 0)
        grid.addWidget(QLabel(what), row, 1)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    whole = QVBoxLayout(dialog)
    whole.setContentsMargins(20, 16, 20, 16)
    whole.addWidget(scrolling(grid), 1)
    whole.addWidget(buttons)
    dialog.open()
