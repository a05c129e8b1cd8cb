"""One local server that behaves as all the providers do, and misbehaves when it is told to."""

from __future__ import annotations

from tests.stubs.server import Seen, StubServer
from tests.stubs.wire import Fault
from tests.stubs.world import World

__all__ = ["Fault", "Seen", "StubServer", "World"]
