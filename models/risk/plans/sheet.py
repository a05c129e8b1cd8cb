"""A table that a person pastes or picks: CSV of any spreadsheet, or the tabs of a clipboard.

Pure text in, rows of cells out. Nothing is refused here: what a cell means is decided later.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from models.risk.plans.export import COLUMNS
from models.risk.plans.values import FIRST_DAY, LAST_DAY, PlanError

Decimal = Literal[".", ","]
LARGEST = 20_000_000
"""Characters of a table; ten thousand positions are a twentieth of it."""
ROWS = 20_000
DELIMITERS = ("\t", ";", ",", "|")
_NUMBER = re.compile(r"[+-]?(\d[\d.,'’ _\u00a0\u202f]*|[.,]\d+)([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*|[1-9]\d?(?:,\d\d)*,\d{3}")
"""Thousands apart by one sign throughout, also as in India."""
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells of a table: `header` when the first row names its columns, `lines[i]` the line of row i."""

    delimiter: str
    header: tuple[str, ...] | None
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    decimal: Decimal

    @property
    def columns(self) -> int:
        return max((len(row) for row in (self.header or (), *self.rows)), default=0)

    def column(self, at: int) -> tuple[str, ...]:
        return tuple(row[at] if at < len(row) else "" for row in self.rows)


def decoded(content: bytes) -> str:
    """Return the text of a file as spreadsheets write it: UTF-8 or UTF-16 with a mark, else Western.

    >>> decoded("Münze".encode("utf-8-sig")), decoded("Münze".encode("cp1252"))
    ('Münze', 'Münze')
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def sheet(text: str, *, delimiter: str | None = None, decimal: Decimal | None = None) -> Sheet:
    """Take a text apart; delimiter and decimal sign are found out unless they are given.

    Raises
    ------
    PlanError
        The text is empty, or far too large.

    >>> sheet("coin;quantity\\nSOL;1,5").rows
    (('SOL', '1,5'),)
    """
    if len(text) > LARGEST:
        raise PlanError(f"The table has {len(text):,} characters; {LARGEST:,} at most are read.")
    text = text.lstrip("\ufeff").replace("\0", "")
    chosen = delimiter or _delimiter(text)
    found: list[tuple[int, tuple[str, ...]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=chosen, strict=False)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise PlanError(f"Line {reader.line_num} cannot be read as a table: {error}.") from None
        stripped = tuple(unquoted(cell) for cell in cells)
        if any(stripped):
            found.append((line, stripped))
        line = reader.line_num + 1
        if len(found) > ROWS:
            raise PlanError(f"The table has more than {ROWS:,} rows. Split it.")
    if not found:
        raise PlanError("The table is empty. Copy some rows, or choose another file.")
    header = found[0][1] if _is_header(found[0][1]) else None
    body = found[1:] if header is not None else found
    rows = tuple(cells for _, cells in body)
    if decimal is None:  # an export as it was written has points, whatever stands in its notes
        decimal = "." if header == COLUMNS and chosen == "," else _decimal(rows)
    return Sheet(chosen, header, rows, tuple(at for at, _ in body), decimal)


def unquoted(cell: str) -> str:
    """Strip a cell, and the apostrophe with which an export makes a text out of a formula.

    >>> unquoted(" '=1+1 ")
    '=1+1'
    """
    cell = cell.strip().strip("\u00a0")
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip().startswith(_FORMULA) else cell


def number_in(cell: str, decimal: Decimal) -> float | None:
    """Read a number as people write it: currency signs, thousands, percent left out.

    `decimal` decides what the number itself leaves open: `1.500` alone. None for what is no number, and for
    one whose signs make no sense.

    >>> number_in("$1,234.50", "."), number_in("1.234,5 €", ","), number_in("9.4 M", "."), number_in("x", ".")
    (1234.5, 1234.5, 9400000.0, None)
    >>> number_in("1.500", ","), number_in("1.5", ","), number_in("1,234.56", ","), number_in("1,2,3", ".")
    (1500.0, 1.5, 1234.56, None)
    """
    plain = re.sub(r"^(USD|EUR|GBP|CHF|JPY|[$€£¥])|(USD|EUR|GBP|CHF|JPY|[$€£¥%])$", "", cell.strip()).strip()
    factor = 1.0
    if plain[-1:] in ("k", "K", "M", "B") and plain[:-1].strip():
        factor = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9}[plain[-1]]
        plain = plain[:-1].strip()
    if not _NUMBER.fullmatch(plain):
        return None
    mantissa, mark, exponent = re.sub(r"['’ _\u00a0\u202f]", "", plain).lower().partition("e")
    sign = mantissa[:1] if mantissa[:1] in ("+", "-") else ""
    digits = _with_point(mantissa.removeprefix(sign), decimal)
    return None if digits is None else float(f"{sign}{digits}{mark}{exponent}") * factor


def _with_point(digits: str, decimal: Decimal) -> str | None:
    """Leave signs of thousands out and write a point before the decimals; None where neither makes sense."""
    signs = re.sub(r"\d", "", digits)
    if not signs:
        return digits
    whole, _, behind = digits.rpartition(signs[-1])
    if signs.count(signs[-1]) > 1 or (len(signs) == 1 and signs != decimal and _GROUPED.fullmatch(digits)):
        whole, behind = digits, ""
    if re.search("[.,]", whole) and not _GROUPED.fullmatch(whole):
        return None
    return f"{re.sub('[.,]', '', whole) or '0'}.{behind or '0'}"


def day_in(cell: str) -> date | None:
    """Read a day: 2021-05-14, with or without a time, 14.05.2021 or 2021/05/14.

    Days with slashes and the year last are not read: nobody can tell May from December there.
    """
    text = cell.strip()
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text).date() if "-" in text else None
    except ValueError:
        return None


def is_day(cell: str) -> bool:
    found = day_in(cell)
    return found is not None and FIRST_DAY <= found <= LAST_DAY


def _delimiter(text: str) -> str:
    """Return the sign that splits the first rows into the same number of cells, and most of them."""
    head = "\n".join(text.splitlines()[:50])

    def score(sign: str) -> tuple[int, int]:
        try:
            sizes = [len(row) for row in csv.reader(io.StringIO(head), delimiter=sign) if any(row)]
        except csv.Error:
            return (0, 0)
        if not sizes or max(sizes) < 2:
            return (0, 0)
        usual = max(set(sizes), key=sizes.count)
        return (sizes.count(usual) if usual > 1 else 0, usual)

    return max(DELIMITERS, key=lambda sign: (score(sign), -DELIMITERS.index(sign)))


def _is_header(cells: Sequence[str]) -> bool:
    """A first row without any number and day names its columns."""
    return not any(number_in(cell, ".") is not None or is_day(cell) for cell in cells if cell)


def _decimal(rows: Sequence[Sequence[str]]) -> Decimal:
    """Find the decimal sign that the numbers themselves give away; a point when none does."""
    for row in rows:
        for cell in row:
            signs = re.sub(r"[^.,]", "", cell) if number_in(cell, ".") is not None else ""
            if "." in signs and "," in signs:
                return "." if cell.rfind(".") > cell.rfind(",") else ","
    votes = {".": 0, ",": 0}
    for row in rows:
        for cell in row:
            if is_day(cell) or number_in(cell, ".") is None:
                continue
            for sign in votes:
                # Three figures behind a single sign can be thousands; anything else cannot.
                behind = re.search(rf"^\D*(\d*)[{sign}](\d+)\D*$", cell)
                if cell.count(sign) == 1 and behind and (len(behind[2]) != 3 or behind[1] in ("", "0")):
                    votes[sign] += 1
    return "," if votes[","] > votes["."] else "."
