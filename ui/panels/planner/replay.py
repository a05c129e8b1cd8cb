"""The page of replays: the plan sent through earlier cycles, from any start day."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QDate, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDateEdit,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from models.market.snapshot import Day
from models.market.unknown import Unknown
from models.qt.reader import readable
from models.risk.ladders.replay import CYCLES, Cycle, Replay, replay
from ui.charts.time_chart import TimeChart
from ui.plans.desk import PlanDesk
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card
from ui.widgets.label import Label

GAP = 12
MOST_COINS = 8


class ReplayPage(QWidget):
    """One card a cycle: value with the ladders and held, and what became of each position."""

    def __init__(self, desk: PlanDesk) -> None:
        super().__init__()
        theme = desk.session.theme
        self.cards = [CycleCard(desk, cycle, theme) for cycle in CYCLES]
        for card in self.cards:
            card.explain_requested.connect(lambda key: desk.explain(key, self))
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        for card in self.cards:
            row.addWidget(card, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        self.words = Label(
            self.tr(
                "Each position is bought whole on the start day, so that its levels keep their distance from "
                "the purchase. Three cycles that all peaked and fell flatter any ladder."
            ),
            token="text2", wrap=True, scale=0.95, theme=theme,
        )  # fmt: skip
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(scroll, 1)
        whole.addWidget(self.words)

    def apply_theme(self, theme: Theme) -> None:
        self.words.apply_theme(theme)
        for card in self.cards:
            card.apply_theme(theme)


class CycleCard(Card):
    """One cycle with its start day; replayed in a thread while it is looked at."""

    def __init__(self, desk: PlanDesk, cycle: Cycle, theme: Theme) -> None:
        super().__init__(cycle.title, key="plan_replay", theme=theme)
        self._desk, self._cycle = desk, cycle
        self._of: object = None
        self.start = QDateEdit(_qt(cycle.usual))
        self.start.setCalendarPopup(True)
        self.start.setDisplayFormat("d MMM yyyy")
        self.start.setDateRange(_qt(cycle.first), _qt(cycle.last))
        self.start.setProperty("fit", "head")
        self.start.setAccessibleName(self.tr("Start day of {0}").format(cycle.title))
        self.start.dateChanged.connect(self._compute)
        self.add_corner(self.start)
        self.result = Label("", weight=600, scale=1.1, wrap=True, theme=theme)
        self.chart = TimeChart("", key="", theme=theme)
        self.chart.set_name(self.tr("Value of the plan through {0}").format(cycle.title))
        self.chart.set_log(True)
        self.chart.add_line("with", self.tr("with ladders"), 1)
        self.chart.add_line("held", self.tr("held"), 0)
        self.chart.setMinimumHeight(160)
        self.chart.hide()
        holder = QWidget()
        self._grid = QGridLayout(holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(3)
        self.notes = Label("", token="text2", wrap=True, scale=0.92, theme=theme)
        self.body.addWidget(self.result)
        self.body.addWidget(self.chart, 1)
        self.body.addWidget(holder)
        self.body.addWidget(self.notes)
        desk.assessed.connect(self._compute)

    @Slot()
    def _compute(self) -> None:
        known, plan = self._desk.known, self._desk.plan
        if known is None or not self.isVisible():
            return
        start = np.datetime64(self.start.date().toString(Qt.DateFormat.ISODate), "D")
        study, day, cycle = known.grounds.study, known.grounds.as_of, self._cycle
        if self._of == (plan, day, start):
            return
        # What stands there is of another plan, day or start: rather nothing for a moment than that.
        self._clear()
        self._of = None
        self.notes.set_text(self.tr("Being replayed …"))

        def done(found: object) -> None:
            self._of = (plan, day, start)
            self._show(found)  # type: ignore[arg-type]

        self._desk.tasks.latest(
            f"plan: replay {cycle.id}",
            lambda report, cancelled: replay(plan, study, day, cycle, start=start),
            done=done,
        )

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.chart.hide()
        self.result.set_text("")

    def _show(self, found: Replay | Unknown) -> None:
        self._clear()
        if isinstance(found, Unknown):
            self.notes.set_text(readable(found.why))
            return
        self.chart.show()
        self.result.set_text(
            self.tr("{0} × with ladders, {1} × held").format(
                numbers.fixed(found.with_ladder, 1), numbers.fixed(found.without_ladder, 1)
            )
        )
        paid = sum(coin.paid for coin in found.coins)
        with_values = sum((coin.with_values for coin in found.coins), np.zeros(found.days.size))
        held = sum((coin.without_values for coin in found.coins), np.zeros(found.days.size))
        self.chart.set_line("with", found.days, with_values / paid)
        self.chart.set_line("held", found.days, held / paid)
        self.set_subtitle(self.tr("multiples of what was paid"), self.tr("multiples of the cost"))
        heads = (self.tr("Coin"), self.tr("with ladders"), self.tr("held"), self.tr("rungs filled"))
        for column, text in enumerate(heads):
            self._put(0, column, text, "third")
        symbols = self._symbols()
        for row, coin in enumerate(found.coins[:MOST_COINS], start=1):
            rungs = dict.fromkeys(fill.rung for fill in coin.fills)
            words = ", ".join(self.tr("stop") if rung is None else str(rung + 1) for rung in rungs)
            self._put(row, 0, symbols.get(coin.coin, coin.coin))
            self._put(row, 1, f"{numbers.fixed(coin.with_ladder, 1)} ×")
            self._put(row, 2, f"{numbers.fixed(coin.without_ladder, 1)} ×")
            self._put(row, 3, words or "–", "second")
        self.notes.set_text(readable(" ".join([*self._stand_ins(found, symbols), *found.notes])))

    def _stand_ins(self, found: Replay, symbols: Mapping[str, str]) -> list[str]:
        """Say whose prices stand in for coins that had none of their own in this cycle."""
        lent: dict[tuple[str, ...], list[str]] = {}
        for coin in found.coins:
            if coin.borrowed_days:
                lent.setdefault(coin.borrowed_from, []).append(symbols.get(coin.coin, coin.coin))
        if not lent:
            return []
        parts = [self.tr("{0} from {1}").format(", ".join(to), ", ".join(by)) for by, to in lent.items()]
        return [self.tr("Borrowed where a coin has no price: {0}.").format("; ".join(parts))]

    def _symbols(self) -> dict[str, str]:
        known = self._desk.known
        if known is None:
            return {}
        return {one.position.coin: one.coin.symbol for one in known.assessment.portfolio.holdings}

    def _put(self, row: int, column: int, text: str, tone: str = "") -> None:
        label = QLabel(text)
        label.setFont(font("table"))
        if tone:
            label.setProperty("tone", tone)
        side = Qt.AlignmentFlag.AlignRight if column in (1, 2) else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(label, row, column, side)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._compute()


def _qt(day: Day) -> QDate:
    return QDate.fromString(str(day), Qt.DateFormat.ISODate)
