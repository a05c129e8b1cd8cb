"""`plan FILE` reads a plan, writes its report, and says what is in the way."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from data.choices import save_weights
from data.demo import open_demo
from data.paths import Paths
from data.plans import plan_store, save_plan
from main import main
from models.market.signals.weights import EQUAL
from models.market.study import study
from models.risk.plans.as_json import locked
from models.risk.plans.example import example_plan
from models.risk.plans.plan import Done, Plan, Position, Rung, Scenario, Trigger

PROMISED = {
    "": "schema plan as_of seed totals positions rules ladder risk simulation stress replays",
    "positions": "coin quantity value share_pct sector size_limit binding_limit room",
    "rules": "rule limit value ok mend",
    "ladder": "coin rung trigger share proceeds locked_in remaining state",
    "risk": "volatility var_95 var_99 es_95 es_99 beta_rut beta_btc diversification_ratio effective_bets",
    "simulation": "paths horizon_days with_ladder without_ladder rungs",
    "stress": "scenario loss_pct by_coin",
    "replays": "start end with_ladder without_ladder rungs_filled",
}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo market in its cache."""
    folder = tmp_path_factory.mktemp("home")
    open_demo(Paths.choose(folder))
    return folder


@pytest.fixture(scope="module")
def plan(home: Path) -> Plan:
    market = open_demo(Paths.choose(home)).market()
    return example_plan(study(market), market.as_of)


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(place: Path | str, *words: str) -> tuple[int, str, str]:
        status = main(["plan", str(place), "--demo", "--data-dir", str(home), "--paths", "200", *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def saved(home: Path, plan: Plan, name: str = "Autumn plan") -> Path:
    return save_plan(plan_store(Paths.choose(home)), name, plan).path


def test_the_report_holds_every_promised_key(home: Path, plan: Plan, run: Run) -> None:
    status, out, _ = run(saved(home, plan))
    document = json.loads(out)
    assert status == 0
    for place, keys in PROMISED.items():
        held = document if not place else document[place]
        for one in held if isinstance(held, list) else [held]:
            assert set(keys.split()) <= set(one), place
    assert {"coin", "share"} <= set(document["risk"]["contributions"][0])
    assert {"p_loss", "p_goal", "p_drawdown"} <= set(document["simulation"]["with_ladder"])
    assert {"coin", "rung", "p_filled", "median_day"} <= set(document["simulation"]["rungs"][0])
    assert len(document["positions"]) == 8
    assert document["plan"] == "Worked example"


def test_the_same_seed_gives_the_same_report_and_another_one_another(
    home: Path, plan: Plan, run: Run
) -> None:
    path = saved(home, plan)
    first, second, other = (json.loads(run(path, "--seed", seed)[1]) for seed in ("3", "3", "4"))
    assert first == second
    assert other["seed"] == 4
    assert other["simulation"]["with_ladder"] != first["simulation"]["with_ladder"]
    assert other["rules"] == first["rules"]


def test_a_plan_is_found_by_its_name_among_the_documents(home: Path, plan: Plan, run: Run) -> None:
    saved(home, plan, "By its name")
    assert run("By its name")[0] == 0


@pytest.fixture
def chosen_folder(home: Path, tmp_path: Path) -> Iterator[Path]:
    """A folder for documents that the user chose in the window."""
    settings, folder = Paths.choose(home).settings / "rotascope.ini", tmp_path / "My, documents"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(f'[documents]\nfolder="{folder}"\n', "utf-8")
    yield folder
    settings.unlink()


def test_documents_are_found_where_the_window_keeps_them(
    home: Path, plan: Plan, run: Run, chosen_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = replace(Paths.choose(home), chosen_documents=chosen_folder)
    save_plan(plan_store(chosen), "Elsewhere", plan)
    save_weights(chosen_folder, EQUAL.put("season_index", 2.0), None)
    status, _, err = run("Elsewhere")
    assert (status, "With your weights of 1 signals." in err) == (0, True)
    assert main(["report", "--demo", "--data-dir", str(home)]) == 0
    assert "With your weights of 1 signals." in capsys.readouterr().err


def test_the_day_is_the_one_that_was_asked_for(home: Path, plan: Plan, run: Run) -> None:
    assert json.loads(run(saved(home, plan), "--as-of", "2024-06-30")[1])["as_of"] == "2024-06-30"


def test_the_table_holds_the_positions(home: Path, plan: Plan, run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run(saved(home, plan), "--format", "csv")[1])))
    assert [row["coin"] for row in rows] == [position.coin for position in plan.positions]


def test_the_report_goes_into_a_file_on_wish(home: Path, plan: Plan, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "plan.html"
    status, out, _ = run(saved(home, plan), "--format", "html", "--output", str(target))
    assert (status, out) == (0, "")
    assert target.read_text("utf-8").startswith("<!doctype html>")
    status, _, err = run(saved(home, plan), "--output", str(tmp_path / "no" / "folder.json"))
    assert status == 2
    assert "could not be written" in err


def test_the_page_calls_coins_by_their_symbols(home: Path, plan: Plan, run: Run) -> None:
    document = json.loads(run(saved(home, plan))[1])
    page = run(saved(home, plan), "--format", "html")[1]
    symbols = {one["coin"]: one["symbol"] for one in document["positions"]}
    assert document["ladder"]
    for rung in document["ladder"]:
        assert f"<td>{symbols[rung['coin']]}</td><td>{rung['rung']}</td>" in page
        assert f">{rung['coin']}</td>" not in page


EVIL = '<script>alert("x")</script>&\'"{{ 7 * 7 }}'


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)  # type: ignore[attr-defined]

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_every_text_of_the_user_is_escaped_on_the_page(home: Path, run: Run) -> None:
    rung = Rung(Trigger("price", level=2.0), 0.5, done=Done(date(2024, 5, 1), 0.5, 3.0))
    evil = Plan(
        name=EVIL,
        cash=10.0,
        positions=(
            Position("bitcoin", 1.0, sector=EVIL[:60], notes=EVIL, bought=date(2024, 1, 1), ladder=(rung,)),
            Position(EVIL, 1.0, price=5.0, notes=EVIL),
            Position(EVIL + "2", 1.0),
        ),
        scenarios=(Scenario(EVIL, bitcoin=-0.5),),
        notes=EVIL,
    )
    status, out, _ = run(saved(home, evil, "evil"), "--format", "html")
    assert status == 0
    page = Page()
    page.feed(out)
    assert "script" not in page.tags
    assert EVIL in page.said
    assert "49" not in "".join(part for part in page.said if "alert" in part)


def test_a_page_without_anything_known_is_whole(home: Path, run: Run) -> None:
    status, out, err = run(
        saved(home, Plan(positions=(Position("nobody knows", 1.0),)), "x"), "--format", "html"
    )
    assert status == 0
    assert "“nobody knows” is not in the cache" in out
    assert "“nobody knows” is not in the cache" in err
    status, out, _ = run(saved(home, Plan(), "empty"), "--format", "html")
    assert status == 0
    assert "There is no capital yet" in out


def test_a_locked_plan_that_was_altered_is_named(home: Path, plan: Plan, run: Run) -> None:
    frozen = locked(plan, datetime(2026, 11, 21, 14, 2, tzinfo=UTC))
    path = saved(home, frozen, "frozen")
    assert json.loads(run(path)[1])["lock"]["state"] == "locked"
    path.write_text(path.read_text("utf-8").replace('"cash": 4320.0', '"cash": 9999.0'), "utf-8")
    status, out, err = run(path)
    assert status == 0
    assert "changed after it was locked on 2026-11-21T14:02:00+00:00" in err
    assert json.loads(out)["lock"]["state"] == "broken"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "is damaged or no plan of Rotascope"),
        (b'{"format": "rotascope-plan", "version": 9, "document": {}}', "newer Rotascope"),
        (
            b'{"format": "rotascope-plan", "version": 1, "document": {"cash": -1}}',
            "The cash has to lie between",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_status_2(
    tmp_path: Path, run: Run, content: bytes, said: str
) -> None:
    path = tmp_path / "x.plan.json"
    path.write_bytes(content)
    status, out, err = run(path)
    assert (status, out) == (2, "")
    assert said in err
    assert path.read_bytes() == content


def test_a_missing_file_and_an_empty_cache_are_told(
    tmp_path: Path, plan: Plan, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(tmp_path / "nowhere.plan.json")
    assert status == 2
    assert "There is no plan at" in err
    path = saved(tmp_path, plan)
    assert main(["plan", str(path), "--data-dir", str(tmp_path)]) == 2
    assert "The cache holds nothing of that day" in capsys.readouterr().err
