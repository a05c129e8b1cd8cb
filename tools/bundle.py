"""What belongs into the frozen program, and what PyInstaller collects besides.

Each line here has a reason: a bundle that carries what nobody loads is slower to fetch, to scan and to start.
build.spec asks these functions; tests try them on lists of names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

UNUSED_PACKAGES = (
    # Of Qt, the window asks for Core, Gui, Widgets, Svg and Network. OpenGL: tools/frozen/without_opengl.py.
    *(
        f"PySide6.Qt{module}"
        for module in (
            "Concurrent", "DBus", "Designer", "Help", "OpenGL", "OpenGLWidgets", "PrintSupport", "Qml",
            "Quick", "QuickControls2", "QuickTest", "QuickWidgets", "Sql", "Test", "UiTools", "WebChannel",
            "WebEngineCore", "WebEngineQuick", "WebEngineWidgets", "Xml",
        )
    ),
    "OpenGL", "pyqtgraph.examples", "pyqtgraph.jupyter", "pyqtgraph.opengl",
    # Pandas and pyqtgraph use these where they are installed; here only the tests have them.
    "matplotlib", "numba", "llvmlite", "openpyxl", "pyarrow", "scipy", "sqlalchemy", "tables",
    # Second opinions, tests and tools.
    "IPython", "PIL", "_pytest", "arch", "cvxpy", "hypothesis", "mypy", "pytest", "setuptools", "skfolio",
    "sklearn", "statsmodels", "tkinter", "numpy.tests", "pandas.tests",
    # BeautifulSoup and pandas take lxml where it is; yfinance asks for "html.parser".
    "lxml",
    # Rich colours source code and Markdown with these; it prints tables and bars here.
    "markdown_it", "mdurl", "pygments",
)  # fmt: skip
UNUSED_QT = (
    "Qml", "Quick", "Pdf", "VirtualKeyboard", "WebEngine", "Designer", "Help", "Sql", "ShaderTools", "EglFS",
    "EglFs",
)  # fmt: skip
UNUSED_PLUGINS = frozenset({
    "designer", "egldeviceintegrations", "generic", "networkinformation", "printsupport", "qmllint",
    "qmltooling", "sqldrivers", "tls", "vectorimageformats", "virtualkeyboard",
    "wayland-graphics-integration-server",
})  # fmt: skip
"""`tls`: Qt's own network speaks only to a first window, to which a second start hands over."""
GTK = "libqgtk3"
"""GTK's look brings a chain of GTK's libraries, which a bundle must not mix with those of the system."""
UNUSED_PLATFORMS = ("qeglfs", "qlinuxfb", "qminimal", "qvkkhrdisplay", "qvnc", "qdirect2d", "qwebgl")
IMAGE_FORMATS = ("qsvg", "qico", "qicns")
NEVER_READ = (".pyi", ".pyx", ".pxd", ".h", ".hpp", ".a", ".lib", ".cmake", ".py.typed")
TESTS = frozenset({"tests", "test", "_tests"})
QT_FOLDER = PurePosixPath("PySide6/Qt/lib")


def is_used(name: str) -> bool:
    """Say whether a file that PyInstaller collected is of any use; `name` is its place in the bundle."""
    place = PurePosixPath(name.replace("\\", "/"))
    if place.name.startswith(GTK) or place.name.endswith(NEVER_READ) or place.name == "py.typed":
        return False
    if TESTS & set(place.parts[:-1]):
        return False
    if "PySide6" not in place.parts and not place.name.startswith(("libQt6", "Qt6")):
        return True
    if "translations" in place.parts or "qml" in place.parts:
        return False
    bare = place.name.removeprefix("lib")
    if bare.startswith(tuple(f"Qt6{library}" for library in UNUSED_QT)):
        return False
    if "plugins" not in place.parts:
        return True
    group = place.parts[place.parts.index("plugins") + 1]
    if group == "platforms":
        return not bare.startswith(UNUSED_PLATFORMS)
    if group == "imageformats":
        return bare.startswith(IMAGE_FORMATS)
    return group not in UNUSED_PLUGINS


def is_library(name: str) -> bool:
    """Say whether a file is there only because another one is linked with it (Linux).

    Such are the libraries of the system, at the top of the bundle, and those of Qt. Python itself is not.
    """
    place = PurePosixPath(name)
    stray = place.parent in (PurePosixPath(), QT_FOLDER)
    return stray and place.name.startswith("lib") and ".so" in place.name and "python" not in place.name


def orphans(asks: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the libraries that nothing asks for any more, neither directly nor through other libraries.

    Parameters
    ----------
    asks : for each file of the bundle, by its place there, the names of the libraries it is linked with
    """
    reached: set[str] = set()
    waiting = [name for name in asks if not is_library(name)]
    by_name: dict[str, list[str]] = {}
    for name in asks:
        by_name.setdefault(PurePosixPath(name).name, []).append(name)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [place for asked in asks[name] for place in by_name.get(PurePosixPath(asked).name, ())]
    return set(asks) - reached
