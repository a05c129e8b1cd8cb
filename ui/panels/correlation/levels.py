"""The view of price levels, which misleads: beside it two walks that know nothing of each other."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from models.market.correlation.levels import Levels, Walks, levels, unrelated_walks
from models.market.correlation.view import PairHistory
from models.market.snapshot import Day, Days, Floats
from models.market.unknown import Unknown
from ui.charts.time_chart import TimeChart
from ui.dialogs.dialog import Dialog
from ui.panels.correlation import words
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import Theme
from ui.widgets import dates, numbers
from ui.widgets.card import Card
from ui.widgets.label import Label

SIZE = (960, 520)
MARGIN, GAP = 16, 12
FIRST, SECOND = 5, 6
TASK = "correlation-levels"


class LevelsWindow(Dialog):
    """Levels of the pair at the left; at the right, on demand, two unrelated random walks."""

    def __init__(self, session: Session, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Price levels (misleading)"))
        self._session, self._tasks = session, tasks
        self._levels: Levels | None = None
        self._asked: tuple[PairHistory, Day] | None = None
        self.seed = 0
        theme = session.theme
        self.warning = Label(
            self.tr(
                "Misleading on purpose: prices carry their whole past along, so two lines that drift "
                "easily seem to belong together. Only the changes tell whether they move together."
            ),
            weight=600,
            wrap=True,
            theme=theme,
        )
        self.pair = _Side(self.tr("Price levels"), theme, key="levels")
        self.pair.explain_requested.connect(self._explain)
        self.walks = _Side(self.tr("Two unrelated random walks"), theme)
        self.walks.words.set_text(
            self.tr("Drawn by chance: as long, as restless and with as much drift as the two, but unrelated.")
        )
        self.another = QPushButton(self.tr("Draw a pair"))
        self.another.setProperty("fit", "head")
        self.another.setAutoDefault(False)
        self.another.setToolTip(self.tr("Draw two random walks that know nothing of each other"))
        self.another.clicked.connect(self.draw)
        self.walks.add_corner(self.another)
        self.share = Label("", token="text2", wrap=True, theme=theme)
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        both = QHBoxLayout()
        both.setSpacing(GAP)
        both.addWidget(self.pair, 1)
        both.addWidget(self.walks, 1)
        last = QHBoxLayout()
        last.setSpacing(GAP)
        last.addWidget(self.share, 1)
        last.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        whole.setSpacing(GAP)
        whole.addWidget(self.warning)
        whole.addLayout(both, 1)
        whole.addLayout(last)
        session.theme_changed.connect(self.apply_theme)
        self.finished.connect(lambda _: tasks.cancel(TASK))
        self.resize(*SIZE)
        self.another.setFocus()

    def show_pair(self, history: PairHistory, day: Day) -> None:
        """Show the levels of a pair as they were known on a day; computed in a thread."""
        self._asked = (history, day)
        a, b = words.names_of(history)
        self.pair.set_subtitle(self.tr("{0} and {1}, log scale").format(a, b))

        def done(found: object) -> None:
            if self._asked != (history, day):
                return
            if isinstance(found, Unknown):
                self._levels = None
                self.pair.show_nothing(found.why)
                self.share.set_text("")
                self.another.setEnabled(False)
                return
            assert isinstance(found, Levels)
            colours = words.colours_of(history)
            self._show(found, (a, b), (colours[0], colours[1]))

        self._tasks.latest(TASK, lambda report, cancelled: levels(history, day), done=done)

    @Slot(str)
    def _explain(self, key: str) -> None:
        from ui.panels.explain import show_explanation

        if self._asked is not None:
            show_explanation(self, self._session, key, self._asked[0].choice)

    @Slot()
    def draw(self) -> None:
        """Draw another pair of walks, beside the levels."""
        found = self._levels
        if found is None:
            return
        self.seed += 1
        walks: Walks = unrelated_walks(found.observations, self.seed, found.drift, found.volatility)
        self.walks.show_lines(
            found.days, walks.a, walks.b, (self.tr("walk A"), self.tr("walk B")), (FIRST, SECOND)
        )
        self.walks.set_subtitle(self.tr("draw {0}, log scale").format(self.seed))
        self.walks.words.set_text(_figures(walks.level_r, walks.change_r, self.tr))
        self.another.setText(self.tr("Another pair"))

    def _show(self, found: Levels, names: tuple[str, str], colours: tuple[int, int]) -> None:
        self._levels = found
        self.another.setEnabled(True)
        self.pair.show_lines(found.days, found.a, found.b, names, colours)
        self.pair.words.set_text(_figures(found.level_r, found.change_r, self.tr))
        self.share.set_text(
            self.tr(
                "Of 1,000 pairs of unrelated walks with as much drift over as many weeks ({0}, {1} to {2}), "
                "{3} have levels that correlate at least as much, up or down."
            ).format(
                found.observations,
                dates.short_day_text(found.days[0]),
                dates.short_day_text(found.days[-1]),
                numbers.percent(found.share, 0),
            )
        )
        if self.seed:
            self.seed -= 1
            self.draw()

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        for part in (self.pair, self.walks, self.warning, self.share):
            part.apply_theme(theme)


class _Side(Card):
    """Two lines, and what their levels and changes correlate."""

    def __init__(self, title: str, theme: Theme, key: str = "") -> None:
        super().__init__(title, key=key, theme=theme)
        self.chart = TimeChart("", theme=theme)
        self.chart.set_log(True)
        self.chart.set_name(title)
        self.chart.setMinimumHeight(180)
        self.words = Label("", wrap=True, theme=theme)
        self.words.setMinimumHeight(34)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.chart, 1)
        self.body.addWidget(self.words)

    def show_lines(
        self, days: Days, a: Floats, b: Floats, names: tuple[str, str], colours: tuple[int, int]
    ) -> None:
        """Draw two lines with 100 on the first day."""
        self.chart.set_unknown_because(None)
        for key in self.chart.lines():
            self.chart.remove_line(key)
        for key, name, colour, values in zip("ab", names, colours, (a, b), strict=True):
            self.chart.add_line(key, name, colour, values="figure")
            self.chart.set_line(key, np.asarray(days), values)
        self.chart.fit()

    def show_nothing(self, why: str) -> None:
        """No lines, and why."""
        for key in self.chart.lines():
            self.chart.remove_line(key)
        self.chart.set_unknown_because(why)
        self.words.set_text("")


def _figures(level_r: float, change_r: float, tr: words.Tr) -> str:
    return tr("Levels: r {0}. Weekly changes: r {1}.").format(numbers.fixed(level_r), numbers.fixed(change_r))


def open_levels(session: Session, tasks: Tasks, parent: QWidget) -> LevelsWindow:
    """Open the view beside a window, or bring the one that is open to the front."""
    top = parent.window()
    for found in top.findChildren(LevelsWindow):
        found.raise_()
        found.activateWindow()
        return found
    made = LevelsWindow(session, tasks, top)
    made.show()
    return made
