"""The worked example fills every part of the planner, in any market."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.cache import Cache
from data.importers import import_archive
from data.paths import Paths
from data.plans import load_plan, plan_store
from models.market.snapshot import Coin
from models.market.study import study
from models.market.unknown import Unknown
from models.risk.assessment import assess
from models.risk.ground import Grounds
from models.risk.plans.as_json import plan_from_dict
from models.risk.plans.example import PARTS, example_plan
from models.risk.plans.plan import TRIGGERS, Plan
from resources.reader import text_of
from tests.markets import synthetic_market

SHIPPED = "plans/example.plan.json"


def test_the_example_of_a_market_has_a_price_for_every_row_and_every_kind_of_trigger() -> None:
    of = study(synthetic_market(days=900, coins=120, gaps=0.001))
    plan = example_plan(of, of.last_day)
    found = assess(plan, Grounds(of, of.last_day))
    assert len(plan.positions) == len(PARTS)
    assert len(set(plan.coins)) == len(PARTS)
    assert found.portfolio.left_out == ()
    assert not isinstance(found.risk, Unknown)
    kinds = {rung.trigger.kind for position in plan.positions for rung in position.ladder}
    assert kinds == set(TRIGGERS)
    assert {rule.state for rule in found.rules} >= {"red", "ok"}


def test_a_market_without_coins_gives_cash_alone() -> None:
    of = study(synthetic_market(days=100, coins=10))
    assert example_plan(of, of.last_day).positions == ()


def test_the_shipped_file_is_a_plan_that_opens(tmp_path: Path) -> None:
    path = tmp_path / "example.plan.json"
    path.write_text(text_of(SHIPPED), encoding="utf-8")
    plan = load_plan(plan_store(Paths.choose(tmp_path)), path).plan
    assert plan == plan_from_dict(json.loads(text_of(SHIPPED))["document"])
    assert len(plan.positions) == len(PARTS)


@pytest.mark.archive
def test_every_coin_of_the_shipped_file_is_in_the_archive(archive: Path, tmp_path: Path) -> None:
    cache = Cache.open(tmp_path / "market.sqlite")
    import_archive(archive, cache)
    coins: tuple[Coin, ...] = cache.market().coins
    plan: Plan = plan_from_dict(json.loads(text_of(SHIPPED))["document"])
    assert set(plan.coins) <= {coin.id for coin in coins}
