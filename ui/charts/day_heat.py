"""One square a day, a column a week: how much of something was there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QDate, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from models.market.coverage import PricedDays
from models.qt.reader import reader_locale
from ui.charts.themed import CAPTION, Themed, hatch

LEFT, TOP, GAP = 36, 18, 2
ENOUGH, NONE = 0.97, 0.03


class DayHeat(Themed, QWidget):
    """Full colour for a whole day, paler for a part, hatched for none, an outline for a day to come."""

    def __init__(self, theme: object = None) -> None:
        super().__init__()
        self.start_theme(theme)  # type: ignore[arg-type]
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
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

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
            box = QRectF(
                LEFT + (at // 7) * width, TOP + (at % 7) * height, width - GAP, height - GAP
            ).adjusted(0.5, 0.5, -0.5, -0.5)
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
