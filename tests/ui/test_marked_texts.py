"""Texts that are translated where they are shown are marked where they stand, for who gathers them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from models.journal.notes import KINDS
from models.qt.notes import kind_title
from ui.offers import OFFERS
from ui.panel_list import PANELS
from ui.panels.planner.panel import PAGES
from ui.session import ORIGINS
from ui.window.actions import ABOUT
from ui.window.messages import SHORTCUTS, shortcuts

ROOT = Path(__file__).resolve().parents[2]
OFFERED = [one for offers in OFFERS.values() for one in offers]
MARKED = [
    ("ui/panel_list.py", "MainWindow", [panel.title for panel in PANELS]),
    ("ui/window/messages.py", "messages", [what for _, what in SHORTCUTS]),
    ("ui/offers.py", "offers", [words for one in OFFERED for words in (one.title, one.also) if words]),
    ("ui/panels/planner/panel.py", "PlannerPanel", [page.title for page in PAGES]),
    ("ui/session.py", "Session", list(ORIGINS.values())),
    ("ui/window/actions.py", "Actions", [ABOUT]),
    ("models/journal/notes.py", "notes", list(KINDS.values())),
]


def marks(path: Path) -> set[tuple[str, str]]:
    """Read contexts and texts out of a file as lupdate does: by the name of the marker, as literals."""
    calls = (
        one for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(one, ast.Call)
    )
    return {
        tuple(ast.literal_eval(value) for value in one.args)
        for one in calls
        if isinstance(one.func, ast.Name) and one.func.id == "QT_TRANSLATE_NOOP"
    }


@pytest.mark.parametrize(("file", "context", "texts"), MARKED, ids=[one[0] for one in MARKED])
def test_every_text_of_a_list_is_marked_for_the_one_who_shows_it(file, context, texts):
    assert texts
    assert {(context, text) for text in texts} <= marks(ROOT / file)


class Bracketed(QTranslator):
    """Knows every text of some contexts, in brackets."""

    def __init__(self, *contexts: str) -> None:
        super().__init__()
        self._contexts = contexts

    def translate(self, context: str, text: str, _about: str | None = None, _number: int = -1) -> str:
        return f"[{text}]" if context in self._contexts else ""


@pytest.fixture
def bracketed(qapp):
    made = Bracketed("notes", "messages", "offers", "Loader", "reasons", "log")
    QCoreApplication.installTranslator(made)
    yield made
    QCoreApplication.removeTranslator(made)


@pytest.mark.usefixtures("bracketed")
def test_what_is_marked_is_translated_under_that_name(session, tasks, own_folders):
    from data.paths import Paths
    from ui.dialogs.log_viewer import facts
    from ui.live.loading import Loader

    assert kind_title("macro") == "[Macro]"
    assert ("F1", "[Help]") in shortcuts()
    assert OFFERS["journal"][0].shown_title == "[New note]"
    said: list[str] = []
    session.loading_changed.connect(said.append)
    Loader(session, tasks, Paths(own_folders)).load()
    assert said == ["[Opening the cache]"]
    assert "[No data loaded]" in facts(session, Paths(own_folders))
