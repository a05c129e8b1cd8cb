"""Reading the coin list: id, symbol, name and sector of each coin, in the order of symbol look-up."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence

from data.cache import Job
from models.market.snapshot import Coin

from .layouts import MissingColumnError
from .lines import Lines
from .manifest import Entry
from .report import FileReport
from .table import is_name

SECTORS = frozenset(
    {
        *("layer1", "layer2", "defi", "infrastructure", "ai", "meme", "gaming", "exchange", "payments"),
        *("privacy", "rwa", "stablecoin", "wrapped", "other"),
    }
)
OTHER = "other"


def take_coin_list(
    lines: Lines, entry: Entry, job: Job, report: FileReport, cancelled: Callable[[], None]
) -> None:
    """Hand the coins to the job; a line without an id is refused, an unknown sector is `other`."""
    coins: dict[str, Coin] = {}
    strange: set[str] = set()
    header: Sequence[str] | None = None
    for block in lines.blocks():
        cancelled()
        for number, text in enumerate(block.data.split(b"\n")[:-1], block.first):
            text = text.rstrip(b"\r")
            if not text:
                continue
            try:
                cells = next(csv.reader([text.decode("utf-8")], strict=True))
            except (UnicodeDecodeError, csv.Error, StopIteration):
                report.refuse(number, "the line is not readable text", text.decode("utf-8", "replace"))
                continue
            if header is None:
                header = cells
                places = {ours: _place(header, theirs) for ours, theirs in entry.columns.items()}
                continue
            sample = text.decode("utf-8")
            if len(cells) != len(header):
                why = f"the line has {len(cells)} columns instead of {len(header)}"
                report.refuse(number, why, sample, reason="a wrong number of columns")
                continue
            coin = Coin(
                cells[places["coin"]],
                cells[places["symbol"]].strip(),
                cells[places["name"]].strip() or cells[places["coin"]],
                cells[places["sector"]].strip(),
            )
            if not is_name(coin.id):
                report.refuse(number, "the coin has no id", sample)
                continue
            if coin.sector not in SECTORS:
                strange.add(coin.sector[:40])
                coin = Coin(coin.id, coin.symbol, coin.name, OTHER)
            if coin.id not in coins:
                coins[coin.id] = coin
            elif coins[coin.id] == coin:
                report.skip("the same line again")
            else:
                report.refuse(
                    number, f"{coin.id} is there twice, the first line stands", sample, reason="twice"
                )
    if header is None:
        raise MissingColumnError("the file is empty")
    if strange:
        report.notes.append(f"Unknown sectors were taken as other: {', '.join(sorted(strange)[:12])}.")
    job.coins(coins.values())


def _place(header: Sequence[str], name: str) -> int:
    if header.count(name) != 1:
        raise MissingColumnError(f"the column {name} is missing; the file has {', '.join(header)[:200]}")
    return header.index(name)
