"""The season index of the archive against readings that two providers published at the time.

The readings stand in docs/season-readings.md, with their pages; this holds that table to the archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from data.cache import Cache
from data.importers import import_archive
from models.market.season.bench import Comparison, compare
from models.market.season.definition import USUAL, Definition, universe_of
from models.market.season.index import SeasonReading, Variant, season_index_on
from models.market.snapshot import Day, day
from models.market.universe import Universe, universe

PAGE = Path(__file__).parents[2] / "docs" / "season-readings.md"
DEFINITIONS = {
    "Blockchain Center": Definition(Variant(50, 90)),
    "CoinMarketCap": Definition(Variant(100, 90)),
}
WITHIN = 6.0
NO_EXCHANGES = Definition(Variant(50, 90), left_out=USUAL | {"exchange"})


@dataclass(frozen=True, slots=True)
class Published:
    """One row of the table."""

    provider: str
    reading: float
    close: Day
    ours: float
    gap: float
    no_exchanges: float | None


def published() -> list[Published]:
    rows = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 8 and cells[1] in DEFINITIONS:
            _, provider, reading, close, ours, gap, other, page = cells
            assert page, "every reading names its page"
            rows.append(
                Published(
                    provider,
                    float(reading),
                    day(close),
                    float(ours),
                    float(gap),
                    float(other) if other else None,
                )
            )
    return rows


@pytest.fixture(scope="module")
def ranked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Universe:
    cache = Cache.open(tmp_path_factory.mktemp("readings") / "market.sqlite")
    import_archive(archive, cache)
    return universe(cache.market())


def value(ranked: Universe, definition: Definition, when: Day) -> float:
    found = season_index_on(universe_of(ranked, definition), when, definition.variant)
    assert isinstance(found, SeasonReading)
    assert isinstance(found.index, float)
    return found.index


def test_the_table_holds_readings_of_two_providers() -> None:
    counts = {name: sum(one.provider == name for one in published()) for name in DEFINITIONS}
    assert counts["Blockchain Center"] >= 4
    assert counts["CoinMarketCap"] >= 8
    for one in published():
        assert one.gap == pytest.approx(one.ours - one.reading, abs=0.051)


@pytest.mark.archive
@pytest.mark.parametrize("one", published(), ids=lambda one: f"{one.provider} {one.close}")
def test_our_index_lies_within_six_points_or_the_bench_says_why(ranked: Universe, one: Published) -> None:
    own = value(ranked, DEFINITIONS[one.provider], one.close)
    assert own == pytest.approx(one.ours, abs=0.0501)
    if one.no_exchanges is not None:
        assert value(ranked, NO_EXCHANGES, one.close) == pytest.approx(one.no_exchanges, abs=0.0501)
    if abs(own - one.reading) > WITHIN:
        assert one.no_exchanges is not None
        assert abs(one.no_exchanges - one.reading) <= WITHIN


def test_one_reading_in_fourteen_lies_beyond_six_points() -> None:
    beyond = [one for one in published() if abs(one.gap) > WITHIN]
    assert [(one.provider, str(one.close)) for one in beyond] == [("Blockchain Center", "2025-03-07")]


@pytest.mark.archive
def test_the_exchange_tokens_explain_the_reading_that_lies_beyond(ranked: Universe) -> None:
    when = day("2025-03-07")
    found = compare(
        ranked, DEFINITIONS["Blockchain Center"], universe_of(ranked, NO_EXCHANGES), NO_EXCHANGES, when
    )
    assert isinstance(found, Comparison)
    assert found.gap == pytest.approx(10.0, abs=0.05)
    count, points = found.by_part["only in the first"]
    assert (count, points) == (7, pytest.approx(8.1, abs=0.05))
    ahead = {
        one.coin.symbol
        for one in found.differences
        if one.part == "only in the first" and one.first is not None and one.first.verdict == "beats"
    }
    assert ahead == {"LEO", "BGB", "WBT", "GT", "TKX"}
