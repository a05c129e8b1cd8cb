"""The Rotation panel: which phase, what came after such phases, who moves against Bitcoin."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from data.choices import Kept, screens_file
from models.market.rotation.screen import Screen, ScreenBook, Screened, screened
from models.market.rotation.view import RotationBoard, rotation_board
from models.market.study import Study
from ui.documents.kept_choice import KeptChoice
from ui.later import later
from ui.panels.inside import Inside
from ui.panels.rotation.class_edits import ClassEdits
from ui.panels.rotation.classes import ClassesDialog
from ui.panels.rotation.graph import GraphCard
from ui.panels.rotation.lists import LeadersCard, QuietCard
from ui.panels.rotation.phase import AfterCard, PhaseCard
from ui.panels.rotation.screen import ScreenDialog
from ui.panels.rotation.sectors import SectorsCard
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import Theme
from ui.widgets.scrolled import scrolled
from ui.widgets.themed import spread_theme

MARGIN, GAP = 16, 12
TWO_COLUMNS_BELOW, ONE_COLUMN_BELOW = 1100, 720


class RotationPanel(QWidget):
    """Phase, followers, rotation graph, sectors, leaders, and the screen, as of one day."""

    def __init__(self, session: Session, tasks: Tasks) -> None:
        super().__init__()
        self._session, self._tasks = session, tasks
        self.board: RotationBoard | None = None
        self._edits: ClassEdits | None = None
        self._screen_dialog: ScreenDialog | None = None
        self._columns = 0
        self._build(session.theme)
        self._soon = later(self, 0, self._show_day)
        self._kept: Kept[ScreenBook] = Kept(ScreenBook())
        self._choice = KeptChoice("screens", screens_file, session, tasks, self)
        self._choice.found.connect(self._hold)
        self._choice.replaced.connect(self._hold)
        self._choice.said.connect(self._tell_screens)
        self._choice.read()
        self.screen_now: Screen = self._kept.value.current
        session.study_changed.connect(self._follow_study)
        session.day_changed.connect(lambda _day: self._soon.start())
        session.theme_changed.connect(self.apply_theme)
        self._follow_study(session.study)

    def _build(self, theme: Theme) -> None:
        self.phase = PhaseCard(theme)
        self.after = AfterCard(theme)
        self.graph = GraphCard(theme)
        self.sectors = SectorsCard(theme)
        self.leaders = LeadersCard(theme)
        self.quiet = QuietCard(theme)
        self.cards = (self.phase, self.after, self.graph, self.sectors, self.leaders, self.quiet)
        for card in self.cards:
            card.explain_requested.connect(self._explain)
        self.sectors.chosen.connect(self._point_at_sector)
        self.sectors.classes_wanted.connect(self.open_classes)
        self.leaders.chosen.connect(self._point_at_coin)
        self.quiet.chosen.connect(self._point_at_coin)
        self.quiet.edit_wanted.connect(self.open_screen)
        inside = Inside()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(MARGIN, MARGIN - 2, MARGIN, MARGIN - 2)
        self._grid.setSpacing(GAP)
        self._scroll = scrolled(inside, name=self.tr("Rotation"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)
        self._lay(3)

    def _lay(self, columns: int) -> None:
        """Arrange the cards in three columns as drawn, or in two or one that are scrolled."""
        if columns == self._columns:
            return
        self._columns = columns
        for old in self.cards:
            self._grid.removeWidget(old)
        for at in range(12):
            self._grid.setColumnStretch(at, 0)
            self._grid.setRowStretch(at, 0)
            self._grid.setRowMinimumHeight(at, 0)
        for widget, place in zip(self.cards, PLACES[columns], strict=True):
            self._grid.addWidget(widget, *place)
        for at, stretch in enumerate(STRETCHES[columns]):
            self._grid.setColumnStretch(at, stretch)
        for at, (stretch, least) in enumerate(ROWS[columns]):
            self._grid.setRowStretch(at, stretch)
            self._grid.setRowMinimumHeight(at, least)

    # -- following ---------------------------------------------------------------------------------

    @Slot(object)
    def _follow_study(self, study: Study | None) -> None:
        self.board = None
        for name in ("rotation", "rotation screen"):
            self._tasks.cancel(name)
        if study is None:
            self._show_nothing(self.tr("There are no data yet."))
            return
        if not self._is_filled:
            self._show_nothing(self.tr("Being computed …"))
        self._tasks.latest(
            "rotation",
            lambda report, cancelled: rotation_board(study, cancelled),
            done=lambda found: self._take_board(study, found),
            failed=self._tell_failure,
        )

    _is_filled = False

    def _take_board(self, study: Study, found: object) -> None:
        if isinstance(found, RotationBoard) and study is self._session.study:
            self.board = found
            self._show_day()

    @Slot()
    def _show_day(self) -> None:
        """Show what is a slice of the histories now; the screen follows from its thread."""
        board, day = self.board, self._session.day
        if board is None or day is None:
            return
        self._is_filled = True
        found = board.phases(day)
        self.phase.show_day(board, found, day)
        self.after.show_day(found)
        self.graph.show_day(board, day)
        self.sectors.show_day(board, day)
        self.leaders.show_moves(board.moves(day))
        self._ask_screen()

    def _ask_screen(self) -> None:
        board, day, screen = self.board, self._session.day, self.screen_now
        if board is None or day is None:
            return
        study = board.study
        self._tasks.latest(
            "rotation screen",
            lambda report, cancelled: screened(study, day, screen),
            done=self._take_screen,
            failed=self._tell_screen_failure,
        )

    @Slot(object)
    def _take_screen(self, found: object) -> None:
        assert isinstance(found, Screened)
        if found.day != self._session.day or found.screen != self.screen_now:
            return
        self.quiet.show_screened(found)
        if self._screen_dialog is not None:
            self._screen_dialog.show_screened(found)

    def _show_nothing(self, why: str) -> None:
        self._is_filled = False
        for card in self.cards:
            card.show_nothing(why)

    @Slot(object)
    def _tell_failure(self, error: object) -> None:
        self._show_nothing(self.tr("This could not be computed: {0}").format(error))

    @Slot(object)
    def _tell_screen_failure(self, error: object) -> None:
        self.quiet.show_nothing(self.tr("This could not be computed: {0}").format(error))

    # -- pointing ----------------------------------------------------------------------------------

    @Slot(str)
    def _point_at_sector(self, sector: str) -> None:
        self.graph.show_lines("sectors")
        self.graph.highlight(frozenset({sector}))

    @Slot(str)
    def _point_at_coin(self, coin: str) -> None:
        self.graph.show_lines("coins")
        self.graph.highlight(frozenset({coin}))

    # -- the user's own ----------------------------------------------------------------------------

    @Slot()
    def open_classes(self) -> ClassesDialog:
        """Open the editor of tiers, sectors and baskets; undo reaches back to the start of the window."""
        if self._edits is None:
            self._edits = ClassEdits(self._session, self._tasks, self)
        dialog = ClassesDialog(self._session, self._edits, self.window())
        dialog.open()
        return dialog

    @Slot()
    def open_screen(self) -> ScreenDialog:
        """Open the filters of the screen."""
        dialog = ScreenDialog(self._kept.value, self.screen_now, self._session.theme, self.window())
        dialog.wanted.connect(self._use_screen)
        dialog.book_changed.connect(self._keep_screens)
        dialog.finished.connect(self._forget_dialog)
        self._screen_dialog = dialog
        dialog.open()
        self._ask_screen()
        return dialog

    @Slot(object)
    def _use_screen(self, screen: object) -> None:
        assert isinstance(screen, Screen)
        self.screen_now = screen
        self._ask_screen()

    @Slot(object)
    def _keep_screens(self, book: object) -> None:
        assert isinstance(book, ScreenBook)
        if not self._choice.is_ready:
            self._tell_screens(self.tr("Your screens are still being read. Try again in a moment."))
            return
        self._kept = Kept(book)
        self._choice.put(book)

    @Slot(str)
    def _tell_screens(self, text: str) -> None:
        if self._screen_dialog is not None:
            self._screen_dialog.tell(text)

    @Slot(object)
    def _hold(self, kept: Kept[ScreenBook]) -> None:
        """Take the screens that are kept now; the one that is shown stays unless it was another."""
        before, self._kept = self._kept, kept
        if kept.notice:
            self._session.said.emit(kept.notice)
        if kept.value != before.value:
            self.screen_now = kept.value.current
            self._ask_screen()

    @Slot()
    def _forget_dialog(self) -> None:
        self._screen_dialog = None

    # -- looks -------------------------------------------------------------------------------------

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        spread_theme(self, theme)

    @Slot(str)
    def _explain(self, key: str) -> None:
        from ui.panels.explain import show_explanation

        show_explanation(self, self._session, key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.width()
        self._lay(1 if width < ONE_COLUMN_BELOW else 2 if width < TWO_COLUMNS_BELOW else 3)
        self.phase.set_compact(width < TWO_COLUMNS_BELOW)


Place = tuple[int, int, int, int]
# Phase, after, graph, sectors, leaders, quiet: row, column, rows, columns.
PLACES: dict[int, tuple[Place, ...]] = {
    3: ((0, 0, 1, 7), (0, 7, 1, 4), (1, 0, 2, 5), (1, 5, 2, 3), (1, 8, 1, 3), (2, 8, 1, 3)),
    2: ((0, 0, 1, 7), (0, 7, 1, 4), (1, 0, 1, 6), (1, 6, 1, 5), (2, 0, 1, 6), (2, 6, 1, 5)),
    1: tuple((at, 0, 1, 1) for at in range(6)),
}
STRETCHES: dict[int, tuple[int, ...]] = {
    3: (92, 92, 92, 92, 92, 127, 127, 127, 99, 99, 99),
    2: (10,) * 11,
    1: (1,),
}
ROWS: dict[int, tuple[tuple[int, int], ...]] = {
    3: ((30, 0), (41, 0), (29, 0)),
    2: ((30, 272), (46, 380), (24, 220)),
    1: ((0, 272), (0, 220), (0, 400), (0, 380), (0, 240), (0, 220)),
}
