"""The Russell 2000's records, breakouts and strength against the S&P 500. Methods, section 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.market.gaps import CARRY, trailing_mean
from models.market.snapshot import Bools, Day, Days, Floats, Market, Series
from models.market.unknown import Unknown

QUIET_SESSIONS = 60
"""Sessions strictly between a breakout and the record before it, at least."""
RATIO_SESSIONS = 63
MEAN_SESSIONS = 200
STALE_AFTER = 5
"""Days after which the last session says nothing about a day any more."""


@dataclass(frozen=True)
class RussellState:
    """The Russell 2000 at the last session up to a day; distance and change are fractions."""

    series: Literal["RUT", "IWM"]
    day: Day
    close: float
    record_close: float
    record_day: Day
    distance: float
    sessions_since_record: int
    is_record: bool
    is_breakout: bool
    vs_sp500_63: float | Unknown
    above_200: bool | Unknown
    record_days_total: int
    breakout_days: tuple[Day, ...]


@dataclass(frozen=True)
class RussellHistory:
    """One value per session; every array has shape (n_sessions,) and is read-only.

    Attributes
    ----------
    series : `IWM` when the adjusted closes of the fund stand in, with their own records
    days, close : the sessions of the cache
    record : strictly above every earlier close of the cache; the first session is none
    breakout : a record with at least 60 sessions strictly between it and the record before. The
        first record of a cache has none before it and is no breakout: how long the market was
        quiet before it is not known.
    record_close : the last record so far, NaN before the first one
    record_index : its position, -1 before the first one
    sessions_since : sessions since that record, 0 on it, -1 before the first one
    distance : close / record_close - 1, so 0 on a record; NaN before the first one
    ratio : over the S&P 500's close, NaN on sessions that are not common
    vs_sp500_63 : change of the ratio over 63 common sessions, at the last common session within
        three days; NaN where unknown
    mean_200 : mean of the last 200 closes, NaN before the 200th session
    """

    series: Literal["RUT", "IWM"]
    days: Days
    close: Floats
    record: Bools
    breakout: Bools
    record_close: Floats
    record_index: NDArray[np.intp]
    sessions_since: NDArray[np.intp]
    distance: Floats
    vs_sp500_63: Floats
    ratio: Floats
    mean_200: Floats

    def at(self, day: Day) -> RussellState | Unknown:
        """Return the state at the last session up to `day`."""
        at = int(np.searchsorted(self.days, day, side="right")) - 1
        if at < 0:
            return Unknown(f"The first cached session of the {self.name} is {self.days[0]}.")
        age = int((day - self.days[at]).astype(np.int64))
        if age > STALE_AFTER:
            return Unknown(
                f"The last session of the {self.name} is {age} days old, at most {STALE_AFTER} are accepted."
            )
        if self.record_index[at] < 0:
            return Unknown(f"None of the {at + 1} cached sessions of the {self.name} is a record.")
        known = slice(0, at + 1)
        return RussellState(
            series=self.series,
            day=self.days[at],
            close=float(self.close[at]),
            record_close=float(self.record_close[at]),
            record_day=self.days[self.record_index[at]],
            distance=float(self.distance[at]),
            sessions_since_record=int(self.sessions_since[at]),
            is_record=bool(self.record[at]),
            is_breakout=bool(self.breakout[at]),
            vs_sp500_63=self._against_sp500(at),
            above_200=self._above_mean(at),
            record_days_total=int(self.record[known].sum()),
            breakout_days=tuple(self.days[known][self.breakout[known]]),
        )

    @property
    def name(self) -> str:
        return "Russell 2000" if self.series == "RUT" else "Russell 2000 fund (IWM)"

    def _against_sp500(self, at: int) -> float | Unknown:
        value = float(self.vs_sp500_63[at])
        if np.isfinite(value):
            return value
        common = int(np.isfinite(self.ratio[: at + 1]).sum())
        if common <= RATIO_SESSIONS:
            return Unknown(
                f"{common} common sessions with the S&P 500 are cached, {RATIO_SESSIONS + 1} are needed."
            )
        return Unknown(f"The S&P 500 has no close within {CARRY} days of {self.days[at]}.")

    def _above_mean(self, at: int) -> bool | Unknown:
        if not np.isfinite(self.mean_200[at]):
            return Unknown(f"{at + 1} sessions are cached, {MEAN_SESSIONS} are needed.")
        return bool(self.close[at] > self.mean_200[at])


def russell(market: Market) -> RussellHistory | Unknown:
    """Return the history of the Russell 2000, or of IWM's adjusted close where the index is missing.

    Notes
    -----
    Row t depends on sessions up to t only. Methods, section 2.
    """
    chosen = _chosen(market)
    if isinstance(chosen, Unknown):
        return chosen
    label, source = chosen
    days, close = source.days, source.values
    sessions = np.arange(days.size)
    record = np.zeros(days.size, dtype=np.bool_)
    record[1:] = close[1:] > np.maximum.accumulate(close)[:-1]
    index = np.maximum.accumulate(np.where(record, sessions, -1))
    seen = index >= 0
    record_close = np.where(seen, close[index], np.nan)
    at = np.flatnonzero(record)
    breakout = np.zeros(days.size, dtype=np.bool_)
    breakout[at[1:][np.diff(at) - 1 >= QUIET_SESSIONS]] = True
    ratio, against = _against_sp500(days, close, market.series.get("SPX"))
    history = RussellHistory(
        series=label,
        days=days,
        close=close,
        record=record,
        breakout=breakout,
        record_close=record_close,
        record_index=index,
        sessions_since=np.where(seen, sessions - index, -1),
        distance=close / record_close - 1.0,
        vs_sp500_63=against,
        ratio=ratio,
        mean_200=trailing_mean(close, MEAN_SESSIONS, MEAN_SESSIONS),
    )
    for value in vars(history).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return history


def _against_sp500(days: Days, close: Floats, sp500: Series | None) -> tuple[Floats, Floats]:
    """Return the ratio to the S&P 500, and its change over 63 common sessions, per session.

    A session that is not common has no ratio; its change is the one of the last common session
    within three days (an end point may be carried that far).
    """
    ratio, against = np.full(days.size, np.nan), np.full(days.size, np.nan)
    if sp500 is None:
        return ratio, against
    _, here, there = np.intersect1d(days, sp500.days, assume_unique=True, return_indices=True)
    ratio[here] = close[here] / sp500.values[there]
    last = np.searchsorted(here, np.arange(days.size), side="right") - 1
    usable = np.flatnonzero(last >= RATIO_SESSIONS)
    end = here[last[usable]]
    near = (days[usable] - days[end]).astype(np.int64) <= CARRY
    usable, end = usable[near], end[near]
    against[usable] = ratio[end] / ratio[here[last[usable] - RATIO_SESSIONS]] - 1.0
    return ratio, against


def _chosen(market: Market) -> tuple[Literal["RUT", "IWM"], Series] | Unknown:
    index, fund = market.series.get("RUT"), market.series.get("IWM.adj")
    if index is not None and index.days.size:
        return "RUT", index
    if fund is not None and fund.days.size:
        return "IWM", fund
    return Unknown("Neither the Russell 2000 (RUT) nor its fund (IWM) has a cached session.")
