"""The one way to the network: limits, time limits, retries, breaker, keys in headers, cancelling."""

from .abandon import Guard
from .client import BROWSER, OWN, Client, Page, Waiting
from .clock import Clock, SystemClock
from .limits import FILE, HostState
from .routes import VARIABLE, read_routes
from .wire import Timeouts

__all__ = [
    "BROWSER",
    "FILE",
    "OWN",
    "VARIABLE",
    "Client",
    "Clock",
    "Guard",
    "HostState",
    "Page",
    "SystemClock",
    "Timeouts",
    "Waiting",
    "read_routes",
]
