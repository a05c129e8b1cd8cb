"""The parts of the season section that say why: members, gaps between definitions, breadth, ETH/BTC."""

from __future__ import annotations

from math import fsum

import numpy as np

from models.market.breadth import breadth
from models.market.season.bench import Bench, Comparison, bench
from models.market.season.definition import STANDARD, Definition
from models.market.season.standing import Standing, roll_call
from models.market.season.view import ether
from models.market.snapshot import Day
from models.market.study import Study
from models.market.unknown import Unknown
from models.report.values import Entry, percent, put, unknown

NAMED = 10
"""Coins of a gap that are named; the rest is one sum."""
PARTS = {
    "only in the first": "only_here",
    "only in the second": "only_there",
    "other verdict": "other_verdict",
    "other weight": "other_weight",
}


def season_parts(study: Study, as_of: Day) -> Entry:
    """Return members, gaps, breadth and ETH/BTC of a day, of the headline definition."""
    definitions = bench(study.universe, STANDARD, known=study.season)
    return {
        "members": [_member(one) for one in roll_call(study.universe, Definition(), as_of)],
        "gaps": [_gap(definitions, one, as_of) for one in STANDARD[1:]],
        "breadth": _breadth(study, as_of),
        "eth_btc": _ether(study, as_of),
    }


def _member(one: Standing) -> Entry:
    entry: Entry = {"coin": one.coin.id, "rank": one.rank, "sector": one.coin.sector}
    percent(entry, "return_90d_pct", one.change)
    percent(entry, "against_btc_90d_points", one.excess)
    entry["state"] = one.reason.replace(" ", "_")
    if one.left_out_as is not None:
        entry["left_out_as"] = one.left_out_as
    if one.age is not None:
        entry["age_days"] = one.age
    if one.change is None or one.excess is None or one.rank is None:
        entry["why"] = f"The coin is not counted: {one.reason}."
    return entry


def _gap(definitions: Bench, other: Definition, as_of: Day) -> Entry:
    """Return why another definition reads otherwise than the headline; points are headline less other."""
    variant = other.variant
    entry: Entry = {"top": variant.top, "window_days": variant.window, "weights": variant.weights}
    found = definitions.compare(Definition(), other, as_of)
    if not isinstance(found, Comparison):
        return entry | unknown(("gap_points", "parts", "coins", "other_coins_points"), found.why)
    put(entry, "gap_points", found.gap)
    entry["parts"] = {
        PARTS[part]: {"coins": count, "points": points} for part, (count, points) in found.by_part.items()
    }
    entry["coins"] = [{"coin": one.coin.id, "points": one.points} for one in found.differences[:NAMED]]
    entry["other_coins_points"] = fsum(one.points for one in found.differences[NAMED:])
    return entry


def _breadth(study: Study, as_of: Day) -> Entry:
    keys = ("above_200d_mean_pct", "above", "counted", "advancing", "declining", "moved", "line_change_30d")
    reading = breadth(study.universe).at(as_of)
    if isinstance(reading, Unknown):
        return unknown(keys, reading.why)
    entry: Entry = {}
    percent(entry, keys[0], reading.share_above)
    for key in keys[1:-1]:
        put(entry, key, getattr(reading, key))
    put(entry, keys[-1], reading.line_30)
    return entry


def _ether(study: Study, as_of: Day) -> Entry:
    keys = ("ratio", "mean_50d", "mean_200d")
    row = study.market.position(as_of)
    history = ether(study.market)
    if row < 0:
        return unknown(keys, f"No coin is cached for {as_of}.")
    entry: Entry = {}
    for key, values in zip(keys, (history.ratio, history.mean_50, history.mean_200), strict=True):
        value = float(values[row])
        why = "Fewer than two thirds of the days have both prices."
        put(entry, key, value if np.isfinite(value) else Unknown(why))
    return entry
