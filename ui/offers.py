"""What panels can be asked for by name, before they are even made: the search (Ctrl+K) lists it.

A panel needs nothing for this but the button or method that is there anyway. A new action is one line here;
a test walks through all lines and all panels, so that none leads nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from models.marked import QT_TRANSLATE_NOOP

CONTEXT = "offers"


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that a panel does.

    `title` is what the search shows, `also` other words for it, `keys` its shortcut in the panel. `call` is
    the dotted way from the panel to what is called with `values`: "add", or "controls.rule.click".
    """

    title: str
    call: str
    also: str = ""
    keys: str = ""
    values: tuple[object, ...] = ()

    @property
    def shown_title(self) -> str:
        return QCoreApplication.translate(CONTEXT, self.title)

    @property
    def shown_words(self) -> str:
        return QCoreApplication.translate(CONTEXT, self.also) if self.also else ""

    def within(self, panel: QWidget) -> Callable[..., object]:
        """Return what this panel would be asked to do."""
        found: Callable[..., object] = attrgetter(self.call)(panel)
        return found

    def ask(self, panel: QWidget) -> bool:
        """Do it; False where the button for it stands idle, for its reason is seen in the panel."""
        owner, _, last = self.call.rpartition(".")
        button = attrgetter(owner)(panel) if owner else panel
        if last == "click" and not button.isEnabled():
            return False
        self.within(panel)(*self.values)
        return True


OFFERS: Mapping[str, tuple[Offer, ...]] = {
    "overview": (
        Offer(
            QT_TRANSLATE_NOOP("offers", "Weights of the signals"),
            "weights.click",
            QT_TRANSLATE_NOOP("offers", "confirmation score count"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Track records of the signals"),
            "records.click",
            QT_TRANSLATE_NOOP("offers", "confirmation right wrong hits accuracy"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "All changes as a table"),
            "changes_card.all.click",
            QT_TRANSLATE_NOOP("offers", "new since last visit"),
        ),
    ),
    "correlation": (
        Offer(
            QT_TRANSLATE_NOOP("offers", "Shift one line against the other"),
            "history_charts.shift_button.click",
            QT_TRANSLATE_NOOP("offers", "lag lead delay weeks"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Correlation of price levels"),
            "open_levels",
            QT_TRANSLATE_NOOP("offers", "random walk spurious misleads"),
        ),
    ),
    "season": (
        Offer(
            QT_TRANSLATE_NOOP("offers", "Define a season index of your own"),
            "bench.add.click",
            QT_TRANSLATE_NOOP("offers", "definition custom altseason"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Explain two definitions coin by coin"),
            "bench.explain_gap.click",
            QT_TRANSLATE_NOOP("offers", "difference compare gap"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "All coins of the index as a table"),
            "members.whole.click",
            QT_TRANSLATE_NOOP("offers", "members export csv"),
        ),
    ),
    "rotation": (
        Offer(
            QT_TRANSLATE_NOOP("offers", "Edit classes: sectors, tiers and baskets"),
            "sectors.classes.click",
            QT_TRANSLATE_NOOP("offers", "categories move coins group"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Filters for quiet coins"),
            "quiet.edit.click",
            QT_TRANSLATE_NOOP("offers", "screener screen limits"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "All leaders as a table"),
            "leaders.all.click",
            QT_TRANSLATE_NOOP("offers", "strongest gainers export csv"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "What came after each phase"),
            "after.matrix.click",
            QT_TRANSLATE_NOOP("offers", "transitions matrix"),
        ),
    ),
    "precedents": (
        Offer(
            QT_TRANSLATE_NOOP("offers", "Change the rule for events"),
            "controls.rule.click",
            QT_TRANSLATE_NOOP("offers", "breakout record definition settings"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Save the evidence pack"),
            "controls.pack.click",
            QT_TRANSLATE_NOOP("offers", "export zip share"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "All events as a table"),
            "events.all.click",
            QT_TRANSLATE_NOOP("offers", "export csv history"),
        ),
    ),
    "planner": (
        Offer(QT_TRANSLATE_NOOP("offers", "New plan"), "new", keys="Ctrl+N"),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Open a plan"),
            "choose",
            QT_TRANSLATE_NOOP("offers", "file load"),
            keys="Ctrl+Shift+O",
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Open the worked example"),
            "example",
            QT_TRANSLATE_NOOP("offers", "sample demo template plan"),
        ),
        Offer(QT_TRANSLATE_NOOP("offers", "Save the plan"), "save", keys="Ctrl+S"),
        Offer(QT_TRANSLATE_NOOP("offers", "Save the plan as"), "save_as", keys="Ctrl+Shift+S"),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Rename the plan"),
            "rename",
            QT_TRANSLATE_NOOP("offers", "name title"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Duplicate the plan"),
            "keeper.duplicate",
            QT_TRANSLATE_NOOP("offers", "copy unlock"),
        ),
        Offer(QT_TRANSLATE_NOOP("offers", "Undo in the plan"), "undo.click", keys="Ctrl+Z"),
        Offer(QT_TRANSLATE_NOOP("offers", "Redo in the plan"), "redo.click"),
        Offer(QT_TRANSLATE_NOOP("offers", "Notes of the plan"), "write_notes"),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Limits and assumptions"),
            "edit_limits",
            QT_TRANSLATE_NOOP("offers", "rules risk size fees slippage maximum"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Compare with another plan"),
            "compare.click",
            QT_TRANSLATE_NOOP("offers", "difference side by side"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Save a report of the plan"),
            "report.click",
            QT_TRANSLATE_NOOP("offers", "export pdf html print"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Lock the plan"),
            "lock.click",
            QT_TRANSLATE_NOOP("offers", "freeze hash seal"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Add a position"),
            "add_position",
            QT_TRANSLATE_NOOP("offers", "buy coin holding new size"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Import positions from a CSV file"),
            "import_positions",
            QT_TRANSLATE_NOOP("offers", "take paste portfolio"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Positions of the plan"),
            "open_page",
            QT_TRANSLATE_NOOP("offers", "holdings portfolio cash"),
            keys="Alt+1",
            values=("positions",),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Exit ladders of the plan"),
            "open_page",
            QT_TRANSLATE_NOOP("offers", "rungs sell take profit stop"),
            keys="Alt+2",
            values=("ladders",),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Simulate the plan"),
            "open_page",
            QT_TRANSLATE_NOOP("offers", "simulation monte carlo paths future"),
            keys="Alt+3",
            values=("simulation",),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Stress the plan"),
            "open_page",
            QT_TRANSLATE_NOOP("offers", "scenario crash shock"),
            keys="Alt+4",
            values=("stress",),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Replay the plan in the past"),
            "open_page",
            QT_TRANSLATE_NOOP("offers", "backtest history"),
            keys="Alt+5",
            values=("replay",),
        ),
    ),
    "journal": (
        Offer(
            QT_TRANSLATE_NOOP("offers", "New note"),
            "new.click",
            QT_TRANSLATE_NOOP("offers", "add write entry event"),
            keys="Ctrl+N",
        ),
        Offer(QT_TRANSLATE_NOOP("offers", "Undo in the journal"), "undo.click", keys="Ctrl+Z"),
        Offer(QT_TRANSLATE_NOOP("offers", "Redo in the journal"), "redo.click"),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Search the notes"),
            "words.setFocus",
            QT_TRANSLATE_NOOP("offers", "find filter tag"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Import notes"),
            "take.click",
            QT_TRANSLATE_NOOP("offers", "csv calendar ics file"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Export the notes as CSV"),
            "choose_export",
            QT_TRANSLATE_NOOP("offers", "journal save table"),
            values=(".csv",),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Export the notes as Markdown"),
            "choose_export",
            QT_TRANSLATE_NOOP("offers", "journal save text"),
            values=(".md",),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Export the notes as a calendar"),
            "choose_export",
            QT_TRANSLATE_NOOP("offers", "journal save ics"),
            values=(".ics",),
        ),
    ),
    "data": (
        Offer(
            QT_TRANSLATE_NOOP("offers", "API keys"),
            "keys.click",
            QT_TRANSLATE_NOOP("offers", "coingecko provider password secret token"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Export everything as an archive"),
            "export_archive",
            QT_TRANSLATE_NOOP("offers", "save cache csv data"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "Show the folder of the cache"),
            "show_folder",
            QT_TRANSLATE_NOOP("offers", "directory disk files"),
        ),
        Offer(
            QT_TRANSLATE_NOOP("offers", "All bad ticks that were left out"),
            "ticks.all.click",
            QT_TRANSLATE_NOOP("offers", "errors outliers prices"),
        ),
    ),
}
"""The offers of each panel, by the panel's id; what the keys of a panel's list do stays with the list."""
