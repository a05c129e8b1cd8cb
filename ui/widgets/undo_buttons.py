"""The two buttons of a stack of undo: what each would do, in its tooltip."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QAbstractButton


def _tr(text: str) -> str:
    return QCoreApplication.translate("undo", text)


def label_undo(stack: QUndoStack, undo: QAbstractButton, redo: QAbstractButton) -> None:
    """Turn both on or off as the stack has steps, and name the step that each would take."""
    undo.setEnabled(stack.canUndo())
    redo.setEnabled(stack.canRedo())
    undo.setToolTip(
        _tr("Undo: {0} (Ctrl+Z)").format(stack.undoText())
        if stack.canUndo()
        else _tr("There is nothing to undo.")
    )
    redo.setToolTip(
        _tr("Redo: {0}").format(stack.redoText()) if stack.canRedo() else _tr("There is nothing to redo.")
    )
