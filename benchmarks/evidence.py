"""How often the claim on trial is found where there is nothing, and missed where there is something.

`python -m benchmarks.evidence` prints the page; `--write` puts it into docs/evidence.md. The part on the real
archive is left out where there is none.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.chance_markets import Kind, made
from benchmarks.inputs import BESIDE
from models.market.correlation.leadlag import lead_lag
from models.market.correlation.pairs import Pair
from models.market.precedents.event_tests import HORIZONS, against_base, number, p_if_always
from models.market.precedents.event_windows import SPACING, Windows, ground_upto
from models.market.precedents.rule import Rule, marked_events, spaced_draws, trigger_line
from models.market.snapshot import day
from models.market.study import study
from models.market.unknown import Unknown

PAGE = Path(__file__).resolve().parents[1] / "docs" / "evidence.md"
ASKED = 60
"""The horizon of the planted effect, and of the sentence in these runs."""
TEMPLATE = Path(__file__).with_name("evidence_page.md")
YEARS = (13, 26, 52)
LINKED = (1.0, 0.7, 0.5, 0.3)
"""Shares of the events that a season follows."""
WEEKS = (110, 160, 300, 600, 1200)


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of runs: with p below 0.05 at one horizon asked alone, and established after Holm.

    `any_horizon` counts runs in which at least one of the seven is established; `sizes` those with p
    below 0.05 where ALT50 less Bitcoin is asked at one horizon.
    """

    runs: int
    events: float
    alone: float
    established: float
    any_horizon: float
    sizes: float


def rates(runs: int, *, years: int, kind: Kind = "drawn", linked: float = 0.0) -> Rates:
    """Ask seeded histories and count the answers."""
    alone = established = anywhere = events = sizes = 0
    for seed in range(runs):
        history = made(seed, years=years, kind=kind, linked=linked)
        results = against_base(history.windows, history.events, intervals=False)
        asked = next(one for one in results if one.days == ASKED)
        events += asked.events
        alone += number(asked.p) < 0.05
        established += asked.is_established
        anywhere += any(one.is_established for one in results)
        (size,) = against_base(history.windows, history.events, "excess", horizons=(ASKED,), intervals=False)
        sizes += number(size.p) < 0.05
    return Rates(runs, events / runs, alone / runs, established / runs, anywhere / runs, sizes / runs)


def coverage(runs: int, *, years: int, days: int) -> float:
    """Share of the 95 % intervals that hold 0 where there is no effect."""
    inside = 0
    for seed in range(runs):
        history = made(seed, years=years)
        (found,) = against_base(history.windows, history.events, horizons=(days,))
        inside += number(found.low) <= 0.0 <= number(found.high)
    return inside / runs


def never_failing(years: int, days: int, seeds: int = 9) -> float:
    """Median p, were a season to begin half a window after every event and at no other time."""
    found = []
    for seed in range(seeds):
        history = made(seed, years=years)
        found.append(p_if_always(history.windows, history.events, days) or np.nan)
    return float(np.median(found))


def weekly(seed: int, weeks: int, *, lag: int = 0, strength: float = 0.0) -> Pair:
    """Two lines of weekly returns; the second repeats a part of the first `lag` weeks later."""
    x, y = np.random.default_rng([seed, weeks]).normal(0, 0.03, (2, weeks))
    if strength:
        y[lag:] += strength * x[: weeks - lag]
    return Pair("RUT", "ALT50", "weekly", "weeks", day("2000-01-07") + 7 * np.arange(weeks), x, y)


def beyond_band(runs: int, weeks: int) -> float:
    """Share of pairs of independent lines whose strongest correlation lies outside of the band."""
    outside = 0
    for seed in range(runs):
        found = lead_lag(weekly(seed, weeks))
        outside += not isinstance(found, Unknown) and abs(found.peak) > found.band
    return outside / runs


def recovered(runs: int, weeks: int, strength: float, lag: int = 8) -> float:
    """Share of pairs with a planted lag at which it is the peak, and outside of the band."""
    hits = 0
    for seed in range(runs):
        found = lead_lag(weekly(seed, weeks, lag=lag, strength=strength))
        hits += not isinstance(found, Unknown) and found.peak_lag == lag and abs(found.peak) > found.band
    return hits / runs


def on_the_archive(runs: int) -> str | None:
    """Ask the real coins about days drawn by chance; None without an archive."""
    folder = Path(os.environ.get("ROTASCOPE_ARCHIVE", BESIDE))
    if not (folder / "manifest.toml").is_file():
        return None
    import tempfile

    from benchmarks.inputs import Inputs

    with tempfile.TemporaryDirectory(prefix="rotascope-evidence-") as scratch:
        inputs = Inputs(Path(scratch))
        whole = study(inputs.market)
    line = trigger_line(whole, "RUT", whole.latest)
    if isinstance(line, Unknown):
        return None
    windows = Windows(line, ground_upto(whole, whole.latest))
    inside = np.flatnonzero(windows.finished(0, windows.first_index))
    count = int(marked_events(line, Rule(kind="record"))[inside].sum())
    below = np.zeros(len(HORIZONS))
    anywhere = 0
    for places in spaced_draws(inside.size, count, SPACING, np.random.default_rng(0), runs):
        marked = np.zeros(line.days.size, np.bool_)
        marked[inside[places]] = True
        results = against_base(windows, marked, intervals=False)
        below += [number(one.p) < 0.05 for one in results]
        anywhere += any(number(one.p_adjusted) < 0.05 for one in results)
    table = _table(
        ("horizon", "p below 0.05"),
        [(f"{days} days", _pct(share)) for days, share in zip(HORIZONS, below / runs, strict=True)],
    )
    return (
        f"{count} days a run, as many as the Russell 2000 has record days since {windows.first_index}:\n\n"
        f"{table}\n\nAfter Holm's adjustment, at least one of the seven horizons lies below 0.05 in "
        f"{_pct(anywhere / runs)} of the runs (here without the demand for eight independent events)."
    )


def page(runs: int) -> str:
    """Measure everything and fill the page."""
    few = max(runs // 4, 20)
    return TEMPLATE.read_text(encoding="utf-8").format(
        runs=f"{runs:,}",
        few=few,
        nothing=nothing_table(runs),
        coverage=coverage_table(few),
        real=on_the_archive(runs) or "Not measured: there was no archive.",
        planted=planted_table(few),
        floor=floor_table(),
        lead=lead_table(few),
        band=_table(
            ("weeks", "years", "outside of the 95 % band"),
            [(f"{weeks:,}", f"{weeks / 52:.0f}", _pct(beyond_band(runs, weeks))) for weeks in WEEKS],
        ),
    )


def nothing_table(runs: int) -> str:
    """Events and seasons that know nothing of each other."""
    kinds: dict[Kind, str] = {"drawn": "drawn by chance", "records": "records of a random walk"}
    rows = []
    for years in YEARS:
        for kind, name in kinds.items():
            one = rates(runs, years=years, kind=kind)
            shares = (_pct(one.sizes), _pct(one.alone), _pct(one.established), _pct(one.any_horizon))
            rows.append((f"{years} years", name, f"{one.events:.0f}", *shares))
    head = (
        "history",
        "events",
        "events a run",
        "ALT50 less Bitcoin: p < 0.05, asked alone",
        "a season began: p < 0.05, asked alone",
        "established at 60 days",
        "established at any of seven horizons",
    )
    return _table(head, rows)


def coverage_table(runs: int) -> str:
    """Intervals where the true difference is 0."""
    return _table(
        ("history", "60 days", "180 days"),
        [
            (f"{years} years", *(_pct(coverage(runs, years=years, days=days)) for days in (60, 180)))
            for years in YEARS
        ],
    )


def planted_table(runs: int) -> str:
    """Seasons that follow some of the events."""
    rows = []
    for years in YEARS:
        found = [rates(runs, years=years, linked=linked) for linked in LINKED]
        rows.append((f"{years} years", *(f"{_pct(one.established)} ({_pct(one.alone)})" for one in found)))
    return _table(("history", "every event", "7 of 10", "5 of 10", "3 of 10"), rows)


def floor_table() -> str:
    """The smallest p that an effect which never fails can have."""
    rows = []
    for days in (30, 60, 90, 180, 365):
        found = [never_failing(years, days) for years in YEARS]
        cells = [f"{p:.3f}{'' if len(HORIZONS) * p < 0.05 else ' ✗'}" for p in found]
        rows.append((f"{days} days", *cells))
    return _table(("horizon", *(f"{years} years" for years in YEARS)), rows)


def lead_table(runs: int) -> str:
    """A planted lag of eight weeks."""
    rows = []
    for weeks in (160, 300, 600):
        for strength in (0.9, 0.5, 0.3):
            share = strength**2 / (1 + strength**2)
            rows.append((f"{weeks}", f"{100 * share:.0f} %", _pct(recovered(runs, weeks, strength))))
    return _table(("weeks", "share of the variance", "recovered"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _pct(share: float) -> str:
    return f"{100 * share:.1f} %"


def main(words: list[str] | None = None) -> int:
    """Print the page, or write it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--write", action="store_true", help="write docs/evidence.md instead of printing")
    arguments = parser.parse_args(words)
    text = page(arguments.runs)
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
