"""How many signals confirm, are neutral, contradict, are unknown: one bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.tokens import Theme
from ui.widgets.signal_mark import STATES, paint_mark, state_name
from ui.widgets.tables import Table
from ui.widgets.themed import TABLE, hatch, text_width
from ui.widgets.walked import Walked

_BAR = 10


class StackedBar(Walked):
    """Four parts, as long as their counts, with a legend of marks below; unknown is hatched.

    Before the first counts there is no legend: nothing counted yet is not none.
    """

    def __init__(
        self, *, legend: bool = True, theme: Theme | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme=theme, parent=parent)
        self.set_title(self.tr("Signals by their state"))
        self._legend = legend
        self._compact = False
        self._counts = (0, 0, 0, 0)
        self._is_known = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_counts(self, confirms: int, neutral: int, contradicts: int, unknown: int) -> None:
        """Numbers of signals in each state."""
        self._counts = (confirms, neutral, contradicts, unknown)
        self._is_known = True
        self.update()
        said = self._texts(False)
        self.setToolTip(", ".join(said))
        self.set_places(said)

    @property
    def legend_texts(self) -> tuple[str, ...]:
        """What the legend says where it has room: nothing before the first counts."""
        return tuple(self._texts(self._compact)) if self._legend and self._is_known else ()

    def set_compact(self, compact: bool) -> None:
        """Numbers only in the legend."""
        self._compact = compact
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, _BAR + 22 if self._legend else _BAR)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def spot(self, at: int) -> QRectF:
        total = sum(self._counts)
        room = self.width() - 2 * max(0, sum(count > 0 for count in self._counts) - 1)
        before = [count for count in self._counts[:at] if count]
        left = sum(room * count / total + 2 for count in before)
        return QRectF(left, 0, room * self._counts[at] / total if total else 0.0, _BAR)

    def table(self) -> Table:
        names = [state_name(state) for state in STATES]
        rows = list(zip(names, self._counts, strict=True)) if self._is_known else []
        return Table((self.tr("State"), self.tr("Signals")), rows)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        total = sum(self._counts)
        for at, (state, count) in enumerate(zip(STATES, self._counts, strict=True)):
            if not count:
                continue
            part = self.spot(at)
            path = QPainterPath()
            path.addRoundedRect(part.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
            if state == "unknown":
                painter.fillPath(path, hatch(self.theme, 0.8))
                painter.setPen(QPen(self.colour("unknown"), 1, Qt.PenStyle.DashLine))
                painter.drawPath(path)
            else:
                painter.fillPath(path, self.colour(state, 0.6 if state == "neutral" else 1.0))
        if not total:
            painter.fillRect(QRectF(0, 0, self.width(), _BAR), hatch(self.theme, 0.5))
        if self.legend_texts:
            self._paint_legend(painter)
        self.paint_focus(painter, 2)

    def _paint_legend(self, painter: QPainter) -> None:
        font = self.font_of(TABLE)
        painter.setFont(font)
        texts = list(self.legend_texts)
        # Words give way to bare numbers before anything is cut.
        if sum(text_width(font, text) + 38 for text in texts) > self.width():
            texts = self._texts(True)
        left = 0.0
        for state, text in zip(STATES, texts, strict=True):
            paint_mark(painter, QRectF(left, _BAR + 6, 14, 14), state, self.theme)
            painter.setPen(self.colour("text2"))
            width = text_width(font, text) + 4
            painter.drawText(QRectF(left + 19, _BAR + 4, width, 18), Qt.AlignmentFlag.AlignVCenter, text)
            left += 19 + width + 11

    def _texts(self, compact: bool) -> list[str]:
        if compact:
            return [str(count) for count in self._counts]
        words = (self.tr("confirm"), self.tr("neutral"), self.tr("contradict"), state_name("unknown"))
        return [f"{count} {word}" for count, word in zip(self._counts, words, strict=True)]
