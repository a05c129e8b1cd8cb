"""The search (Ctrl+K) finds what panels do, every setting and every page of the help, also by other words."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QPushButton, QVBoxLayout, QWidget

from data.paths import Paths
from ui.dialogs.preferences import Preferences, entries
from ui.live.importing import Importing
from ui.live.loading import Loader
from ui.offers import OFFERS
from ui.panel_list import PANELS
from ui.settings import Settings
from ui.theme.tokens import DARK
from ui.window.command_palette import CommandPalette
from ui.window.frame import Frame
from ui.window.main_window import MainWindow


class Desk(QWidget):
    """In the place of the panels: it can note something, once a figure that takes its time is there."""

    def __init__(self, session, tasks) -> None:
        super().__init__()
        self.new = QPushButton("New note", self)
        QVBoxLayout(self).addWidget(self.new)
        self.new.clicked.connect(lambda: self.done.append(self.figure))
        self.figure, self.done = 0, []
        # As panels do that begin some figures a moment after they are shown.
        QTimer.singleShot(100, self, lambda: self._compute(tasks))

    def _compute(self, tasks) -> None:
        tasks.start("a figure", lambda report, cancelled: 7, done=self._take)

    def _take(self, figure: object) -> None:
        self.figure = figure


@pytest.fixture
def parts(qtbot, session, tasks, monkeypatch, own_folders) -> Iterator[SimpleNamespace]:
    simple = tuple(replace(panel, module=__name__, factory="Desk") for panel in PANELS)
    monkeypatch.setattr("ui.window.main_window.PANELS", simple)
    session.paths = Paths(own_folders)
    importing = Importing(own_folders)
    frame = Frame(DARK)
    qtbot.addWidget(frame)
    loader = Loader(session, tasks, session.paths)
    window = MainWindow(session, tasks, loader, importing, Settings(own_folders / "settings"))
    frame.setCentralWidget(window)
    frame.show()
    yield SimpleNamespace(window=window, session=session)
    importing.close()
    for one in QApplication.topLevelWidgets():
        if isinstance(one, CommandPalette | QDialog):
            one.close()


def search(parts, words: str) -> CommandPalette:
    parts.window.open_palette()
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, CommandPalette)]
    palette = next(one for one in found if one.isVisible())
    palette.field.setText(words)
    return palette


def titles(palette: CommandPalette) -> list[str]:
    return [one.title for one in palette._found]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("glossary", "Help: Words"),
        ("weights", "Weights of the signals"),
        ("limits", "Limits and assumptions"),
        ("compare", "Compare with another plan"),
        ("new note", "New note"),
        ("export", "Export the notes as CSV"),
        ("text size", "Size"),
        ("zoom", "Size"),
        ("colour", "Colours for and against altcoins"),
        ("color", "Colours for and against altcoins"),
        ("lock", "Lock the plan"),
        ("api", "API keys"),
        ("notifications", "Desktop notifications"),
        ("cvar", "Expected shortfall"),
        ("undo", "Undo in the plan"),
        ("hotkeys", "Keyboard shortcuts"),
        ("choose day", "Choose a day"),
        ("monte carlo", "Simulate the plan"),
        ("reset layout", "Layout"),
    ],
)
def test_whoever_types_a_word_finds_what_it_names(qtbot, parts, known, words, title):
    parts.session.show_study(known)
    assert title in titles(search(parts, words))[:5]


def test_what_the_words_name_stands_before_what_only_has_them_somewhere(qtbot, parts, known):
    parts.session.show_study(known)
    assert titles(search(parts, "lock"))[0] == "Lock the plan", "and not the icon beside the clock"


def test_every_offer_leads_to_something_the_panel_has(qtbot, session, tasks, known, own_folders):
    session.paths = Paths(own_folders)
    session.show_study(known)
    assert set(OFFERS) <= {panel.id for panel in PANELS}
    for panel in PANELS:
        made = getattr(importlib.import_module(panel.module), panel.factory)(session, tasks)
        qtbot.addWidget(made)
        for offer in OFFERS.get(panel.id, ()):
            assert callable(offer.within(made)), f"{panel.title}: {offer.title}"
    qtbot.waitUntil(lambda: not tasks.running(), timeout=60_000)


def test_an_action_of_a_panel_that_was_never_opened_waits_until_its_figures_are_there(qtbot, parts, known):
    parts.session.show_study(known)
    search(parts, "new note")._run()
    qtbot.waitUntil(lambda: parts.window.panel("journal") is not None)
    desk = parts.window.panel("journal")
    assert parts.window.pages.currentWidget() is desk
    qtbot.waitUntil(lambda: desk.done == [7])
    search(parts, "new note")._run()
    assert desk.done == [7, 7], "at once the second time"


def test_a_panel_that_was_opened_meanwhile_stays(qtbot, parts, known):
    parts.session.show_study(known)
    search(parts, "new note")._run()
    parts.window.open_panel("data")
    qtbot.waitUntil(lambda: parts.window.panel("data") is not None)
    parts.window.open_panel("journal")
    qtbot.waitUntil(lambda: parts.window.panel("journal") is not None)
    qtbot.waitUntil(lambda: not parts.window.tasks.running())
    assert parts.window.panel("journal").done == []


def test_an_action_that_is_off_says_so(qtbot, parts, known):
    parts.session.show_study(known)
    parts.window.open_panel("journal")
    qtbot.waitUntil(lambda: parts.window.panel("journal") is not None)
    parts.window.panel("journal").new.setEnabled(False)
    search(parts, "new note")._run()
    assert "“New note” is not possible just now" in parts.window.top.alerts.messages()[0]


def test_without_data_it_is_said_what_is_needed_first(qtbot, parts):
    parts.session.show_study(None)
    search(parts, "filters for quiet coins")._run()
    assert "once there are data" in parts.window.top.alerts.messages()[0]


@pytest.mark.parametrize("title", [title for title, _ in entries()])
def test_a_setting_opens_the_settings_with_the_keyboard_on_it(qtbot, parts, title):
    parts.window.activateWindow()
    parts.window.actions_._dialogs.preferences(title)
    (dialog,) = parts.window.findChildren(Preferences)
    qtbot.waitUntil(lambda: isinstance(dialog.focusWidget(), QComboBox | QCheckBox | QPushButton))
    row = dialog.focusWidget()
    while row is not None and row not in [one for one, _ in dialog._rows]:
        row = row.parentWidget()
    (words,) = [text for one, text in dialog._rows if one is row]
    assert words.startswith(title.casefold())
    assert row.visibleRegion().boundingRect().height() == row.height(), "it is in sight"
    dialog.close()


def test_the_open_panels_own_actions_come_first(qtbot, parts, known):
    parts.session.show_study(known)
    parts.window.open_panel("journal")
    listed = titles(search(parts, ""))
    assert listed[: len(PANELS)] == [panel.title for panel in PANELS]
    own = [one.shown_title for one in OFFERS["journal"]]
    assert listed[len(PANELS) : len(PANELS) + len(own)] == own
    assert set(titles(search(parts, ""))) >= {title for title, _ in entries()}
