"""How a figure of the planner explains itself: the same trace as of any other figure. Methods, section 9."""

from __future__ import annotations

from decimal import Decimal

from models.market.trace import Input, Trace
from models.market.unknown import Unknown
from models.risk.assessment import Assessment
from models.risk.borrowing import Borrowed
from models.risk.risk import Risk
from models.risk.simulation.results import Simulation

PASSAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "plan_value": ("Value of the plan", ("Risk now",)),
    "plan_stop_loss": ("Loss if every stop is hit", ("Rules, live",)),
    "plan_shortfall": ("Expected shortfall", ("Risk now",)),
    "plan_bets": ("Effective bets", ("Risk now", "Beta to BTC")),
    "plan_beta": ("Beta of the plan", ("Risk now", "Beta to BTC")),
    "plan_contributions": ("Share of risk", ("Risk now", "Beta to BTC")),
    "plan_positions": ("Sizes", ("Position size",)),
    "plan_rules": ("Rules", ("Rules, live",)),
    "plan_ladder": ("Exit ladder", ("Exit ladder", "On one day")),
    "plan_simulation": ("Simulation", ("Simulation", "On one day")),
    "plan_stress": ("Stress", ("Stress",)),
    "plan_replay": ("Replay", ("Stress", "Exit ladder")),
}


def plan_trace(found: Assessment, key: str, simulation: Simulation | None = None) -> Trace | Unknown:
    """Return what stands behind a figure of an assessed plan; `simulation` is one of the same plan."""
    if key not in PASSAGES:
        return Unknown("This figure has no explanation yet.")
    title, passages = PASSAGES[key]
    return Trace(
        title, 9, passages, _steps(found, key, simulation), _inputs(found), _left_out(found, key, simulation)
    )


Steps = tuple[tuple[str, str], ...]


def _steps(found: Assessment, key: str, simulation: Simulation | None) -> Steps:
    match key:
        case "plan_value":
            return _value(found)
        case "plan_rules" | "plan_stop_loss":
            wanted = found.rules if key == "plan_rules" else (found.rule("stop_loss"),)
            return tuple((rule.title, rule.sentence) for rule in wanted)
        case "plan_positions":
            return _sizes(found)
        case "plan_simulation":
            return () if simulation is None else _simulated(simulation)
        case "plan_ladder" | "plan_replay" | "plan_stress":
            return _value(found)
    return _risk(found, key)


def _value(found: Assessment) -> Steps:
    held = found.portfolio
    unit = found.plan.currency
    rows = [
        (
            one.coin.symbol,
            f"{_plain(one.position.held, 12)} × {_number(one.price)} = {_number(one.value)} {unit}",
        )
        for one in held.holdings
    ]
    rows.append(("Cash", f"{found.plan.cash:,.2f} {unit}"))
    rows.append(("Together", f"{held.total:,.2f} {unit}"))
    if found.plan.capital is not None:
        rows.append(("Capital that shares refer to", f"{held.capital:,.2f} {unit}"))
    return tuple(rows)


def _sizes(found: Assessment) -> Steps:
    rows = []
    for size in {one.coin: one for one in found.sizes}.values():
        asked = "; ".join(f"{bar.name}: {_number(bar.amount)}" for bar in size.bars if bar.asked)
        rows.append((size.symbol, f"smallest of {asked} – {size.binding_words}"))
    return tuple(rows)


def _risk(found: Assessment, key: str) -> Steps:
    risk = found.risk
    if isinstance(risk, Unknown):
        return (("Unknown", risk.why),)
    sample = risk.sample
    rows = [
        ("Sample", f"{sample.words}, {sample.first} to {sample.last}, of the last {sample.window} days"),
        ("Volatility, a year", _percent(risk.volatility)),
    ]
    if key == "plan_shortfall":
        rows += [
            ("VaR 95 %, one day", _percent(risk.var_95)),
            ("ES 95 %, one day", _percent(risk.es_95)),
            ("VaR 95 %, 10 days", _percent(risk.var_95_10)),
            ("ES 95 %, 10 days", _percent(risk.es_95_10)),
            ("ES 99 %, 10 days", _percent(risk.es_99_10)),
        ]
    elif key == "plan_beta":
        rows += [
            ("Beta to Bitcoin, daily", _number(risk.beta_bitcoin)),
            ("Beta to the Russell 2000, sessions", _number(risk.beta_russell)),
        ]
    else:
        rows += _shares(risk)
    return tuple(rows)


def _shares(risk: Risk) -> list[tuple[str, str]]:
    rows = [
        (one.symbol, f"weight {one.weight:.1%}, share of risk {one.share:.1%}") for one in risk.contributions
    ]
    rows.append(("Effective bets", risk.bets_words))
    rows.append(("Diversification ratio", _number(risk.diversification_ratio)))
    rows.append(("Loss if all correlations go to 1 and Bitcoin halves", _percent(risk.loss_as_one)))
    return rows


def _simulated(found: Simulation) -> Steps:
    with_, held = found.with_ladder.quantiles, found.without_ladder.quantiles
    return (
        ("Paths", f"{found.paths:,}, seed {found.seed}, {found.horizon_days} days ahead"),
        (
            "Drawn from",
            f"{found.sample_days:,} days, {found.sample_first} to {found.sample_last}, in blocks of "
            f"{found.mean_block:.0f} days on average",
        ),
        ("Costs", f"fee {found.costs.fee_bps:g}, slippage {found.costs.slippage_bps:g} basis points"),
        ("Median at the end, with ladders", f"{with_[0.5].value:,.0f} ± {with_[0.5].error:,.0f}"),
        ("Median at the end, held", f"{held[0.5].value:,.0f} ± {held[0.5].error:,.0f}"),
    )


def _inputs(found: Assessment) -> tuple[Input, ...]:
    held = found.portfolio
    market = held.ground.grounds.study.market
    source = {"demo": "demo market, simulated", "live": "live sources"}.get(market.origin, market.origin)
    return tuple(
        Input(
            f"Price of {one.coin.symbol}",
            "typed by hand" if one.typed else source,
            held.ground.as_of if one.typed else one.price_day,
        )
        for one in {one.position.coin: one for one in held.holdings}.values()
    )


def _left_out(found: Assessment, key: str, simulation: Simulation | None) -> tuple[str, ...]:
    said = [*found.portfolio.left_out, *found.portfolio.notices]
    borrowed: tuple[Borrowed, ...] = ()
    if not isinstance(found.risk, Unknown):
        said += found.risk.sample.left_out
        borrowed = found.risk.sample.borrowed
    if key == "plan_simulation" and simulation is not None:
        said += [f"Row {row + 1}, {coin}: {why}" for row, coin, why in simulation.left_out]
        said += simulation.notes
        borrowed = simulation.borrowed
    said += [
        f"{_symbol(found, one.coin)}: {one.days:,} of {one.of_days:,} days are those of {', '.join(one.of)}, "
        f"times {one.scale:.2f}."
        for one in borrowed
    ]
    return tuple(dict.fromkeys(said))


def _symbol(found: Assessment, coin: str) -> str:
    ground = found.portfolio.ground
    return ground[coin].symbol if coin in found.portfolio.by_coin else coin


def _number(value: float | Unknown) -> str:
    return f"unknown ({value.why})" if isinstance(value, Unknown) else _plain(value, 6).replace("-", "−")


def _plain(value: float, digits: int) -> str:
    """Write so many digits of a number, never with an exponent: 9,400,000 and 0.0000966668."""
    return f"{Decimal(f'{value:.{digits}g}'):,f}"


def _percent(value: float | Unknown) -> str:
    return f"unknown ({value.why})" if isinstance(value, Unknown) else f"{value:.2%}".replace("-", "−")
