"""Garbage is collected in the window's thread, whoever makes it."""

from __future__ import annotations

import gc
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from ui.collector import Collector, give_back


class Node:
    def __init__(self, ended: list[int]) -> None:
        self.itself = self
        weakref.finalize(self, lambda: ended.append(threading.get_ident()))


@pytest.fixture
def collector(qapp: object) -> Iterator[Collector]:
    gc.enable()
    made = Collector()
    yield made
    made.stop()


def test_a_thread_that_allocates_ends_nothing(collector):
    ended: list[int] = []

    def work() -> None:
        Node(ended)
        kept.extend([] for _ in range(50_000))

    kept: list[list[object]] = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ended == []
    collector.look()
    assert ended == [threading.get_ident()]


def test_python_collects_again_afterwards(collector):
    assert not gc.isenabled()
    collector.settle()
    assert gc.get_freeze_count() > 0
    collector.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_nothing_is_collected_while_nothing_is_due(collector):
    gc.collect()
    assert collector.look() == 0


def test_what_is_garbage_when_a_panel_settles_is_not_kept_for_good(collector):
    ended: list[int] = []
    Node(ended)
    collector.settle()
    assert len(ended) == 1


def test_a_replaced_market_is_collected_although_it_is_few_objects(qtbot, collector):
    collector._soon.setInterval(0)
    ended: list[int] = []
    Node(ended)
    gc.collect(0)  # so that nothing is due by number
    Node(ended)
    with qtbot.waitSignal(collector.renewed):
        collector.renew()
    assert len(ended) == 2


def test_what_was_left_out_and_belongs_to_a_replaced_market_is_collected(qtbot, collector):
    collector._soon.setInterval(0)
    ended: list[int] = []
    node = Node(ended)
    collector.settle()
    del node
    gc.collect()
    assert ended == []
    with qtbot.waitSignal(collector.renewed):
        collector.renew()
    assert len(ended) == 1


def test_many_new_markets_do_not_put_the_collection_off(qtbot, collector):
    collector._soon.setInterval(200)
    with qtbot.waitSignal(collector.renewed):
        again = QTimer()
        again.timeout.connect(collector.renew)
        again.start(20)
    again.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="Only the C library of Linux keeps it.")
def test_memory_between_blocks_in_use_goes_back_to_the_system():
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    blocks = [bytearray(64_000) for _ in range(2_000)]
    kept = blocks[::100]
    blocks.clear()
    before = resident()
    give_back()
    assert before - resident() > 50_000_000
    assert len(kept) == 20
