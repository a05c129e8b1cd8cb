"""The journal: dated notes of the user, found again, marked on every chart, and what followed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from data.documents.files import write_whole
from data.journal import NotesFile, read_notes
from models.journal.exchange import to_csv, to_ics, to_markdown
from models.journal.listing import Column, Listing, Wanted, listing
from models.journal.notes import KINDS, Journal, Note
from models.market.followed import Followed
from models.qt.notes import DAY, NOTE_ROLE, TITLE, NotesModel, kind_title
from models.version import NAME
from ui.dialogs.scrolling import Scrolling
from ui.journal.keeper import JournalKeeper, journal_of
from ui.panels.journal.coins import CoinNames
from ui.panels.journal.editor import NoteEditor
from ui.panels.journal.followed import FollowedCard
from ui.panels.journal.words import failure_in_words, taken_in_words
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.label import Label
from ui.widgets.reflow import Reflow
from ui.widgets.square_button import square_button
from ui.widgets.undo_buttons import label_undo

MARGIN, GAP = 16, 12
LIST_SHARE, EDITOR_SHARE = 58, 42
ROWS_FOR_WIDTH = 40
"""Rows beyond the visible ones that a column's width looks at: of 20,000 it would take too long."""
COLUMNS: tuple[Column, ...] = ("day", "kind", "title", "tags")
FORMATS = {".csv": "CSV", ".md": "Markdown", ".ics": "ICS"}


class JournalPanel(QWidget):
    """A list of notes with search and filters on the left, the chosen note and what followed on the right."""

    def __init__(self, session: Session, tasks: Tasks) -> None:
        super().__init__()
        self._session, self._tasks = session, tasks
        self._keeper: JournalKeeper = journal_of(session, tasks)
        self._shown_id = ""
        self._waits = False
        self._coins = CoinNames(session)
        """Whether the list is older than what it should show: while nobody sees it, it stays so."""
        self._build()
        self._keeper.changed.connect(self._refresh)
        self._keeper.said.connect(self._say)
        self._keeper.moved.connect(self._forget_answer)
        self._keeper.moved.connect(self._label_undo)
        session.day_changed.connect(self._refresh)
        session.study_changed.connect(self._refresh)
        session.theme_changed.connect(self.apply_theme)
        self._refresh()

    def _build(self) -> None:
        title = QLabel(self.tr("Journal"))
        title.setFont(font("title"))
        self.count = QLabel()
        self.count.setProperty("tone", "second")
        # Apart from the count, which each new listing writes anew.
        self.answer = Label("", token="text2", elide=True, theme=self._session.theme)
        self.answer.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.new = QPushButton(self.tr("New note"))
        self.new.setProperty("kind", "primary")
        self.new.setToolTip(self.tr("Add a note on the as-of day (Ctrl+N)."))
        self.new.clicked.connect(self.add)
        self.delete = QPushButton(self.tr("Delete"))
        self.delete.setToolTip(self.tr("Delete the chosen notes. It can be undone (Ctrl+Z)."))
        self.delete.clicked.connect(self.remove)
        self.undo = square_button("↶", self.tr("Undo"), self._keeper.undo.undo)
        self.redo = square_button("↷", self.tr("Redo"), self._keeper.undo.redo)
        self.take = QPushButton(self.tr("Import …"))
        self.take.setToolTip(self.tr("Take notes from a CSV, calendar (ICS) or Markdown file."))
        self.take.clicked.connect(self.choose_import)
        self.export = QToolButton()
        self.export.setText(self.tr("Export"))
        self.export.setToolTip(self.tr("Save the notes that are shown."))
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.export)
        for ending, name in FORMATS.items():
            menu.addAction(self.tr("As {0} …").format(name), partial(self.choose_export, ending))
        self.export.setMenu(menu)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(title)
        head.addWidget(self.count)
        head.addWidget(self.answer, 1)
        for button in (self.undo, self.redo, self.take, self.export, self.delete, self.new):
            head.addWidget(button)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(self._left())
        split.addWidget(self._right())
        Reflow(self, split)
        split.setStretchFactor(0, LIST_SHARE)
        split.setStretchFactor(1, EDITOR_SHARE)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN - 2, MARGIN, MARGIN)
        whole.setSpacing(GAP)
        whole.addLayout(head)
        whole.addWidget(split, 1)
        for keys, call in (
            (QKeySequence.StandardKey.New, self.add),
            (QKeySequence.StandardKey.Undo, self._keeper.undo.undo),
            (QKeySequence.StandardKey.Redo, self._keeper.undo.redo),
        ):
            # They hold for the window, and only while the panel is shown: the rail may have the focus.
            QShortcut(QKeySequence(keys), self).activated.connect(call)

    def _left(self) -> QWidget:
        filters = self._filters()
        self._build_table()
        self.nothing = QLabel()
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setProperty("tone", "second")
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, GAP // 2, 0)
        column.setSpacing(8)
        column.addLayout(filters)
        column.addWidget(self.table, 1)
        column.addWidget(self.nothing, 1)
        return holder

    def _filters(self) -> QHBoxLayout:
        self.words = QLineEdit()
        self.words.setPlaceholderText(self.tr("Search the notes"))
        self.words.setAccessibleName(self.tr("Search the notes"))
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self._refresh)
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Kind of note"))
        self.kind.addItem(self.tr("All kinds"), "")
        for kind in KINDS:
            self.kind.addItem(kind_title(kind), kind)
        self.kind.currentIndexChanged.connect(self._refresh)
        self.tag = QComboBox()
        self.tag.setAccessibleName(self.tr("Tag"))
        self.tag.currentIndexChanged.connect(self._refresh)
        filters = QHBoxLayout()
        filters.addWidget(self.words, 1)
        filters.addWidget(self.kind)
        filters.addWidget(self.tag)
        return filters

    def _build_table(self) -> None:
        self.model = NotesModel(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Notes"))
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(DAY, Qt.SortOrder.DescendingOrder)
        self.model.sort_asked.connect(self._refresh)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.setFont(font("table"))
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        # With all of 20,000 notes chosen it would ask each of their cells, at every paint, whether its
        # columns are chosen.
        header.setSelectionModel(QItemSelectionModel(self.model, header))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setResizeContentsPrecision(ROWS_FOR_WIDTH)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().selectionChanged.connect(self._choose)
        self.table.doubleClicked.connect(self._go_there)
        self.table.setToolTip(self.tr("Double-click a note to move the as-of day there."))
        gone = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        gone.setContext(Qt.ShortcutContext.WidgetShortcut)
        gone.activated.connect(self.remove)

    def _right(self) -> QWidget:
        theme = self._session.theme
        self.editor = NoteEditor(theme)
        self.editor.edited.connect(self._put)
        self.followed = FollowedCard(theme)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(GAP // 2, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.editor, 1)
        column.addWidget(self.followed)
        return Scrolling(holder)

    # -- showing -----------------------------------------------------------------------------------

    @Slot()
    def _refresh(self) -> None:
        """Ask for the notes that the filters leave, up to the as-of day, and what followed them."""
        self._say_ready()
        self.editor.know_coins(self._coins.ids(), self._coins.find)
        self._waits = not self.isVisible()
        if self._waits:
            return
        whole, study, day = self._keeper.journal, self._session.study, self._session.day
        upto = date.fromisoformat(str(day)) if self._session.is_review and day is not None else None
        wanted = Wanted(
            words=self.words.text(),
            kind=self.kind.currentData() or "",
            tag=self.tag.currentData() or "",
            upto=upto,
            column=COLUMNS[self.model.column],
            descending=self.model.is_descending,
        )
        index = None if study is None else study.alt50
        self._tasks.latest(
            "journal: list",
            lambda report, cancelled: listing(whole, wanted, index=index, day=day, cancelled=cancelled),
            done=partial(self._show, wanted),
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._waits:
            self._refresh()

    def _say_ready(self) -> None:
        for widget in (self.editor, self.new, self.take):
            widget.setEnabled(self._keeper.is_ready)
        if self._keeper.trouble:
            self.nothing.setText(self._keeper.trouble)
        self._label_undo()

    def _show(self, wanted: Wanted, news: object) -> None:
        assert isinstance(news, Listing)
        self._offer_tags(news.tags)
        self.model.show(news.notes)
        self._say_count(len(news.notes), news.total, wanted.upto)
        self.export.setEnabled(bool(news.notes))
        if len(self._chosen()) > 1:
            self._choose()
        else:
            self._select(self._shown_id or (news.notes[0].id if news.notes else ""))
        self._show_followed(wanted.kind, news.followed)

    def _say_count(self, shown: int, total: int, upto: date | None) -> None:
        some, whole = numbers.whole(shown), numbers.whole(total)
        text = self.tr("{0} of {1} notes").format(some, whole) if shown != total else ""
        if shown == total and total:
            text = self.tr("1 note") if total == 1 else self.tr("{0} notes").format(whole)
        if upto is not None and total:
            text = self.tr("{0}, up to the as-of day").format(text)
        self.count.setText(text)
        self.table.setVisible(shown > 0)
        self.nothing.setVisible(shown == 0)
        if self._keeper.trouble:
            self.nothing.setText(self._keeper.trouble)
        elif total:
            self.nothing.setText(self.tr("No note has these words and filters."))
        else:
            self.nothing.setText(
                self.tr(
                    "Nothing is noted yet. Write down what may move the market, on the day it happens: "
                    "a ruling, an upgrade, a bankruptcy. Each note becomes a mark on every chart."
                )
            )

    def _offer_tags(self, tags: tuple[str, ...]) -> None:
        wanted = ("", *tags)
        if tuple(self.tag.itemData(row) for row in range(self.tag.count())) == wanted:
            return
        chosen = self.tag.currentData()
        self.tag.blockSignals(True)
        self.tag.clear()
        self.tag.addItem(self.tr("All tags"), "")
        for tag in tags:
            self.tag.addItem(tag, tag)
        self.tag.setCurrentIndex(max(0, self.tag.findData(chosen)))
        self.tag.blockSignals(False)

    def _show_followed(self, kind: str, rows: Sequence[Followed] | None) -> None:
        if rows is None:
            self.followed.show_nothing(self.tr("There is no market to look at yet."))
        else:
            self.followed.show_rows(kind_title(kind) if kind else self.tr("All kinds"), rows)

    @Slot()
    def _label_undo(self) -> None:
        label_undo(self._keeper.undo, self.undo, self.redo)

    # -- choosing and editing ----------------------------------------------------------------------

    @Slot()
    def _choose(self) -> None:
        chosen = self._chosen()
        self.delete.setEnabled(bool(chosen))
        note = chosen[0] if len(chosen) == 1 else None
        self._shown_id = "" if note is None else note.id
        self.editor.show_note(note)

    def _chosen(self) -> list[Note]:
        # By ranges: all of 20,000 rows are one range, but 20,000 indexes.
        notes = self.model.notes
        ranges = self.table.selectionModel().selection()
        parts = [ranges.at(place) for place in range(ranges.count())]
        rows = {row for one in parts for row in range(one.top(), one.bottom() + 1)}
        return [notes[row] for row in sorted(rows)]

    def _select(self, note_id: str) -> None:
        row = self.model.row_of(note_id)
        if row >= 0 and [one.id for one in self._chosen()] != [note_id]:
            index = self.model.index(row, 0)
            flags = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.table.scrollTo(index)
        self._choose()

    @Slot(QModelIndex)
    def _go_there(self, index: QModelIndex) -> None:
        note = index.data(NOTE_ROLE)
        if note is not None:
            self._session.set_day(note.day)

    @Slot()
    def add(self) -> None:
        """Add a note on the as-of day and put the cursor into its title."""
        day = self._session.day
        when = date.fromisoformat(str(day)) if day is not None else datetime.now(UTC).date()
        self.words.clear()
        self.tag.setCurrentIndex(0)
        note = Note(when, self.tr("New note"), self.kind.currentData() or "other")
        self.table.clearSelection()
        self._keeper.put(note, self.tr("add a note"))
        # The list shows it in a moment; what is typed meanwhile is for it already.
        self._shown_id = note.id
        self.editor.show_note(note)
        self.editor.begin()

    @Slot(object)
    def _put(self, note: Note) -> None:
        self._keeper.put(note, self.tr("change “{0}”").format(note.title[:30]))

    @Slot()
    def remove(self) -> None:
        """Delete the chosen notes; undo brings them back."""
        chosen = self._chosen()
        if chosen:
            what = self.tr("delete {0} notes").format(len(chosen))
            self._keeper.remove([one.id for one in chosen], what)

    # -- files -------------------------------------------------------------------------------------

    @Slot()
    def choose_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Import notes"), "", "CSV, ICS, Markdown (*.csv *.ics *.md)"
        )
        if name:
            self.import_file(Path(name))

    def import_file(self, path: Path) -> None:
        """Take the notes of a file, off the window's thread, and say what was refused."""
        self._say(self.tr("{0} is being read …").format(path.name))
        self._tasks.latest(
            "journal: import",
            lambda report, cancelled: read_notes(path),
            done=partial(self._merge, path),
            failed=lambda error: self._say(failure_in_words(error, path)),
        )

    def _merge(self, path: Path, file: object) -> None:
        """Bring the journal and the notes of a file together; anew when it was edited meanwhile."""
        assert isinstance(file, NotesFile)
        whole, notes = self._keeper.journal, file.taken.notes

        def done(news: object) -> None:
            if self._keeper.journal is not whole:
                self._merge(path, file)
                return
            merged, new, coins = cast(tuple[Journal, int, frozenset[str]], news)
            self._keeper.edit(merged, self.tr("import {0}").format(path.name))
            self._refresh()
            known = self._coins.ids()
            words = taken_in_words(file, new, coins - known if known else frozenset())
            QMessageBox.information(self, self.tr("Notes imported"), words)

        def work(report: object, cancelled: object) -> tuple[Journal, int, frozenset[str]]:
            named = self._coins.by_ids(notes)
            return *whole.merged(named), frozenset(coin for one in named for coin in one.coins)

        self._tasks.latest(
            "journal: import",
            work,
            done=done,
            failed=lambda error: self._say(failure_in_words(error, path)),
        )

    def choose_export(self, ending: str) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export notes"), f"journal{ending}", f"*{ending}")
        if name:
            self.export_file(Path(name))

    def export_file(self, path: Path) -> None:
        """Save the notes that are shown, in the format of the file's ending."""
        whole, shown, heading = self._keeper.journal, self.model.notes, self.tr("Journal")
        words = self.tr("{0} notes were saved as {1}.").format(numbers.whole(len(shown)), path.name)

        def write(report: object, cancelled: object) -> None:
            ids = {one.id for one in shown}
            some = replace(whole, notes=tuple(one for one in whole.notes if one.id in ids))
            match path.suffix.lower():
                case ".md":
                    text = to_markdown(some, heading)
                case ".ics":
                    text = to_ics(some, datetime.now(UTC), NAME)
                case _:
                    text = to_csv(some)
            write_whole(path, text.encode())

        self._tasks.latest(
            "journal: export",
            write,
            done=lambda _: self._say(words),
            failed=lambda error: self._say(failure_in_words(error, path)),
        )

    @Slot(str)
    def _say(self, text: str) -> None:
        """Answer beside the count, until the next edit."""
        self.answer.set_text(text)

    @Slot()
    def _forget_answer(self) -> None:
        self.answer.set_text("")

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        self.answer.apply_theme(theme)
        self.editor.apply_theme(theme)
        self.followed.apply_theme(theme)
