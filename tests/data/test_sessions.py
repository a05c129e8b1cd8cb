"""The calendar of New York: against the exchange's own lists, and against the days of the archive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from data.cache import Cache
from data.importers import import_archive
from data.sessions import holidays, is_session, last_closed_session, session_after, session_upto
from models.market.snapshot import day

# As the exchange published them.
LISTS = {
    2021: "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24",
    2022: "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26",
    2023: "01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25",
    2024: "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25",
    2025: "01-01 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25",
    2026: "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25",
    2027: "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24",
}


@pytest.mark.parametrize("year", LISTS)
def test_the_holidays_of_a_year_are_those_the_exchange_lists(year: int) -> None:
    assert sorted(one.strftime("%m-%d") for one in holidays(year)) == LISTS[year].split()


def test_every_weekday_of_the_archive_is_a_session_or_a_holiday(tmp_path: Path, archive: Path) -> None:
    cache = Cache.open(tmp_path / "market.sqlite")
    import_archive(archive, cache)
    traded = set(cache.series(["RUT"])["RUT"].days.tolist())
    days = np.arange(day("1990-01-01"), max(traded) + timedelta(days=1), dtype="datetime64[D]")
    ours = {one.item() for one in days if is_session(one)}
    first = max(min(traded), days[0].item())
    assert {one for one in ours if one >= first} ^ {one for one in traded if one >= first} == set()


def test_a_session_is_whole_a_quarter_past_four_in_new_york() -> None:
    summer, winter = datetime(2026, 7, 6, 20, 14, tzinfo=UTC), datetime(2026, 1, 5, 21, 14, tzinfo=UTC)
    for early, session in ((summer, "2026-07-06"), (winter, "2026-01-05")):
        assert last_closed_session(early) < day(session)
        assert last_closed_session(early.replace(minute=15)) == day(session)


def test_sessions_before_and_after_a_long_weekend() -> None:
    assert session_upto(day("2026-07-05")) == day("2026-07-02")
    assert session_after(day("2026-07-02")) == day("2026-07-06")
    assert last_closed_session(datetime(2026, 7, 6, 12, tzinfo=UTC)) == day("2026-07-02")


def test_new_year_on_a_saturday_is_not_kept() -> None:
    assert is_session(day("2021-12-31"))
    assert is_session(day("2022-01-03"))
