"""The report of a plan: :class:`Findings` as one document of plain values.

The keys are a stable interface (docs/plan-format.md); page, window and tests read the same object.
Nothing is computed here: figures are taken, named, and where the key says so turned into percent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.market.unknown import Unknown
from models.report.values import Entry, percent, put, text, unknown
from models.risk.findings import Findings
from models.risk.ladders.replay import Replay
from models.risk.plans.as_json import lock_state
from models.risk.plans.compare import trigger_words
from models.risk.risk import Risk
from models.risk.simulation.estimates import Estimate
from models.risk.simulation.results import Outcome, RungChance, Simulation
from models.version import NAME, VERSION

SCHEMA = 1


def plan_figures(found: Findings) -> Mapping[str, Any]:
    """Return every figure of a plan, JSON-ready: plain numbers, texts, lists, None.

    An unknown figure is None beside a `why`. Money is in the plan's currency.
    """
    plan = found.plan
    return {
        "schema": SCHEMA,
        "application": f"{NAME} {VERSION}",
        "plan": plan.name,
        "currency": plan.currency,
        "lock": {
            "state": lock_state(plan),
            "at": plan.lock.at if plan.lock else None,
            "sha256": plan.lock.sha256 if plan.lock else None,
        },
        "notes": plan.notes,
        "as_of": text(found.as_of),
        "seed": found.seed,
        "totals": _totals(found),
        "positions": _positions(found),
        "rules": _rules(found),
        "ladder": _ladder(found),
        "ladder_checks": [
            {
                "coin": one.coin,
                "row": one.row + 1,
                "check": check.id,
                "verdict": check.verdict,
                "text": check.text,
            }
            for one in found.ladders
            for check in one.checks
        ],
        "risk": _risk(found.assessment.risk),
        "simulation": _simulation(found.simulation),
        "stress": _stress(found),
        "replays": [_replay(one) for one in found.replays],
        "adherence": _adherence(found),
        "left_out": list(found.assessment.portfolio.left_out),
        "notices": list(found.assessment.portfolio.notices),
    }


def _totals(found: Findings) -> Entry:
    held = found.assessment.portfolio
    entry: Entry = {
        "value": held.value,
        "cash": found.plan.cash,
        "total": held.total,
        "capital": held.capital,
        "positions": len(held.holdings),
    }
    put(entry, "usd_per_unit", held.rate if isinstance(held.rate, Unknown) else held.rate.usd)
    entry["rate_from"] = None if isinstance(held.rate, Unknown) else held.rate.origin
    percent(
        entry,
        "cash_pct",
        held.plan.cash / held.capital if held.capital > 0 else Unknown("There is no capital yet."),
    )
    return entry


def _positions(found: Findings) -> list[Entry]:
    rows = []
    for holding, size in zip(found.assessment.portfolio.holdings, found.assessment.sizes, strict=True):
        entry: Entry = {
            "row": holding.row + 1,
            "coin": holding.position.coin,
            "symbol": holding.coin.symbol,
            "quantity": holding.position.held,
            "cost": holding.position.cost,
            "price_typed": holding.typed,
            "price_day": text(holding.price_day),
            "stop": holding.stop,
            "sector": holding.coin.sector,
            "tier": holding.coin.tier,
            "notes": holding.position.notes,
        }
        put(entry, "price", holding.price)
        put(entry, "value", holding.value)
        percent(entry, "share_pct", holding.share)
        entry["target_pct"] = None if holding.position.target is None else 100 * holding.position.target
        put(entry, "gain", holding.gain)
        put(entry, "stop_loss", holding.stop_loss)
        put(entry, "size_limit", size.largest)
        entry["binding_limit"] = size.binding
        put(entry, "room", size.room)
        entry["limits"] = [_bar(bar.name, bar.amount, bar.sentence, bar.asked) for bar in size.bars]
        rows.append(entry)
    return rows


def _bar(name: str, amount: float | Unknown, sentence: str, asked: bool) -> Entry:
    entry: Entry = {"limit": name, "binds": asked, "sentence": sentence}
    put(entry, "amount", amount)
    return entry


def _rules(found: Findings) -> list[Entry]:
    rows = []
    for rule in found.assessment.rules:
        entry: Entry = {
            "rule": rule.name,
            "title": rule.title,
            "limit": rule.limit,
            "at_most": rule.at_most,
            "unit": "fraction" if rule.is_share else "count",
        }
        put(entry, "value", rule.value)
        entry.update(
            ok=rule.ok,
            state=rule.state,
            sentence=rule.sentence,
            mend=rule.mend.text if rule.mend else None,
            sales=[
                {"coin": trim.coin, "row": trim.row + 1, "units": trim.units, "value": trim.value}
                for trim in (rule.mend.trims if rule.mend else ())
            ],
        )
        rows.append(entry)
    return rows


def _ladder(found: Findings) -> list[Entry]:
    rows = []
    for one in found.ladders:
        ladder = found.plan.positions[one.row].ladder
        for step in one.steps.steps:
            entry: Entry = {
                "coin": one.coin,
                "row": one.row + 1,
                "rung": step.rung + 1,
                "trigger": trigger_words(step.trigger),
                "share": ladder[step.rung].share,
                "of": ladder[step.rung].of,
                "units": step.units,
                "price": step.price,
                "approximate": step.approximate,
                "proceeds": step.proceeds,
                "locked_in": step.locked_in,
            }
            put(entry, "profit", step.profit)
            put(entry, "stake_recovered", step.recovered)
            entry["remaining"] = step.left
            put(entry, "at_risk", step.at_risk)
            entry["state"] = step.state
            entry["returns_stake"] = one.steps.returns_stake == step.rung
            rows.append(entry)
    return rows


_RISK = (
    "volatility",
    "var_95",
    "var_99",
    "es_95",
    "es_99",
    "var_95_10d",
    "var_99_10d",
    "es_95_10d",
    "es_99_10d",
    "beta_rut",
    "beta_btc",
    "diversification_ratio",
    "effective_bets",
    "loss_as_one",
)


def _risk(risk: Risk | Unknown) -> Entry:
    if isinstance(risk, Unknown):
        return {**unknown(_RISK, risk.why), "contributions": [], "sample": None}
    entry: Entry = {}
    values = (
        risk.volatility,
        risk.var_95,
        risk.var_99,
        risk.es_95,
        risk.es_99,
        risk.var_95_10,
        risk.var_99_10,
        risk.es_95_10,
        risk.es_99_10,
        risk.beta_russell,
        risk.beta_bitcoin,
        risk.diversification_ratio,
        risk.effective_bets,
        risk.loss_as_one,
    )
    for key, value in zip(_RISK, values, strict=True):
        put(entry, key, value)
    entry["bets"] = risk.bets_words
    entry["contributions"] = [
        {
            "coin": one.coin,
            "symbol": one.symbol,
            "weight": one.weight,
            "volatility": one.volatility,
            "share": one.share,
        }
        for one in risk.contributions
    ]
    sample = risk.sample
    entry["sample"] = {
        "days": sample.days,
        "first_day": text(sample.first),
        "last_day": text(sample.last),
        "borrowed": [
            {"coin": one.coin, "of": list(one.of), "scale": one.scale, "days": one.days}
            for one in sample.borrowed
        ],
        "left_out": list(sample.left_out),
    }
    return entry


def _simulation(found: Simulation | Unknown) -> Entry:
    if isinstance(found, Unknown):
        keys = ("paths", "horizon_days", "with_ladder", "without_ladder")
        return {**unknown(keys, found.why), "rungs": []}
    return {
        "paths": found.paths,
        "horizon_days": found.horizon_days,
        "sample": found.sample,
        "sample_days": found.sample_days,
        "sample_first": text(found.sample_first),
        "sample_last": text(found.sample_last),
        "mean_block_days": found.mean_block,
        "fee_bps": found.costs.fee_bps,
        "slippage_bps": found.costs.slippage_bps,
        "start": found.start,
        "goal": found.goal,
        "drawdown_limit": found.drawdown_limit,
        "borrowed": [{"coin": one.coin, "of": list(one.of), "days": one.days} for one in found.borrowed],
        "with_ladder": _outcome(found.with_ladder),
        "without_ladder": _outcome(found.without_ladder),
        "rungs": [_chance(one) for one in found.rungs],
        "against": [
            {
                "alternative": one.alternative,
                "p_worse": one.p_worse.value,
                "median_difference": one.median.value,
                "mean_difference": one.mean.value,
            }
            for one in (found.against_holding, found.against_selling)
        ],
        "notes": list(found.notes),
        "left_out": [{"row": row + 1, "coin": coin, "why": why} for row, coin, why in found.left_out],
    }


def _outcome(found: Outcome) -> Entry:
    """Name quantiles by their level in percent; every figure has its Monte Carlo error beside it."""
    entry: Entry = {
        "quantiles": _levels(found.quantiles),
        "quantile_errors": _errors(found.quantiles),
        "drawdown_quantiles": _levels(found.drawdown),
    }
    for key, value in (
        ("mean", found.mean),
        ("p_loss", found.p_loss),
        ("p_goal", found.p_goal),
        ("p_goal_ever", found.p_goal_ever),
        ("p_drawdown", found.p_drawdown),
        ("p_ruin", found.p_ruin),
        ("var_95", found.var_95),
        ("var_99", found.var_99),
        ("es_95", found.es_95),
        ("es_99", found.es_99),
    ):
        _estimate(entry, key, value)
    return entry


def _levels(found: Mapping[float, Estimate]) -> Entry:
    return {f"{100 * level:g}": one.value for level, one in found.items()}


def _errors(found: Mapping[float, Estimate]) -> Entry:
    return {f"{100 * level:g}": one.error for level, one in found.items()}


def _estimate(entry: Entry, key: str, value: Estimate | Unknown | None) -> None:
    if isinstance(value, Estimate):
        put(entry, key, value.value)
        put(entry, f"{key}_error", value.error)
    else:
        put(entry, key, value)
        entry[f"{key}_error"] = None


def _chance(one: RungChance) -> Entry:
    entry: Entry = {
        "coin": one.coin,
        "row": one.row + 1,
        "rung": None if one.rung is None else one.rung + 1,
        "trigger": "stop" if one.trigger is None else trigger_words(one.trigger),
    }
    _estimate(entry, "p_filled", one.p_filled)
    _estimate(entry, "median_day", one.median_day)
    _estimate(entry, "mean_proceeds", one.proceeds)
    return entry


def _stress(found: Findings) -> list[Entry]:
    rows = []
    for one in found.stresses:
        entry: Entry = {"scenario": one.id, "title": one.title}
        percent(entry, "loss_pct", one.loss)
        entry["end_loss_pct"] = None if one.end_loss is None else 100 * one.end_loss
        entry["worst_day"] = text(one.worst_day)
        entry["borrowed"] = one.borrowed
        entry["by_coin"] = [
            {
                "coin": part.coin,
                "symbol": part.symbol,
                "change_pct": None if isinstance(part.change, Unknown) else 100 * part.change,
                "loss_pct": 100 * part.loss,
                "borrowed_from": part.borrowed,
            }
            for part in one.by_coin
        ]
        entry["left_out"] = list(one.left_out)
        rows.append(entry)
    return rows


def _replay(found: Replay | Unknown) -> Entry:
    if isinstance(found, Unknown):
        return unknown(("start", "end", "with_ladder", "without_ladder", "rungs_filled"), found.why)
    return {
        "cycle": found.cycle.title,
        "start": text(found.start),
        "end": text(found.end),
        "with_ladder": found.with_ladder,
        "without_ladder": found.without_ladder,
        "rungs_filled": found.rungs_filled,
        "by_coin": [
            {
                "coin": one.coin,
                "row": one.row + 1,
                "with_ladder": one.with_ladder,
                "without_ladder": one.without_ladder,
                "rungs": [at + 1 for at in one.rungs_filled],
                "borrowed_days": one.borrowed_days,
            }
            for one in found.coins
        ],
        "notes": list(found.notes),
    }


def _adherence(found: Findings) -> Entry:
    one = found.adherence
    entry: Entry = {
        "since": text(one.start),
        "kept": one.kept,
        "counted": one.counted,
        "sentence": one.sentence,
    }
    put(entry, "score", one.score)
    put(entry, "money_difference", one.money)
    entry["rungs"] = [
        {
            "coin": rung.coin,
            "row": rung.row + 1,
            "rung": None if rung.rung is None else rung.rung + 1,
            "verdict": rung.verdict,
            "due": text(rung.due),
            "sentence": rung.sentence,
        }
        for rung in one.rungs
    ]
    entry["left_out"] = list(one.left_out)
    return entry
