"""The open plan when all documents change: saved before, and read anew after, where it is then."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from data.documents import DocumentError, Draft, MissingError, Store
from data.paths import Paths
from data.plans import PlanFile, load_plan, plan_store, save_plan
from models.risk.plans.as_json import plan_to_dict
from models.risk.plans.plan import Plan
from ui.settings import Setting, Settings

if TYPE_CHECKING:
    from ui.plans.keeper import PlanKeeper


@dataclass(frozen=True)
class OpenPlan:
    """The plan that is open, as it stood when the change began; `is_work` when it is not saved."""

    store: Store
    documents: Path
    plan: Plan
    path: Path | None
    stamp: str | None
    is_work: bool
    draft: Draft


class PlanTurn:
    """Saves the plan under its file, or one of its name, and finds it among the documents afterwards."""

    def __init__(self, keeper: PlanKeeper, now: OpenPlan | None) -> None:
        self._keeper, self._now = keeper, now
        self._path = None if now is None else now.path
        self._found: PlanFile | DocumentError | None = None
        self._store: Store | None = None

    def save(self) -> None:
        now = self._now
        if now is not None and now.is_work:
            place = now.path or now.store.free_path(now.plan.name)
            try:
                self._path = save_plan(now.store, place, now.plan, expected=now.stamp).path
            except DocumentError:
                now.draft.keep(plan_to_dict(now.plan), path=now.path, stamp=now.stamp)
                raise
        if now is not None:
            now.draft.drop()

    def read(self, paths: Paths) -> None:
        now = self._now
        if now is None:
            return
        self._store = plan_store(paths)
        if self._path is None:
            return
        try:
            self._found = load_plan(self._store, moved(self._path, now.documents, paths.documents))
        except MissingError:
            self._found = None
        except DocumentError as error:
            self._found = error

    def take(self) -> None:
        if self._store is not None:
            self._keeper.take_other(self._store, self._found, had_file=self._path is not None)


def moved(file: Path, old: Path, new: Path) -> Path:
    """Return the place of a file when the documents lie in another folder; files elsewhere stay.

    >>> moved(Path("/a/plans/x"), Path("/a"), Path("/b")).as_posix()
    '/b/plans/x'
    """
    return new / file.relative_to(old) if file.is_relative_to(old) else file


def follow_files(settings: Settings, keeping: tuple[Setting, ...], old: Path, new: Path) -> None:
    """Let lists and tables that name plans by their files follow these into another folder."""
    for setting in keeping:
        try:
            named = json.loads(str(settings.get(setting)))
        except ValueError:
            continue
        if isinstance(named, list):
            files = dict.fromkeys(str(moved(Path(str(one)), old, new)) for one in named)
            settings.set(setting, json.dumps(list(files)))
        elif isinstance(named, dict):
            there = {str(moved(Path(one), old, new)): told for one, told in named.items()}
            settings.set(setting, json.dumps(there))
