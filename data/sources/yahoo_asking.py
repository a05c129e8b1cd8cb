"""Asking Yahoo through yfinance, with our session under it. Decision 7."""

from __future__ import annotations

import logging
import threading
import warnings
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from models.market.snapshot import Day

from .contract import Cancelled, Failed, Http, RateLimited, SourceError, Stopped, Unavailable, day_of
from .yahoo_answers import INDICES, ONE_DAY

if TYPE_CHECKING:
    import pandas as pd

CHART = "/v8/finance/chart/"

_turn = threading.Lock()
"""yfinance keeps one session and one cookie for the whole process: one job at a time."""


@contextmanager
def _our_turn(cancelled: Cancelled) -> Iterator[None]:
    while not _turn.acquire(timeout=0.05):
        if cancelled():
            raise Stopped
    try:
        yield
    finally:
        _turn.release()


class _Zones:
    """What yfinance would ask Yahoo for (one request a symbol) and then keep in a file of its own."""

    def lookup(self, symbol: str) -> str:
        return next((index.zone for index in INDICES.values() if index.symbol == symbol), "UTC")

    def store(self, symbol: str, zone: str) -> None:
        """Nothing is kept."""


def history(http: Http, cancelled: Cancelled, symbol: str, first: Day) -> pd.DataFrame:
    """Return the daily bars of a symbol from `first` on, unadjusted, as yfinance gives them."""
    with _our_turn(cancelled):
        try:
            session = http.browser()
            session.cancelled = cancelled
            session.vital = _is_vital
            session.gone = lambda: Unavailable(f"Yahoo does not know {symbol} (any more).")
            ticker = _ticker(symbol, session)
            end = day_of(http.now()) + 2 * ONE_DAY  # the end is exclusive
            frame = ticker.history(
                start=str(first), end=str(end), interval="1d", auto_adjust=False, actions=False, timeout=20
            )
        except (SourceError, Stopped):
            raise
        except ImportError:
            why = "The library that reads Yahoo does not run on this system."
            raise Failed(why, retry=False) from None
        except Exception as error:  # noqa: BLE001 - yfinance lets anything through
            raise _in_words(error, symbol, http.now()) from None
    return frame


def _is_vital(url: str) -> bool:
    return CHART in url


def _ticker(symbol: str, session: Any) -> Any:
    """Return yfinance's ticker, with everything off that would act behind our back."""
    import yfinance
    from yfinance import cache as files
    from yfinance.data import YfData

    # pandas 3 warns of much that yfinance does, and yfinance asks for these warnings; we cannot mend them.
    warnings.filterwarnings("ignore", module=r"yfinance(\..*)?$")
    logging.getLogger("yfinance").setLevel(logging.CRITICAL)  # it raises, so it need not log
    files._TzCacheManager._tz_cache = _Zones()
    files._CookieCacheManager._Cookie_cache = files._CookieCacheDummy()
    yfinance.config.debug.hide_exceptions = False
    yfinance.config.network.retries = 0
    ticker = yfinance.Ticker(symbol, session=session)
    data: Any = YfData(session=session)
    session_before = getattr(data, "used_by", None)
    if session_before is None or session_before() is not session:
        # Cookie and crumb belong to a session: those of another one are worth nothing here.
        data._cookie, data._crumb, data._cookie_strategy = None, None, "basic"
        data.used_by = weakref.ref(session)
    elif data._crumb and not data._cookie:
        # It learns from its file alone that it has a cookie, and would fetch one before each request.
        data._cookie = True
    # It remembers answers about the past, failures too: a second try would see the first one's.
    YfData.cache_get.cache_clear()
    return ticker


def _in_words(error: Exception, symbol: str, now: datetime) -> SourceError:
    from yfinance import exceptions as wrong

    if isinstance(error, wrong.YFRateLimitError):
        return RateLimited(now + timedelta(seconds=60), "Yahoo says that there were too many requests.")
    if isinstance(error, wrong.YFTickerMissingError):
        return Unavailable(f"Yahoo publishes nothing for {symbol} in the days that were asked for.")
    logging.getLogger(__name__).info("%s: %s", symbol, type(error).__name__)
    return Failed(f"Yahoo's answer for {symbol} could not be read ({type(error).__name__}).")
