"""The line above every simulated figure: progress with cancel, or how old the figures are."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from models.market.unknown import Unknown
from ui.plans.desk import PlanDesk
from ui.theme.fonts import font

STEPS = 1000


class WindHead(QWidget):
    """Follows the wind of the desk; hidden while the figures are those of the plan."""

    def __init__(self, desk: PlanDesk) -> None:
        super().__init__()
        self._wind = desk.wind
        self.words = QLabel()
        self.words.setFont(font("table"))
        self.words.setProperty("tone", "caution")
        self.words.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, STEPS)
        self.bar.setAccessibleName(self.tr("Progress of the simulation"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setProperty("kind", "link")
        self.cancel.clicked.connect(self._wind.cancel)
        self.again = QPushButton(self.tr("Simulate"))
        self.again.setProperty("kind", "small")
        self.again.clicked.connect(self._wind.blow)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self.words, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.again)
        self._wind.changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show how the wind stands."""
        wind = self._wind
        self.bar.setVisible(wind.is_running)
        self.cancel.setVisible(wind.is_running)
        if wind.is_running:
            self.bar.setValue(round(STEPS * (wind.progress or 0.0)))
        older = wind.result is not None and not wind.is_current
        self.again.setVisible(not wind.is_running and not wind.is_current)
        words = ""
        if wind.failure:
            words = self.tr("The simulation stopped: {0}").format(wind.failure)
        elif isinstance(wind.result, Unknown) and wind.is_current:
            words = wind.result.why
        elif older:
            words = self.tr("Dimmed: figures from before the last change, until the new ones are ready.")
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.setVisible(bool(words) or wind.is_running or self.again.isVisibleTo(self))
