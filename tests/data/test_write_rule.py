"""Which value stands, what the ledger keeps, and what was known on a day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.cache import About, Batch, Cache, CacheClashError, Tally
from models.market.snapshot import Coin, day

FIRST = day("2020-12-28")  # so that a handful of days crosses a year
MORNING = datetime(2024, 1, 1, 9, tzinfo=UTC)
NAN = float("nan")


def at(days: int) -> datetime:
    return MORNING + timedelta(days=days)


def known(days: int) -> np.datetime64:
    return day("2024-01-01") + np.timedelta64(days, "D")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache.open(tmp_path / "market.sqlite", clock=lambda: at(100))


def put(
    cache: Cache, batch: Batch, rows: dict[int, tuple[float, float, float]], coin: str = "bitcoin"
) -> Tally:
    """Write the coin-days FIRST + n as one job."""
    with cache.writing() as run, run.job(batch) as job:
        days = FIRST + np.array(list(rows), dtype="timedelta64[D]")
        job.add_one("coin", coin, days, np.array(list(rows.values()), dtype=float))
    return job.tally


def price(cache: Cache, known_at: np.datetime64 | None = None) -> dict[int, float]:
    """Return the prices of bitcoin that are there, by their day."""
    series = cache.series(["bitcoin"], known_at=known_at).get("bitcoin")
    if series is None:
        return {}
    return dict(zip((series.days - FIRST).astype(int).tolist(), series.values.tolist(), strict=True))


def test_the_same_value_again_changes_nothing(cache: Cache) -> None:
    put(cache, Batch("a", at(0)), {0: (1.0, 10.0, 5.0), 5: (2.0, 20.0, NAN)})
    before = cache.path.read_bytes(), cache.revision()
    tally = put(cache, Batch("a", at(3)), {0: (1.0, 10.0, 5.0), 5: (2.0, 20.0, NAN)})
    assert (tally.same, tally.changed) == (2, 0)
    assert (cache.path.read_bytes(), cache.revision()) == before


def test_a_later_value_of_the_same_source_replaces_and_the_old_one_is_kept(cache: Cache) -> None:
    put(cache, Batch("a", at(0), file="first.csv"), {0: (1.0, 10.0, 5.0)})
    tally = put(cache, Batch("a", at(7), file="second.csv"), {0: (1.5, 10.0, 5.0)})
    assert (tally.revised, tally.added) == (1, 0)
    assert price(cache) == {0: 1.5}
    assert price(cache, known(6)) == {0: 1.0}
    old, new = cache.learnt("coin", "bitcoin", FIRST, "price")
    assert (old.value, old.file, old.stands, old.learnt_at) == (1.0, "first.csv", False, at(0))
    assert (new.value, new.file, new.stands, new.learnt_at) == (1.5, "second.csv", True, at(7))
    assert [one.value for one in cache.learnt("coin", "bitcoin", FIRST, "cap")] == [10.0]


def test_older_knowledge_never_replaces_newer(cache: Cache) -> None:
    put(cache, Batch("a", at(7)), {0: (1.5, 10.0, 5.0)})
    tally = put(cache, Batch("a", at(0)), {0: (1.0, 10.0, 5.0), 1: (1.1, NAN, NAN)})
    assert (tally.newer_known, tally.added) == (1, 1)
    assert price(cache) == {0: 1.5, 1: 1.1}


def test_a_value_learnt_at_the_same_moment_does_not_replace(cache: Cache) -> None:
    put(cache, Batch("a", at(0)), {0: (1.0, NAN, NAN)})
    assert put(cache, Batch("b", at(0)), {0: (1.5, NAN, NAN)}).newer_known == 1
    assert price(cache) == {0: 1.0}


def test_an_empty_cell_of_the_same_source_says_nothing_and_can_be_filled(cache: Cache) -> None:
    put(cache, Batch("a", at(0)), {0: (1.0, NAN, 5.0)})
    put(cache, Batch("a", at(1)), {0: (NAN, 10.0, 5.0)})
    market = cache.market()
    assert (market.price[0, 0], market.cap[0, 0], market.volume[0, 0]) == (1.0, 10.0, 5.0)
    assert np.isnan(cache.market(known_at=known(0)).cap[0, 0])


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_the_better_source_has_the_whole_day_in_whatever_order_they_come(
    cache: Cache, order: tuple[int, int]
) -> None:
    rows = {1: {0: (1.0, 10.0, NAN), 2: (1.2, NAN, NAN)}, 2: {0: (9.0, NAN, 99.0), 1: (1.1, NAN, 7.0)}}
    for priority in order:
        put(cache, Batch(f"source {priority}", at(0), priority=priority), rows[priority])
    assert price(cache) == {0: 1.0, 1: 1.1, 2: 1.2}
    market = cache.market()
    assert np.isnan(market.volume[0, 0]), "a volume of the worse source does not fill a day of the better"
    assert market.volume[1, 0] == 7.0


def test_a_better_source_with_the_same_price_takes_the_day_over(cache: Cache) -> None:
    put(cache, Batch("worse", at(0), priority=2), {0: (1.0, NAN, NAN)})
    put(cache, Batch("better", at(5), priority=1), {0: (1.0, NAN, NAN)})
    assert put(cache, Batch("worse", at(9), priority=2), {0: (2.0, NAN, NAN)}).better_source == 1
    assert price(cache) == {0: 1.0}
    assert price(cache, known(2)) == {0: 1.0}
    assert [one.source for one in cache.learnt("coin", "bitcoin", FIRST, "price")] == ["worse", "better"]


def test_a_day_twice_in_one_job_keeps_the_first_and_names_the_others(cache: Cache) -> None:
    with cache.writing() as run, run.job(Batch("a", at(0))) as job:
        days = FIRST + np.array([0, 1, 0, 0], dtype="timedelta64[D]")
        rows = np.array([[1.0, NAN, 2.0], [1.1, NAN, NAN], [1.0, NAN, 2.0], [1.3, NAN, 2.0]])
        first = job.add_one("coin", "bitcoin", days, rows)
        later = job.add_one("coin", "bitcoin", days[1:2], np.array([[7.0, NAN, NAN]]))
    assert (first.same.tolist(), first.different.tolist(), later.different.tolist()) == ([2], [3], [0])
    assert price(cache) == {0: 1.0, 1: 1.1}


def test_two_files_of_one_run_that_contradict_each_other_do_not_take_turns(cache: Cache) -> None:
    for run_number in range(3):
        with cache.writing() as run:
            with run.job(Batch("a", at(run_number), file="one")) as one:
                one.add_one("coin", "bitcoin", np.array([FIRST]), np.array([[1.0, NAN, NAN]]))
            with run.job(Batch("a", at(run_number), file="two")) as two:
                two.add_one("coin", "bitcoin", np.array([FIRST]), np.array([[2.0, NAN, NAN]]))
        assert two.tally.earlier_file == 1
        assert price(cache) == {0: 1.0}
    assert cache.revision() == 1


def test_a_job_that_fails_leaves_nothing(cache: Cache) -> None:
    with pytest.raises(RuntimeError), cache.writing() as run, run.job(Batch("a", at(0))) as job:  # noqa: PT012
        job.add_one("coin", "bitcoin", np.array([FIRST]), np.array([[1.0, NAN, NAN]]))
        raise RuntimeError
    assert cache.state().is_empty
    assert cache.revision() == 0


def test_more_rows_than_are_held_at_once_arrive_all_the_same(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.cache.writing.ROOM", 20_000)
    coins = [f"coin-{i:02d}" for i in range(12)]
    with cache.writing() as run, run.job(Batch("a", at(0))) as job:
        for i in range(10):
            codes = np.arange(12).repeat(40)
            days = np.tile(day("2019-01-01") + np.arange(i * 40, i * 40 + 40), 12)
            assert not job.add("coin", coins, codes, days, np.full((480, 3), 1.0 + i)).different.size
        again = job.add("coin", coins, np.array([0]), np.array([day("2019-01-01")]), np.full((1, 3), 5.0))
    assert again.different.tolist() == [0]
    market = cache.market()
    assert market.price.shape == (400, 12)
    assert np.array_equal(market.price, np.repeat(1.0 + np.arange(10), 40)[:, None] * np.ones((1, 12)))
    assert job.tally.added == 4800


def test_the_ledger_cannot_be_changed(cache: Cache) -> None:
    put(cache, Batch("a", at(0)), {0: (1.0, NAN, NAN)})
    put(cache, Batch("a", at(1)), {0: (2.0, NAN, NAN)})
    with cache.writing() as run:
        for change in ("DELETE FROM revisions", "UPDATE revisions SET slot = 1"):
            with pytest.raises(Exception, match="append-only"):
                run.connection.execute(change)


def test_one_name_cannot_be_bars_and_a_series(cache: Cache) -> None:
    one = np.array([[1.0]])
    with cache.writing() as run:
        with run.job(Batch("a", at(0))) as job:
            job.add_one("series", "RUT", np.array([FIRST]), one)
        with (
            pytest.raises(CacheClashError, match="RUT is already kept as series"),
            run.job(Batch("a", at(0))) as job,
        ):
            job.add_one("bars", "RUT", np.array([FIRST]), np.ones((1, 6)))


def test_the_first_job_of_a_run_to_speak_about_a_series_has_the_word(cache: Cache) -> None:
    for moment in (0, 1):
        with cache.writing() as run:
            for n, unit in enumerate(("points", "parrots")):
                with run.job(Batch("a", at(moment), priority=n)) as job:
                    job.describe("series", "X", About("The X", unit, "weekly", 3))
                    job.add_one("series", "X", np.array([FIRST]), np.array([[1.0]]))
    series = cache.series(["X"])["X"]
    assert (series.title, series.unit, series.calendar, series.available_after_days) == (
        "The X",
        "points",
        "weekly",
        3,
    )
    assert cache.revision() == 1


# --- known-at against a history kept in plain Python ---

Row = tuple[float | None, float | None, float | None]
cells = st.none() | st.sampled_from([1.0, 1.25, 1.5, 1.75])
rows = st.tuples(cells, cells, cells).filter(lambda row: any(cell is not None for cell in row))
writes = st.lists(
    st.tuples(
        st.integers(1, 3),  # priority
        st.integers(0, 6),  # learnt on this day
        st.dictionaries(st.integers(0, 6), rows, min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=8,
)


class PlainHistory:
    """The write rule, one value at a time: every field of a day is the list of what stood there in turn."""

    def __init__(self) -> None:
        self.stood: dict[tuple[int, int], list[tuple[float | None, int, int]]] = {}

    def write(self, priority: int, learnt: int, rows: dict[int, Row]) -> None:
        for when, row in rows.items():
            holder = self.stood[when, 0][-1][1] if (when, 0) in self.stood else None
            for field, value in enumerate(row):
                stood = self.stood.setdefault((when, field), [])
                if holder is None or priority < holder:
                    stood.append((value, priority, learnt))
                elif priority == holder and value is not None:
                    now, _, since = stood[-1]
                    if now is None or (now != value and learnt > since):
                        stood.append((value, priority, learnt))

    def known(self, when: int, field: int, known_at: int | None) -> float | None:
        stood = [
            value
            for value, _, learnt in self.stood.get((when, field), [])
            if known_at is None or learnt <= known_at
        ]
        return stood[-1] if stood else None


numbers = count()


@contextmanager
def fresh(folder: Path) -> Iterator[Cache]:
    path = folder / f"{next(numbers)}.sqlite"
    yield Cache.open(path, clock=lambda: at(100))
    path.unlink()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=writes)
def test_every_value_is_the_one_known_on_the_day_asked_for(
    writes: list[tuple[int, int, dict[int, Row]]], tmp_path: Path
) -> None:
    plain = PlainHistory()
    with fresh(tmp_path) as cache:
        for priority, learnt, rows in writes:
            plain.write(priority, learnt, rows)
            values = {n: tuple(NAN if cell is None else cell for cell in row) for n, row in rows.items()}
            put(cache, Batch("a", at(learnt), priority=priority), values)
        for known_at in (None, *range(-1, 7)):
            market = cache.market(
                as_of=FIRST + np.timedelta64(6, "D"), known_at=None if known_at is None else known(known_at)
            )
            for when in range(7):
                for field, name in enumerate(("price", "cap", "volume")):
                    expected = plain.known(when, field, known_at)
                    row = (
                        int((FIRST + np.timedelta64(when, "D") - market.days[0]).astype(int))
                        if market.days.size
                        else -1
                    )
                    inside = market.coins and row >= 0
                    found = float(getattr(market, name)[row, 0]) if inside else NAN
                    assert (None if np.isnan(found) else found) == expected, (known_at, when, name)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=writes)
def test_writing_the_same_things_again_changes_no_byte(
    writes: list[tuple[int, int, dict[int, Row]]], tmp_path: Path
) -> None:
    with fresh(tmp_path) as cache:

        def everything() -> None:
            with cache.writing() as run:
                for priority, learnt, rows in writes:
                    with run.job(Batch("a", at(learnt), priority=priority)) as job:
                        days = FIRST + np.array(list(rows), dtype="timedelta64[D]")
                        job.add_one("coin", "bitcoin", days, np.array(list(rows.values()), dtype=float))

        everything()
        before = cache.path.read_bytes()
        everything()
        assert cache.path.read_bytes() == before


def test_known_at_applies_to_bars_and_series_too(cache: Cache) -> None:
    for n, factor in ((0, 1.0), (5, 2.0)):
        with cache.writing() as run, run.job(Batch("a", at(n))) as job:
            job.add_one("bars", "RUT", np.array([FIRST]), np.full((1, 6), 10.0 * factor))
            job.add_one("series", "M2", np.array([FIRST]), np.full((1, 1), 3.0 * factor))
    now, then = cache.market().series, cache.market(known_at=known(2)).series
    assert [now[name].values.tolist() for name in ("RUT", "RUT.adj", "M2")] == [[20.0], [20.0], [6.0]]
    assert [then[name].values.tolist() for name in ("RUT", "RUT.adj", "M2")] == [[10.0], [10.0], [3.0]]
    assert cache.market(known_at=known(-1)).series == {}


def test_coins_of_which_nothing_was_known_are_left_out(cache: Cache) -> None:
    put(cache, Batch("a", at(0)), {3: (1.0, NAN, NAN)}, "bitcoin")
    put(cache, Batch("a", at(9)), {0: (1.0, NAN, NAN)}, "aelf")
    assert [coin.id for coin in cache.market().coins] == ["aelf", "bitcoin"]
    then = cache.market(known_at=known(3))
    assert [coin.id for coin in then.coins] == ["bitcoin"]
    assert then.days[0] == FIRST + np.timedelta64(3, "D")
    assert then.known_at == known(3)


def test_the_coin_list_gives_names_and_an_unlisted_coin_makes_do(cache: Cache) -> None:
    put(cache, Batch("a", at(0)), {0: (1.0, NAN, NAN)}, "bitcoin")
    put(cache, Batch("a", at(0)), {0: (1.0, NAN, NAN)}, "zzz")
    with cache.writing() as run, run.job(Batch("list", at(0))) as job:
        job.coins([Coin("bitcoin", "BTC", "Bitcoin", "layer1")])
    assert cache.market().coins == (
        Coin("bitcoin", "BTC", "Bitcoin", "layer1"),
        Coin("zzz", "ZZZ", "zzz", "other"),
    )
