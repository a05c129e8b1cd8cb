"""Where files lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from data import catalog
from data.paths import Paths


def test_one_folder_holds_everything_when_it_is_given(tmp_path: Path) -> None:
    paths = Paths.choose(tmp_path, {"ROTASCOPE_DATA_DIR": "/elsewhere"})
    places = [paths.market, paths.demo, paths.settings, paths.documents]
    assert all(place.is_relative_to(tmp_path) for place in places)
    assert len(set(places)) == 4


def test_the_variable_is_used_without_an_argument(tmp_path: Path) -> None:
    assert Paths.choose(None, {"ROTASCOPE_DATA_DIR": str(tmp_path)}).root == tmp_path
    assert Paths.choose(None, {"ROTASCOPE_DATA_DIR": ""}).root is None


def test_what_belongs_to_the_user_does_not_lie_in_the_cache(tmp_path: Path) -> None:
    for paths in (Paths(), Paths(tmp_path)):
        assert not paths.documents.is_relative_to(paths.cache_folder)
        assert not paths.settings.is_relative_to(paths.cache_folder)


def test_choosing_makes_no_folder(tmp_path: Path) -> None:
    Paths.choose(tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("known", [*catalog.SERIES, *catalog.METRICS], ids=lambda known: known.id)
def test_every_known_series_has_a_title_a_unit_and_bounds_that_make_sense(known: catalog.Known) -> None:
    assert known.title
    assert known.unit
    assert known.lowest < known.highest


def test_an_unknown_series_takes_plain_defaults() -> None:
    assert catalog.series("NEW") == catalog.Known("NEW", "NEW", "", "daily")
    assert catalog.series("SOL.TxCnt").title == "SOL transactions"
    assert catalog.series("SOL.Nonsense").title == "SOL.Nonsense"
