"""The buttons of undo name the step that they would take, and say so where there is none."""

from __future__ import annotations

from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtWidgets import QPushButton

from ui.widgets.undo_buttons import label_undo


def test_each_names_its_step_or_says_that_there_is_none(qtbot):
    stack, undo, redo = QUndoStack(), QPushButton(), QPushButton()
    for button in (undo, redo):
        qtbot.addWidget(button)
    label_undo(stack, undo, redo)
    assert not undo.isEnabled()
    assert not redo.isEnabled()
    assert (undo.toolTip(), redo.toolTip()) == ("There is nothing to undo.", "There is nothing to redo.")
    stack.push(QUndoCommand("add a note"))
    label_undo(stack, undo, redo)
    assert undo.isEnabled()
    assert undo.toolTip() == "Undo: add a note (Ctrl+Z)"
    stack.undo()
    label_undo(stack, undo, redo)
    assert not undo.isEnabled()
    assert redo.toolTip() == "Redo: add a note"
