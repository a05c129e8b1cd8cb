"""The cards on the right of the Data panel: the refresh under way, bad ticks, the log."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from data.cache import LogLine
from models.market.snapshot import Day, Market
from ui.panels.data.words import day_words
from ui.session import Session
from ui.theme.fonts import font
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card
from ui.widgets.label import Label

STEPS = 1000
SHOWN_TICKS, SHOWN_LINES = 4, 7


class RefreshCard(Card):
    """What is being fetched, with its progress and a way to stop; else when it happens next."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("Refresh", theme=theme)
        self.set_title(self.tr("Refresh"))
        self._live = session.live
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setProperty("fit", "head")
        self.add_corner(self.cancel)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, STEPS)
        self.bar.setAccessibleName(self.tr("Progress of the refresh"))
        self.words = Label("", token="text2", wrap=True, scale=0.95, theme=theme)
        self.automatic = QCheckBox(self.tr("Refresh by itself"))
        self.body.addWidget(self.bar)
        self.body.addWidget(self.words)
        self.body.addWidget(self.automatic)
        live = self._live
        if live is not None:
            self.cancel.clicked.connect(live.refreshing.cancel)
            self.automatic.setChecked(live.is_automatic)
            self.automatic.clicked.connect(live.set_automatic)
            live.refreshing.started.connect(self.follow)
            live.refreshing.progressed.connect(self.follow)
            live.refreshing.ended.connect(self._ended)
            live.refreshing.failed.connect(self.words.set_text)
            live.refreshing.yielded.connect(self.words.set_text)
            live.quiet.connect(self.words.set_text)
        self.automatic.setEnabled(live is not None)
        self.follow()

    @Slot()
    def follow(self, _step: object = None) -> None:
        """Show how far it is."""
        step = None if self._live is None else self._live.refreshing.step
        running = step is not None and self._live is not None and self._live.refreshing.is_running
        self.bar.setVisible(running)
        self.cancel.setVisible(running)
        if step is None or not running:
            self.set_subtitle("")
            if not self.words.text():
                self.words.set_text(self.tr("Each job keeps what it fetched, even if you cancel."))
            return
        self.bar.setValue(round(STEPS * step.share))
        self.set_subtitle(self.tr("{0} of {1} jobs").format(step.done, step.total))
        parts = [step.what]
        if step.seconds_left is not None and step.seconds_left >= 1:
            parts.append(self.tr("about {0} left").format(_time(step.seconds_left)))
        if step.problems:
            parts.append(self.tr("{0} sources with trouble").format(len(step.problems)))
        self.words.set_text(" · ".join(part for part in parts if part))

    @Slot(object)
    def _ended(self, report: object) -> None:
        ending = report.get("ending", "") if isinstance(report, dict) else ""
        self.words.set_text(str(ending))
        self.follow()


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


class BadTicksCard(Card):
    """The newest prices that cannot be right; all of them in a table."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Bad ticks", theme=theme)
        self.set_title(self.tr("Bad ticks"))
        self.all = QPushButton(self.tr("All"))
        self.all.setProperty("kind", "link")
        self.all.clicked.connect(self._show_all)
        self.add_corner(self.all)
        holder = QWidget()
        self._grid = QGridLayout(holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(5)
        self.body.addWidget(holder)
        self.body.addStretch(1)
        self._rows: list[tuple[str, str, str, str]] = []

    def show_ticks(self, market: Market, day: Day) -> None:
        """Show what was told for a bad tick up to a day."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        ticks = market.bad_ticks
        upto = market.position(day)
        order = [at for at in range(len(ticks) - 1, -1, -1) if ticks.known_from[at] <= upto]
        order.sort(key=lambda at: -int(ticks.row[at]))
        self._rows = []
        for at in order:
            row, column = int(ticks.row[at]), int(ticks.column[at])
            later = int(ticks.known_from[at]) - row
            undone = self.tr("undone next day") if later == 1 else self.tr("undone in {0} days").format(later)
            change = numbers.change(float(ticks.change[at]), 0)
            self._rows.append(
                (market.coins[column].symbol.upper(), day_words(market.days[row]), change, undone)
            )
        self.set_subtitle(self.tr("{0} coin-days, left out everywhere").format(len(self._rows)))
        self.all.setEnabled(bool(self._rows))
        for line, cells in enumerate(self._rows[:SHOWN_TICKS]):
            for column, text in enumerate(cells):
                label = QLabel(text)
                label.setFont(font("table"))
                if column == 3:
                    label.setProperty("tone", "second")
                side = Qt.AlignmentFlag.AlignRight if column == 2 else Qt.AlignmentFlag.AlignLeft
                self._grid.addWidget(label, line, column, side)

    def _show_all(self) -> None:
        from ui.widgets.table_dialog import TableDialog
        from ui.widgets.tables import Table

        header = (self.tr("Coin"), self.tr("Day"), self.tr("Change"), self.tr("What happened"))
        TableDialog(self.tr("Bad ticks"), Table(header, self._rows), self).open()


class LogCard(Card):
    """The newest lines of the log of refreshes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Log", theme=theme)
        self.set_title(self.tr("Log"))
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setProperty("kind", "link")
        self.copy.clicked.connect(self._copy)
        self.add_corner(self.copy)
        self.words = Label("", scale=0.92, wrap=True, theme=theme)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.addWidget(self.words, 1)
        self.body.addLayout(row, 1)
        self._lines: list[str] = []

    def show_lines(self, lines: Sequence[LogLine]) -> None:
        """Show the log, the newest first."""
        newest = sorted(lines, key=lambda one: one.at, reverse=True)
        self._lines = [
            f"{one.at.astimezone():%H:%M:%S}  {one.source} {one.job}: {one.text or one.result}"
            for one in newest
        ]
        self.words.set_text(
            "\n".join(self._lines[:SHOWN_LINES]) or self.tr("Nothing was fetched yet. Refresh to begin.")
        )
        self.copy.setEnabled(bool(self._lines))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._lines))
