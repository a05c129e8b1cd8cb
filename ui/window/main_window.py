"""What fills the main window: rail, top bar, panels, status bar. It arranges; it knows no figure."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from models.version import NAME
from ui.live.importing import Importing
from ui.live.loading import Loader
from ui.panel_list import PANELS, Panel
from ui.session import Session
from ui.settings import BESIDE, BESIDE_SHARE, PANEL, TOUR_SEEN, Settings
from ui.tasks import Tasks
from ui.window.actions import Actions
from ui.window.asof_bar import AsOfBar
from ui.window.beside import Beside
from ui.window.frame import Frame
from ui.window.placeholder import PlaceholderPanel
from ui.window.rail import Entry, Rail
from ui.window.status import StatusBar
from ui.window.toast import Toast
from ui.window.waiting import WaitingPage

if TYPE_CHECKING:
    from models.market.study import Study
    from ui.window.asking import Asking
    from ui.window.empty import EmptyPage

LOG = logging.getLogger(__name__)


class MainWindow(QWidget):
    """The content of the frame.

    `panel_made` with a panel when it was made, `panel_built` once it is shown for the first time.
    """

    panel_built = Signal()
    panel_made = Signal(object)

    def __init__(
        self, session: Session, tasks: Tasks, loader: Loader, importing: Importing, settings: Settings
    ) -> None:
        super().__init__()
        self._session, self.tasks, self._loader = session, tasks, loader
        self._importing, self._settings = importing, settings
        self._panels: dict[str, QWidget] = {}
        self._imported: set[str] = set()
        self._beside_wanted = str(settings.get(BESIDE))
        self._current = str(settings.get(PANEL))
        if self._current not in {panel.id for panel in PANELS}:
            self._current = PANELS[0].id
        self._build()
        session.study_changed.connect(self._follow_study)
        session.series_ready.connect(self._show_early)
        session.panel_requested.connect(self.open_panel)
        session.failed.connect(self._failed)
        session.day_changed.connect(self._title)
        session.alerted.connect(self._alert)
        session.said.connect(self.say)
        session.action_requested.connect(self._act)
        loader.noticed.connect(self.say)
        loader.prepare = self._prepare

    def _build(self) -> None:
        entries = [Entry(panel.id, self.tr(panel.title), panel.icon) for panel in PANELS]
        self.rail = Rail(entries, self._session.theme)
        self.rail.chosen.connect(self.open_panel)
        self.rail.beside_requested.connect(self.show_beside)
        self.rail.set_current(self._current)
        self.top = AsOfBar(self._session)
        self.top.search_requested.connect(self.open_palette)
        self.top.date.refused.connect(self.say)
        self.status = StatusBar(self._session)
        self.status.cancel_requested.connect(self._cancel)
        self.pages = QStackedWidget()
        self.pages.setObjectName("panelArea")
        self.waiting = WaitingPage(self._session)
        self.pages.addWidget(self.waiting)
        self.beside = Beside(self.pages)
        self.beside.closed.connect(self._take_back)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.beside, 1)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(row, 1)
        whole.addWidget(self.status)
        self.toast = Toast(self)
        self.actions_ = Actions(self, self._session, self._settings)
        self.actions_.import_requested.connect(self.choose_archive)
        self.actions_.demo_toggled.connect(self._toggle_demo)
        self.actions_.refresh_requested.connect(self._refresh)
        self.actions_.automatic_toggled.connect(self._refresh_by_itself)
        self.rail.menu_button.setMenu(self.actions_.menu())
        self._importing.progressed.connect(self._import_progress)
        self._importing.finished.connect(self._import_done)
        self._importing.failed.connect(self._import_failed)
        self._importing.cancelled.connect(self._import_cancelled)
        self._session.theme_changed.connect(self.rail.apply_theme)
        for at, panel in enumerate(PANELS, start=1):
            self._shortcut(f"Ctrl+{at}", partial(self.open_panel, panel.id))
            self._shortcut(f"Ctrl+Shift+{at}", partial(self.show_beside, panel.id))
        self._shortcut("Ctrl+Shift+0", self.close_beside)
        self._session.closing.connect(self._remember_beside)
        self._shortcut("Ctrl+K", self.open_palette)
        self._shortcut("Alt+M", self.rail.menu_button.showMenu)

    @cached_property
    def empty(self) -> EmptyPage:
        """The page of an empty cache; most starts never need it."""
        from ui.window.empty import EmptyPage

        page = EmptyPage(self._session)
        page.import_requested.connect(self.choose_archive)
        page.folder_dropped.connect(self.import_archive)
        page.demo_requested.connect(lambda: self._loader.load(demo=True))
        self.pages.addWidget(page)
        return page

    def fail(self, title: str, sentence: str) -> None:
        """Say in a dialog what did not work."""
        from ui.window.messages import show_failure

        show_failure(self, title, sentence)

    def _shortcut(self, keys: str, call: Callable[[], None]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(call)

    def can_show(self, name: str) -> bool:
        """Whether a panel has something to show: a market, the first series of one to come, or its own."""
        session = self._session
        is_coming = bool(session.loading and session.series)
        return session.study is not None or is_coming or not _panel(name).needs_market

    @Slot(str)
    def open_panel(self, name: str) -> None:
        """Show a panel, made at its first use; one that needs a market leaves its place to the first page."""
        self._current = name
        self.rail.set_current(name)
        self._settings.set(PANEL, name)
        if not self.can_show(name):
            self.pages.setCurrentWidget(self.waiting if self._session.loading else self.empty)
            return
        if name == self.beside.panel:
            self.beside.give_back()
        if name not in self._panels:
            panel = _panel(name)
            if panel.module not in self._imported:
                self._import_first(panel)
                return
            self._panels[name] = self._made(panel)
            self.pages.addWidget(self._panels[name])
            self.pages.setCurrentWidget(self._panels[name])
            self.panel_made.emit(self._panels[name])
            self.panel_built.emit()
        self.pages.setCurrentWidget(self._panels[name])
        if self._beside_wanted and self._session.study is not None:
            wanted, self._beside_wanted = self._beside_wanted, ""
            self.beside.share = min(max(int(self._settings.get(BESIDE_SHARE)), 10), 90)
            if wanted != name:
                self.show_beside(wanted)

    @Slot(str)
    def show_beside(self, name: str) -> None:
        """Show a panel beside the one that is open, imported in a thread where it is the first time."""
        if name == self._current:
            self.say(self.tr("This panel is open already. Choose another one to show beside it."))
            return
        panel = next((one for one in PANELS if one.id == name), None)
        if panel is None or self._session.study is None or name == self.beside.panel:
            return

        def go_on(_found: object) -> None:
            self._imported.add(panel.module)
            if name == self._current:
                return
            made = name not in self._panels
            if made:
                self._panels[name] = self._made(panel)
            self.pages.removeWidget(self._panels[name])
            self.beside.take(name, self.tr(panel.title), self._panels[name])
            self._settings.set(BESIDE, name)
            if made:
                self.panel_made.emit(self._panels[name])

        if panel.module in self._imported:
            go_on(None)
            return
        self.tasks.latest(
            "import the panel beside",
            lambda report, cancelled: importlib.import_module(panel.module),
            done=go_on,
            failed=go_on,  # where the panel is made the error comes again, and is told
        )

    @Slot()
    def close_beside(self) -> None:
        """Give the second panel's room to the first."""
        self.beside.give_back()

    @Slot(str, QWidget)
    def _take_back(self, _name: str, widget: QWidget) -> None:
        self.pages.addWidget(widget)
        self._settings.set(BESIDE, "")

    @Slot()
    def _remember_beside(self) -> None:
        if self.beside.panel:
            self._settings.set(BESIDE_SHARE, self.beside.share)

    @property
    def current(self) -> str:
        """The id of the panel that is chosen in the rail."""
        return self._current

    def panel(self, name: str) -> QWidget | None:
        """Return this panel where it was made already."""
        return self._panels.get(name)

    def panels(self) -> tuple[QWidget, ...]:
        """Return the panels that were made so far."""
        return tuple(self._panels.values())

    def _prepare(self) -> None:
        """Import the panel that will be shown, in the thread that opens the cache: charts take a second."""
        panel = _panel(self._current)
        try:
            importlib.import_module(panel.module)
            self._imported.add(panel.module)
        except Exception:  # noqa: BLE001 - it is tried again, and told, where the panel is made
            LOG.debug("the panel %s could not be imported ahead", panel.id)

    def _import_first(self, panel: Panel) -> None:
        """Show still blocks while a thread imports the panel, then open it, unless another was chosen."""
        self.pages.setCurrentWidget(self.waiting)

        def go_on(_found: object) -> None:
            self._imported.add(panel.module)
            if self._current == panel.id:
                self.open_panel(panel.id)

        self.tasks.latest(
            "import a panel",
            lambda report, cancelled: importlib.import_module(panel.module),
            done=go_on,
            failed=go_on,  # where the panel is made the error comes again, and is told
        )

    def _made(self, panel: Panel) -> QWidget:
        try:
            module = importlib.import_module(panel.module)
            made: QWidget = getattr(module, panel.factory)(self._session, self.tasks)
        except Exception as error:
            # One panel that cannot be made must not take the others with it.
            LOG.exception("the panel %s could not be opened", panel.id)
            sentence = self.tr("This panel could not be opened; the others still can. The reason: {0}")
            return PlaceholderPanel(self.tr(panel.title), sentence.format(error))
        return made

    @Slot(object)
    def _follow_study(self, study: Study | None) -> None:
        self._title()
        self.actions_.set_demo(self._session.is_demo)
        self.setProperty("simulated", self._session.is_demo)  # tables that leave the window say so
        self.open_panel(self._current)
        if study is not None:
            self._welcome()

    def _welcome(self) -> None:
        """Say once, in passing, that there is a tour."""
        if not self._settings.get(TOUR_SEEN):
            self._settings.set(TOUR_SEEN, True)
            self.say(self.tr("New here? The tour takes a minute: menu (Alt+M), then “Tour of the window”."))

    @Slot()
    def _title(self) -> None:
        """Name the window after what it shows, as the list of windows shows nothing else."""
        parts = [NAME]
        if self._session.is_demo:
            parts.append(self.tr("Demo market"))
        if self._session.is_review:
            parts.append(self.tr("as of {0}").format(self._session.day))
        self.window().setWindowTitle(" – ".join(parts))

    @Slot(str)
    def say(self, text: str) -> None:
        """Say something in passing; it stays in the list behind the bell."""
        self.toast.say(text)
        self.top.alerts.add(text)

    @Slot(str)
    def _act(self, name: str) -> None:
        """Do what a panel asks of the window."""
        if name == "import":
            self.choose_archive()
        else:
            self._toggle_demo(name == "demo")

    @Slot(str, str, str)
    def _alert(self, _key: str, text: str, _panel: str) -> None:
        self.say(text)

    @Slot(object)
    def _show_early(self, series: object) -> None:
        """Open the panel on what was read first, before the study is there."""
        if self._session.study is None:
            self.open_panel(self._current)

    @Slot()
    def open_palette(self) -> None:
        from ui.window.command_palette import CommandPalette
        from ui.window.commands import commands, rare_commands

        listed = commands(self, self._session, PANELS)
        palette = CommandPalette(listed, self, rare_commands(self, self._session))
        palette.day_chosen.connect(self._session.set_day)
        palette.show()

    @cached_property
    def asking(self) -> Asking:
        """What opens a panel and then asks it for something."""
        from ui.window.asking import Asking

        return Asking(self, self._session)

    @Slot()
    def choose_archive(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, self.tr("Choose the archive's folder, the one with a manifest.toml")
        )
        if folder:
            self.import_archive(Path(folder))

    @Slot(object)
    def import_archive(self, folder: Path) -> None:
        """Take an archive; the window goes on, the status bar shows how far it is."""
        if self._importing.is_running:
            self.say(self.tr("An import is running already. Wait for it or cancel it first."))
            return
        self.status.show_progress(self.tr("Importing"), None)
        self._loader.pause(True)
        self._importing.start(folder)

    @Slot(float, str)
    def _import_progress(self, share: float, what: str) -> None:
        self.status.show_progress(self.tr("Importing {0}").format(Path(what).name), share)

    @Slot(object)
    def _import_done(self, report: object) -> None:
        self._import_over()
        self._loader.load(demo=False)
        from ui.window.messages import show_import

        show_import(self, report)  # type: ignore[arg-type]

    @Slot(str)
    def _import_failed(self, sentence: str) -> None:
        self._import_over()
        self.fail(self.tr("The archive was not imported"), sentence)

    @Slot()
    def _import_cancelled(self) -> None:
        self._import_over()
        self.say(self.tr("The import was cancelled. Finished files are in the cache."))
        self._loader.load(demo=False)

    def _import_over(self) -> None:
        self.status.stop_progress()
        self._loader.pause(False)

    @Slot()
    def _cancel(self) -> None:
        """Cancel what the status bar shows: an import is shown before a refresh."""
        if self._importing.is_running:
            self._importing.cancel()
        elif self._session.live is not None:
            self._session.live.refreshing.cancel()

    @Slot()
    def _refresh(self) -> None:
        if self._session.live is not None:
            self._session.live.refresh_now()

    @Slot(bool)
    def _refresh_by_itself(self, on: bool) -> None:
        if self._session.live is not None:
            self._session.live.set_automatic(on)

    @Slot(bool)
    def _toggle_demo(self, on: bool) -> None:
        self._loader.load(demo=on)

    @Slot(object)
    def _failed(self, error: object) -> None:
        LOG.error("loading failed: %s", error)
        if self._session.study is None:
            self.pages.setCurrentWidget(self.empty)
        self.actions_.set_demo(self._session.is_demo)
        self.fail(self.tr("The cache could not be opened"), str(error))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.toast.place()

    @Slot()
    def leave(self) -> None:
        """Close the window and end the program, whether an icon stands beside the clock or not."""
        frame = self.window()
        if isinstance(frame, Frame):
            stays, frame.stays = frame.stays, lambda: False
            if not frame.close():  # what cannot be saved was not to be lost
                frame.stays = stays
        else:
            frame.close()


def _panel(name: str) -> Panel:
    return next(panel for panel in PANELS if panel.id == name)
