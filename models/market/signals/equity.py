"""Signals from US equities: the Russell 2000's record, and its strength against the S&P 500."""

from __future__ import annotations

import numpy as np

from models.market.gaps import trailing_mean
from models.market.russell import RussellHistory
from models.market.signals.history import NEVER, Absent, Reading, Rows, Source, Words
from models.market.signals.inputs import EQUITY_AGE, SignalInputs, absent, at_least
from models.market.signals.words import counted, number, percent
from models.market.snapshot import Days
from models.market.unknown import Unknown

NEAR, FAR, FAR_DISTANCE = 20, 60, -0.10
SESSIONS, MEAN_SESSIONS = 63, 200


def russell_record(inputs: SignalInputs) -> Reading | Absent:
    """A record close lately, or none for long and far below it."""
    small = inputs.russell
    if isinstance(small, Unknown):
        return Absent(small.why, ("RUT",))
    place, origin = _last_session(small.days, inputs.days, _name(small), (small.series,))
    seen = place >= 0
    since = small.sessions_since[place].astype(np.float64)
    distance = small.distance[place]

    def words(row: int) -> Words:
        at = place[row]
        return Words(
            counted(int(small.sessions_since[at]), "session"),
            f"≤ {NEAR} sessions",
            f"record close {number(float(small.record_close[at]), 0)}, "
            f"{percent(float(small.distance[at]), 1)} from it",
        )

    return Reading(
        sources=(origin,),
        value=since,
        known=seen & (small.record_index[place] >= 0),
        confirms=since <= NEAR,
        contradicts=(since >= FAR) & (distance < FAR_DISTANCE),
        words=words,
        gap=lambda _: "The cache holds no record close of the Russell 2000 yet.",
    )


def russell_vs_sp500(inputs: SignalInputs) -> Reading | Absent:
    """Small caps against large ones, over common sessions."""
    small, large = inputs.russell, inputs.series("SPX")
    if isinstance(small, Unknown):
        return Absent(small.why, ("RUT", "SPX"))
    if large is None:
        return absent("S&P 500 close", small.series, "SPX")
    common, ours, theirs = np.intersect1d(small.days, large[0].days, return_indices=True)
    if not common.size:
        return Absent("The Russell 2000 and the S&P 500 share no session yet.", (small.series, "SPX"))
    ratio = small.close[ours] / large[0].values[theirs]
    growth = np.full(ratio.size, np.nan)
    growth[SESSIONS:] = ratio[SESSIONS:] / ratio[:-SESSIONS] - 1
    above = ratio - trailing_mean(ratio, MEAN_SESSIONS, at_least(MEAN_SESSIONS))
    place, origin = _last_session(
        common, inputs.days, "session of the Russell 2000 and the S&P 500", (small.series, "SPX")
    )
    change, over = growth[place], above[place]

    def words(row: int) -> Words:
        side = "above" if over[row] > 0 else "below" if over[row] < 0 else "at"
        return Words(
            percent(float(change[row])), "> 0, above mean", f"{SESSIONS} sessions; {side} its long mean"
        )

    return Reading(
        sources=(origin,),
        value=change,
        known=(place >= 0) & np.isfinite(change) & np.isfinite(over),
        confirms=(change > 0) & (over > 0),
        contradicts=(change < 0) & (over < 0),
        words=words,
        gap=lambda row: (
            f"{max(0, int(place[row]) + 1)} common sessions, {at_least(MEAN_SESSIONS)} are needed."
        ),
    )


def _name(small: RussellHistory) -> str:
    return "session of the Russell 2000" if small.series == "RUT" else f"session of {small.series}"


def _last_session(sessions: Days, days: Days, name: str, series: tuple[str, ...]) -> tuple[Rows, Source]:
    """Return the place of the last session up to each day (-1 before the first), and its age."""
    place = np.searchsorted(sessions, days, side="right") - 1
    numbers = sessions.astype("datetime64[D]").astype(np.int64)
    newest = np.where(place >= 0, numbers[np.maximum(place, 0)], NEVER)
    return place, Source(name, series, newest, EQUITY_AGE)
