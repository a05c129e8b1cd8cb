"""What the providers changed since a day: values that stood and were replaced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QDate, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QDateEdit, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from data.cache.ledger import Revised
from models.qt.figures import Column, FigureRow
from models.qt.positions import amount
from ui.panels.data.words import day_words
from ui.session import Session
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.figure_table import FigureTable

BACK_DAYS = 30


class RevisionsPage(QWidget):
    """A table with the day before which nothing is listed."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._found: Sequence[Revised] = ()
        self.since = QDateEdit(QDate.currentDate().addDays(-BACK_DAYS))
        self.since.setCalendarPopup(True)
        self.since.setDisplayFormat("d MMM yyyy")
        self.since.setAccessibleName(self.tr("Changed since"))
        self.since.dateChanged.connect(self._show)
        self.own = QCheckBox(self.tr("only by the same provider"))
        self.own.setToolTip(self.tr("Leave out values that a better source took over."))
        self.own.setChecked(True)
        self.own.toggled.connect(self._show)
        self.count = QLabel()
        self.count.setProperty("tone", "second")
        label = QLabel(self.tr("Changed since"))
        label.setBuddy(self.since)
        self.table = FigureTable(
            (
                Column("learnt", self.tr("Learnt")),
                Column("series", self.tr("Series")),
                Column("day", self.tr("Of the day")),
                Column("field", self.tr("Field")),
                Column("before", self.tr("Before"), shown=amount, is_number=True),
                Column("after", self.tr("After"), shown=amount, is_number=True),
                Column("change", self.tr("Change"), shown=_percent, is_number=True),
                Column("source", self.tr("Source")),
            ),
            name=self.tr("Values that were replaced"),
            theme=theme,
        )
        self.table.stretch("series", (120, 0, 92, 70, 90, 90, 74, 100))
        self.table.opened.connect(self._go)
        head = QHBoxLayout()
        for widget in (label, self.since, self.own):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.count)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(head)
        whole.addWidget(self.table, 1)

    def show_revisions(self, found: Sequence[Revised]) -> None:
        """Show what the ledger holds."""
        self._found = found
        self._show()

    @Slot()
    def _show(self) -> None:
        since = self.since.date().toString(Qt.DateFormat.ISODate)
        kept = [
            one
            for one in self._found
            if f"{one.learnt_at:%Y-%m-%d}" >= since and (one.is_own or not self.own.isChecked())
        ]
        self.count.setText(self.tr("{0} values").format(numbers.whole(len(kept))))
        rows = []
        for at, one in enumerate(kept):
            change = None
            if np.isfinite(one.after) and one.before:
                change = one.after / one.before - 1
            after = one.after if np.isfinite(one.after) else None
            rows.append(
                FigureRow(
                    f"{at}|{one.day}",
                    (
                        f"{one.learnt_at.astimezone():%Y-%m-%d %H:%M}",
                        one.key,
                        day_words(one.day),
                        one.field,
                        one.before,
                        after,
                        change,
                        one.source,
                    ),
                    tip=self.tr("Double-click to move the as-of day there."),
                )
            )
        self.table.show_rows(rows)

    @Slot(str)
    def _go(self, key: str) -> None:
        self._session.set_day(np.datetime64(key.partition("|")[2], "D"))

    def apply_theme(self, theme: Theme) -> None:
        self.table.apply_theme(theme)


def _percent(value: float) -> str:
    return numbers.change(value, 2)
