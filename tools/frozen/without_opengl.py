"""Run at the start of the frozen program: an empty stand-in for PySide6.QtOpenGL.

pyqtgraph imports the module with its curves and touches it only when `useOpenGL` is switched on, which this
application never does (a test holds that). The bindings are 9 MiB that would have to be loaded for nothing.
"""

import sys
import types

sys.modules["PySide6.QtOpenGL"] = types.ModuleType("PySide6.QtOpenGL")
