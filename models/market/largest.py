"""Which coin is meant when several bear one name: the largest of its day comes first."""

from __future__ import annotations

import numpy as np

from models.market.snapshot import Day, Market

RECENT_DAYS = 30
"""A coin that nobody ranked for so long stands behind every one that is ranked."""


def largest_first(market: Market, day: Day | None = None) -> tuple[int, ...]:
    """Return the columns of a market, the largest coin first.

    Parameters
    ----------
    day : nothing later is looked at; None is the market's last day. Days on which no coin has a market cap,
        as where a market goes on with stocks only, are passed over: the newest ranked day counts.

    Notes
    -----
    Coins with a market cap in the 30 days up to then come first, by the newest one; then those with an
    older one, in the same way; then those without any, in the order of the market.
    """
    end = market.days.size
    if day is not None and end and day < market.days[-1]:
        end = market.position(day) + 1
    known = market.cap[:end] > 0
    ranked = np.flatnonzero(known.any(axis=1))
    if not ranked.size:
        return tuple(range(len(market.coins)))
    end = int(ranked[-1]) + 1
    known = known[:end]
    newest = end - 1 - known[::-1].argmax(axis=0)
    columns = np.arange(newest.size)
    has_any = known[newest, columns]
    recent = has_any & (newest >= end - RECENT_DAYS)
    size = np.where(has_any, market.cap[newest, columns], 0.0)
    order = np.lexsort((columns, -size, ~has_any, ~recent))
    return tuple(int(at) for at in order)
