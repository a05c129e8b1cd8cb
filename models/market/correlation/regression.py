"""Straight lines through returns: beta, partial correlation, unequal closing times. Methods, section 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from models.market.correlation.rolling import (
    NORMAL_95,
    SAME,
    Ints,
    centred,
    effective_number,
    fisher_band,
    gathered,
    is_constant,
    neighbours,
    observed,
)
from models.market.snapshot import Day, Days, Floats
from models.market.unknown import Unknown

if TYPE_CHECKING:  # a pair brings its own methods; only its name is needed here
    from models.market.correlation.pairs import Pair

BETA_WINDOW = 104
LAG = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A line of least squares with the Newey-West covariance, of shape (2, 2), of intercept and slope."""

    intercept: float
    slope: float
    covariance: Floats

    @property
    def slope_error(self) -> float:
        return float(np.sqrt(self.covariance[1, 1]))

    def band(self, x: Floats) -> tuple[Floats, Floats]:
        """Return the 95 % band of the line at each x."""
        (aa, ab), (_, bb) = self.covariance
        half = NORMAL_95 * np.sqrt(np.maximum(aa + 2 * ab * x + bb * x * x, 0.0))
        middle = self.intercept + self.slope * x
        return middle - half, middle + half


def least_squares(x: Floats, y: Floats, *, lag: int = LAG) -> Line | None:
    """Fit y = intercept + slope·x, with errors that allow for changing variance and for memory.

    Parameters
    ----------
    x, y : shape (n,), complete and in order
    lag : the longest memory in steps, with weights 1 - l / (lag + 1) (Bartlett kernel)

    Returns
    -------
    The line, or None where x does not vary.

    Notes
    -----
    Newey and West (1987), without a correction for small samples.
    """
    n = x.size
    middle = x.mean()
    about = x - middle
    squares = float(about @ about)
    if n < 3 or is_constant(np.array([squares]), np.array([x @ x]), np.array([float(n)]))[0]:
        return None
    slope = float(about @ (y - y.mean())) / squares
    intercept = float(y.mean() - slope * middle)
    # Around the mean the two columns of the design stand at right angles: no matrix is inverted.
    scores = np.column_stack((np.ones(n), about)) * (y - y.mean() - slope * about)[:, None]
    spread = scores.T @ scores
    for step in range(1, min(lag, n - 1) + 1):
        cross = scores[step:].T @ scores[:-step]
        spread += (1 - step / (lag + 1)) * (cross + cross.T)
    scale = np.array([1 / n, 1 / squares])
    central = scale[:, None] * spread * scale
    shift = np.array([[1.0, -middle], [0.0, 1.0]])  # from the mean back to x = 0
    return Line(intercept, slope, shift @ central @ shift.T)


@dataclass(frozen=True, slots=True)
class Beta:
    """How much b moved with each unit of a: the slope, and its Newey-West error."""

    a: str
    b: str
    day: Day
    window: int
    value: float
    standard_error: float
    intercept: float
    observations: int

    @property
    def low(self) -> float:
        return self.value - NORMAL_95 * self.standard_error

    @property
    def high(self) -> float:
        return self.value + NORMAL_95 * self.standard_error


def beta(
    pair: Pair, *, window: int = BETA_WINDOW, lag: int = LAG, as_of: Day | None = None
) -> Beta | Unknown:
    """Return the beta of b on a over the last `window` returns; two thirds must be complete."""
    days, x, y = pair.recent(window, as_of)
    needed = ceil(2 * window / 3)
    if x.size < needed:
        return pair.too_few(x.size, window, needed)
    line = least_squares(x, y, lag=lag)
    if line is None:
        return pair.too_still()
    return Beta(pair.a, pair.b, days[-1], window, line.slope, line.slope_error, line.intercept, int(x.size))


@dataclass(frozen=True, slots=True)
class Partial:
    """The correlation that is left when what the controls explain is taken out of both."""

    a: str
    b: str
    given: tuple[str, ...]
    day: Day
    window: int
    value: float
    low: float
    high: float
    observations: int
    effective: float


@dataclass(frozen=True, slots=True)
class RollingPartial:
    """Partial correlations over a moving window, arrays of shape (n,); NaN where unknown."""

    pair: Pair
    given: tuple[str, ...]
    window: int
    days: Days
    value: Floats
    low: Floats
    high: Floats
    observations: Ints
    effective: Floats

    def at(self, day: Day | None = None) -> Partial | Unknown:
        """Return the partial correlation as it stood on a day (by default the last)."""
        row = self.pair.row(day)
        names = ", ".join((self.pair.a, self.pair.b, *self.given))
        if row < 0:
            return Unknown(f"{names} have no common return by then.")
        found, needed = int(self.observations[row]), ceil(2 * self.window / 3)
        if found < needed:
            return Unknown(
                f"{found} common {self.pair.steps} of {names} among the last {self.window}, "
                f"{needed} are needed."
            )
        if np.isnan(self.value[row]):
            return Unknown(f"Once {', '.join(self.given)} is taken out, nothing is left to be compared.")
        return Partial(
            self.pair.a,
            self.pair.b,
            self.given,
            self.days[row],
            self.window,
            float(self.value[row]),
            float(self.low[row]),
            float(self.high[row]),
            found,
            float(self.effective[row]),
        )


def partial(
    pair: Pair, controls: Sequence[Pair], *, window: int, as_of: Day | None = None
) -> Partial | Unknown:
    """Return the one partial correlation of `rolling_partial` that stands on `as_of`."""
    return _partial(pair, controls, window, np.array([pair.row(as_of)])).at(as_of)


def rolling_partial(pair: Pair, controls: Sequence[Pair], *, window: int) -> RollingPartial:
    """Correlate what is left of a and b once the controls are taken out. Methods, section 3.

    Parameters
    ----------
    controls : pairs whose second leg is a control, aligned as `pair` is (say, of the same a)
    window : the last returns, of which two thirds must be complete in all lines

    Raises
    ------
    ValueError
        No control, or one with another calendar.

    Notes
    -----
    Least squares with a constant on the rows where all lines are valid, then the correlation of the
    residuals. The band counts the controls, and its effective number is that of the residuals.
    """
    return _partial(pair, controls, window, np.arange(pair.days.size))


def _partial(pair: Pair, controls: Sequence[Pair], window: int, rows: Ints) -> RollingPartial:
    if not controls:
        raise ValueError("A partial correlation needs a control.")
    if any((one.returns, one.calendar) != (pair.returns, pair.calendar) for one in controls):
        raise ValueError("The controls of a partial correlation share the calendar of its pair.")
    lines = (pair.x, pair.y, *(_on(one, pair.days) for one in controls))
    valid = np.logical_and.reduce([np.isfinite(line) for line in lines])
    size = pair.days.size
    value, effective = np.full(size, np.nan), np.full(size, np.nan)
    observations = np.zeros(size, dtype=np.intp)
    rows = rows[rows >= 0]
    observations[rows] = observed(valid, rows, window)
    rows = rows[observations[rows] >= max(ceil(2 * window / 3), 3 + len(controls))]
    for part, place, inside in gathered(valid, rows, window):
        n = observations[rows[part]].astype(np.float64)
        x, y, *others = (centred(line[place], inside, n) for line in lines)
        start = _squares(x), _squares(y)
        known = ~is_constant(start[0], _squares(lines[0][place] * inside), n)
        known &= ~is_constant(start[1], _squares(lines[1][place] * inside), n)
        # One control after the other, each first freed of those before it (Gram and Schmidt).
        while others:
            control, *others = others
            weight = _squares(control)
            for line in (x, y, *others):
                slope = np.einsum("ij,ij->i", line, control) / np.where(weight > 0, weight, 1.0)
                line -= slope[:, None] * control
        xx, yy = _squares(x), _squares(y)
        # A leg that the controls explain but for rounding leaves nothing.
        known &= (xx > SAME**2 * start[0]) & (yy > SAME**2 * start[1])
        with np.errstate(invalid="ignore", divide="ignore"):
            r = np.einsum("ij,ij->i", x, y) / np.sqrt(xx * yy)
            number = effective_number(n, neighbours(x) / xx, neighbours(y) / yy)
        value[rows[part]] = np.where(known, np.clip(r, -1.0, 1.0), np.nan)
        effective[rows[part]] = np.where(known, number, np.nan)
    low, high = fisher_band(value, effective, controls=len(controls))
    given = tuple(one.b for one in controls)
    return RollingPartial(pair, given, window, pair.days, value, low, high, observations, effective)


def _squares(values: Floats) -> Floats:
    total: Floats = np.einsum("ij,ij->i", values, values)
    return total


def _on(control: Pair, days: Days) -> Floats:
    """Return the second leg of a pair on other days of the same calendar; NaN where it has none."""
    if not control.days.size:
        return np.full(days.size, np.nan)
    at = np.minimum(np.searchsorted(control.days, days), control.days.size - 1)
    return np.where(control.days[at] == days, control.y[at], np.nan)


@dataclass(frozen=True, slots=True)
class ScholesWilliams:
    """A daily correlation corrected for closing times hours apart; it may exceed 1, and has no band.

    `value` is the sum of its three parts: the same day, b one step later, b one step earlier.
    """

    a: str
    b: str
    day: Day
    window: int
    value: float
    same: float
    later: float
    earlier: float
    observations: int


def scholes_williams(pair: Pair, *, window: int, as_of: Day | None = None) -> ScholesWilliams | Unknown:
    """Add the covariances with the neighbouring days to that of the same day. Methods, section 3.

    Each covariance has its own complete pairs within the window, about their own means and with
    ddof 1; the deviations are those of the complete same-day pairs. A neighbour outside of the
    window, as the day after the last, does not count (Scholes and Williams 1977).
    """
    if pair.returns != "daily":
        raise ValueError("The correction for closing times is for daily returns.")
    days, same_x, same_y = pair.recent(window, as_of)
    needed = ceil(2 * window / 3)
    if same_x.size < needed:
        return pair.too_few(same_x.size, window, needed)
    end = pair.row(as_of) + 1
    rows = slice(max(end - window, 0), end)
    x, y = pair.x[rows], pair.y[rows]
    for leg in (same_x, same_y):
        about = leg - leg.mean()
        size = np.array([float(leg.size)])
        if is_constant(np.array([about @ about]), np.array([leg @ leg]), size)[0]:
            return pair.too_still()
    scale = float(same_x.std(ddof=1) * same_y.std(ddof=1))
    same = _covariance(same_x, same_y) / scale
    later = _covariance(x[:-1], y[1:]) / scale
    earlier = _covariance(x[1:], y[:-1]) / scale
    return ScholesWilliams(
        pair.a,
        pair.b,
        days[-1],
        window,
        same + later + earlier,
        same,
        later,
        earlier,
        int(same_x.size),
    )


def _covariance(x: Floats, y: Floats) -> float:
    """Return the covariance of the complete pairs, ddof 1; 0 with fewer than two."""
    valid = np.isfinite(x) & np.isfinite(y)
    x, y = x[valid], y[valid]
    if x.size < 2:
        return 0.0
    return float((x - x.mean()) @ (y - y.mean())) / (x.size - 1)
