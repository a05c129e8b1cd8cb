"""The demo market: a seeded simulation in a cache of its own, labelled wherever it is shown."""

from data.demo.cache import open_demo
from data.demo.simulation import Simulation, simulate

__all__ = ["Simulation", "open_demo", "simulate"]
