"""The pop-over behind every ƒ: the definition, the numbers filled in, the inputs, what was left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.qt.reader import readable
from resources.reader import text_of
from ui.dialogs.dialog import Dialog
from ui.theme.fonts import Role, font
from ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from models.market.correlation.view import Choice
    from models.market.trace import Input, Trace
    from ui.session import Session

WIDTH, HEIGHT = 640, 560
UNKNOWN_SOURCE = "–"


def show_explanation(
    parent: QWidget, session: Session, key: str, choice: Choice | None = None
) -> QDialog | None:
    """Open the explanation of a figure as of the shown day; nothing without data.

    `choice` says which pair a figure of two lines is about; without it, the Overview's own.
    """
    from models.market.trace import DEFAULT, trace
    from models.market.unknown import Unknown

    if session.study is None or session.day is None:
        return None
    found = trace(session.study, session.day, key, choice or DEFAULT)
    if isinstance(found, Unknown):
        return None
    dialog = Explanation(found, str(session.day), parent.window())
    dialog.open()
    return dialog


def show_trace(parent: QWidget, day: str, found: Trace) -> QDialog:
    """Open the explanation of a figure whose trace is at hand."""
    dialog = Explanation(found, day, parent.window())
    dialog.open()
    return dialog


class Explanation(Dialog):
    """One figure explained; everything can be selected and copied."""

    def __init__(self, trace: Trace, day: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("How is this computed?"))
        self._words: list[str] = []
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(20, 16, 20, 8)
        self._column.setSpacing(6)
        self._say(trace.title, role="title")
        self._say(readable(self.tr("as of {0}").format(day)), tone="second")
        self._head(self.tr("The numbers"))
        self._pairs(trace.steps)
        self._head(self.tr("Definition (methods, section {0})").format(trace.section))
        for passage in passages(trace.section, trace.passages):
            self._say(passage)
        if trace.inputs:
            self._head(self.tr("Inputs"))
            self._pairs(tuple((one.name, self._origin(one)) for one in trace.inputs))
        if trace.left_out:
            self._head(self.tr("Left out and noted"))
            for sentence in trace.left_out:
                self._say(readable(sentence))
        self._column.addStretch(1)
        scroll = scrolled(inside)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = QPushButton(self.tr("Copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        buttons.setContentsMargins(20, 0, 20, 12)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll, 1)
        whole.addWidget(buttons)
        self.resize(WIDTH, min(HEIGHT, parent.height() - 60))

    def text(self) -> str:
        """Return the whole explanation as text."""
        return "\n".join(self._words)

    def _origin(self, one: Input) -> str:
        if one.last_day is None:
            return self.tr("no value in the cache up to this day")
        return self.tr("{0}, to {1}").format(one.source or UNKNOWN_SOURCE, one.last_day)

    def _say(self, words: str, *, role: Role = "body", tone: str = "") -> None:
        label = QLabel(words)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setFont(font(role))
        if tone:
            label.setProperty("tone", tone)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(label)
        self._words.append(words)

    def _head(self, words: str) -> None:
        self._column.addSpacing(8)
        self._say(words, role="heading")

    def _pairs(self, rows: tuple[tuple[str, str], ...]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        for at, (what, plain) in enumerate(rows):
            value = readable(plain)
            name = QLabel(what)
            name.setTextFormat(Qt.TextFormat.PlainText)  # a title comes from whoever made the archive
            name.setProperty("tone", "second")
            shown = QLabel(value)
            shown.setTextFormat(Qt.TextFormat.PlainText)
            shown.setWordWrap(True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(shown, at, 1)
            self._words.append(f"{what}: {value}")
        self._column.addLayout(grid)


def passages(section: int, starts: tuple[str, ...]) -> list[str]:
    """Return the paragraphs of a section of the methods that begin with one of `starts`.

    The text is the methods' own; only the marks of Markdown are taken off.
    """
    body = re.search(rf"^## {section}\. .*?$(.*?)(?=^## |\Z)", text_of("methods.md"), re.M | re.S)
    if body is None:
        return []
    paragraphs = re.split(r"\n(?=- |\d\. |\| |\n|\w)", body.group(1))
    plain = [" ".join(one.split()).removeprefix("- ") for one in paragraphs if one.strip()]
    found = [one for one in plain if any(one.startswith(start) for start in starts)]
    return [_unmarked(one) for one in found]


def _unmarked(text: str) -> str:
    """Take the marks of Markdown off; a table row reads `a: b: c`.

    >>> _unmarked("*Breakout*: a `record`")
    'Breakout: a record'
    """
    if text.startswith("|"):
        cells = [cell.strip() for cell in text.strip("| ").split("|")]
        text = f"{cells[0]} – confirms: {cells[1]}; contradicts: {cells[2]}" if len(cells) > 2 else text
    return re.sub(r"[`*]", "", text)
