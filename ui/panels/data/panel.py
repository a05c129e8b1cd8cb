"""The Data panel: sources and series with their states, coverage, refresh, revisions, bad ticks, log."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from pathlib import Path
from weakref import ref

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from data.shown import Shown, shown
from models.market.coverage import priced_days, strips
from models.market.study import Study
from ui.charts.coverage_chart import CoverageChart
from ui.charts.day_heat import DayHeat
from ui.later import later
from ui.panels.data.revisions import RevisionsPage
from ui.panels.data.side import BadTicksCard, LogCard, RefreshCard
from ui.panels.data.words import megabytes, series_columns, series_rows, source_columns, source_rows
from ui.reasons import reason
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import Theme
from ui.widgets.card import Card
from ui.widgets.figure_table import FigureTable
from ui.widgets.label import Label
from ui.widgets.reflow import Reflow
from ui.widgets.scrolled import scrolled
from ui.widgets.segmented import Segmented

MARGIN, GAP = 16, 12
LEFT_SHARE, RIGHT_SHARE = 836, 410
NARROW, ONE_COLUMN = 1000, 880
COVERED = (
    "RUT", "SPX", "M2", "STABLECOIN_SUPPLY", "BTC_DOMINANCE_PUBLISHED", "BTC.AdrActCnt", "BTC.FlowInExUSD",
    "BTC_FUNDING", "BTCUSDT.count_long_short_ratio", "BTC.Skew25", "FEAR_GREED",
)  # fmt: skip
"""What the signals rest on, from the Russell to sentiment."""


class DataPanel(QWidget):
    """Reads the cache in a thread: when it is shown, and after each refresh or import."""

    def __init__(self, session: Session, tasks: Tasks) -> None:
        super().__init__()
        self._session, self._tasks = session, tasks
        self._shown: Shown | None = None
        self._of: ref[Study] | None = None  # weak: a hidden panel must not keep an old market
        self._build(session.theme)
        self._later = later(self, 100, self._read)
        session.study_changed.connect(self._follow)
        session.day_changed.connect(lambda _: self._show_market() if self.isVisible() else None)
        session.theme_changed.connect(self.apply_theme)
        live = session.live
        if live is not None:
            live.refreshing.ended.connect(lambda _: self._later.start())
            live.refreshing.source_told.connect(lambda *_: self._later.start())
        self._show_market()

    # -- building ----------------------------------------------------------------------------------

    def _build(self, theme: Theme) -> None:
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setProperty("tone", "second")
        self.hint.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN - 2, MARGIN, MARGIN)
        whole.setSpacing(GAP)
        whole.addLayout(self._head())
        whole.addWidget(self.hint)
        whole.addWidget(self._scrolled(self._columns(theme)), 1)

    def _head(self) -> QHBoxLayout:
        self._build_actions()
        self._build_choices()
        head = QHBoxLayout()
        head.setSpacing(8)
        for widget in (self.refresh, self.take, self.export, self.keys):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.demo)
        head.addWidget(self.cache)
        return head

    def _build_actions(self) -> None:
        """What brings data in and takes them out."""
        self.refresh = QPushButton(self.tr("Refresh"))
        self.refresh.setProperty("kind", "primary")
        self.refresh.setToolTip(self.tr("Ask all sources for what is due now (F5)."))
        self.refresh.clicked.connect(self._refresh)
        self.take = QPushButton(self.tr("Import …"))
        self.take.setToolTip(self.tr("Take an archive of CSV files into the cache (Ctrl+O)."))
        self.take.clicked.connect(lambda: self._session.action_requested.emit("import"))
        self.export = QToolButton()
        self.export.setText(self.tr("Export"))
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.export)
        menu.addAction(self.tr("Chosen series as CSV …"), self.export_table)
        menu.addAction(self.tr("Everything as an archive …"), self.export_archive)
        self.export.setMenu(menu)
        self.keys = QPushButton(self.tr("API keys"))
        self.keys.setToolTip(self.tr("All sources work without a key; some give more with one."))
        self.keys.clicked.connect(self._edit_keys)

    def _build_choices(self) -> None:
        """Which market is looked at, and the folder in which it lies."""
        self.demo = QCheckBox(self.tr("Demo market"))
        self.demo.setToolTip(self.tr("Look at a simulated market, kept apart from real data."))
        self.demo.setChecked(self._session.is_demo)
        self.demo.clicked.connect(lambda on: self._session.action_requested.emit("demo" if on else "own"))
        self.cache = QToolButton()
        self.cache.setProperty("kind", "link")
        self.cache.setText(self.tr("Cache"))
        self.cache.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        cleaning = QMenu(self.cache)
        cleaning.addAction(self.tr("Show the folder"), self.show_folder)
        cleaning.addAction(self.tr("Delete the demo market's cache"), self._delete_demo)
        self.cache.setMenu(cleaning)

    def _columns(self, theme: Theme) -> QHBoxLayout:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(GAP)
        left.addWidget(self._tables(theme), 5)
        left.addWidget(self._coverage(theme), 5)
        self.running = RefreshCard(self._session, theme)
        self.heat_card = Card(self.tr("Crypto prices by day"), theme=theme)
        self.heat = DayHeat(theme)
        self.heat_card.body.addWidget(self.heat, 1)
        self.ticks = BadTicksCard(theme)
        self.log = LogCard(theme)
        right.addWidget(self.running)
        right.addWidget(self.heat_card, 3)
        right.addWidget(self.ticks, 2)
        right.addWidget(self.log, 3)
        columns = QHBoxLayout()
        columns.setSpacing(GAP)
        columns.addLayout(left, LEFT_SHARE)
        columns.addLayout(right, RIGHT_SHARE)
        Reflow(self, columns, least=ONE_COLUMN)
        return columns

    def _scrolled(self, columns: QHBoxLayout) -> QScrollArea:
        inside = QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addLayout(columns)
        return scrolled(inside)

    def _tables(self, theme: Theme) -> Card:
        self.card = Card(self.tr("Sources"), theme=theme)
        self.view = Segmented(
            [
                ("sources", self.tr("Sources")),
                ("series", self.tr("Series")),
                ("changed", self.tr("Revisions")),
            ],
            name=self.tr("What the table lists"),
            value="sources",
            theme=theme,
        )
        self.view.changed.connect(self._switch)
        self.view.setProperty("remembered", True)
        self.card.add_corner(self.view)
        self.sources = FigureTable(source_columns(), name=self.tr("Sources"), theme=theme)
        self.sources.stretch("means", (150, 116, 92, 52, 156, 0))
        self.sources.chosen.connect(self._choose_source)
        self.series = FigureTable(series_columns(), name=self.tr("Series"), theme=theme)
        self.series.stretch("title", (0, 150, 92, 92, 52, 84, 92, 120, 130))
        self.revisions = RevisionsPage(self._session, theme)
        self.stack = QStackedWidget()
        for page in (self.sources, self.series, self.revisions):
            self.stack.addWidget(page)
        self.test = QPushButton(self.tr("Test this source"))
        self.test.setProperty("kind", "small")
        self.test.setToolTip(self.tr("Ask the chosen source one small question and say how it answered."))
        self.test.clicked.connect(self._test)
        self.only = QPushButton(self.tr("Refresh this source"))
        self.only.setProperty("kind", "small")
        self.only.clicked.connect(self._refresh_one)
        self.answer = Label("", token="text2", scale=0.92, wrap=True, theme=theme)
        row = QHBoxLayout()
        row.addWidget(self.test)
        row.addWidget(self.only)
        row.addWidget(self.answer, 1)
        self.card.body.addWidget(self.stack, 1)
        self.card.body.addLayout(row)
        self.card.setMinimumHeight(260)
        return self.card

    def _coverage(self, theme: Theme) -> Card:
        card = Card(self.tr("Coverage"), subtitle=self.tr("hatched: gap, thin: fewer coins"), theme=theme)
        self.coverage = CoverageChart(theme)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self.coverage)
        card.body.addWidget(scroll, 1)
        card.setMinimumHeight(240)
        self.coverage_card = card
        return card

    # -- showing -----------------------------------------------------------------------------------

    @Slot()
    def _read(self) -> None:
        """Read states, log and revisions in a thread."""
        paths = self._session.paths
        if paths is None or not self.isVisible():
            return
        file = paths.demo if self._session.is_demo else paths.market

        def work(report: object, cancelled: object) -> Shown:
            from data.cache import Cache

            return shown(Cache.open(file))

        self._tasks.latest("data: read", work, done=self._show, failed=lambda error: self._say(reason(error)))

    @Slot(object)
    def _show(self, found: object) -> None:
        assert isinstance(found, Shown)
        self._shown = found
        own, counted = found.without_coins, found.kept_up
        self.card.set_subtitle(
            self.tr("{0} of {1} series fresh; a missing one weakens only what needs it").format(
                found.fresh, len(counted)
            ),
            self.tr("{0} of {1} series fresh").format(found.fresh, len(counted)),
        )
        self.card.set_tip(
            self.tr(
                "Counted are the series that a source can bring and that are held or were asked for. "
                "Those that only an archive brought are listed, and age without anybody being late."
            )
        )
        self.sources.show_rows(source_rows(found.sources, found.now))
        self.series.show_rows(series_rows(own, found.now))
        self.revisions.show_revisions(found.revised)
        self.log.show_lines(found.log)
        self.cache.setText(self.tr("Cache {0}").format(megabytes(found.bytes)))
        self.demo.setChecked(self._session.is_demo)
        self._choose_source(self.sources.chosen_key())

    @Slot(object)
    def _follow(self, study: Study | None) -> None:
        self._later.start()
        if study is None:  # else a day comes after it
            self._show_market()

    @Slot()
    def _show_market(self) -> None:
        study, day = self._session.study, self._session.day
        for card in (self.coverage_card, self.heat_card, self.ticks):
            card.setVisible(study is not None)
        if study is None or day is None:
            self._later.start()
            return
        from data.catalog import series

        titles = {name: series(name).title for name in COVERED}
        self.coverage.set_strips(strips(study.market, COVERED, titles=titles))
        priced = priced_days(study.market, day)
        self.heat.set_days(priced)
        self.heat_card.set_subtitle(self.tr("share of {0} coins").format(priced.usual))
        self.ticks.show_ticks(study.market, day)
        if self._shown is None or self._of is None or study is not self._of():
            self._of = ref(study)
            self._later.start()

    @Slot(str)
    def _switch(self, name: str) -> None:
        at = ("sources", "series", "changed").index(name)
        self.stack.setCurrentIndex(at)
        titles = (self.tr("Sources"), self.tr("Series"), self.tr("What the providers changed"))
        self.card.set_title(titles[at])
        for widget in (self.test, self.only, self.answer):
            widget.setVisible(at == 0)

    @Slot(str)
    def _choose_source(self, key: str) -> None:
        self.answer.set_text("")
        can = bool(key) and self._session.live is not None
        self.test.setEnabled(can)
        self.only.setEnabled(can)

    # -- doing -------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self.hint.setText(text)
        self.hint.setVisible(bool(text))

    @Slot()
    def _refresh(self) -> None:
        self._say("")
        if self._session.live is not None:
            self._session.live.refresh_now()

    @Slot()
    def _refresh_one(self) -> None:
        if self._session.live is not None:
            self._session.live.refreshing.start(only=[self.sources.chosen_key()], everything=True)

    @Slot()
    def _test(self) -> None:
        """Ask the chosen source one small question."""
        live, paths, name = self._session.live, self._session.paths, self.sources.chosen_key()
        if live is None or paths is None or not name:
            return
        keys = live.keys
        self.answer.set_text(self.tr("Asking …"))

        def work(report: object, cancelled: object) -> str:
            from data.cache import Cache
            from data.refresh.start import client
            from data.sources import source

            chosen = source(name)
            if chosen.test is None:
                return "This source has no test of its own. Refresh it to see how it answers."
            with client([chosen], Cache.open(paths.market), keys) as http:
                return chosen.test(http, cancelled)  # type: ignore[arg-type]

        self._tasks.latest(
            "data: test",
            work,
            done=lambda text: self.answer.set_text(str(text)),
            failed=lambda error: self.answer.set_text(reason(error)),
        )

    @Slot()
    def _edit_keys(self) -> None:
        from ui.panels.data.keys import KeysDialog

        if self._session.live is not None:
            KeysDialog(self._session.live, self).open()

    @Slot()
    def export_table(self) -> None:
        """Save the chosen series (or all listed ones) as one table."""
        paths, found = self._session.paths, self._shown
        if paths is None or found is None:
            return
        chosen = self.series.chosen_key()
        ids = [chosen] if chosen else [one.id for one in found.without_coins if one.last_day is not None]
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Export series"), "series.csv", "*.csv")
        if not name:
            return
        file = paths.demo if self._session.is_demo else paths.market

        def work(report: object, cancelled: object) -> object:
            from data.cache import Cache
            from data.documents.files import write_whole
            from data.exporting.table import export_table

            cache = Cache.open(file)
            held = {one.id for one in cache.state().held}
            target = StringIO(newline="")
            export_table(cache, [one for one in ids if one in held], target)
            write_whole(Path(name), target.getvalue().encode("utf-8"))
            return None

        self._tasks.latest(
            "data: export",
            work,
            done=lambda _: self._say(self.tr("Saved as {0}.").format(name)),
            failed=lambda error: self._say(reason(error)),
        )

    @Slot()
    def export_archive(self) -> None:
        """Save everything as an archive that can be imported again."""
        paths = self._session.paths
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose an empty folder"))
        if not folder or paths is None:
            return
        file = paths.demo if self._session.is_demo else paths.market

        def work(report: object, cancelled: object) -> object:
            from datetime import UTC

            from data.cache import Cache
            from data.exporting.archive import export_archive

            return export_archive(Cache.open(file), Path(folder), now=datetime.now(UTC))

        self._say(self.tr("The archive is being written."))
        self._tasks.latest(
            "data: export",
            work,
            done=lambda _: self._say(self.tr("Saved in {0}.").format(folder)),
            failed=lambda error: self._say(reason(error)),
        )

    @Slot()
    def show_folder(self) -> None:
        """Show the folder of the cache as the system shows folders."""
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        if self._session.paths is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._session.paths.cache_folder)))

    @Slot()
    def _delete_demo(self) -> None:
        paths = self._session.paths
        if paths is None or self._session.is_demo:
            self._say(self.tr("The demo market is open; turn it off first."))
            return
        try:
            for ending in ("", "-wal", "-shm"):
                paths.demo.with_name(paths.demo.name + ending).unlink(missing_ok=True)
        except OSError as error:
            words = self.tr("The demo market's cache could not be deleted: {0}. It does no harm.")
            self._say(words.format(reason(error)))
            return
        self._say(self.tr("The demo market's cache is deleted. It is made anew when it is opened."))

    # -- Qt ----------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_market()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= NARROW
        # Where a reason would be cut to its first letters, it stands in the tooltip of its row alone.
        for name in ("series", "means"):
            self.sources.set_column_shown(name, wide)
        self.sources.horizontalHeader().setStretchLastSection(not wide)
        for name in ("unit", "licence", "first"):
            self.series.set_column_shown(name, wide)

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        for part in (
            self.card, self.coverage_card, self.running, self.heat_card, self.ticks, self.log, self.revisions,
        ):  # fmt: skip
            part.apply_theme(theme)
