"""The log tells what the program did, and nothing that the user wrote."""

from __future__ import annotations

import pytest

from data.paths import Paths
from ui.diary import Diary
from ui.live.importing import Importing
from ui.live.refreshing import Refreshing


@pytest.fixture
def parts(session, own_folders):
    refreshing, importing = Refreshing(own_folders), Importing(Paths(own_folders).root)
    return session, refreshing, importing


def test_a_start_and_the_market_that_is_shown_are_written_down(parts, known, caplog):
    caplog.set_level("INFO", "ui.diary")
    session, *_ = parts
    session.show_study(known)
    Diary(*parts)
    start, market = caplog.messages
    assert "started: Python 3" in start
    assert market == f"market of the archive: 60 coins, {len(known.market.series)} series, " + (
        f"{known.first_day} to {known.last_day}"
    )


def test_refreshes_and_imports_are_written_down_with_what_went_wrong(parts, caplog):
    caplog.set_level("INFO", "ui.diary")
    session, refreshing, importing = parts
    Diary(*parts)
    caplog.clear()
    refreshing.started.emit()
    refreshing.source_told.emit("yahoo", "Yahoo does not answer.")
    refreshing.ended.emit({"status": "partly", "ending": "1 of 2 jobs are done."})
    importing.finished.emit({"files": [{}, {}]})
    importing.cancelled.emit()
    session.closing.emit()
    assert caplog.messages == [
        "refresh started",
        "refresh, yahoo: Yahoo does not answer.",
        "refresh ended, partly: 1 of 2 jobs are done.",
        "import ended, 2 files",
        "import cancelled",
        "closing",
    ]
    caplog.clear()
