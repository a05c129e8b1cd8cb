"""The chosen note of the journal, field by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QDate, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from models.journal.notes import KINDS, LONGEST_TITLE, JournalError, Note
from models.qt.notes import kind_title
from models.qt.reader import readable
from ui.journal.links import LinksButton
from ui.later import later
from ui.theme.tokens import Theme
from ui.widgets.card import Card

TYPING_MS, LATEST_MS = 400, 2_000
"""Typing becomes one edit when it pauses this long, and without a pause after so long."""


class NoteEditor(Card):
    """`edited` with the changed note, when typing pauses or a field is left."""

    edited = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__("Note", theme=theme)
        self.set_title(self.tr("Note"))
        self._note: Note | None = None
        self._as_filled: Note | None = None
        """The note as the fields can say it: what they cannot, such as spaces at its end, is no edit."""
        self._known_coins: frozenset[str] = frozenset()
        self._find: Callable[[str], str | None] = _nothing
        self._is_filling = False
        self._build()
        self._timer = later(self, TYPING_MS, self._tell)
        self._latest = later(self, LATEST_MS, self._tell)
        self._follow_fields()
        self.show_note(None)

    def _build(self) -> None:
        self._build_fields()
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setProperty("tone", "caution")
        self.form = self._form()
        self.empty = QLabel(self.tr("Choose a note, or write a new one (Ctrl+N)."))
        self.empty.setWordWrap(True)
        self.empty.setProperty("tone", "second")
        for widget in (self.form, self.hint, self.empty):
            self.body.addWidget(widget)
        self.body.addStretch(1)

    def _build_fields(self) -> None:
        self.day = QDateEdit()
        self.day.setDateRange(QDate(1, 1, 1), QDate(9999, 12, 31))
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("d MMM yyyy")
        self.kind = QComboBox()
        for kind in KINDS:
            self.kind.addItem(kind_title(kind), kind)
        self.title = QLineEdit()
        self.title.setMaxLength(LONGEST_TITLE)
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.tags = QLineEdit()
        self.tags.setPlaceholderText(self.tr("etf, halving"))
        self.coins = QLineEdit()
        self.coins.setPlaceholderText(self.tr("BTC, chainlink"))
        self.links = QLineEdit()
        self.links.setPlaceholderText(self.tr("Web addresses, separated by spaces"))
        self.strangers = QLabel()
        self.strangers.setWordWrap(True)
        self.strangers.setProperty("tone", "second")
        self.strangers.hide()
        self.open_links = LinksButton()

    def _form(self) -> QWidget:
        beside = QWidget()
        row = QHBoxLayout(beside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.links, 1)
        row.addWidget(self.open_links)
        form = QWidget()
        rows = QFormLayout(form)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, field in (
            (self.tr("Day"), self.day),
            (self.tr("Kind"), self.kind),
            (self.tr("Title"), self.title),
            (self.tr("Text"), self.text),
            (self.tr("Tags"), self.tags),
            (self.tr("Coins"), self.coins),
            (self.tr("Links"), self.links),
        ):
            field.setAccessibleName(label)
            rows.addRow(label, beside if field is self.links else field)
            if field is self.coins:
                rows.addRow("", self.strangers)
        return form

    def _follow_fields(self) -> None:
        for field in (self.title, self.tags, self.coins, self.links):
            field.textEdited.connect(lambda _: self._wait_for_pause())
            if field is self.coins:
                field.editingFinished.connect(self._write_ids)
            field.editingFinished.connect(self._tell)
        self.coins.textChanged.connect(self._name_strangers)
        self.links.textChanged.connect(lambda text: self.open_links.offer(_words(text, None)))
        self.text.textChanged.connect(self._typed)
        self.day.dateChanged.connect(lambda _: self._tell())
        self.kind.currentIndexChanged.connect(lambda _: self._tell())

    def show_note(self, note: Note | None) -> None:
        """Show a note, or that none is chosen; what was typed into the one before is told first."""
        if self._note is not None and (note is None or note.id != self._note.id):
            self._write_ids()
            self._tell()
        self.form.setVisible(note is not None)
        self.empty.setVisible(note is None)
        if note is not None and note == self._note:
            # News of what the fields said a moment ago: what is typed since then stays.
            return
        self.hint.hide()
        self._note = note
        if note is None:
            return
        self._is_filling = True
        self.day.setDate(QDate(note.day.year, note.day.month, note.day.day))
        self.kind.setCurrentIndex(self.kind.findData(note.kind))
        for field, words in (
            (self.title, note.title),
            (self.tags, ", ".join(note.tags)),
            (self.coins, ", ".join(note.coins)),
            (self.links, " ".join(note.links)),
        ):
            if field.text() != words and not (field.hasFocus() and self._timer.isActive()):
                field.setText(words)
        if self.text.toPlainText() != note.text:
            self.text.setPlainText(note.text)
        self._as_filled = self._typed_note()
        self._is_filling = False

    def know_coins(self, ids: frozenset[str], find: Callable[[str], str | None]) -> None:
        """Take the ids of the coins that the data hold; without any, none is called unknown.

        `find` returns the id of the coin that a symbol or a name means, None when there is none.
        """
        self._find = find
        if ids != self._known_coins:
            self._known_coins = ids
            self._name_strangers()

    @Slot()
    def _write_ids(self) -> None:
        """Write the ids of the coins that were typed by symbol or name: that is how a note keeps them."""
        if self._known_coins and self.coins.isModified():
            words = _words(self.coins.text(), ",")
            held = () if self._note is None else self._note.coins  # an id may be the symbol of another coin
            ids = (word if word in held else self._find(word) or word for word in words)
            self.coins.setText(", ".join(dict.fromkeys(ids)))

    @Slot()
    def _name_strangers(self) -> None:
        words = _words(self.coins.text(), ",")
        known = self._known_coins
        unknown = [word for word in words if word not in known and not self._find(word)] if known else []
        self.strangers.setText(
            self.tr("Unknown: {0}. Write the symbol or the name of a coin, such as BTC or bitcoin.").format(
                ", ".join(unknown)
            )
        )
        self.strangers.setVisible(bool(unknown))

    def begin(self) -> None:
        """Put the cursor into the title, to be written over."""
        self.title.setFocus()
        self.title.selectAll()

    def _typed_note(self) -> Note | None:
        """Return the note as the fields say it; None when they say none."""
        if self._note is None:
            return None
        day = self.day.date()
        try:
            return replace(
                self._note,
                day=date(day.year(), day.month(), day.day()),
                kind=self.kind.currentData(),
                title=self.title.text().strip(),
                text=self.text.toPlainText().strip(),
                tags=_words(self.tags.text(), ","),
                coins=_words(self.coins.text(), ","),
                links=_words(self.links.text(), None),
            )
        except JournalError as error:
            self.hint.setText(readable(str(error)))
            self.hint.show()
            return None

    @Slot()
    def _typed(self) -> None:
        if not self._is_filling:
            self._wait_for_pause()

    def _wait_for_pause(self) -> None:
        self._timer.start()
        if not self._latest.isActive():
            self._latest.start()

    @Slot()
    def _tell(self) -> None:
        self._timer.stop()
        self._latest.stop()
        if self._is_filling or self._note is None:
            return
        typed = self._typed_note()
        if typed is not None:
            self.hint.hide()
        if typed is not None and typed != self._as_filled:
            self._note = self._as_filled = typed
            self.edited.emit(typed)


def _words(text: str, separator: str | None) -> tuple[str, ...]:
    """Return the parts of a field, each once."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(separator) if part.strip()))


def _nothing(_word: str) -> None:
    """Stand for the search of a coin while there are no data to search in."""
