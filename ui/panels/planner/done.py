"""Marking a rung as done: what was really sold, at which price, on which day, for which fee."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Qt, Slot
from PySide6.QtWidgets import (
    QDateEdit,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from models.qt.positions import as_number
from models.qt.reader import plain_number, readable
from models.risk.ladders.ladder import Step
from models.risk.plans.edits import rung_done
from models.risk.plans.plan import Done
from models.risk.plans.values import PlanError
from ui.dialogs.dialog import Dialog
from ui.plans.keeper import PlanKeeper


class DoneDialog(Dialog):
    """Begins with what the ladder expected; one step of undo."""

    def __init__(
        self,
        keeper: PlanKeeper,
        row: int,
        rung: int,
        step: Step | None,
        today: date,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keeper, self._row, self._rung = keeper, row, rung
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Rung {0} is done").format(rung + 1))
        self.day = QDateEdit(QDate(today.year, today.month, today.day))
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("d MMM yyyy")
        self.quantity = QLineEdit("" if step is None else plain_number(step.units, 8))
        self.price = QLineEdit("" if step is None or step.price is None else plain_number(step.price, 8))
        self.fee = QLineEdit("0")
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setProperty("tone", "caution")
        self.hint.hide()
        form = QFormLayout()
        for label, field in (
            (self.tr("Day of the sale"), self.day),
            (self.tr("Units sold"), self.quantity),
            (self.tr("Price of one unit, {0}").format(keeper.plan.currency), self.price),
            (self.tr("Fee, {0}").format(keeper.plan.currency), self.fee),
        ):
            field.setAccessibleName(label)
            form.addRow(label, field)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.addLayout(form)
        whole.addWidget(self.hint)
        whole.addWidget(buttons)

    @Slot()
    def _take(self) -> None:
        day = self.day.date()
        try:
            done = Done(
                day=date(day.year(), day.month(), day.day()),
                quantity=as_number(self.quantity.text()),  # type: ignore[arg-type]
                price=as_number(self.price.text()),  # type: ignore[arg-type]
                fee=as_number(self.fee.text() or "0"),  # type: ignore[arg-type]
            )
            after = rung_done(self._keeper.plan, self._row, self._rung, done)
        except PlanError as error:
            self.hint.setText(readable(str(error)))
            self.hint.show()
            return
        if self._keeper.edit(self.tr("rung {0} is done").format(self._rung + 1), lambda _: after):
            self.accept()
