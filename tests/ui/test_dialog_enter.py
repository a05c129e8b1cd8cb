"""Enter in a dialog does what the dialog is for, and nothing that nobody asked for."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QLineEdit, QPushButton, QVBoxLayout

from data.paths import Paths
from ui.dialogs.dialog import Dialog
from ui.dialogs.log_viewer import LogViewer
from ui.dialogs.preferences import Preferences
from ui.settings import Settings

ROLE = QDialogButtonBox.ButtonRole


class Asking(Dialog):
    """A field, a tool beside it, and the buttons that are asked for."""

    def __init__(self, *roles: QDialogButtonBox.ButtonRole) -> None:
        super().__init__()
        self.pressed: list[str] = []
        self.field, self.words = QLineEdit(), QLabel("words")
        self.words.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tool = QPushButton("Tool")
        box = QDialogButtonBox()
        column = QVBoxLayout(self)
        for one in (self.field, self.words, self.tool, box):
            column.addWidget(one)
        self.buttons = {role: box.addButton(role.name, role) for role in roles}
        for button in (self.tool, *self.buttons.values()):
            button.clicked.connect(partial(self._press, button.text()))

    def _press(self, name: str, _checked: bool = False) -> None:
        self.pressed.append(name)


@pytest.fixture
def shown(qtbot):
    def show(*roles: QDialogButtonBox.ButtonRole) -> Asking:
        made = Asking(*roles)
        qtbot.addWidget(made)
        made.show()
        made.activateWindow()
        return made

    return show


def enter(qtbot, dialog, widget) -> list[str]:
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    return dialog.pressed


def test_enter_in_a_field_accepts(shown, qtbot):
    dialog = shown(ROLE.ActionRole, ROLE.RejectRole, ROLE.AcceptRole)
    assert enter(qtbot, dialog, dialog.field) == ["AcceptRole"]


def test_the_primary_button_goes_before_the_others(shown, qtbot):
    dialog = shown(ROLE.AcceptRole, ROLE.ActionRole)
    dialog.buttons[ROLE.ActionRole].setProperty("kind", "primary")
    assert enter(qtbot, dialog, dialog.field) == ["ActionRole"]


def test_enter_presses_neither_a_tool_nor_what_cannot_be_pressed(shown, qtbot):
    dialog = shown(ROLE.ActionRole, ROLE.AcceptRole)
    dialog.buttons[ROLE.AcceptRole].setEnabled(False)
    assert enter(qtbot, dialog, dialog.field) == []


def test_enter_closes_a_dialog_that_only_tells_but_not_while_something_is_typed(shown, qtbot):
    dialog = shown(ROLE.ActionRole, ROLE.RejectRole)
    assert enter(qtbot, dialog, dialog.field) == []
    assert enter(qtbot, dialog, dialog.words) == ["RejectRole"]


def test_enter_on_a_button_presses_that_button(shown, qtbot):
    dialog = shown(ROLE.AcceptRole, ROLE.RejectRole)
    assert enter(qtbot, dialog, dialog.tool) == ["Tool"]


def test_enter_in_the_search_of_the_settings_leaves_them_open(qtbot, tmp_path):
    paths = Paths(tmp_path)
    dialog = Preferences(Settings(paths.settings), paths)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClicks(dialog.search, "theme")
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.isVisible()


def test_enter_in_the_search_of_the_log_leaves_the_clipboard_alone(qtbot, session, tmp_path):
    viewer = LogViewer(session, Paths(tmp_path))
    qtbot.addWidget(viewer)
    viewer.show()
    QApplication.clipboard().setText("mine")
    qtbot.keyClick(viewer.findChild(QLineEdit), Qt.Key.Key_Return)
    assert QApplication.clipboard().text() == "mine"
