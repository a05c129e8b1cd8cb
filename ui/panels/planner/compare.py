"""Two plans side by side: their totals and rules, and every place in which they differ."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from data.plans import load_plan
from models.market.unknown import Unknown
from models.qt.reader import readable
from models.risk.assessment import Assessment, assess
from models.risk.plans.compare import differences
from models.risk.plans.plan import Plan
from ui.dialogs.dialog import Dialog
from ui.panels.planner.words import money, percent, rule_value
from ui.plans.desk import PlanDesk
from ui.theme.fonts import font
from ui.widgets import numbers


def choose_and_compare(desk: PlanDesk, parent: QWidget) -> None:
    """Ask for another plan, work it out in a thread, and lay both side by side."""
    store, known = desk.keeper.store, desk.known
    if store is None:
        return
    name, _ = QFileDialog.getOpenFileName(parent, parent.tr("Compare with"), str(store.folder), "*.plan.json")
    if not name:
        return

    def work(report: object, cancelled: object) -> tuple[Plan, Assessment | None]:
        plan = load_plan(store, Path(name)).plan
        if known is None:
            return plan, None
        with desk.alone:
            return plan, assess(plan, known.grounds)

    def done(found: object) -> None:
        plan: Plan
        assessed: Assessment | None
        plan, assessed = found  # type: ignore[misc]
        mine = None if desk.known is None else desk.known.assessment
        CompareDialog(desk.plan, mine, plan, assessed, parent).open()

    desk.tasks.latest(
        "plan: compare", work, done=done, failed=lambda error: desk.keeper.said.emit(str(error))
    )


class CompareDialog(Dialog):
    """A table: what, this plan, the other one; figures first, then what was entered differently."""

    def __init__(
        self,
        left: Plan,
        left_found: Assessment | None,
        right: Plan,
        right_found: Assessment | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("{0} and {1}").format(left.name, right.name))
        rows: list[tuple[str, str, str]] = []
        if left_found is not None and right_found is not None:
            rows += [
                (title, one, other)
                for (title, one), (_, other) in zip(
                    self._figures(left_found), self._figures(right_found), strict=True
                )
            ]
        entered = [
            (f"{one.place}: {one.what}", _cell(one.left, one.is_quoted), _cell(one.right, one.is_quoted))
            for one in differences(left, right)
        ]
        title = QLabel(
            self.tr("These plans hold the same.")
            if not entered
            else self.tr("{0} places differ.").format(len(entered))
        )
        title.setFont(font("heading"))
        table = QTableWidget(len(rows) + len(entered), 3)
        table.setHorizontalHeaderLabels(["", left.name, right.name])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setAccessibleName(self.tr("Both plans side by side"))
        for at, cells in enumerate((*rows, *entered)):
            for column, cell in enumerate(cells):
                item = QTableWidgetItem(cell)
                item.setToolTip(cell)
                table.setItem(at, column, item)
        header = table.horizontalHeader()
        # Heads stand where their columns begin.
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.addWidget(title)
        whole.addWidget(table, 1)
        whole.addWidget(buttons)
        self.resize(760, 560)

    def _figures(self, found: Assessment) -> list[tuple[str, str]]:
        risk, plan = found.risk, found.plan
        unknown = self.tr("unknown")
        rows = [
            (self.tr("Value"), f"{money(found.portfolio.total)} {plan.currency}"),
            (self.tr("Positions"), str(len(plan.positions))),
        ]
        for title, name in (
            (self.tr("Volatility, a year"), "volatility"),
            (self.tr("VaR 95 %, one day"), "var_95"),
            (self.tr("ES 95 %, one day"), "es_95"),
            (self.tr("ES 95 %, 10 days"), "es_95_10"),
            (self.tr("Loss if all correlations go to 1"), "loss_as_one"),
        ):
            value = unknown if isinstance(risk, Unknown) else getattr(risk, name)
            rows.append((title, unknown if isinstance(value, Unknown | str) else percent(value)))
        for title, name in (
            (self.tr("Beta to Bitcoin"), "beta_bitcoin"),
            (self.tr("Effective bets"), "effective_bets"),
        ):
            value = unknown if isinstance(risk, Unknown) else getattr(risk, name)
            rows.append((title, unknown if isinstance(value, Unknown | str) else numbers.fixed(value, 2)))
        for rule in found.rules:
            mark = {"ok": "✓", "amber": "–", "red": "✗", "unknown": "?"}[rule.state]
            rows.append((rule.title.partition(" · ")[0], f"{mark} {rule_value(rule)}"))
        return rows


def _cell(words: str | None, is_quoted: bool) -> str:
    if not words:
        return numbers.UNKNOWN
    return words if is_quoted else readable(words)
