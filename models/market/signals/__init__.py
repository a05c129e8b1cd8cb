"""Confirmation signals: sixteen questions to the market, their answers over time, and a score.

Methods, section 8.
"""

from models.market.signals.history import (
    CONFIRMS,
    CONTRADICTS,
    NEUTRAL,
    STATES,
    UNKNOWN,
    Score,
    Signal,
    SignalHistory,
    SignalsHistory,
    State,
)
from models.market.signals.inputs import SignalInputs
from models.market.signals.registry import SIGNALS, Definition, signals

__all__ = [
    "CONFIRMS",
    "CONTRADICTS",
    "NEUTRAL",
    "SIGNALS",
    "STATES",
    "UNKNOWN",
    "Definition",
    "Score",
    "Signal",
    "SignalHistory",
    "SignalInputs",
    "SignalsHistory",
    "State",
    "signals",
]
