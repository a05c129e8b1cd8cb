"""How sources and series read in the tables of the Data panel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QDate, Qt

from data.listing import Listed, ListedSource
from models.market.snapshot import Day
from models.qt.figures import Column, FigureRow
from models.qt.reader import reader_locale
from ui.widgets import numbers


def _tr(text: str) -> str:
    return QCoreApplication.translate("data", text)


def day_words(day: Day | None) -> str:
    """Return a day in the reader's short form; a dash without one."""
    if day is None:
        return "–"
    return reader_locale().toString(QDate.fromString(str(day), Qt.DateFormat.ISODate), "d MMM yyyy")


def age(day: Day | None, now: datetime) -> int | None:
    """Return how many days old a day is."""
    if day is None:
        return None
    return (now.astimezone(UTC).date() - datetime.fromisoformat(str(day)).date()).days


def _age(value: int | None) -> str:
    return "–" if value is None else f"{value} d"


def source_columns() -> tuple[Column, ...]:
    return (
        Column("source", _tr("Source")),
        Column("series", _tr("Series"), tip=_tr("Fresh ones of all that it brings.")),
        Column("last", _tr("Last day"), shown=lambda day: day_words(day) if day else "–"),
        Column("age", _tr("Age"), shown=_age, is_number=True),
        Column("state", _tr("State")),
        Column("means", _tr("What it means")),
    )


def source_rows(found: Sequence[ListedSource], now: datetime) -> list[FigureRow]:
    """Return one row a source."""
    rows = []
    for one in found:
        count = f"{one.fresh} / {one.series}"
        if one.coins:
            count += _tr(" + {0} coins").format(one.coins)
        means = one.problem or ", ".join(entry.title for entry in one.source.entries[:4])
        tip = "\n".join((one.state.sentence, one.source.attribution, one.source.licence))
        last = None if one.last_day is None else str(one.last_day)
        rows.append(
            FigureRow(
                one.source.id,
                (one.source.title, count, last, age(one.last_day, now), one.state.title, means),
                tip=tip,
            )
        )
    return rows


def series_columns() -> tuple[Column, ...]:
    return (
        Column("title", _tr("Series")),
        Column("state", _tr("State")),
        Column("first", _tr("First day"), shown=lambda day: day_words(day) if day else "–"),
        Column("last", _tr("Last day"), shown=lambda day: day_words(day) if day else "–"),
        Column("age", _tr("Age"), shown=_age, is_number=True),
        Column("unit", _tr("Unit")),
        Column("source", _tr("Source")),
        Column("licence", _tr("Licence")),
        Column("id", _tr("Id")),
    )


def series_rows(found: Sequence[Listed], now: datetime) -> list[FigureRow]:
    """Return one row a series; coins are summed up elsewhere."""
    rows = []
    for one in found:
        first = None if one.first_day is None else str(one.first_day)
        last = None if one.last_day is None else str(one.last_day)
        held = one.held_from or ", ".join(one.sources)
        cells = (
            one.title,
            one.state.title,
            first,
            last,
            age(one.last_day, now),
            one.unit,
            held,
            one.licence,
            one.id,
        )
        tip = "\n".join(part for part in (one.state.sentence, one.stamp) if part)
        rows.append(FigureRow(one.id, cells, tip=tip, faint=one.state.name == "unavailable"))
    return rows


def megabytes(size: int) -> str:
    return f"{numbers.whole(size / 1e6)} MB"
