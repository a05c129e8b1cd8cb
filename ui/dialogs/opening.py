"""Opens the dialogs of the window, and does what their buttons ask for."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox

from ui.reasons import reason
from ui.session import Session
from ui.settings import (
    COLOURS,
    DOCUMENTS,
    REFRESH_EVERY,
    REFRESH_METERED,
    THEME,
    TOUR_SEEN,
    Setting,
    Settings,
)
from ui.theme.choice import chosen_theme

if TYPE_CHECKING:
    from data.paths import Paths
    from ui.window import MainWindow


class Dialogs(QObject):
    """Settings, log, backup and restore; each imported when it is first asked for."""

    def __init__(self, window: MainWindow, session: Session, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._session, self._settings = window, session, settings

    @property
    def _paths(self) -> Paths:
        from data.paths import Paths

        return self._session.paths or Paths.choose()

    def preferences(self, setting: str = "") -> None:
        """Open the settings, at the one of this title if it is named."""
        from ui.dialogs.preferences import Preferences

        dialog = Preferences(self._settings, self._paths, self._window)
        dialog.changed.connect(self._follow)
        dialog.backup_requested.connect(self.back_up)
        dialog.restore_requested.connect(self.restore)
        dialog.folder_requested.connect(self.choose_folder)
        if setting:
            dialog.open_at(setting)
        else:
            dialog.open()

    @Slot(object)
    def _follow(self, setting: Setting) -> None:
        if setting in (THEME, COLOURS):
            self._session.set_theme(chosen_theme(self._settings))
        if setting in (REFRESH_EVERY, REFRESH_METERED) and self._session.live is not None:
            schedule = self._session.live.schedule
            schedule.set_every(schedule.every)
            self._window.actions_.automatic.setChecked(schedule.every > 0)

    @Slot()
    def log(self) -> None:
        from ui.dialogs.log_viewer import LogViewer

        LogViewer(self._session, self._paths, self._window).open()

    @Slot()
    def theses(self) -> None:
        """Show the user's theses and their record, beside the window."""
        from ui.panels.theses import open_theses

        open_theses(self._session, self._window.tasks, self._window)

    def help(self, topic: str = "") -> None:
        """Open the help, on a topic if one is named; it stays beside the window until it is closed."""
        from ui.dialogs.help import HelpWindow

        window = HelpWindow(self._window, topic=topic)
        window.tour_requested.connect(window.close)
        window.tour_requested.connect(self.tour)
        window.show()

    @Slot()
    def tour(self) -> None:
        """Lead through the parts of the window."""
        from ui.tour import Tour
        from ui.tour_stops import stops

        self._settings.set(TOUR_SEEN, True)
        tour = Tour(stops(self._window), self._session, self._window)
        tour.finished.connect(tour.deleteLater)
        tour.start()

    @Slot()
    def back_up(self) -> None:
        """Write all documents and settings into a file of the user's choice."""
        from data.backup import SUFFIX, write_backup

        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Back up documents and settings"), f"rotascope{SUFFIX}", f"*{SUFFIX}"
        )
        if not name:
            return
        paths = self._paths
        self._settings.save()
        self._window.tasks.start(
            "backup",
            lambda report, cancelled: write_backup(paths, Path(name)),
            done=lambda count: self._window.say(
                self.tr("{0} files were backed up to {1}.").format(count, name)
            ),
            failed=lambda error: self._window.fail(self.tr("The backup was not written"), reason(error)),
        )

    @Slot()
    def restore(self) -> None:
        """Bring back a backup; what it replaces is kept, and the program starts anew with it."""
        from data.backup import SUFFIX, Restored, restore_backup

        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Restore documents and settings"), "", f"*{SUFFIX} *.zip"
        )
        if not name:
            return
        paths = self._paths

        def tell(restored: object) -> None:
            assert isinstance(restored, Restored)
            text = self.tr("{0} files were restored. They are used from the next start on.").format(
                restored.files
            )
            if restored.kept_aside is not None:
                text += " " + self.tr("What was here before lies in {0}.").format(restored.kept_aside)
            QMessageBox.information(self._window, self.tr("Restored"), text)

        self._window.tasks.start(
            "restore",
            lambda report, cancelled: restore_backup(paths, Path(name)),
            done=tell,
            failed=lambda error: self._window.fail(self.tr("Nothing was restored"), reason(error)),
        )

    @Slot()
    def choose_folder(self) -> None:
        """Use another folder for documents from the next start on, with a copy of what is there now."""
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Choose the folder for your documents"))
        if not name:
            return
        old, new = self._paths.documents, Path(name)
        try:
            if old.is_dir() and new.resolve() != old.resolve():
                shutil.copytree(old, new, dirs_exist_ok=True, copy_function=_copy_if_new)
        except OSError as error:
            self._window.fail(
                self.tr("The folder is not used"),
                self.tr("Your documents could not be copied there ({0}). They are where they were.").format(
                    reason(error)
                ),
            )
            return
        self._settings.set(DOCUMENTS, str(new))
        self._settings.save()
        self._window.say(self.tr("From the next start on your documents are kept in {0}.").format(new))


def _copy_if_new(source: str, target: str) -> str:
    """Copy a file unless one of that name is there: two sets of documents never overwrite each other."""
    if not Path(target).exists():
        shutil.copy2(source, target)
    return target
