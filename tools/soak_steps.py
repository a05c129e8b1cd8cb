"""What a soak run does to the window: the things a person does in an evening, in a seeded random order."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget

from models.journal.notes import Note
from models.risk.plans.edits import changed, position_changed
from models.risk.plans.plan import Plan
from ui.panel_list import PANELS
from ui.panels.planner.panel import PAGES, PlannerPanel
from ui.theme.tokens import DARK, LIGHT
from ui.widgets.explain_button import ExplainButton

if TYPE_CHECKING:
    from ui.app import Rooms
    from ui.window.frame import Frame

SIZES = ((1024, 640), (1366, 768), (1920, 1080))
MOST_NOTES = 12
"""The run adds and takes away: what grows must not be the user's own documents."""
PATIENCE_MS, REFRESH_MS = 60_000, 5_000


class Steps:
    """The steps by name; `one()` takes one of them by chance and says which it was."""

    def __init__(self, rooms: Rooms, frame: Frame, *, seed: int, only: list[str] | None = None) -> None:
        self._rooms, self._frame = rooms, frame
        self._random = random.Random(seed)
        self._notes: list[str] = []
        self.all: dict[str, Callable[[], None]] = {
            "slide": self.slide,
            "step": self.step,
            "play": self.play,
            "panel": self.panel,
            "theme": self.theme,
            "size": self.size,
            "explain": self.explain,
            "edit plan": self.edit_plan,
            "undo and redo": self.undo_and_redo,
            "save plan": self.save_plan,
            "planner page": self.planner_page,
            "simulate": self.simulate,
            "journal": self.journal,
            "coin": self.coin,
            "dialog": self.dialog,
            "read anew": self.read_anew,
            "refresh": self.refresh,
        }
        if only is not None:
            self.all = {name: self.all[name] for name in only}
        self._often = {"slide": 6, "step": 4, "panel": 6, "read anew": 1, "refresh": 1}

    def one(self) -> str:
        """Do one step, chosen by chance, and return its name."""
        names = list(self.all)
        (name,) = self._random.choices(names, [self._often.get(one, 3) for one in names])
        self.all[name]()
        return name

    # -- the day -----------------------------------------------------------------------------------

    def slide(self) -> None:
        """Drag the slider over a few far days."""
        span = self._rooms.session.span
        if span is None:
            return
        days = int((span[1] - span[0]).astype(int))
        for _ in range(self._random.randint(2, 8)):
            self._rooms.session.set_day(span[0] + self._random.randint(0, days))
            pause(30)

    def step(self) -> None:
        self._rooms.session.step(self._random.choice((-30, -1, 1, 30)))

    def play(self) -> None:
        self._rooms.window.top.toggle_play()
        pause(600)
        if self._rooms.window.top.is_playing:
            self._rooms.window.top.toggle_play()
        self._rooms.session.today()

    # -- the window --------------------------------------------------------------------------------

    def panel(self) -> None:
        self._rooms.window.open_panel(self._random.choice(PANELS).id)

    def theme(self) -> None:
        self._rooms.session.set_theme(LIGHT if self._rooms.session.theme is DARK else DARK)

    def size(self) -> None:
        self._frame.resize(*self._random.choice(SIZES))

    def explain(self) -> None:
        """Press an ƒ of the panel that is shown, and close what it opens."""
        shown = self._rooms.window.pages.currentWidget()
        assert shown is not None
        buttons = [one for one in shown.findChildren(ExplainButton) if one.isVisible()]
        if buttons:
            self._random.choice(buttons).click()
            pause(60)
            close_dialogs(self._frame)

    def dialog(self) -> None:
        actions = self._rooms.window.actions_
        one = self._random.choice(
            (actions.preferences, actions.log, actions.help, actions.theses, actions.shortcuts)
        )
        self._random.choice((one.trigger, self._rooms.window.open_palette))()
        pause(60)
        close_dialogs(self._frame)

    def coin(self) -> None:
        study = self._rooms.session.study
        if study is not None and study.market.coins:
            self._rooms.session.panel_requested.emit("correlation")
            self._rooms.session.coin_requested.emit(self._random.choice(study.market.coins).id)

    # -- the planner -------------------------------------------------------------------------------

    def _planner(self) -> PlannerPanel | None:
        """Return the planner with a plan that has positions; None while the panel is still imported."""
        self._rooms.window.open_panel("planner")
        wait_for(lambda: self._rooms.window.panel("planner") is not None)
        found = self._rooms.window.panel("planner")
        if not isinstance(found, PlannerPanel):
            return None
        if not found.keeper.plan.positions:
            found.example()
        return found

    def edit_plan(self) -> None:
        planner = self._planner()
        if planner is None or planner.keeper.is_locked:
            return
        if not planner.keeper.plan.positions:
            planner.keeper.edit(
                "rename", lambda plan: changed(plan, name=f"Plan {self._random.random():.3f}")
            )
            return
        row = self._random.randrange(len(planner.keeper.plan.positions))
        share = self._random.uniform(0.9, 1.1)

        def more(plan: Plan) -> Plan:
            return position_changed(plan, row, quantity=plan.positions[row].quantity * share)

        planner.keeper.edit("change a quantity", more)

    def undo_and_redo(self) -> None:
        planner = self._planner()
        if planner is not None:
            for call in (planner.keeper.undo.undo, planner.keeper.undo.redo, planner.keeper.undo.undo):
                call()
                pause(20)

    def save_plan(self) -> None:
        planner = self._planner()
        if planner is not None:
            planner.save()

    def planner_page(self) -> None:
        planner = self._planner()
        if planner is not None:
            planner.open_page(self._random.choice(PAGES).id)

    def simulate(self) -> None:
        planner = self._planner()
        if planner is not None:
            planner.open_page("simulation")
            planner.desk.wind.blow()

    # -- the journal and the data ------------------------------------------------------------------

    def journal(self) -> None:
        """Write a note, or change or delete an earlier one of this run."""
        keeper, day = self._rooms.session.journal, self._rooms.session.day
        if keeper is None or day is None:
            return
        if len(self._notes) >= MOST_NOTES:
            keeper.remove([self._notes.pop(0)], "delete a note")
        note = Note(date.fromisoformat(str(day)), f"Note {self._random.randint(1, 999)}")
        keeper.put(note, "add a note")
        keeper.put(replace(note, text="Looked at again."), "change a note")
        self._notes.append(note.id)

    def read_anew(self) -> None:
        self._rooms.loader.load()

    def refresh(self) -> None:
        self._rooms.live.refresh_now()


def pause(milliseconds: int) -> None:
    """Let the window go on for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(reached: Callable[[], bool], patience: int = PATIENCE_MS) -> bool:
    """Let the window go on until something is true; says whether it became so in time."""
    waited = 0
    while not reached() and waited < patience:
        pause(20)
        waited += 20
    return reached()


def close_dialogs(frame: Frame) -> None:
    """Close every window beside the frame, as a person would."""
    for window in QApplication.topLevelWidgets():
        if window is not frame and window.isVisible():
            window.close()


def is_quiet(rooms: Rooms) -> bool:
    """Whether no work is under way: no task, no refresh, no reading of the cache."""
    return not (
        set(rooms.tasks.running()) - {"watch"} or rooms.live.refreshing.is_running or rooms.session.loading
    )


def rest(rooms: Rooms, frame: Frame) -> bool:
    """Come to a quiet moment with all that is deleted gone; False where the window did not become quiet.

    A refresh that takes long, as a first one does within the limits of its hosts, is stopped.
    """
    close_dialogs(frame)
    if not wait_for(lambda: is_quiet(rooms), REFRESH_MS):
        rooms.live.refreshing.cancel()
    found = wait_for(lambda: is_quiet(rooms))
    pause(600)  # the wind begins half a second after the last edit
    found = wait_for(lambda: is_quiet(rooms)) and found
    # The window hands memory back a while after each new market: what is read is what it keeps.
    rooms.collector.renew_now()
    found = wait_for(lambda: is_quiet(rooms)) and found
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return found


def count_objects() -> int:
    """Return how many Qt objects and chart items the windows hold, those of closed windows included."""
    tops = [one for one in QApplication.allWidgets() if one.parent() is None]
    objects = sum(1 + len(one.findChildren(QObject)) for one in tops)
    scenes = {id(view.scene()): view.scene() for view in _views() if view.scene() is not None}
    return objects + sum(len(scene.items()) for scene in scenes.values())


def count_widgets() -> int:
    return len(QApplication.allWidgets())


def _views() -> list[QGraphicsView]:
    return [one for one in QApplication.allWidgets() if isinstance(one, QGraphicsView)]


def kinds() -> dict[str, int]:
    """Return how many widgets there are of each class: where a count grew, this says of what."""
    found: dict[str, int] = {}
    widget: QWidget
    for widget in QApplication.allWidgets():
        name = type(widget).__name__
        found[name] = found.get(name, 0) + 1
    return found
