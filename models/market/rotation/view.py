"""The Rotation panel's figures of one day, cut from histories that are computed once. Methods, section 6.

A :class:`RotationBoard` holds what every day shares; its methods slice it. Nothing of day t uses a day
after t, so moving the as-of day computes no history again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.market.gaps import change
from models.market.returns import SECTOR_TITLES, TIER_TITLES, Index
from models.market.rotation.phases import PHASES, UNKNOWN, RotationState, Spell, Spells, Transition
from models.market.rotation.rrg import MOMENTUM_DAYS, WINDOW, RotationGraph, Tail, fridays_of, rotation_graph
from models.market.snapshot import BITCOIN, Bools, Day, Days, Floats
from models.market.study import Study
from models.market.universe import SECTOR_TO, SECTORS, TIER_NEEDS, TIERS
from models.market.unknown import Unknown

WINDOWS = (7, 30, 90, 365)
"""The spans of the sector map, in days."""
LEAD_DAYS, LEAD_TOP = 30, 50
GRAPH_COINS = 12
FRIDAYS = 8
CARRY = 3
USUAL_NEXT: Mapping[str, str] = MappingProxyType({"bitcoin": "large", "large": "mid", "mid": "small"})
"""The order that is told: Bitcoin, then large, mid and small caps."""

GraphOf = Literal["tiers", "sectors", "coins", "baskets"]
Judgement = Literal["none", "alike", "partly", "apart"]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class TimeShare:
    """How long a phase was shown: share of the days with a known phase, spells, their median length."""

    phase: str
    share: float
    days: int
    spells: int
    median_days: float | None


@dataclass(frozen=True, slots=True)
class AfterPhase:
    """What followed the ended spells of one phase.

    `judgement` is `none` without an ended spell, `apart` when the most frequent follower's interval
    lies wholly above every other one's, `partly` when above some, else `alike`: so few spells cannot
    tell the followers apart. `rivals` are those that the most frequent one cannot be told from.
    """

    phase: str
    spells: int
    rows: tuple[Transition, ...]
    judgement: Judgement
    usual: str | None
    usual_count: int
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhaseDay:
    """The phase card of one day.

    `unknown_spans` are the stretches (both ends included) before the first phase; `after` is about the
    phase of this day.
    """

    state: RotationState
    spells: tuple[Spell, ...]
    times: tuple[TimeShare, ...]
    unknown_spans: tuple[tuple[Day, Day], ...]
    after: AfterPhase | Unknown
    matrix: tuple[AfterPhase, ...]


@dataclass(frozen=True, slots=True)
class SectorRow:
    """One sector: changes less Bitcoin's over each of `WINDOWS`, members of the week, caps of the day."""

    sector: str
    title: str
    against: tuple[float | Unknown, ...]
    own: tuple[float | Unknown, ...]
    members: int
    cap: float | Unknown

    @property
    def why(self) -> str | None:
        """Why the whole row is unknown, if it is."""
        reasons = [one.why for one in self.against if isinstance(one, Unknown)]
        return reasons[0] if len(reasons) == len(self.against) else None


@dataclass(frozen=True, slots=True)
class CoinMove:
    """One coin of the top: its change over 30 days less Bitcoin's, in fractions."""

    coin: str
    symbol: str
    name: str
    sector: str
    rank: int
    cap: float
    against: float | Unknown


@dataclass(frozen=True, slots=True)
class Moves:
    """All coins of the top by their lead over Bitcoin, best first, those without one at the end."""

    rows: tuple[CoinMove, ...]
    known: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class GraphLine:
    """One line of the rotation graph; without a place today `why` says so."""

    key: str
    name: str
    title: str
    tail: Tail
    x: float
    y: float
    why: str = ""

    @property
    def known(self) -> bool:
        return not self.why


@dataclass(frozen=True, slots=True)
class GraphDay:
    """The rotation graph on one day: places of the day itself, tails on the Fridays before it."""

    day: Day
    of: GraphOf
    lines: tuple[GraphLine, ...]
    why: str = ""


@dataclass(frozen=True)
class RotationBoard:
    """What the Rotation panel slices; arrays end on the study's last day, NaN unknown.

    Attributes
    ----------
    bitcoin : shape (4, n_days), changes over `WINDOWS`
    own : shape (4, n_sectors, n_days), the sectors' changes
    members : shape (n_sectors, n_days), members of the week
    listed : for each sector its members as pairs (week, column), weeks ascending
    graphs : tiers, sectors and, where there are any, baskets
    basis : what the sectors' members rest on, as (first day, basis) in order
    """

    study: Study
    bitcoin: Floats
    own: Floats
    members: NDArray[np.int32]
    listed: tuple[tuple[Rows, Rows], ...]
    graphs: Mapping[GraphOf, RotationGraph]
    basis: tuple[tuple[Day, str], ...]

    def basis_on(self, day: Day) -> str:
        """Return what the list of coins of a day rests on; empty before the first day."""
        return next((name for start, name in reversed(self.basis) if start <= day), "")

    def phases(self, day: Day) -> PhaseDay | Unknown:
        """Return the phase of a day with its past; unknown where there is none yet."""
        history = self.study.rotation
        state = history if isinstance(history, Unknown) else history.at(day)
        if isinstance(history, Unknown) or isinstance(state, Unknown):
            return state if isinstance(state, Unknown) else Unknown("The phases are unknown.")
        spells = history.upto(day)
        matrix = tuple(after_phase(spells, phase) for phase in PHASES)
        shown = state.phase
        return PhaseDay(
            state=state,
            spells=spells.spells,
            times=times(spells),
            unknown_spans=_gaps(history.days, history.phase == UNKNOWN, day),
            after=shown if isinstance(shown, Unknown) else matrix[PHASES.index(shown)],
            matrix=matrix,
        )

    def sectors(self, day: Day) -> tuple[SectorRow, ...] | Unknown:
        """Return every sector's changes against Bitcoin, in the order of `SECTORS`."""
        row = _row(self.study, day)
        if isinstance(row, Unknown):
            return row
        caps = self._caps(row)
        return tuple(self._sector(place, row, caps[place]) for place in range(len(SECTORS)))

    def sector_members(self, sector: str, day: Day) -> tuple[CoinMove, ...]:
        """Return this week's members of a sector with a cap on the day, the largest first."""
        row = _row(self.study, day)
        if isinstance(row, Unknown):
            return ()
        return self._moves(self._sector_columns(sector, row), row)

    def moves(self, day: Day, *, top: int = LEAD_TOP) -> Moves:
        """Return the top coins of a day by their lead over Bitcoin in 30 days."""
        row = _row(self.study, day)
        if isinstance(row, Unknown):
            return Moves((), 0, row.why)
        columns = self.study.universe.largest_on(row, top)[0]
        columns = columns[columns >= 0]
        if not columns.size:
            return Moves((), 0, "No altcoin has a market cap on this day.")
        found = self._moves(columns, row)
        known = [one for one in found if not isinstance(one.against, Unknown)]
        known.sort(key=lambda one: -_value(one.against))
        rest = [one for one in found if isinstance(one.against, Unknown)]
        return Moves((*known, *rest), len(known))

    def graph(self, of: GraphOf, day: Day, *, coins: int = GRAPH_COINS) -> GraphDay:
        """Return the rotation graph of tiers, sectors, baskets or of the day's largest coins."""
        row = _row(self.study, day)
        if isinstance(row, Unknown):
            return GraphDay(day, of, (), row.why)
        if of == "coins":
            return self._coin_graph(row, coins)
        graph = self.graphs.get(of)
        if graph is None:
            return GraphDay(day, of, (), "There are no baskets yet.")
        fridays = fridays_of(graph.days[: row + 1])[-FRIDAYS:]
        keys = TIERS if of == "tiers" else SECTORS if of == "sectors" else tuple(self.study.baskets)
        return GraphDay(
            day, of, tuple(_graph_line(graph, at, keys[at], row, fridays) for at in range(len(keys)))
        )

    # -- parts -------------------------------------------------------------------------------------

    def _sector(self, place: int, row: int, cap: float) -> SectorRow:
        name, members = SECTORS[place], int(self.members[place, row])
        own, against = [], []
        for at, window in enumerate(WINDOWS):
            value, bitcoin = float(self.own[at, place, row]), float(self.bitcoin[at, row])
            why = _why_sector(members, window) if np.isnan(value) else f"Bitcoin has no {window}-day change."
            own.append(Unknown(why) if np.isnan(value) else value)
            against.append(Unknown(why) if np.isnan(value - bitcoin) else value - bitcoin)
        shown = Unknown("No member has a market cap on this day.") if np.isnan(cap) else cap
        return SectorRow(name, SECTOR_TITLES[name], tuple(against), tuple(own), members, shown)

    def _caps(self, row: int) -> list[float]:
        """Sum the caps that each sector's members have on the day itself; NaN without any."""
        result = []
        for sector in SECTORS:
            caps = self.study.market.cap[row, self._sector_columns(sector, row)]
            known = caps[np.isfinite(caps)]
            result.append(float(known.sum()) if known.size else np.nan)
        return result

    def _sector_columns(self, sector: str, row: int) -> Rows:
        week = int(np.searchsorted(self.study.universe.weeks.monday, row, side="right")) - 1
        weeks, columns = self.listed[SECTORS.index(sector)]
        first, last = np.searchsorted(weeks, (week, week + 1))
        return columns[first:last]

    def _moves(self, columns: Rows, row: int) -> tuple[CoinMove, ...]:
        market, ranks = self.study.market, self.study.universe.rank
        first = max(0, row - LEAD_DAYS - CARRY)
        own = change(market.price[first : row + 1, columns], LEAD_DAYS)[-1] if columns.size else np.empty(0)
        bitcoin = float(self.bitcoin[WINDOWS.index(LEAD_DAYS), row])
        result = []
        for column, value in zip(columns.tolist(), own.tolist(), strict=True):
            cap = float(market.cap[row, column])
            if np.isnan(cap):
                continue
            coin = market.coins[column]
            why = (
                f"{coin.name} has no price on this day or {LEAD_DAYS} days before."
                if np.isnan(value)
                else f"Bitcoin has no {LEAD_DAYS}-day change."
            )
            against = Unknown(why) if np.isnan(value - bitcoin) else value - bitcoin
            rank = int(ranks[row, column])
            result.append(CoinMove(coin.id, coin.symbol, coin.name, coin.sector, rank, cap, against))
        return tuple(sorted(result, key=lambda one: (-one.cap, one.coin)))

    def _coin_graph(self, row: int, count: int) -> GraphDay:
        """Place the day's largest coins: only as many days as their tails need are looked at."""
        market = self.study.market
        columns = self.study.universe.largest_on(row, count)[0]
        columns = columns[columns >= 0]
        day = market.days[row]
        at = market.column.get(BITCOIN)
        if not columns.size or at is None:
            return GraphDay(day, "coins", (), "No altcoin has a market cap on this day.")
        first = max(0, row - 7 * FRIDAYS - WINDOW - MOMENTUM_DAYS - CARRY)
        span = slice(first, row + 1)
        names = tuple(market.coins[column].symbol for column in columns)
        graph = rotation_graph(market.days[span], names, market.price[span, columns], market.price[span, at])
        fridays = fridays_of(graph.days)[-FRIDAYS:]
        lines = []
        for place, column in enumerate(columns.tolist()):
            coin = market.coins[column]
            found = _graph_line(graph, place, coin.id, row - first, fridays, coin.name)
            lines.append(found)
        return GraphDay(day, "coins", tuple(lines))


def rotation_board(study: Study, cancelled: Callable[[], bool] = lambda: False) -> RotationBoard | None:
    """Compute what the panel slices; None once cancelled."""
    market = study.market
    at = market.column.get(BITCOIN)
    bitcoin = market.price[:, at] if at is not None else np.full(market.days.size, np.nan)
    indices = np.column_stack([study.sectors[name].values for name in SECTORS])
    own = np.stack([change(indices, window).T for window in WINDOWS])
    if cancelled():
        return None
    week = np.searchsorted(study.universe.weeks.monday, np.arange(market.days.size), side="right")
    members = np.zeros((len(SECTORS), market.days.size), dtype=np.int32)
    listed = tuple(study.universe.sector_members(name) for name in SECTORS)
    for place, (weeks, _) in enumerate(listed):
        sizes = np.bincount(weeks, minlength=study.universe.weeks.monday.size)
        members[place] = np.concatenate([[0], sizes])[week]
    graphs: dict[GraphOf, RotationGraph] = {
        "tiers": _graph(study, [study.tiers[tier] for tier in TIERS], bitcoin, TIER_TITLES, TIERS),
        "sectors": _graph(study, [study.sectors[name] for name in SECTORS], bitcoin, SECTOR_TITLES, SECTORS),
    }
    if cancelled():
        return None
    if study.baskets:
        titles = {name: index.title for name, index in study.baskets.items()}
        graphs["baskets"] = _graph(study, list(study.baskets.values()), bitcoin, titles, tuple(titles))
    study.universe.rank  # noqa: B018 - worked out here, in the thread, and kept
    for array in (own, members):
        array.flags.writeable = False
    return RotationBoard(
        study=study,
        bitcoin=np.stack([change(bitcoin, window) for window in WINDOWS]),
        own=own,
        members=members,
        listed=listed,
        graphs=MappingProxyType(graphs),
        basis=study.universe.basis(SECTOR_TO),
    )


def times(spells: Spells) -> tuple[TimeShare, ...]:
    """Return the share of time of every phase, in the order of `PHASES`; shares sum to 1."""
    total = sum(one.days for one in spells.spells)
    result = []
    for phase in PHASES:
        days = [one.days for one in spells.spells if one.phase == phase]
        median = float(np.median(days)) if days else None
        share = sum(days) / total if total else 0.0
        result.append(TimeShare(phase, share, sum(days), len(days), median))
    return tuple(result)


def after_phase(spells: Spells, phase: str) -> AfterPhase:
    """Return what followed one phase, with how far so many spells can tell the followers apart."""
    rows = spells.after(phase)
    usual = USUAL_NEXT.get(phase)
    count = next((one.count for one in rows if one.to == usual), 0)
    if not rows:
        return AfterPhase(phase, 0, rows, "none", usual, count)
    rivals = tuple(one.to for one in rows[1:] if one.high >= rows[0].low)
    judgement: Judgement = "apart" if not rivals else "partly" if len(rivals) < len(rows) - 1 else "alike"
    return AfterPhase(phase, rows[0].of, rows, judgement, usual, count, rivals)


def _graph(
    study: Study, indices: list[Index], bitcoin: Floats, titles: Mapping[str, str], keys: tuple[str, ...]
) -> RotationGraph:
    values = np.column_stack([index.values for index in indices])
    return rotation_graph(study.market.days, tuple(titles[key] for key in keys), values, bitcoin)


def _graph_line(
    graph: RotationGraph, place: int, key: str, row: int, fridays: Rows, title: str = ""
) -> GraphLine:
    x, y = float(graph.x[row, place]), float(graph.y[row, place])
    name = graph.names[place]
    why = "" if np.isfinite(x) and np.isfinite(y) else _why_graph(name)
    tail = Tail(graph.days[fridays], graph.x[fridays, place], graph.y[fridays, place])
    return GraphLine(key, name, title or name, tail, x, y, why)


def _why_graph(name: str) -> str:
    return f"{name} has no place: it needs a value on this day and 60 values within the last 90 days."


def _why_sector(members: int, window: int) -> str:
    if members < TIER_NEEDS:
        return f"{TIER_NEEDS} members are needed, the sector has {members}."
    return f"The sector's index has no value on this day or {window} days before."


def _gaps(days: Days, unknown: Bools, day: Day) -> tuple[tuple[Day, Day], ...]:
    """Return the stretches without a phase up to `day`."""
    end = int(np.searchsorted(days, day, side="right"))
    edges = np.flatnonzero(np.diff(unknown[:end].astype(np.int8), prepend=0, append=0))
    return tuple((days[a], days[b - 1]) for a, b in zip(edges[::2], edges[1::2], strict=True))


def _row(study: Study, day: Day) -> int | Unknown:
    days = study.market.days
    if not days.size or day < days[0]:
        return Unknown(f"The cache begins after {day}.")
    if day > days[-1]:
        return Unknown(f"The cache ends on {days[-1]}, before {day}.")
    return int((day - days[0]).astype(int))


def _value(one: float | Unknown) -> float:
    return np.nan if isinstance(one, Unknown) else one
