"""The verdict of a soak run, on invented readings: what grows is called so, what comes and goes is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tools.soak_verdict import LEAST, Reading, judge, memory_slope

STEADY = Reading(0.0, 300.0, 20, 8, 2_000, 12.0, 40.0)


def run(
    change: Callable[[int, Reading], Reading] = lambda at, one: one, *, halves: int = 30
) -> list[Reading]:
    """Readings of a run, one each half-minute, each changed by its number."""
    return [change(at, replace(STEADY, minutes=at / 2)) for at in range(halves)]


def test_a_run_that_stays_as_it_was_is_steady() -> None:
    verdict = judge(run(), shut_down=0.2)
    assert verdict.is_steady
    assert "+0.00 MB a minute" in verdict.sentences[0]
    assert "Shut-down: 0.20 s" in verdict.sentences[-1]


def test_memory_that_grows_all_the_time_is_a_leak() -> None:
    verdict = judge(run(lambda at, one: replace(one, memory=300.0 + 2.5 * at)))
    assert not verdict.is_steady
    assert "Memory: +5.00 MB a minute" in verdict.faults[0]


def test_memory_that_grows_only_while_the_window_warms_up_is_none() -> None:
    assert judge(run(lambda at, one: replace(one, memory=300.0 + 40 * min(at, 9)))).is_steady


def test_one_large_reading_in_a_reload_does_not_count_as_growth() -> None:
    readings = run(lambda at, one: replace(one, memory=900.0 if at == 28 else 300.0))
    assert memory_slope(readings) == 0.0
    assert judge(readings).is_steady


@pytest.mark.parametrize(
    ("field", "sentence"),
    [("handles", "Handles: 20"), ("threads", "Threads: 8"), ("objects", "Qt objects: 2000")],
)
def test_what_piles_up_is_named(field: str, sentence: str) -> None:
    def more(at: int, one: Reading) -> Reading:
        return replace(one, **{field: getattr(STEADY, field) + (at if at > 12 else 0) * 5})

    (fault,) = judge(run(more)).faults
    assert fault.startswith(sentence)


def test_what_is_open_in_the_middle_and_closed_again_does_not_matter() -> None:
    assert judge(run(lambda at, one: replace(one, handles=20 + 30 * (15 < at < 20)))).is_steady


def test_too_short_a_run_proves_nothing_and_has_not_passed() -> None:
    verdict = judge(run(halves=LEAST))
    assert not verdict.is_steady
    assert "nothing can be said" in verdict.faults[0]


def test_a_slow_end_is_a_fault() -> None:
    (fault,) = judge(run(), shut_down=9.0).faults
    assert fault.startswith("Shut-down: 9.00 s")
