"""What belongs into the frozen program: the rules of tools/bundle.py on names as PyInstaller gives them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from bundle import UNUSED_PACKAGES, is_library, is_used, orphans  # noqa: E402 - after the path


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/Qt/lib/libicudata.so.73",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
        "PySide6/plugins/styles/qmodernwindowsstyle.dll",
        "curl_cffi/_wrapper.abi3.so",
        "highspy/libhighs.so.1",
        "resources/plans/example.plan.json",
        "licences/numpy/LICENSE.txt",
    ],
)
def test_what_the_program_loads_stays(name: str) -> None:
    assert is_used(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6Qml.so.6",
        "PySide6/Qt6WebEngineCore.dll",
        "libQt6Quick.so.6",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6\\translations\\qtbase_de.qm",
        "PySide6/Qt/qml/QtQuick/qmldir",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/Qt/plugins/imageformats/libqtiff.so",
        "PySide6/Qt/plugins/platforms/libqlinuxfb.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/QtCore.pyi",
        "numpy/_core/include/numpy/arrayobject.h",
        "pandas/tests/data/one.csv",
        "yfinance/py.typed",
    ],
)
def test_what_nobody_loads_goes(name: str) -> None:
    assert not is_used(name)


def test_a_library_goes_with_the_last_file_that_asks_for_it() -> None:
    asks = {
        "PySide6/QtGui.abi3.so": {"libQt6Gui.so.6"},
        "PySide6/Qt/lib/libQt6Gui.so.6": {"libglib-2.0.so.0"},
        "libQt6Gui.so.6": (),
        "libglib-2.0.so.0": {"libpcre2-8.so.0"},
        "libpcre2-8.so.0": (),
        "libpython3.11.so.1.0": (),
        "libgio-2.0.so.0": {"libmount.so.1"},
        "libmount.so.1": {"libgio-2.0.so.0"},
        "PySide6/Qt/lib/libQt6Test.so.6": {"libglib-2.0.so.0"},
        "numpy.libs/libopenblas.so": (),
    }
    assert orphans(asks) == {"libgio-2.0.so.0", "libmount.so.1", "PySide6/Qt/lib/libQt6Test.so.6"}


def test_only_the_libraries_of_the_system_and_of_qt_can_be_orphans() -> None:
    assert is_library("libX11.so.6")
    assert is_library("PySide6/Qt/lib/libQt6DBus.so.6")
    assert not is_library("libpython3.11.so.1.0")
    assert not is_library("PySide6/Qt/plugins/platforms/libqxcb.so")
    assert not is_library("_cffi_backend.cpython-311-x86_64-linux-gnu.so")


def imported_names() -> set[str]:
    """Every dotted name that the program's own files import, read from the text."""
    found: set[str] = set()
    for room in ("models", "data", "resources", "terminal", "ui"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r"^\s*(?:from|import) ([\w.]+)", text, flags=re.MULTILINE))
            for names in re.findall(r"^\s*from PySide6 import (.+)$", text, flags=re.MULTILINE):
                found |= {f"PySide6.{name.strip()}" for name in names.split(",")}
    return found


def test_nothing_that_the_program_imports_is_left_out() -> None:
    left_out = tuple(UNUSED_PACKAGES)
    asked = {name for name in imported_names() if name.startswith(tuple(f"{one}." for one in left_out))}
    assert not asked | (imported_names() & set(left_out))


def test_opengl_may_be_a_stand_in_as_no_curve_is_drawn_with_it() -> None:
    files = [path for room in ("ui", "models") for path in (ROOT / room).rglob("*.py")]
    assert not [
        path.name for path in files if re.search("useOpenGL|enableExperimental", path.read_text("utf-8"))
    ]


EVERYTHING = """
import importlib, pathlib, runpy, sys
root = pathlib.Path(sys.argv[1])
sys.path[:0] = [str(root), str(root / "tools")]
from bundle import UNUSED_PACKAGES
runpy.run_path(str(root / "tools" / "frozen" / "without_opengl.py"))

class LeftOut:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(tuple(one + "." for one in UNUSED_PACKAGES)) or name in UNUSED_PACKAGES:
            raise ModuleNotFoundError(f"{name} is not in the bundle", name=name)

sys.meta_path.insert(0, LeftOut())
for room in ("models", "data", "resources", "terminal", "ui"):
    for path in sorted((root / room).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        importlib.import_module(".".join(parts).removesuffix(".__init__"))
for name in sys.argv[2:]:
    importlib.import_module(name)
import pyqtgraph
from PySide6.QtWidgets import QApplication
application = QApplication([])
plot = pyqtgraph.PlotWidget()
plot.plot([1, 2, 3])
plot.grab()
"""


def test_every_module_loads_and_a_curve_is_drawn_without_what_is_left_out() -> None:
    libraries = ("yfinance", "pycoingecko", "keyring", "jinja2", "highspy", "rich.progress", "rich.table")
    done = subprocess.run(
        [sys.executable, "-c", EVERYTHING, str(ROOT), *libraries],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
