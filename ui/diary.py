"""What the program did, in the log: starts, markets, refreshes, imports. Never what the user wrote."""

from __future__ import annotations

import logging
import platform
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSysInfo, Slot, qVersion

from models.market.study import Study
from models.version import NAME, VERSION
from ui.session import Session

if TYPE_CHECKING:
    from ui.live.importing import Importing
    from ui.live.refreshing import Refreshing

LOG = logging.getLogger(__name__)


class Diary(QObject):
    """Follows the parts that work for long, from the moment the log is open."""

    def __init__(self, session: Session, refreshing: Refreshing, importing: Importing) -> None:
        super().__init__(session)
        kind = "packaged" if getattr(sys, "frozen", False) else "from source"
        LOG.info(
            "%s %s (%s) started: Python %s, Qt %s, %s",
            *(NAME, VERSION, kind, platform.python_version(), qVersion(), QSysInfo.prettyProductName()),
        )
        session.study_changed.connect(self._market)
        session.failed.connect(self._failed)
        session.closing.connect(self._closing)
        refreshing.started.connect(self._refresh)
        refreshing.source_told.connect(self._source)
        refreshing.ended.connect(self._refreshed)
        refreshing.yielded.connect(self._refresh_said)
        refreshing.failed.connect(self._refresh_said)
        importing.finished.connect(self._imported)
        importing.failed.connect(self._import_said)
        importing.cancelled.connect(self._import_cancelled)
        if session.study is not None:
            self._market(session.study)

    @Slot(object)
    def _market(self, study: Study | None) -> None:
        if study is not None:
            market = study.market
            LOG.info(
                "market of the %s: %d coins, %d series, %s to %s",
                *(market.origin, len(market.coins), len(market.series), study.first_day, study.last_day),
            )

    @Slot(object)
    def _failed(self, error: object) -> None:
        LOG.warning("the market was not read: %s", error)

    @Slot()
    def _refresh(self) -> None:
        LOG.info("refresh started")

    @Slot(str, str)
    def _source(self, source: str, problem: str) -> None:
        LOG.warning("refresh, %s: %s", source, problem)

    @Slot(object)
    def _refreshed(self, report: object) -> None:
        if isinstance(report, Mapping):
            LOG.info("refresh ended, %s: %s", report.get("status"), report.get("ending"))

    @Slot(str)
    def _refresh_said(self, why: str) -> None:
        LOG.warning("refresh: %s", why)

    @Slot(object)
    def _imported(self, report: object) -> None:
        files = report.get("files", ()) if isinstance(report, Mapping) else ()
        LOG.info("import ended, %d files", len(files))

    @Slot(str)
    def _import_said(self, why: str) -> None:
        LOG.warning("import: %s", why)

    @Slot()
    def _import_cancelled(self) -> None:
        LOG.info("import cancelled")

    @Slot()
    def _closing(self) -> None:
        LOG.info("closing")
