"""The journal: dated notes of the user, found again, marked on every chart, and what followed them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
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
    QSplitter,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from data.documents.files import write_whole
from models.journal.exchange import Taken, from_csv, from_ics, from_markdown, to_csv, to_ics, to_markdown
from models.journal.notes import KINDS, JournalError, Note, found
from models.market.followed import followed
from models.qt.notes import DAY, NOTE_ROLE, SORT_ROLE, TITLE, NotesModel, kind_title
from models.version import NAME
from ui.dialogs.scrolling import Scrolling
from ui.journal.keeper import JournalKeeper, journal_of
from ui.panels.journal_editor import NoteEditor
from ui.panels.journal_followed import FollowedCard
from ui.reasons import reason
from ui.reflow import Reflow
from ui.session import Session
from ui.square_button import square_button
from ui.tasks import Tasks
from ui.theme.fonts import font
from ui.theme.tokens import Theme

MARGIN, GAP = 16, 12
LIST_SHARE, EDITOR_SHARE = 58, 42
FORMATS = {".csv": "CSV", ".md": "Markdown", ".ics": "ICS"}


class JournalPanel(QWidget):
    """A list of notes with search and filters on the left, the chosen note and what followed on the right."""

    def __init__(self, session: Session, tasks: Tasks) -> None:
        super().__init__()
        self._session, self._tasks = session, tasks
        self._keeper: JournalKeeper = journal_of(session, tasks)
        self._shown_id = ""
        self._build()
        self._keeper.changed.connect(self._refresh)
        self._keeper.said.connect(self._say)
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
        self.take.setToolTip(self.tr("Take notes from a CSV or calendar (ICS) file."))
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
        head.addStretch(1)
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
        self.model = NotesModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.model)
        self._sorted.setSortRole(SORT_ROLE)
        self.table = QTableView()
        self.table.setModel(self._sorted)
        self.table.setAccessibleName(self.tr("Notes"))
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(DAY, Qt.SortOrder.DescendingOrder)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.setFont(font("table"))
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().selectionChanged.connect(self._choose)
        self.table.doubleClicked.connect(self._go_there)
        self.table.setToolTip(self.tr("Double-click a note to move the as-of day there."))
        gone = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        gone.setContext(Qt.ShortcutContext.WidgetShortcut)
        gone.activated.connect(self.remove)
        self.nothing = QLabel()
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setProperty("tone", "second")
        filters = QHBoxLayout()
        filters.addWidget(self.words, 1)
        filters.addWidget(self.kind)
        filters.addWidget(self.tag)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, GAP // 2, 0)
        column.setSpacing(8)
        column.addLayout(filters)
        column.addWidget(self.table, 1)
        column.addWidget(self.nothing, 1)
        return holder

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
        """Show the notes that the filters leave, up to the as-of day, and what followed them."""
        whole = self._keeper.journal
        self._offer_tags(whole.tags())
        day = self._session.day
        upto = date.fromisoformat(str(day)) if self._session.is_review and day is not None else None
        kinds = [self.kind.currentData()] if self.kind.currentData() else []
        shown = found(
            whole, words=self.words.text(), kinds=kinds, tag=self.tag.currentData() or "", upto=upto
        )
        self.model.show(shown)
        self._say_count(len(shown), upto)
        self.editor.setEnabled(self._keeper.is_ready)
        self.new.setEnabled(self._keeper.is_ready)
        self.take.setEnabled(self._keeper.is_ready)
        self.export.setEnabled(bool(shown))
        self._select(self._shown_id or (shown[0].id if shown else ""))
        self._show_followed(shown)
        self._label_undo()

    def _say_count(self, shown: int, upto: date | None) -> None:
        total = len(self._keeper.journal)
        text = self.tr("{0} of {1} notes").format(shown, total) if shown != total else ""
        if shown == total and total:
            text = self.tr("1 note") if total == 1 else self.tr("{0} notes").format(total)
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

    def _show_followed(self, shown: tuple[Note, ...]) -> None:
        study, day = self._session.study, self._session.day
        kind = kind_title(self.kind.currentData()) if self.kind.currentData() else self.tr("All kinds")
        if study is None or day is None:
            self.followed.show_nothing(self.tr("There is no market to look at yet."))
            return
        days = np.array([one.day.isoformat() for one in shown], dtype="datetime64[D]")
        self.followed.show_rows(kind, followed(study.alt50, days, day))

    @Slot()
    def _label_undo(self) -> None:
        stack = self._keeper.undo
        self.undo.setEnabled(stack.canUndo())
        self.redo.setEnabled(stack.canRedo())
        self.undo.setToolTip(self.tr("Undo: {0} (Ctrl+Z)").format(stack.undoText()))
        self.redo.setToolTip(self.tr("Redo: {0}").format(stack.redoText()))

    # -- choosing and editing ----------------------------------------------------------------------

    @Slot()
    def _choose(self) -> None:
        chosen = self._chosen()
        self.delete.setEnabled(bool(chosen))
        note = chosen[0] if len(chosen) == 1 else None
        self._shown_id = "" if note is None else note.id
        self.editor.show_note(note)

    def _chosen(self) -> list[Note]:
        rows = self.table.selectionModel().selectedRows()
        return [row.data(NOTE_ROLE) for row in rows]

    def _select(self, note_id: str) -> None:
        row = self.model.row_of(note_id)
        if row < 0:
            self._choose()
            return
        index = self._sorted.mapFromSource(self.model.index(row, 0))
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
        self._shown_id = note.id
        self._keeper.put(note, self.tr("add a note"))
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

        def read(report: object, cancelled: object) -> Taken:
            text = path.read_text(encoding="utf-8-sig", errors="replace")
            return {".ics": from_ics, ".md": from_markdown}.get(path.suffix.lower(), from_csv)(text)

        def done(taken: object) -> None:
            assert isinstance(taken, Taken)
            try:
                new = self._keeper.take(taken.notes, self.tr("import {0}").format(path.name))
            except JournalError as error:
                self._say(str(error))
                return
            text = self.tr("New notes: {0}. Here already: {1}. Refused: {2}.").format(
                new, len(taken.notes) - new, len(taken.refused)
            )
            if taken.refused:
                text += "\n\n" + "\n".join(taken.refused[:20])
            QMessageBox.information(self, self.tr("Notes imported"), text)

        self._tasks.latest(
            "journal: import", read, done=done, failed=lambda error: self._say(_in_words(error, path))
        )

    def choose_export(self, ending: str) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export notes"), f"journal{ending}", f"*{ending}")
        if name:
            self.export_file(Path(name))

    def export_file(self, path: Path) -> None:
        """Save the notes that are shown, in the format of the file's ending."""
        whole = self._keeper.journal
        ids = {self.model.index(row, 0).data(NOTE_ROLE).id for row in range(self.model.rowCount())}
        shown = replace(whole, notes=tuple(one for one in whole.notes if one.id in ids))
        match path.suffix.lower():
            case ".md":
                text = to_markdown(shown, self.tr("Journal"))
            case ".ics":
                text = to_ics(shown, datetime.now(UTC), NAME)
            case _:
                text = to_csv(shown)
        self._tasks.latest(
            "journal: export",
            lambda report, cancelled: write_whole(path, text.encode()),
            done=lambda _: self._say(self.tr("{0} notes were saved as {1}.").format(len(ids), path.name)),
            failed=lambda error: self._say(_in_words(error, path)),
        )

    @Slot(str)
    def _say(self, text: str) -> None:
        self.count.setText(text)

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        self.editor.apply_theme(theme)
        self.followed.apply_theme(theme)


def _in_words(error: object, path: Path) -> str:
    if isinstance(error, JournalError):
        return str(error)
    tr = partial(QCoreApplication.translate, "JournalPanel")
    return tr("{0}: {1}. The journal was not changed.").format(path.name, reason(error))
