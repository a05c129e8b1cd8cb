"""What the rungs of a ladder mean in numbers: the one reading that every path and replay shares.

Path day 0 is the as-of day, whose close is known; a fill can happen on day 1 at the earliest.
Methods, section 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.market.snapshot import Bools, Day, Floats, day
from models.risk.plans.plan import Of, Position, Trigger

Ints = NDArray[np.intp]
OrderKind = Literal["limit", "stop", "trailing", "scheduled", "average", "market"]

NEVER = 1 << 30
"""A path day that no horizon reaches."""
DUST = 1e-9
"""Less than this share of the initial quantity is nothing: what rounding leaves of three thirds."""
BASIS_POINTS = 1e-4
TOUCH = 1e-9
"""A close counts as beyond its mean when it is so by more than rounding (a fraction of the mean)."""

STOPS: tuple[OrderKind, ...] = ("stop", "trailing")
AT_A_CLOSE: tuple[OrderKind, ...] = ("scheduled", "average", "market")


@dataclass(frozen=True, slots=True)
class Costs:
    """What a sale loses, in basis points.

    The fee is taken from every sale. Slippage is taken from sales at a close; a resting limit order
    is filled at its own price.
    """

    fee_bps: float = 0.0
    slippage_bps: float = 0.0

    @property
    def kept_of_limit(self) -> float:
        """The fraction of price times units that a resting order brings."""
        return 1.0 - self.fee_bps * BASIS_POINTS

    @property
    def kept_at_close(self) -> float:
        return (1.0 - self.slippage_bps * BASIS_POINTS) * (1.0 - self.fee_bps * BASIS_POINTS)

    def kept(self, kind: OrderKind) -> float:
        return self.kept_of_limit if kind == "limit" else self.kept_at_close


@dataclass(frozen=True, slots=True)
class Order:
    """One rung that is still open, or the stop of the position, ready to be walked along a path.

    Attributes
    ----------
    rung : place in the ladder from 0; None for the stop of the position, which sells all that is left
    level : price of a limit or a stop; fraction below the peak of a trailing stop; else NaN
    known : path day at whose close a date or a number of days held is reached (0 when it is past)
    trigger : what the user wrote; None for the stop of the position
    """

    rung: int | None
    kind: OrderKind
    share: float
    of: Of
    level: float = float("nan")
    known: int = NEVER
    trigger: Trigger | None = None


@dataclass(frozen=True)
class LadderPosition:
    """One position at the end of the as-of day, in the plan's currency.

    Attributes
    ----------
    row : of the position in the plan
    initial, held : units bought, units still there
    price : close of the as-of day (or typed by hand)
    peak : highest close since the purchase, `price` included
    past : closes up to and without the as-of day, newest last, NaN where missing; for moving averages
    orders : in the order in which they are executed on one day: stops first, then the ladder's
    """

    row: int
    coin: str
    initial: float
    held: float
    price: float
    peak: float
    past: Floats
    orders: tuple[Order, ...]


def ladder_position(
    position: Position,
    *,
    row: int,
    price: float,
    as_of: Day,
    closes: Floats | None = None,
) -> LadderPosition:
    """Read one position and its open rungs.

    Parameters
    ----------
    price : of one unit, in the plan's currency
    closes : every close up to and including the as-of day, in the plan's currency, one a day, newest
        last, NaN where missing; None where the coin has no history
    """
    past = closes[:-1] if closes is not None and closes.size else np.empty(0)
    peak = price
    if position.bought is not None and past.size:
        since = days_between(position.bought, as_of)
        seen = past[-since:] if since > 0 else past[:0]
        if np.isfinite(seen).any():
            peak = max(peak, float(np.nanmax(seen)))
    return LadderPosition(
        row=row,
        coin=position.coin,
        initial=position.quantity,
        held=position.held,
        price=price,
        peak=peak,
        past=past,
        orders=orders_of(position, as_of),
    )


def orders_of(position: Position, as_of: Day) -> tuple[Order, ...]:
    """Return the open orders in the order in which they are executed on one day.

    A multiple without a cost can never be reached and is left out; :mod:`models.risk.ladders.ladder` says so.
    """
    stops: list[Order] = []
    others: list[Order] = []
    if position.stop is not None:
        stops.append(Order(None, "stop", 1.0, "remaining", level=position.stop))
    for place, rung in enumerate(position.ladder):
        if rung.state != "open":
            continue
        trigger = rung.trigger
        kind: OrderKind = "market"
        level, known = float("nan"), NEVER
        if trigger.kind == "price" and trigger.level is not None:
            kind, level = "limit", trigger.level
        elif trigger.kind == "multiple" and trigger.level is not None:
            if position.cost is None:
                continue
            kind, level = "limit", trigger.level * position.cost
        elif trigger.kind == "trailing_stop" and trigger.level is not None:
            kind, level = "trailing", trigger.level
        elif trigger.kind == "date" and trigger.day is not None:
            kind, known = "scheduled", max(0, days_between(as_of, trigger.day))
        elif trigger.kind == "days_held" and trigger.days is not None:
            held = 0 if position.bought is None else days_between(position.bought, as_of)
            kind, known = "scheduled", max(0, trigger.days - held)
        elif trigger.kind == "moving_average":
            kind = "average"
        order = Order(place, kind, rung.share, rung.of, level=level, known=known, trigger=trigger)
        (stops if kind in STOPS else others).append(order)
    return (*stops, *others)


def days_between(start: date | Day, end: date | Day) -> int:
    """Return the calendar days from `start` to `end`; negative when `end` comes first."""
    return int((day(str(end)) - day(str(start))).astype(int))


def moving_mean(values: Floats, window: int) -> Floats:
    """Return the mean of the last `window` days along axis 0; NaN below 2/3 of them.

    Parameters
    ----------
    values : shape (n_days, n_paths), NaN where missing
    """
    known = np.isfinite(values)
    total = np.zeros((values.shape[0] + 1, *values.shape[1:]))
    count = np.zeros(total.shape, dtype=np.int32)
    np.cumsum(np.where(known, values, 0.0), axis=0, out=total[1:])
    np.cumsum(known, axis=0, out=count[1:])
    first = np.maximum(np.arange(1, values.shape[0] + 1) - window, 0)
    held = count[1:] - count[first]
    mean = np.full(values.shape, np.nan)
    np.divide(total[1:] - total[first], held, out=mean, where=3 * held >= 2 * window)
    return mean


def beyond_mean(values: Floats, window: int, side: str) -> tuple[Bools, Bools]:
    """Say where a close lies beyond its moving mean, and where that can be told; shape of `values`."""
    mean = moving_mean(values, window)
    with np.errstate(invalid="ignore"):
        beyond = values < mean * (1.0 - TOUCH) if side == "below" else values > mean * (1.0 + TOUCH)
    return beyond, np.isfinite(mean) & np.isfinite(values)


def crossings(values: Floats, window: int, side: str) -> Bools:
    """Say on which days the close crosses its moving mean to `side`; shape of `values`.

    The day before must have been known and not beyond it: a coin that already lies below its mean
    has to come back first.
    """
    beyond, known = beyond_mean(values, window, side)
    crossed = np.zeros(values.shape, dtype=np.bool_)
    crossed[1:] = beyond[1:] & known[1:] & ~beyond[:-1] & known[:-1]
    return crossed


def first_crossing(past: Floats, closes: Floats, window: int, side: str) -> Ints:
    """Return the first row of `closes` on which they cross their moving mean; NEVER without one.

    Parameters
    ----------
    past : the closes before them, the same for every path; shape (n_before,)
    closes : shape (n_days, n_paths)

    Notes
    -----
    What :func:`crossings` says of both together, in the memory of `closes` alone: the sum of a
    window that begins before them has the same first part on every path.
    """
    days, paths = closes.shape
    before = np.full(window, np.nan)
    tail = past[-window:]
    before[window - tail.size :] = tail
    lead_known = np.isfinite(before)
    # Sums and counts of the last k days before the first row.
    lead_sum = np.concatenate([[0.0], np.cumsum(np.where(lead_known, before, 0.0)[::-1])])
    lead_count = np.concatenate([[0], np.cumsum(lead_known[::-1])])
    known = np.isfinite(closes)
    total, count = np.zeros((days + 1, paths)), np.zeros((days + 1, paths), dtype=np.int32)
    np.cumsum(np.where(known, closes, 0.0), axis=0, out=total[1:])
    np.cumsum(known, axis=0, out=count[1:])
    first = np.full(paths, NEVER, dtype=np.intp)
    ended = beyond_mean(before[:, np.newaxis], window, side)
    was_short = np.broadcast_to(~ended[0][-1] & ended[1][-1], paths)
    for row in range(days):
        start = max(row + 1 - window, 0)
        rest = max(window - row - 1, 0)
        held = count[row + 1] - count[start] + lead_count[rest]
        mean = np.full(paths, np.nan)
        np.divide(
            total[row + 1] - total[start] + lead_sum[rest], held, out=mean, where=3 * held >= 2 * window
        )
        with np.errstate(invalid="ignore"):
            beyond = (
                closes[row] < mean * (1.0 - TOUCH) if side == "below" else closes[row] > mean * (1.0 + TOUCH)
            )
        first[beyond & was_short & (first == NEVER)] = row
        was_short = ~beyond & np.isfinite(mean) & known[row]
    return first


def first_true(rows: Bools) -> Ints:
    """Return the first true row of each column; NEVER where there is none. Shape (n_columns,)."""
    if not rows.shape[0]:
        return np.full(rows.shape[1], NEVER, dtype=np.intp)
    first = np.asarray(np.argmax(rows, axis=0), dtype=np.intp)
    return np.where(rows[first, np.arange(rows.shape[1])], first, NEVER)
