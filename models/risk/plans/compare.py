"""Two plans side by side: what differs, place by place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from models.risk.plans.plan import Done, Edge, Plan, Position, Rung, Scenario, Trigger

WORDS: Mapping[str, str] = {
    "typed_rate": "exchange rate typed by hand",
    "cost": "cost of a unit",
    "target": "target share",
    "price": "price typed by hand",
    "single_position": "single position, at most",
    "sector_share": "sector share, at most",
    "small_and_meme": "small caps and memes, at most",
    "stop_loss": "loss if every stop is hit, at most",
    "liquidity": "share of a day's volume, at most",
    "sectors": "sectors, at least",
    "effective_bets": "effective bets, at least",
    "horizon_days": "horizon in days",
    "fee_bps": "fee in basis points",
    "slippage_bps": "slippage in basis points",
}
PERCENT = {"target", "single_position", "sector_share", "small_and_meme", "cash_floor", "stop_loss"}
PERCENT |= {"liquidity", "risk_budget", "volatility_target", "drawdown_limit"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which two plans differ; `left` or `right` is None where only one has it.

    `is_quoted` where both are a person's own words rather than figures.
    """

    place: str
    what: str
    left: str | None
    right: str | None
    is_quoted: bool = False


def differences(left: Plan, right: Plan) -> tuple[Difference, ...]:
    """Return every difference: the plan itself, limits, assumptions, positions, scenarios.

    Rows belong together when they hold the same coin (the first with the first, and so on), wherever
    they stand. Equal plans have none; the lock does not count.
    """
    found = list(
        _of_fields("plan", left, right, without=("positions", "limits", "assumptions", "scenarios", "lock"))
    )
    found += _of_fields("limits", left.limits, right.limits)
    found += _of_fields("assumptions", left.assumptions, right.assumptions)
    for key, one, other in _paired(_keyed(left.positions), _keyed(right.positions)):
        if one is None or other is None:
            found.append(Difference(key, "position", _position(one), _position(other)))
            continue
        found += _of_fields(key, one, other, without=("ladder",))
        found += _ladders(key, one, other)
    scenarios = _paired(_named(left.scenarios), _named(right.scenarios))
    found += [
        Difference(f"scenario {name}", "shocks", _scenario(one), _scenario(other))
        for name, one, other in scenarios
        if one != other
    ]
    if not found and left.unlocked != right.unlocked:
        found.append(Difference("plan", "order of the rows", "as listed", "another one"))
    return tuple(found)


def _of_fields(place: str, left: Any, right: Any, without: tuple[str, ...] = ()) -> Iterable[Difference]:
    for field in fields(left):
        one, other = getattr(left, field.name), getattr(right, field.name)
        if field.name not in without and one != other:
            what = WORDS.get(field.name, field.name.replace("_", " "))
            quoted = isinstance(one or other, str)
            yield Difference(place, what, _words(field.name, one), _words(field.name, other), quoted)


def _ladders(key: str, left: Position, right: Position) -> Iterable[Difference]:
    for at in range(max(len(left.ladder), len(right.ladder))):
        one, other = (p.ladder[at] if at < len(p.ladder) else None for p in (left, right))
        if one != other:
            yield Difference(key, f"rung {at + 1}", _rung(one), _rung(other))


def _keyed(positions: tuple[Position, ...]) -> dict[str, Position]:
    seen: Counter[str] = Counter()
    found = {}
    for position in positions:
        seen[position.coin] += 1
        n = seen[position.coin]
        found[position.coin if n == 1 else f"{position.coin} ({n})"] = position
    return found


def _named(scenarios: tuple[Scenario, ...]) -> dict[str, Scenario]:
    return {f"{at + 1}, {one.name}" if one.name else str(at + 1): one for at, one in enumerate(scenarios)}


def _paired(left: dict[str, Any], right: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(key, left.get(key), right.get(key)) for key in {**left, **right}]


def _words(name: str, value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, Edge):
        return f"{100 * value.chance:.3g} % to gain {100 * value.gain:.3g} %, else −{100 * value.loss:.3g} %"
    if isinstance(value, float):
        return f"{100 * value:.6g} %" if name in PERCENT else _amount(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _amount(value: float) -> str:
    """Write a number with all its figures that matter, without an exponent where people use none.

    >>> _amount(1234.5), _amount(0.1)
    ('1,234.5', '0.1')
    """
    return f"{value:,.10g}"


def _change(fraction: float) -> str:
    return f"{100 * fraction:+.4g} %".replace("-", "−")


def _position(position: Position | None) -> str | None:
    if position is None:
        return None
    rungs = f", {len(position.ladder)} rungs" if position.ladder else ""
    return f"{_amount(position.quantity)} {'unit' if position.quantity == 1 else 'units'}{rungs}"


def _scenario(scenario: Scenario | None) -> str | None:
    if scenario is None:
        return None
    parts = [
        f"{name} {_change(change)}"
        for name, change in (("Bitcoin", scenario.bitcoin), ("Russell 2000", scenario.russell))
        if change is not None
    ]
    parts += [f"{shock.coin} {_change(shock.change)}" for shock in scenario.coins]
    return ", ".join(parts) or "no shock"


def _rung(rung: Rung | None) -> str | None:
    if rung is None:
        return None
    text = f"{trigger_words(rung.trigger)}: sell {100 * rung.share:.4g} % of the {rung.of} quantity"
    if isinstance(rung.done, Done):
        text += f"; done on {rung.done.day}, {_amount(rung.done.quantity)} at {_amount(rung.done.price)}"
    return f"{text}; skipped" if rung.skipped else text


def trigger_words(trigger: Trigger) -> str:
    """Say in a few words what a rung waits for.

    >>> trigger_words(Trigger("multiple", level=2.0))
    '2 × cost'
    """
    level = 0.0 if trigger.level is None else trigger.level
    days = trigger.days or 1
    in_a_row = f" for {days} days" if days > 1 else ""
    sign = "≤" if trigger.side == "below" else "≥"
    match trigger.kind:
        case "price":
            return f"price {_amount(level)}"
        case "multiple":
            return f"{_amount(level)} × cost"
        case "date":
            return f"on {trigger.day}"
        case "days_held":
            return f"{days} days held"
        case "trailing_stop":
            return f"−{100 * level:.4g} % from the peak"
        case "moving_average":
            return f"close {trigger.side} its {days}-day mean"
        case "season_index":
            return f"season index {sign} {level:g}{in_a_row}"
        case "phase":
            return f"phase becomes {trigger.phase}"
        case "dominance":
            return f"dominance {sign} {100 * level:.4g} %{in_a_row}"
