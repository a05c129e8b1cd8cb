"""The planner's frame: the open plan, its file, undo, and the pages."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from data.documents import Recovered
from models.marked import QT_TRANSLATE_NOOP
from models.qt.reader import readable
from models.risk.plans.edits import changed
from ui.panels.planner.example import WorkedExample
from ui.plans.desk import PlanDesk
from ui.plans.keeper import Around, PlanKeeper
from ui.plans.watching import Watching
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.style import set_property
from ui.theme.tokens import Theme
from ui.widgets.label import Label
from ui.widgets.square_button import square_button
from ui.widgets.undo_buttons import label_undo

if TYPE_CHECKING:
    from ui.panels.planner.positions import PositionsPage

MARGIN, GAP = 16, 12
NARROW, TWO_LINES_BELOW = 1100, 760
BESIDE_STATE = 2
"""Where in the head the pages stand while there is room for them."""
PLAN_FILES = "*.plan.json"


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `module` and `factory` name its class, imported when it is first shown."""

    id: str
    title: str
    module: str
    factory: str


PAGES = (
    Page(
        "positions",
        QT_TRANSLATE_NOOP("PlannerPanel", "Positions"),
        "ui.panels.planner.positions",
        "PositionsPage",
    ),
    Page(
        "ladders",
        QT_TRANSLATE_NOOP("PlannerPanel", "Exit ladders"),
        "ui.panels.planner.ladders",
        "LaddersPage",
    ),
    Page(
        "simulation",
        QT_TRANSLATE_NOOP("PlannerPanel", "Simulation"),
        "ui.panels.planner.simulation",
        "SimulationPage",
    ),
    Page("stress", QT_TRANSLATE_NOOP("PlannerPanel", "Stress"), "ui.panels.planner.stress", "StressPage"),
    Page("replay", QT_TRANSLATE_NOOP("PlannerPanel", "Replay"), "ui.panels.planner.replay", "ReplayPage"),
)


class PlannerPanel(QWidget):
    """A plan as a document: header with file and undo, below it one page at a time."""

    def __init__(self, session: Session, tasks: Tasks) -> None:
        super().__init__()
        self._session = session
        self.keeper = PlanKeeper(tasks, session.paths, session.settings, self)
        self._example = WorkedExample(session, self.keeper)
        self.desk = PlanDesk(session, tasks, self.keeper)
        self.watching = Watching(session, tasks, self.keeper)
        self._pages: dict[str, QWidget] = {}
        self._build()
        self.keeper.changed.connect(self._show_file)
        self.keeper.file_changed.connect(self._show_file)
        self.keeper.moved.connect(self._show_file)
        self.keeper.told.connect(self._be_told)
        self.keeper.said.connect(self._hear)
        self.keeper.warned.connect(self._say)
        self.keeper.warned.connect(session.said)
        self.keeper.undo.indexChanged.connect(lambda _at: self._say(""))
        self.keeper.recovered.connect(self._offer)
        session.open_requested.connect(self._open_files)
        session.theme_changed.connect(self.apply_theme)
        session.closing.connect(self.keeper.close)
        session.endings.append(self.keeper.keep)
        session.trouble.connect(self.keeper.rescue)
        session.turns.append(self.keeper.turn)
        self._show_page(0)
        self._show_file()
        self.keeper.begin()

    def _build(self) -> None:
        self._head = self._build_head()
        self.notice = QLabel()
        self.notice.setWordWrap(True)
        self.notice.hide()
        self.stack = QStackedWidget()
        whole = self._whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN - 4, MARGIN, MARGIN)
        whole.setSpacing(GAP)
        whole.addLayout(self._head)
        whole.addWidget(self.notice)
        whole.addWidget(self.stack, 1)
        self._build_shortcuts()

    def _build_head(self) -> QHBoxLayout:
        theme = self._session.theme
        self.name = Label("", scale=1.25, weight=600, elide=True, theme=theme)
        self.name.setMinimumWidth(60)
        self.state = Label("", token="text2", scale=0.92, elide=True, theme=theme)
        self._build_tabs()
        self._build_buttons()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name)
        head.addWidget(self.state, 1)
        head.addWidget(self.tabs)
        head.addStretch(1)
        for widget in (self.undo, self.redo, self.file, self.compare, self.report, self.lock):
            head.addWidget(widget)
        return head

    def _build_tabs(self) -> None:
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)  # with large text not all pages fit
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setAccessibleName(self.tr("Pages of the plan"))
        for page in PAGES:
            self.tabs.addTab(self.tr(page.title))
        self.tabs.currentChanged.connect(self._show_page)
        # The chosen page's name is heavier, so each choice asks for another width.
        self.tabs.currentChanged.connect(lambda _: self.tabs.updateGeometry())

    def _build_buttons(self) -> None:
        self.undo = square_button("↶", self.tr("Undo"), self.keeper.undo.undo)
        self.redo = square_button("↷", self.tr("Redo"), self.keeper.undo.redo)
        self.file = QToolButton()
        self.file.setText(self.tr("Plan"))
        self.file.setToolTip(self.tr("Open, save, duplicate, compare, lock"))
        self.file.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.file)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.file.setMenu(self._menu)
        self.compare = QPushButton(self.tr("Compare"))
        self.compare.setToolTip(self.tr("Lay another plan beside this one."))
        self.compare.clicked.connect(self._compare)
        self.report = QPushButton(self.tr("Report"))
        self.report.setToolTip(self.tr("Save the plan as a page, PDF, table or figures."))
        self.report.clicked.connect(self._report)
        self.lock = QPushButton(self.tr("Lock plan"))
        self.lock.setToolTip(self.tr("Freeze the plan with time and hash. A copy can still be changed."))
        self.lock.clicked.connect(self._lock)

    def _build_shortcuts(self) -> None:
        keys = QKeySequence.StandardKey
        for key, call in (
            (keys.Undo, self.keeper.undo.undo),
            (keys.Redo, self.keeper.undo.redo),
            (keys.New, self.new),
        ):
            self._shortcut(QKeySequence(key), call)
        self._shortcut(QKeySequence("Ctrl+S"), self.save)
        self._shortcut(QKeySequence("Ctrl+Shift+S"), self.save_as)
        self._shortcut(QKeySequence("Ctrl+Shift+O"), self.choose)
        for at in range(len(PAGES)):
            self._shortcut(QKeySequence(f"Alt+{at + 1}"), partial(self.tabs.setCurrentIndex, at))

    def _shortcut(self, keys: QKeySequence, call: Callable[[], None]) -> None:
        """They hold for the window, and only while the panel is shown: the rail may have the focus."""
        QShortcut(keys, self).activated.connect(call)

    # -- pages -------------------------------------------------------------------------------------

    def open_page(self, name: str) -> None:
        """Show a page by its id."""
        self.tabs.setCurrentIndex(next(at for at, page in enumerate(PAGES) if page.id == name))

    def add_position(self) -> None:
        """Ask for a new position, on the page of positions."""
        self._positions().add.click()

    def import_positions(self) -> None:
        """Ask for a file of positions, on their page."""
        self._positions().take.click()

    def _positions(self) -> PositionsPage:
        self.open_page("positions")
        return cast("PositionsPage", self._pages["positions"])

    @Slot(int)
    def _show_page(self, at: int) -> None:
        page = PAGES[at]
        if page.id not in self._pages:
            made = getattr(importlib.import_module(page.module), page.factory)(self.desk)
            self._pages[page.id] = made
            self.stack.addWidget(made)
        self.stack.setCurrentWidget(self._pages[page.id])

    # -- the plan as a document --------------------------------------------------------------------

    @Slot()
    def _show_file(self) -> None:
        plan = self.keeper.plan
        self.name.set_text(plan.name)
        self.state.set_text(self.keeper.saved_words)
        label_undo(self.keeper.undo, self.undo, self.redo)
        self.lock.setEnabled(not self.keeper.is_locked and bool(plan.positions))

    @Slot(str)
    def _say(self, text: str, tone: str = "caution") -> None:
        set_property(self.notice, "tone", tone)
        self.notice.setText(text)
        self.notice.setVisible(bool(text))

    @Slot(str)
    def _be_told(self, text: str) -> None:
        self._hear(text, tone="second")

    @Slot(str)
    def _hear(self, text: str, tone: str = "caution") -> None:
        """Show what the plan answers; while another panel is open the window says it."""
        self._say(text, tone)
        if text and not self.isVisible():
            self._session.said.emit(text)

    def _fill_menu(self) -> None:
        menu = self._menu
        menu.clear()
        self._item(menu, self.tr("New plan"), self.new, "Ctrl+N")
        menu.addAction(self.tr("Worked example"), self.example)
        self._item(menu, self.tr("Open …"), self.choose, "Ctrl+Shift+O")
        recent = menu.addMenu(self.tr("Open recent"))
        recent.setEnabled(False)
        menu.addSeparator()
        self._item(menu, self.tr("Save"), self.save, "Ctrl+S")
        self._item(menu, self.tr("Save as …"), self.save_as, "Ctrl+Shift+S")
        menu.addAction(self.tr("Rename …"), self.rename)
        menu.addAction(self.tr("Duplicate"), self.keeper.duplicate)
        versions = menu.addMenu(self.tr("Earlier versions"))
        versions.setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.tr("Compare with …"), self._compare)
        menu.addAction(self.tr("Report …"), self._report)
        menu.addAction(self.tr("Lock …"), self._lock).setEnabled(self.lock.isEnabled())
        menu.addSeparator()
        self._signal_menu(menu)
        menu.addAction(self.tr("Notes …"), self.write_notes)
        menu.addAction(self.tr("Limits and assumptions …"), self.edit_limits)
        self._lists = recent, versions
        self.keeper.look(self._fill_lists)

    def _fill_lists(self, found: Around) -> None:
        """Offer what a thread has found on the disk, in the menu that is open."""
        recent, versions = self._lists
        for menu in self._lists:
            menu.clear()
        for path in found.recent:
            recent.addAction(_name(path), partial(self.open, path))
        for one in found.versions:
            when = readable(f"{one.at.astimezone():%Y-%m-%d, %H:%M}")
            title = self.tr("Version {0} of {1}").format(one.number, when)
            versions.addAction(title, partial(self.keeper.open_version, one.number))
        for menu in self._lists:
            menu.setEnabled(not menu.isEmpty())

    def _item(self, menu: QMenu, title: str, call: Callable[[], None], keys: str) -> None:
        """Add an item that shows the keys of the panel and owns none: two owners would cancel."""
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        menu.addAction(f"{title}\t{shown}", call)

    def _signal_menu(self, menu: QMenu) -> None:
        """Let the user choose which signals are told of when they flip."""
        from models.market.signals import SIGNALS

        chosen = menu.addMenu(self.tr("Tell when a signal flips"))
        watched = set(self.watching.signals)
        for one in SIGNALS:
            action = chosen.addAction(one.title)
            action.setCheckable(True)
            action.setChecked(one.id in watched)
            action.toggled.connect(partial(self._watch_signal, one.id))

    def _watch_signal(self, name: str, on: bool) -> None:
        watched = set(self.watching.signals)
        (watched.add if on else watched.discard)(name)
        self.watching.set_signals(watched)

    @Slot()
    def new(self) -> None:
        self._leave(self.keeper.new)

    @Slot()
    def example(self) -> None:
        """Begin with the worked example: of the market at hand, else the one that ships with the program."""
        self._leave(self._example.begin)

    @Slot()
    def choose(self) -> None:
        folder = "" if self.keeper.store is None else str(self.keeper.store.folder)
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Open a plan"), folder, PLAN_FILES)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Open a plan; the present one is saved first if it has a file."""
        self._leave(lambda: self.keeper.open(path))

    @Slot(object)
    def _open_files(self, files: tuple[Path, ...]) -> None:
        if not files:
            return
        first, *others = files
        if others:
            self.keeper.list_as_recent(others)
            names = ", ".join(_name(one) for one in others)
            self._session.said.emit(
                self.tr(
                    "One plan is open at a time: this is “{0}”. You find {1} in the planner, in the menu "
                    "“Plan” under “Open recent”."
                ).format(_name(first), names)
            )
        self.open(first)

    def _leave(self, then: Callable[[], None]) -> None:
        """Go on to another plan; what is not saved of this one is saved first."""
        self._say("")
        if self.keeper.is_work:
            self.keeper.save(then=then)
        else:
            then()

    @Slot()
    def save(self) -> None:
        self._say("")
        self.keeper.save()

    @Slot()
    def save_as(self) -> None:
        store = self.keeper.store
        if store is None:
            return
        proposed = str(store.free_path(self.keeper.plan.name))
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the plan as"), proposed, PLAN_FILES)
        if name:
            path = Path(name)
            self.keeper.save(path if path.name.endswith(".plan.json") else path.with_suffix(".plan.json"))

    @Slot()
    def rename(self) -> None:
        name, taken = QInputDialog.getText(
            self, self.tr("Rename the plan"), self.tr("Name"), text=self.keeper.plan.name
        )
        if taken and name.strip():
            self.keeper.edit(self.tr("rename the plan"), lambda plan: changed(plan, name=name))

    @Slot()
    def write_notes(self) -> None:
        text, taken = QInputDialog.getMultiLineText(
            self, self.tr("Notes of the plan"), self.tr("What is this plan for?"), self.keeper.plan.notes
        )
        if taken:
            self.keeper.edit(self.tr("write notes"), lambda plan: changed(plan, notes=text))

    @Slot()
    def edit_limits(self) -> None:
        from ui.panels.planner.limits import LimitsDialog

        LimitsDialog(self.keeper, self).open()

    @Slot()
    def _lock(self) -> None:
        answer = QMessageBox.question(
            self,
            self.tr("Lock the plan?"),
            self.tr(
                "A locked plan keeps its figures, with the time and a hash, and cannot be changed any more. "
                "Duplicate it to go on."
            ),
        )
        if answer == QMessageBox.StandardButton.Yes:
            self.keeper.lock()

    @Slot()
    def _compare(self) -> None:
        from ui.panels.planner.compare import choose_and_compare

        choose_and_compare(self.desk, self)

    @Slot()
    def _report(self) -> None:
        from ui.panels.planner.reporting import save_report

        save_report(self.desk, self)

    @Slot(object)
    def _offer(self, left: tuple[Recovered, ...]) -> None:
        """Ask about the newest unsaved plan that a crash left."""
        one = left[0]
        when = readable(f"{one.at.astimezone():%Y-%m-%d, %H:%M}")
        name = str(one.document.get("name", "")) or self.tr("a plan")
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("A plan was not saved"))
        box.setText(self.tr("“{0}” had changes of {1} that were not saved.").format(name, when))
        box.setInformativeText(
            self.tr("No file holds the plan yet, but nothing is lost. Go on with them, or forget them.")
            if one.path is None
            else self.tr("Nothing of it is lost. Go on with them, or use the saved plan.")
        )
        take = box.addButton(self.tr("Go on with them"), QMessageBox.ButtonRole.AcceptRole)
        drop = box.addButton(self.tr("Forget them"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.tr("Ask later"), QMessageBox.ButtonRole.RejectRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def answered() -> None:
            if box.clickedButton() is take:
                self.keeper.take_recovered(one)
            elif box.clickedButton() is drop:
                self.keeper.drop_recovered(one)

        box.finished.connect(answered)
        box.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the buttons wait in the menu; in a very narrow one the pages have a line."""
        super().resizeEvent(event)
        for button in (self.compare, self.report, self.lock):
            button.setVisible(self.width() >= NARROW)
        is_below = self._whole.indexOf(self.tabs) >= 0
        if is_below == (self.width() < TWO_LINES_BELOW):
            return
        if is_below:
            self._head.insertWidget(BESIDE_STATE, self.tabs)
        else:
            self._whole.insertWidget(1, self.tabs)

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        self.name.apply_theme(theme)
        self.state.apply_theme(theme)
        for page in self._pages.values():
            page.apply_theme(theme)  # type: ignore[attr-defined]


def _name(path: Path) -> str:
    """Return what a file of a plan is called where it is listed."""
    return path.name.removesuffix(".plan.json")
