"""A backup holds all that is the user's, comes back whole in another home, and never half."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from data.backup import BackupError, restore_backup, write_backup
from data.backup_file import LARGEST, MANIFEST
from data.choices import save_classes, save_screens, save_weights
from data.journal import journal_document
from data.own_documents import own_documents
from data.paths import Paths
from data.plans import plan_store, save_plan
from data.settings_file import users_paths, value
from data.theses import theses_document
from models.journal.notes import Journal, Note
from models.market.classes import PUBLISHED
from models.market.rotation.screen import ScreenBook
from models.market.signals.weights import EQUAL
from models.market.theses.thesis import Theses
from models.risk.plans.plan import Plan

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path / "home")
    for file, text in (
        (paths.documents / "plans" / "Autumn.plan.json", '{"name": "Autumn"}'),
        (paths.documents / "journal.json", '{"notes": ["Ünïcode"]}'),
        (paths.settings / "rotascope.ini", "[look]\ntheme=dark\n"),
        (paths.market, "a cache that can be made anew"),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return paths


def texts(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): file.read_text(encoding="utf-8")
        for file in folder.rglob("*")
        if file.is_file() and "before-restore" not in str(file)
    }


def test_a_backup_comes_back_in_another_home(home, tmp_path):
    file = tmp_path / "mine.zip"
    assert write_backup(home, file) == 3
    other = Paths(tmp_path / "other")
    restored = restore_backup(other, file)
    assert (restored.files, restored.kept_aside) == (3, None)
    assert texts(other.documents) == texts(home.documents)
    assert texts(other.settings) == texts(home.settings)
    assert not other.market.exists()


def test_what_a_restore_replaces_is_kept_aside(home, tmp_path):
    file = tmp_path / "mine.zip"
    write_backup(home, file)
    plan = home.documents / "plans" / "Autumn.plan.json"
    plan.write_text("newer", encoding="utf-8")
    (home.documents / "plans" / "Winter.plan.json").write_text("later", encoding="utf-8")
    restored = restore_backup(home, file, NOW)
    assert plan.read_text(encoding="utf-8") == '{"name": "Autumn"}'
    assert restored.kept_aside == home.documents / "before-restore-20261122-093000"
    aside = restored.kept_aside / "documents" / "plans"
    assert (aside / "Autumn.plan.json").read_text() == "newer"
    assert (aside / "Winter.plan.json").read_text() == "later"
    assert write_backup(home, file) == 3, "What was put aside is in no later backup."


@pytest.mark.parametrize("name", ["documents/../../evil", "/etc/evil", "elsewhere/x", "documents/c:\\x"])
def test_a_file_in_a_strange_place_changes_nothing(home, tmp_path, name):
    file = tmp_path / "odd.zip"
    write_backup(home, file)
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr(name, "x")
    before = texts(home.documents)
    with pytest.raises(BackupError, match="Nothing was changed"):
        restore_backup(home, file)
    assert texts(home.documents) == before


def rewritten(whole: Path, target: Path, **entries: object) -> Path:
    """Copy a backup with other contents of some of its files."""
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != MANIFEST or MANIFEST not in entries:
                new.writestr(name, old.read(name))
        for name, text in entries.items():
            new.writestr(name, text)  # type: ignore[arg-type]
    return target


def manifest(**fields: object) -> str:
    return json.dumps({"format": "rotascope-backup", "version": 1, **fields})


def wrong_backups(whole: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    """Files that are no backup for this version, each with words of what is said about it."""
    raw = whole.read_bytes()
    for name, content in (("half", raw[:200]), ("empty", b""), ("picture", b"\x89PNG" * 400)):
        file = folder / f"{name}.zip"
        file.write_bytes(content)
        yield file, "is damaged or no backup"
    foreign = folder / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as packed:
        packed.writestr("a", "b")
    yield foreign, "is no backup of Rotascope"
    for at, text in enumerate(("[]", "{}", "[" * 90_000, "\0", manifest(format="another")), start=1):
        yield rewritten(whole, folder / f"foreign{at}.zip", **{MANIFEST: text}), "is no backup of Rotascope"
    yield rewritten(whole, folder / "newer.zip", **{MANIFEST: manifest(version=99)}), "by a newer version"
    for at, version in enumerate((True, "2", 0, None, 1.5), start=1):
        file = rewritten(whole, folder / f"version{at}.zip", **{MANIFEST: manifest(version=version)})
        yield file, "is damaged"
    yield rewritten(whole, folder / "missing.zip", **{MANIFEST: manifest(files=9)}), "is damaged"
    bomb = {"documents/theses.json": b"0" * (LARGEST + 1)}
    yield rewritten(whole, folder / "bomb.zip", **bomb), "is too large"
    yield folder / "gone.zip", "cannot be read: No such file"
    (folder / "folder.zip").mkdir()
    yield folder / "folder.zip", "cannot be read: Is a directory"


def test_damaged_foreign_and_newer_files_change_nothing_and_say_so(home, tmp_path):
    whole = tmp_path / "whole.zip"
    write_backup(home, whole)
    before = sorted((home.root).rglob("*")), texts(home.documents), texts(home.settings)
    for file, words in wrong_backups(whole, tmp_path):
        with pytest.raises(BackupError) as said:
            restore_backup(home, file)
        assert words in str(said.value), file.name
        assert "Nothing was changed." in str(said.value)
        assert (sorted(home.root.rglob("*")), texts(home.documents), texts(home.settings)) == before


def test_a_backup_with_any_byte_changed_comes_back_whole_or_is_refused_in_a_sentence(home, tmp_path):
    whole, changed = tmp_path / "whole.zip", tmp_path / "changed.zip"
    write_backup(home, whole)
    raw, dice = whole.read_bytes(), Random(7)
    before, other = texts(home.documents), Paths(tmp_path / "other")
    for _ in range(400):
        body = bytearray(raw)
        for _ in range(dice.choice((1, 2, 8))):
            body[dice.randrange(len(body))] = dice.randrange(256)
        changed.write_bytes(body[: dice.randrange(len(body))] if dice.random() < 0.2 else body)
        refused = ""
        try:
            restore_backup(other, changed)
        except BackupError as said:
            refused = str(said)
        if refused:
            assert "Nothing was changed." in refused
            assert not other.root.exists()
        else:
            assert set(texts(other.documents).values()) <= set(before.values())
            shutil.rmtree(other.root)


def test_documents_come_back_where_this_home_keeps_them(home, tmp_path):
    """The backup was written by a home with a chosen folder; another home may keep its own elsewhere."""
    away = replace(home, chosen_documents=tmp_path / "away")
    shutil.copytree(home.documents, away.documents)
    plan = away.documents / "plans" / "Autumn.plan.json"
    (home.settings / "rotascope.ini").write_text(
        f'[documents]\nfolder={away.documents}\n\n[look]\ntheme=dark\n\n[planner]\nrecent="[\\"{plan}\\"]"\n',
        encoding="utf-8",
    )
    file = tmp_path / "mine.zip"
    write_backup(away, file)
    usual, chosen = Paths(tmp_path / "usual"), Paths(tmp_path / "chosen")
    chosen.settings.mkdir(parents=True)
    (chosen.settings / "rotascope.ini").write_text(f"[documents]\nfolder={tmp_path / 'own'}\n")
    for paths in (usual, replace(chosen, chosen_documents=tmp_path / "own")):
        restore_backup(paths, file)
        assert (paths.documents / "journal.json").exists()
        again = users_paths(paths.root)
        assert again.documents == paths.documents, "The next start keeps them where they came to."
        text = (paths.settings / "rotascope.ini").read_text(encoding="utf-8")
        assert value(text, "look", "theme") == "dark"
        assert json.loads(value(text, "planner", "recent")) == [
            str(paths.documents / "plans" / "Autumn.plan.json")
        ]


def test_only_documents_of_the_program_leave_a_folder_that_holds_other_things(home, tmp_path):
    letters = home.documents / "letters" / "thesis.json"
    letters.parent.mkdir()
    letters.write_text("mine")
    (home.documents / "photo.jpg").write_text("mine")
    (home.documents / ".versions").mkdir()
    (home.documents / ".versions" / "notes.txt").write_text("mine")
    (home.settings / "window-is-open").touch()
    theirs = home.documents / "Rotascope" / "plans" / "of another home.plan.json"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    file = tmp_path / "mine.zip"
    assert write_backup(home, file) == 3
    restore_backup(home, file)
    assert theirs.read_text() == "theirs"
    assert letters.read_text() == "mine"
    assert (home.documents / "photo.jpg").exists()


def test_every_kind_of_document_and_its_versions_are_in_the_backup(tmp_path):
    paths = Paths(tmp_path / "home")
    save_classes(paths.documents, PUBLISHED, None)
    save_screens(paths.documents, ScreenBook(), None)
    save_weights(paths.documents, EQUAL, None)
    for document, value_ in (
        (journal_document(paths), Journal((Note(date(2021, 5, 1), "note"),))),
        (theses_document(paths), Theses((object(),))),  # type: ignore[arg-type]
    ):
        document._to = lambda _value: {}  # what is inside does not matter here
        document.offer(value_)  # type: ignore[arg-type]
        document.write()
    store = plan_store(paths)
    save_plan(store, store.folder / "A: b?.plan.json", Plan())
    save_plan(store, store.folder / "Winter" / "far.plan.json", Plan())
    damaged = store.path("old")
    damaged.write_text("damaged")
    store.set_aside(damaged)
    everything = {one.relative_to(paths.documents) for one in paths.documents.rglob("*") if one.is_file()}
    kept = {Path(one) for one in own_documents(paths.documents)}
    assert {one.name for one in everything - kept} == {".documents.lock"}
    assert write_backup(paths, tmp_path / "all.zip") == len(kept)
    assert restore_backup(Paths(tmp_path / "other"), tmp_path / "all.zip").files == len(kept)


def test_a_restore_that_the_disk_refuses_is_taken_back(home, tmp_path, monkeypatch):
    file = tmp_path / "mine.zip"
    write_backup(home, file)
    (home.documents / "journal.json").write_text("newer")
    before = texts(home.documents), texts(home.settings), sorted(home.root.rglob("*"))
    rename = Path.rename

    def refuse(self, target):
        if "restoring" in str(self) and self.name == "Autumn.plan.json":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(BackupError, match="No space left on device\\. Nothing was changed"):
        restore_backup(home, file)
    assert (texts(home.documents), texts(home.settings), sorted(home.root.rglob("*"))) == before


def test_what_could_not_be_put_back_is_said_to_lie_where_it_lies(home, tmp_path, monkeypatch):
    file = tmp_path / "mine.zip"
    write_backup(home, file)
    (home.documents / "journal.json").write_text("newer")
    rename, is_broken = Path.rename, []

    def refuse(self, target):
        if is_broken or "restoring" in str(self):
            is_broken.append(True)
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(
        BackupError, match=r"lie in folders of .* whose names begin with before-restore"
    ) as said:
        restore_backup(home, file)
    assert "Nothing was changed" not in str(said.value)
    (kept,) = home.documents.glob("before-restore-*/documents/journal.json")
    assert kept.read_text() == "newer"


def test_a_folder_that_cannot_be_written_is_said_and_leaves_no_half_file(home, tmp_path):
    with pytest.raises(BackupError, match="was not written: No such file or directory\\. Nothing else"):
        write_backup(home, tmp_path / "nowhere" / "mine.zip")
    assert not list(tmp_path.rglob("*.part"))
