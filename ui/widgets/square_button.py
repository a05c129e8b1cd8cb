"""A button with one sign on it, named in words for tooltips and screen readers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QToolButton


def square_button(sign: str, name: str, call: Callable[[], object]) -> QToolButton:
    """Return a button that shows `sign`, is called `name`, and calls `call`."""
    button = QToolButton()
    button.setProperty("kind", "square")
    button.setText(sign)
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.clicked.connect(lambda _=False: call())
    return button
