"""A table of figures for a panel: sorted by its heads, searched, copied, saved, with columns to choose."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from models.qt.figures import ROW_ROLE, Column, FigureRow, FiguresModel, SortedFigures
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.saving import Content, ask_and_save
from ui.widgets.tables import Table, csv_text, marked
from ui.widgets.themed import CAPTION, TABLE, Themed, colour, scaled_font

ROW_HEIGHT, PADDING = 26, 8
_Index = QModelIndex | QPersistentModelIndex


class FigureTable(Themed, QTableView):
    """Rows of figures in columns; `chosen(key)` when a row is picked, `opened(key)` on Enter or double click.

    Ctrl+C copies the chosen rows, or all; the menu of a right click saves CSV, and that of the heads
    chooses columns. A column given as `bar` draws its figure as a bar about zero.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        name: str,
        bar: str = "",
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self.setAccessibleName(name)
        self.setProperty("kind", "plain")
        self._name = name
        self._readable: int | None = None
        self.figures = FiguresModel(columns, self)
        self.sorted = SortedFigures(self.figures, self)
        self.setModel(self.sorted)
        self.bars = BarDelegate(self)
        self._cells = CellDelegate(self)
        self.setItemDelegate(self._cells)
        if bar:
            at = [column.key for column in columns].index(bar)
            self.setItemDelegateForColumn(at, self.bars)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.setFont(font("table"))
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setSortIndicatorClearable(True)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._offer_columns)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.selectionModel().currentRowChanged.connect(self._choose)
        self.activated.connect(self._open)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self, self.copy)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)

    # -- rows --------------------------------------------------------------------------------------

    def show_rows(self, rows: Sequence[FigureRow]) -> None:
        """Show other rows; the row about the same thing stays chosen."""
        key = self.chosen_key()
        chosen = self.selectionModel()
        chosen.blockSignals(True)
        self.figures.show(rows)
        if key:
            self.choose(key)
        chosen.blockSignals(False)
        self._give_room()

    def chosen_key(self) -> str:
        """What the current row is about; empty without one."""
        index = self.currentIndex()
        row: FigureRow | None = index.data(ROW_ROLE) if index.isValid() else None
        return row.key if row else ""

    def choose(self, key: str) -> None:
        """Make the row about something the current one, or none where it is not shown."""
        at = self.figures.row_of(key)
        index = self.sorted.mapFromSource(self.figures.index(at, 0)) if at >= 0 else QModelIndex()
        if index.isValid():
            self.setCurrentIndex(index)
        else:
            self.setCurrentIndex(QModelIndex())
            self.clearSelection()

    def stretch(self, key: str, widths: Sequence[int]) -> None:
        """Give each column a width; the one named takes the rest."""
        head = self.horizontalHeader()
        for at, (column, width) in enumerate(zip(self.figures.columns, widths, strict=True)):
            stretched = column.key == key
            head.setSectionResizeMode(
                at, QHeaderView.ResizeMode.Stretch if stretched else QHeaderView.ResizeMode.Interactive
            )
            if not stretched:
                self.setColumnWidth(at, width)

    def keep_readable(self, key: str) -> None:
        """Never cut the words of a column, which takes what room is left; without any the table scrolls."""
        self._readable = [column.key for column in self.figures.columns].index(key)
        self.horizontalHeader().setSectionResizeMode(self._readable, QHeaderView.ResizeMode.Interactive)
        self._give_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        at = self._readable
        if at is None:
            return
        others = sum(self.columnWidth(other) for other in range(len(self.figures.columns)) if other != at)
        least = max(self.sizeHintForColumn(at), self.horizontalHeader().sectionSizeHint(at))
        self.setColumnWidth(at, max(least, self.viewport().width() - others))

    def set_column_shown(self, key: str, shown: bool) -> None:
        """Show or hide a column."""
        keys = [column.key for column in self.figures.columns]
        self.setColumnHidden(keys.index(key), not shown)

    def _choose(self, index: QModelIndex) -> None:
        row: FigureRow | None = index.data(ROW_ROLE) if index.isValid() else None
        if row is not None:
            self.chosen.emit(row.key)

    def _open(self, index: QModelIndex) -> None:
        row: FigureRow | None = index.data(ROW_ROLE)
        if row is not None:
            self.opened.emit(row.key)

    # -- taking it along ---------------------------------------------------------------------------

    def table(self, *, chosen_only: bool = False) -> Table:
        """The rows as they are sorted and searched, hidden columns included; the reason comes last."""
        wanted = {index.row() for index in self.selectionModel().selectedRows()} if chosen_only else set()
        rows = []
        for at in range(self.sorted.rowCount()):
            if wanted and at not in wanted:
                continue
            row: FigureRow = self.sorted.index(at, 0).data(ROW_ROLE)
            rows.append((*row.cells, row.words))
        return Table((*(column.title for column in self.figures.columns), self.tr("Why")), rows)

    def copy(self) -> None:
        """Put the chosen rows, or all, on the clipboard: columns apart by tabs."""
        found = self.table(chosen_only=len(self.selectionModel().selectedRows()) > 1)
        lines = ["\t".join(found.header)]
        columns = self.figures.columns
        for row in found.rows:
            texts = [column.shown(cell) for column, cell in zip(columns, row, strict=False)]
            lines.append("\t".join((*texts, str(row[-1]))))
        QGuiApplication.clipboard().setText("\n".join(lines))

    def to_csv(self) -> str:
        """All rows as CSV text."""
        return csv_text(marked(self.table(), self))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy"), self.copy)
        menu.addAction(self.tr("Save as CSV…"), self._save)
        menu.popup(event.globalPos())

    def columns_menu(self) -> QMenu:
        """The menu that chooses columns; the last one left cannot be hidden."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = sum(not self.isColumnHidden(at) for at in range(len(self.figures.columns)))
        for at, column in enumerate(self.figures.columns):
            action = QAction(column.title, menu)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(at))
            action.setEnabled(shown > 1 or self.isColumnHidden(at))
            action.toggled.connect(lambda on, place=at: self.setColumnHidden(place, not on))
            menu.addAction(action)
        return menu

    def _offer_columns(self, place: QPoint) -> None:
        self.columns_menu().popup(self.horizontalHeader().mapToGlobal(place))

    def _save(self) -> None:
        ask_and_save(self, self._name.lower().replace(" ", "-"), "csv", self._take_csv)

    def _take_csv(self) -> Content:
        table = marked(self.table(), self)
        return lambda: csv_text(table).encode("utf-8")

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.viewport().update()


class CellDelegate(QStyledItemDelegate):
    """Cells painted directly: through the style sheet each takes ten times as long."""

    def __init__(self, table: FigureTable) -> None:
        super().__init__(table)
        self._table = table
        self.face = font("table")

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: FigureRow = index.data(ROW_ROLE)
        column = self._table.figures.columns[index.column()]
        self.ground(painter, option)
        cell = row.cells[index.column()]
        text = (numbers.UNKNOWN if column.is_number else "") if cell is None else column.shown(cell)
        box = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
        self.write(painter, box, text, "text2" if row.faint else "text", side)

    def write(
        self, painter: QPainter, box: QRect, text: str, token: str, side: Qt.AlignmentFlag, scale: float = 1.0
    ) -> None:
        """Write in the colour of a token, cut where there is no room."""
        face = self.face if scale == 1.0 else scaled_font(self.face, scale)
        painter.setFont(face)
        painter.setPen(colour(self._table.theme, token))
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(text) > box.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)

    def ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """Fill a chosen or pointed row, and draw the line below it."""
        theme, state = self._table.theme, option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colour(theme, "accent_soft"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, colour(theme, "hover"))
        painter.setPen(colour(theme, "grid"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())


class BarDelegate(CellDelegate):
    """A figure as a bar about zero, right of it in cyan and left of it in orange; or the row's words.

    `limit` is the figure at which a bar is full: a longer one is cut, and has a notch near its end.
    """

    def __init__(self, table: FigureTable) -> None:
        super().__init__(table)
        self.limit = 1.0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: FigureRow = index.data(ROW_ROLE)
        value = row.cells[index.column()]
        self.ground(painter, option)
        if row.words and (value is None or row.faint):
            box = option.rect.adjusted(PADDING, 0, -2, 0)
            self.write(painter, box, row.words, "text2", Qt.AlignmentFlag.AlignLeft, CAPTION / TABLE)
        elif isinstance(value, (int, float)):
            self._bar(painter, QRectF(option.rect).adjusted(4, 0, -4, 0), float(value), self._table.theme)

    def _bar(self, painter: QPainter, box: QRectF, value: float, theme: Theme) -> None:
        middle, half = box.center().x(), box.width() / 2
        share = min(abs(value) / self.limit, 1.0) if self.limit > 0 else 0.0
        length = max(1.0, share * half)
        top, height = box.center().y() - 5, 10.0
        painter.fillRect(QRectF(middle, box.top() + 2, 1, box.height() - 4), colour(theme, "line_strong"))
        ink = colour(theme, "confirms" if value >= 0 else "contradicts")
        bar = QRectF(middle + 1 if value >= 0 else middle - length, top, length, height)
        painter.fillRect(bar, ink)
        if abs(value) > self.limit:  # cut off: two gaps near the end say so
            edge = bar.right() - 6 if value >= 0 else bar.left() + 4
            painter.fillRect(QRectF(edge, top - 1, 2, height + 2), colour(theme, "surface"))
