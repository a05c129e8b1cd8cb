"""The bootstrap and the shifts against outside programs, slow loops and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.market.precedents.chance import bootstrap_differences, shift_p_value


def history(seed, n=900, share=0.04, memory=40):
    """Marks in clusters, and outcomes that stay as they are for a while."""
    rng = np.random.default_rng(seed)
    slow = np.convolve(rng.normal(size=n + memory), np.ones(memory), "valid")[:n]
    marked = (rng.random(n) < share) & (slow > -2 * slow.std())
    marked[n // 2] = True
    return marked, (slow > 0.3 * slow.std()).astype(float), slow / slow.std()


def drawn(marked, outcome, mean_block, seed=1, draws=4_000):
    generator = np.random.default_rng(seed)
    return bootstrap_differences(
        [(marked, outcome)], mean_block=mean_block, generator=generator, draws=draws
    )[0]


@pytest.mark.parametrize("mean_block", [21, 62, 250])
@pytest.mark.parametrize("kind", ["yes or no", "size"])
def test_the_stationary_bootstrap_spreads_as_that_of_arch(mean_block, kind):
    arch = pytest.importorskip("arch.bootstrap")
    marked, yes, size = history(3)
    outcome = yes if kind == "yes or no" else size
    ours = drawn(marked, outcome, mean_block)
    other = arch.StationaryBootstrap(mean_block, marked, outcome, seed=5)
    theirs = np.array([
        sample[1][sample[0]].mean() - sample[1].mean()
        for sample, _ in other.bootstrap(3_000)
        if sample[0].any()
    ])  # fmt: skip
    error = theirs.std() / np.sqrt(theirs.size)
    assert ours.mean() == pytest.approx(theirs.mean(), abs=5 * error)
    assert ours.std() == pytest.approx(theirs.std(), rel=0.06)
    for share in (0.025, 0.25, 0.75, 0.975):
        assert np.quantile(ours, share) == pytest.approx(np.quantile(theirs, share), abs=0.16 * theirs.std())


def test_a_draw_is_made_of_blocks_of_the_mean_length():
    """Where the outcome is the session's own number, a new block shows as a jump."""
    from models.market.precedents.chance import _blocks

    n, mean_block = 500, 12.5
    blocks = _blocks(n, mean_block, np.random.default_rng(2), 400)
    assert blocks.length.min() >= 1
    sums = np.add.reduceat(blocks.length, blocks.of_draw)
    assert (sums == n).all()
    assert (blocks.place[blocks.of_draw] == 0).all()
    new = blocks.length.size - 400  # the first block of each draw is no jump
    expected = 400 * (n - 1) / mean_block
    assert new == pytest.approx(expected, abs=5 * np.sqrt(expected))


@given(st.integers(0, 1_000), st.floats(1.0, 300.0))
@settings(max_examples=25, deadline=None)
def test_what_one_question_gets_does_not_depend_on_the_others(seed, mean_block):
    marked, yes, size = history(seed, n=300)
    shorter = slice(0, 260)

    def ask(questions):
        return bootstrap_differences(
            questions, mean_block=mean_block, generator=np.random.default_rng(seed), draws=150, longest=300
        )

    together = ask([(marked, yes), (marked, size), (marked[shorter], yes[shorter])])
    alone = [ask([one])[0] for one in ((marked, yes), (marked, size), (marked[shorter], yes[shorter]))]
    for one, other in zip(together, alone, strict=True):
        assert one.size == 150
        assert one == pytest.approx(other, abs=1e-12)


def test_counting_in_whole_numbers_gives_what_fractions_do():
    marked, yes, _ = history(8)
    assert drawn(marked, 2.0 * yes, 40) == pytest.approx(2.0 * drawn(marked, yes, 40), abs=1e-9)


def test_a_draw_of_single_sessions_is_an_ordinary_bootstrap():
    marked, yes, _ = history(4)
    found = drawn(marked, yes, 1.0)
    rate, share = yes[marked].mean(), marked.mean()
    expected = np.sqrt(rate * (1 - rate) / marked.sum() * (1 - share))
    assert found.std() == pytest.approx(expected, rel=0.12)


def test_a_block_longer_than_the_history_leaves_it_whole_but_turned():
    marked, yes, _ = history(5, n=60, share=0.3)
    found = drawn(marked, yes, 1e9, draws=50)
    assert found == pytest.approx(np.full(50, yes[marked].mean() - yes.mean()))


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_the_shift_test_never_falls_below_one_in_n_and_ignores_a_turn_of_the_circle(seed):
    marked, yes, size = history(seed, n=200)
    p = shift_p_value(marked, size)
    assert 1 / 200 <= p <= 1.0
    turn = seed % 200
    assert shift_p_value(np.roll(marked, turn), np.roll(size, turn)) == pytest.approx(p)
    assert shift_p_value(marked, -size) == pytest.approx(p)
    assert 1 / 200 <= shift_p_value(marked, yes) <= 1.0
