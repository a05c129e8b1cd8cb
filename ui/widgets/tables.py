"""The figures behind a chart as rows and columns, and their way into CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtWidgets import QWidget

Cell = str | float | int | np.datetime64 | None

MARKET, SIMULATED = "market", "simulated (demo market)"
# A spreadsheet takes a text that begins so for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    """Column titles and rows; a cell is a text, a number (NaN or None when unknown) or a day."""

    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def marked(table: Table, widget: QWidget) -> Table:
    """The table, each row marked where a widget around it says that its figures are simulated.

    The window says so by its property `simulated`: charts know no session, and rows are copied on
    without the window that said whose they are.
    """
    if not is_simulated(widget):
        return table
    return Table((*table.header, MARKET), [(*row, SIMULATED) for row in table.rows])


def is_simulated(widget: QWidget) -> bool:
    """Whether a widget around this one says that its figures are those of the demo market."""
    around: QWidget | None = widget
    while around is not None and not around.property("simulated"):
        around = around.parentWidget()
    return around is not None


def csv_text(table: Table) -> str:
    """The table as CSV (RFC 4180, comma, UTF-8): numbers bare, unknown empty, texts never formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_plain(cell) for cell in table.header])
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, np.datetime64):
        return "" if np.isnat(cell) else str(cell.astype("datetime64[D]"))
    if isinstance(cell, (int, float, np.integer, np.floating)):
        return repr(float(cell)).removesuffix(".0") if math.isfinite(cell) else ""
    return "'" + cell if cell.startswith(_FORMULA_STARTS) else cell
