"""The page of stress: what earlier crashes, and made-up ones, would take from the plan as it is."""

from __future__ import annotations

from weakref import ref

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.market.unknown import Unknown
from models.qt.reader import readable
from models.risk.plans.edits import scenarios_set
from models.risk.stress import Stress, stresses
from ui.dialogs.scrolling import scrolling
from ui.panels.planner.words import money, percent
from ui.plans.desk import Known, PlanDesk
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.reflow import Reflow
from ui.widgets.scrolled import scrolled
from ui.widgets.tables import Table
from ui.widgets.walked import Walked

GAP = 12
ROW, BAR = 34, 9
MOST_COINS = 14
OWN = "own-"
"""How the id of a made-up scenario begins; its place among those of the plan follows."""
LEAST_HEIGHT = 220
"""Of a card: one below the other in a small window they are scrolled."""


class StressBars(Walked):
    """One bar a scenario, the losses to the left of nothing; `chosen(place)` by mouse and keyboard."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme=theme)
        self.set_title(self.tr("Stress"))
        self._rows: tuple[Stress, ...] = ()

    def set_rows(self, rows: tuple[Stress, ...]) -> None:
        self._rows = rows
        self.set_places([self._read_out(row) for row in rows])

    def _read_out(self, row: Stress) -> str:
        said = f"{row.title}: {stress_words(row)}"
        return f"{said}. {self._borrowed(row)}" if row.borrowed else said

    def _borrowed(self, row: Stress) -> str:
        return self.tr("Borrowed: {0}").format(row.borrowed_words)

    def arrived(self) -> None:
        """Show the scenario coin by coin."""
        self.chosen.emit(self.at)

    def spot(self, at: int) -> QRectF:
        return QRectF(0, at * ROW, self.width(), ROW - 2)

    def table(self) -> Table:
        header = (self.tr("Scenario"), self.tr("Change of the plan, %"), self.tr("Whose falls are borrowed"))
        return Table(header, [(row.title, self._percent(row), row.borrowed_words) for row in self._rows])

    def _title_words(self, row: Stress, metrics: QFontMetrics) -> str:
        """The title with who borrowed from whom, or how many where that has no room."""
        room = self.width() - 20
        if row.borrowed:
            for note in (self._borrowed(row), self.tr("{0} borrowed").format(row.borrowed)):
                words = f"{row.title}  ·  {note}"
                if metrics.horizontalAdvance(words) <= room:
                    return words
        return metrics.elidedText(row.title, Qt.TextElideMode.ElideRight, room)

    def _percent(self, row: Stress) -> float | str:
        return readable(row.loss.why) if isinstance(row.loss, Unknown) else -100 * row.loss

    def sizeHint(self) -> QSize:
        return QSize(420, ROW * max(1, len(self._rows)))

    def minimumSizeHint(self) -> QSize:
        return QSize(180, ROW * max(1, len(self._rows)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().y() // ROW)
        if at < len(self._rows):
            self.walk_to(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        losses = [row.loss for row in self._rows if not isinstance(row.loss, Unknown)]
        most = max([0.1, *losses])
        gain = max([0.0, *(-loss for loss in losses)])
        room = self.width() - 70.0
        zero = room * most / (most + gain)
        for at, row in enumerate(self._rows):
            top = at * ROW
            if at == self.at:
                painter.fillRect(QRectF(0, top, self.width(), ROW - 2), self.colour("accent_soft", 0.5))
            painter.setFont(self.font_of(0.92))
            painter.setPen(self.colour("text"))
            words = self._title_words(row, painter.fontMetrics())
            painter.drawText(QRectF(6, top, self.width() - 12, 17), Qt.AlignmentFlag.AlignVCenter, words)
            if isinstance(row.loss, Unknown):
                painter.setPen(self.colour("text2"))
                said = painter.fontMetrics().elidedText(
                    readable(row.loss.why), Qt.TextElideMode.ElideRight, self.width() - 12
                )
                painter.drawText(
                    QRectF(6, top + 15, self.width() - 12, 17), Qt.AlignmentFlag.AlignVCenter, said
                )
                continue
            width = abs(row.loss) / (most + gain) * room
            left = zero - width if row.loss > 0 else zero
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.colour("contradicts" if row.loss > 0 else "confirms"))
            painter.drawRoundedRect(QRectF(left + 6, top + 19, max(2.0, width - 6), BAR), 2, 2)
            painter.setPen(self.colour("text"))
            painter.setFont(self.font_of(0.95, 600))
            painter.drawText(
                QRectF(self.width() - 66, top + 14, 62, 19),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                stress_words(row),
            )
        self.paint_focus(painter)


class StressCard(Card):
    """The bars, computed in a thread while they are looked at."""

    found_changed = Signal(object)

    def __init__(self, desk: PlanDesk, theme: Theme) -> None:
        super().__init__("Stress", key="plan_stress", theme=theme)
        self.set_title(self.tr("Stress"))
        self.set_subtitle(self.tr("loss of the plan as it is"), self.tr("loss of the plan"), "")
        self._desk = desk
        self._of: ref[Known] | None = None  # weak: a hidden page must not keep an old market
        self.bars = StressBars(theme)
        scroll = scrolled(self.bars)
        self.body.addWidget(scroll, 1)
        desk.assessed.connect(self._compute)

    @Slot()
    def _compute(self) -> None:
        known = self._desk.known
        if known is None or not self.isVisible() or (self._of is not None and known is self._of()):
            return

        def work(report: object, cancelled: object) -> tuple[Stress, ...]:
            with self._desk.alone:
                return stresses(known.assessment.portfolio, known.grounds.study)

        def done(found: object) -> None:
            self._of = ref(known)
            self.bars.set_rows(found)  # type: ignore[arg-type]
            self.found_changed.emit(found)

        self._desk.tasks.latest(f"plan: stress {id(self)}", work, done=done)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._compute()


class StressPage(QWidget):
    """Scenarios on the left, the chosen one coin by coin on the right; own scenarios can be added."""

    def __init__(self, desk: PlanDesk) -> None:
        super().__init__()
        self._desk = desk
        self._found: tuple[Stress, ...] = ()
        theme = desk.session.theme
        self.card = StressCard(desk, theme)
        self.card.found_changed.connect(self._take)
        self.card.bars.chosen.connect(self._show)
        self.card.explain_requested.connect(lambda key: desk.explain(key, self))
        self.add = QPushButton(self.tr("+ Scenario"))
        self.add.setProperty("kind", "primary")
        self.add.setProperty("fit", "head")
        self.add.setToolTip(self.tr("Make up a crash: falls of Bitcoin, the Russell 2000 or single coins."))
        self.add.clicked.connect(self._add)
        self.card.add_corner(self.add)
        self.detail = Card(self.tr("Coin by coin"), key="plan_stress", theme=theme)
        self.detail.explain_requested.connect(lambda key: desk.explain(key, self))
        self.remove = QPushButton(self.tr("Delete scenario"))
        self.remove.setProperty("kind", "link")
        self.remove.clicked.connect(self._remove)
        self.detail.add_corner(self.remove)
        holder = QWidget()
        self._grid = QGridLayout(holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(4)
        self.words = Label("", token="text2", wrap=True, scale=0.95, theme=theme)
        inside = QVBoxLayout()
        inside.addWidget(holder)
        inside.addWidget(self.words)
        inside.addStretch(1)
        self.detail.body.addWidget(scrolling(inside), 1)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for card in (self.card, self.detail):
            card.setMinimumHeight(LEAST_HEIGHT)
            row.addWidget(card, 1)
        Reflow(self, row)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(row))
        QWidget.setTabOrder(self.add, self.card.bars)
        desk.keeper.changed.connect(lambda plan: self.add.setEnabled(plan.lock is None))

    @Slot(object)
    def _take(self, found: tuple[Stress, ...]) -> None:
        own = [at for at, one in enumerate(found) if one.id.startswith(OWN)]
        is_new = bool(self._found) and len(own) > sum(one.id.startswith(OWN) for one in self._found)
        self._found = found
        if is_new:  # what somebody has just made up is what they want to see
            self.card.bars.walk_to(own[-1])
        self._show(min(self.card.bars.at, len(found) - 1))

    @Slot(int)
    def _show(self, at: int) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if not 0 <= at < len(self._found):
            return
        one = self._found[at]
        self.remove.setVisible(one.id.startswith(OWN) and self._desk.plan.lock is None)
        self.detail.set_subtitle(one.title)
        if isinstance(one.loss, Unknown):
            self.words.set_text(readable(one.loss.why))
            return
        currency = self._desk.plan.currency
        for column, head in enumerate(
            (
                self.tr("Coin"),
                self.tr("Value, {0}").format(currency),
                self.tr("Change"),
                self.tr("Loss of the plan"),
            )
        ):
            self._put(0, column, head, "third")
        for row, coin in enumerate(one.by_coin[:MOST_COINS], start=1):
            change = self.tr("unknown") if isinstance(coin.change, Unknown) else _signed(coin.change)
            self._put(row, 0, coin.symbol)
            self._put(row, 1, money(coin.value))
            self._put(row, 2, change)
            self._put(row, 3, percent(coin.loss))
            if coin.borrowed:
                self._put(row, 4, self.tr("borrowed from {0}").format(coin.borrowed), "second")
        parts = []
        if one.worst_day is not None:
            parts.append(self.tr("Worst on {0}.").format(one.worst_day))
        if one.end_loss is not None:
            parts.append(self.tr("At the end of the window: {0}.").format(_signed(-one.end_loss)))
        if len(one.by_coin) > MOST_COINS:
            parts.append(self.tr("{0} more coins are in the report.").format(len(one.by_coin) - MOST_COINS))
        self.words.set_text(readable(" ".join((*parts, *one.left_out))))

    def _put(self, row: int, column: int, text: str, tone: str = "") -> None:
        label = QLabel(text)
        label.setFont(font("table"))
        if tone:
            label.setProperty("tone", tone)
        side = Qt.AlignmentFlag.AlignRight if column in (1, 2, 3) else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(label, row, column, side)

    @Slot()
    def _add(self) -> None:
        from ui.panels.planner.scenario import ScenarioDialog

        ScenarioDialog(self._desk, self).open()

    @Slot()
    def _remove(self) -> None:
        at = self.card.bars.at
        if 0 <= at < len(self._found) and self._found[at].id.startswith(OWN):
            place = int(self._found[at].id.removeprefix(OWN))
            kept = [one for i, one in enumerate(self._desk.plan.scenarios) if i != place]
            self._desk.keeper.edit(self.tr("delete a scenario"), lambda plan: scenarios_set(plan, kept))

    def apply_theme(self, theme: Theme) -> None:
        self.card.apply_theme(theme)
        self.detail.apply_theme(theme)


def stress_words(row: Stress) -> str:
    """Return the loss as a signed percentage, or that it is unknown."""
    return "unknown" if isinstance(row.loss, Unknown) else _signed(-row.loss)


def _signed(value: float) -> str:
    return numbers.change(value)
