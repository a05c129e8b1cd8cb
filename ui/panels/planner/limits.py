"""The dialog of limits and assumptions: each with its unit, its default and what it means."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from models.risk.plans.edits import assumptions_changed, changed, limits_changed
from models.risk.plans.plan import CURRENCIES, Assumptions, Limits, Plan
from ui.dialogs.dialog import Dialog
from ui.dialogs.scrolling import scrolling
from ui.plans.keeper import PlanKeeper
from ui.theme.fonts import font
from ui.theme.style import inset


def _tr(text: str) -> str:
    return QCoreApplication.translate("limits", text)


@dataclass(frozen=True, slots=True)
class Field:
    """One number; `scale` brings it on the screen (100 for percent), `places` after the point."""

    name: str
    title: str
    suffix: str = " %"
    scale: float = 100.0
    places: int = 1
    most: float = 100.0
    least: float = 0.0


def limit_fields() -> tuple[Field, ...]:
    return (
        Field("single_position", _tr("Largest share of one position (guide: 2 to 5 %)")),
        Field("sector_share", _tr("Largest share of one sector")),
        Field("small_and_meme", _tr("Largest share of small caps and memes")),
        Field("cash_floor", _tr("Cash, at least")),
        Field("stop_loss", _tr("Largest loss if every stop is hit")),
        Field("liquidity", _tr("Largest share of a day's volume"), places=2),
        Field("sectors", _tr("Sectors, at least"), "", 1.0, 0),
        Field("effective_bets", _tr("Effective bets, at least"), "", 1.0, 1, 50.0),
    )


def assumption_fields() -> tuple[Field, ...]:
    return (
        Field("risk_budget", _tr("Loss of one position at its stop, at most"), places=2),
        Field("volatility_target", _tr("Yearly volatility that one position may bring"), most=500.0),
        Field("drawdown_limit", _tr("Drawdown that you would bear")),
        Field("horizon_days", _tr("Horizon of the simulation"), _tr(" days"), 1.0, 0, 730.0, 30.0),
        Field("fee_bps", _tr("Fee"), _tr(" basis points"), 1.0, 1, 5000.0),
        Field("slippage_bps", _tr("Slippage"), _tr(" basis points"), 1.0, 1, 5000.0),
        Field("seed", _tr("Seed of the random draws"), "", 1.0, 0, 2.0**31),
    )


class LimitsDialog(Dialog):
    """Applies everything at once, as one step of undo."""

    def __init__(self, keeper: PlanKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Limits and assumptions"))
        self._limits: dict[str, tuple[Field, QDoubleSpinBox]] = {}
        self._assumptions: dict[str, tuple[Field, QDoubleSpinBox]] = {}
        plan = keeper.plan
        form = QFormLayout()
        form.setHorizontalSpacing(24)
        self.currency = QComboBox()
        self.currency.addItems(list(CURRENCIES))
        self.currency.setCurrentText(plan.currency)
        self.currency.setAccessibleName(self.tr("Currency"))
        form.addRow(self.tr("Currency"), self.currency)
        self.capital = self._spin(Field("", self.tr("Capital"), "", 1.0, 2, 1e15), plan.capital or 0.0)
        self.capital.setSpecialValueText(self.tr("value of everything"))
        form.addRow(self.tr("Capital that shares refer to"), self.capital)
        self.cash = self._spin(Field("", self.tr("Cash"), "", 1.0, 2, 1e15), plan.cash)
        form.addRow(self.tr("Cash"), self.cash)
        self.goal = self._spin(Field("", self.tr("Goal"), "", 1.0, 2, 1e15), plan.assumptions.goal or 0.0)
        self.goal.setSpecialValueText(self.tr("none"))
        form.addRow(self.tr("Goal at the horizon"), self.goal)
        for title, fields, values, spins in (
            (self.tr("Limits"), limit_fields(), plan.limits, self._limits),
            (self.tr("Assumptions"), assumption_fields(), plan.assumptions, self._assumptions),
        ):
            head = QLabel(title)
            head.setFont(font("heading"))
            form.addRow(head)
            for field in fields:
                spin = self._spin(field, getattr(values, field.name))
                spins[field.name] = field, spin
                form.addRow(field.title, spin)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        defaults = QPushButton(self.tr("Defaults"))
        defaults.clicked.connect(self._defaults)
        buttons.addButton(defaults, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.accepted.connect(self._apply)
        buttons.rejected.connect(self.reject)
        self.setEnabled(not keeper.is_locked)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.addWidget(scrolling(form), 1)
        whole.addWidget(buttons)

    def _spin(self, field: Field, value: float) -> QDoubleSpinBox:
        spin = QDoubleSpinBox()
        inset(spin)
        spin.setDecimals(field.places)
        spin.setRange(field.least, field.most)
        spin.setSuffix(field.suffix)
        spin.setGroupSeparatorShown(True)
        spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        spin.setValue(field.scale * value)
        spin.setAccessibleName(field.title)
        return spin

    @Slot()
    def _defaults(self) -> None:
        for values, spins in ((Limits(), self._limits), (Assumptions(), self._assumptions)):
            for name, (field, spin) in spins.items():
                spin.setValue(field.scale * getattr(values, name))

    @Slot()
    def _apply(self) -> None:
        before = self._keeper.plan
        limits = _changes(before.limits, self._limits)
        assumptions: dict[str, object] = dict(_changes(before.assumptions, self._assumptions))
        assumptions["goal"] = self.goal.value() or None
        currency, capital, cash = self.currency.currentText(), self.capital.value() or None, self.cash.value()

        def change(plan: Plan) -> Plan:
            after = limits_changed(plan, **limits)
            after = assumptions_changed(after, **assumptions)
            return changed(after, currency=currency, capital=capital, cash=cash)

        if self._keeper.edit(self.tr("limits and assumptions"), change):
            self.accept()


def _changes(values: object, spins: dict[str, tuple[Field, QDoubleSpinBox]]) -> dict[str, float]:
    """Return what was really changed: a figure with more places than are shown stays as it is."""
    found: dict[str, float] = {}
    for name, (field, spin) in spins.items():
        before = getattr(values, name)
        if abs(spin.value() - round(field.scale * before, field.places)) > 1e-12:
            value = spin.value() / field.scale
            found[name] = round(value) if isinstance(before, int) else value
    return found
