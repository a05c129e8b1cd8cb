"""The providers of the tests: one server for all of them, well-behaved at the start of every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stubs import StubServer


@pytest.fixture(scope="session")
def providers() -> Iterator[StubServer]:
    with StubServer(coins=80) as running:
        yield running


@pytest.fixture
def stub(providers: StubServer) -> Iterator[StubServer]:
    now = providers.world.now
    providers.clear()
    providers.forget()
    yield providers
    providers.clear()
    providers.world.now = now
