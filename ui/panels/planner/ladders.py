"""The page of exit ladders: the rungs of one position, its checks, its price, and earlier cycles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from models.market.unknown import Unknown
from models.qt.positions import amount, as_number
from models.qt.reader import readable
from models.risk.ladders.rungs import Costs
from models.risk.ladders.templates import TEMPLATES
from models.risk.ladders.view import LadderView, ladder_view
from models.risk.plans.edits import (
    ladder_set,
    rung_added,
    rung_changed,
    rung_moved,
    rung_removed,
    rung_reopened,
)
from models.risk.plans.plan import Plan, Rung, Trigger
from models.risk.plans.values import PlanError
from models.risk.simulation.results import Simulation
from ui.later import later
from ui.panels.planner.checks_card import ChecksCard
from ui.panels.planner.replay_card import ReplayCard
from ui.panels.planner.rung_chart import RungChart
from ui.panels.planner.rung_table import RungTable
from ui.panels.planner.triggers import read_level, usual
from ui.panels.planner.words import money
from ui.plans.desk import PlanDesk
from ui.theme.tokens import Theme
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.scrolled import scrolled

GAP = 12


class LaddersPage(QWidget):
    """Shows one position's ladder; edits go to the plan, figures come from a thread."""

    def __init__(self, desk: PlanDesk) -> None:
        super().__init__()
        self._desk = desk
        self._view: LadderView | None = None
        self._build(desk.session.theme)
        self.card.explain_requested.connect(lambda key: desk.explain(key, self))
        self.replays.explain_requested.connect(lambda key: desk.explain(key, self))
        self._later = later(self, 0, self._compute)
        desk.keeper.changed.connect(self._show_plan)
        desk.assessed.connect(lambda _: self._later.start())
        desk.wind.changed.connect(self._later.start)
        self._show_plan(desk.plan)
        self._later.start()

    def _build(self, theme: Theme) -> None:
        self._build_card(theme)
        self.checks = ChecksCard(theme)
        self.chart_card = Card(theme=theme)
        self.chart = RungChart(self.tr("Price and rungs"), theme=theme)
        self.chart.level_moved.connect(self._move_level)
        self.chart_card.body.addWidget(self.chart)
        self.replays: ReplayCard = ReplayCard(self._desk, theme)
        bottom = QHBoxLayout()
        bottom.setSpacing(GAP)
        bottom.addWidget(self.checks, 330)
        bottom.addWidget(self.chart_card, 520)
        bottom.addWidget(self.replays, 384)
        inside = QWidget()
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        whole.addWidget(self.card, 46)
        whole.addLayout(bottom, 54)
        self.card.setMinimumHeight(190)
        self.chart_card.setMinimumHeight(220)
        scroll = scrolled(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)
        self._follow_table()

    def _build_card(self, theme: Theme) -> None:
        self.card = Card(self.tr("Exit ladder"), key="plan_ladder", theme=theme)
        self._build_corner()
        for widget in (self.coin, self.template, self.add):
            self.card.add_corner(widget)
        self.rungs = RungTable(theme)
        self.nothing = Label("", token="text2", wrap=True, theme=theme)
        self.hint = Label("", token="caution", wrap=True, theme=theme)
        self.hint.hide()
        self.card.body.addWidget(self.rungs, 1)
        self.card.body.addWidget(self.nothing)
        self.card.body.addWidget(self.hint)

    def _build_corner(self) -> None:
        self.coin = QComboBox()
        self.coin.setAccessibleName(self.tr("Position"))
        self.coin.setMinimumWidth(150)
        self.coin.setProperty("fit", "head")
        self.coin.currentIndexChanged.connect(lambda _: self._later.start())
        self.template = QToolButton()
        self.template.setText(self.tr("From template"))
        self.template.setProperty("fit", "head")
        self.template.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.template)
        menu.setToolTipsVisible(True)
        for at, template in enumerate(TEMPLATES):
            action = menu.addAction(self.tr(template.title))
            action.setToolTip(self.tr(template.text))
            action.triggered.connect(lambda _=False, at=at: self._take_template(at))
        self.template.setMenu(menu)
        self.add = QPushButton(self.tr("+ Rung"))
        self.add.setProperty("kind", "primary")
        self.add.setProperty("fit", "head")
        self.add.clicked.connect(self._add)

    def _follow_table(self) -> None:
        table = self.rungs
        table.trigger_wanted.connect(self._change_kind)
        table.level_wanted.connect(self._change_level)
        table.share_wanted.connect(self._change_share)
        table.basis_wanted.connect(
            lambda rung, of: self._edit(rung, lambda plan, row: rung_changed(plan, row, rung, of=of))
        )
        table.move_wanted.connect(
            lambda rung, to: self._edit(rung, lambda plan, row: rung_moved(plan, row, rung, to))
        )
        table.removal_wanted.connect(
            lambda rung: self._edit(rung, lambda plan, row: rung_removed(plan, row, rung))
        )
        table.done_wanted.connect(self._mark_done)
        table.skip_wanted.connect(self._skip)
        table.chosen.connect(self.chart.choose_rung)

    # -- showing -----------------------------------------------------------------------------------

    @property
    def row(self) -> int:
        """The row of the plan whose ladder is shown; -1 without one."""
        return self.coin.currentIndex()

    @Slot(object)
    def _show_plan(self, plan: Plan) -> None:
        titles = [self._titled(position.coin) for position in plan.positions]
        if titles != [self.coin.itemText(at) for at in range(self.coin.count())]:
            chosen = max(self.coin.currentIndex(), 0)
            if self.coin.count() == 0:  # begin where there is a ladder to look at
                chosen = next((at for at, one in enumerate(plan.positions) if one.ladder), 0)
            self.coin.blockSignals(True)
            self.coin.clear()
            self.coin.addItems(titles)
            self.coin.setCurrentIndex(min(chosen, len(titles) - 1))
            self.coin.blockSignals(False)
        can_edit = plan.lock is None and bool(plan.positions)
        self.add.setEnabled(can_edit)
        self.template.setEnabled(can_edit)
        self._later.start()

    @Slot()
    def _compute(self) -> None:
        known, plan, row = self._desk.known, self._desk.plan, self.row
        if known is not None:
            self._show_titles()
        if known is None or not 0 <= row < len(plan.positions) or not self.isVisible():
            if not plan.positions:
                self.nothing.set_text(self.tr("Add a position first; its exits are planned here."))
            return
        wind = self._desk.wind
        simulation = wind.result if isinstance(wind.result, Simulation) and wind.is_current else None
        study, day = known.grounds.study, known.grounds.as_of
        self._desk.tasks.latest(
            "plan: ladder",
            lambda report, cancelled: ladder_view(plan, study, day, row, simulation),
            done=self._show_view,
            failed=lambda error: self._hint(readable(str(error))),
        )

    def _titled(self, coin: str) -> str:
        """Return symbol and name of a coin; its id while there is no market."""
        study = self._desk.session.study
        at = None if study is None else study.market.column.get(coin)
        if study is None or at is None:
            return coin
        known = study.market.coins[at]
        return f"{known.symbol.upper()} · {known.name}"

    def _show_titles(self) -> None:
        for at, position in enumerate(self._desk.plan.positions[: self.coin.count()]):
            title = self._titled(position.coin)
            if self.coin.itemText(at) != title:
                self.coin.setItemText(at, title)

    @Slot(object)
    def _show_view(self, found: object) -> None:
        if isinstance(found, Unknown):
            self._hint(readable(found.why))
            return
        assert isinstance(found, LadderView)
        plan = self._desk.plan
        if found.row != self.row or found.row >= len(plan.positions):
            return
        if found.position != plan.positions[found.row]:
            return  # of an older plan; the newer one is on its way
        self._view = found
        position = found.position
        stake = position.stake
        parts = [f"{amount(position.held)} {self.coin.currentText().split(' · ')[0]}"]
        if position.cost is not None:
            parts.append(self.tr("cost {0}").format(amount(position.cost)))
        if stake is not None:
            parts.append(self.tr("stake {0} {1}").format(money(stake), plan.currency))
        if not isinstance(found.price, Unknown):
            parts.append(self.tr("price {0}").format(amount(found.price)))
        self.card.set_subtitle(", ".join(parts))
        self.rungs.show_view(found, plan.currency, plan.lock is not None)
        self.nothing.set_text(
            "" if position.ladder else self.tr("There is no exit yet: add a rung or take a template.")
        )
        self.checks.show_checks(found.checks)
        self.chart.locked = plan.lock is not None
        self.chart.set_subtitle(self.tr("{0}, log scale; drag a rung").format(plan.currency))
        self.chart.show_view(found)
        self.replays.show_row(found.row)

    # -- editing -----------------------------------------------------------------------------------

    def _edit(self, rung: int, change: Callable[[Plan, int], Plan]) -> None:
        row = self.row
        self.hint.hide()
        what = self.tr("rung {0}").format(rung + 1)
        self._desk.keeper.edit(what, lambda plan: change(plan, row))

    def _hint(self, text: str) -> None:
        self.hint.set_text(text)
        self.hint.setVisible(bool(text))

    @Slot()
    def _add(self) -> None:
        position = self._desk.plan.positions[self.row]
        base = (self._price() or position.cost or 1.0) * (1.5 + 0.5 * len(position.ladder))
        rung = Rung(Trigger("price", level=float(f"{base:.3g}")), 0.25)
        self._edit(len(position.ladder), lambda plan, row: rung_added(plan, row, rung))

    def _take_template(self, at: int) -> None:
        plan, row = self._desk.plan, self.row
        position, price = plan.positions[row], self._price()
        if price is None:
            self._hint(self.tr("A template needs a price. Type one for this position."))
            return
        costs = Costs(plan.assumptions.fee_bps, plan.assumptions.slippage_bps)
        try:
            rungs = TEMPLATES[at].rungs(position, price, self._today(), costs)
        except PlanError as error:
            self._hint(readable(str(error)))
            return
        what = self.tr("template: {0}").format(TEMPLATES[at].title)
        self._desk.keeper.edit(what, lambda plan: ladder_set(plan, row, rungs))

    def _change_kind(self, rung: int, kind: str) -> None:
        position = self._desk.plan.positions[self.row]
        if position.ladder[rung].trigger.kind != kind:
            trigger = usual(kind, position, self._price(), self._today())  # type: ignore[arg-type]
            self._edit(rung, lambda plan, row: rung_changed(plan, row, rung, trigger=trigger))

    def _change_level(self, rung: int, text: str) -> None:
        trigger = self._desk.plan.positions[self.row].ladder[rung].trigger
        try:
            after = read_level(trigger, text)
        except PlanError as error:
            self._hint(readable(str(error)))
            return
        self._edit(rung, lambda plan, row: rung_changed(plan, row, rung, trigger=after))

    def _change_share(self, rung: int, text: str) -> None:
        plain = text.strip().casefold()
        number = 100.0 if plain in ("all", self.tr("all")) else as_number(plain.rstrip("% "))
        if not isinstance(number, float):
            self._hint(self.tr("{0!r} is no share. Write it as 25 %.").format(text))
            return
        self._edit(rung, lambda plan, row: rung_changed(plan, row, rung, share=number / 100))

    @Slot(int, float)
    def _move_level(self, rung: int, price: float) -> None:
        """Take the price to which a rung was dragged, in the rung's own kind."""
        position = self._desk.plan.positions[self.row]
        trigger = position.ladder[rung].trigger
        if trigger.kind == "multiple" and position.cost:
            after = Trigger("multiple", level=float(f"{price / position.cost:.3g}"))
        else:
            after = Trigger("price", level=price)
        self._edit(rung, lambda plan, row: rung_changed(plan, row, rung, trigger=after))

    def _mark_done(self, rung: int) -> None:
        position = self._desk.plan.positions[self.row]
        if position.ladder[rung].done is not None:
            self._edit(rung, lambda plan, row: rung_reopened(plan, row, rung))
            return
        from ui.panels.planner.done import DoneDialog

        step = None if self._view is None else self._view.steps.steps[rung]
        DoneDialog(self._desk.keeper, self.row, rung, step, self._today(), self).open()

    def _skip(self, rung: int) -> None:
        skipped = self._desk.plan.positions[self.row].ladder[rung].skipped
        self._edit(rung, lambda plan, row: rung_changed(plan, row, rung, skipped=not skipped))

    def _price(self) -> float | None:
        if self._view is None or isinstance(self._view.price, Unknown):
            return None
        return self._view.price

    def _today(self) -> date:
        day = self._desk.session.day
        return datetime.now(UTC).date() if day is None else date.fromisoformat(str(day))

    # -- Qt ----------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._desk.wind.watch(self, True)
        self._later.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._desk.wind.watch(self, False)

    def apply_theme(self, theme: Theme) -> None:
        for part in (self.card, self.checks, self.chart_card, self.replays, self.rungs):
            part.apply_theme(theme)
