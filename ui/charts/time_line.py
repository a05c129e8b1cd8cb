"""One line of a time chart: its days and values, its curve, and the band around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from ui.charts.band_item import BandItem
from ui.charts.time_axis import to_x
from ui.theme.tokens import Theme
from ui.widgets.numbers import Format, figure
from ui.widgets.themed import colour, pen

Floats = NDArray[np.float64]

# A weekly value stands for the week before its day; further back a line has nothing to say.
REACH = 7.0
_NONE = np.empty(0)

LAST_BIN = 64
"""More than a bin of the downsampling holds on any screen."""


class TimeLine:
    """Days ascending, NaN where unknown. The curve is made once; new data are set on it."""

    def __init__(
        self, key: str, title: str, series: int, *, width: int, label: bool, dashed: bool, shown: Format
    ) -> None:
        self.key = key
        self.title = title
        self.series = series
        self.label = label
        self.dashed = dashed
        self.shown = shown
        self.end_text: str | None = None
        self.end_dot = False
        self.x: Floats = _NONE
        self.y: Floats = _NONE
        self.band: tuple[Floats, Floats, Floats] | None = None
        self.band_series = series
        self._width = width
        self._log = False
        self.curve = _curve()
        self.area: BandItem | None = None

    # -- data --------------------------------------------------------------------------------------

    def set_data(self, days: Any, values: Any) -> None:
        """Days (n,) and values (n,)."""
        self.x, self.y = to_x(days), np.asarray(values, dtype=np.float64)
        if self.x.shape != self.y.shape:
            raise ValueError(f"{self.x.size} days and {self.y.size} values.")
        self._show()

    def set_band(self, days: Any, low: Any, high: Any) -> None:
        """Days (n,) with the lower and upper edge."""
        self.band = (to_x(days), np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64))
        self._show_band()

    def set_log(self, log: bool) -> None:
        """Draw decimal logarithms; values that have none are gaps."""
        if log != self._log:
            self._log = log
            self._show()
            self._show_band()

    def add_band(self, box: pg.ViewBox, series: int, theme: Theme) -> None:
        """Give the line a band."""
        if self.area is None:
            self.area = BandItem()
            self.area.setZValue(-5)
            box.addItem(self.area, ignoreBounds=True)
        self.band_series = series
        self.restyle(theme)

    def _show(self) -> None:
        # Downsampling leaves out the last bin when it is not full: repeats of the last point fill it.
        x, y = (np.concatenate([one, np.repeat(one[-1:], LAST_BIN)]) for one in (self.x, self._drawn(self.y)))
        self.curve.setData(x, y)

    def _show_band(self) -> None:
        if self.band is not None and self.area is not None:
            x, low, high = self.band
            self.area.set_data(x, self._drawn(low), self._drawn(high))

    def _drawn(self, values: Floats) -> Floats:
        if not self._log:
            return values
        return np.log10(values, out=np.full(values.shape, np.nan), where=values > 0)

    # -- looks -------------------------------------------------------------------------------------

    def restyle(self, theme: Theme) -> None:
        """Pens and brush of a theme, on the items that are there."""
        dash = dash_of(theme, self.series) if self.dashed else None
        self.curve.setPen(pen(colour(theme, self.series), self._width, dash))
        if self.area is not None:
            fill, edge = (colour(theme, self.band_series, part) for part in (0.22, 0.55))
            self.area.set_style(fill, edge)

    def items(self) -> list[Any]:
        """Everything in the plot that belongs to the line."""
        return [self.curve] if self.area is None else [self.curve, self.area]

    # -- questions ---------------------------------------------------------------------------------

    def span(self, low: float, high: float) -> tuple[float, float] | None:
        """Smallest and largest finite value of line and band between two x positions."""
        pieces = [_between(self.x, self.y, low, high)]
        if self.band is not None:
            pieces += [_between(self.band[0], edge, low, high) for edge in self.band[1:]]
        values = np.concatenate(pieces)
        if self._log:
            values = values[values > 0]
        values = values[np.isfinite(values)]
        return (float(values.min()), float(values.max())) if values.size else None

    def last_before(self, x: float) -> tuple[float, float] | None:
        """The last finite point at or before an x position, as (x, value)."""
        end = int(np.searchsorted(self.x, x, side="right"))
        known = np.flatnonzero(np.isfinite(self.y[:end]))
        return (float(self.x[known[-1]]), float(self.y[known[-1]])) if known.size else None

    def at(self, x: float) -> tuple[float, float] | None:
        """The newest finite point at or up to seven days before an x position."""
        found = self.last_before(x + 0.5)
        return found if found and x - found[0] < REACH else None

    def band_at(self, x: float) -> tuple[float, float] | None:
        """The band at the day of `at`, where it is known."""
        point = self.at(x)
        if self.band is None or point is None:
            return None
        days, low, high = self.band
        place = int(np.searchsorted(days, point[0]))
        if place >= days.size or days[place] != point[0] or not np.isfinite(low[place] + high[place]):
            return None
        return float(low[place]), float(high[place])

    def known_x(self) -> Floats:
        """The x positions that have a value."""
        return self.x[np.isfinite(self.y)]

    def columns(self, x: Floats) -> list[Floats]:
        """Values, and band edges where there is a band, on the given positions; NaN where there are none."""
        wanted = [(self.x, self.y)]
        if self.band is not None:
            wanted += [(self.band[0], edge) for edge in self.band[1:]]
        found = []
        for days, values in wanted:
            column = np.full(x.size, np.nan)
            place = np.minimum(np.searchsorted(x, days), x.size - 1)
            here = x[place] == days
            column[place[here]] = values[here]
            found.append(column)
        return found

    def text_at(self, x: float) -> str:
        """Value, with its band where there is one, for the read-out."""
        point = self.at(x)
        if point is None:
            return figure(None)
        band = self.band_at(x)
        text = self.shown(point[1])
        return f"{text} ({self.shown(band[0])} … {self.shown(band[1])})" if band else text


def dash_of(theme: Theme, series: int) -> list[float] | None:
    """The dash pattern of a series, None for a solid line."""
    return list(theme.series[series].dash or ()) or None


def _curve() -> pg.PlotDataItem:
    # Two points for each pixel show every peak; pyqtgraph's own five cost twice the time.
    item = pg.PlotDataItem(connect="finite", antialias=True, autoDownsampleFactor=1.0)
    item.setClipToView(True)
    item.setDownsampling(auto=True, method="peak")
    return item


def _between(x: Floats, y: Floats, low: float, high: float) -> Floats:
    return y[np.searchsorted(x, low) : np.searchsorted(x, high, side="right")]
