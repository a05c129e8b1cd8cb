"""One square a day, a column a week: how much of something was there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QDate, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from models.market.coverage import PricedDays
from models.market.snapshot import Day
from models.qt.reader import reader_locale
from ui.theme.tokens import Theme
from ui.widgets import dates, numbers
from ui.widgets.tables import Table
from ui.widgets.themed import CAPTION, hatch
from ui.widgets.walked import Walked

LEFT, TOP, GAP = 36, 18, 2
ENOUGH, NONE = 0.97, 0.03


class DayHeat(Walked):
    """Full colour for a whole day, paler for a part, hatched for none, an outline for a day to come."""

    STEPS: ClassVar[Mapping[Qt.Key, int]] = {
        Qt.Key.Key_Left: -7,
        Qt.Key.Key_Up: -1,
        Qt.Key.Key_Right: 7,
        Qt.Key.Key_Down: 1,
    }

    def __init__(self, theme: Theme | None = None) -> None:
        super().__init__(theme=theme)
        self.set_title(self.tr("Days with prices"))
        self._found: PricedDays | None = None

    def set_days(self, found: PricedDays) -> None:
        """Show other days."""
        self._found = found
        known = np.isfinite(found.share)
        whole = int((found.share[known] >= ENOUGH).sum())
        missing = [str(day) for day in found.days[known & (np.nan_to_num(found.share) <= NONE)]]
        words = self.tr("{0} of {1} days whole").format(whole, int(known.sum()))
        if missing:
            words += self.tr(", without prices: {0}").format(", ".join(missing[:6]))
        self.setToolTip(words)
        self.set_places([self._said(day, share) for day, share in zip(found.days, found.share, strict=True)])
        self.setAccessibleDescription(words)  # a hundred days one after the other would tell nobody anything

    def _said(self, day: Day, share: float) -> str:
        if np.isnan(share):
            return self.tr("{0}: still to come").format(dates.day_text(day))
        return self.tr("{0}: {1} of the coins have a price").format(
            dates.day_text(day), numbers.percent(share, 0)
        )

    def spot(self, at: int) -> QRectF:
        weeks = self._found.days.size // 7 if self._found is not None else 1
        width, height = (self.width() - LEFT) / weeks, (self.height() - TOP) / 7
        return QRectF(LEFT + (at // 7) * width, TOP + (at % 7) * height, width - GAP, height - GAP)

    def table(self) -> Table:
        header = (self.tr("Day"), self.tr("Coins with a price, %"))
        found = self._found
        rows = [] if found is None else list(zip(found.days, (100 * found.share).tolist(), strict=True))
        return Table(header, rows)

    def sizeHint(self) -> QSize:
        return QSize(360, TOP + 7 * 16)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, TOP + 7 * 13)

    def paintEvent(self, event: QPaintEvent) -> None:
        found = self._found
        if found is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        weeks = found.days.size // 7
        width = (self.width() - LEFT) / weeks
        height = (self.height() - TOP) / 7
        painter.setFont(self.font_of(CAPTION))
        painter.setPen(self.colour("text2"))
        locale = reader_locale()
        for weekday in (0, 2, 4, 6):
            painter.drawText(
                QRectF(0, TOP + weekday * height, LEFT - 6, height),
                Qt.AlignmentFlag.AlignVCenter,
                locale.dayName(weekday + 1, locale.FormatType.ShortFormat),
            )
        month = 0
        for week in range(weeks):
            day = QDate.fromString(str(found.days[7 * week]), Qt.DateFormat.ISODate)
            if day.month() != month and week < weeks - 1:
                month = day.month()
                painter.drawText(
                    QRectF(LEFT + week * width, 0, 60, TOP - 2),
                    Qt.AlignmentFlag.AlignVCenter,
                    locale.monthName(month, locale.FormatType.ShortFormat),
                )
        for at, share in enumerate(found.share):
            # The ring of the keyboard has the day's own colour: some ground between them keeps it in sight.
            edge = 4.0 if at == self.at and self.hasFocus() else 0.5
            box = self.spot(at).adjusted(edge, edge, -edge, -edge)
            if np.isnan(share):
                painter.setPen(self.colour("line_strong"))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            elif share <= NONE:
                painter.setPen(self.colour("fault"))
                painter.setBrush(hatch(self.theme))
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                alpha = 0.85 if share >= ENOUGH else 0.25 + 0.4 * float(share)
                painter.setBrush(self.colour("accent", alpha))
            painter.drawRoundedRect(box, 2, 2)
        self.paint_focus(painter, 2)
