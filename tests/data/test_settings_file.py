"""The terminal and a restore read the settings as the window wrote them, without Qt."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data.paths import Paths
from data.settings_file import at_home, chosen_folder, users_paths, value
from ui.plans.keeper import RECENT
from ui.settings import DOCUMENTS, THEME, Settings

NAMES = ["Plans", "A, B; C", 'the "good" ones', "back\\slash", "Ünïcode 日本 🙂", "50 % = half", " spaced "]
NAMES += ["Mes\u00a0documents", "a\u200bbad", "a\u3000fe"]
"""What does not print is written by its number, and a digit behind that is no part of it."""


@pytest.mark.parametrize("name", NAMES)
def test_the_chosen_folder_is_read_as_the_window_wrote_it(tmp_path, name):
    paths = Paths(tmp_path / "home")
    settings = Settings(paths.settings)
    settings.set(DOCUMENTS, str(tmp_path / name))
    settings.save()
    assert chosen_folder(paths) == tmp_path / name
    assert users_paths(tmp_path / "home").documents == tmp_path / name


@pytest.mark.parametrize(
    "text",
    ["", "[documents", "folder=x", "[documents]\nfolder", "[documents]\nfolder=\n", "\0\0", "[a]\n  b"]
    + [f"[documents]\nfolder={name}" for name in (r"a\x0000b", r"\xd800bad")],
)
def test_a_settings_file_without_a_choice_or_damaged_means_the_usual_folder(tmp_path, text):
    paths = Paths(tmp_path / "home")
    paths.settings.mkdir(parents=True)
    (paths.settings / "rotascope.ini").write_text(text)
    assert users_paths(tmp_path / "home") == paths
    (paths.settings / "rotascope.ini").write_bytes(b"\xff\xfe[documents]\nfolder=\xff")
    assert isinstance(users_paths(tmp_path / "home"), Paths)


@pytest.mark.parametrize("name", NAMES)
def test_settings_of_another_home_keep_everything_but_its_places(tmp_path, name):
    other, mine = Settings(tmp_path / "other"), Settings(tmp_path / "mine")
    other.set(THEME, "light")
    other.set(DOCUMENTS, "/their/folder")
    other.set(RECENT, json.dumps(["/their/folder/plans/a.plan.json", "/else/b.plan.json"]))
    other.save()
    mine.set(DOCUMENTS, name)
    mine.save()
    text = at_home(
        (tmp_path / "other" / "rotascope.ini").read_text(encoding="utf-8"),
        (tmp_path / "mine" / "rotascope.ini").read_text(encoding="utf-8"),
        lambda file: file.replace("/their/folder", name),
    )
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "rotascope.ini").write_text(text, encoding="utf-8")
    found = Settings(tmp_path / "new")
    assert found.get(DOCUMENTS) == name
    assert found.get(THEME) == "light"
    assert json.loads(found.get(RECENT)) == [f"{name}/plans/a.plan.json", "/else/b.plan.json"]


def test_a_home_without_a_choice_gets_none_from_another(tmp_path):
    text = at_home("[documents]\nfolder=/their/folder\n\n[look]\ntheme=dark\n", "", lambda file: file)
    assert value(text, "documents", "folder") == ""
    assert value(text, "look", "theme") == "dark"


def test_reading_the_settings_imports_no_qt():
    code = "import sys, data.settings_file; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0
