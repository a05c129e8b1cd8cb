"""The page of the simulation: the fan, what comes out with the ladders and without, and when rungs fill."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from models.market.unknown import Unknown
from models.qt.reader import readable
from models.risk.plans.edits import assumptions_changed
from models.risk.plans.plan import Plan
from models.risk.simulation.estimates import Estimate
from models.risk.simulation.results import Simulation
from ui.charts.histogram import HistogramChart
from ui.panels.planner.simulation_card import SimulationCard, why_nothing
from ui.panels.planner.words import money, percent
from ui.plans.desk import PlanDesk
from ui.theme.fonts import font
from ui.theme.style import inset
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.reflow import Reflow
from ui.widgets.veil import Veil

GAP = 12
SAMPLES = (("all", "All history"), ("seasons", "Altcoin seasons only"), ("bear", "Bear phases only"))


class SimulationPage(QWidget):
    """Controls, the fan, a table of outcomes with their errors, distributions, and the rungs."""

    def __init__(self, desk: PlanDesk) -> None:
        super().__init__()
        self._desk = desk
        self._is_filling = False
        self._build(desk.session.theme)
        for source in (self.card, self.outcomes, self.rungs):
            source.explain_requested.connect(lambda key: desk.explain(key, self))
        desk.keeper.changed.connect(self._show_plan)
        desk.wind.changed.connect(self._show)
        self._show_plan(desk.plan)
        self._show()

    def _build(self, theme: Theme) -> None:
        controls = self._controls()
        self.card = SimulationCard(self._desk, theme)
        self._build_outcomes(theme)
        self._build_rungs(theme)
        top = QHBoxLayout()
        top.setSpacing(GAP)
        top.addWidget(self.card, 3)
        top.addWidget(self.outcomes, 2)
        bottom = self._bottom(theme)
        Reflow(self, controls, top, bottom)
        inside = QWidget()
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        whole.addLayout(controls)
        whole.addLayout(top, 3)
        whole.addLayout(bottom, 2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        scroll.setWidget(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)

    def _controls(self) -> QHBoxLayout:
        """What is assumed, in fields that edit the plan."""
        self.sample = QComboBox()
        for name, title in SAMPLES:
            self.sample.addItem(self.tr(title), name)
        self.sample.currentIndexChanged.connect(lambda _: self._assume("sample", self.sample.currentData()))
        self.horizon = self._spin("horizon_days", 30, 730, self.tr(" days"))
        self.seed = self._spin("seed", 0, 2**31 - 1, "")
        self.paths = self._spin("paths", 100, 100_000, "")
        self.paths.setSingleStep(1000)
        controls = QHBoxLayout()
        controls.setSpacing(8)
        named: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Drawn from"), self.sample),
            (self.tr("Horizon"), self.horizon),
            (self.tr("Paths"), self.paths),
            (self.tr("Seed"), self.seed),
        )
        for words, field in named:
            label = QLabel(words)
            label.setProperty("tone", "second")
            label.setBuddy(field)
            field.setAccessibleName(words)
            controls.addWidget(label)
            controls.addWidget(field)
        controls.addStretch(1)
        return controls

    def _build_outcomes(self, theme: Theme) -> None:
        self.outcomes = Card(self.tr("At the end"), key="plan_simulation", theme=theme)
        self._grid_holder = QWidget()
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(3)
        self.outcomes.body.addWidget(self._grid_holder)
        self.notes = Label("", token="text2", scale=0.92, wrap=True, theme=theme)
        self.outcomes.body.addWidget(self.notes)
        self.outcomes.body.addStretch(1)
        self._veils = [Veil(part, ground="surface", theme=theme) for part in (self._grid_holder, self.notes)]

    def _build_rungs(self, theme: Theme) -> None:
        self.rungs = Card(self.tr("Rungs"), key="plan_simulation", theme=theme)
        self.rungs.set_subtitle(self.tr("chance of a fill within the horizon, and when"))
        self._rung_words = Label("", wrap=True, scale=0.95, theme=theme)
        self.rungs.body.addWidget(self._rung_words)
        self.rungs.body.addStretch(1)
        self._veils.append(Veil(self._rung_words, ground="surface", theme=theme))

    def _bottom(self, theme: Theme) -> QHBoxLayout:
        self.ends = HistogramChart(self.tr("Value at the end"), theme=theme)
        self.falls = HistogramChart(self.tr("Deepest drawdown"), theme=theme)
        self.falls.percent = True
        bottom = QHBoxLayout()
        bottom.setSpacing(GAP)
        self._chart_cards = []
        for chart in (self.ends, self.falls):
            holder = Card(theme=theme)
            holder.body.addWidget(chart)
            self._chart_cards.append(holder)
            bottom.addWidget(holder, 1)
        bottom.addWidget(self.rungs, 1)
        return bottom

    def _spin(self, name: str, least: int, most: int, suffix: str) -> QSpinBox:
        spin = QSpinBox()
        inset(spin)
        spin.setRange(least, most)
        spin.setSuffix(suffix)
        spin.setGroupSeparatorShown(True)
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(partial(self._assume, name))
        return spin

    def _assume(self, name: str, value: object) -> None:
        if not self._is_filling:
            what = self.tr("assumptions of the simulation")
            self._desk.keeper.edit(what, lambda plan: assumptions_changed(plan, **{name: value}))

    @Slot(object)
    def _show_plan(self, plan: Plan) -> None:
        self._is_filling = True
        assumed = plan.assumptions
        self.sample.setCurrentIndex(self.sample.findData(assumed.sample))
        self.horizon.setValue(assumed.horizon_days)
        self.seed.setValue(assumed.seed)
        self.paths.setValue(assumed.paths)
        for field in (self.sample, self.horizon, self.seed, self.paths):
            field.setEnabled(plan.lock is None)
        self._is_filling = False

    @Slot()
    def _show(self) -> None:
        found = self._desk.wind.result
        if isinstance(found, Simulation):
            self._show_found(found)
        else:
            self._show_none(readable(found.why) if isinstance(found, Unknown) else "")
        self._dim(isinstance(found, Simulation) and not self._desk.wind.is_current)

    def _show_none(self, why: str) -> None:
        self._clear()
        self.notes.set_text(why)
        self._rung_words.set_text("")
        for chart in (self.ends, self.falls):
            chart.set_unknown_because(readable(why_nothing(self._desk.wind, self.tr)))

    def _show_found(self, found: Simulation) -> None:
        self._show_outcomes(found)
        for chart, name in ((self.ends, "ends"), (self.falls, "drawdowns")):
            with_, without = getattr(found.with_ladder, name), getattr(found.without_ladder, name)
            chart.set_histograms(with_.edges, with_.counts, without.counts)
            words = (
                self.tr("log scale; line: held to the end")
                if chart.is_log
                else self.tr("line: held to the end")
            )
            chart.set_note(words)
        self._show_rungs(found)

    def _dim(self, is_older: bool) -> None:
        """Fade figures of a plan that has changed since; the words at the top say so."""
        for veil in self._veils:
            veil.lay() if is_older else veil.lift()
        for chart in (self.ends, self.falls):
            chart.set_dimmed(is_older)

    def _show_outcomes(self, found: Simulation) -> None:
        self._clear()
        unit = self._desk.plan.currency
        goal = self.tr("Goal met at the end")
        rows: list[tuple[str, str, str, str]] = []

        def add(title: str, tip: str, pick: object, shown: object) -> None:
            cells = [
                shown(pick(one))  # type: ignore[operator]
                for one in (found.with_ladder, found.without_ladder)
            ]
            rows.append((title, cells[0], cells[1], tip))

        for level in (0.05, 0.25, 0.5, 0.75, 0.95):
            title = self.tr("median") if level == 0.5 else percent(level, 0)
            tip = self.tr("{0} of the paths end below.").format(percent(level, 0))
            add(title, tip, lambda one, level=level: one.quantiles[level], _amount)
        add(self.tr("Chance of a loss"), self.tr("The end lies below today."), lambda one: one.p_loss, _share)
        if found.goal is not None:
            add(goal, self.tr("The end is at least the goal."), lambda one: one.p_goal, _share)
        fall = percent(found.drawdown_limit, 0)
        add(
            self.tr("Drawdown beyond {0}").format(fall),
            self.tr("At some close the value is {0} below an earlier high.").format(fall),
            lambda one: one.p_drawdown,
            _share,
        )
        add(
            self.tr("Ruin: {0} of today lost").format(fall),
            self.tr("At some close {0} of today's value are gone.").format(fall),
            lambda one: one.p_ruin,
            _share,
        )
        tip = self.tr("Loss not exceeded on 95 of 100 paths.")
        add(self.tr("VaR 95 %"), tip, lambda one: one.var_95, _share)
        add(self.tr("ES 95 %"), self.tr("Mean loss of the worst 5 of 100."), lambda one: one.es_95, _share)
        heads = (self.tr("in {0}, ± error").format(unit), self.tr("with ladders"), self.tr("held"))
        for column, text in enumerate(heads):
            self._put(0, column, text, tone="third")
        for at, (title, with_, held, tip) in enumerate(rows, start=1):
            self._put(at, 0, title, tip, tone="second")
            self._put(at, 1, with_, tip)
            self._put(at, 2, held, tip, tone="second")
        regret = self.tr(
            "On {0} of the paths holding ends better than the ladders, on {1} selling all today does."
        ).format(
            percent(found.against_holding.p_worse.value, 0), percent(found.against_selling.p_worse.value, 0)
        )
        self.notes.set_text(readable(" ".join((regret, *found.notes[:1]))))
        self.notes.setToolTip(readable("\n".join(found.notes)))

    def _show_rungs(self, found: Simulation) -> None:
        lines = []
        symbols = self._symbols()
        for one in found.rungs:
            name = self.tr("stop") if one.rung is None else self.tr("rung {0}").format(one.rung + 1)
            if isinstance(one.p_filled, Unknown):
                lines.append(f"{symbols.get(one.coin, one.coin)}, {name}: {readable(one.p_filled.why)}")
                continue
            chance = percent(one.p_filled.value, 0)
            day = (
                "" if one.median_day is None else self.tr(", median day {0:.0f}").format(one.median_day.value)
            )
            lines.append(f"{symbols.get(one.coin, one.coin)}, {name}: {chance}{day}")
        self._rung_words.set_text("\n".join(lines) or self.tr("The plan has no ladder yet."))

    def _symbols(self) -> dict[str, str]:
        known = self._desk.known
        if known is None:
            return {}
        return {one.position.coin: one.coin.symbol for one in known.assessment.portfolio.holdings}

    def _put(self, row: int, column: int, text: str, tip: str = "", tone: str = "") -> None:
        label = QLabel(text)
        label.setFont(font("table"))
        label.setToolTip(tip)
        if tone:
            label.setProperty("tone", tone)
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(label, row, column, side)

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._desk.wind.watch(self, True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._desk.wind.watch(self, False)

    def apply_theme(self, theme: Theme) -> None:
        for part in (self.card, self.outcomes, self.rungs, *self._chart_cards):
            part.apply_theme(theme)


def _amount(found: Estimate) -> str:
    return f"{money(found.value)} ± {money(found.error)}"


def _share(found: Estimate | Unknown) -> str:
    if isinstance(found, Unknown):
        return "unknown"
    return f"{percent(found.value)} ± {numbers.fixed(100 * found.error, 1)}"
