"""Positions out of a table: which column is what, what would be taken, and what is refused and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from models.market.largest import largest_first
from models.market.returns import SECTOR_TITLES
from models.market.snapshot import Coin, Day, Market
from models.risk.plans.export import COLUMNS
from models.risk.plans.plan import Position
from models.risk.plans.sheet import Sheet, day_in, number_in
from models.risk.plans.values import PlanError

Field = Literal[
    "coin", "quantity", "cost", "total cost", "bought", "stop", "target", "sector", "price", "notes"
]
FIELDS: tuple[Field, ...] = get_args(Field)
NEEDED: tuple[Field, ...] = ("coin", "quantity")

TITLES: Mapping[Field, str] = {
    "coin": "Coin (symbol, name or id)",
    "quantity": "Quantity",
    "cost": "Cost of one unit",
    "total cost": "Cost of all units",
    "bought": "Day bought",
    "stop": "Stop",
    "target": "Target share, %",
    "sector": "Sector",
    "price": "Price typed by hand",
    "notes": "Notes",
}

# Words of a heading, as exchanges and trackers write them; the first field that matches takes it.
_WORDS: tuple[tuple[Field, str], ...] = (
    ("coin", r"coin|symbol|ticker|asset|currency|crypto|token|name|münze|währung"),
    ("total cost", r"total cost|cost basis|invested|book (value|cost)|einsatz|gesamtkosten"),
    ("quantity", r"quantity|qty|amount|units|holdings?|balance|menge|anzahl|bestand|stück"),
    ("cost", r"cost|(average|avg|buy|purchase|entry)( buy| purchase| entry)? price|kaufpreis|einstand"),
    ("bought", r"bought|date|day|acquired|datum|gekauft|kauftag"),
    ("stop", r"stop"),
    ("target", r"target( share| pct)?$|ziel"),
    ("sector", r"sector|category|sektor"),
    # A column “current price” is what the market says, and the market is asked anyway.
    ("price", r"^price$|(typed|own|manual) price"),
    ("notes", r"notes?|comments?|memo|notiz|bemerkung"),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that makes a position; `note` says what was assumed, empty when nothing was."""

    line: int
    position: Position
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that does not, its cells as they stand, and the sentence why."""

    line: int
    cells: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do; nothing is done yet."""

    taken: tuple[Taken, ...]
    refused: tuple[Refused, ...]

    @property
    def positions(self) -> tuple[Position, ...]:
        return tuple(one.position for one in self.taken)

    @property
    def words(self) -> str:
        rows = "row is" if len(self.taken) == 1 else "rows are"
        return f"{len(self.taken)} {rows} taken, {len(self.refused)} refused."


class Names:
    """Finds a coin by its id, symbol or name; of several that a text may mean the largest is meant.

    An id does not go before a symbol: `link` is the id of a coin that is long gone, and whoever writes LINK
    holds Chainlink.
    """

    def __init__(self, coins: Iterable[Coin]) -> None:
        self._ids: dict[str, Coin] = {}
        self._meant: dict[str, list[Coin]] = {}
        for coin in coins:
            self._ids.setdefault(coin.id.casefold(), coin)
            for key in {text.casefold() for text in (coin.id, coin.symbol, coin.name)}:
                self._meant.setdefault(key, []).append(coin)

    @classmethod
    def of(cls, market: Market, day: Day | None = None) -> Names:
        """Take the coins of a market, the largest of a day first."""
        return cls(market.coins[at] for at in largest_first(market, day))

    def find(self, text: str, *, by_id: bool = False) -> tuple[Coin | None, str]:
        """Return the coin that a text means and a note when others are meant by it too.

        A text such as `Solana (SOL)` is understood as well. `by_id` is for texts that are known to be ids:
        an id is one coin, whatever else is called like it.
        """
        for part in _parts(text):
            key = part.casefold()
            if by_id and key in self._ids:
                return self._ids[key], ""
            if found := self._meant.get(key, []):
                others = ", ".join(coin.name for coin in found[1:4])
                more = " …" if len(found) > 4 else ""
                note = f"“{part}” is {found[0].name} here, the largest; also {others}{more}."
                return found[0], note if others else ""
        return None, ""


def guessed(sheet: Sheet, names: Names) -> dict[Field, int]:
    """Say which column is probably what: by the headings, else by what stands in them."""
    found: dict[Field, int] = {}
    for at, heading in enumerate(sheet.header or ()):
        plain = re.sub(r"[_\W]+", " ", heading.casefold()).strip()
        for field, pattern in _WORDS:
            if field not in found and re.search(rf"(?<!\w)({pattern})(?!\w)", plain):
                found[field] = at
                break
    if all(field in found for field in NEEDED):
        return found
    return {**_by_contents(sheet, names), **found}


def preview(
    sheet: Sheet, mapping: Mapping[Field, int], names: Names, *, unknown_coins: bool = True
) -> Preview:
    """Read every row.

    Parameters
    ----------
    mapping : the column of each field that the table has
    unknown_coins : take coins that the list does not know, under the text as it stands
    """
    missing = [TITLES[field] for field in NEEDED if field not in mapping]
    if missing:
        why = f"Choose the column for: {', '.join(missing)}."
        return Preview(
            (), tuple(Refused(line, row, why) for line, row in zip(sheet.lines, sheet.rows, strict=True))
        )
    taken: list[Taken] = []
    refused: list[Refused] = []
    for line, row in zip(sheet.lines, sheet.rows, strict=True):
        cells = {field: row[at].strip() for field, at in mapping.items() if at < len(row)}
        try:
            taken.append(_taken(line, cells, sheet, names, unknown_coins))
        except PlanError as error:
            refused.append(Refused(line, row, str(error)))
    return Preview(tuple(taken), tuple(refused))


def _taken(line: int, cells: Mapping[Field, str], sheet: Sheet, names: Names, unknown_coins: bool) -> Taken:
    text = cells.get("coin", "")
    if not text:
        raise PlanError("The coin is missing.")
    coin, note = names.find(text, by_id=sheet.header == COLUMNS)
    if coin is None:
        if not unknown_coins:
            raise PlanError(f"“{text[:60]}” is no coin of the list.")
        note = f"“{text[:60]}” is no coin of the list: it needs a price typed by hand."
    quantity = _number("quantity", cells, sheet)
    if quantity is None:
        raise PlanError("The quantity is missing.")
    cost = _number("cost", cells, sheet)
    total = _number("total cost", cells, sheet)
    if cost is None and total is not None and quantity > 0:
        cost = total / quantity
    target = _number("target", cells, sheet)
    position = Position(
        coin=coin.id if coin is not None else text,
        quantity=quantity,
        cost=cost or None,
        bought=_day(cells),
        stop=_number("stop", cells, sheet) or None,
        target=None if target is None else target / 100,
        sector=_sector(cells.get("sector", "")),
        price=_number("price", cells, sheet) or None,
        notes=cells.get("notes", ""),
    )
    return Taken(line, position, coin.name if coin is not None else text, note)


def _number(field: Field, cells: Mapping[Field, str], sheet: Sheet) -> float | None:
    cell = cells.get(field, "")
    if cell in ("", "-", "–", "—", "n/a", "N/A"):
        return None
    found = number_in(cell, sheet.decimal)
    if found is None:
        raise PlanError(f"{TITLES[field].split(' (')[0]} “{cell[:40]}” is no number.")
    return found


def _day(cells: Mapping[Field, str]) -> date | None:
    cell = cells.get("bought", "")
    if not cell:
        return None
    found = day_in(cell)
    if found is None:
        raise PlanError(f"The day “{cell[:40]}” cannot be read. Write it as 2021-05-14.")
    return found


def _sector(cell: str) -> str | None:
    """Return the slug of a sector's title, else the text as it stands."""
    slugs = {title.casefold(): slug for slug, title in SECTOR_TITLES.items()}
    return slugs.get(cell.casefold(), cell) or None


def _parts(text: str) -> tuple[str, ...]:
    """Return the whole text, then what stands in and before brackets."""
    found = re.fullmatch(r"\s*(.*?)\s*[(\[](.+?)[)\]]\s*", text)
    return (text.strip(), found[2].strip(), found[1].strip()) if found else (text.strip(),)


def _by_contents(sheet: Sheet, names: Names) -> dict[Field, int]:
    """Take the column with most known coins, and the first one of numbers beside it.

    A cell or two that are no numbers do not make another column the quantity: they are refused in their
    row, where a price taken for a quantity would be believed.
    """
    sample = range(min(sheet.columns, 40))
    known = {at: sum(names.find(cell)[0] is not None for cell in sheet.column(at)[:50]) for at in sample}
    found: dict[Field, int] = {}
    if known and max(known.values()):
        found["coin"] = max(known, key=lambda at: (known[at], -at))
    for at in sample:
        cells = [cell for cell in sheet.column(at)[:50] if cell]
        if at == found.get("coin") or not cells:
            continue
        if 2 * sum(number_in(cell, sheet.decimal) is not None for cell in cells) > len(cells):
            found.setdefault("quantity" if "quantity" not in found else "cost", at)
        elif all(day_in(cell) is not None for cell in cells):
            found.setdefault("bought", at)
    return found
