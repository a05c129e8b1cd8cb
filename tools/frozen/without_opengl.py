"""Run at the start of the frozen program: stand-ins for Qt's OpenGL, whose bindings would be 9 MiB.

pyqtgraph imports them with its curves, and draws with them only when `useOpenGL` is switched on, which this
application never does (a test holds that).
"""

import sys
import types


def widget(name):
    """Give pyqtgraph a base for a class that nobody makes; it asks when Qt is there anyway."""
    if name != "QOpenGLWidget":
        raise AttributeError(name)
    from PySide6.QtWidgets import QWidget

    return QWidget


for module in ("QtOpenGL", "QtOpenGLWidgets"):
    sys.modules[f"PySide6.{module}"] = types.ModuleType(f"PySide6.{module}")
sys.modules["PySide6.QtOpenGLWidgets"].__getattr__ = widget
