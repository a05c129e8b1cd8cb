"""A person's own tiers and sectors outlive imports, and both ways into the application say so openly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.cache import Cache
from data.choices import save_classes
from data.paths import Paths
from data.plans import plan_store, save_plan
from main import main
from models.market.classes import PUBLISHED, Basket
from models.risk.plans.plan import Plan, Position
from tests.archives import write_archive
from tests.markets import synthetic_market
from ui.live.loading import Opened, studied

MARKET = synthetic_market(days=260, coins=60, bad_ticks=0)
MINE = PUBLISHED.moved("coin-003", "gaming").with_basket(Basket("duo", "Duo", ("ethereum", "coin-004")))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_archive(tmp_path_factory.mktemp("archive"), MARKET)


@pytest.fixture
def data_dir(archive: Path, tmp_path: Path) -> Path:
    assert main(["--data-dir", str(tmp_path), "import", str(archive), "--progress", "none"]) == 0
    return tmp_path


def report(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, object], str]:
    capsys.readouterr()
    assert main(["report", "--data-dir", str(data_dir)]) == 0
    said = capsys.readouterr()
    return json.loads(said.out), said.err


def test_the_report_takes_the_changes_in_and_counts_them(data_dir, capsys):
    before, said = report(data_dir, capsys)
    assert before["classes"]["changes"] == 0
    assert "changes" not in said
    save_classes(Paths(data_dir).documents, MINE, None)
    after, said = report(data_dir, capsys)
    assert "With your 2 changes of tiers, sectors and baskets." in said
    assert after["classes"]["sectors"] == {"coin-003": "gaming"}
    assert after["rotation"]["sectors"] != before["rotation"]["sectors"]


def test_the_report_of_a_plan_takes_the_changes_in(data_dir, capsys):
    paths = Paths(data_dir)
    save_plan(plan_store(paths), "Mine", Plan(cash=100.0, positions=(Position("coin-003", 10.0),)))

    def sector() -> str:
        capsys.readouterr()
        assert main(["plan", "Mine", "--data-dir", str(data_dir), "--paths", "100"]) == 0
        return json.loads(capsys.readouterr().out)["positions"][0]["sector"]

    assert sector() != "gaming"
    save_classes(paths.documents, MINE, None)
    assert sector() == "gaming"


def test_another_import_leaves_the_changes_alone(archive, data_dir, capsys):
    save_classes(Paths(data_dir).documents, MINE, None)
    assert main(["--data-dir", str(data_dir), "import", str(archive), "--progress", "none"]) == 0
    assert report(data_dir, capsys)[0]["classes"]["changes"] == 2


def test_a_file_that_cannot_be_taken_is_named_and_the_report_goes_on(data_dir, capsys):
    folder = Paths(data_dir).documents
    save_classes(folder, MINE, None)
    (file,) = folder.glob("*.classes.json")
    file.write_text("{")
    document, said = report(data_dir, capsys)
    assert document["classes"]["changes"] == 0
    assert "Your tiers and sectors were not taken in." in said
    assert file.read_text() == "{"


def test_the_window_loads_with_the_changes(data_dir):
    folder = Paths(data_dir).documents
    cache = Cache.open(Paths(data_dir).market)
    opened = Opened(cache, cache.revision(), {})

    def loaded():
        return studied(opened, None, folder, lambda _: None, lambda: False)

    assert loaded().study.classes == PUBLISHED
    save_classes(folder, MINE, None)
    assert loaded().study.classes == MINE
    assert loaded().study.line("BASKET.duo").days.size > 100
    (file,) = folder.glob("*.classes.json")
    file.write_text("{")
    assert loaded().study.classes == PUBLISHED
    assert "not taken in" in loaded().notice
