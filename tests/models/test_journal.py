"""Notes go in and out of every format unharmed, and "what followed" agrees with a slow reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.journal.decoding import decoded
from models.journal.exchange import from_csv, from_ics, from_markdown, to_csv, to_ics, to_markdown
from models.journal.listing import Wanted, listing
from models.journal.notes import (
    KINDS,
    MOST_NOTES,
    Journal,
    JournalError,
    Note,
    found,
    from_dict,
    journal,
    to_dict,
)
from models.market.followed import HORIZONS, NEEDED, followed
from models.market.returns import Index
from models.market.unknown import Unknown

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ETF = Note(
    date(2024, 1, 10), "Bitcoin ETF approved", "regulation", "SEC, at last.", ("etf",), coins=("bitcoin",)
)
FORK = Note(date(2022, 9, 15), "Ethereum merge", "technology", tags=("eth", "upgrade"))
anything = st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\x00'")
words = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters=";'"), max_size=12)
word = words.map(str.strip).filter(bool)
notes = st.builds(
    Note,
    day=st.dates(date(2009, 1, 3), date(2030, 1, 1)),
    title=st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60)
    .map(str.strip)
    .filter(bool),
    kind=st.sampled_from(tuple(KINDS)),
    text=st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\r\x00"), max_size=80).map(
        str.strip
    ),
    tags=st.lists(word.filter(lambda one: one not in KINDS), max_size=3, unique=True).map(tuple),
    coins=st.lists(word, max_size=2, unique=True).map(tuple),
    links=st.lists(st.text("ab;,\\=/:%?&'-", min_size=1, max_size=12), max_size=3).map(tuple),
)


def said(some: Note) -> tuple[object, ...]:
    return some.day, some.title, some.kind, some.text, some.tags, some.coins, some.links


def test_the_newest_day_comes_first_whatever_the_order_of_adding():
    assert journal([FORK, ETF]).notes == journal([ETF, FORK]).notes == (ETF, FORK)
    assert Journal().with_note(FORK).with_note(ETF).notes == (ETF, FORK)


def test_an_edit_takes_the_place_of_the_note():
    whole = journal([ETF, FORK])
    changed = Note(date(2022, 9, 16), "The merge", "technology", id=FORK.id)
    assert whole.with_note(changed).note(FORK.id) == changed
    assert len(whole.with_note(changed)) == 2
    assert whole.without([ETF.id]).notes == (FORK,)


def test_notes_are_found_by_words_kind_tag_and_day():
    whole = journal([ETF, FORK])
    assert found(whole, words="etf sec") == (ETF,)
    assert found(whole, kinds=["technology"]) == (FORK,)
    assert found(whole, tag="upgrade") == (FORK,)
    assert found(whole, upto=date(2023, 1, 1)) == (FORK,)
    assert found(whole, words="bitcoin merge") == ()
    assert whole.tags() == ("etf", "eth", "upgrade")


@pytest.mark.parametrize(("title", "kind"), [("  ", "other"), ("x" * 201, "other"), ("x", "gossip")])
def test_what_is_no_note_is_refused_in_a_sentence(title, kind):
    with pytest.raises(JournalError, match=r"\.$"):
        Note(date(2024, 1, 1), title, kind)


@settings(deadline=None)
@given(st.lists(notes, max_size=6))
def test_any_journal_survives_its_document(some):
    whole = journal(some)
    assert from_dict(to_dict(whole)) == whole


@settings(deadline=None)
@given(st.lists(notes, max_size=6))
def test_any_journal_survives_csv(some):
    whole = journal(some)
    taken = from_csv(to_csv(whole))
    assert taken.refused == ()
    assert [said(one) for one in taken.notes] == [said(one) for one in whole.notes]


@settings(deadline=None)
@given(st.lists(notes, max_size=6))
def test_any_journal_survives_a_calendar(some):
    whole = journal(some)
    text = to_ics(whole, NOW, "Rotascope")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    taken = from_ics(text)
    assert taken.refused == ()
    assert [said(one) for one in taken.notes] == [said(one) for one in whole.notes]


@settings(deadline=None)
@given(st.lists(notes, max_size=6))
def test_any_journal_survives_a_page_of_markdown(some):
    whole = journal(some)
    if not some:
        with pytest.raises(JournalError, match="no notes of this program"):
            from_markdown(to_markdown(whole))
        return
    taken = from_markdown(to_markdown(whole))
    assert taken.refused == ()
    assert [said(one) for one in taken.notes] == [said(one) for one in whole.notes]


def test_an_alarm_in_a_calendar_says_nothing_about_its_event():
    event = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20240101\r\nSUMMARY:Note\r\n"
        "BEGIN:VALARM\r\nATTACH;VALUE=URI:Chord\r\nDESCRIPTION:Ring\r\nEND:VALARM\r\nURL:https://a.example\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    (note,) = from_ics(event).notes
    assert (note.title, note.text, note.links) == ("Note", "", ("https://a.example",))


def test_notes_that_differ_only_in_their_links_are_two():
    one = Note(date(2024, 1, 1), "Note", links=("https://a.example",))
    other = Note(date(2024, 1, 1), "Note", links=("https://b.example",))
    merged, new = journal(()).merged((one, other, replace(one, id="again")))
    assert (len(merged), new) == (2, 2)


def test_a_link_cannot_add_lines_to_a_calendar():
    hostile = Note(date(2024, 1, 1), "Note", links=("https://a.example/\r\nX-EVIL:1", "b\nEND:VEVENT"))
    lines = to_ics(journal([hostile]), NOW, "Rotascope").split("\r\n")
    assert not [line for line in lines if line.startswith("X-EVIL")]
    assert lines.count("END:VEVENT") == 1
    assert from_ics("\r\n".join(lines)).notes[0].links == ("https://a.example/X-EVIL:1", "bEND:VEVENT")


def test_taking_a_file_twice_adds_nothing():
    whole, new = Journal().merged([ETF, FORK])
    assert new == 2
    again, new = whole.merged(from_csv(to_csv(whole)).notes)
    assert (again, new) == (whole, 0)


def test_no_cell_is_a_formula():
    text = to_csv(journal([Note(date(2024, 1, 1), '=HYPERLINK("x")', text="@x", tags=("-1",))]))
    assert "'=HYPERLINK" in text
    assert "'@x" in text
    assert "'-1" in text


def test_bad_rows_are_refused_and_the_others_taken():
    taken = from_csv(
        "day,title,kind\n2024-01-01,Good,macro\n1.2.2024,Bad day,\n2024-01-02,,\n2024-01-03,X,gossip\n"
    )
    assert [one.title for one in taken.notes] == ["Good"]
    assert len(taken.refused) == 3
    assert taken.refused[0] == "Line 3: '1.2.2024' is not a day. Write it as 2021-05-14."
    with pytest.raises(JournalError, match="Nothing was taken"):
        from_csv("a,b\n1,2\n")
    with pytest.raises(JournalError, match="Nothing was taken"):
        from_ics("<html>")


def test_markdown_shows_everything_and_lets_no_title_break_it():
    page = to_markdown(journal([ETF, Note(date(2024, 1, 1), "# not a *heading*")]))
    assert "## 2024-01-10 · Bitcoin ETF approved" in page
    assert "*Regulation · #etf · bitcoin*" in page
    assert r"\# not a \*heading\*" in page


# -- what followed ---------------------------------------------------------------------------------


def index(values: list[float]) -> Index:
    days = np.datetime64("2020-01-01", "D") + np.arange(len(values))
    return Index("X", "X", days, np.array(values), np.full(len(values), 10))


def slow(values: list[float], rows: list[int], horizon: int, last: int) -> list[float]:
    return [
        values[row + horizon] / values[row] - 1
        for row in sorted(set(rows))
        if row + horizon <= last and np.isfinite(values[row]) and np.isfinite(values[row + horizon])
    ]


@settings(deadline=None)
@given(st.data())
def test_what_followed_agrees_with_a_slow_reading_and_knows_nothing_of_later_days(data):
    values = data.draw(st.lists(st.floats(1, 100), min_size=120, max_size=200))
    rows = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=25))
    last = data.draw(st.integers(60, len(values) - 1))
    line = index(values)
    told = followed(line, line.days[np.array(rows, dtype=int)], line.days[last])
    shorter = index(values[: last + 1])
    assert followed(shorter, line.days[np.array(rows, dtype=int)], line.days[last]) == told
    for one in told:
        kept = slow(values, [row for row in rows if row <= last], one.days, last)
        assert one.finished == len(kept)
        if len(kept) >= NEEDED:
            assert one.median == pytest.approx(float(np.median(kept)))
            assert one.rising == pytest.approx(sum(value > 0 for value in kept) / len(kept))
        else:
            assert isinstance(one.median, Unknown)
        base = slow(values, list(range(last + 1)), one.days, last)
        if base:
            assert one.base_median == pytest.approx(float(np.median(base)))


def test_two_notes_a_day_apart_are_one_independent_one():
    line = index([100.0 + i for i in range(200)])
    told = followed(line, line.days[np.array([10, 11, 60])], line.days[-1])
    assert [one.independent for one in told] == [2, 2, 1]
    assert [one.days for one in told] == list(HORIZONS)


# -- files of other programs -----------------------------------------------------------------------


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("before", ["", "\ufeff", "sep={}\r\n"])
def test_columns_stand_between_commas_semicolons_or_tabs(mark, before):
    cells = (("Day", "Title", "Tags"), ("2024-01-10", '"A; b, c"', '"etf;sec"'), ("gone", "x", ""))
    text = before.format(mark) + "\r\n".join(mark.join(row) for row in cells)
    taken = from_csv(text)
    assert [(one.title, one.tags) for one in taken.notes] == [("A; b, c", ("etf", "sec"))]
    assert taken.refused == (
        f"Line {4 if before.startswith('sep') else 3}: 'gone' is not a day. Write it as 2021-05-14.",
    )


@pytest.mark.parametrize(
    "text", ["", "day|title\n2024-01-01|x\n", "Tag;Titel\n2024-01-01;x\n", "\x01\x02", '"']
)
def test_a_file_without_the_columns_is_refused_by_naming_them(text):
    with pytest.raises(JournalError, match="“day” and “title”, with commas, semicolons or tabs"):
        from_csv(text)


ABROAD = "day;title\n2024-01-10;Börse lässt ETF zu – 5 €\n"


@pytest.mark.parametrize(
    ("content", "is_guessed"),
    [
        (ABROAD.encode("utf-8"), False),
        (ABROAD.encode("utf-8-sig"), False),
        (ABROAD.encode("utf-16"), False),
        (b"\xfe\xff" + ABROAD.encode("utf-16-be"), False),
        (ABROAD.encode("cp1252"), True),
    ],
)
def test_letters_survive_whatever_program_saved_the_file(content, is_guessed):
    text, guessed = decoded(content)
    assert (text.lstrip("\ufeff"), guessed) == (ABROAD, is_guessed)
    assert from_csv(text).notes[0].title == "Börse lässt ETF zu – 5 €"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        ABROAD.encode("utf-16-le"),  # without a mark
        ABROAD.encode("utf-16")[:-1],
        b"day;title\n2024-01-10;\x81\x8d\n",
    ],
)
def test_what_is_no_text_is_refused_whole(content):
    with pytest.raises(JournalError, match="Nothing was taken"):
        decoded(content)


# -- lists -----------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(notes, max_size=8), st.data())
def test_one_note_put_in_stands_where_sorting_all_would_put_it(some, data):
    whole = journal(some)
    one = data.draw(notes)
    if whole.notes and data.draw(st.booleans()):
        one = replace(one, id=data.draw(st.sampled_from(whole.notes)).id)
    put = whole.with_note(one)
    assert [note.day for note in put.notes] == sorted((note.day for note in put.notes), reverse=True)
    assert put.note(one.id) == one
    assert put.without([one.id]) == whole.without([one.id])
    if whole.note(one.id) is None:
        assert put == journal([*whole.notes, one])


def test_a_full_journal_takes_edits_and_no_more_notes():
    full = journal(Note(date(2020, 1, 1), f"{at}") for at in range(MOST_NOTES))
    first = full.notes[0]
    assert len(full.with_note(replace(first, day=date(2021, 1, 1)))) == MOST_NOTES
    with pytest.raises(JournalError, match="20,000"):
        full.with_note(ETF)
    with pytest.raises(JournalError, match="20,000"):
        full.merged([ETF])


@pytest.mark.parametrize(
    ("column", "descending", "titles"),
    [
        ("day", True, "Ab aa C"),
        ("day", False, "C Ab aa"),
        ("title", False, "aa Ab C"),
        ("kind", False, "Ab C aa"),
        ("tags", True, "aa C Ab"),
    ],
)
def test_a_list_is_in_the_order_of_its_column_and_ties_in_the_journals(column, descending, titles):
    whole = journal(
        [
            Note(date(2024, 1, 2), "Ab", "macro"),
            Note(date(2024, 1, 2), "aa", "regulation", tags=("Z",)),
            Note(date(2024, 1, 1), "C", "macro", tags=("b",)),
        ]
    )
    shown = listing(whole, Wanted(column=column, descending=descending))
    assert " ".join(one.title for one in shown.notes) == titles
    assert (shown.total, shown.tags, shown.followed) == (3, ("b", "Z"), None)


def test_a_search_that_nobody_waits_for_ends():
    whole = journal([ETF, FORK])
    assert listing(whole, Wanted(words="e"), cancelled=lambda: True).notes == ()
    assert len(listing(whole, Wanted(words="e")).notes) == 2


def test_many_notes_ask_the_system_for_nothing_and_each_has_an_id_of_its_own(monkeypatch):
    def asked(_count: int) -> bytes:
        raise AssertionError("The system was asked for chance.")

    monkeypatch.setattr("os.urandom", asked)
    made = [Note(date(2026, 1, 1), "one of many") for _ in range(5_000)]
    assert len({one.id for one in made}) == len(made)
    assert all(len(one.id) == 32 for one in made)
