"""Settings that can be found and work at once; a log that can be copied without a secret."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QWidget

from data.logs import start_log, stop_log
from data.paths import Paths
from ui.dialogs.log_viewer import LogViewer, facts
from ui.dialogs.preferences import Choice, Preferences
from ui.settings import COLOURS, NOTIFY, SCALE, THEME, Setting, Settings
from ui.theme.choice import chosen_theme
from ui.theme.tokens import DARK, GREEN, LIGHT, RED, coloured


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path)


@pytest.fixture
def dialog(qtbot, paths) -> Preferences:
    made = Preferences(Settings(paths.settings), paths)
    qtbot.addWidget(made)
    made.show()
    return made


def named(dialog: QWidget, kind: type, name: str):
    return next(one for one in dialog.findChildren(kind) if one.accessibleName() == name)


def test_a_change_is_kept_and_told(dialog, paths, qtbot):
    with qtbot.waitSignal(dialog.changed) as told:
        box = named(dialog, QComboBox, "Theme")
        box.setCurrentIndex(box.findData("light"))
    assert told.args == [THEME]
    assert Settings(paths.settings).get(THEME) == "light"
    named(dialog, QCheckBox, "Desktop notifications").setChecked(False)
    assert Settings(paths.settings).get(NOTIFY) is False


def test_the_search_leaves_what_has_the_words(dialog):
    dialog.search.setText("clock tray")
    shown = [box.accessibleName() for box in dialog.findChildren(QWidget) if box.isVisible()]
    assert "Stay beside the clock" in shown
    assert "Theme" not in shown
    heads = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert "Messages" in heads
    assert "Look" not in heads
    dialog.search.setText("xyzzy")
    assert "No setting has these words." in [
        label.text() for label in dialog.findChildren(QLabel) if label.isVisible()
    ]


def test_sections_of_others_join_in(qtbot, paths):
    extra = Choice(Setting("x/y", 1, "x"), "Something", "It does something.", ((1, "one"), (2, "two")))
    made = Preferences(Settings(paths.settings), paths, more=[("Data", [extra])])
    qtbot.addWidget(made)
    named(made, QComboBox, "Something").setCurrentIndex(1)
    assert Settings(paths.settings).get(extra.setting) == 2


def test_every_control_has_a_name_and_buttons_ask(dialog, qtbot):
    for kind in (QComboBox, QCheckBox):
        assert all(one.accessibleName() for one in dialog.findChildren(kind))
    buttons = {one.text(): one for one in dialog.findChildren(QPushButton)}
    with qtbot.waitSignal(dialog.backup_requested):
        buttons["Back up …"].click()
    with qtbot.waitSignal(dialog.restore_requested):
        buttons["Restore …"].click()


def test_a_setting_edited_into_nonsense_is_its_default(paths):
    paths.settings.mkdir(parents=True)
    (paths.settings / "rotascope.ini").write_text("[look]\nscale=huge\n[notices]\ndesktop=perhaps\n")
    settings = Settings(paths.settings)
    assert settings.get(SCALE) == 100
    assert settings.get(NOTIFY) is False


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_green_and_red_can_be_had_either_way_round(theme, paths):
    green, red = coloured(theme, GREEN), coloured(theme, RED)
    assert (green.confirms, green.contradicts) == (red.contradicts, red.confirms)
    assert coloured(theme, "blue") is theme
    assert coloured(theme, GREEN) is green, "The same object: a theme is compared by identity."
    settings = Settings(paths.settings)
    settings.set(THEME, theme.name)
    settings.set(COLOURS, GREEN)
    assert chosen_theme(settings) is green


@pytest.fixture
def noted(paths) -> Paths:
    handler = start_log(paths)
    log = logging.getLogger("a.test")
    log.info("began")
    log.info("asked with api_key=TOPSECRET")
    try:
        raise ValueError("a broken value")
    except ValueError:
        log.info("worse", exc_info=True)
    stop_log(handler)
    return paths


def test_the_log_can_be_read_filtered_and_copied(qtbot, session, noted):
    viewer = LogViewer(session, noted)
    qtbot.addWidget(viewer)
    assert "began" in viewer.text.toPlainText()
    viewer.words.setText("worse")
    assert "began" not in viewer.text.toPlainText()
    assert "ValueError: a broken value" in viewer.text.toPlainText()
    viewer.words.clear()
    viewer.level.setCurrentIndex(2)
    assert viewer.text.toPlainText() == "Nothing was noted."
    viewer.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "Python" in copied
    assert "began" in copied
    assert "TOPSECRET" not in copied


def test_the_facts_name_the_data_and_not_the_user(session, known, paths):
    session.show_study(known)
    told = facts(session, paths)
    assert str(known.last_day) in told
    assert str(Path.home()) not in told
