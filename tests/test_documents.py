"""The pages of the repository: links lead somewhere, pictures exist, named commands and keys are real."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path):
    missing = [
        link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()
    ]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_make_target_that_a_page_names_exists(page: Path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", text, re.MULTILINE))
    assert named <= targets


def test_every_terminal_command_of_readme_and_guide_is_one():
    told = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/guide.md"))
    named = set(re.findall(r"python main\.py ([a-z]+)", told)) | {"report", "plan"}
    helped = subprocess.run(
        [sys.executable, "main.py", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    assert {name for name in named if not re.search(rf"\b{name}\b", helped)} == set()
    since = subprocess.run(
        [sys.executable, "main.py", "report", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    assert "--since" in since


def test_the_guide_shows_every_panel_with_a_picture_of_the_script():
    from ui.panel_list import PANELS

    text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    assert {panel.id for panel in PANELS} <= set(re.findall(r"\(images/([a-z]+)\.png\)", text))
    assert all(panel.title in text for panel in PANELS)


def test_every_key_and_button_that_the_guide_names_is_in_the_code():
    text = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "ui").rglob("*.py"))
    quoted = set(re.findall(r'"([A-Z][^"]+ …|Ask the [^"]+|Start the [^"]+|Worked example)"', text))
    assert quoted
    assert {words for words in quoted if f'"{words}"' not in code} == set()
    assert {
        key for key in set(re.findall(r"Ctrl\+(?:[A-Z]|,)(?![a-z])", text)) if f'"{key}"' not in code
    } == set()
