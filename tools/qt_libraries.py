"""Qt's system libraries on Linux: what is missing, which packages bring it, and their installation.

The wheel of PySide6 brings Qt itself; graphics, fonts, keyboard and X11 belong to the system.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from debian import CannotPrepare, install_packages

ALWAYS = (
    "QtCore.abi3.so",
    "QtGui.abi3.so",
    "QtWidgets.abi3.so",
    "QtSvg.abi3.so",
    "QtPrintSupport.abi3.so",
    "Qt/plugins/platforms/libqoffscreen.so",
)
FOR_X11 = ("Qt/plugins/platforms/libqxcb.so",)

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libstdc++.so.6": "libstdc++6",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}


def ensure(python: Path, *, for_a_window: bool) -> None:
    """Make sure that Qt starts; raise `CannotPrepare` with the packages' names where it cannot.

    X11's libraries are asked for only when a window is wanted and there is an X server: on Wayland, in
    the tests and for the terminal commands Qt does without them.
    """
    folder = package_folder(python)
    on_x11 = for_a_window and bool(os.environ.get("DISPLAY"))
    files = [folder / name for name in (*ALWAYS, *(FOR_X11 if on_x11 else ()))]
    missing = missing_libraries(files)
    if not missing:
        return
    packages = sorted({PACKAGES[name] for name in missing if name in PACKAGES})
    if packages and install_packages(*packages):
        missing = missing_libraries(files)
    if missing:
        raise CannotPrepare(advice(missing))


def package_folder(python: Path) -> Path:
    """Return PySide6's folder without importing Qt, which may not be possible yet."""
    question = "import importlib.util as u; print(u.find_spec('PySide6').submodule_search_locations[0])"
    answer = subprocess.run([python, "-c", question], capture_output=True, text=True, check=True)
    return Path(answer.stdout.strip())


def missing_libraries(files: list[Path]) -> list[str]:
    """Return the libraries that the loader does not find, by the names in the files."""
    if shutil.which("ldd") is None:  # then Qt itself has to say so
        return []
    listed = subprocess.run(
        ["ldd", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    ).stdout
    return sorted(set(re.findall(r"^\s*(\S+) => not found", listed, flags=re.MULTILINE)))


def advice(missing: list[str]) -> str:
    known = sorted({PACKAGES[name] for name in missing if name in PACKAGES})
    unknown = [name for name in missing if name not in PACKAGES]
    lines = ["Qt needs system libraries that this machine lacks: " + ", ".join(missing) + "."]
    if known:
        lines.append("On Debian and Ubuntu:  sudo apt-get install " + " ".join(known))
    if unknown:
        lines.append("Elsewhere, or for " + ", ".join(unknown) + ": the packages that hold these files.")
    lines.append("Then run the same command again.")
    return "\n".join(lines)
