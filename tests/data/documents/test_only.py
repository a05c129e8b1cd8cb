"""The one document of its kind: writes of several threads leave the newest value."""

from __future__ import annotations

import threading

import pytest

from data.documents import (
    ChangedElsewhereError,
    DamagedError,
    Document,
    NotSavedError,
    OnlyDocument,
    Store,
)


class NotAWordError(ValueError):
    pass


def word_of(document: Document) -> str:
    if not isinstance(document.get("word"), str):
        raise NotAWordError("There is no word in it.")
    return str(document["word"])


class Slow:
    """Makes plain documents of words; the first waits until it may go on."""

    def __init__(self) -> None:
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self, word: str) -> Document:
        if not self.begun.is_set():
            self.begun.set()
            assert self.may_go_on.wait(10)
        return {"word": word}


def only(folder, to_document=lambda word: {"word": word}) -> OnlyDocument[str]:
    return OnlyDocument(
        Store(folder, "word", 1, noun="word", suffix=".json"),
        "word",
        empty="",
        from_document=word_of,
        to_document=to_document,
        refusal=NotAWordError,
    )


def test_without_a_file_the_value_is_empty_and_nothing_is_written(tmp_path):
    document = only(tmp_path)
    assert document.read() == ""
    assert document.is_written
    document.write()
    assert not document.path.exists()


def test_what_is_offered_is_written_and_read_back(tmp_path):
    document = only(tmp_path)
    document.offer("first")
    assert not document.is_written
    document.write()
    assert document.is_written
    assert only(tmp_path).read() == "first"


def test_what_comes_while_a_write_is_under_way_is_written_after_it(tmp_path):
    slow = Slow()
    document = only(tmp_path, slow)
    document.offer("first")
    under_way = threading.Thread(target=document.write)
    under_way.start()
    assert slow.begun.wait(10)
    document.offer("second")
    last = threading.Thread(target=document.write)
    last.start()
    slow.may_go_on.set()
    for thread in (under_way, last):
        thread.join(10)
    assert document.is_written
    assert only(tmp_path).read() == "second"


def test_what_another_program_wrote_is_not_overwritten(tmp_path):
    ours, theirs = only(tmp_path), only(tmp_path)
    for document, word in ((ours, "ours"), (theirs, "theirs")):
        document.read()
        document.offer(word)
        document.write()
    ours.offer("again")
    with pytest.raises(ChangedElsewhereError):
        ours.write()
    assert not ours.is_written
    assert only(tmp_path).read() == "theirs"


def test_a_file_that_holds_something_else_is_refused_and_left_alone(tmp_path):
    Store(tmp_path, "word", 1, noun="word", suffix=".json").save("word", {"number": 3})
    before = only(tmp_path).path.read_bytes()
    with pytest.raises(DamagedError, match=r"There is no word in it\. word\.json was left alone"):
        only(tmp_path).read()
    assert only(tmp_path).path.read_bytes() == before


def test_what_cannot_be_written_at_the_end_of_a_run_comes_back_in_the_next(tmp_path, monkeypatch):
    document = only(tmp_path)
    document.read()
    document.offer("typed last")
    with monkeypatch.context() as patch:
        patch.setattr(Store, "save", full_disk)
        document.keep()
    again = only(tmp_path)
    assert again.read() == "typed last"
    assert not again.is_written
    again.write()
    assert only(tmp_path).read() == "typed last"
    assert not list((tmp_path / ".recovery").glob("*.json"))


def test_what_was_put_by_does_not_replace_what_another_program_wrote_since(tmp_path):
    document = only(tmp_path)
    document.offer("first")
    document.write()
    other = only(tmp_path)
    other.read()
    other.offer("by another")
    other.write()
    document.offer("by this one")
    document.keep()
    again = only(tmp_path)
    assert again.read() == "by another"
    assert again.is_written
    assert again.set_aside is not None
    assert "by this one" in again.set_aside.read_text("utf-8")


def test_what_can_be_kept_nowhere_is_told(tmp_path, monkeypatch):
    document = only(tmp_path)
    document.read()
    document.offer("lost")
    (tmp_path / ".recovery").write_text("a file where the folder should be")
    monkeypatch.setattr(Store, "save", full_disk)
    with pytest.raises(NotSavedError):
        document.keep()


def full_disk(*_args, **_kwargs):
    raise NotSavedError("The disk is full.")
