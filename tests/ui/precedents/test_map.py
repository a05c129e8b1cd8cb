"""The map of rules, and the evidence pack."""

from __future__ import annotations

import threading
import zipfile
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QFileDialog, QMessageBox

from models.market.precedents.rule_sensitivity import sensitivity
from tests.ui.precedents.waiting import RULE, settle
from ui.panels.precedents import panel as module


def test_the_map_of_rules_is_computed_when_it_is_looked_at(qtbot, shown, whole):
    assert shown._rules is None
    shown.base.turn_to("rules")
    qtbot.waitUntil(lambda: shown._rules is not None, timeout=20_000)
    expected = sensitivity(whole, RULE, whole.latest)
    assert np.array_equal(shown._rules.difference, expected.difference, equal_nan=True)
    page = shown.base.rules
    assert page.map.chosen() == (0, 1)
    assert "reasonable rules" in page.sentence.text()
    assert page.progress.isHidden()
    assert "adjusted" in page.map._say(1, 1)


def test_a_cell_is_a_rule(qtbot, shown):
    shown.base.turn_to("rules")
    qtbot.waitUntil(lambda: shown._rules is not None, timeout=20_000)
    shown.base.rules.map.cell_clicked.emit(3, 2)
    assert (shown.controls.value().kind, shown.controls.value().quiet) == ("breakout", 40)
    assert shown.controls.value().spacing == 20
    settle(qtbot, shown)
    qtbot.waitUntil(lambda: shown.base.rules.map.chosen() == (3, 2), timeout=20_000)
    shown.base.rules.map.cell_clicked.emit(0, 0)
    assert (shown.controls.value().kind, shown.controls.value().spacing) == ("record", 5)


def test_another_question_empties_the_map_until_it_is_answered(qtbot, shown, monkeypatch):
    shown.base.turn_to("rules")
    qtbot.waitUntil(lambda: shown._rules is not None, timeout=20_000)
    hold = threading.Event()
    real = sensitivity

    def slow(*arguments, **options):
        hold.wait(10)
        return real(*arguments, **options)

    monkeypatch.setattr(module, "sensitivity", slow)
    shown.controls.choose(replace(RULE, success="beats_btc"))
    qtbot.waitUntil(lambda: shown.base.rules.map.unknown_reason() is not None, timeout=5_000)
    hold.set()
    qtbot.waitUntil(lambda: shown._rules is not None, timeout=20_000)
    assert shown._rules.rule.success == "beats_btc"
    assert shown.base.rules.map.unknown_reason() is None


def test_the_horizon_of_the_map_can_be_changed_on_its_own(qtbot, shown):
    shown.base.turn_to("rules")
    qtbot.waitUntil(lambda: shown._rules is not None, timeout=20_000)
    page = shown.base.rules
    page.horizon.setCurrentIndex(page.horizon.findData(30))
    page.horizon.activated.emit(page.horizon.currentIndex())
    at = shown._rules.horizons.index(30)
    assert np.array_equal(page.map.cells.values, shown._rules.difference[:, :, at], equal_nan=True)
    assert shown.controls.value().horizon == 60


def test_the_evidence_pack_is_saved_where_a_person_says(qtbot, shown, tmp_path, monkeypatch):
    target = tmp_path / "evidence"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    shown.controls.pack.click()
    qtbot.waitUntil(lambda: shown.controls.pack.text() == "Saved", timeout=20_000)
    with zipfile.ZipFile(target.with_suffix(".zip")) as archive:
        assert "report.html" in archive.namelist()
    assert str(target.with_suffix(".zip")) in shown.controls.pack.toolTip()
    shown.controls._offer_pack()
    assert shown.controls.pack.text() == "Evidence pack"


def test_a_pack_that_cannot_be_written_says_why(qtbot, shown, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "pack.zip"), ""))
    monkeypatch.setattr(QMessageBox, "warning", lambda *words: told.append(words[-1]))
    shown.controls.pack.click()
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert "could not be written" in told[0]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    shown.controls.pack.click()
