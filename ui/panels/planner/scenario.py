"""A crash of the user's own: Bitcoin and the Russell 2000 act through betas, single coins directly."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from models.qt.positions import as_number
from models.qt.reader import readable
from models.risk.plans.edits import scenarios_set
from models.risk.plans.plan import Scenario, Shock
from models.risk.plans.values import PlanError
from ui.dialogs.dialog import Dialog
from ui.dialogs.scrolling import scrolling
from ui.plans.desk import PlanDesk


class ScenarioDialog(Dialog):
    """Percentages, empty where nothing is assumed; one step of undo."""

    def __init__(self, desk: PlanDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("New scenario"))
        self.name = QLineEdit(self.tr("My crash"))
        self.bitcoin, self.russell = QLineEdit("-40"), QLineEdit()
        form = QFormLayout()
        rows = [
            (self.tr("Name"), self.name),
            (self.tr("Bitcoin, %"), self.bitcoin),
            (self.tr("Russell 2000, %"), self.russell),
        ]
        self.coins: dict[str, QLineEdit] = {}
        known = desk.known
        for holding in known.assessment.portfolio.holdings if known is not None else ():
            if holding.position.coin not in self.coins:
                field = QLineEdit()
                field.setPlaceholderText(self.tr("by its beta"))
                self.coins[holding.position.coin] = field
                rows.append((f"{holding.coin.symbol}, %", field))
        for label, field in rows:
            field.setAccessibleName(label)
            form.addRow(label, field)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setProperty("tone", "caution")
        self.hint.hide()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.addWidget(scrolling(form), 1)
        whole.addWidget(self.hint)
        whole.addWidget(buttons)

    @Slot()
    def _take(self) -> None:
        try:
            shocks = tuple(
                Shock(coin, change)
                for coin, field in self.coins.items()
                if (change := _fraction(field.text())) is not None
            )
            scenario = Scenario(
                self.name.text().strip() or self.tr("My crash"),
                bitcoin=_fraction(self.bitcoin.text()),
                russell=_fraction(self.russell.text()),
                coins=shocks,
            )
        except PlanError as error:
            self.hint.setText(readable(str(error)))
            self.hint.show()
            return
        what = self.tr("scenario {0}").format(scenario.name)
        if self._desk.keeper.edit(what, lambda plan: scenarios_set(plan, (*plan.scenarios, scenario))):
            self.accept()


def _fraction(text: str) -> float | None:
    """Return a typed percentage as a fraction; None for an empty field."""
    if not text.strip():
        return None
    number = as_number(text.replace("−", "-"))
    if not isinstance(number, float):
        raise PlanError(f"{text!r} is not a percentage. Write it as -40.")
    return number / 100
