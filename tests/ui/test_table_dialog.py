"""The figures of a chart as a table: whole numbers without decimals, and no figure cut."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QGuiApplication

from ui.widgets.table_dialog import TableDialog
from ui.widgets.tables import Table


def dialog(qtbot, table: Table) -> TableDialog:
    made = TableDialog("A chart", table)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_column_of_whole_numbers_has_no_decimals(qtbot):
    table = Table(("Name", "Days", "Share"), [("a", 48.0, 0.5), ("b", float("nan"), 2.0), ("c", None, None)])
    made = dialog(qtbot, table)
    shown = [[made.model.index(row, at).data() for at in range(3)] for row in range(3)]
    assert shown == [["a", "48", "0.50"], ["b", "–", "2.00"], ["c", "–", "–"]]
    made.copy()
    assert QGuiApplication.clipboard().text().splitlines()[1] == "a\t48\t0.50"


def test_no_figure_is_cut_wherever_the_widest_one_stands(qtbot):
    values = np.full(3_000, 0.5)
    values[-1] = 1_234_567_890.5
    days = np.datetime64("2015-01-01") + np.arange(3_000)
    made = dialog(qtbot, Table(("Day", "x"), list(zip(days, values, strict=True))))
    letters = made.view.fontMetrics()
    for at in range(2):
        words = made.model.index(2_999, at).data()
        assert made.view.columnWidth(at) > letters.horizontalAdvance(words) + 8
