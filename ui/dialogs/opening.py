"""Opens the dialogs of the window, and does what their buttons ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox

from ui.documents.turn import Changed, DocumentChange
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
    from ui.tasks import Report
    from ui.window.main_window import MainWindow


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
        self._session.documents_changed.connect(dialog.follow_documents)
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
        from ui.theses.window import open_theses

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
        from ui.window.tour import Tour
        from ui.window.tour_stops import stops

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
        self._change(
            self.tr("Backing up your documents"),
            lambda report: Changed(write_backup(paths, Path(name)), paths, is_other=False),
            lambda count: self._window.say(self.tr("{0} files were backed up to {1}.").format(count, name)),
            self.tr("The backup was not written"),
        )

    @Slot()
    def restore(self) -> None:
        """Bring back a backup; what it replaces is kept, and the window goes on with what came back."""
        from data.backup import SUFFIX, Restored, restore_backup

        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Restore documents and settings"), "", f"*{SUFFIX} *.zip"
        )
        if not name:
            return
        paths = self._paths

        def tell(restored: object) -> None:
            assert isinstance(restored, Restored)
            text = self.tr(
                "{0} files were restored. The window shows the documents now; the settings are used from "
                "the next start on."
            ).format(restored.files)
            if restored.kept_aside is not None:
                text += " " + self.tr("What was here before lies in {0}.").format(restored.kept_aside)
            box = QMessageBox(
                QMessageBox.Icon.NoIcon,
                self.tr("Restored"),
                self.tr("Restored"),
                QMessageBox.StandardButton.Ok,
                self._window,
            )
            box.setInformativeText(text)
            box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.open()

        # What is remembered goes to the disk first: from there on the file is the one that came back.
        self._settings.save()
        self._change(
            self.tr("Restoring your documents"),
            lambda report: Changed(restore_backup(paths, Path(name)), paths),
            tell,
            self.tr("Nothing was restored"),
        )

    @Slot()
    def choose_folder(self) -> None:
        """Use another folder for documents: with a copy of one's own, or with those that lie there."""
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Choose the folder for your documents"))
        if not name:
            return
        from data.moving import documents_in

        old, new = self._paths.documents, Path(name)
        if new.resolve() == old.resolve():
            self._window.say(self.tr("Your documents are kept in {0} already.").format(old))
            return

        def go_on(there: object) -> None:
            if there:
                self._ask_whose(str(there), old, new)
            else:
                self._use_folder(new, take_along=True)

        self._window.tasks.latest(
            "look into a folder",
            lambda report, cancelled: documents_in(new),
            done=go_on,
            failed=lambda error: self._window.fail(self.tr("The folder is not used"), reason(error)),
        )

    def _ask_whose(self, there: str, old: Path, new: Path) -> None:
        """Ask which documents are used where the folder has some of its own; neither are lost."""
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("There are documents in this folder already"))
        box.setText(self.tr("{0} holds documents of Rotascope already: {1}.").format(new, there))
        box.setInformativeText(
            self.tr(
                "“Use those” leaves your present documents in {0}. “Take mine along” copies them here, and "
                "keeps those of this folder in a dated folder beside them."
            ).format(old)
        )
        use = box.addButton(self.tr("Use those"), QMessageBox.ButtonRole.AcceptRole)
        take = box.addButton(self.tr("Take mine along"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(QMessageBox.StandardButton.Cancel)

        def answered() -> None:
            if box.clickedButton() in (use, take):
                self._use_folder(new, take_along=box.clickedButton() is take)

        box.finished.connect(answered)
        box.open()

    def _use_folder(self, new: Path, *, take_along: bool) -> None:
        """Keep the documents there from now on; with `take_along` after copying the present ones."""
        from data import moving

        paths = self._paths
        old, usual = paths.documents, replace(paths, chosen_documents=None)
        is_usual = new.resolve() == usual.documents.resolve()
        after = usual if is_usual else replace(paths, chosen_documents=new)

        def act(report: Report) -> Changed:
            return Changed(moving.take_along(old, new, report) if take_along else None, after)

        def tell(aside: object) -> None:
            from ui.plans.keeper import RECENT
            from ui.plans.turn import follow_files
            from ui.plans.watching import REPORTED

            self._settings.set(DOCUMENTS, "" if is_usual else str(new))
            if take_along:
                follow_files(self._settings, (RECENT, REPORTED), old, new)
            self._settings.save()
            text = self.tr("Your documents are kept in {0} from now on.").format(new)
            if take_along:
                text += " " + self.tr("Those in {0} were copied and can be deleted.").format(old)
            else:
                text += " " + self.tr("Those in {0} stay there as they are.").format(old)
            if aside is not None:
                text += " " + self.tr("What lay there before is in {0}.").format(aside)
            self._window.say(text)

        self._change(self.tr("Copying your documents"), act, tell, self.tr("The folder is not used"))

    def _change(
        self, title: str, act: Callable[[Report], Changed], done: Callable[[object], None], failure: str
    ) -> None:
        """Change all documents at once, as :class:`DocumentChange` does, and say how it went."""
        change = DocumentChange(self._session, self._window.tasks, title, self._window)
        change.done.connect(done)
        change.failed.connect(lambda error: self._window.fail(failure, reason(error)))
        change.start(self._paths, act)
