"""The phase against markets whose rotation is known, and against noise. The floors stand in docs."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.rotation_cycles import WARM, Cycles, confusion, cycles, noise, phases, restless, walks
from benchmarks.rotation_evidence import PAGE, page
from models.market.rotation.phases import PHASES

CLEAR_LEAD = 0.012
TIER_FLOOR, RISK_OFF_FLOOR = 0.85, 0.35
"""With a clear lead, a tier and risk-off are shown on at least these shares of their settled days."""
AS_A_TIER = 0.10
"""Bitcoin's settled days are taken for a tier on at most this share."""


def right(made: Cycles, *, settled: bool = True) -> dict[str, float]:
    table = confusion(made, phases(made.market).phase, settled=settled)
    return {phase: float(table[at, at]) for at, phase in enumerate(PHASES)}


@pytest.mark.parametrize("seed", [11, 12])
def test_a_tier_that_clearly_leads_is_recognised(seed: int) -> None:
    found = right(cycles(seed, lead=CLEAR_LEAD))
    assert all(found[tier] >= TIER_FLOOR for tier in ("large", "mid", "small")), found
    assert found["risk-off"] >= RISK_OFF_FLOOR


@pytest.mark.parametrize("seed", [11, 12])
def test_days_without_a_leading_tier_are_seldom_taken_for_one(seed: int) -> None:
    made = cycles(seed, lead=CLEAR_LEAD)
    table = confusion(made, phases(made.market).phase, settled=True)
    bitcoin = PHASES.index("bitcoin")
    assert table[bitcoin, 2:].sum() <= AS_A_TIER


def test_a_phase_is_recognised_late_and_a_faint_one_less_often() -> None:
    strong, faint = cycles(3, lead=0.012), cycles(3, lead=0.002)
    assert right(strong, settled=False)["mid"] < right(strong)["mid"]
    assert np.mean([right(faint)[tier] for tier in ("large", "mid", "small")]) < np.mean(
        [right(strong)[tier] for tier in ("large", "mid", "small")]
    )


def test_cycles_without_a_lead_are_recognised_no_better_than_by_chance() -> None:
    """The measure itself: where nothing is hidden, nothing may be found."""
    made = cycles(5, lead=0.0)
    found = right(made)
    assert np.mean([found[tier] for tier in ("large", "mid", "small")]) < 0.4


@pytest.mark.parametrize("seed", [1, 2])
def test_on_noise_there_is_no_clear_phase_most_of_the_time(seed: int) -> None:
    assert restless(noise(seed)) > 0.85


def test_on_random_walks_the_mark_stands_on_a_good_part_of_the_days_and_not_on_all() -> None:
    """Said openly in docs: a random walk has stretches that look like a lead."""
    shares = [restless(walks(seed, shared=0.008)) for seed in range(3)]
    assert all(0.2 < share < 0.8 for share in shares), shares


def test_independent_raw_phases_are_almost_never_clear() -> None:
    from models.market.rotation.phases import RESTLESS_CHANGES, raw_changes

    raw = np.random.default_rng(0).integers(0, 5, 2_000).astype(np.int8)
    assert (raw_changes(raw)[20:] >= RESTLESS_CHANGES).mean() > 0.99


def test_rows_of_the_matrix_are_shares_of_the_days_that_are_judged() -> None:
    made = cycles(2, lead=0.01, days=1_000)
    shown = phases(made.market).phase
    table = confusion(made, shown, settled=False)
    for at in range(len(PHASES)):
        mine = (made.truth == at) & (np.arange(1_000) >= WARM) & (shown >= 0)
        assert table[at].sum() == pytest.approx(1.0)
        assert table[at, at] == pytest.approx((shown[mine] == at).mean())


def test_the_page_says_what_the_script_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
