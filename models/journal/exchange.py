"""The journal as CSV, Markdown and calendar file (ICS, RFC 5545), and back from each."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from models.journal.notes import KINDS, Journal, JournalError, Note, from_dict, to_dict

COLUMNS = ("day", "kind", "title", "text", "tags", "coins", "links")
SEPARATOR = ";"
DELIMITERS = (",", ";", "\t")
COINS = "X-ROTASCOPE-COINS"
SAID = "<!-- rotascope "
# A spreadsheet takes a text that begins so for a formula; a quote before it makes it a text.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
FOLD = 73
"""Bytes of a line of a calendar file, its break not counted."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought: notes, and a sentence for each row that was refused."""

    notes: tuple[Note, ...]
    refused: tuple[str, ...]


def to_csv(journal: Journal) -> str:
    """Return the journal as CSV (RFC 4180); lists are separated by semicolons, no cell is a formula.

    A semicolon within a tag or a link stands behind a backslash.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in journal.notes:
        lists = (_joined(values) for values in (one.tags, one.coins, one.links))
        writer.writerow(
            [one.day.isoformat(), one.kind, *(_harmless(text) for text in (one.title, one.text, *lists))]
        )
    return out.getvalue()


def from_csv(text: str) -> Taken:
    """Take notes from CSV with a header line; only `day` and `title` are needed.

    Its cells stand between commas, semicolons (spreadsheets in many languages) or tabs: whichever makes
    these two columns of the first line. A line `sep=;`, as spreadsheets know it, may stand before it.

    Raises
    ------
    JournalError
        The columns `day` and `title` are missing.
    """
    text, before = re.subn(r"\Asep=[,;\t]\r?\n", "", text.lstrip("\ufeff"), flags=re.I)
    try:
        delimiter = _delimiter(text)
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        names = {(name or "").strip().casefold(): name for name in rows.fieldnames or ()}
        notes, refused = [], []
        for row in rows:
            cells = {column: _cell(row.get(names[column])) for column in COLUMNS if column in names}
            try:
                notes.append(_note(cells))
            except ValueError as error:
                refused.append(f"Line {rows.line_num + before}: {error}")
    except csv.Error as error:
        raise JournalError(f"The file is no readable CSV ({error}). Nothing was taken.") from None
    return Taken(tuple(notes), tuple(refused))


def to_markdown(journal: Journal, title: str = "Journal") -> str:
    """Return the journal as a page of Markdown, newest day first.

    Behind each note a comment, which no page shows, says it once more for :func:`from_markdown`.
    """
    lines = [f"# {title}", ""]
    for one in journal.notes:
        lines += [f"## {one.day.isoformat()} · {_plain(one.title)}", ""]
        about = [KINDS[one.kind], *(f"#{tag}" for tag in one.tags), *one.coins]
        lines += [f"*{' · '.join(about)}*", ""]
        if one.text.strip():
            lines += [one.text.strip(), ""]
        lines += [f"- <{link}>" for link in one.links]
        if one.links:
            lines.append("")
        # Without ">" nothing in it can end the comment.
        told = json.dumps(to_dict(Journal((one,)))["notes"][0], ensure_ascii=False).replace(">", "\\u003e")
        lines += [f"{SAID}{told} -->", ""]
    return "\n".join(lines).rstrip() + "\n"


def from_markdown(text: str) -> Taken:
    """Take the notes of a page that :func:`to_markdown` wrote; what was changed in its words stays there.

    Raises
    ------
    JournalError
        The page was not written by this program.
    """
    notes: list[Note] = []
    refused: list[str] = []
    found = re.finditer(rf"^{re.escape(SAID)}(.*) -->$", text, flags=re.M)
    for number, told in enumerate((one[1] for one in found), start=1):
        try:
            notes += from_dict({"notes": [json.loads(told)]}).notes
        except ValueError as error:
            why = str(error) if isinstance(error, JournalError) else "it cannot be read"
            refused.append(f"Note {number}: {why}")
    if not notes and not refused:
        raise JournalError("The page holds no notes of this program. Take them in as CSV instead.")
    return Taken(tuple(notes), tuple(refused))


def to_ics(journal: Journal, now: datetime, product: str) -> str:
    """Return the journal as a calendar of whole-day events, for any calendar program."""
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{product}//EN", "CALSCALE:GREGORIAN"]
    for one in journal.notes:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.id}@rotascope",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
            f"SUMMARY:{_escaped(one.title)}",
            f"CATEGORIES:{','.join(_escaped(word) for word in (one.kind, *one.tags))}",
        ]
        if one.text:
            lines.append(f"DESCRIPTION:{_escaped(one.text)}")
        if one.coins:
            lines.append(f"{COINS}:{','.join(_escaped(coin) for coin in one.coins)}")
        # An event has one address of its own; the others are attached to it.
        lines += [f"{'ATTACH' if at else 'URL'}:{_one_line(link)}" for at, link in enumerate(one.links)]
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) + "\r\n" for line in lines)


def from_ics(text: str) -> Taken:
    """Take the events of a calendar file as notes of their first day.

    Raises
    ------
    JournalError
        It is no calendar file.
    """
    if "BEGIN:VCALENDAR" not in text:
        raise JournalError("The file is no calendar (ICS). Nothing was taken.")
    unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    notes, refused = [], []
    # One at a time: a search for all of them at once would hold up every other thread.
    found = re.finditer(r"^BEGIN:VEVENT(.*?)^END:VEVENT", unfolded, flags=re.S | re.M)
    for number, event in enumerate((one[1] for one in found), start=1):
        cells: dict[str, str] = {}
        attached = []
        # An alarm within an event has texts of its own.
        event = re.sub(r"^BEGIN:(\w+).*?^END:\1[^\n]*\n?", "", event, flags=re.S | re.M)
        for line in event.strip("\n").split("\n"):
            name, _, value = line.partition(":")
            name, _, parameters = name.upper().partition(";")
            if name == "ATTACH" and "BINARY" not in parameters and value:
                attached.append(value)
            cells.setdefault(name, value)
        begins = cells.get("DTSTART", "")[:8]
        sorts, coins = _words(cells.get("CATEGORIES", "")), _words(cells.get(COINS, ""))
        kind = next((word for word in sorts if word in KINDS), "other")
        try:
            notes.append(
                Note(
                    day=datetime.strptime(begins, "%Y%m%d").date(),
                    title=_unescaped(cells.get("SUMMARY", "")),
                    kind=kind,
                    text=_unescaped(cells.get("DESCRIPTION", "")),
                    tags=tuple(word for word in sorts if word != kind),
                    links=(*filter(None, [cells.get("URL")]), *attached),
                    coins=tuple(coins),
                )
            )
        except ValueError as error:
            why = str(error) if isinstance(error, JournalError) else "it has no day"
            refused.append(f"Event {number}: {why}")
    return Taken(tuple(notes), tuple(refused))


def _delimiter(text: str) -> str:
    for mark in DELIMITERS:
        heads = next(csv.reader(io.StringIO(text, newline=""), delimiter=mark), [])
        if {"day", "title"} <= {head.strip().casefold() for head in heads}:
            return mark
    raise JournalError(
        "The first line needs the columns “day” and “title”, with commas, semicolons or tabs between the "
        "columns. Nothing was taken."
    )


def _note(cells: dict[str, str]) -> Note:
    try:
        when = date.fromisoformat(cells["day"])
    except ValueError:
        raise JournalError(f"{cells['day']!r} is not a day. Write it as 2021-05-14.") from None
    kind = cells.get("kind", "").casefold() or "other"
    lists = {
        name: tuple(part.strip() for part in _parted(cells.get(name, "")) if part.strip())
        for name in ("tags", "coins", "links")
    }
    return Note(
        when,
        cells["title"],
        kind,
        cells.get("text", ""),
        tags=lists["tags"],
        links=lists["links"],
        coins=lists["coins"],
    )


def _cell(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _harmless(text: str) -> str:
    return "'" + text if _FORMULA.match(text) else text


def _joined(values: Iterable[str]) -> str:
    return SEPARATOR.join(re.sub(r"([\\;])", r"\\\1", value) for value in values)


def _parted(text: str) -> list[str]:
    # A backslash before anything else is one: files of other programs know no such marks.
    return [re.sub(r"\\([\\;])", r"\1", part) for part in re.findall(r"(?:\\[\\;]|[^;])+", text)]


def _plain(title: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#])", r"\\\1", title.replace("\n", " "))


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, "\\" + mark)
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def _words(text: str) -> list[str]:
    return [_unescaped(word) for word in re.findall(r"(?:\\.|[^,\\])+", text)]


def _one_line(link: str) -> str:
    """Leave out what would end the line: an address holds no breaks."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", "", link)


def _folded(line: str) -> str:
    """Break a line after 73 bytes, never inside a character."""
    pieces, piece, size = [], "", 0
    for character in line:
        bytes_ = len(character.encode())
        if size + bytes_ > FOLD:
            pieces.append(piece)
            piece, size = " ", 1
        piece += character
        size += bytes_
    return "\r\n".join([*pieces, piece])
