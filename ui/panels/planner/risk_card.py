"""Where the risk sits: the weight of each coin beside its share of the volatility."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from models.market.unknown import Unknown
from models.risk.risk import Contribution
from ui.charts.card import Card
from ui.charts.label import Label
from ui.charts.themed import CAPTION, TABLE, Themed
from ui.plans.desk import Known
from ui.theme.tokens import Theme

ROW, AXIS, NAME = 20, 22, 70
FEWEST, MOST = 3, 8


class RiskCard(Card):
    """The coins that carry most of the risk; the rest is in the tooltip and the report."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Share of risk", key="plan_contributions", theme=theme)
        self.set_title(self.tr("Share of risk"))
        self.set_subtitle(self.tr("○ weight   ◆ risk"))
        self.dots = RiskDots(theme)
        self.words = Label("", token="text2", scale=0.92, wrap=True, theme=theme)
        self.body.addWidget(self.dots, 1)
        self.body.addWidget(self.words)

    def show_known(self, known: Known | None) -> None:
        """Show the contributions of an assessed plan."""
        risk = None if known is None else known.assessment.risk
        if risk is None or isinstance(risk, Unknown):
            self.dots.set_rows(())
            self.words.set_text("" if risk is None else risk.why)
            return
        self.dots.set_rows(risk.contributions)
        self.words.set_text(risk.bets_words)


class RiskDots(Themed, QWidget):
    """One row a coin: a ring at its weight, a diamond at its share of the risk, a line between them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.start_theme(theme)
        self._rows: tuple[Contribution, ...] = ()
        self.setMinimumHeight(FEWEST * ROW + AXIS)

    def set_rows(self, rows: tuple[Contribution, ...]) -> None:
        self._rows = tuple(sorted(rows, key=lambda one: -one.share))
        said = [f"{one.symbol}: {100 * one.weight:.0f} %, {100 * one.share:.0f} %" for one in self._rows]
        self.setAccessibleName(self.tr("Weight and share of risk: {0}").format("; ".join(said)))
        self.setToolTip("\n".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, min(MOST, max(FEWEST, len(self._rows))) * ROW + AXIS)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._rows[: max(1, min(MOST, int((self.height() - AXIS) // ROW)))]
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
            words = f"{100 * mark * step:.0f} %"
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
