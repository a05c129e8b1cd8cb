"""Thousands of notes on a chart stay as few marks as can be told apart, and none is lost to the read-out."""

from __future__ import annotations

import numpy as np

from ui.charts.noted import CELL, Notes

DAYS = np.datetime64("2021-01-01", "D") + np.repeat(np.arange(1000), 20)[::-1]


def many() -> Notes:
    return Notes(DAYS, [f"Note {at}" for at in range(DAYS.size)])


def x(day: str) -> float:
    return float(np.datetime64(day, "D").astype(np.int64))


def test_as_many_marks_as_can_be_told_apart_stand_for_twenty_thousand_notes():
    low, high = x("2021-01-01"), x("2023-09-27")
    places = many().marks(low, high, 300.0)
    assert 90 <= places.size <= 300 / CELL + 1
    pixels = (places - low) * 300 / (high - low)
    assert np.diff(pixels).min() >= 1.0
    assert set(places) <= set(many().marks(low, high, 1e6))


def test_notes_of_days_apart_keep_a_mark_each_on_their_own_day():
    days = np.array(["2021-03-01", "2021-02-01", "2021-02-01", "2021-01-01"], dtype="datetime64[D]")
    notes = Notes(days, ["c", "b1", "b2", "a"])
    places = notes.marks(x("2021-01-01"), x("2021-03-01"), 500.0)
    assert places.tolist() == [x("2021-01-01"), x("2021-02-01"), x("2021-03-01")]
    assert notes.marks(x("2021-01-15"), x("2021-02-15"), 500.0).tolist() == [x("2021-02-01")]
    assert notes.marks(x("2022-01-01"), x("2022-02-01"), 500.0).size == 0


def test_the_read_out_takes_the_newest_and_keeps_the_order_of_one_day():
    days = np.array(["2021-03-01", "2021-02-01", "2021-02-01", "2021-01-01"], dtype="datetime64[D]")
    notes = Notes(days, ["c", "b1", "b2", "a"])
    assert [one.text for one in notes.between(x("2021-01-01"), x("2021-02-01"))] == ["b1", "b2", "a"]
    assert [one.text for one in notes.between(x("2021-01-01"), x("2021-03-01"), most=2)] == ["c", "b1"]
    assert notes.between(x("2021-01-02"), x("2021-01-31")) == []


def test_later_notes_are_left_out_and_the_same_object_says_that_none_were():
    notes = many()
    assert notes.upto(np.datetime64("2030-01-01", "D")) is notes
    early = notes.upto(np.datetime64("2021-01-02", "D"))
    assert len(early) == 40
    assert {str(one.day) for one in early.between(-1e9, 1e9)} == {"2021-01-01", "2021-01-02"}
    assert len(notes.upto(np.datetime64("2020-12-31", "D"))) == 0
