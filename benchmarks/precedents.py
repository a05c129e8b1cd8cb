"""All circular shifts and 5,000 bootstrap draws over seven horizons, against a pandas loop over resamples."""

from __future__ import annotations

import statistics

import numpy as np
import pandas as pd

from benchmarks.inputs import Inputs
from benchmarks.measure import CannotMeasure, Line, Row, median, seconds
from models.market.precedents.chance import DRAWS, bootstrap_differences, shift_p_value
from models.market.precedents.event_tests import HORIZONS, SHORTEST_BLOCK
from models.market.precedents.event_windows import Windows, ground_upto
from models.market.precedents.rule import Rule, marked_events, trigger_line
from models.market.precedents.rule_sensitivity import sensitivity
from models.market.precedents.view import precedent_view
from models.market.snapshot import Bools, Floats
from models.market.study import study
from models.market.unknown import Unknown

ROUNDS = 9
SHIFTS_TIMED, DRAWS_TIMED = 40, 20
"""Resamples of the pandas loop that are timed, a horizon and round."""
BLINK = 0.3
Answer = tuple[float, Floats]


def run(inputs: Inputs) -> list[Line]:
    found = study(inputs.market)
    line = trigger_line(found, "RUT", found.latest)
    if isinstance(line, Unknown):
        raise CannotMeasure(line.why)
    windows = Windows(line, ground_upto(found, found.latest))
    events = marked_events(line, Rule(kind="record"))

    loop = PandasLoop(windows, events)

    def ours() -> list[Answer]:
        return answers(loop, windows.sessions)

    check(ours(), loop)
    rounds = [(seconds(ours), loop.shift_seconds(at), loop.draw_seconds(at)) for at in range(ROUNDS)]
    mine = statistics.median(one for one, _, _ in rounds)
    shift, draw = (statistics.median(one[at] for one in rounds) for at in (1, 2))
    shifts = sum(frame.shape[0] for frame in loop.frames)
    baseline = shift * shifts + draw * DRAWS * len(HORIZONS)
    rule = Rule(kind="record")
    day = found.latest
    first = median(lambda: precedent_view(found, rule, day, intervals=False), rounds=ROUNDS)
    whole = median(lambda: precedent_view(found, rule, day), rounds=ROUNDS)
    rules = median(lambda: sensitivity(found, rule, day), rounds=ROUNDS)
    return [
        Row(
            f"all shifts and {DRAWS:,} bootstrap draws, {len(HORIZONS)} horizons",
            "pandas, resample by resample",
            mine,
            baseline,
            300.0,
            "at least",
            f"every shift that exists ({shifts:,} over the horizons) on both sides; the loop takes "
            f"{1e6 * shift:.0f} µs a shift and {1e6 * draw:.0f} µs a draw, times their number; both agree",
        ),
        Row("a changed rule, first answer: all but the whiskers", "0.3 s", first, BLINK, 1.0),
        Row("a changed rule answered in full", "0.3 s", whole, BLINK, 1.0),
        Row("35 rules asked at 7 horizons each", "0.3 s", rules, BLINK, 1.0),
    ]


def answers(loop: PandasLoop, longest: int) -> list[Answer]:
    """Answer every horizon as the application does, also those with too few events for an interval.

    Horizons with the same mean block share their blocks, as in `models.market.precedents.event_tests`.
    """
    found: dict[int, Answer] = {}
    for block in sorted(set(loop.blocks)):
        places = [at for at, one in enumerate(loop.blocks) if one == block]
        drawn = bootstrap_differences(
            [loop.questions[at] for at in places],
            mean_block=block,
            generator=np.random.default_rng([7, round(block)]),
            longest=longest,
        )
        for at, differences in zip(places, drawn, strict=True):
            found[at] = shift_p_value(*loop.questions[at]), np.quantile(differences, [0.025, 0.975])
    return [found[at] for at in sorted(found)]


class PandasLoop:
    """The same as one would write it with pandas: a frame of sessions, a resample at a time."""

    def __init__(self, windows: Windows, events: Bools) -> None:
        self.frames: list[pd.DataFrame] = []
        self.questions: list[tuple[Bools, Floats]] = []
        self.blocks: list[float] = []
        for days in HORIZONS:
            base, outcome = windows.measured("season", days)
            if not (events & base).any():
                raise CannotMeasure(f"No event of this market has a finished window of {days} days.")
            marked, outcome = (events & base)[base], outcome[base]
            self.questions.append((marked, outcome))
            self.frames.append(pd.DataFrame({"event": marked, "outcome": outcome}))
            self.blocks.append(max(days, SHORTEST_BLOCK) * windows.sessions_per_day)

    def shifted(self, at: int, by: int) -> float:
        frame = self.frames[at]
        moved = frame["event"].to_numpy()
        return float(frame["outcome"][np.roll(moved, by)].mean() - frame["outcome"].mean())

    def drawn(self, at: int, generator: np.random.Generator) -> float:
        frame, n = self.frames[at], self.frames[at].shape[0]
        begins = generator.random(n) < 1 / self.blocks[at]
        begins[0] = True
        block = np.cumsum(begins) - 1
        first = np.flatnonzero(begins)
        starts = generator.integers(0, n, first.size)
        sample = frame.iloc[(starts[block] + np.arange(n) - first[block]) % n]
        return float(sample.loc[sample["event"], "outcome"].mean() - sample["outcome"].mean())

    def shift_seconds(self, seed: int) -> float:
        """Mean time of a shift over some of every horizon."""
        moves = np.random.default_rng(seed).integers(1, 500, SHIFTS_TIMED)
        work = seconds(lambda: [self.shifted(at, int(by)) for at in range(len(HORIZONS)) for by in moves])
        return work / (SHIFTS_TIMED * len(HORIZONS))

    def draw_seconds(self, seed: int) -> float:
        """Mean time of a bootstrap draw over some of every horizon."""
        generator = np.random.default_rng(seed)
        work = seconds(
            lambda: [self.drawn(at, generator) for at in range(len(HORIZONS)) for _ in range(DRAWS_TIMED)]
        )
        return work / (DRAWS_TIMED * len(HORIZONS))


def check(found: list[Answer], loop: PandasLoop) -> None:
    """A fast wrong answer is no result: p-values agree exactly, intervals within Monte Carlo error."""
    for at, (p, edges) in enumerate(found):
        gaps = np.array([abs(loop.shifted(at, by)) for by in range(loop.frames[at].shape[0])])
        np.testing.assert_allclose(p, np.mean(gaps >= gaps[0] - 1e-12), atol=1e-12)
        generator = np.random.default_rng(at)
        drawn = np.array([loop.drawn(at, generator) for _ in range(400)])
        drawn = drawn[np.isfinite(drawn)]
        spread = float(drawn.std()) or 1e-9
        np.testing.assert_allclose(edges, np.quantile(drawn, [0.025, 0.975]), atol=0.5 * spread)
