"""The weights of the signals in the window: tried out, undone, kept, and named beside the score."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QPushButton

from data.choices import load_weights
from data.paths import Paths
from models.market.signals.weights import EQUAL, Weights
from ui.panels.overview.panel import OverviewPanel
from ui.panels.overview.weights import WeightsDialog


@pytest.fixture
def panel(qtbot, session, tasks, known, tmp_path):
    session.paths = Paths(tmp_path)
    session.show_study(known.with_weights(EQUAL))
    made = OverviewPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    return made


@pytest.fixture
def dialog(qtbot, panel, session):
    button = next(one for one in panel.findChildren(QPushButton) if one.text() == "Weights")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return next(one for one in panel.findChildren(WeightsDialog))


def confirming(session) -> str:
    return next(one.id for one in session.study.signals.at(session.day) if one.state == "confirms")


def test_every_signal_has_a_field_that_is_named(dialog, session):
    assert set(dialog.fields) == {one.id for one in session.study.signals.histories}
    assert all(field.accessibleName().startswith("Weight of ") for field in dialog.fields.values())
    assert not dialog.undo.isEnabled()
    assert not dialog.equal.isEnabled()


def test_an_edit_is_told_at_once_undone_and_done_again(qtbot, dialog, session):
    name, before = confirming(session), dialog.preview.text()
    dialog.fields[name].setValue(3.0)
    assert dialog.preview.text() != before
    assert session.study.signals.weights == EQUAL, "Nothing outside of the dialog has changed yet."
    qtbot.mouseClick(dialog.undo, Qt.MouseButton.LeftButton)
    assert (dialog.fields[name].value(), dialog.preview.text()) == (1.0, before)
    qtbot.mouseClick(dialog.redo, Qt.MouseButton.LeftButton)
    assert dialog.weights == Weights({name: 3.0})
    qtbot.mouseClick(dialog.equal, Qt.MouseButton.LeftButton)
    assert (dialog.weights, dialog.fields[name].value()) == (EQUAL, 1.0)


def test_what_is_kept_shows_beside_the_score_and_on_the_disk(qtbot, dialog, panel, session, tasks):
    name = confirming(session)
    dialog.fields[name].setValue(2.5)
    qtbot.mouseClick(
        dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok),
        Qt.MouseButton.LeftButton,
    )
    assert session.study.signals.weights == Weights({name: 2.5})
    qtbot.waitUntil(lambda: "with your weights" in panel.score_words.text())
    qtbot.waitUntil(lambda: load_weights(session.paths.documents).value == Weights({name: 2.5}))


def test_cancel_leaves_everything_as_it_was(qtbot, dialog, panel, session):
    words = panel.score_words.text()
    dialog.fields[confirming(session)].setValue(0.0)
    dialog.reject()
    assert session.study.signals.weights == EQUAL
    assert panel.score_words.text() == words
    assert load_weights(session.paths.documents).value == EQUAL


def test_a_file_that_cannot_be_taken_is_said_and_left_alone(qtbot, dialog, panel, session):
    dialog.fields[confirming(session)].setValue(2.0)
    dialog.accept()
    qtbot.waitUntil(lambda: list(session.paths.documents.glob("*eights*.json")) != [])
    file = next(iter(session.paths.documents.glob("*eights*.json")))
    file.write_text("{ broken", encoding="utf-8")
    again = WeightsDialog(session, panel._tasks, panel)
    qtbot.addWidget(again)
    name = next(iter(again.fields))
    again.fields[name].setValue(0.5)
    with qtbot.waitSignal(session.alerted) as told:
        again.accept()
    assert "until the window is closed" in told.args[1]
    assert file.read_text(encoding="utf-8") == "{ broken"
