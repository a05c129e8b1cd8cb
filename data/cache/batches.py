"""Batches: the pieces of work that bring values, and how they rank."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import numpy as np

from models.market.snapshot import Calendar

from .merge import NEVER, Ranks


@dataclass(frozen=True, slots=True)
class Batch:
    """One piece of work that brings values: where they come from and when they were learnt.

    The lower `priority` number wins; `learnt_at` needs a time zone.
    """

    source: str
    learnt_at: datetime
    origin: Literal["archive", "live", "demo"] = "archive"
    file: str = ""
    priority: int = 1


@dataclass(frozen=True, slots=True)
class About:
    """What is said about a series besides its values."""

    title: str
    unit: str = ""
    calendar: Calendar = "daily"
    available_after_days: int = 0


@dataclass(slots=True)
class Book:
    """The ranks of all batches by number, read once and then followed."""

    priority: list[int] = field(default_factory=lambda: [NEVER])
    learnt_at: list[int] = field(default_factory=lambda: [0])

    def follow(self, connection: sqlite3.Connection) -> Ranks:
        """Read the batches that came since, from this process or another."""
        rows = connection.execute(
            "SELECT id, priority, learnt_at FROM batches WHERE id >= ? ORDER BY id", (len(self.priority),)
        )
        for number, priority, learnt_at in rows:
            gap = number - len(self.priority)
            self.priority += [NEVER] * gap + [priority]
            self.learnt_at += [0] * gap + [learnt_at]
        return Ranks(np.array(self.priority, np.int64), np.array(self.learnt_at, np.int64))
