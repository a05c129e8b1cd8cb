"""A window that is killed a moment after an edit: what was edited is there at the next start."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from data.documents import EVERY, recoverable
from data.journal import journal_document
from data.paths import Paths
from data.plans import plan_store
from data.theses import theses_document
from models.risk.plans.plan import Plan, Position
from ui.documents.keeper import SAVE_MS
from ui.plans.keeper import PlanKeeper

ROOT = Path(__file__).resolve().parents[2]

WINDOW = """
import sys, threading
from datetime import date
from pathlib import Path
from PySide6.QtWidgets import QApplication
from data.paths import Paths
from models.journal.notes import Note
from models.market.theses.thesis import Condition, Thesis
from models.risk.plans.plan import Position
from models.risk.plans.edits import added, changed
from ui.journal.keeper import journal_of
from ui.plans.keeper import PlanKeeper
from ui.session import Session
from ui.tasks import THREADS, Tasks
from ui.theme.tokens import DARK
from ui.theses.keeper import keeper_of

SEASON = Condition("season", "above", 0.0)
later = "later" in sys.argv
application = QApplication([])
tasks, paths = Tasks(), Paths(Path(sys.argv[1]))
session = Session(DARK, paths=paths)
plans, journal, theses = PlanKeeper(tasks, paths), journal_of(session, tasks), keeper_of(session, tasks)
keepers = plans, journal, theses

def turn_until(holds):
    while not holds():
        application.processEvents()

def written():
    return not any("save" in name or "draft" in name for name in tasks.running())

turn_until(lambda: not tasks.running())
for _ in range(THREADS):
    tasks.start("long computation", lambda report, cancelled: threading.Event().wait(60))
if not later:
    for keeper in keepers:
        keeper._timer.setInterval(3_600_000)  # so that only what is kept at once is kept
plans.edit("add", lambda plan: added(plan, [Position("bitcoin", 2.0)]))
journal.put(Note(date(2026, 11, 1), "First"), "add")
theses.put(Thesis(date(2026, 11, 1), 90, SEASON), "open")
if later:
    turn_until(written)
    plans.edit("cash", lambda plan: changed(plan, cash=7.0))
    journal.put(Note(date(2026, 11, 2), "Second"), "add")
    theses.put(Thesis(date(2026, 11, 2), 90, SEASON), "open")
    turn_until(lambda: not any(keeper._timer.isActive() for keeper in keepers))
turn_until(written)
print("edited", flush=True)
threading.Event().wait(60)
"""


def edit_and_be_killed(folder: Path, *words: str) -> None:
    """Edit a plan, the journal and the theses while all other threads compute; then kill -9."""
    with subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(folder), *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.kill()
        assert said == "edited\n"


def left(folder: Path, qtbot, tasks) -> tuple[Plan, list[str], list[date]]:
    """The plan, the notes and the theses that the next start finds."""
    keeper = PlanKeeper(tasks, Paths(folder))
    with qtbot.waitSignal(keeper.recovered) as found:
        keeper.begin()
    (one,) = found.args[0]
    keeper.take_recovered(one)
    notes = journal_document(Paths(folder)).read().notes
    theses = theses_document(Paths(folder)).read().theses
    return keeper.plan, sorted(one.title for one in notes), sorted(one.opened for one in theses)


def test_the_first_edits_are_kept_at_once(tmp_path, qtbot, tasks):
    edit_and_be_killed(tmp_path)
    plan, notes, theses = left(tmp_path, qtbot, tasks)
    assert plan.positions == (Position("bitcoin", 2.0),)
    assert notes == ["First"]
    assert theses == [date(2026, 11, 1)]


def test_further_edits_are_kept_within_a_second(tmp_path, qtbot, tasks):
    edit_and_be_killed(tmp_path, "later")
    plan, notes, theses = left(tmp_path, qtbot, tasks)
    assert plan.cash == 7.0
    assert notes == ["First", "Second"]
    assert theses == [date(2026, 11, 1), date(2026, 11, 2)]
    assert max(EVERY, SAVE_MS / 1000) <= 1.0


def test_a_plan_that_came_back_survives_a_second_crash(tmp_path, qtbot, tasks):
    edit_and_be_killed(tmp_path)
    plan, _, _ = left(tmp_path, qtbot, tasks)
    qtbot.waitUntil(lambda: not tasks.running())
    (draft,) = (plan_store(Paths(tmp_path)).recovery_folder).glob("*.json")
    draft.with_suffix(".lock").unlink()  # as if the window that took it over had been killed
    (found,) = recoverable(plan_store(Paths(tmp_path)))
    assert found.file == draft
    assert len(plan.positions) == len(found.document["positions"]) == 1


@pytest.mark.parametrize("times", [1, 2])
def test_an_edit_that_is_undone_leaves_no_draft(tmp_path, qtbot, tasks, times):
    keeper = PlanKeeper(tasks, Paths(tmp_path))
    for n in range(times):
        keeper.edit("cash", lambda plan, n=n: Plan(cash=1.0 + n))
    qtbot.waitUntil(lambda: any(keeper.store.recovery_folder.glob("*.json")))
    for _ in range(times):
        keeper.undo.undo()
    qtbot.waitUntil(lambda: not any(keeper.store.recovery_folder.glob("*.json")))
    keeper.close()
