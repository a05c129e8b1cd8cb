"""The section of the report on correlations with the Russell 2000."""

from __future__ import annotations

from models.market.correlation.leadlag import lead_lag
from models.market.correlation.pairs import (
    HALF_LIVES,
    WINDOWS,
    Method,
    Pair,
    Returns,
    correlate,
)
from models.market.correlation.regimes import regimes
from models.market.correlation.regression import beta, partial, scholes_williams
from models.market.snapshot import Day
from models.market.study import Study
from models.market.unknown import Unknown
from models.report.values import Entry, plain, put, unknown

PAIR_KEYS = ("value", "low", "high", "observations", "effective_observations", "unstable")
SHORT_LIST: tuple[tuple[Returns, int], ...] = (("daily", 90), ("weekly", 52), ("weekly", 104))
"""What is reported beside the full list of RUT and ALT50."""
BANDED: tuple[Method, ...] = ("pearson", "spearman")
ALTCOINS, BITCOIN = ("RUT", "ALT50"), ("RUT", "BTC")
LEAD_LAG_KEYS = ("weeks", "r", "band", "peak_lag", "verdict")


def correlation_section(study: Study, as_of: Day) -> Entry:
    """Return every correlation of the report, the unknown ones with their reasons."""
    returns: tuple[Returns, ...] = ("daily", "weekly")
    pairs = {
        (a, b, kind): study.pair(a, b, kind, as_of)
        for a, b in (ALTCOINS, BITCOIN, ("RUT", "SPX"), ("BTC", "ALT50"))
        for kind in returns
    }
    full = [(kind, window) for kind in returns for window in WINDOWS[kind]]
    entries = [
        pair_entry(pairs[*names, kind], method, window, as_of)
        for names, windows in ((ALTCOINS, full), (BITCOIN, list(SHORT_LIST)))
        for kind, window in windows
        for method in BANDED
    ]
    entries += [pair_entry(pairs[*ALTCOINS, kind], "ewma", HALF_LIVES[kind], as_of) for kind in returns]
    entries.append(pair_entry(pairs["BTC", "ALT50", "weekly"], "pearson", 52, as_of))
    daily, weekly = (pairs[*ALTCOINS, kind] for kind in returns)
    return {
        "pairs": entries,
        "partial": [
            partial_entry(pairs[*names, kind], pairs["RUT", "SPX", kind], window, as_of)
            for names in (ALTCOINS, BITCOIN)
            for kind, window in SHORT_LIST
        ],
        "beta": [beta_entry(pairs[*names, "weekly"], as_of) for names in (ALTCOINS, BITCOIN)],
        "regimes": regime_entries(study, daily, as_of),
        "lead_lag": lead_lag_entry(weekly, as_of),
        "scholes_williams": scholes_williams_entry(daily, as_of),
    }


def pair_entry(pair: Pair, method: Method, window: int, as_of: Day) -> Entry:
    """Return one correlation with its band."""
    entry: Entry = {
        "a": pair.a,
        "b": pair.b,
        "returns": pair.returns,
        "method": method,
        "window": window,
        "calendar": pair.calendar,
    }
    found = correlate(pair, window=window, method=method, as_of=as_of)
    if isinstance(found, Unknown):
        span = 4 * window if method == "ewma" else window
        return entry | unknown(PAIR_KEYS, found.why) | {"observations": int(pair.recent(span, as_of)[0].size)}
    for key in ("value", "low", "high", "observations"):
        put(entry, key, getattr(found, key))
    put(entry, "effective_observations", found.effective)
    put(entry, "unstable", found.unstable)
    if found.unstable is None and method != "ewma":
        entry["why"] = "A half of the window has too few pairs to tell whether the two agree."
    return entry


def partial_entry(pair: Pair, control: Pair, window: int, as_of: Day) -> Entry:
    """Return one correlation given the S&P 500."""
    entry: Entry = {"a": pair.a, "b": pair.b, "given": ["SPX"], "returns": pair.returns, "window": window}
    keys = ("value", "low", "high", "observations")
    if not control.days.size or control.calendar != pair.calendar:
        return entry | unknown(keys, "The S&P 500 is not in the cache on the sessions of the Russell 2000.")
    found = partial(pair, [control], window=window, as_of=as_of)
    if isinstance(found, Unknown):
        return entry | unknown(keys, found.why)
    for key in keys:
        put(entry, key, getattr(found, key))
    return entry


def beta_entry(pair: Pair, as_of: Day) -> Entry:
    """Return the slope of b on a with its Newey-West error."""
    entry: Entry = {"a": pair.a, "b": pair.b}
    found = beta(pair, as_of=as_of)
    if isinstance(found, Unknown):
        return entry | unknown(("value", "standard_error", "observations"), found.why)
    for key in ("value", "standard_error", "observations"):
        put(entry, key, getattr(found, key))
    return entry


def regime_entries(study: Study, daily: Pair, as_of: Day) -> list[Entry]:
    """Return the daily correlation of RUT and ALT50 by the state of the Russell 2000 before it."""
    entries = []
    for one in regimes(daily, study.russell, as_of=as_of):
        entry: Entry = {"regime": one.regime, "observations": one.observations}
        if isinstance(one.result, Unknown):
            entries.append(entry | unknown(("value", "low", "high"), one.result.why))
            continue
        for key in ("value", "low", "high"):
            put(entry, key, getattr(one.result, key))
        entries.append(entry)
    return entries


def lead_lag_entry(weekly: Pair, as_of: Day) -> Entry:
    """Return the correlations at -26 to 26 weeks; a positive lag: the Russell 2000 moves first."""
    entry: Entry = {"a": weekly.a, "b": weekly.b}
    found = lead_lag(weekly, as_of=as_of)
    if isinstance(found, Unknown):
        return entry | unknown(LEAD_LAG_KEYS, found.why)
    for key in LEAD_LAG_KEYS:
        entry[key] = plain(getattr(found, key))
    return entry


def scholes_williams_entry(daily: Pair, as_of: Day) -> Entry:
    """Return the daily correlation corrected for closes that lie hours apart."""
    entry: Entry = {"a": daily.a, "b": daily.b, "returns": "daily", "window": 90}
    found = scholes_williams(daily, window=90, as_of=as_of)
    if isinstance(found, Unknown):
        return entry | unknown(("value", "observations"), found.why)
    put(entry, "value", found.value)
    put(entry, "observations", found.observations)
    return entry
