"""The rotation graph with its choice of lines and a film of the last half year."""

from __future__ import annotations

from typing import cast

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton

from models.market.rotation.view import FRIDAYS, GraphDay, GraphOf, RotationBoard
from models.market.snapshot import Day
from ui.charts.rotation_plot import PlotLine, RotationPlot
from ui.theme.icons import icon
from ui.theme.tokens import Theme
from ui.widgets.card import Card
from ui.widgets.dates import day_text
from ui.widgets.label import Label
from ui.widgets.segmented import Segmented

FILM_DAYS, FRAME_MS = 182, 100
TIER_INKS = {"large": 3, "mid": 4, "small": 1}
COMPACT_BELOW = 430


class GraphCard(Card):
    """Tiers, sectors, the largest coins or the user's baskets, against Bitcoin."""

    selected_changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            self.tr("Rotation graph"),
            key="rotation_graph",
            theme=theme,
        )
        self.set_subtitle(self.tr("against Bitcoin, {0} Fridays").format(FRIDAYS), self.tr("against Bitcoin"))
        self._board: RotationBoard | None = None
        self._day: Day | None = None
        self._frame: Day | None = None
        self._shown: GraphDay | None = None
        self.choice = Segmented(
            [
                ("tiers", self.tr("Tiers")),
                ("sectors", self.tr("Sectors")),
                ("coins", self.tr("Coins")),
                ("baskets", self.tr("Baskets")),
            ],
            name=self.tr("Lines of the rotation graph"),
            value="sectors",
            theme=theme,
        )
        self.choice.setToolTip(self.tr("Which lines the graph shows (arrow keys choose)"))
        self.choice.changed.connect(self._choose)
        self.choice.setProperty("remembered", True)
        self.play = QToolButton()
        self.play.setProperty("kind", "square")
        self.play.setIconSize(QSize(12, 12))
        self.play.setFixedSize(28, 24)
        self.play.clicked.connect(self.toggle)
        self.add_corner(self.choice)
        self.plot = RotationPlot(self.tr("Rotation graph"), theme=theme)
        self.plot.header.hide()
        self.plot.selected_changed.connect(self.selected_changed)
        self.up = Label(self.tr("Up: momentum of strength"), token="text2", scale=0.85, theme=theme)
        self.across = Label("", token="text2", scale=0.85, elide=True, theme=theme)
        self.across.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.missing = Label("", token="text2", scale=0.85, elide=True, theme=theme)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.play)
        foot.addWidget(self.up)
        foot.addWidget(self.across, 1)
        self.body.addWidget(self.plot, 1)
        self.body.addLayout(foot)
        self.body.addWidget(self.missing)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._next_frame)
        self._mark_play()
        self._say_across()

    # -- following ---------------------------------------------------------------------------------

    def show_day(self, board: RotationBoard, day: Day) -> None:
        """Show the graph as it was known on `day`; a film that runs stops."""
        if board is not self._board or day != self._day:
            self._stop()
        self._board, self._day = board, day
        has_baskets = bool(board.study.baskets)
        self.choice.button("baskets").setVisible(has_baskets)
        if not has_baskets and self.choice.value() == "baskets":
            self.choice.set_value("tiers")
        self._draw(day)

    def show_nothing(self, why: str) -> None:
        self._stop()
        self._board = self._day = None
        self.plot.set_unknown_because(why)
        self.missing.set_text("")
        self.missing.hide()

    def highlight(self, keys: frozenset[str]) -> None:
        """Highlight lines by their keys."""
        self.plot.select(keys)

    def show_lines(self, of: GraphOf) -> None:
        """Choose what the lines are."""
        if self.choice.value() != of:
            self.choice.set_value(of)
            self._choose(of)

    @Slot(str)
    def _choose(self, _of: str) -> None:
        self._stop()
        self.plot.select(frozenset())
        self.plot.fit()
        if self._board is not None and self._day is not None:
            self._draw(self._day)

    def _draw(self, day: Day, *, film: bool = False) -> None:
        assert self._board is not None
        found = self._board.graph(cast(GraphOf, self.choice.value()), day)
        self._shown = found
        if found.why or not any(line.known for line in found.lines):
            first = found.lines[0].why if found.lines else ""
            self.plot.set_unknown_because(found.why or first)
            self.missing.hide()
            return
        self.plot.set_lines(plot_lines(found), day, grow=film)
        missing = [line.name for line in found.lines if not line.known]
        self.missing.set_text(self.tr("Without a place: {0}").format(", ".join(missing)) if missing else "")
        self.missing.setToolTip("\n".join(line.why for line in found.lines if not line.known))
        self.missing.setVisible(bool(missing))

    # -- the film ----------------------------------------------------------------------------------

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    @property
    def frame_day(self) -> Day | None:
        """The day that the film shows; None when the graph stands on the as-of day."""
        return self._frame

    @Slot()
    def toggle(self) -> None:
        """Start the film of the last half year up to the as-of day, or pause it."""
        if self._timer.isActive():
            self._timer.stop()
        elif self._board is not None and self._day is not None:
            if self._frame is None:
                first = self._board.study.first_day
                self._frame = max(first, self._day - np.timedelta64(FILM_DAYS, "D"))
                self.plot.fit()
                self._draw(self._frame)
            self._timer.start()
        self._mark_play()
        self._say_across()

    @Slot()
    def _next_frame(self) -> None:
        if self._frame is None or self._day is None:
            self._stop()
            return
        self._frame = self._frame + np.timedelta64(1, "D")
        if self._frame >= self._day:
            self._stop()
            self._draw(self._day)
            return
        self._draw(self._frame, film=True)
        self._say_across()

    def _stop(self) -> None:
        self._timer.stop()
        self._frame = None
        self._mark_play()
        self._say_across()

    def _mark_play(self) -> None:
        playing = self._timer.isActive()
        self.play.setIcon(icon("pause" if playing else "play", self.theme.text2, 12))
        name = self.tr("Pause") if playing else self.tr("Play the last half year, ten days a second")
        self.play.setToolTip(name)
        self.play.setAccessibleName(name)

    def _say_across(self) -> None:
        if self._frame is not None:
            self.across.set_token("text")
            self.across.set_text(self.tr("Film: {0}").format(day_text(self._frame)))
        else:
            self.across.set_token("text2")
            self.across.set_text(self.tr("Across: relative strength · our own formula"))

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._mark_play()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self._mark_play()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.up.setVisible(self.width() >= COMPACT_BELOW)


def plot_lines(found: GraphDay) -> list[PlotLine]:
    """Lines as the plot draws them; a line keeps its colour while its kind is shown."""
    return [
        PlotLine(
            line.key,
            line.name,
            line.title,
            line.tail.days,
            line.tail.x,
            line.tail.y,
            line.x,
            line.y,
            TIER_INKS.get(line.key, at) if found.of == "tiers" else at,
        )
        for at, line in enumerate(found.lines)
    ]
