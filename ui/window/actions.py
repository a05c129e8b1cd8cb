"""The menu behind the logo: every action once, with its shortcut, for menu and palette alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from models.marked import QT_TRANSLATE_NOOP
from models.version import NAME, VERSION
from ui.dialogs.opening import Dialogs
from ui.reasons import reason
from ui.session import Session
from ui.settings import REFRESH_EVERY, THEME, Settings
from ui.theme.choice import chosen_theme

if TYPE_CHECKING:
    from ui.window.command_palette import Command
    from ui.window.main_window import MainWindow

ABOUT = QT_TRANSLATE_NOOP(
    "Actions",
    "{0} {1} tests the story that altcoin seasons follow small-cap records, on the data of your own disk. "
    "It shows evidence and the limits of it, and gives no investment advice.",
)


class Actions(QObject):
    """The actions of the window that belong to no panel."""

    import_requested = Signal()
    demo_toggled = Signal(bool)
    refresh_requested = Signal()
    automatic_toggled = Signal(bool)

    def __init__(self, window: MainWindow, session: Session, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._session, self._settings = window, session, settings
        self.take = self._action(self.tr("Import an archive …"), "Ctrl+O", self.import_requested.emit)
        self.page = self._action(self.tr("Save the report as a page …"), "Ctrl+P", lambda: self._save("html"))
        self.figures = self._action(self.tr("Save the report as JSON …"), "", lambda: self._save("json"))
        self.demo: QAction = self._action(
            self.tr("Demo market"), "", lambda: self.demo_toggled.emit(self.demo.isChecked())
        )
        self.demo.setCheckable(True)
        self.refresh = self._action(self.tr("Refresh now"), "F5", self.refresh_requested.emit)
        self.automatic: QAction = self._action(
            self.tr("Refresh by itself"),
            "",
            lambda: self.automatic_toggled.emit(self.automatic.isChecked()),
        )
        self.automatic.setCheckable(True)
        self.automatic.setChecked(int(settings.get(REFRESH_EVERY)) > 0)
        dialogs = self._dialogs = Dialogs(window, session, settings)
        self.preferences = self._action(self.tr("Settings …"), "Ctrl+,", lambda: dialogs.preferences())
        self.back_up = self._action(self.tr("Back up documents and settings …"), "", dialogs.back_up)
        self.restore = self._action(self.tr("Restore a backup …"), "", dialogs.restore)
        self.theses = self._action(self.tr("Theses …"), "", dialogs.theses)
        self.log = self._action(self.tr("Log and diagnostics"), "", dialogs.log)
        self.help = self._action(self.tr("Help"), "F1", lambda: dialogs.help())
        self.tour = self._action(self.tr("Tour of the window"), "", dialogs.tour)
        self.shortcuts = self._action(self.tr("Keyboard shortcuts"), "Shift+F1", self._list_shortcuts)
        self.about = self._action(self.tr("About {0}").format(NAME), "", self._about)
        self.quit = self._action(self.tr("Quit"), "Ctrl+Q", window.leave)
        self.themes = QActionGroup(self)
        for name, title in (
            ("system", self.tr("Theme of the system")),
            ("dark", self.tr("Dark theme")),
            ("light", self.tr("Light theme")),
        ):
            action = self._action(title, "", partial(self._choose_theme, name))
            action.setCheckable(True)
            action.setChecked(str(settings.get(THEME)) == name)
            self.themes.addAction(action)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    def _action(self, title: str, keys: str, call: Callable[[], object]) -> QAction:
        action = QAction(title, self._window)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: call())
        self._window.addAction(action)
        return action

    def menu(self) -> QMenu:
        menu = QMenu(self._window)
        for group in (
            (self.take, self.page, self.figures),
            (self.refresh, self.automatic, self.demo),
            (self.theses,),
            tuple(self.themes.actions()),
            (self.preferences, self.back_up, self.restore),
            (self.help, self.tour, self.shortcuts, self.log, self.about, self.quit),
        ):
            menu.addActions(list(group))
            menu.addSeparator()
        return menu

    def commands(self) -> list[Command]:
        """Return the same actions for the palette."""
        from ui.window.command_palette import Command

        actions = (self.refresh, self.automatic, *self.themes.actions())
        actions += (self.take, self.page, self.figures, self.demo)
        actions += (self.theses, self.preferences, self.back_up, self.restore, self.log)
        actions += (self.help, self.tour, self.shortcuts, self.about, self.quit)
        also = {
            self.take: self.tr("folder csv load data"),
            self.page: self.tr("export html print"),
            self.figures: self.tr("export figures"),
            self.demo: self.tr("example simulated try"),
            self.refresh: self.tr("update fetch download"),
            self.theses: self.tr("hypothesis forecast prediction expect"),
            self.preferences: self.tr("preferences options configuration"),
            self.back_up: self.tr("save copy export zip"),
            self.restore: self.tr("bring back import zip"),
            self.log: self.tr("error problem support bug"),
            self.help: self.tr("manual guide documentation"),
            self.tour: self.tr("introduction start learn"),
            self.shortcuts: self.tr("keys hotkeys"),
            self.about: self.tr("version licence"),
            self.quit: self.tr("exit close end"),
        }
        return [
            Command(one.text(), one.shortcut().toString(), one.trigger, also.get(one, "")) for one in actions
        ]

    def help_commands(self) -> list[Command]:
        """Return the groups and every page of the help for the palette."""
        from ui.dialogs.help import topics
        from ui.window.command_palette import Command

        found, groups = [], set()
        for topic in topics():
            if topic.group not in groups:
                groups.add(topic.group)
                title = self.tr("Help: {0}").format(topic.group)
                found.append(Command(title, "", partial(self._topic, topic.title), topic.also))
        for topic in topics():
            hint = self.tr("help: {0}").format(topic.group.lower())
            found.append(Command(topic.title, hint, partial(self._topic, topic.title), topic.also))
        return found

    def setting_commands(self) -> list[Command]:
        """Return every setting for the palette; it opens the settings at that one."""
        from ui.dialogs.preferences import entries
        from ui.window.command_palette import Command

        return [
            Command(title, self.tr("settings"), partial(self._dialogs.preferences, title), also)
            for title, also in entries()
        ]

    def _topic(self, title: str) -> None:
        self._dialogs.help(title)

    def _toggle_demo(self) -> None:
        self.demo_toggled.emit(self.demo.isChecked())

    def set_demo(self, on: bool) -> None:
        self.demo.setChecked(on)

    def _choose_theme(self, name: str) -> None:
        self._settings.set(THEME, name)
        self._session.set_theme(chosen_theme(self._settings))

    @Slot()
    def _system_changed(self) -> None:
        self._session.set_theme(chosen_theme(self._settings))

    def _list_shortcuts(self) -> None:
        from ui.window.messages import show_shortcuts

        show_shortcuts(self._window)

    def _about(self) -> None:
        QMessageBox.about(self._window, NAME, self.tr(ABOUT).format(NAME, VERSION))

    def _save(self, kind: str) -> None:
        study, day = self._session.study, self._session.day
        if study is None or day is None:
            self._window.say(self.tr("There is nothing to report yet: import an archive first."))
            return
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the report"), f"rotascope-{day}.{kind}", f"*.{kind}"
        )
        if not name:
            return

        def work(report: object, cancelled: object) -> str:
            from data.documents.files import write_whole
            from ui.window.report_text import report_text

            text = report_text(study, day, kind, self._session.paths, now=datetime.now(UTC))
            write_whole(Path(name), text.encode("utf-8"))
            return name

        self._window.tasks.start(
            "report",
            work,
            done=lambda where: self._window.say(self.tr("The report was saved as {0}.").format(where)),
            failed=lambda error: self._window.fail(self.tr("The report was not saved"), reason(error)),
        )
