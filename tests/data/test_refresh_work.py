"""One refresh: jobs are committed one by one, a failing source stops no other, and nothing is invented."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data.cache import Cache, CacheFullError, Run
from data.keys import Keys
from data.refresh.due import Plan, plan
from data.refresh.results import Progress, RefreshReport
from data.refresh.start import prepare
from data.refresh.work import Refresh
from data.sources.contract import (
    FIRST_PICTURE,
    HISTORY,
    RECENT,
    Failed,
    Fetched,
    Host,
    Job,
    RateLimited,
    Refused,
    Source,
    Stopped,
    Unavailable,
    Want,
)
from models.market.snapshot import Coin, day
from tests.data.refreshing import NOON, NoHttp, StillClock, job, made, rows, series


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache.open(tmp_path / "market.sqlite", clock=lambda: NOON)


def run(
    cache: Cache,
    sources: Sequence[Source],
    jobs: Sequence[Job],
    *,
    clock: StillClock | None = None,
    broken: tuple[str, ...] = (),
    **more: Any,
) -> RefreshReport:
    http = NoHttp(clock or StillClock())
    plan_of = Plan(tuple(jobs), broken=broken)
    return Refresh(cache, http, sources, plan_of, wait=http.clock.wait, **more).run()


def raises(error: Exception) -> Callable[[Any, Callable[[], bool]], Fetched]:
    def work(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        raise error

    return work


def outcome(cache: Cache, key: str) -> Any:
    (found,) = [one for one in cache.outcomes() if one.key == key]
    return found


def test_what_all_sources_bring_is_in_the_cache(cache: Cache) -> None:
    jobs = [job("a", "A1"), job("a", "A2"), job("b", "B1")]
    report = run(cache, [made("a"), made("b")], jobs)
    assert set(cache.series(["A1", "A2", "B1"])) == {"A1", "A2", "B1"}
    assert (report.status, report.added, report.ending) == ("whole", 3, "The refresh is done: 3 of 3 jobs.")
    assert {one.result for one in cache.outcomes()} == {"done"}
    (record,) = cache.refreshes()
    assert (record.planned, record.done, record.failed, record.added) == (3, 3, 0, 3)
    assert record.ended_at == NOON


@pytest.mark.parametrize(
    ("error", "result", "said"),
    [
        (Failed("The connection was cut."), "failed", "In trouble: A."),
        (RateLimited(NOON + timedelta(hours=2), "The limit is reached."), "waiting", "In trouble: A."),
        (
            Unavailable("Blocked in your region.", until=NOON + timedelta(days=1)),
            "unavailable",
            "In trouble: A.",
        ),
        (ValueError("what is this?"), "failed", "In trouble: A."),
    ],
)
def test_one_failing_source_stops_no_other(cache: Cache, error: Exception, result: str, said: str) -> None:
    report = run(cache, [made("a"), made("b")], [job("a", "A1", raises(error)), job("b", "B1")])
    assert report.status == "partly"
    assert said in report.ending
    assert outcome(cache, "A1").result == result
    assert outcome(cache, "B1").result == "done"
    assert set(cache.series(["A1", "B1"])) == {"B1"}


def test_without_a_network_it_says_so_once_and_not_for_every_source(cache: Cache) -> None:
    gone = [
        raises(Failed(f"{host} cannot be found; the network may be down.")) for host in ("x.com", "y.org")
    ]
    report = run(cache, [made("a"), made("b")], [job("a", "A1", gone[0]), job("b", "B1", gone[1])])
    assert report.ending == (
        "Nothing could be fetched: the network seems to be down. What was stored before is kept."
    )
    other = [job("a", "A1", gone[0]), job("b", "B1", raises(Failed("No.")))]
    assert "In trouble: A, B." in run(cache, [made("a"), made("b")], other).ending


def test_when_nothing_comes_it_says_so(cache: Cache) -> None:
    report = run(cache, [made("a")], [job("a", "A1", raises(Failed("No.")))])
    assert report.status == "nothing"
    assert report.ending == "Nothing could be fetched. In trouble: A. What was stored before is kept."
    assert report.sources[0].sentence == "A: 0 of 1 done. No."


def test_an_answer_that_nobody_foresaw_is_a_failure_of_its_job_alone(
    cache: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    report = run(cache, [made("a")], [job("a", "A1", raises(KeyError("prices"))), job("a", "A2")])
    assert report.status == "partly"
    assert outcome(cache, "A1").why == "A1 of a could not be read: the answer is not as expected (KeyError)."
    assert "KeyError" in caplog.text


def test_a_source_that_only_lacks_its_key_leaves_the_refresh_whole(cache: Cache) -> None:
    locked = made("paid", hosts=[Host("paid.example", 5, 1.0, needs_key=True)])
    jobs = [job("paid", "P", raises(Unavailable("It needs a key."))), job("a", "A1")]
    report = run(cache, [locked, made("a")], jobs)
    assert (report.status, report.ending) == (
        "whole",
        "The refresh is done: 1 of 2 jobs, 1 have nothing to give.",
    )


def test_a_job_that_hands_over_to_a_source_which_was_not_chosen_ends_there(cache: Cache) -> None:
    def hands_over(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        return Fetched(http.now(), then=(job("elsewhere", "E"),))

    assert run(cache, [made("a")], [job("a", "A1", hands_over)]).status == "whole"


def test_what_one_venue_cannot_give_another_one_may(cache: Cache) -> None:
    tomorrow = NOON + timedelta(days=1)
    blocked = job("first", "F", raises(Unavailable("Blocked.", until=tomorrow)), covers="FUNDING")
    report = run(cache, [made("first"), made("second")], [blocked, job("second", "F", covers="FUNDING")])
    assert report.status == "whole"


def test_jobs_of_a_host_run_in_the_order_of_their_rank(cache: Cache) -> None:
    order: list[str] = []

    def noting(name: str) -> Callable[..., Fetched]:
        def work(http: Any, cancelled: Callable[[], bool]) -> Fetched:
            order.append(name)
            return Fetched(http.now())

        return work

    ranks = {"deep": 300, "first": FIRST_PICTURE, "history": HISTORY, "recent": RECENT}
    run(cache, [made("a")], [job("a", name, noting(name), rank=rank) for name, rank in ranks.items()])
    assert order == ["first", "recent", "history", "deep"]


def test_different_hosts_are_asked_side_by_side(cache: Cache) -> None:
    meeting = threading.Barrier(3, timeout=5)

    def meet(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        meeting.wait()
        return Fetched(http.now())

    report = run(cache, [made(name) for name in "abc"], [job(name, "J", meet) for name in "abc"])
    assert report.status == "whole"


def test_jobs_that_become_known_on_the_way_are_done_once(cache: Cache) -> None:
    seen: list[str] = []

    def history(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        seen.append("history")
        return Fetched(http.now())

    def universe(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        more = job("a", "coin/bitcoin", history, rank=HISTORY)
        return Fetched(http.now(), coins=(Coin("bitcoin", "BTC", "Bitcoin", "other"),), then=(more, more))

    report = run(cache, [made("a")], [job("a", "universe", universe, rank=FIRST_PICTURE)])
    assert (seen, report.sources[0].planned) == (["history"], 2)
    assert [coin.id for coin in cache.coins()] == ["bitcoin"]


def test_a_short_pause_is_waited_through(cache: Cache) -> None:
    clock = StillClock()
    limits = iter([RateLimited(NOON + timedelta(seconds=10), "Slow down.")])

    def limited(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        for error in limits:
            raise error
        return Fetched(http.now(), (series("A1"),))

    report = run(cache, [made("a")], [job("a", "A1", limited)], clock=clock)
    assert (report.status, clock.waited) == ("whole", [10.0])


def test_a_long_pause_is_told_and_the_rest_of_the_host_left_for_later(cache: Cache) -> None:
    until = NOON + timedelta(minutes=20)
    jobs = [job("a", f"A{i}", raises(RateLimited(until, "Slow down.")), rank=i) for i in range(5)]
    clock = StillClock()
    report = run(cache, [made("a"), made("b")], [*jobs, job("b", "B1")], clock=clock)
    assert (report.status, report.resumes_at, clock.waited) == ("partly", until, [])
    assert [one.waiting for one in report.sources] == [5, 0]
    assert outcome(cache, "A4").until == until


def test_a_host_that_never_stops_asking_for_pauses_is_given_up(cache: Cache) -> None:
    clock = StillClock()

    def limited(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        raise RateLimited(http.now() + timedelta(seconds=5), "Slow down.")

    report = run(cache, [made("a")], [job("a", "A1", limited)], clock=clock)
    assert (report.status, len(clock.waited)) == ("nothing", 4)


def test_a_cancel_comes_back_at_once_and_keeps_what_was_committed(cache: Cache) -> None:
    stop, begun, released = threading.Event(), threading.Event(), threading.Event()

    def slow(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        begun.set()
        while not cancelled():
            time.sleep(0.01)
        raise Stopped

    def stubborn(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        released.wait(60)  # a library that cannot be cancelled
        return Fetched(http.now(), (series("LATE"),))

    reports: list[RefreshReport] = []
    jobs = [job("a", "A1"), job("a", "A2", slow, rank=150), job("a", "A3", rank=160), job("b", "B", stubborn)]
    before = set(threading.enumerate())
    work = threading.Thread(
        target=lambda: reports.append(run(cache, [made("a"), made("b")], jobs, cancelled=stop.is_set))
    )
    work.start()
    assert begun.wait(5)
    stop.set()
    work.join(30)
    assert not work.is_alive(), "It waited for the library."
    (report,) = reports
    assert (report.is_cancelled, report.status) == (True, "partly")
    assert report.ending == "The refresh was stopped: 1 of 4 jobs are done and kept."
    released.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
    assert set(cache.series(["A1", "A2", "A3", "LATE"])) == {"A1"}
    assert {one.key for one in cache.outcomes()} == {"A1"}


def test_after_a_cancel_the_next_refresh_does_the_rest(cache: Cache) -> None:
    stopped: list[bool] = []

    def stops(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        stopped.append(True)
        raise Stopped

    source = made("a", job("a", "A1"), job("a", "A2", rank=150))
    jobs = [job("a", "A1"), job("a", "A2", stops, rank=150)]
    run(cache, [source], jobs, cancelled=lambda: bool(stopped))
    ready = prepare(cache, Keys(use_keyring=False), now=NOON, sources=[source])
    assert [one.id for one in ready.plan.jobs] == ["A2"]
    assert ready.plan.skipped[0].why.endswith("not due yet.")


def test_a_source_that_cannot_plan_is_named_and_stops_no_other(cache: Cache) -> None:
    def breaks(want: Want) -> list[Job]:
        raise KeyError("a series that the catalog does not know")

    sources = [replace(made("a"), plan=breaks), made("b", job("b", "B1"))]
    ready = prepare(cache, Keys(use_keyring=False), now=NOON, sources=sources)
    http = NoHttp(StillClock())
    report = Refresh(cache, http, ready.sources, ready.plan, wait=http.clock.wait).run()
    assert set(cache.series(["B1"])) == {"B1"}
    assert report.status == "partly"
    assert report.ending == "1 of 1 jobs are done. In trouble: A. What was stored before is kept."
    assert "could not be worked out" in report.sources[0].sentence


def test_when_only_a_broken_source_is_asked_nothing_is_called_new(cache: Cache) -> None:
    report = run(cache, [made("a")], [], broken=("a",))
    assert report.status == "partly"
    assert report.ending == "Nothing was asked. In trouble: A. What was stored before is kept."


def test_a_full_disk_ends_the_refresh_in_plain_words(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Run, batch: object) -> None:
        raise CacheFullError("The disk is full.")

    monkeypatch.setattr(Run, "job", full)
    with pytest.raises(CacheFullError, match="The disk is full"):
        run(cache, [made("a")], [job("a", "A1")])
    assert cache.refreshes()[0].ending == "The disk is full."


def test_a_series_of_another_kind_is_the_trouble_of_its_job_only(cache: Cache) -> None:
    def bars(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        return Fetched(http.now(), (rows("bars", "A1", "2026-11-19", [5.0]),))

    report = run(cache, [made("a")], [job("a", "A1"), job("a", "A2", bars, rank=150)])
    assert [one.failed for one in report.sources] == [1]
    assert "cannot also be bars" in outcome(cache, "A2").why


def test_a_revised_value_is_in_the_ledger_and_the_report(cache: Cache) -> None:
    def says(value: float) -> Callable[..., Fetched]:
        return lambda http, cancelled: Fetched(http.now(), (series("A1", "2026-11-19", value),))

    clock = StillClock()
    run(cache, [made("a")], [job("a", "A1", says(1.0))], clock=clock)
    clock.at += timedelta(hours=2)
    report = run(cache, [made("a")], [job("a", "A1", says(2.0))], clock=clock)
    assert (report.added, report.revised) == (0, 1)
    learnt = cache.learnt("series", "A1", day("2026-11-19"), "value")
    assert [(one.value, one.origin, one.file, one.stands) for one in learnt] == [
        (1.0, "live", "A1", False),
        (2.0, "live", "A1", True),
    ]


def test_refused_values_notes_and_single_missing_series_are_told(cache: Cache) -> None:
    refused = tuple(Refused("series", "A1", day("2026-11-18"), f"{i}", "Out of bounds.") for i in range(12))

    def work(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        missing = {("series", "A2"): "The provider stopped it."}
        return Fetched(
            http.now(), (series("A1"),), refused=refused, notes=("One day is missing.",), unavailable=missing
        )

    both = Job("a", "both", "Both", (("series", "A1"), ("series", "A2")), work)
    report = run(cache, [made("a")], [both])
    assert (report.status, report.refused) == ("whole", 12)
    assert (outcome(cache, "A2").result, outcome(cache, "A2").why) == (
        "unavailable",
        "The provider stopped it.",
    )
    lines = [line.text for line in reversed(cache.refresh_log())]
    assert lines[:3] == [
        "Both: 1 new, 0 revised, 0 as before.",
        "One day is missing.",
        "A1 2026-11-18: 0 was left out. Out of bounds.",
    ]
    assert lines[-1] == "2 further values were left out."


def test_progress_tells_how_far_it_is_and_when_the_picture_is_there(cache: Cache) -> None:
    told: list[Progress] = []
    go = threading.Event()

    def late(http: Any, cancelled: Callable[[], bool]) -> Fetched:
        assert go.wait(5)
        return Fetched(http.now())

    def watch(progress: Progress) -> None:
        told.append(progress)
        if progress.has_picture and progress.done == 1:
            go.set()

    jobs = [job("a", "A1", rank=FIRST_PICTURE), job("a", "A2", late, requests=3)]
    run(cache, [made("a")], jobs, report=watch)
    waiting = next(one for one in told if one.done == 1)
    assert (waiting.total, waiting.what, waiting.commits, waiting.has_picture) == (2, "A2 of a", 1, True)
    assert waiting.seconds_left is not None
    assert (told[-1].done, told[-1].seconds_left) == (2, None)


def test_outcomes_of_jobs_that_are_no_longer_planned_go_once_all_went_well(cache: Cache) -> None:
    run(cache, [made("a")], [job("a", "old", raises(Failed("No.")))])
    run(cache, [made("a")], [job("a", "new", raises(Failed("No.")))])
    assert {one.job for one in cache.outcomes()} == {"old", "new"}
    run(cache, [made("a")], [job("a", "new")])
    assert {one.job for one in cache.outcomes()} == {"new"}


def test_nothing_due_is_a_whole_refresh(cache: Cache) -> None:
    report = run(cache, [made("a")], [])
    assert (report.status, report.ending) == (
        "whole",
        "Everything is as new as it can be; nothing was asked.",
    )


def test_no_thread_outlives_a_refresh(cache: Cache) -> None:
    run(cache, [made(name) for name in "abc"], [job(name, "J") for name in "abc"])
    assert not [one for one in threading.enumerate() if one.name.startswith("refresh ")]


def test_the_plan_orders_by_rank_whatever_the_source(cache: Cache) -> None:
    jobs = [job("a", "A", rank=300), job("b", "B", rank=0), job("c", "C", rank=100)]
    ordered = plan(jobs, (), now=NOON, publishing=lambda name: ("daily", 0)).jobs
    assert [one.id for one in ordered] == ["B", "C", "A"]
