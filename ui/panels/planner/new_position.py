"""The sizing assistant: a new position, every limit as a bar, and the one that decides."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.market.largest import largest_first
from models.market.unknown import Unknown
from models.qt.positions import as_number
from models.qt.reader import plain_number, readable
from models.risk.plans.edits import added
from models.risk.plans.plan import GUIDE, Position
from models.risk.plans.values import PlanError
from models.risk.sizing import STOPPED, Bar, Sizing, size
from ui.dialogs.dialog import Dialog
from ui.dialogs.scrolling import scrolling
from ui.panels.planner.words import money
from ui.plans.desk import PlanDesk
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.tables import Table
from ui.widgets.themed import TABLE
from ui.widgets.walked import Walked

SHOWN = 60
ROW, NAME, FULL = 24, 150, 0.12
"""Pixels of a row and of the names; the share of the capital at which a bar is full."""


class NewPosition(Dialog):
    """A coin by search, then its size: typed, or the largest that every limit allows."""

    def __init__(self, desk: PlanDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._coin = ""
        self._sizing: Sizing | None = None
        self._order: tuple[int, ...] | None = None
        self.setWindowTitle(self.tr("New position"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._build(desk.session.theme)
        self._search("")
        self.resize(720, 460)
        self.search.setFocus()

    def _build(self, theme: Theme) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search a coin by name or symbol"))
        self.search.setAccessibleName(self.tr("Coin"))
        self.search.textChanged.connect(self._search)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Coins"))
        self.list.setFont(font("table"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._choose)
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        self.quantity, self.cost, self.stop = QLineEdit(), QLineEdit(), QLineEdit()
        form = QFormLayout()
        for label, field in (
            (self.tr("Quantity"), self.quantity),
            (self.tr("Cost of one unit"), self.cost),
            (self.tr("Stop"), self.stop),
        ):
            field.setAccessibleName(label)
            form.addRow(label, field)
        self.stop.editingFinished.connect(self._size)
        self.largest = QPushButton(self.tr("Take the largest size"))
        self.largest.setEnabled(False)
        self.largest.clicked.connect(self._take_largest)
        self.bars = SizeBars(theme)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setProperty("tone", "second")
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setProperty("tone", "caution")
        self.hint.hide()
        right = QVBoxLayout()
        right.addLayout(form)
        right.addWidget(self.largest)
        right.addWidget(self.bars, 1)
        right.addWidget(self.words)
        right.addWidget(self.hint)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addLayout(left, 2)
        columns.addWidget(scrolling(right), 3)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.add = QPushButton(self.tr("Add"))
        self.add.setProperty("kind", "primary")
        self.add.clicked.connect(self._add)
        buttons.addButton(self.add, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(12)
        whole.addLayout(columns, 1)
        whole.addWidget(buttons)
        self.add.setDefault(True)  # only now: a button knows its dialog once it lies in it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """In the search, Up and Down choose a coin, and Enter goes on to its quantity."""
        if self.focusWidget() is self.search:
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                QApplication.sendEvent(self.list, event)
                return
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._coin:
                self.quantity.setFocus(Qt.FocusReason.TabFocusReason)
                return
        super().keyPressEvent(event)

    @Slot(str)
    def _search(self, words: str) -> None:
        """List coins whose name, symbol or id has the words; the largest first."""
        study, day = self._desk.session.study, self._desk.session.day
        self.list.clear()
        if study is None or day is None:
            return
        wanted = words.casefold().split()
        if self._order is None:
            self._order = largest_first(study.market, day)
        for at in self._order:
            coin = study.market.coins[at]
            whole = f"{coin.name} {coin.symbol} {coin.id}".casefold()
            if all(word in whole for word in wanted):
                item = QListWidgetItem(f"{coin.name} ({coin.symbol.upper()})")
                item.setToolTip(item.text())
                item.setData(Qt.ItemDataRole.UserRole, coin.id)
                self.list.addItem(item)
                if self.list.count() >= SHOWN:
                    break
        if wanted and self.list.count():
            self.list.setCurrentRow(0)

    @Slot()
    def _choose(self) -> None:
        item = self.list.currentItem()
        self._coin = "" if item is None else str(item.data(Qt.ItemDataRole.UserRole))
        self._size()

    @Slot()
    def _size(self) -> None:
        """Ask every limit about the chosen coin, in a thread: a coin that is new takes a moment."""
        known, coin = self._desk.known, self._coin
        if known is None or not coin:
            return
        stop = as_number(self.stop.text()) if self.stop.text().strip() else None
        distance = stop if isinstance(stop, float) and stop > 0 else None

        def work(report: object, cancelled: object) -> Sizing:
            with self._desk.alone:
                return size(known.assessment.portfolio, coin, stop=distance)

        self._desk.tasks.latest("plan: size", work, done=self._show)

    @Slot(object)
    def _show(self, found: object) -> None:
        assert isinstance(found, Sizing)
        if found.coin != self._coin:
            return
        self._sizing = found
        self.bars.show_sizing(found)
        self.hint.setText(STOPPED)
        self.hint.setVisible(found.is_stopped)
        currency = self._desk.plan.currency
        if isinstance(found.room, Unknown):
            self.words.setText(readable(found.room.why))
            self.largest.setEnabled(False)
            return
        self.largest.setEnabled(isinstance(found.units, float) and found.room > 0)
        self.words.setText(
            self.tr("The {0} decides: {1} {2} may be held, {3} {2} of it are free.").format(
                found.binding_words, money(_known(found.largest)), currency, money(max(found.room, 0.0))
            )
        )

    @Slot()
    def _take_largest(self) -> None:
        found = self._sizing
        if found is not None and isinstance(found.units, float):
            self.quantity.setText(plain_number(found.units, 6))

    @Slot()
    def _add(self) -> None:
        try:
            if not self._coin:
                raise PlanError(self.tr("Choose a coin first."))
            position = Position(
                self._coin,
                _number(self.quantity.text()),  # type: ignore[arg-type]
                cost=_number(self.cost.text()),  # type: ignore[arg-type]
                stop=_number(self.stop.text()),  # type: ignore[arg-type]
            )
        except PlanError as error:
            self.hint.setText(readable(str(error)))
            self.hint.show()
            return
        what = self.tr("add {0}").format(self.list.currentItem().text())
        if self._desk.keeper.edit(what, lambda plan: added(plan, [position])):
            self.accept()


class SizeBars(Walked):
    """One bar a limit on one scale; the guide range is shaded, the binding limit strong."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme=theme)
        self.set_title(self.tr("The largest size by each limit"))
        self._found: Sizing | None = None
        self.setMinimumHeight(7 * ROW + 8)

    def sizeHint(self) -> QSize:
        return QSize(380, 7 * ROW + 8)

    def show_sizing(self, found: Sizing) -> None:
        """Show the limits of a coin."""
        self._found = found
        said = [readable(bar.sentence) for bar in found.bars]
        self.setToolTip("\n".join(said))
        self.set_places(said)

    def spot(self, at: int) -> QRectF:
        return QRectF(0, at * ROW, self.width(), ROW)

    def table(self) -> Table:
        header = (self.tr("Limit"), self.tr("Share of the capital, %"), self.tr("In words"))
        bars = () if self._found is None else self._found.bars
        return Table(header, [(bar.name, self._percent(bar), readable(bar.sentence)) for bar in bars])

    def _percent(self, bar: Bar) -> float | None:
        return 100 * bar.share if bar.asked and not isinstance(bar.share, Unknown) else None

    def paintEvent(self, event: QPaintEvent) -> None:
        found = self._found
        if found is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = NAME, self.width() - 62
        scale = (right - left) / FULL
        guide = QRectF(left + GUIDE[0] * scale, 0, (GUIDE[1] - GUIDE[0]) * scale, len(found.bars) * ROW)
        painter.fillRect(guide, self.colour("confirms", 0.10))
        for at, bar in enumerate(found.bars):
            y = at * ROW
            binds = bar.name == found.binding
            painter.setFont(self.font_of(TABLE, 600 if binds else 400))
            painter.setPen(self.colour("text" if binds else "text2"))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y, NAME - 8, ROW), middle, bar.name)
            if not bar.asked:
                words = self.tr("not asked")
            elif isinstance(bar.share, Unknown):
                words = self.tr("unknown")
            else:
                words = numbers.percent(bar.share) if bar.share < 10 else "–"
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self.theme.accent if binds else self.theme.neutral))
                width = min(max(bar.share, 0.0), FULL) * scale
                painter.drawRoundedRect(QRectF(left, y + ROW / 2 - 4, max(2.0, width), 8), 2, 2)
                painter.setPen(self.colour("text" if binds else "text2"))
            painter.drawText(QRectF(right + 4, y, 58, ROW), middle | Qt.AlignmentFlag.AlignRight, words)
        self.paint_focus(painter)


def _number(text: str) -> float | str | None:
    return as_number(text) if text.strip() else None


def _known(value: float | Unknown) -> float:
    return 0.0 if isinstance(value, Unknown) else value
