"""All series with their states, and the sources with theirs: what `data`, the Data panel and reports show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from data import catalog
from data.cache import Cache, Held, Outcome
from data.cache.layout import Kind
from data.refresh.due import by_series
from data.sources.contract import Entry, Source
from data.states import SeriesState, day_of, state
from models.market.freshness import age_in_days
from models.market.snapshot import Calendar, Day, Market

LIVE_DAYS = 3
"""A report of a day that is at most so old tells the states of the series as they are now."""
COINS = "coins"
"""The id under which a source declares that it brings coins."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One series (or coin) with its state, and who can bring it.

    `sources` are the ids of the providers that declare it, `held_from` those whose values are stored;
    `licence` is that of the first declaring source, `stamp` what its time stamps mean.
    """

    kind: Kind
    id: str
    title: str
    unit: str
    calendar: Calendar
    state: SeriesState
    sources: tuple[str, ...] = ()
    held_from: str = ""
    licence: str = ""
    stamp: str = ""
    outcomes: tuple[Outcome, ...] = ()

    @property
    def first_day(self) -> Day | None:
        return self.state.first_day

    @property
    def last_day(self) -> Day | None:
        return self.state.last_day


def listed(
    cache: Cache, sources: Sequence[Source], *, now: datetime, zone: tzinfo | None = None
) -> tuple[Listed, ...]:
    """List every series that a source declares or the cache holds, coins after the others."""
    held = {(one.kind, one.id): one for one in cache.state().held}
    coins = {coin.id: coin.name for coin in cache.coins()}
    tried = by_series(cache.outcomes())
    declared: dict[tuple[Kind, str], list[tuple[Source, Entry]]] = {}
    for source in sources:
        for entry in source.entries:
            declared.setdefault((entry.kind, entry.id), []).append((source, entry))
    of_coins = declared.pop(("coin", COINS), [])
    names = [*declared, *(name for name in held if name not in declared)]
    names += [name for name in tried if name[0] == "coin" and name not in held and name not in declared]
    rows = [
        _row(
            name,
            held.get(name),
            declared.get(name, of_coins if name[0] == "coin" else []),
            tried.get(name, ()),
            now,
            zone,
            coins.get(name[1], name[1]) if name[0] == "coin" else "",
        )
        for name in names
    ]
    return tuple(sorted(rows, key=lambda one: one.kind == "coin"))


def kept_up(rows: Iterable[Listed]) -> tuple[Listed, ...]:
    """Return the series that count where freshness is counted: a source declares them, and they are held
    or were asked for. No coins; and what an archive alone brought ages without anybody being late.
    """
    return tuple(
        one
        for one in rows
        if one.kind != "coin" and one.sources and (one.first_day is not None or one.outcomes)
    )


def fresh_of(rows: Iterable[Listed]) -> int:
    """Return how many of the rows are fresh."""
    return sum(one.state.name == "fresh" for one in rows)


@dataclass(frozen=True, slots=True)
class ListedSource:
    """One source: how many of its series are fresh, and its own state.

    The state is its gravest trouble with any job, else that of its stalest series; `problem` says which in
    a whole sentence. Coins are counted apart, in `coins`.
    """

    source: Source
    state: SeriesState
    series: int
    fresh: int
    coins: int = 0
    last_day: Day | None = None

    @property
    def problem(self) -> str:
        return "" if self.state.name == "fresh" else self.state.sentence


def sources_of(
    rows: Sequence[Listed], sources: Sequence[Source], *, now: datetime, zone: tzinfo | None = None
) -> tuple[ListedSource, ...]:
    """Sum the series up by source."""
    return tuple(_source(one, rows, now, zone) for one in sources)


def _source(source: Source, rows: Sequence[Listed], now: datetime, zone: tzinfo | None) -> ListedSource:
    own = [one for one in rows if source.id in one.sources and one.kind != "coin"]
    coins = [one for one in rows if one.kind == "coin" and source.id in one.held_from.split(", ")]
    tried = [out for one in rows for out in one.outcomes if out.source == source.id]
    held = [one for one in (*own, *coins) if one.last_day is not None]
    last = max((one.last_day for one in held if one.last_day is not None), default=None)
    return ListedSource(
        source=source,
        state=_state_of(own, coins, tried, now, zone),
        series=len(own),
        fresh=sum(one.state.name == "fresh" for one in own),
        coins=len(coins),
        last_day=last,
    )


def _state_of(
    own: Sequence[Listed],
    coins: Sequence[Listed],
    tried: Sequence[Outcome],
    now: datetime,
    zone: tzinfo | None,
) -> SeriesState:
    # A coin that is not published is no trouble of the source; a source that gives nothing at all is.
    troubles = [one for one in tried if one.result in ("waiting", "failed")]
    if tried and all(one.result != "done" for one in tried):
        troubles = list(tried)
    if troubles:
        return state("daily", now=now, first=None, last=None, outcomes=troubles, zone=zone)
    held = [one.state for one in (*own, *coins) if one.last_day is not None]
    if not held:
        return state("daily", now=now, first=None, last=None, outcomes=tried, zone=zone)
    stale = [one.state for one in own if one.state.name == "stale"]
    return stale[0] if stale else next((one for one in held if one.name == "fresh"), held[0])


def report_states(
    cache: Cache, sources: Sequence[Source], market: Market, *, now: datetime
) -> dict[str, dict[str, str | bool | None]] | None:
    """Return the states for the report of a market, as plain values, by the id of the series.

    Only series that are held or were asked for: what nobody asked for is no news. None for the demo
    market and for a review, which knows the ages of its figures and nothing of today's attempts.
    """
    is_old = age_in_days(market.as_of, day_of(now)) > LIVE_DAYS
    if market.origin == "demo" or market.known_at is not None or is_old:
        return None
    found: dict[str, dict[str, str | bool | None]] = {}
    for one in listed(cache, sources, now=now):
        if one.kind == "coin" or (one.first_day is None and not one.outcomes):
            continue
        state = one.state
        entry: dict[str, str | bool | None] = {"state": state.name}
        if state.since is not None:
            entry["since"] = str(state.since)
        if state.until is not None:
            entry["until"] = state.until.isoformat()
        if state.why:
            entry["why"] = state.why
        if state.name == "failed":
            entry["retry"] = state.retry
        found[one.id] = entry
    return found


def _row(
    name: tuple[Kind, str],
    held: Held | None,
    declared: Sequence[tuple[Source, Entry]],
    tried: Iterable[Outcome],
    now: datetime,
    zone: tzinfo | None,
    coin: str,
) -> Listed:
    kind, key = name
    known = catalog.series(key, bars=kind == "bars")
    title, unit, calendar, delay = known.title, known.unit, known.calendar, known.available_after_days
    if kind == "coin":
        title, unit, calendar, delay = coin, "USD", "daily", 0
    elif declared:
        entry = declared[0][1]
        title, unit = entry.title, entry.unit
        calendar, delay = entry.calendar, entry.available_after_days
    elif held is not None:
        title, unit = held.title or title, held.unit or unit
        calendar, delay = held.calendar, held.available_after_days
    outcomes = tuple(tried)
    found = state(
        calendar,
        now=now,
        first=held.first_day if held else None,
        last=held.last_day if held else None,
        published_after=delay,
        outcomes=outcomes,
        zone=zone,
    )
    first = declared[0] if declared else None
    return Listed(
        kind=kind,
        id=key,
        title=title,
        unit=unit,
        calendar=calendar,
        state=found,
        sources=tuple(dict.fromkeys(source.id for source, _ in declared)),
        held_from=held.source if held else "",
        licence=(first[1].licence or first[0].licence) if first else "",
        stamp=first[1].stamp if first else "",
        outcomes=outcomes,
    )
