"""The wind tunnel: what may become of a plan, with its ladders and without. Methods, section 9."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.market.snapshot import Bools, Floats
from models.market.study import Cancelled
from models.risk.ladders.fill import Fills, add_values, fill
from models.risk.ladders.rungs import NEVER, Costs, Ints, LadderPosition, first_true
from models.risk.simulation.draws import GROUP, MEAN_BLOCK, drawn_rows

AT_ONCE = 5_000
"""Paths that are worked on at once: 366 days of them take 15 MB."""
FAN_POINTS = 61
"""Days of the fan, the first and the last included."""


@dataclass(frozen=True)
class Wind:
    """What is blown through the tunnel.

    Attributes
    ----------
    growth : shape (n_coins, n_sample_days)
        Daily growth of the coins of `holdings`, without gaps.
    column : for each holding its row in `growth`
    fires : for each holding, by the place of an order, the sample days at whose close its condition
        on the market is known to hold; shape (n_sample_days,)
    today : for each holding the places of the orders whose condition holds at the as-of close
    """

    holdings: tuple[LadderPosition, ...]
    cash: float
    growth: Floats
    column: tuple[int, ...]
    fires: tuple[Mapping[int, Bools], ...]
    today: tuple[frozenset[int], ...]

    @property
    def value(self) -> float:
        return self.cash + sum(one.held * one.price for one in self.holdings)


@dataclass(frozen=True)
class Track:
    """Values of the whole plan along the paths, with or without its ladders.

    Attributes
    ----------
    fan : shape (n_fan_days, n_paths), values on `Paths.fan_days`
    end : shape (n_paths,), value on the last day
    drawdown : shape (n_paths,), deepest fall below an earlier high, as a fraction of it
    lowest, highest : shape (n_paths,), of all closes, today's included
    """

    fan: Floats
    end: Floats
    drawdown: Floats
    lowest: Floats
    highest: Floats


@dataclass(frozen=True)
class Paths:
    """Everything that is kept of the simulated paths.

    Attributes
    ----------
    fills : one for each holding, in their order
    cash : shape (n_paths,), in hand at the end with the ladders
    """

    start: float
    fan_days: Ints
    with_ladder: Track
    without_ladder: Track
    fills: tuple[Fills, ...]
    cash: Floats

    @property
    def count(self) -> int:
        return int(self.cash.size)


def blown(
    wind: Wind,
    *,
    seed: int,
    paths: int,
    days: int,
    costs: Costs,
    mean_block: float = MEAN_BLOCK,
    at_once: int = AT_ONCE,
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Paths:
    """Simulate the plan along `paths` paths of `days` days.

    Parameters
    ----------
    at_once : paths that are in memory at once; changes no figure
    progress : is told the fraction that is done

    Raises
    ------
    Cancelled
        Between two holdings, once `cancelled()` is true.
    """
    fan_days = np.unique(np.round(np.linspace(0, days, min(FAN_POINTS, days + 1))).astype(np.intp))
    parts: list[tuple[Track, Track, tuple[Fills, ...], Floats]] = []
    groups = -(-paths // GROUP)
    step = max(1, at_once // GROUP)
    for first in range(0, groups, step):
        chosen = range(first, min(first + step, groups))
        rows = np.concatenate(
            [
                drawn_rows(seed, group, days=days, sample_days=wind.growth.shape[1], mean_block=mean_block)
                for group in chosen
            ],
            axis=1,
        )[:, : paths - first * GROUP]

        def told(share: float, start: int = first, size: int = len(chosen)) -> None:
            if cancelled():
                raise Cancelled
            progress((start + share * size) / groups)

        parts.append(_chunk(wind, rows, costs, fan_days, told))
    progress(1.0)
    return Paths(
        start=wind.value,
        fan_days=fan_days,
        with_ladder=_joined([part[0] for part in parts]),
        without_ladder=_joined([part[1] for part in parts]),
        fills=tuple(_joined_fills([part[2][at] for part in parts]) for at in range(len(wind.holdings))),
        cash=np.concatenate([part[3] for part in parts]),
    )


def _chunk(
    wind: Wind, rows: Ints, costs: Costs, fan_days: Ints, told: Callable[[float], None]
) -> tuple[Track, Track, tuple[Fills, ...], Floats]:
    """Walk every holding along the paths made of `rows`, shape (n_days, n_paths)."""
    days, paths = rows.shape
    closes, hold, value, cash = (np.zeros((days + 1, paths)) for _ in range(4))
    cash[0] = wind.cash
    fills: list[Fills] = []
    firsts: dict[int, Ints] = {}

    def seen(fires: Bools, today: bool) -> Ints:
        """Rungs of many coins wait for the same condition."""
        if today:
            return np.zeros(paths, dtype=np.intp)
        if id(fires) not in firsts:
            firsts[id(fires)] = first_known(fires, rows)
        return firsts[id(fires)]

    for at, holding in enumerate(wind.holdings):
        told(at / len(wind.holdings))
        _simulate(wind.growth[wind.column[at]], rows, holding, closes, hold)
        known = {place: seen(fires, place in wind.today[at]) for place, fires in wind.fires[at].items()}
        sales = fill(closes, holding, known, costs)
        add_values(closes, sales, holding.held, value, cash)
        fills.append(sales)
    hold += wind.cash
    np.cumsum(cash, axis=0, out=cash)
    value += cash
    return _track(value, fan_days), _track(hold, fan_days), tuple(fills), cash[-1].copy()


def _simulate(growth: Floats, rows: Ints, holding: LadderPosition, closes: Floats, hold: Floats) -> None:
    """Write the closes of one coin and add what it is worth when it is held to the end.

    The products are taken day by day: the same on every platform.
    """
    worth = np.empty(closes.shape[1])
    closes[0] = holding.price
    hold[0] += holding.held * holding.price
    for day in range(1, closes.shape[0]):
        close = closes[day]
        growth.take(rows[day - 1], out=close, mode="clip")
        np.multiply(close, closes[day - 1], out=close)
        np.multiply(close, holding.held, out=worth)
        np.add(hold[day], worth, out=hold[day])


def first_known(fires: Bools, rows: Ints) -> Ints:
    """Return the first path day at whose close a condition holds; shape (n_paths,).

    A simulated day has the readings of the day that its returns were drawn from.
    """
    if not fires.any():
        return np.full(rows.shape[1], NEVER, dtype=np.intp)
    return np.minimum(first_true(fires[rows]) + 1, NEVER)


def _track(values: Floats, fan_days: Ints) -> Track:
    """Keep what is needed of the values, shape (n_days + 1, n_paths)."""
    high = values[0].copy()
    lowest = values[0].copy()
    deepest = np.ones(high.size)
    ratio = np.empty(high.size)
    for row in values[1:]:
        np.maximum(high, row, out=high)
        np.minimum(lowest, row, out=lowest)
        np.divide(row, high, out=ratio, where=high > 0)
        np.minimum(deepest, ratio, out=deepest)
    return Track(values[fan_days], values[-1].copy(), 1.0 - deepest, lowest, high)


def _joined(tracks: Sequence[Track]) -> Track:
    return Track(
        *(
            np.concatenate([getattr(track, name) for track in tracks], axis=-1)
            for name in ("fan", "end", "drawdown", "lowest", "highest")
        )
    )


def _joined_fills(parts: Sequence[Fills]) -> Fills:
    return Fills(
        parts[0].orders,
        *(
            np.concatenate([getattr(part, name) for part in parts], axis=-1)
            for name in ("day", "units", "proceeds", "left")
        ),
    )
