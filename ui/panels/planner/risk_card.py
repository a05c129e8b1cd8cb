"""Where the risk sits: the weight of each coin beside its share of the volatility."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF

from models.market.unknown import Unknown
from models.qt.reader import readable
from models.risk.risk import Contribution
from ui.plans.desk import Known
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.tables import Table
from ui.widgets.themed import CAPTION, TABLE
from ui.widgets.walked import Walked

ROW, AXIS, NAME = 20, 22, 70
FEWEST, MOST = 3, 8


class RiskCard(Card):
    """The coins that carry most of the risk; the rest is in the tooltip and the report."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Share of risk", key="plan_contributions", theme=theme)
        self.set_title(self.tr("Share of risk"))
        self.dots = RiskDots(theme)
        self.words = Label("", token="text2", scale=0.92, wrap=True, theme=theme)
        self.body.addWidget(self.dots, 1)
        self.body.addWidget(self.words)

    def show_known(self, known: Known | None) -> None:
        """Show the contributions of an assessed plan."""
        risk = None if known is None else known.assessment.risk
        if risk is None or isinstance(risk, Unknown):
            self.dots.set_rows(())
            self.set_subtitle("")  # no marks are drawn that it could explain
            self.words.set_text(
                self.tr("There is no market to look at yet.") if risk is None else readable(risk.why)
            )
            return
        self.dots.set_rows(risk.contributions)
        self.set_subtitle(self.tr("○ weight   ◆ risk") if risk.contributions else "")
        self.words.set_text(readable(risk.bets_words))


class RiskDots(Walked):
    """One row a coin: a ring at its weight, a diamond at its share of the risk, a line between them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme=theme)
        self.set_title(self.tr("Weight and share of risk"))
        self._rows: tuple[Contribution, ...] = ()
        self.setMinimumHeight(FEWEST * ROW + AXIS)

    def set_rows(self, rows: tuple[Contribution, ...]) -> None:
        self._rows = tuple(sorted(rows, key=lambda one: -one.share))
        said = [
            self.tr("{0}: {1} of the value, {2} of the risk").format(
                one.symbol, numbers.percent(one.weight, 0), numbers.percent(one.share, 0)
            )
            for one in self._rows
        ]
        self.setToolTip("\n".join(said))
        self.set_places(said)

    def reach(self) -> int:
        return min(len(self._rows), max(1, min(MOST, int((self.height() - AXIS) // ROW))))

    def spot(self, at: int) -> QRectF:
        return QRectF(0, at * ROW, self.width(), ROW)

    def table(self) -> Table:
        """Return all coins, also those for which there is no room."""
        header = (self.tr("Coin"), self.tr("Weight, %"), self.tr("Share of the risk, %"))
        return Table(header, [(one.symbol, 100 * one.weight, 100 * one.share) for one in self._rows])

    def sizeHint(self) -> QSize:
        return QSize(260, min(MOST, max(FEWEST, len(self._rows))) * ROW + AXIS)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._rows[: self.reach()]
        if not shown:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        largest = max(max(one.share, one.weight) for one in shown)
        step = 0.1 if largest > 0.25 else 0.05
        top = max(step, step * -(-largest // step))
        lowest = min(0.0, min(one.share for one in shown))
        left, right = NAME, self.width() - 14

        def px(value: float) -> float:
            return left + (right - left) * (value - lowest) / (top - lowest)

        bottom = len(shown) * ROW
        painter.setFont(self.font_of(CAPTION))
        marks = round(top / step)
        for mark in range(0, marks + 1, max(1, marks // 4)):
            x = px(mark * step)
            painter.setPen(self.colour("grid"))
            painter.drawLine(int(x), 0, int(x), bottom)
            painter.setPen(self.colour("text2"))
            words = numbers.percent(mark * step, 0)
            painter.drawText(QRectF(x - 30, bottom + 2, 60, 16), Qt.AlignmentFlag.AlignCenter, words)
        painter.setFont(self.font_of(TABLE))
        for at, one in enumerate(shown):
            y = at * ROW + ROW / 2
            painter.setPen(self.colour("text"))
            painter.drawText(
                QRectF(0, at * ROW, NAME - 10, ROW),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                painter.fontMetrics().elidedText(one.symbol, Qt.TextElideMode.ElideRight, NAME - 10),
            )
            weight, share = px(one.weight), px(one.share)
            painter.setPen(QPen(self.colour("text2"), 1.5))
            painter.drawLine(int(weight), int(y), int(share), int(y))
            painter.setBrush(self.colour("surface"))
            painter.drawEllipse(QRectF(weight - 4, y - 4, 8, 8))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.colour("contradicts"))
            corners = ((share, y - 5), (share + 5, y), (share, y + 5), (share - 5, y))
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        self.paint_focus(painter)
