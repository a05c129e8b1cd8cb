"""What charts without a time axis share: a view, a window along x, a layout when something changed."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.charts.chart import Chart
from ui.charts.plot_view import PlotView, Tick
from ui.charts.read_out import Entry, ReadOut
from ui.theme.tokens import Theme
from ui.widgets.spoken import speak
from ui.widgets.themed import CAPTION, text_width

_LAYOUT = QEvent.Type(QEvent.registerEventType())


class PlotChart(Chart):
    """Base of scatter and correlogram: tells its spans and ticks, paints into the view."""

    def __init__(
        self,
        title: str = "",
        *,
        subtitle: str = "",
        key: str = "",
        theme: Theme | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, subtitle=subtitle, key=key, theme=theme, parent=parent)
        self.view = PlotView(theme=self.theme, parent=self)
        self.view.setAccessibleName(title)
        self.column.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._read_out = ReadOut(theme=self.theme, parent=self.view)
        self._window: tuple[float, float] | None = None
        self._waiting = False
        self._chosen: int | None = None
        self.view.resized.connect(self.arrange)
        self.view.window_wanted.connect(self.set_window)
        self.view.fit_wanted.connect(self.fit)
        self.view.unpointed.connect(lambda: self.choose(None))

    # -- to be told by each chart ------------------------------------------------------------------

    def x_extent(self) -> tuple[float, float]:
        """The whole x axis."""
        raise NotImplementedError

    def y_extent(self, window: tuple[float, float]) -> tuple[float, float]:
        """The y axis for a window along x."""
        raise NotImplementedError

    def ticks(self, x: tuple[float, float], y: tuple[float, float]) -> tuple[list[Tick], list[Tick]]:
        """Ticks along x and y."""
        raise NotImplementedError

    def described(self, place: int) -> tuple[str, list[Entry], tuple[float, float]]:
        """Heading, entries and coordinates of one of the points."""
        raise NotImplementedError

    def count(self) -> int:
        """How many points there are."""
        raise NotImplementedError

    # -- window ------------------------------------------------------------------------------------

    def set_window(self, low: float, high: float) -> None:
        """Show a part of the x axis, at least a hundredth of it."""
        first, last = self.x_extent()
        whole = last - first
        length = min(max(high - low, whole / 100), whole)
        start = min(max((low + high - length) / 2, first), last - length)
        self._window = (start, start + length)
        self.schedule()

    def window_shown(self) -> tuple[float, float]:
        """The part of the x axis that is shown."""
        return self._window or self.x_extent()

    def fit(self) -> None:
        self._window = None
        self.schedule()

    def schedule(self) -> None:
        """Ask for a layout at the next turn of the event loop, before the next paint."""
        if not self._waiting:
            self._waiting = True
            QCoreApplication.postEvent(self, QEvent(_LAYOUT))

    def customEvent(self, event: QEvent) -> None:
        if event.type() == _LAYOUT and self._waiting:
            self.arrange()

    def arrange(self) -> None:
        """Lay out now."""
        self._waiting = False
        x_range = self.window_shown()
        y_range = self.y_extent(x_range)
        x_ticks, y_ticks = self.ticks(x_range, y_range)
        font = self.font_of(CAPTION)
        axis = max((text_width(font, text) for _, text in y_ticks), default=0.0) + 9
        self.view.x_ticks, self.view.y_ticks = x_ticks, y_ticks
        left, right = 8 * math.ceil(axis / 8), self.right_margin()
        self.view.place((left, 8, right, self.bottom_margin()), x_range, y_range)
        if self._chosen is not None:
            self.choose(min(self._chosen, self.count() - 1) if self.count() else None)

    def right_margin(self) -> int:
        """Pixels to the right of the plot."""
        return 10

    def bottom_margin(self) -> int:
        """Pixels below the plot: the names of the ticks, and of the axis where it has one."""
        return 22

    # -- pointing ----------------------------------------------------------------------------------

    def chosen(self) -> int | None:
        """The point under the crosshair."""
        return self._chosen

    def choose(self, place: int | None) -> None:
        """Point at one of the points, by mouse or keyboard."""
        self._chosen = place
        if place is None:
            self._read_out.hide()
        else:
            heading, entries, (x, _) = self.described(place)
            self._read_out.set_content(heading, entries)
            self._read_out.place(self.view.x_px(x), self.view.plot)
            self._read_out.show()
            self.view.setAccessibleDescription(self._read_out.text())
        self.view.viewport().update()

    def read_out_text(self) -> str:
        """The read-out in one line; empty when nothing is pointed at."""
        return self._read_out.text() if self._chosen is not None else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and self.count():
            last = self.count() - 1
            self.choose(last if self._chosen is None else min(max(self._chosen + step, 0), last))
            speak(self.view, self.read_out_text())
        elif event.key() == Qt.Key.Key_Escape and self._chosen is not None:
            self.choose(None)
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    # -- Chart -------------------------------------------------------------------------------------

    def drawing(self) -> QWidget:
        return self.view

    def set_exporting(self, exporting: bool) -> None:
        self.arrange()
        self.view.as_vectors = exporting

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.view.apply_theme(theme)
        self._read_out.apply_theme(theme)
