"""How far back the charts look: 90 d | 1 y | 4 y | All."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from ui.theme.tokens import Theme
from ui.widgets.segmented import Segmented

RANGE_DAYS: dict[str, int | None] = {"90d": 90, "1y": 365, "4y": 1461, "all": None}


class RangeButtons(Segmented):
    """The four ranges; give it to a `ChartGroup`, or connect `changed` to `TimeChart.set_range`."""

    def __init__(
        self, value: str = "all", *, theme: Theme | None = None, parent: QWidget | None = None
    ) -> None:
        texts = [
            ("90d", QCoreApplication.translate("RangeButtons", "90 d")),
            ("1y", QCoreApplication.translate("RangeButtons", "1 y")),
            ("4y", QCoreApplication.translate("RangeButtons", "4 y")),
            ("all", QCoreApplication.translate("RangeButtons", "All")),
        ]
        name = QCoreApplication.translate("RangeButtons", "Range")
        super().__init__(texts, name=name, value=value, theme=theme, parent=parent)
