"""The positions of a plan as an editable item model: texts are read back, figures come assessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import floor, log10
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from models.market.unknown import Unknown
from models.qt.reader import plain_number, readable, reader_locale, short_number, typed_number
from models.risk.assessment import Assessment
from models.risk.plans.edits import position_changed
from models.risk.plans.plan import Plan
from models.risk.portfolio import sector_title

Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = Role.UserRole
SHARE_ROLE = Role.UserRole + 1
"""(share, largest share allowed, whether it is too much) for the bar; None where unknown."""
TONE_ROLE = Role.UserRole + 2
"""A token's name for the colour of the text, or None."""

UNKNOWN = "unknown"


def _tr(text: str) -> str:
    return QCoreApplication.translate("positions", text)


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `field` is what an edit changes in the position, empty for a figure."""

    id: str
    title: str
    field: str = ""
    tip: str = ""
    is_text: bool = False


def columns(currency: str) -> tuple[Column, ...]:
    """Return all columns in their order; which are shown is the view's choice."""
    return (
        Column("coin", _tr("Coin"), tip=_tr("The coin of the row."), is_text=True),
        Column("sector", _tr("Sector"), "sector", _tr("Type another sector to override the list."), True),
        Column("quantity", _tr("Quantity"), "quantity", _tr("Units bought, less what was sold.")),
        Column("cost", _tr("Cost, {0}").format(currency), "cost", _tr("What one unit cost.")),
        Column("price", _tr("Price, {0}").format(currency), "price", _tr("Type a price to use your own.")),
        Column("value", _tr("Value, {0}").format(currency), tip=_tr("Units held times the price.")),
        Column("share", _tr("Share, %"), tip=_tr("Of the capital.")),
        Column("bar", _tr("0 to 30 %"), tip=_tr("Bar: the share. Tick: the largest size allowed.")),
        Column("limit", _tr("Limit, %"), tip=_tr("The largest share that every limit allows.")),
        Column("binding", _tr("Binding limit"), tip=_tr("The limit that decides."), is_text=True),
        Column("room", _tr("Room, {0}").format(currency), tip=_tr("What may still be bought.")),
        Column("stop", _tr("Stop, {0}").format(currency), "stop", _tr("The price that ends it all.")),
        Column("target", _tr("Target, %"), "target", _tr("The share of the capital you aim at.")),
        Column("bought", _tr("Bought"), "bought", _tr("A day such as 2025-03-01.")),
        Column("notes", _tr("Notes"), "notes", _tr("Anything you want to remember."), True),
    )


class PositionsModel(QAbstractTableModel):
    """One row a position. Edits go to `edit(what, change)`, which may refuse them and says so itself."""

    def __init__(
        self, edit: Callable[[str, Callable[[Plan], Plan]], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._edit = edit
        self._plan = Plan()
        self._found: Assessment | None = None
        self.columns = columns(self._plan.currency)

    def show_plan(self, plan: Plan) -> None:
        """Show another plan at once; its figures follow with :meth:`show_figures`."""
        before, self._plan = self._plan, plan
        if len(plan.positions) != len(before.positions) or plan.currency != before.currency:
            self.beginResetModel()
            self._found = None
            self.columns = columns(plan.currency)
            self.endResetModel()
        elif plan.positions:
            self.dataChanged.emit(
                self.index(0, 0), self.index(len(plan.positions) - 1, len(self.columns) - 1)
            )

    def show_figures(self, found: Assessment | None) -> None:
        """Show the figures of the plan; None while there is no market."""
        self._found = found
        if self._plan.positions:
            self._changed()

    def _changed(self) -> None:
        last = self.index(len(self._plan.positions) - 1, len(self.columns) - 1)
        self.dataChanged.emit(self.index(0, 0), last)

    def column(self, name: str) -> int:
        """Return the place of a column by its id."""
        return next(at for at, column in enumerate(self.columns) if column.id == name)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._plan.positions)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.columns[index.column()].field and self._plan.lock is None:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return column.title
        if role == Role.ToolTipRole:
            return column.tip
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if column.is_text else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._plan.positions):
            return None
        column, row = self.columns[index.column()], index.row()
        match role:
            case Role.DisplayRole:
                return self._text(row, column.id)
            case Role.EditRole:
                return self._typed(row, column.field)
            case Role.ToolTipRole | Role.AccessibleTextRole:
                return self._why(row, column) or f"{column.title}: {self._text(row, column.id)}"
            case Role.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeft if column.is_text else Qt.AlignmentFlag.AlignRight
                return side | Qt.AlignmentFlag.AlignVCenter
        if role == SORT_ROLE:
            value = self._value(row, column.id)
            return float("-inf") if value is None or isinstance(value, Unknown) else value
        if role == SHARE_ROLE:
            return self._bar(row)
        if role == TONE_ROLE:
            return self._tone(row, column.id)
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        column = self.columns[index.column()]
        if role != Role.EditRole or not column.field:
            return False
        text = str(value).strip()
        if text == self._typed(index.row(), column.field):
            return False
        row, symbol = index.row(), self.symbol(index.row())
        what = _tr("{0} of {1}").format(column.title.partition(",")[0].lower(), symbol)
        return self._edit(
            what, lambda plan: position_changed(plan, row, **{column.field: read(column, text)})
        )

    def symbol(self, row: int) -> str:
        """Return the short name of a row's coin."""
        if self._found is not None and row < len(self._found.portfolio.holdings):
            holding = self._found.portfolio.holdings[row]
            if holding.position.coin == self._plan.positions[row].coin:
                return holding.coin.symbol
        return self._plan.positions[row].coin

    # -- values ------------------------------------------------------------------------------------

    def _value(self, row: int, name: str) -> float | str | Unknown | None:
        position = self._plan.positions[row]
        match name:
            case "coin":
                return self.symbol(row)
            case "quantity":
                return position.held
            case "cost":
                return position.cost
            case "target":
                return position.target
            case "bought":
                return "" if position.bought is None else readable(position.bought.isoformat())
            case "notes":
                return position.notes.replace("\n", " ")
        found = self._found
        if found is None or row >= len(found.portfolio.holdings):
            return Unknown(_tr("There is no market to look at yet."))
        holding, size = found.portfolio.holdings[row], found.sizes[row]
        match name:
            case "sector":
                return sector_title(holding.coin.sector)
            case "price":
                return holding.price
            case "value":
                return holding.value
            case "share" | "bar":
                return holding.share
            case "limit":
                return size.share
            case "binding":
                return size.binding_words
            case "room":
                return size.room
            case "stop":
                return holding.stop
        return None

    def _text(self, row: int, name: str) -> str:
        value = self._value(row, name)
        if value is None:
            return ""
        if isinstance(value, Unknown):
            return "?" if name == "limit" else UNKNOWN if name != "bar" else ""
        if isinstance(value, str):
            return value
        match name:
            case "share" | "limit" | "target":
                return reader_locale().toString(100 * value, "f", 1)
            case "bar":
                return ""
            case "room":
                sign = "+" if value > 0 else "−" if value < 0 else ""
                return sign + reader_locale().toString(abs(value), "f", 0)
            case "value":
                return reader_locale().toString(value, "f", 0)
        return amount(value)

    def _typed(self, row: int, name: str) -> str:
        """Return what stands in the editor: the position's own value, nothing borrowed."""
        if not name:
            return ""
        value = getattr(self._plan.positions[row], name)
        if value is None:
            return ""
        if name == "target":
            return plain_number(100 * value, 12)
        if isinstance(value, date):
            return value.isoformat()
        return plain_number(value) if isinstance(value, int | float) else str(value)

    def _bar(self, row: int) -> tuple[float, float | None, bool] | None:
        share, largest = self._value(row, "share"), self._value(row, "limit")
        if not isinstance(share, float):
            return None
        allowed = largest if isinstance(largest, float) else None
        return share, allowed, allowed is not None and share > allowed * (1 + 1e-9)

    def _tone(self, row: int, name: str) -> str | None:
        value = self._value(row, name)
        if isinstance(value, Unknown):
            return "text2"
        if name == "room" and isinstance(value, float):
            return "contradicts" if value < 0 else "confirms"
        if name in ("sector", "binding", "limit"):
            return "text2"
        if name == "price" and self._plan.positions[row].price is not None:
            return "caution"
        if name == "stop" and self._is_stopped(row):
            return "caution"
        return None

    def _is_stopped(self, row: int) -> bool:
        found = self._found
        return found is not None and row < len(found.sizes) and found.portfolio.holdings[row].is_stopped

    def _why(self, row: int, column: Column) -> str:
        value = self._value(row, column.id)
        if isinstance(value, Unknown):
            return readable(value.why)
        found = self._found
        if found is None or row >= len(found.sizes):
            return ""
        if column.id in ("limit", "binding", "room", "bar"):
            return "\n".join(readable(bar.sentence) for bar in found.sizes[row].bars if bar.asked)
        holding = found.portfolio.holdings[row]
        if column.id == "stop" and holding.is_stopped:
            return _tr("This stop lies at or above the price: it is hit already and would sell at once.")
        if column.id == "price" and holding.typed:
            return _tr("This price was typed by hand.")
        if column.id == "price" and holding.price_day is not None:
            return readable(_tr("The close of {0}.").format(holding.price_day))
        return ""


def amount(value: float) -> str:
    """Return a price or quantity with as many places as it needs.

    >>> amount(0.000058), amount(42.0), amount(9_400_000.0)
    ('0.000058', '42.00', '9.4 M')
    """
    size = abs(value)
    if size >= 1e6:
        for limit, unit in ((1e12, "T"), (1e9, "B"), (1e6, "M")):
            if size >= limit:
                return f"{short_number(value / limit)} {unit}" if size < 1e15 else short_number(value)
    if size >= 1000:
        return reader_locale().toString(value, "f", 0)
    if size >= 1 or size == 0:
        return reader_locale().toString(value, "f", 2)
    if size <= 1e-12:
        return short_number(value, 2)
    return plain_number(round(value, 2 - floor(log10(size))))


def read(column: Column, text: str) -> Any:
    """Return what was typed as the field wants it; a plan refuses in a sentence what it cannot hold."""
    if column.field in ("sector", "notes"):
        return text or (None if column.field == "sector" else "")
    if not text:
        return None
    if column.field == "bought":
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    number = as_number(text)
    return number / 100 if column.field == "target" and isinstance(number, float) else number


def as_number(text: str) -> float | str:
    """Return a typed number, in the reader's form or the program's; the text itself when it is none.

    >>> as_number("14 500"), as_number("1.5k"), as_number("a lot")
    (14500.0, 1500.0, 'a lot')
    """
    plain = text.replace(" ", "").replace(" ", "").replace("'", "").replace("_", "").rstrip("%")
    scale = 1.0
    if plain[-1:].lower() in ("k", "m") and len(plain) > 1:
        scale = 1e3 if plain[-1:].lower() == "k" else 1e6
        plain = plain[:-1]
    number = typed_number(plain)
    return text if number is None else scale * number
