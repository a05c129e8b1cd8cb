"""Which coins stand in the season index on a day, which do not, and why. Methods, section 4."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.market.gaps import CARRY
from models.market.season.definition import MEASURE, Definition, left_out_as
from models.market.season.index import HEADLINE, Member, Variant, Verdict, members
from models.market.snapshot import Coin, Day, Market
from models.market.universe import Universe

Reason = Literal[
    "beats", "trails", "too young", "no price", "no earlier price", "bitcoin unknown", "left out"
]
"""Why a coin is in or out. `no price`: none within the last 3 days; `no earlier price`: the coin is old
enough, but has none at the start of the span; `left out`: by the definition, see `left_out_as`."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One coin of a day, in the index or not.

    Attributes
    ----------
    rank : by cap among the coins that the definition may count; None for one that it leaves out
    cap : market cap, USD
    change, excess : simple return over the span, and that less Bitcoin's; fractions, None if unknown
    verdict : as in the members of the index; None for a coin that is left out
    age : days from the coin's first price to this day; None for a coin with a return, where it decides
        nothing
    left_out_as : the group for which the definition leaves it out
    """

    coin: Coin
    rank: int | None
    cap: float
    change: float | None
    excess: float | None
    verdict: Verdict | None
    reason: Reason
    age: int | None
    left_out_as: str | None = None

    @property
    def is_counted(self) -> bool:
        """Whether the index counts it: among the largest, with a return."""
        return self.left_out_as is None and self.change is not None


def standings(universe: Universe, day: Day, variant: Variant = HEADLINE) -> tuple[Standing, ...]:
    """Return the largest coins of a day, the largest first; empty for a day that is not cached."""
    market = universe.market
    found = members(universe, day, variant)
    if not found:
        return ()
    row = _row(market, day)
    return tuple(_standing(market, row, one, variant.window) for one in found)


def roll_call(universe: Universe, definition: Definition, day: Day) -> tuple[Standing, ...]:
    """Return the largest coins of a day and, among them by cap, those that the definition leaves out.

    Parameters
    ----------
    universe : that of the definition, see `universe_of`

    Notes
    -----
    The list ends with the last of the top: a coin that is left out and smaller would not have been
    in it anyway. Bitcoin is the measure and not listed. Coins without a cap on the day have no
    place in the order and are not listed either.
    """
    among = standings(universe, day, definition.variant)
    if not among:
        return ()
    market = universe.market
    row = _row(market, day)
    least = among[-1].cap
    cap = market.cap[row]
    with np.errstate(invalid="ignore"):
        large = np.flatnonzero(cap >= least)
    listed = {one.coin.id for one in among}
    absent = []
    for column in large.tolist():
        coin = market.coins[column]
        group = left_out_as(coin, definition)
        if coin.id in listed or group is None or group == MEASURE:
            continue
        change, bitcoin = (
            _change(market, row, at, definition.variant.window)
            for at in (column, market.column.get("bitcoin", -1))
        )
        absent.append(
            Standing(
                coin=coin,
                rank=None,
                cap=float(cap[column]),
                change=change,
                excess=None if change is None or bitcoin is None else change - bitcoin,
                verdict=None,
                reason="left out",
                age=None if change is not None else age(market, row, column),
                left_out_as=group,
            )
        )
    return tuple(sorted((*among, *absent), key=lambda one: (-one.cap, one.rank or 0, one.coin.id)))


def _standing(market: Market, row: int, one: Member, window: int) -> Standing:
    column = market.column[one.coin.id]
    return Standing(
        coin=one.coin,
        rank=one.rank,
        cap=float(market.cap[row, column]),
        change=one.change,
        excess=one.excess,
        verdict=one.verdict,
        reason=_reason(market, row, column, one, window),
        age=None if one.change is not None else age(market, row, column),
    )


def _reason(market: Market, row: int, column: int, one: Member, window: int) -> Reason:
    if one.verdict == "beats" or one.verdict == "trails":
        return one.verdict
    if one.verdict == "unknown":
        return "bitcoin unknown"
    if _end_point(market, row, column) is None:
        return "no price"
    return "too young" if age(market, row, column) < window else "no earlier price"


def age(market: Market, row: int, column: int) -> int:
    """Return the days from a coin's first price to a row; 0 without any price."""
    known = np.isfinite(market.price[: row + 1, column])
    return row - int(known.argmax()) if known.any() else 0


def _end_point(market: Market, row: int, column: int) -> float | None:
    """Return the last price of [row - 3, row]; None without one."""
    if row < 0 or column < 0:
        return None
    last = market.price[max(0, row - CARRY) : row + 1, column]
    known = last[np.isfinite(last)]
    return float(known[-1]) if known.size else None


def _change(market: Market, row: int, column: int, window: int) -> float | None:
    now, before = _end_point(market, row, column), _end_point(market, row - window, column)
    return None if now is None or before is None else now / before - 1.0


def _row(market: Market, day: Day) -> int:
    return int((day - market.days[0]).astype(np.int64))
