"""The user's classes and screens on the disk: refused when damaged, never overwritten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.choices import load_classes, load_screens, save_classes, save_screens
from data.documents import ChangedElsewhereError, DamagedError
from models.market.classes import PUBLISHED, Basket, TierBounds
from models.market.rotation.screen import USUAL, ScreenBook

EDITED = (
    PUBLISHED.moved("solana", "defi")
    .bounded(TierBounds(large_to=20, mid_to=60))
    .with_basket(Basket("mine", "Mine", ("solana", "cardano")))
)


def test_without_a_file_nothing_is_changed(tmp_path):
    assert load_classes(tmp_path).value is PUBLISHED
    assert load_screens(tmp_path).value == ScreenBook()
    assert list(tmp_path.iterdir()) == []


def test_changes_read_back_and_go_on_from_their_stamp(tmp_path):
    stamp = save_classes(tmp_path, EDITED, None)
    kept = load_classes(tmp_path)
    assert (kept.value, kept.stamp, kept.notice) == (EDITED, stamp, "")
    save_classes(tmp_path, PUBLISHED, kept.stamp)
    assert load_classes(tmp_path).value == PUBLISHED


def test_screens_read_back(tmp_path):
    book = ScreenBook().with_screen(replace(USUAL, name="Calm", quiet=10.0, sectors=("defi",)))
    save_screens(tmp_path, book, None)
    assert load_screens(tmp_path).value == book


def test_what_another_window_saved_is_not_overwritten(tmp_path):
    first = save_classes(tmp_path, EDITED, None)
    save_classes(tmp_path, EDITED.moved("cardano", "ai"), first)
    with pytest.raises(ChangedElsewhereError, match="another window"):
        save_classes(tmp_path, PUBLISHED, first)
    assert load_classes(tmp_path).value == EDITED.moved("cardano", "ai")


@pytest.mark.parametrize("content", ["", "{", '{"format": "rotascope-classes", "version": 1, "document": 3}'])
def test_a_damaged_file_stands_and_the_published_classes_stand_in(tmp_path, content):
    save_classes(tmp_path, EDITED, None)
    (file,) = tmp_path.glob("*.classes.json")
    file.write_text(content)
    kept = load_classes(tmp_path)
    assert kept.value is PUBLISHED
    assert "not taken in" in kept.notice
    with pytest.raises(DamagedError):
        save_classes(tmp_path, PUBLISHED, kept.stamp)
    assert file.read_text() == content


def test_a_file_with_an_impossible_choice_is_left_alone(tmp_path):
    save_classes(tmp_path, EDITED, None)
    (file,) = tmp_path.glob("*.classes.json")
    file.write_text(file.read_text().replace('"defi"', '"nonsense"'))
    kept = load_classes(tmp_path)
    assert kept.value is PUBLISHED
    assert "nonsense" in kept.notice


def test_a_screen_with_an_impossible_limit_is_left_alone(tmp_path):
    save_screens(tmp_path, ScreenBook().with_screen(replace(USUAL, name="Calm", quiet=10.0)), None)
    (file,) = tmp_path.glob("*.screens.json")
    file.write_text(file.read_text().replace("10.0", "1000.0"))
    kept = load_screens(tmp_path)
    assert kept.value == ScreenBook()
    assert "percentile" in kept.notice
