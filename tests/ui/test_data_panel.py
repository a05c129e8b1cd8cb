"""The Data panel: states, coverage, revisions, keys and exports, read off the window's thread."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from data.cache import Cache
from data.importers import import_archive
from data.keys import KeyRefused
from data.paths import Paths
from models.market.study import study
from tests.archives import write_archive
from tests.markets import synthetic_market
from ui.live.freshness import standing
from ui.panels.data.keys import KeysDialog
from ui.panels.data.panel import DataPanel
from ui.theme.tokens import LIGHT


class FakeLive:
    """Keys of this session only, no network."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.keys = self

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def set_key(self, name: str, key: str, *, lasting: bool = True) -> str:
        if " " in key:
            raise KeyRefused("A key holds no space.")
        self.kept[name] = key
        return "Kept for this session."


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    own = Paths(tmp_path / "home")
    write_archive(tmp_path / "archive", synthetic_market(days=400, coins=60))
    import_archive(tmp_path / "archive", Cache.open(own.market))
    return own


@pytest.fixture
def panel(qtbot, session, tasks, paths) -> DataPanel:
    session.paths = paths
    session.show_study(study(Cache.open(paths.market).market()))
    made = DataPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1280, 740)
    made.show()
    qtbot.waitUntil(lambda: made._shown is not None, timeout=10_000)
    return made


def test_every_source_and_series_has_a_row_with_its_state(panel):
    found = panel._shown
    assert panel.sources.model().rowCount() == len(found.sources)
    assert panel.series.model().rowCount() == len(found.without_coins)
    titles = {one.state.title.split(" since")[0].split(" until")[0] for one in found.series}
    assert titles <= {"fresh", "stale", "waiting", "not available", "failed"}


def test_the_panel_counts_as_the_status_bar_does(panel, paths):
    known = standing(paths)
    counted = f"{known.fresh} of {len(known.series)} series fresh"
    assert panel.card.header.subtitle.text().startswith(counted)
    # What nobody asked for is listed with its state, and counts in neither place.
    assert 0 < len(known.series) < len(panel._shown.without_coins)


def test_a_source_without_network_cannot_be_tested(panel):
    panel.sources.choose("fred")
    assert not panel.test.isEnabled()
    panel.refresh.click()
    assert panel.hint.isHidden()


def test_the_table_can_be_switched_and_follows_the_theme(panel, session):
    panel._switch("changed")
    assert panel.stack.currentWidget() is panel.revisions
    assert not panel.test.isVisible()
    panel._switch("sources")
    assert panel.test.isVisible()
    session.set_theme(LIGHT)
    assert panel.card.theme is LIGHT


def test_coverage_and_prices_by_day_say_what_they_show(panel, session):
    assert "never fetched" in panel.coverage.accessibleDescription()
    assert "BTC 25-delta options skew: never fetched" in panel.coverage.accessibleDescription()
    assert "days whole" in panel.heat.accessibleDescription()
    session.step(-30)
    assert "days whole" in panel.heat.accessibleDescription()


def test_chosen_series_are_exported(panel, qtbot, tmp_path, monkeypatch):
    target = tmp_path / "out.csv"
    monkeypatch.setattr("ui.panels.data.panel.QFileDialog.getSaveFileName", lambda *a: (str(target), ""))
    panel.export_table()
    qtbot.waitUntil(lambda: "Saved" in panel.hint.text() or target.exists(), timeout=10_000)
    qtbot.waitUntil(lambda: "Saved" in panel.hint.text(), timeout=10_000)
    assert target.read_text(encoding="utf-8").startswith("date,RUT,SPX")


def test_a_key_is_never_shown_and_a_bad_one_says_why(qtbot, panel):
    live = FakeLive()
    dialog = KeysDialog(live, panel)
    name = next(iter(dialog.fields))
    field = dialog.fields[name]
    assert field.echoMode() == field.EchoMode.Password
    field.setText("TOPSECRET")
    dialog._keep(name)
    assert live.kept[name] == "TOPSECRET"
    assert field.text() == ""
    assert "TOPSECRET" not in dialog.said.text()
    field.setText("two words")
    dialog._keep(name)
    assert dialog.said.text() == "A key holds no space."
    dialog._forget(name)
    assert live.kept[name] == ""
    dialog.reject()


def test_enter_keeps_the_key_in_whose_field_it_was_typed(qtbot, panel):
    live = FakeLive()
    dialog = KeysDialog(live, panel)
    dialog.show()
    first, second = list(dialog.fields)[:2]
    dialog.fields[second].setText("TOPSECRET")
    qtbot.keyClick(dialog.fields[second], Qt.Key.Key_Return)
    assert live.kept == {second: "TOPSECRET"}, f"nothing was typed for {first}"
    dialog.reject()


def test_a_table_that_cannot_be_written_says_why_in_words(panel, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("ui.panels.data.panel.QFileDialog.getSaveFileName", lambda *a: (str(tmp_path), ""))
    panel.export_table()
    qtbot.waitUntil(lambda: not panel.hint.isHidden(), timeout=10_000)
    assert panel.hint.text()
    assert "Errno" not in panel.hint.text()
    assert str(tmp_path) not in panel.hint.text()
