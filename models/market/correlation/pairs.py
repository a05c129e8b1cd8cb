"""Correlation of two lines: alignment, rolling windows with their bands, matrix. Methods, section 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.market.correlation import regression
from models.market.correlation.rolling import (
    SPEARMAN_SPREAD,
    Estimates,
    Ints,
    fisher_band,
    is_constant,
    observed,
    pearson,
    spearman,
    weighted,
)
from models.market.snapshot import Day, Days, Floats, Series
from models.market.unknown import Unknown

Returns = Literal["daily", "weekly"]
Method = Literal["pearson", "spearman", "ewma"]

WINDOWS: Mapping[Returns, tuple[int, ...]] = MappingProxyType(
    {"daily": (30, 60, 90, 180, 365), "weekly": (26, 52, 104, 208)}
)
HALF_LIVES: Mapping[Returns, int] = MappingProxyType({"daily": 30, "weekly": 13})

_WEEK = np.timedelta64(7, "D")
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two lines of log returns over the same steps of one calendar.

    Attributes
    ----------
    days : shape (n,)
        The day from which each return is known: its session or day, or its week's Friday.
    x, y : shape (n,)
        Log returns of `a` and `b` as fractions; NaN where an end point is missing.
    calendar : how the two were aligned, in plain words
    """

    a: str
    b: str
    returns: Returns
    calendar: str
    days: Days
    x: Floats
    y: Floats

    @property
    def steps(self) -> str:
        """What one return spans: "weeks" or "days"."""
        return "weeks" if self.returns == "weekly" else "days"

    def row(self, as_of: Day | None = None) -> int:
        """Return the row of the last return known on `as_of` (by default the last one); -1: none."""
        if as_of is None:
            return self.days.size - 1
        return int(np.searchsorted(self.days, as_of, side="right")) - 1

    def recent(self, window: int, as_of: Day | None = None) -> tuple[Days, Floats, Floats]:
        """Return days and returns of the complete pairs among the last `window`."""
        end = self.row(as_of) + 1
        rows = slice(max(end - window, 0), end)
        x, y = self.x[rows], self.y[rows]
        valid = np.isfinite(x) & np.isfinite(y)
        return self.days[rows][valid], x[valid], y[valid]

    def too_few(self, found: int, window: int, needed: int) -> Unknown:
        """Say that a window holds too few pairs."""
        return Unknown(
            f"{found} common {self.steps} of {self.a} and {self.b} among the last {window}, "
            f"{needed} are needed."
        )

    def too_still(self) -> Unknown:
        """Say that one of the legs never moves, or always by the same."""
        return Unknown(
            f"{self.a} or {self.b} did not vary in this window, so there is nothing to be compared."
        )


def pair(a: Series, b: Series, *, returns: Returns, sessions: Series | None, as_of: Day) -> Pair:
    """Align two lines of prices, then take log returns. Methods, section 3.

    Parameters
    ----------
    sessions : the US session dates, as the closes of the Russell 2000: the calendar as soon as
        either line is an equity. Between two others every day counts, and weeks end on Friday.
    as_of : what came later is left out; of weeks, those whose Friday came later.

    Raises
    ------
    ValueError
        Either line is an equity and `sessions` is None.

    Notes
    -----
    Prices stand on the dates of the calendar first, and no value is carried, so a coin's return
    spans the weekend or holiday as the index's does. A value that is published late stands on the
    day on which it became known. Values that have no logarithm are missing. A line with a value a
    week or a month rarely meets two dates in a row: such a pair stays unknown, and says why.
    """
    sessions = _calendar((a, b), sessions)
    days, points = _grid((a, b), returns, sessions, as_of, None)
    x, y = (_log_returns(line, points) for line in (a, b))
    known = days[1:]
    for array in (known, x, y):
        array.flags.writeable = False
    return Pair(a.id, b.id, returns, _words(returns, sessions), known, x, y)


def _calendar(lines: Sequence[Series], sessions: Series | None) -> Series | None:
    """Return the sessions where a line is an equity, else None for every day."""
    equities = [line.id for line in lines if line.calendar == "session"]
    if not equities:
        return None
    if sessions is None:
        raise ValueError(f"{', '.join(equities)}: returns need the dates of US sessions.")
    return sessions


def _words(returns: Returns, sessions: Series | None) -> str:
    if sessions is None:
        return "every UTC day" if returns == "daily" else "weeks ending on Friday, 24:00 UTC"
    if returns == "daily":
        return f"US sessions: both prices on the days with a close of {sessions.id}"
    return f"weeks up to Friday: both prices on the last day of the week with a close of {sessions.id}"


def _grid(
    lines: Sequence[Series], returns: Returns, sessions: Series | None, as_of: Day, last: int | None
) -> tuple[Days, Days]:
    """Return the days that carry prices (at most the `last` ones): when known, and where taken.

    The second holds NaT for a week without any session.
    """
    empty = np.zeros(0, dtype="datetime64[D]")
    if not lines or any(not line.days.size for line in lines):
        return empty, empty
    first = max(line.days[0] + np.timedelta64(line.available_after_days, "D") for line in lines)
    if sessions is None:
        grid = np.arange(first, as_of + _DAY, dtype="datetime64[D]")
        if returns == "weekly":
            grid = fridays(first, as_of)
        points = grid
    else:
        open_days = sessions.days[: np.searchsorted(sessions.days, as_of, side="right")]
        open_days = open_days[np.searchsorted(open_days, first, side="left") :]
        if not open_days.size:
            return empty, empty
        grid = points = open_days
        if returns == "weekly":
            grid, points = week_points(open_days, as_of)
    return (grid, points) if last is None else (grid[-last:], points[-last:])


def fridays(first: Day, last: Day) -> Days:
    """Return the Fridays from `first` to `last`, both included."""
    start = first + (1 - int(first.astype(int))) % 7  # 1970-01-02 was a Friday
    return np.arange(start, last + _DAY, 7, dtype="datetime64[D]")


def week_points(sessions: Days, as_of: Day) -> tuple[Days, Days]:
    """Return the Fridays up to `as_of` and each week's last session on or before its Friday.

    A week (Saturday to Friday) without any session has NaT: the close of an earlier week is not
    taken for its own, which would make a return of zero in both lines.
    """
    friday = fridays(sessions[0], as_of)
    at = np.searchsorted(sessions, friday, side="right") - 1
    points = sessions[at]
    points[friday - points >= _WEEK] = np.datetime64("NaT")
    return friday, points


def _log_returns(line: Series, points: Days) -> Floats:
    """Return the log returns of a line from point to point; NaN where either end is missing."""
    if points.size < 2:
        return np.zeros(0)
    known = line.days + np.timedelta64(line.available_after_days, "D")
    at = np.minimum(np.searchsorted(known, points), known.size - 1)
    price = np.where(known[at] == points, line.values[at], np.nan)
    price[~(price > 0.0)] = np.nan
    change: Floats = np.log(price[1:] / price[:-1])
    return change


@dataclass(frozen=True, slots=True)
class Correlation:
    """The correlation over one window, as of the day of its last return.

    Attributes
    ----------
    low, high : the 95 % band; None where there is none (exponential weights)
    observations : pairs in the window
    effective : how many independent pairs they are worth (Bartlett 1946); None without a band
    unstable : whether the two halves of the window contradict each other; None without a band, or
        where a half cannot be judged
    """

    day: Day
    value: float
    low: float | None
    high: float | None
    observations: int
    effective: float | None
    unstable: bool | None


@dataclass(frozen=True, slots=True)
class Rolling:
    """Correlations over a moving window, arrays of shape (n,); NaN where unknown.

    The row of a day depends on that day and the days before it only.
    """

    pair: Pair
    window: int
    method: Method
    days: Days
    value: Floats
    low: Floats
    high: Floats
    observations: Ints
    effective: Floats

    def at(self, day: Day) -> Correlation | Unknown:
        """Return the correlation as it stood on a day."""
        row = self.pair.row(day)
        if row < 0:
            return Unknown(f"{self.pair.a} and {self.pair.b} have no common return by {day}.")
        found, needed = int(self.observations[row]), minimum(self.window, self.method)
        if found < needed:
            return self.pair.too_few(found, _span(self.window, self.method), needed)
        if np.isnan(self.value[row]):
            return self.pair.too_still()
        banded = self.method != "ewma"
        return Correlation(
            day=self.days[row],
            value=float(self.value[row]),
            low=float(self.low[row]) if banded else None,
            high=float(self.high[row]) if banded else None,
            observations=found,
            effective=float(self.effective[row]) if banded else None,
            unstable=_is_unstable(self.pair, row, self.window, self.method) if banded else None,
        )


def minimum(window: int, method: Method = "pearson") -> int:
    """Return how many pairs a window needs: two thirds of the returns that it spans.

    >>> minimum(52), minimum(13, "ewma")
    (35, 35)
    """
    return ceil(2 * _span(window, method) / 3)


def _span(window: int, method: Method) -> int:
    """Return how many returns are looked at: for a half-life, the last four."""
    return 4 * window if method == "ewma" else window


def rolling(pair: Pair, *, window: int, method: Method = "pearson") -> Rolling:
    """Correlate the last `window` returns at each row, valid or not. Methods, section 3.

    Parameters
    ----------
    window : returns (for `ewma` the half-life, of which the last four are looked at)

    Raises
    ------
    ValueError
        A window of fewer than 6 returns.
    """
    return _rolling(pair, np.arange(pair.days.size), window, method)


def correlate(
    pair: Pair, *, window: int, method: Method = "pearson", as_of: Day | None = None
) -> Correlation | Unknown:
    """Return the one correlation of `rolling` that stands on `as_of`, without its history."""
    row = pair.row(as_of)
    if row < 0:
        return Unknown(f"{pair.a} and {pair.b} have no common return{f' by {as_of}' if as_of else ''}.")
    start = max(row + 1 - _span(window, method), 0)
    rows = slice(start, row + 1)
    cut = replace(pair, days=pair.days[rows], x=pair.x[rows], y=pair.y[rows])
    return _rolling(cut, np.array([row - start]), window, method).at(cut.days[-1])


def _rolling(pair: Pair, rows: Ints, window: int, method: Method) -> Rolling:
    if window < 6:
        raise ValueError("A window spans at least 6 returns.")
    size = pair.days.size
    value, low, high, effective = (np.full(size, np.nan) for _ in range(4))
    observations = np.zeros(size, dtype=np.intp)
    valid = np.isfinite(pair.x) & np.isfinite(pair.y)
    span = _span(window, method)
    observations[rows] = observed(valid, rows, span)
    rows = rows[observations[rows] >= minimum(window, method)]
    if method == "ewma":
        value[rows] = weighted(pair.x, pair.y, rows, span, float(window)).value
    else:
        found, low[rows], high[rows] = _banded(pair, rows, window, method)
        value[rows], effective[rows] = found.value, found.effective
    return Rolling(pair, window, method, pair.days, value, low, high, observations, effective)


def _banded(pair: Pair, rows: Ints, window: int, method: Method) -> tuple[Estimates, Floats, Floats]:
    if method == "spearman":
        found = spearman(pair.x, pair.y, rows, window)
        return found, *fisher_band(found.value, found.effective, spread=SPEARMAN_SPREAD)
    found = pearson(pair.x, pair.y, rows, window)
    return found, *fisher_band(found.value, found.effective)


def _is_unstable(pair: Pair, row: int, window: int, method: Method) -> bool | None:
    """Whether both halves are known, differ in sign, and neither band holds the other's value.

    None where a half has too few pairs, or never moves: that cannot be judged.
    """
    half = window // 2
    valid = np.isfinite(pair.x) & np.isfinite(pair.y)
    ends = ((row - (window - half), half), (row, window - half))
    values, bands = [], []
    for end, span in ends:
        at = np.array([end])
        if end < 0 or int(observed(valid, at, span)[0]) < ceil(window / 3):
            return None
        found, low, high = _banded(pair, at, span, method)
        values.append(float(found.value[0]))
        bands.append((float(low[0]), float(high[0])))
    first, second = values
    if not (np.isfinite(first) and np.isfinite(second)):
        return None
    opposed = first * second < 0
    apart = not bands[0][0] <= second <= bands[0][1] and not bands[1][0] <= first <= bands[1][1]
    return opposed and apart


@dataclass(frozen=True, slots=True)
class Matrix:
    """Correlations of k lines with each other over one window, by default unknown.

    Attributes
    ----------
    value : shape (k, k), NaN where unknown
    observations : shape (k, k), common returns of each pair
    needed : common returns that a pair needs
    day : the day of the window's last return, None without any
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    returns: Returns
    window: int
    needed: int
    day: Day | None
    value: Floats
    observations: NDArray[np.intp]


def matrix(
    series: Sequence[Series], *, returns: Returns, window: int, sessions: Series | None, as_of: Day
) -> Matrix:
    """Correlate every line with every other (Pearson) over the last `window` returns up to `as_of`.

    All share one calendar, that of `sessions` as soon as one of them is an equity, so that the
    figures can be held against each other. Each pair uses the returns which both have.

    Raises
    ------
    ValueError
        A line is an equity and `sessions` is None.
    """
    sessions = _calendar(series, sessions)
    needed = minimum(window)
    ids, titles = tuple(line.id for line in series), tuple(line.title for line in series)
    k = len(series)
    value, observations = np.full((k, k), np.nan), np.zeros((k, k), dtype=np.intp)
    longest = min((line for line in series if line.days.size), key=lambda line: line.days[0], default=None)
    days, points = _grid([longest] if longest else [], returns, sessions, as_of, window + 1)
    if points.size > 1:
        lines = np.stack(
            [
                _log_returns(one, points) if one.days.size else np.full(points.size - 1, np.nan)
                for one in series
            ]
        )
        valid = np.isfinite(lines)
        both = valid[:, None, :] & valid[None, :, :]
        filled = np.where(valid, lines, 0.0)
        observations = both.sum(axis=2)
        count = np.maximum(observations, 1).astype(np.float64)
        # The deviations of line i over the returns that it shares with line j: (i, j, return).
        about = (filled[:, None, :] - (filled @ valid.T / count)[:, :, None]) * both
        squares = np.einsum("ijt,ijt->ij", about, about)
        size = np.square(filled) @ valid.T
        still = is_constant(squares, size, count)
        known = (observations >= needed) & ~still & ~still.T
        with np.errstate(invalid="ignore", divide="ignore"):
            r = np.einsum("ijt,jit->ij", about, about) / np.sqrt(squares * squares.T)
        value = np.where(known, np.clip(r, -1.0, 1.0), np.nan)
        np.fill_diagonal(value, np.where(known.diagonal(), 1.0, np.nan))
    return Matrix(
        ids, titles, returns, window, needed, days[-1] if days.size > 1 else None, value, observations
    )


@dataclass(frozen=True, slots=True)
class Scatter:
    """The returns of one window as points, with the line of least squares through them.

    Attributes
    ----------
    days, x, y : shape (n,), the complete pairs, as fractions
    slope, standard_error : beta of b on a with its Newey-West error
    band_x, band_low, band_high : shape (m,), the 95 % band of the line itself (not of the points)
    """

    pair: Pair
    days: Days
    x: Floats
    y: Floats
    slope: float
    intercept: float
    standard_error: float
    band_x: Floats
    band_low: Floats
    band_high: Floats


def scatter(pair: Pair, *, window: int, as_of: Day | None = None) -> Scatter | Unknown:
    """Draw b against a over the last `window` returns; two thirds of them must be complete.

    The band comes from the same Newey-West covariance as the error of the slope.
    """
    days, x, y = pair.recent(window, as_of)
    if x.size < minimum(window):
        return pair.too_few(x.size, window, minimum(window))
    line = regression.least_squares(x, y)
    if line is None:
        return pair.too_still()
    band_x = np.linspace(x.min(), x.max(), 61)
    low, high = line.band(band_x)
    return Scatter(pair, days, x, y, line.slope, line.intercept, line.slope_error, band_x, low, high)
