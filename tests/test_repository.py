"""What holds for the repository as a whole: walls between the rooms, sizes, locks, paths."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("models", "data", "ui", "terminal", "resources")
CODE = (*ROOMS, "tests", "benchmarks", "tools")
LONG, TOO_LONG = 500, 1_000
LOCKS = ("requirements.lock", "requirements-dev.lock")

# Written in pieces, so that this file does not break its own rule.
HOMES = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + r"me/\w", "/Us" + r"ers/\w", r"\b[A-Z]:\\Us" + "ers")
MACHINE_PATHS = re.compile("|".join(HOMES))
INDEX_ADDRESS = re.compile(r"https?://|file:|--(extra-)?index-url|--find-links|--trusted-host| @ ")


def code_files() -> Iterator[Path]:
    yield ROOT / "main.py"
    yield ROOT / "build.spec"
    for folder in CODE:
        yield from (ROOT / folder).rglob("*.py")


def text_files() -> Iterator[Path]:
    yield from code_files()
    for name in ("Makefile", "pyproject.toml", ".ci/run", ".gitignore", *LOCKS):
        yield ROOT / name
    for pattern in ("*.md", "docs/**/*.md", "docs/**/*.svg", "tools/*.sh", "resources/**/*.html"):
        yield from ROOT.glob(pattern)


def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def plain_name(requirement: str) -> str:
    """Return the name as package indexes compare it.

    >>> plain_name("PySide6_Essentials==6.11.3 ; python_version < '4'")
    'pyside6-essentials'
    """
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None, requirement
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def asked_for(*, dev: bool) -> set[str]:
    described = project()
    listed = list(described["project"]["dependencies"])  # type: ignore[index]
    if dev:
        listed += described["dependency-groups"]["dev"]  # type: ignore[index]
    return {plain_name(one) for one in listed}


def locked(name: str) -> dict[str, str]:
    """Return every requirement of a lock file, hashes included, by package and condition."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return {entry.split(" --hash")[0].strip(): entry for entry in entries}


def test_the_import_contracts_hold() -> None:
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert program is not None, "import-linter is not installed"
    checked = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_item_models_take_nothing_of_qt_but_its_core() -> None:
    imports = re.compile(r"^\s*(?:from|import)\s+PySide6(?!\.QtCore\b)", flags=re.MULTILINE)
    offenders = [
        path for path in (ROOT / "models" / "qt").rglob("*.py") if imports.search(path.read_text("utf-8"))
    ]
    assert offenders == []


def test_no_file_grows_beyond_what_one_reads_in_a_sitting() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in code_files()}
    assert [path for path, length in lengths.items() if length > TOO_LONG] == []
    assert {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > LONG} == {}


def test_no_file_names_a_place_of_one_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if MACHINE_PATHS.search(line)
    ]
    assert found == []


def test_no_room_takes_anything_of_the_tests_not_even_in_an_example() -> None:
    taken = re.compile(r"^\s*(>>> )?(from|import) tests\b", re.MULTILINE)
    rooms = (path for path in code_files() if path.relative_to(ROOT).parts[0] in (*ROOMS, "main.py"))
    assert [path for path in rooms if taken.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index_and_hashes_every_file(name: str) -> None:
    assert INDEX_ADDRESS.search((ROOT / name).read_text(encoding="utf-8")) is None
    entries = locked(name)
    assert len(entries) > 20
    for requirement, entry in entries.items():
        assert re.match(r"[a-z0-9.-]+==[^ ]+", requirement), requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), requirement


def test_every_dependency_is_locked() -> None:
    assert asked_for(dev=False) <= {plain_name(one) for one in locked("requirements.lock")}
    assert asked_for(dev=True) <= {plain_name(one) for one in locked("requirements-dev.lock")}


def test_tests_run_on_exactly_what_the_application_ships_with() -> None:
    shipped, tested = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: tested.get(name) for name in shipped} == shipped


def test_qt_comes_without_the_parts_that_are_not_used() -> None:
    names = {plain_name(one) for one in locked("requirements-dev.lock")}
    assert "pyside6-essentials" in names
    assert names.isdisjoint({"pyside6", "pyside6-addons"})


def test_the_reason_of_every_dependency_is_written_down() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = {plain_name(name) for name in re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)}
    assert explained == asked_for(dev=True)


def imported_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh Python has loaded after `statement`."""
    tell = "import sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\n{tell}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


SLOW = {"PySide6", "pyqtgraph", "pandas", "scipy", "highspy", "yfinance", "pycoingecko", "matplotlib"}


@pytest.mark.parametrize("module", ["models.market.study", "data.cache", "data.paths", "terminal.arguments"])
def test_no_slow_library_is_loaded_before_it_is_needed_by(module: str) -> None:
    """The window paints first; neither Qt nor pandas belongs to a snapshot, a study or the cache."""
    assert imported_by(f"import {module}").isdisjoint(SLOW)


def test_no_room_imports_pandas_at_its_top() -> None:
    """Loading it takes most of a second, on the way to the window."""
    found = []
    for path in code_files():
        if path.relative_to(ROOT).parts[0] not in (*ROOMS, "main.py"):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            if {name.split(".")[0] for name in names} & {"pandas", "scipy", "yfinance", "pycoingecko"}:
                found.append(str(path.relative_to(ROOT)))
    assert found == []


def modules_with_examples() -> list[str]:
    return sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for folder in ("models", "data", "terminal", "resources", "ui")
        for path in (ROOT / folder).rglob("*.py")
        if ">>> " in path.read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_in_the_docstrings_are_true_of(name: str) -> None:
    module = importlib.import_module(name.removesuffix(".__init__"))
    assert doctest.testmod(module).failed == 0
