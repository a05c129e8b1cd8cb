"""The positions of a plan as CSV: read back by the import, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from models.market.unknown import Unknown
from models.risk.portfolio import Portfolio

COLUMNS = (
    "coin",
    "quantity",
    "cost",
    "bought",
    "stop",
    "target_pct",
    "sector",
    "price",
    "notes",
    "symbol",
    "held",
    "value",
    "share_pct",
)
"""The first nine are what a person typed; the others are figures of the day."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    >>> harmless("=1+1"), harmless("Solana")
    ("'=1+1", 'Solana')
    """
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA[:4]) else text


def positions_csv(found: Portfolio) -> str:
    """Return the positions as CSV (RFC 4180, comma, UTF-8): texts never formulas, unknown cells empty.

    No number in it is below zero, so no cell at all begins with a sign.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for holding in found.holdings:
        position = holding.position
        writer.writerow(
            _row(
                [
                    position.coin,
                    position.quantity,
                    position.cost,
                    None if position.bought is None else position.bought.isoformat(),
                    position.stop,
                    None if position.target is None else 100 * position.target,
                    position.sector,
                    position.price,
                    position.notes,
                    holding.coin.symbol,
                    position.held,
                    holding.value,
                    None if isinstance(holding.share, Unknown) else 100 * holding.share,
                ]
            )
        )
    return out.getvalue()


def _row(cells: Sequence[object]) -> list[str]:
    return [_cell(cell) for cell in cells]


def _cell(cell: object) -> str:
    if cell is None or isinstance(cell, Unknown):
        return ""
    return harmless(cell) if isinstance(cell, str) else repr(cell)
