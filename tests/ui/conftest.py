"""What the tests of the window share: one study, a session on it, and a runner whose threads come home."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import cache

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from models.market.study import Study, study
from tests.markets import synthetic_market
from ui.session import Session
from ui.tasks import Tasks


@cache
def whole_study() -> Study:
    """Two years of sixty coins, studied once for all tests."""
    return study(synthetic_market(days=700, coins=60, seed=4))


@pytest.fixture
def known() -> Study:
    return whole_study()


@pytest.fixture
def session(qapp: object) -> Session:
    """A session without data."""
    return Session()


@pytest.fixture
def tasks(qapp: object) -> Iterator[Tasks]:
    """The runner; a thread that is left alive fails the test."""
    made = Tasks()
    yield made
    assert made.close(), "A thread is still at work."
    assert QThreadPool.globalInstance().activeThreadCount() == 0


@pytest.fixture
def wide_letters(qapp: QApplication) -> Iterator[None]:
    """Letters a tenth wider than here: on another system the same font may be drawn so."""
    usual = qapp.font()
    wide = QFont(usual)
    wide.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 110)
    qapp.setFont(wide)
    yield
    qapp.setFont(usual)


@pytest.fixture(autouse=True)
def _garbage_is_collected_in_this_thread() -> Iterator[None]:
    """As in the application (ui/collector.py): a worker thread that collects may end a widget."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.fixture(autouse=True)
def _no_stray_log_lines(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log that no test asked for is a failure: `caplog.clear()` says it was expected."""
    yield
    stray = [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelname in {"WARNING", "ERROR", "CRITICAL"}
    ]
    assert not stray
