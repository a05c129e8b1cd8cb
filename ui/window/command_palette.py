"""Ctrl+K: go to a panel, a day or an action by typing a part of its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QDate, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.window.typed_day import day_of

WIDTH, HEIGHT = 520, 360
SHOWN = "ddd d MMM yyyy"
"""A day as the field of the as-of day writes it."""
HINT = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can ask for; `hint` is its shortcut or its place, `also` other words for it."""

    title: str
    hint: str
    run: Callable[[], object]
    also: str = ""


class _WithHint(QStyledItemDelegate):
    """The title as usual, the shortcut at the right edge."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        room = option.rect.adjusted(0, 0, -8, 0)
        painter.save()
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(
            room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, index.data(HINT) or ""
        )
        painter.restore()


WORD = re.compile(r"\w+")
LENIENT = 5
"""Letters of a word that is also looked for across the gaps between words."""
MOST_RARE = 40
"""Coins and help topics that are listed at most; typing more words finds the others."""
TELLING = 4
"""Letters of a word that is looked for alone, when nothing has all of the words."""


class CommandPalette(QDialog):
    """A field and the commands that fit it; Enter runs the chosen one, Escape leaves.

    `rare` commands (a thousand coins, every help topic) show only once something is typed.
    """

    day_chosen = Signal(object)

    def __init__(self, commands: Sequence[Command], parent: QWidget, rare: Sequence[Command] = ()) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._commands, self._rare = commands, rare
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Panel, coin, action, help, or a day such as 2021-05-14"))
        self.field.setAccessibleName(self.tr("Search"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("What fits"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_WithHint(self.list))
        self._nothing = QLabel()
        self._nothing.setProperty("tone", "second")
        self._nothing.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.field)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        self.field.textChanged.connect(self._fill)
        self.list.itemClicked.connect(lambda _item: self._run())
        self.field.installEventFilter(self)
        self._found: list[Command] = []
        self._fill("")
        self.resize(WIDTH, HEIGHT)
        corner = parent.mapToGlobal(parent.rect().topRight())
        self.move(corner.x() - WIDTH - 16, corner.y() + 52)
        self.field.setFocus()

    def _fill(self, text: str) -> None:
        words = text.lower().split()
        self._found = self._fitting(words)
        day = day_of(text)
        if day is not None:
            shown = self.locale().toString(QDate(day.year, day.month, day.day), SHOWN)
            title = self.tr("Show {0}").format(shown)
            go = Command(title, self.tr("as-of day"), lambda: self.day_chosen.emit(day))
            self._found.insert(0, go)
        close = [] if self._found else self._closest(words)
        if close:
            self._found = close
            self._nothing.setText(self.tr("Nothing has all of these words. These have some of them:"))
        else:
            self._nothing.setText(
                self.tr("Nothing fits. Try a panel, a coin, an action, or a day written 2021-05-14.")
            )
        self._nothing.setVisible(bool(close) or not self._found)
        self.list.clear()
        for one in self._found:
            item = QListWidgetItem(one.title)
            item.setData(HINT, one.hint)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{one.title} {one.hint}".strip())
            self.list.addItem(item)
        self.list.setCurrentRow(0 if self._found else -1)

    def _fitting(self, words: Sequence[str]) -> list[Command]:
        if not words:
            return list(self._commands)
        common = [(_fit(one, words), one) for one in self._commands]
        rare = [(_fit(one, words), one) for one in self._rare]
        best = sorted((one for one in rare if one[0]), key=_by_fit)[:MOST_RARE]
        # The sort is stable: of two that fit alike, the one that was named first stays first.
        return [one for _, one in sorted([one for one in common if one[0]] + best, key=_by_fit)]

    def _closest(self, words: Sequence[str]) -> list[Command]:
        """Return what has most of the words, as where a question is typed: little words say nothing."""
        telling = [word for word in (word.strip("?!.,") for word in words) if len(word) >= TELLING]
        if len(words) < 2 or not telling:
            return []
        counted = [
            (sum(_fit(one, [word]) > 1 for word in telling), one) for one in (*self._commands, *self._rare)
        ]
        most = max((count for count, _ in counted), default=0)
        return [one for count, one in counted if count == most][:MOST_RARE] if most else []

    def _run(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._found):
            chosen = self._found[row]
            self.close()
            chosen.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self._found:
                self.list.setCurrentRow((self.list.currentRow() + step) % len(self._found))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
        return super().eventFilter(watched, event)


def _fit(command: Command, words: Sequence[str]) -> int:
    """Say how well the words fit: 0 not at all, 1 by other words for it, 4 where words of its title begin so.

    >>> def fit(typed): return _fit(Command("Lock the plan", "Planner", print, "freeze"), typed.split())
    >>> fit("lock pl"), fit("lockthe"), fit("ock"), fit("ckthe"), fit("freeze plan"), fit("reeze")
    (4, 4, 3, 2, 1, 0)
    """
    title = command.title.lower()
    begins = " ".join(("", *WORD.findall(title)))
    # "backup" for "Back up": not for short words, which hide anywhere when nothing stands between letters.
    is_long = min(map(len, words)) >= LENIENT
    closely = "".join(WORD.findall(title))
    if all(f" {word}" in begins for word in words) or (is_long and closely.startswith("".join(words))):
        return 4
    whole = f"{title} {command.hint.lower()}"
    if all(word in whole for word in words):
        return 3
    if is_long and all(word in closely for word in words):
        return 2
    also = " ".join(("", *WORD.findall(command.also.lower())))
    return 1 if all(word in whole or f" {word}" in also for word in words) else 0


def _by_fit(found: tuple[int, Command]) -> int:
    return -found[0]
