"""The market that a command is asked about, and the study of it with the user's own tiers and sectors."""

from __future__ import annotations

import sys
from datetime import date

from data.cache import Cache
from data.choices import load_classes, load_weights
from data.demo import open_demo
from data.paths import Paths
from models.market.snapshot import Day, Market, day
from models.market.study import Study, study
from terminal.arguments import Arguments


def as_day(when: date | None) -> Day | None:
    return None if when is None else day(when.isoformat())


def opened_cache(paths: Paths, arguments: Arguments) -> Cache:
    """Open the cache, or that of the demo market; what it has to say goes to standard error.

    Raises
    ------
    CacheError
    """
    cache = open_demo(paths) if arguments.demo else Cache.open(paths.market)
    for notice in cache.notices:
        print(notice, file=sys.stderr)
    return cache


def market_of(cache: Cache, arguments: Arguments) -> Market:
    """Return the market of the chosen days; without any days when nothing was known by then."""
    return cache.market(as_of=as_day(arguments.as_of), known_at=as_day(arguments.known_at))


def studied(market: Market, paths: Paths, arguments: Arguments) -> Study:
    """Study the market; without a chosen day, as of the newest one on which coins can be ranked."""
    kept = load_classes(paths.documents)
    if kept.notice:
        print(kept.notice, file=sys.stderr)
    if changes := kept.value.changes:
        print(f"With your {changes} changes of tiers, sectors and baskets.", file=sys.stderr)
    weights = load_weights(paths.documents)
    if weights.notice:
        print(weights.notice, file=sys.stderr)
    if weights.value:
        print(f"With your weights of {len(weights.value)} signals.", file=sys.stderr)
    found = study(market, classes=kept.value, weights=weights.value)
    if arguments.as_of is not None or found.latest == market.as_of:
        return found
    print(f"As of {found.latest}, the last day with market caps in the cache.", file=sys.stderr)
    return study(market.cut(found.latest), classes=kept.value, weights=weights.value)
