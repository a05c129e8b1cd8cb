"""What a chart tells a screen reader as the keyboard walks it."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def speak(widget: QWidget, words: str) -> None:
    """Describe the place to which a key has led, and have it read aloud at once.

    Most screen readers ask for a description only when the focus comes, not when it changes under it.
    """
    widget.setAccessibleDescription(words)
    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
