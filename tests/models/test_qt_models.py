"""The item models over the analyses, held to Qt's own contract."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt

from models.market.signals import STATES, Signal
from models.market.unknown import Unknown
from models.qt.checklist import SIGNAL_ROLE, ChecklistModel

DAY = np.datetime64("2021-05-14")


def signal(name: str, state: str = "confirms", **changes: object) -> Signal:
    made = Signal(
        id=name,
        title=name.title(),
        state=state,  # type: ignore[arg-type]
        value=1.5,
        value_text="1.50",
        threshold="≥ 1",
        since=DAY,
        age_days=2,
        why="above its mean",
        series=("BTC",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def model(qtmodeltester) -> ChecklistModel:
    made = ChecklistModel()
    made.show([signal(f"signal {i}", state) for i, state in enumerate(STATES)])
    qtmodeltester.check(made)
    return made


def test_checklist_has_a_row_for_each_signal_and_none_below_them(model: ChecklistModel) -> None:
    assert model.rowCount() == 4
    assert model.rowCount(model.index(0)) == 0
    assert model.data(QModelIndex()) is None


def test_checklist_row_says_itself_whole_for_a_screen_reader(model: ChecklistModel) -> None:
    said = model.data(model.index(2), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Signal 2: confirms, 1.50, above its mean, 2 days old"


def test_checklist_row_of_an_unknown_signal_gives_its_reason_and_no_age(model: ChecklistModel) -> None:
    why = "No options skew series is in the cache."
    unknown = signal("skew", "unknown", value=Unknown(why), value_text="unknown", age_days=None, why=why)
    model.show([unknown])
    assert model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole) == f"Skew: unknown, unknown, {why}"
    assert why in model.data(model.index(0), Qt.ItemDataRole.ToolTipRole)
    assert model.data(model.index(0), SIGNAL_ROLE) == unknown


def test_checklist_repaints_only_rows_that_say_something_else(model: ChecklistModel, qtbot) -> None:
    rows = [model.data(model.index(i), SIGNAL_ROLE) for i in range(4)]
    rows[1] = replace(rows[1], value_text="2.75")
    changed: list[int] = []
    model.dataChanged.connect(lambda first, last: changed.extend(range(first.row(), last.row() + 1)))
    with qtbot.assertNotEmitted(model.modelReset):
        model.show(rows)
    assert changed == [1]
    assert model.data(model.index(1), SIGNAL_ROLE).value_text == "2.75"


def test_checklist_starts_anew_when_the_number_of_signals_changes(model: ChecklistModel, qtbot) -> None:
    with qtbot.waitSignal(model.modelReset, timeout=1000):
        model.show([signal("only one")])
    assert model.rowCount() == 1
