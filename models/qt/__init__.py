"""Qt item models over the results of the analyses (QtCore only)."""

from models.qt.overrides import guard_overrides

guard_overrides()
