"""The status bar's words about freshness and refresh: `Data to DAY · 17 of 24 series fresh`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QObject, Slot

from ui.live.freshness import Standing
from ui.live.refreshing import Step
from ui.window.status import StatusBar

if TYPE_CHECKING:
    from ui.live.live import Live


class LiveStatus(QObject):
    """Writes into the status bar what :class:`Live` tells."""

    def __init__(self, live: Live, status: StatusBar) -> None:
        super().__init__(status)
        self._live, self._status = live, status
        self._quiet = ""
        live.freshness.changed.connect(self._fresh)
        live.quiet.connect(self._keep_quiet)
        live.refreshing.started.connect(lambda: self._progress(Step(0, 0, "")))
        live.refreshing.progressed.connect(self._progress)
        for over in (live.refreshing.ended, live.refreshing.yielded, live.refreshing.failed):
            over.connect(self._over)

    @Slot(object)
    def _fresh(self, standing: Standing | None) -> None:
        if standing is None or not standing.series:
            self._status.show_fresh("", "")
            self._status.show_news("", "")
            return
        of, fresh = len(standing.series), standing.fresh
        text = self.tr("{0} of {1} series fresh").format(fresh, of)
        self._status.show_fresh(text, self._in_states(standing))
        self._status.show_news(*self._last(standing))

    def _in_states(self, standing: Standing) -> str:
        """List what is not fresh, the first few of each state."""
        lines = []
        for name, count in sorted(standing.counts.items()):
            if name == "fresh":
                continue
            of = [one for one in standing.series if one.state.name == name]
            lines.append(
                self.tr("{0}: {1}").format(of[0].state.title.split(" ")[0].capitalize(), count)
                if name != "unavailable"
                else self.tr("Not available: {0}").format(count)
            )
            lines += [f"  {one.title}: {one.state.sentence}" for one in of[:3]]
        return "\n".join(lines)

    def _last(self, standing: Standing) -> tuple[str, str]:
        if self._quiet:
            return self._quiet, self._quiet
        last = standing.last
        if last is None:
            return "", ""
        text = self.tr("Last refresh {0}").format(_when(last.started_at))
        if last.failed and not last.done:
            text = self.tr("{0} brought nothing").format(text)
        elif last.failed:
            text = self.tr("{0}, {1} of {2} not done").format(text, last.failed, last.planned)
        return text, last.ending

    @Slot(str)
    def _keep_quiet(self, why: str) -> None:
        if why != self._quiet:
            self._quiet = why
            self._fresh(self._live.freshness.standing)

    @Slot(object)
    def _progress(self, step: Step) -> None:
        if not step.total:
            self._status.show_background(self.tr("Refreshing"), None)
            return
        text = self.tr("Refreshing {0} of {1}").format(step.done, step.total)
        if step.what:
            text = self.tr("{0} · {1}").format(text, step.what)
        if step.seconds_left is not None and step.seconds_left >= 60:
            minutes = round(step.seconds_left / 60)
            text = self.tr("{0}, about {1} min left").format(text, minutes)
        self._status.show_background(text, step.share)

    @Slot()
    def _over(self, _news: object = None) -> None:
        self._status.show_background("", None)


def _when(moment: datetime) -> str:
    """Write a moment for the status bar: the time today, else the day too."""
    there = moment.astimezone()
    if there.date() == datetime.now().astimezone().date():
        return f"{there:%H:%M}"
    day = QLocale().toString(QDate(there.year, there.month, there.day), "d MMM")
    return f"{day} {there:%H:%M}"
