"""A backup holds all that is the user's, comes back whole in another home, and never half."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.backup import MANIFEST, BackupError, restore_backup, write_backup
from data.paths import Paths

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path / "home")
    for file, text in (
        (paths.documents / "plans" / "Autumn.json", '{"name": "Autumn"}'),
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
    plan = home.documents / "plans" / "Autumn.json"
    plan.write_text("newer", encoding="utf-8")
    (home.documents / "plans" / "Winter.json").write_text("later", encoding="utf-8")
    restored = restore_backup(home, file, NOW)
    assert plan.read_text(encoding="utf-8") == '{"name": "Autumn"}'
    assert restored.kept_aside == home.documents / "before-restore-20261122-093000"
    aside = restored.kept_aside / "documents" / "plans"
    assert (aside / "Autumn.json").read_text() == "newer"
    assert (aside / "Winter.json").read_text() == "later"
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


def test_damaged_foreign_and_newer_files_change_nothing(home, tmp_path):
    whole = tmp_path / "whole.zip"
    write_backup(home, whole)
    half = tmp_path / "half.zip"
    half.write_bytes(whole.read_bytes()[:200])
    flipped = tmp_path / "flipped.zip"
    body = bytearray(whole.read_bytes())
    body[45] ^= 0xFF
    flipped.write_bytes(body)
    foreign = tmp_path / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as packed:
        packed.writestr("a", "b")
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(newer, "w") as packed:
        packed.writestr(MANIFEST, json.dumps({"format": "rotascope-backup", "version": 99}))
    before = texts(home.documents)
    for file in (half, flipped, foreign, newer):
        with pytest.raises(BackupError):
            restore_backup(home, file)
        assert texts(home.documents) == before


def test_a_folder_that_cannot_be_written_is_said_and_leaves_no_half_file(home, tmp_path):
    with pytest.raises(BackupError, match="was not written: No such file or directory\\. Nothing else"):
        write_backup(home, tmp_path / "nowhere" / "mine.zip")
    assert not list(tmp_path.rglob("*.part"))
