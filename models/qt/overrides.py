"""Lets an exception leave an override of a Qt method alive, on Python 3.11.

Where Python calls Qt and Qt calls an override in turn, PySide6 puts words before an exception that comes out
of it, and takes it for an instance. Before Python 3.12 one that C code raises (a division by zero, an index
out of range) is a class and a text until something handles it: PySide6 reads beside it, and the process
is gone (docs/decisions/0001-pyside6-pin.md). An `except` on its way makes the instance.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, wraps
from types import FunctionType
from typing import Any

from PySide6.QtCore import QMetaMethod, QObject

_ROOT: Any = QObject.__mro__[-2]
"""The class above all that Qt has."""


def guard_overrides() -> None:
    """Guard the overrides of all classes that are made from now on; nothing to do from Python 3.12 on."""
    if sys.version_info < (3, 12) and "__init_subclass__" not in vars(_ROOT):
        _ROOT.__init_subclass__ = classmethod(_guard)


def _guard(cls: type, /, **options: Any) -> None:
    super(_ROOT, cls).__init_subclass__(**options)
    above = [one for one in cls.__mro__ if one.__module__.startswith("PySide6.")]
    for name, method in list(vars(cls).items()):
        if not isinstance(method, FunctionType) or name.startswith("_"):
            continue
        # A connection looks at how many arguments a slot takes, which a guard would hide.
        if any(name in vars(one) for one in above) and not any(name in _slots(one) for one in above):
            setattr(cls, name, _handled(method))


@cache
def _slots(qt: Any) -> frozenset[str]:
    if not issubclass(qt, QObject):
        return frozenset()
    about = qt.staticMetaObject
    methods = (about.method(at) for at in range(about.methodCount()))
    slots = (one.name() for one in methods if one.methodType() == QMetaMethod.MethodType.Slot)
    return frozenset(bytes(name.data()).decode() for name in slots)


def _handled(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def handled(*args: Any, **options: Any) -> Any:
        try:
            return method(*args, **options)
        except BaseException:
            raise

    return handled
