"""What the tests of the precedents wait for and compare."""

from __future__ import annotations

from models.market.precedents.rule import Rule

RULE = Rule(kind="record", spacing=10, horizon=60)


def same(text: str) -> str:
    return text


def settle(qtbot, panel):
    qtbot.waitUntil(lambda: not panel.is_waiting(), timeout=20_000)
    return panel._view
