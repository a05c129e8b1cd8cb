"""The store of user documents: whole or not at all, ten versions, refusal with a way out."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.documents import (
    KEPT,
    ChangedElsewhereError,
    DamagedError,
    FullError,
    MissingError,
    NewerError,
    NotSavedError,
    Store,
    files,
)

ROOT = Path(__file__).parents[3]


def notes(folder: Path, version: int = 1, **more: object) -> Store:
    return Store(folder, "rotascope-note", version, noun="note", **more)  # type: ignore[arg-type]


def numbers(store: Store, name: str) -> list[int]:
    return [store.load_version(name, version.number).document["n"] for version in store.versions(name)]


def test_a_document_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    store = notes(tmp_path / "not there yet")
    saved = store.save("First note", {"text": "Halten — 🚀", "n": 0.1})
    assert saved.path.name == "First note.note.json"
    assert store.load("First note").document == {"text": "Halten — 🚀", "n": 0.1}
    assert store.load(saved.path).stamp == saved.stamp
    assert [entry.name for entry in store.entries()] == ["First note"]


def test_the_file_is_readable_and_says_what_it_is(tmp_path: Path) -> None:
    path = notes(tmp_path).save("a", {"text": "é"}).path
    assert '"text": "é"' in path.read_text("utf-8")
    whole = json.loads(path.read_text("utf-8"))
    assert (whole["format"], whole["version"]) == ("rotascope-note", 1)


def test_the_ten_latest_versions_are_kept(tmp_path: Path) -> None:
    store = notes(tmp_path)
    for n in range(14):
        store.save("a", {"n": n})
    assert numbers(store, "a") == list(range(13, 3, -1))
    assert len(numbers(store, "a")) == KEPT


def test_versions_of_equal_names_in_two_folders_are_apart(tmp_path: Path) -> None:
    store = notes(tmp_path / "documents")
    for n, folder in enumerate(("usb", "cloud")):
        store.save(tmp_path / folder / "a.note.json", {"n": n})
    assert [v.number for v in store.versions(tmp_path / "usb" / "a.note.json")] == [1]
    assert store.load(tmp_path / "cloud" / "a.note.json").document == {"n": 1}


def test_what_another_program_wrote_becomes_a_version_before_it_is_overwritten(tmp_path: Path) -> None:
    store = notes(tmp_path)
    path = store.save("a", {"n": 1}).path
    path.write_text(path.read_text("utf-8").replace('"n": 1', '"n": 99'), "utf-8")
    store.save("a", {"n": 2})
    assert numbers(store, "a") == [2, 99, 1]


def test_a_save_over_somebody_elses_is_refused(tmp_path: Path) -> None:
    mine, theirs = notes(tmp_path), notes(tmp_path)
    stamp = mine.save("a", {"n": 1}).stamp
    theirs.save("a", {"n": 2})
    with pytest.raises(ChangedElsewhereError, match="Save under another name"):
        mine.save("a", {"n": 3}, expected=stamp)
    assert mine.load("a").document == {"n": 2}


def test_a_document_that_was_deleted_meanwhile_is_simply_written_again(tmp_path: Path) -> None:
    store = notes(tmp_path)
    saved = store.save("a", {"n": 1})
    saved.path.unlink()
    store.save("a", {"n": 2}, expected=saved.stamp)
    assert store.load("a").document == {"n": 2}


def test_an_older_version_of_the_format_is_brought_up_to_date_step_by_step(tmp_path: Path) -> None:
    notes(tmp_path).save("a", {"n": 1})
    steps = {1: lambda d: {**d, "two": True}, 2: lambda d: {**d, "three": d["two"]}}
    loaded = notes(tmp_path, 3, migrate=steps).load("a")
    assert loaded.document == {"n": 1, "two": True, "three": True}
    assert loaded.migrated_from == 1


def test_a_newer_file_is_refused_and_never_overwritten(tmp_path: Path) -> None:
    path = notes(tmp_path, 2).save("a", {"n": 1}).path
    before = path.read_bytes()
    old = notes(tmp_path)
    with pytest.raises(NewerError, match="newer Rotascope"):
        old.load("a")
    with pytest.raises(NewerError):
        old.save("a", {"n": 2})
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 4096,
        b'{"format": "rotascope-note", "ver',
        b"[1, 2]",
        b'{"format": "something else", "version": 1, "document": {}}',
        b'{"format": "rotascope-note", "version": 1, "document": [1]}',
        b'{"format": "rotascope-note", "version": true, "document": {}}',
        b'{"format": "rotascope-note", "version": 1, "document": {"n": NaN}}',
        b"[" * 200_000,
        b"\xff\xfe{}",
        b'{"format": "rotascope-note", "version": 1, "document": {"n": ' + b"9" * 5000 + b"}}",
    ],
)
def test_a_damaged_file_is_refused_and_left_alone_with_its_versions_to_fall_back_on(
    tmp_path: Path, content: bytes
) -> None:
    store = notes(tmp_path)
    path = store.save("a", {"n": 1}).path
    path.write_bytes(content)
    with pytest.raises(DamagedError, match=r"left alone\. Open one of the kept versions"):
        store.load("a")
    with pytest.raises(DamagedError):
        store.save("a", {"n": 2})
    assert path.read_bytes() == content
    assert numbers(store, "a") == [1]
    aside = store.set_aside("a")
    assert aside.read_bytes() == content
    store.save("a", store.load_version("a", 1).document)
    assert store.load("a").document == {"n": 1}


def test_a_migration_that_fails_is_damage_and_not_a_crash(tmp_path: Path) -> None:
    notes(tmp_path).save("a", {"n": 1})
    with pytest.raises(DamagedError, match="could not be brought to version 2"):
        notes(tmp_path, 2, migrate={1: lambda d: d["missing"]}).load("a")


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="There is no note"):
        notes(tmp_path).load("nowhere")


def test_what_json_cannot_hold_is_refused_and_the_old_file_stands(tmp_path: Path) -> None:
    store = notes(tmp_path)
    store.save("a", {"n": 1})
    for bad in ({"n": float("nan")}, {"n": float("inf")}, {"n": object()}):
        with pytest.raises(NotSavedError):
            store.save("a", bad)
    assert store.load("a").document == {"n": 1}


def test_a_full_disk_loses_nothing_and_leaves_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = notes(tmp_path)
    store.save("a", {"n": 1})
    before = sorted(p.name for p in tmp_path.rglob("*"))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(FullError, match=r"No room is left for a\.note\.json"):
        store.save("a", {"n": 2})
    monkeypatch.undo()
    assert store.load("a").document == {"n": 1}
    assert numbers(store, "a") == [1]
    assert sorted(p.name for p in tmp_path.rglob("*")) == before


LIMITED = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from data.documents import FullError, Store
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
store = Store(Path(sys.argv[1]), "rotascope-note", 1)
store.save("a", {{"n": "small"}})
try:
    store.save("a", {{"n": "x" * 200_000}})
except FullError as error:
    print("refused")
store.save("b", {{"n": "still works"}})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file.")
def test_a_write_that_the_system_cuts_short_leaves_the_last_saved_document(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED.format(root=str(ROOT)), str(tmp_path)], capture_output=True, text=True
    )
    assert done.stdout == "refused\n", done.stderr
    assert notes(tmp_path).load("a").document == {"n": "small"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="Root may write everywhere.")
def test_a_folder_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "sealed"
    folder.mkdir(mode=0o500)
    with pytest.raises(NotSavedError, match="may not be written"):
        notes(folder).save("a", {"n": 1})


def test_a_folder_where_a_file_should_be_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.note.json").mkdir()
    store = notes(tmp_path)
    with pytest.raises(Exception, match="cannot be read"):
        store.load("a")


def test_two_threads_saving_at_once_lose_no_version_number(tmp_path: Path) -> None:
    def work(start: int) -> None:
        for n in range(start, start + 5):
            notes(tmp_path).save("a", {"n": n})

    workers = [threading.Thread(target=work, args=(start,)) for start in (0, 100)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(numbers(notes(tmp_path), "a")) == [*range(5), *range(100, 105)]


def test_another_process_that_saves_for_too_long_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = notes(tmp_path)
    store.save("a", {"n": 1})
    monkeypatch.setattr(files, "taken", lambda _: False)
    monkeypatch.setattr(files.alone.__wrapped__, "__defaults__", (0.05,))
    with pytest.raises(NotSavedError, match="another Rotascope has been saving"):
        store.save("a", {"n": 2})


def test_renaming_takes_the_versions_along_and_never_covers_another_document(tmp_path: Path) -> None:
    store = notes(tmp_path)
    store.save("a", {"n": 1})
    store.save("b", {"n": 2})
    with pytest.raises(NotSavedError, match="already"):
        store.rename("a", "b")
    path = store.rename("a", "c")
    assert path.name == "c.note.json"
    assert numbers(store, "c") == [1]
    assert store.load("b").document == {"n": 2}


def test_a_removed_document_can_be_had_back(tmp_path: Path) -> None:
    store = notes(tmp_path)
    store.save("a", {"n": 1})
    store.remove("a")
    assert store.entries() == ()
    assert numbers(store, "a") == [1]


def test_the_latest_document_comes_first(tmp_path: Path) -> None:
    store = notes(tmp_path)
    for n, name in enumerate(("old", "new")):
        path = store.save(name, {}).path
        os.utime(path, (n, n))
    assert [entry.name for entry in store.entries()] == ["new", "old"]


def test_names_that_file_systems_do_not_hold_are_made_plain(tmp_path: Path) -> None:
    store = notes(tmp_path)
    for name in ("a/b", "..", "CON", "x" * 400, "🚀" * 300, "\ud800", "", 'q"?*', "\0"):
        saved = store.save(name, {"name": "kept inside"})
        assert saved.path.parent == tmp_path
        assert store.load(saved.path).document == {"name": "kept inside"}
    assert store.free_path("CON").name == "CON 2.note.json"


def test_the_time_of_a_save_is_in_the_file(tmp_path: Path) -> None:
    moments = iter(datetime(2024, 6, 15, tzinfo=UTC) + timedelta(hours=n) for n in range(9))
    store = notes(tmp_path, clock=lambda: next(moments))
    assert store.save("a", {}).at == "2024-06-15T00:00:00+00:00"
    assert store.load("a").written == "2024-06-15T00:00:00+00:00"


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**300), 10**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@calm
@given(document=st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), values, max_size=5))
def test_any_document_survives_packing(document: dict[str, object]) -> None:
    from data.documents.envelope import packed, unpacked

    form = notes(Path("nowhere")).form
    assert unpacked(form, packed(form, document, ""), Path("x")).document == document


@calm
@given(content=st.binary(max_size=200))
def test_stray_bytes_are_refused_in_words(content: bytes) -> None:
    from data.documents import DocumentError
    from data.documents.envelope import unpacked

    with pytest.raises(DocumentError, match=r"\.$"):
        unpacked(notes(Path("nowhere")).form, content, Path("x.note.json"))
