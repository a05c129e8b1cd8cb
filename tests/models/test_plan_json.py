"""A plan survives its file, a lock shows every alteration, and strange files are refused in words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.documents import DamagedError
from data.paths import Paths
from data.plans import load_plan, load_plan_version, plan_store, save_plan
from models.risk.plans.as_json import canonical, lock_state, locked, plan_from_dict, plan_to_dict
from models.risk.plans.plan import Lock, Plan, Position, Rung, Trigger
from models.risk.plans.values import PlanError

from .plan_cases import plans

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


@calm
@given(plan=plans)
def test_any_plan_survives_its_file(plan: Plan) -> None:
    text = json.dumps(plan_to_dict(plan), allow_nan=False)
    assert plan_from_dict(json.loads(text)) == plan


@calm
@given(plan=plans)
def test_a_lock_holds_until_anything_is_altered(plan: Plan) -> None:
    frozen = locked(plan, NOW)
    assert lock_state(frozen) == "locked"
    assert lock_state(plan_from_dict(plan_to_dict(frozen))) == "locked"
    assert lock_state(replace(frozen, notes=frozen.notes + "!")) == "broken"
    assert lock_state(replace(frozen, cash=0.0 if frozen.cash else 1.0)) == "broken"
    assert frozen.lock is not None
    assert lock_state(replace(frozen, lock=Lock("2020-01-01T00:00:00+00:00", frozen.lock.sha256))) == "broken"


def test_a_plan_is_locked_once() -> None:
    with pytest.raises(PlanError, match="locked since 2026-11-21T14:02:00"):
        locked(locked(Plan(), NOW), NOW)


def test_the_canonical_bytes_are_the_same_everywhere() -> None:
    plan = Plan(name="é", cash=0.1, positions=(Position("solana", 1e-9, bought=date(2024, 2, 29)),))
    assert canonical(plan)[:60] == b'{"assumptions":{"drawdown_limit":0.5,"fee_bps":10.0,"horizon'
    assert b'"name":"\xc3\xa9"' in canonical(plan)
    assert b'"positions":[{"bought":"2024-02-29","coin":"solana","quantity":1e-09}]' in canonical(plan)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([], "Something is missing"),
        ({"nmae": "x"}, "There is no field “nmae”"),
        ({"positions": {}}, "positions: A list in brackets belongs here"),
        ({"positions": [{}]}, "positions, row 1: The field “coin” is missing"),
        ({"positions": [{"coin": "a", "quantity": -1}]}, "positions, row 1: The quantity has to be above"),
        (
            {"positions": [{"coin": "a", "quantity": 1, "ladder": [{"trigger": {"kind": "x"}, "share": 1}]}]},
            "positions, row 1, ladder, row 1, trigger: The trigger is one of",
        ),
        ({"positions": [{"coin": "a", "quantity": 1, "bought": "14.5.2021"}]}, "bought: A day such as"),
        ({"limits": None}, "The field “limits” is empty"),
        ({"positions": None}, "The field “positions” is empty"),
        ({"name": None}, "The field “name” is empty"),
        ({"limits": {"sectors": 2.5}}, "limits: The number of sectors has to be a whole number"),
        ({"currency": ["USD"]}, "The currency is one of USD"),
        ({"cash": 1e308}, "The cash has to lie between 0 and"),
        ({"lock": {"at": 3, "sha256": ""}}, "lock: The time of the lock has to be a text"),
        ({"positions": [{"coin": {"x": 1}, "quantity": 1}]}, "The coin has to be a text"),
    ],
)
def test_a_file_that_no_plan_can_be_names_the_place(values: object, sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        plan_from_dict(values)  # type: ignore[arg-type]


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@calm
@given(plan=plans, data=st.data())
def test_any_value_in_any_place_is_taken_or_refused_in_words(plan: Plan, data: st.DataObject) -> None:
    values = plan_to_dict(plan)
    spot: object = values
    while isinstance(spot, (dict, list)) and spot:
        keys = sorted(spot) if isinstance(spot, dict) else list(range(len(spot)))
        key = data.draw(st.sampled_from(keys))
        deeper = spot[key]  # type: ignore[index]
        if not isinstance(deeper, (dict, list)) or not deeper or data.draw(st.booleans()):
            spot[key] = data.draw(json_values)  # type: ignore[index]
            break
        spot = deeper
    try:
        answer = plan_from_dict(values)
    except PlanError as error:
        answer = str(error)
    assert isinstance(answer, Plan) or answer.endswith(".")


def test_plans_rest_in_their_store_with_versions(own_folders: object) -> None:
    store = plan_store(Paths.choose())
    first = Plan(name="Autumn plan", positions=(Position("solana", 42.0),))
    saved = save_plan(store, "Autumn plan", first)
    assert saved.path.name == "Autumn plan.plan.json"
    later = replace(first, cash=5.0)
    save_plan(store, "Autumn plan", later, expected=saved.stamp)
    assert load_plan(store, "Autumn plan").plan == later
    assert load_plan_version(store, "Autumn plan", 1) == first


def test_a_file_with_a_wrong_figure_is_refused_with_its_place_and_a_way_out(own_folders: object) -> None:
    store = plan_store(Paths.choose())
    path = save_plan(store, "a", Plan(positions=(Position("solana", 42.0),))).path
    path.write_text(path.read_text("utf-8").replace("42.0", "-42.0"), "utf-8")
    with pytest.raises(
        DamagedError, match=r"positions, row 1: The quantity .* open one of the kept versions"
    ):
        load_plan(store, "a")


def test_ten_thousand_positions_are_a_plan_and_ten_thousand_and_one_are_not() -> None:
    rung = Rung(Trigger("price", level=2.0), 0.5)
    rows = tuple(Position(f"coin-{i}", 1.0 + i, ladder=(rung,)) for i in range(10_000))
    plan = Plan(positions=rows)
    assert plan_from_dict(plan_to_dict(plan)) == plan
    with pytest.raises(PlanError, match="10001 positions is too long"):
        Plan(positions=(*rows, rows[0]))
