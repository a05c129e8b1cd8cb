"""Keeps the open plan: every edit is one step of undo, and a draft of it survives a crash."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from data.documents import EVERY, DocumentError, Draft, Recovered, Saved, Store, Version, forget, recoverable
from data.paths import Paths
from data.plans import PlanFile, load_plan, load_plan_version, plan_of, plan_store, save_plan
from models.qt.reader import readable
from models.risk.plans.as_json import lock_state, locked, plan_to_dict
from models.risk.plans.edits import copied
from models.risk.plans.plan import Plan
from models.risk.plans.values import PlanError
from ui.documents.turn import Turn
from ui.later import later
from ui.plans.turn import OpenPlan, PlanTurn
from ui.reasons import reason
from ui.settings import Setting, Settings
from ui.tasks import Tasks

RECENT = Setting("planner/recent", "[]", "The plans that were open last, the newest first")
MOST_RECENT = 8


@dataclass(frozen=True, slots=True)
class Around:
    """Plans that were open last and are still there, and the earlier versions of the open one."""

    recent: tuple[Path, ...]
    versions: tuple[Version, ...]


class PlanKeeper(QObject):
    """The plan that is open.

    `changed` with the plan after every edit, undo and redo, `replaced` before it when another plan was
    opened; `file_changed` when its file, its saved state or its lock is another; `told` with what was done
    as the user asked, `said` with why it could not be, `warned` with what nobody asked for: why the unsaved
    state could not be kept; `recovered` with what a crash left; `moved` when another edit can be undone.
    Without `paths` nothing is kept.
    """

    changed = Signal(object)
    replaced = Signal()
    file_changed = Signal()
    told = Signal(str)
    said = Signal(str)
    warned = Signal(str)
    recovered = Signal(object)
    moved = Signal()

    def __init__(
        self,
        tasks: Tasks,
        paths: Paths | None,
        settings: Settings | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._settings = tasks, settings
        self._store: Store | None = None if paths is None else plan_store(paths)
        self._plan = self._saved_plan = Plan()
        self._path: Path | None = None
        self._stamp: str | None = None
        self._saved: Saved | None = None
        self._draft = None if self._store is None else Draft(self._store)
        self._drafted = self._tried = self._plan
        self._told = ""
        self.undo = QUndoStack(self)
        self.undo.indexChanged.connect(self._tell_moved)
        self._timer = later(self, round(EVERY * 1000), self._keep_next_draft)

    # -- what is open ------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        return self._plan

    @property
    def path(self) -> Path | None:
        """The file of the plan; None while it has none."""
        return self._path

    @property
    def store(self) -> Store | None:
        return self._store

    @property
    def is_saved(self) -> bool:
        """Whether the plan is what its file holds; a plan that nobody touched needs no saving."""
        return self._plan == self._saved_plan

    @property
    def is_work(self) -> bool:
        """Whether something would be lost if the plan went now: notes, limits and cash count too."""
        return not self.is_saved and (self._path is not None or self._plan != Plan())

    @property
    def is_locked(self) -> bool:
        return self._plan.lock is not None

    @property
    def saved_words(self) -> str:
        """Say in a few words where the plan stands."""
        lock = self._plan.lock
        if lock is not None:
            if lock_state(self._plan) == "broken":
                return self.tr("The lock is broken: the file was changed elsewhere")
            return self.tr("Locked {0}").format(readable(lock.at[:16].replace("T", " ")))
        if not self.is_saved:
            return self.tr("Not saved yet") if self._path is None else self.tr("Changed since it was saved")
        if self._saved is None:
            return "" if self._path is None else self.tr("Saved")
        at = datetime.fromisoformat(self._saved.at).astimezone()
        return self.tr("Saved {0} · version {1}").format(f"{at:%H:%M}", self._saved.number)

    def recent(self) -> tuple[Path, ...]:
        """Return the plans that were open last and are still there; looks at the disk."""
        return tuple(path for path in self._last_open() if path.exists())

    def look(self, done: Callable[[Around], None]) -> None:
        """Find in a thread what there is around the open plan, for a menu."""
        store, file, last = self._store, self._path, self._last_open()

        def work(report: object, cancelled: object) -> Around:
            versions = store.versions(file)[1:] if store is not None and file is not None else ()
            return Around(tuple(path for path in last if path.exists()), versions)

        self._tasks.latest("plan: around", work, done=lambda found: done(cast(Around, found)))

    def _last_open(self) -> tuple[Path, ...]:
        if self._settings is None:
            return ()
        try:
            return tuple(map(Path, json.loads(str(self._settings.get(RECENT)))))
        except (ValueError, TypeError):
            return ()

    def list_as_recent(self, paths: Sequence[Path]) -> None:
        """Put plans among those that were open last, so that they can be opened from there."""
        for path in reversed(paths):
            self._remember(path)

    # -- editing -----------------------------------------------------------------------------------

    def edit(self, what: str, change: Callable[[Plan], Plan]) -> bool:
        """Change the plan by a pure function; what it refuses is said, and nothing changes."""
        try:
            after = change(self._plan)
        except PlanError as error:
            self.said.emit(str(error))
            return False
        if after != self._plan:
            self.undo.push(_Edit(self, self._plan, after, what))
        return True

    # -- files -------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Offer what a crash left, else open the plan of the last time; both read in a thread."""
        store = self._store
        if store is None:
            return
        last = self._last_open()

        def look(report: object, cancelled: object) -> tuple[tuple[Recovered, ...], PlanFile | None]:
            there = next((path for path in last if path.exists()), None)
            return recoverable(store), None if there is None else load_plan(store, there)

        self._tasks.latest("plan: begin", look, done=self._begun, failed=self._not_opened)

    @Slot(object)
    def _begun(self, found: object) -> None:
        left: tuple[Recovered, ...]
        last: PlanFile | None
        left, last = found  # type: ignore[misc]
        if last is not None and self._plan == Plan():
            self._show_file(last)
        if left:
            self.recovered.emit(left)

    def new(self, plan: Plan | None = None) -> None:
        """Begin another plan, without a file yet; `plan` is a template or a copy."""
        self._show_plan(plan if plan is not None else Plan(), None, None)
        if plan is not None:
            self._saved_plan = self._drafted = self._tried = Plan(name="")
            self._keep_next_draft()
            self.file_changed.emit()

    def open(self, path: Path) -> None:
        """Open a plan; one that cannot be read is left alone, and the present one stays."""
        store = self._store
        if store is None:
            return
        self._tasks.latest(
            "plan: open",
            lambda report, cancelled: load_plan(store, path),
            done=self._show_file,
            failed=self._not_opened,
        )

    def open_version(self, number: int) -> None:
        """Take an older version of the plan; saving makes it the newest one. It can be undone."""
        store, path = self._store, self._path
        if store is None or path is None:
            return

        def done(plan: object) -> None:
            assert isinstance(plan, Plan)
            self.edit(self.tr("go back to version {0}").format(number), lambda _: plan)

        self._tasks.latest(
            "plan: version",
            lambda report, cancelled: load_plan_version(store, path, number),
            done=done,
            failed=self._not_opened,
        )

    def save(self, place: Path | None = None, then: Callable[[], None] | None = None) -> None:
        """Save the plan under its file or another one; a plan without a file gets one of its name."""
        store, plan = self._store, self._plan
        if store is None:
            return
        is_same = place is None or place == self._path
        target = place or self._path
        expected = self._stamp if is_same else None

        def done(saved: object) -> None:
            assert isinstance(saved, Saved)
            self._path, self._stamp, self._saved = saved.path, saved.stamp, saved
            self._saved_plan = plan
            self._remember(saved.path)
            if self._plan == plan:
                self._drop_draft()
            else:
                self._drafted = plan  # the draft was of a file as it was before
                self._keep_draft()
            self.file_changed.emit()
            if then is not None:
                then()

        self._tasks.write(
            "plan: save",
            lambda report, cancelled: save_plan(
                store, target or store.free_path(plan.name), plan, expected=expected
            ),
            done=done,
            failed=lambda error: self.said.emit(str(error)),
        )

    def duplicate(self) -> None:
        """Go on with a copy of the plan, unlocked and without a file."""
        self.new(copied(self._plan, self.tr("{0}, copy").format(self._plan.name)))

    def lock(self) -> None:
        """Freeze the plan with time and hash, and save it so; a copy can be changed."""
        now = datetime.now(UTC)
        if self.edit(self.tr("lock the plan"), lambda plan: locked(plan, now)):
            self.undo.clear()  # a lock that undo takes back would be none
            self.save()

    def take_recovered(self, one: Recovered) -> None:
        """Go on with what a crash left."""
        try:
            plan = plan_of(one.document, one.path or one.file)
        except DocumentError as error:
            self.said.emit(str(error))
            return
        self._show_plan(plan, one.path, one.stamp)
        self._saved_plan = self._drafted = Plan(name="")
        self._keep_draft(then=lambda: forget(one))
        self.file_changed.emit()

    def drop_recovered(self, one: Recovered) -> None:
        """Forget what a crash left."""
        forget(one)

    def keep(self) -> str:
        """Put the unsaved state by, before the window closes; says why where it cannot be."""
        self._timer.stop()
        if self._store is None or self._draft is None or not self.is_work:
            return ""
        try:
            self._draft.keep(plan_to_dict(self._plan), path=self._path, stamp=self._stamp)
        except DocumentError as error:
            return str(error)
        return ""

    def close(self) -> None:
        """Keep a draft of what is not saved, for the next start; called when the window closes."""
        self._timer.stop()
        if self._store is None or self._draft is None:
            return
        if not self.is_work:
            self._draft.close()
            return
        try:
            if self._path is not None:
                save_plan(self._store, self._path, self._plan, expected=self._stamp)
            else:
                saved = save_plan(self._store, self._store.free_path(self._plan.name), self._plan)
                self._remember(saved.path)
            self._draft.close()
        except DocumentError:
            self._keep_draft_now()

    def turn(self) -> Turn:
        """Return how the plan is saved and read anew when all documents change."""
        self._timer.stop()
        if self._store is None or self._draft is None:
            return PlanTurn(self, None)
        now = OpenPlan(
            store=self._store,
            documents=self._store.folder.parent,
            plan=self._plan,
            path=self._path,
            stamp=self._stamp,
            is_work=self.is_work,
            draft=self._draft,
        )
        return PlanTurn(self, now)

    def take_other(self, store: Store, found: PlanFile | DocumentError | None, *, had_file: bool) -> None:
        """Go on with the plan that stands in the file now; with an empty one where there is none any more."""
        for work in ("plan: begin", "plan: open", "plan: version"):
            self._tasks.cancel(work)
        if self._draft is not None:
            self._draft.close()
        self._store, self._draft = store, Draft(store)
        if isinstance(found, PlanFile) and found.plan == self._plan:
            self._saved_plan = self._drafted = self._tried = found.plan
            if (found.path, found.stamp) != (self._path, self._stamp):
                self._saved = None
            self._path, self._stamp = found.path, found.stamp
            self._remember(found.path)
            self.file_changed.emit()
        elif isinstance(found, PlanFile):
            self._show_file(found)
        elif had_file:
            self._show_plan(Plan(), None, None)
        if isinstance(found, DocumentError):
            self.said.emit(str(found))

    @Slot()
    def rescue(self) -> None:
        """Keep a draft at once: something went wrong elsewhere."""
        self._told = ""  # after an error it is told anew
        self._keep_draft()

    # -- inside ------------------------------------------------------------------------------------

    @Slot(object)
    def _show_file(self, found: object) -> None:
        assert isinstance(found, PlanFile)
        self._show_plan(found.plan, found.path, found.stamp)
        self._remember(found.path)

    def _show_plan(self, plan: Plan, path: Path | None, stamp: str | None) -> None:
        self._plan = self._saved_plan = self._drafted = self._tried = plan
        self._path, self._stamp, self._saved = path, stamp, None
        self.undo.clear()
        self._drop_draft()
        self.replaced.emit()
        self.changed.emit(plan)
        self.file_changed.emit()

    @Slot(object)
    def _not_opened(self, error: object) -> None:
        self.said.emit(str(error))

    def _show(self, plan: Plan) -> None:
        self._plan = plan
        if self._store is not None and not self._timer.isActive():
            self._keep_next_draft()
        self.changed.emit(plan)
        self.file_changed.emit()

    def _remember(self, path: Path) -> None:
        if self._settings is not None:
            others = [one for one in self._last_open() if one != path]
            self._settings.set(RECENT, json.dumps([str(one) for one in (path, *others)][:MOST_RECENT]))
            self._settings.save()

    @Slot()
    def _tell_moved(self) -> None:
        self.moved.emit()

    @Slot()
    def _keep_next_draft(self) -> None:
        """Keep what has changed, and look again a moment later while changes go on."""
        if self._plan != self._tried:
            self._timer.start()
            self._keep_draft()

    def _keep_draft(self, then: Callable[[], None] = lambda: None) -> None:
        """Write the unsaved state in a thread, and do `then` once it stands."""
        draft, plan, path, stamp = self._draft, self._plan, self._path, self._stamp
        if draft is None or plan == self._drafted:
            return
        self._drafted = self._tried = plan
        if self.is_saved:
            self._drop_draft()
            return

        def work(report: object, cancelled: object) -> None:
            draft.keep(plan_to_dict(plan), path=path, stamp=stamp)
            then()

        self._tasks.write("plan: draft", work, done=self._drafted_well, failed=self._not_drafted)

    @Slot(object)
    def _drafted_well(self, _nothing: object) -> None:
        self._told = ""

    def _drop_draft(self) -> None:
        """Forget the draft once all that is still being written of it stands."""
        if (draft := self._draft) is not None:
            self._tasks.write("plan: draft", lambda report, cancelled: draft.drop())

    @Slot(object)
    def _not_drafted(self, error: object) -> None:
        """Say why, once: the next edits, which try again, would only repeat it."""
        self._drafted = self._saved_plan
        words = reason(error)
        if words != self._told:
            self._told = words
            self.warned.emit(words)

    def _keep_draft_now(self) -> None:
        if self._draft is not None:
            try:
                self._draft.keep(plan_to_dict(self._plan), path=self._path, stamp=self._stamp)
            except DocumentError as error:
                self.said.emit(str(error))


class _Edit(QUndoCommand):
    """From one plan to the next; both share what did not change."""

    def __init__(self, keeper: PlanKeeper, before: Plan, after: Plan, what: str) -> None:
        super().__init__(what)
        self._keeper, self._before, self._after = keeper, before, after

    def redo(self) -> None:
        self._keeper._show(self._after)

    def undo(self) -> None:
        self._keeper._show(self._before)
