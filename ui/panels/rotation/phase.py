"""The phase of the day with its past, and what came after such phases."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from models.market.rotation.view import AfterPhase, PhaseDay, RotationBoard
from models.market.snapshot import Day
from models.market.unknown import Unknown
from models.qt.figures import Column, FigureRow
from ui.charts.follow_rows import FollowRow, FollowRows
from ui.charts.phase_ribbon import PhaseRibbon
from ui.charts.phase_track import PhaseTrack, Station
from ui.dialogs.dialog import Dialog
from ui.panels.rotation import words
from ui.panels.rotation.words import STATIONS
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card
from ui.widgets.figure_table import FigureTable
from ui.widgets.label import Label


class PhaseCard(Card):
    """Track, strengths, spells, and the ribbon of history below Bitcoin's price."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(self.tr("Phase"), key="phase", theme=theme)
        self._compact = False
        self._found: PhaseDay | Unknown | None = None
        self.track = PhaseTrack(theme=theme)
        self.ribbon = PhaseRibbon(self.tr("Phases of the past"), theme=theme)
        self.body.addWidget(self.track)
        self.body.addWidget(self.ribbon, 1)

    def show_day(self, board: RotationBoard, found: PhaseDay | Unknown, day: Day) -> None:
        """Show the phase as it was known on `day`."""
        self._found = found
        self.set_note(words.changes_words(board.study.classes.changes, self.tr))
        if isinstance(found, Unknown):
            self.track.set_unknown(found.why)
            self.ribbon.set_unknown_because(found.why)
            self.set_subtitle("")
            return
        self._show_track(found)
        self.ribbon.set_history(words.blocks(found, self.tr), words.legend(found, self.tr))
        market = board.study.market
        end = market.position(day) + 1
        column = market.column.get("bitcoin")
        if column is not None:
            price: Any = market.price[:end, column]
            self.ribbon.set_price(market.days[:end], price, self.tr("Bitcoin, log scale"))

    def set_compact(self, compact: bool) -> None:
        """Fewer words in the title row."""
        self._compact = compact
        if self._found is not None and not isinstance(self._found, Unknown):
            self.set_subtitle(words.phase_words(self._found, self.tr, compact=compact))

    def show_nothing(self, why: str) -> None:
        self._found = None
        self.track.set_unknown(why)
        self.ribbon.set_unknown_because(why)
        self.set_subtitle("")

    def _show_track(self, found: PhaseDay) -> None:
        state = found.state
        self.set_subtitle(words.phase_words(found, self.tr, compact=self._compact))
        if isinstance(state.phase, Unknown):
            self.track.set_unknown(state.phase.why)
            return
        called = words.names(self.tr)
        strengths = {} if isinstance(state.strengths, Unknown) else state.strengths
        times = {one.phase: one for one in found.times}
        stations = [
            Station(called[name], strengths.get(name), times[name].median_days, times[name].spells)
            for name in STATIONS
        ]
        note = words.restless_words(found, self.tr)
        off_track = state.phase not in STATIONS
        if off_track:
            off = self.tr("Risk-off: Bitcoin and altcoins both fall")
            note = f"{off} · {note}" if note else off
        self.track.set_stations(stations, None if off_track else STATIONS.index(state.phase), note)
        why = state.strengths.why if isinstance(state.strengths, Unknown) else ""
        self.track.setToolTip(
            why or self.tr("Bars: strength of each phase today. Below: median days of its spells · spells.")
        )


class AfterCard(Card):
    """What followed the ended spells of this phase: counts, intervals, and one sentence."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(self.tr("What came after"), key="phase_after", theme=theme)
        self._found: PhaseDay | None = None
        self.subtitle = Label("", token="text2", scale=0.92, wrap=True, theme=theme)
        self.rows = FollowRows(self.tr("What came after this phase"), theme=theme)
        self.verdict = Label("", token="text2", scale=0.95, wrap=True, theme=theme)
        self.matrix = QPushButton(self.tr("All transitions…"))
        self.matrix.setProperty("kind", "link")
        self.matrix.setAccessibleName(self.tr("Show what came after each phase"))
        self.matrix.setToolTip(self.tr("What came after each phase, with counts and intervals"))
        self.matrix.clicked.connect(self.open_matrix)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.verdict, 1)
        below.addStretch(0)
        below.addWidget(self.matrix, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addWidget(self.subtitle)
        self.body.addWidget(self.rows, 1)
        self.body.addLayout(below)

    def show_day(self, found: PhaseDay | Unknown) -> None:
        """Show what is known on the day of `found`."""
        after = found if isinstance(found, Unknown) else found.after
        self._found = None if isinstance(found, Unknown) else found
        self.matrix.setEnabled(self._found is not None)
        self.set_title(words.after_title(after, self.tr))
        self.subtitle.set_text(words.after_subtitle(after, self.tr))
        self.verdict.set_text(words.verdict(after, self.tr))
        self.verdict.setVisible(not isinstance(after, Unknown) and bool(after.rows))
        if isinstance(after, Unknown) or not after.rows:
            self.rows.set_unknown_because(words.verdict(after, self.tr))
            return
        self.rows.set_rows([follow_row(after, at, self.tr) for at in range(len(after.rows))])

    def show_nothing(self, why: str) -> None:
        self.show_day(Unknown(why))

    def open_matrix(self) -> QDialog | None:
        """Open the table of all transitions; nothing before there are any."""
        if self._found is None:
            return None
        dialog = MatrixDialog(self._found, self.theme, self.window())
        dialog.open()
        return dialog


class MatrixDialog(Dialog):
    """Every phase and what came after it, each row with its sample size."""

    def __init__(self, found: PhaseDay, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What came after each phase"))
        called = words.names(self.tr)
        columns = (
            Column("phase", self.tr("Phase"), tip=self.tr("The phase that was shown")),
            Column("next", self.tr("Then")),
            Column("count", self.tr("Spells"), _whole, is_number=True),
            Column("of", self.tr("Of"), _whole, is_number=True),
            Column("low", self.tr("95 % from"), _percent, is_number=True),
            Column("high", self.tr("to"), _percent, is_number=True),
            Column("share", self.tr("Time"), _percent, is_number=True, tip=self.tr("Share of all days")),
            Column("median", self.tr("Median days"), _whole, is_number=True),
        )
        self.table = FigureTable(columns, name=self.tr("What came after each phase"), theme=theme)
        times = {one.phase: one for one in found.times}
        rows = []
        for after in found.matrix:
            time = times[after.phase]
            for one in after.rows:
                cells = (called[after.phase], called[one.to], one.count, one.of, one.low, one.high)
                rows.append(
                    FigureRow(
                        f"{after.phase} {one.to}",
                        (*cells, time.share, time.median_days),
                        tip=words.verdict(after, self.tr),
                    )
                )
            if not after.rows:
                none = (called[after.phase], self.tr("no spell has ended yet"), None, 0, None, None)
                rows.append(FigureRow(after.phase, (*none, time.share, time.median_days), faint=True))
        self.table.show_rows(rows)
        self.table.stretch("next", (130, 130, 64, 48, 80, 64, 70, 96))
        note = Label(
            self.tr(
                "Of the spells of the phase shown that had ended by this day; 95 % intervals after "
                "Wilson (1927). The spell that runs on has no follower yet."
            ),
            token="text2",
            scale=0.92,
            wrap=True,
            theme=theme,
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.table.copy)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(note)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        self.resize(760, 560)


def follow_row(after: AfterPhase, at: int, tr: words.Tr) -> FollowRow:
    """One follower as the chart draws it."""
    one = after.rows[at]
    return FollowRow(words.names(tr)[one.to], one.count, one.of, one.low, one.high)


def _whole(value: float | None) -> str:
    return numbers.UNKNOWN if value is None else numbers.fixed(value, 0)


def _percent(value: float | None) -> str:
    return numbers.percent(value, 0)
