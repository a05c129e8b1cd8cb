"""What a refresh says while it runs and when it is over; frozen, so that it crosses threads and processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Status = Literal["whole", "partly", "nothing"]


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What became of the jobs of one source. `problem` is its gravest trouble, in a whole sentence.

    `until` is when it may be asked again, where it asked for a pause.
    """

    source: str
    title: str
    planned: int = 0
    done: int = 0
    failed: int = 0
    waiting: int = 0
    unavailable: int = 0
    skipped: int = 0
    added: int = 0
    revised: int = 0
    problem: str = ""
    until: datetime | None = None

    @property
    def left(self) -> int:
        """Jobs that are still to be done."""
        return self.planned - self.done - self.failed - self.waiting - self.unavailable

    @property
    def sentence(self) -> str:
        """Say in one line how it went.

        >>> SourceResult("yahoo", "Yahoo Finance", planned=3, done=2, failed=1, problem="Cut.").sentence
        'Yahoo Finance: 2 of 3 done. Cut.'
        """
        if not self.planned:
            return f"{self.title}: {self.problem or 'nothing to ask for now.'}"
        text = f"{self.title}: {self.done} of {self.planned} done"
        if self.added or self.revised:
            text += f", {self.added:,} values new, {self.revised:,} revised"
        return f"{text}. {self.problem}".rstrip()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a refresh is: `done` of `total` jobs (finished in whatever way), `what` is in hand.

    Attributes
    ----------
    seconds_left : the time that the limits of the providers leave for the rest, about; None when unknown
    commits : how many jobs brought something new
    has_picture : whether all that the Overview needs was tried
    """

    done: int
    total: int
    what: str
    seconds_left: float | None = None
    commits: int = 0
    has_picture: bool = False
    sources: tuple[SourceResult, ...] = ()


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """A refresh that is over; `ending` is a whole sentence for the status bar and the log."""

    started_at: datetime
    ended_at: datetime
    status: Status
    ending: str
    sources: tuple[SourceResult, ...] = ()
    added: int = 0
    revised: int = 0
    refused: int = 0
    provisional: int = 0
    is_cancelled: bool = False
    resumes_at: datetime | None = field(default=None)
    """The first moment at which a source that asked for a pause may be asked again."""
