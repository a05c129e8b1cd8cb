"""Marks texts that are translated where they are shown, for the program that gathers what is to translate."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - lupdate looks for this name
    """Return the text as it is; `context` is the class, or the name, whose `tr` shows it.

    Qt's own function of that name is not typed, and rooms without Qt have texts, too.

    >>> QT_TRANSLATE_NOOP("MainWindow", "Season")
    'Season'
    """
    return text
