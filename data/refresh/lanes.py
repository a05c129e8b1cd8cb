"""Jobs side by side: one lane for each host, in the order of rank within it, until all are done or one stops.

A lane is a thread that mostly waits for its host. It waits on through a short pause that the host asked for,
if the host answered before in this refresh; else what is left in the lane is given up, with until when.
"""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from data.sources.contract import Failed, Fetched, Http, Job, RateLimited, SourceError, Stopped

LOG = logging.getLogger(__name__)
WORTH_WAITING = timedelta(seconds=150)
"""A pause that a lane waits through; a longer one is told, and the rest is for the next refresh."""
SHORT = timedelta(seconds=20)
"""A pause that is waited through even before the host has answered once."""
PAUSES = 4
"""Pauses in a row after which a lane gives up."""
PACE_MEMORY = 0.3

Wait = Callable[[float, Callable[[], bool]], bool]


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that is over: what it brought, or why it brought nothing."""

    job: Job
    fetched: Fetched | None = None
    error: SourceError | None = None


@dataclass(slots=True)
class _Lane:
    host: str
    queue: list[tuple[int, int, Job]] = field(default_factory=list)
    thread: threading.Thread | None = None
    in_hand: Job | None = None
    waits_until: datetime | None = None
    has_answered: bool = False
    pauses: int = 0
    pace: float = 0.0
    """Seconds that one request takes, measured; 0 before the first one."""

    def requests_left(self) -> int:
        left = sum(job.requests for _, _, job in self.queue)
        return left + (self.in_hand.requests if self.in_hand else 0)


class Lanes:
    """Runs jobs. `ended` is called from the lanes' threads for each job, and returns further jobs.

    Parameters
    ----------
    host_of : the host that a job asks first
    prior : seconds that one request of a host takes by its limits, before anything was measured
    wait : waits some seconds; False when the second argument said to stop
    """

    def __init__(
        self,
        http: Http,
        *,
        host_of: Callable[[Job], str],
        prior: Callable[[str], float],
        ended: Callable[[Ended], Iterable[Job]],
        cancelled: Callable[[], bool],
        wait: Wait,
    ) -> None:
        self._http, self._host_of, self._prior = http, host_of, prior
        self._ended, self._asked_to_stop, self._wait = ended, cancelled, wait
        self._lock = threading.Condition()
        self._lanes: dict[str, _Lane] = {}
        self._numbers = count()
        self._is_closed = False
        self._broken: BaseException | None = None

    def add(self, jobs: Iterable[Job]) -> None:
        """Queue jobs; a lane that had come to its end starts again."""
        with self._lock:
            for job in jobs:
                host = self._host_of(job)
                lane = self._lanes.setdefault(host, _Lane(host))
                heapq.heappush(lane.queue, (job.rank, next(self._numbers), job))
                if lane.thread is None and not self._stops():
                    lane.thread = threading.Thread(
                        target=self._run, args=(lane,), name=f"refresh {host}", daemon=True
                    )
                    lane.thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, so long at most; says whether all is over. Raises what broke a lane."""
        with self._lock:
            self._lock.wait_for(self._is_over, seconds)
            if self._broken is not None:
                raise self._broken
            return self._is_over()

    def close(self) -> None:
        """Let no lane begin anything more. A commit in hand is finished; an answer on its way is lost."""
        with self._lock:
            self._is_closed = True
            self._lock.notify_all()

    def join(self, seconds: float) -> bool:
        """Wait for the threads; says whether all came home. They are daemons: none holds up an exit."""
        end = time.monotonic() + seconds
        for thread in [lane.thread for lane in self._lanes.values()]:
            if thread is not None:
                thread.join(max(end - time.monotonic(), 0.0))
        return not any(lane.thread is not None and lane.thread.is_alive() for lane in self._lanes.values())

    def in_hand(self) -> tuple[Job, ...]:
        """Return the jobs that are under way, the first rank first; those that only wait come last."""
        with self._lock:
            busy = [lane for lane in self._lanes.values() if lane.in_hand is not None]
            busy.sort(key=lambda lane: (lane.waits_until is not None, lane.in_hand and lane.in_hand.rank))
            return tuple(lane.in_hand for lane in busy if lane.in_hand is not None)

    def seconds_left(self, now: datetime) -> float:
        """Estimate: the lane that takes longest, by what its requests took so far."""
        with self._lock:
            return max((self._lane_left(lane, now) for lane in self._lanes.values()), default=0.0)

    def _lane_left(self, lane: _Lane, now: datetime) -> float:
        left = lane.requests_left() * (lane.pace or self._prior(lane.host))
        if lane.waits_until is not None:
            left += max((lane.waits_until - now).total_seconds(), 0.0)
        return left

    def _is_over(self) -> bool:
        return self._broken is not None or all(
            lane.thread is None and not lane.queue for lane in self._lanes.values()
        )

    def _stops(self) -> bool:
        return self._is_closed or self._asked_to_stop()

    # --- in the threads ---------------------------------------------------------------------------

    def _run(self, lane: _Lane) -> None:
        try:
            while (job := self._next(lane)) is not None:
                self._do(lane, job)
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the lanes
            with self._lock:
                self._broken = self._broken or error
        finally:
            with self._lock:
                # When it had come to its end already, another thread may be at work in its place.
                if lane.thread is threading.current_thread():
                    lane.thread = lane.in_hand = None
                self._lock.notify_all()

    def _next(self, lane: _Lane) -> Job | None:
        with self._lock:
            lane.in_hand = None
            if not lane.queue or self._stops():
                # Decided under the lock, so that a job which is added now starts a new thread.
                lane.thread = None
                return None
            lane.in_hand = heapq.heappop(lane.queue)[2]
            return lane.in_hand

    def _do(self, lane: _Lane, job: Job) -> None:
        began = time.monotonic()
        try:
            fetched = job.run(self._http, self._stops)
        except RateLimited as limit:
            self._pause(lane, job, limit)
            return
        except SourceError as error:
            lane.has_answered |= not isinstance(error, Failed)
            self._tell(Ended(job, error=error))
            return
        except Exception as error:
            if self._stops():
                raise Stopped from error
            LOG.exception("the job %s of %s broke", job.id, job.source)
            why = f"{job.title} could not be read: the answer is not as expected ({type(error).__name__})."
            self._tell(Ended(job, error=Failed(why, retry=False)))
            return
        lane.has_answered, lane.pauses = True, 0
        spent = (time.monotonic() - began) / max(job.requests, 1)
        lane.pace = spent if not lane.pace else (1 - PACE_MEMORY) * lane.pace + PACE_MEMORY * spent
        self._tell(Ended(job, fetched))

    def _tell(self, ended: Ended) -> None:
        if self._stops():
            raise Stopped
        further = tuple(self._ended(ended))
        if further:
            self.add(further)

    def _pause(self, lane: _Lane, job: Job, limit: RateLimited) -> None:
        """Wait with the job in hand and take it up again, or give up what is left in the lane."""
        now = self._http.now()
        pause = limit.until - now
        lane.pauses += 1
        worth = WORTH_WAITING if lane.has_answered else SHORT
        if pause <= worth and lane.pauses <= PAUSES:
            lane.waits_until = limit.until
            try:
                if not self._wait(max(pause.total_seconds(), 0.1), self._stops):
                    raise Stopped
            finally:
                lane.waits_until = None
            with self._lock:
                heapq.heappush(lane.queue, (job.rank, -1, job))
            return
        with self._lock:
            left, lane.queue = [entry[2] for entry in sorted(lane.queue, key=lambda one: one[:2])], []
        for one in (job, *left):
            self._tell(Ended(one, error=limit))
