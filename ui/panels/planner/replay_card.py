"""Earlier cycles on one card: what ladders and holding would have brought, as multiples of what was paid."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent

from models.market.unknown import Unknown
from models.qt.reader import readable
from models.risk.ladders.replay import CYCLES, Replay, replays
from ui.plans.desk import PlanDesk
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card
from ui.widgets.dates import day_text
from ui.widgets.label import Label
from ui.widgets.tables import Table
from ui.widgets.walked import Walked

ROW, BAR, NOTE_AT = 66, 9, 66


class ReplayCard(Card):
    """Replays the plan while it is on the screen; one position's bars, or those of the whole plan."""

    def __init__(self, desk: PlanDesk, theme: Theme) -> None:
        super().__init__("Replay through earlier cycles", key="plan_replay", theme=theme)
        self.set_title(self.tr("Replay through earlier cycles"))
        self._desk = desk
        self._row: int | None = None
        self._found: tuple[Replay | Unknown, ...] = ()
        self._of: object = None
        self.bars = ReplayBars(theme)
        self.words = Label("", token="text2", scale=0.92, wrap=True, theme=theme)
        self.body.addWidget(self.bars)
        self.body.addWidget(self.words)
        self.body.addStretch(1)
        desk.assessed.connect(self._compute)

    def show_row(self, row: int | None) -> None:
        """Show the bars of one position of the plan; None for all of them."""
        self._row = row
        self._show()

    @Slot()
    def _compute(self) -> None:
        known, plan = self._desk.known, self._desk.plan
        if known is None or not self.isVisible() or self._of == (plan, known.grounds.as_of):
            return
        study, day = known.grounds.study, known.grounds.as_of

        def done(found: object) -> None:
            self._found = found  # type: ignore[assignment]
            self._of = (plan, day)
            self._show()

        self._desk.tasks.latest(
            "plan: replays", lambda report, cancelled: replays(plan, study, day), done=done
        )

    def _show(self) -> None:
        rows = []
        for cycle, found in zip(CYCLES, self._found, strict=False):
            if isinstance(found, Unknown):
                rows.append(ReplayRow(cycle.title, "", None, None, readable(found.why), ()))
                continue
            coin = next((one for one in found.coins if one.row == self._row), None)
            if self._row is not None and coin is None:
                rows.append(ReplayRow(cycle.title, "", None, None, self.tr("It has no price then."), ()))
                continue
            note = self.tr("from {0}").format(day_text(found.start))
            if coin is not None:
                filled = tuple(fill.rung + 1 for fill in coin.fills if fill.rung is not None)
                if coin.borrowed_from:
                    note = self.tr("{0} prices borrowed").format(", ".join(coin.borrowed_from))
                rows.append(ReplayRow(cycle.title, note, coin.with_ladder, coin.without_ladder, "", filled))
            else:
                rows.append(ReplayRow(cycle.title, note, found.with_ladder, found.without_ladder, "", ()))
        self.bars.set_rows(rows)
        self.words.set_text(
            self.tr("Three cycles that all peaked and fell flatter any ladder. The simulation does not.")
            if rows
            else ""
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._compute()


class ReplayRow:
    """One cycle: multiples with and without ladders, or why there are none."""

    def __init__(
        self,
        title: str,
        note: str,
        with_ladder: float | None,
        held: float | None,
        why: str,
        filled: tuple[int, ...],
    ) -> None:
        self.title, self.note, self.with_ladder, self.held = title, note, with_ladder, held
        self.why, self.filled = why, filled

    @property
    def rungs(self) -> str:
        """The rungs that were filled, each once."""
        return ", ".join(str(rung) for rung in dict.fromkeys(self.filled))


class ReplayBars(Walked):
    """Two bars a cycle, on one scale, with the rungs that were filled."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme=theme)
        self.set_title(self.tr("Replay through earlier cycles"))
        self._rows: list[ReplayRow] = []

    def set_rows(self, rows: list[ReplayRow]) -> None:
        self._rows = rows
        said = [
            f"{row.title}: {row.why}"
            if row.with_ladder is None or row.held is None
            else self.tr("{0}: {1} ×, {2} × held").format(
                row.title, numbers.fixed(row.with_ladder, 1), numbers.fixed(row.held, 1)
            )
            for row in rows
        ]
        self.setToolTip("\n".join(said))
        self.set_places(said)

    def spot(self, at: int) -> QRectF:
        return QRectF(0, at * ROW, self.width(), ROW - 4)

    def table(self) -> Table:
        header = (self.tr("Cycle"), self.tr("With ladders, ×"), self.tr("Held, ×"), self.tr("Rungs filled"))
        rows = [(row.title, row.with_ladder, row.held, row.why or row.rungs) for row in self._rows]
        return Table(header, rows)

    def sizeHint(self) -> QSize:
        return QSize(300, ROW * max(1, len(self._rows)))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, ROW * max(1, len(self._rows)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values = [value for row in self._rows for value in (row.with_ladder, row.held) if value is not None]
        most = max([1.0, *values])
        room = self.width() - 96.0
        for at, row in enumerate(self._rows):
            top = at * ROW
            painter.setPen(self.colour("text"))
            painter.setFont(self.font_of(0.95, 600))
            painter.drawText(QRectF(0, top + 2, 70, 18), Qt.AlignmentFlag.AlignVCenter, row.title)
            painter.setPen(self.colour("text2"))
            painter.setFont(self.font_of(0.92))
            told = self.tr("rungs {0}").format(row.rungs) if row.rungs else ""
            taken = painter.fontMetrics().horizontalAdvance(told) + (10 if told else 0)
            room_of_note = max(0, self.width() - NOTE_AT - taken)
            note = painter.fontMetrics().elidedText(row.note, Qt.TextElideMode.ElideRight, room_of_note)
            painter.drawText(QRectF(NOTE_AT, top + 2, room_of_note, 18), Qt.AlignmentFlag.AlignVCenter, note)
            if row.with_ladder is None or row.held is None:
                flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(QRectF(0, top + 20, self.width(), 36), flags, row.why)
                continue
            painter.drawText(
                QRectF(NOTE_AT, top + 2, self.width() - NOTE_AT, 18),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                told,
            )
            for line, (value, colour, name) in enumerate(
                (
                    (row.with_ladder, self.colour(1), self.tr("ladder")),
                    (row.held, self.colour("neutral"), self.tr("hold")),
                )
            ):
                y = top + 24 + line * 17
                width = max(2.0, room * value / most)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawRoundedRect(QRectF(0, y, width, BAR), 2, 2)
                painter.setPen(self.colour("text"))
                painter.drawText(
                    QRectF(width + 6, y - 5, 92, 19),
                    Qt.AlignmentFlag.AlignVCenter,
                    f"{numbers.fixed(value, 1)} × {name}",
                )
            one = room / most
            painter.setPen(self.colour("line_strong"))
            painter.drawLine(int(one), top + 22, int(one), top + 54)
        self.paint_focus(painter)
