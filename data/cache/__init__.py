"""The local cache: packed arrays with their provenance and a ledger of revisions."""

from .batches import About, Batch
from .errors import (
    CacheBusyError,
    CacheClashError,
    CacheDamagedError,
    CacheError,
    CacheFullError,
    CacheReadOnlyError,
    CacheTooNewError,
)
from .history import Learnt
from .layout import FIELDS, Kind
from .merge import Tally
from .outcomes import LogLine, Outcome, RefreshRecord, Result
from .staging import Repeats
from .store import Cache, Held, State, utc_now
from .writing import Job, Run

__all__ = [
    "FIELDS",
    "About",
    "Batch",
    "Cache",
    "CacheBusyError",
    "CacheClashError",
    "CacheDamagedError",
    "CacheError",
    "CacheFullError",
    "CacheReadOnlyError",
    "CacheTooNewError",
    "Held",
    "Job",
    "Kind",
    "Learnt",
    "LogLine",
    "Outcome",
    "RefreshRecord",
    "Repeats",
    "Result",
    "Run",
    "State",
    "Tally",
    "utc_now",
]
