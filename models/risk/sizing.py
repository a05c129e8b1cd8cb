"""How large a position may be: the smallest of seven sizes, and which one binds. Methods, section 9."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.market.unknown import Unknown
from models.risk.ground import CoinGround
from models.risk.plans.plan import Edge
from models.risk.portfolio import Portfolio, sector_title, stop_of

LimitName = Literal[
    "risk budget",
    "volatility target",
    "half Kelly",
    "single-position cap",
    "sector room",
    "liquidity room",
    "cash",
]

PLAINEST: LimitName = "single-position cap"
EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class Bar:
    """One limit of a size: the amount in the plan's currency, its share of the capital, and why.

    `asked` is false for a limit that says nothing here (no stop, no edge): it never binds. A limit
    that is asked but unknown makes the whole size unknown.
    """

    name: LimitName
    amount: float | Unknown
    share: float | Unknown
    sentence: str
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Sizing:
    """All limits of one coin, the binding one, and the room that is left.

    `largest` is the whole position that is allowed, `now` what the plan holds of the coin, `room`
    the difference (negative: too much).
    """

    coin: str
    symbol: str
    bars: tuple[Bar, ...]
    binding: LimitName | None
    largest: float | Unknown
    share: float | Unknown
    now: float
    room: float | Unknown
    units: float | Unknown

    @property
    def is_stopped(self) -> bool:
        """Whether the stop that was asked for is hit already."""
        return any(bar.sentence == STOPPED for bar in self.bars)

    @property
    def binding_words(self) -> str:
        """Name the binding limit, or say why there is none."""
        if self.binding is not None:
            return self.binding
        return f"unknown: {_short(self.bars)}"


STOPPED = "The stop lies at or above the price: it is hit already and would sell at once."


def fixed_fraction(capital: float, budget: float, price: float, stop: float) -> float:
    """Return the size that loses `budget` of the capital between price and stop; endless at no distance.

    >>> round(fixed_fraction(10_000, 0.01, 100.0, 80.0), 9)
    500.0
    """
    distance = (price - stop) / price
    return capital * budget / distance if distance > 0 else float("inf")


def kelly(edge: Edge) -> float:
    """Return the fraction that makes the logarithm of wealth grow fastest, not below 0. Kelly (1956).

    With chance p of gaining `gain` and 1 - p of losing `loss`, per unit staked: p / loss - (1 - p) / gain.

    >>> round(kelly(Edge(chance=0.6, gain=1.0, loss=1.0)), 9)
    0.2
    """
    return max(edge.chance / edge.loss - (1.0 - edge.chance) / edge.gain, 0.0)


def size(
    found: Portfolio,
    coin: str,
    *,
    price: float | None = None,
    stop: float | None = None,
    edge: Edge | None = None,
    sector: str | None = None,
) -> Sizing:
    """Return every limit of a position in `coin`, whether the plan holds it or not.

    Price, stop and edge are those of the plan's first row of the coin unless given. Amounts are of
    the whole position, what is held already included. Selling does not change the capital, so the
    cash limit is what is held plus the cash.
    """
    rows = found.of_coin(coin)
    if rows:
        ground, position = rows[0].coin, rows[0].position
        priced: float | Unknown = price if price is not None else rows[0].price
        own_stop = stop if stop is not None else stop_of(position, priced)
        own_edge = edge if edge is not None else position.edge
    else:
        ground = found.ground.grounds.coin(coin, sector)
        priced = price if price is not None else _price(found, ground)
        own_stop, own_edge = stop, edge
    now = found.by_coin.get(coin, 0.0)
    bars = (
        _risk_budget(found, priced, own_stop),
        _volatility(found, ground),
        _half_kelly(found, own_edge),
        _cap(found),
        _sector(found, ground, now),
        _liquidity(found, ground),
        _cash(found, now),
    )
    asked = [bar for bar in bars if bar.asked]
    largest, binding = _smallest(asked)
    if found.capital <= 0:
        largest, binding = Unknown("There is no capital yet. Enter cash or a position."), None
    return Sizing(
        coin=coin,
        symbol=ground.symbol,
        bars=bars,
        binding=binding,
        largest=largest,
        share=_share(largest, found.capital),
        now=now,
        room=largest if isinstance(largest, Unknown) else largest - now,
        units=_units(largest, priced),
    )


def sizes(found: Portfolio) -> tuple[Sizing, ...]:
    """Return the limits of every row of the plan, in its order."""
    known: dict[str, Sizing] = {}
    for holding in found.holdings:
        if holding.position.coin not in known:
            known[holding.position.coin] = size(found, holding.position.coin)
    return tuple(known[holding.position.coin] for holding in found.holdings)


def _smallest(asked: list[Bar]) -> tuple[float | Unknown, LimitName | None]:
    """Return the smallest amount and its limit; of equal ones the plainest is named."""
    known: list[tuple[float, LimitName]] = []
    for bar in asked:
        if isinstance(bar.amount, Unknown):
            return bar.amount, None
        known.append((bar.amount, bar.name))
    least = min(known)[0]
    names = [name for amount, name in known if amount <= least * (1 + EXACT)]
    return least, PLAINEST if PLAINEST in names else names[0]


def _bar(
    found: Portfolio, name: LimitName, amount: float | Unknown, sentence: str, asked: bool = True
) -> Bar:
    return Bar(name, amount, _share(amount, found.capital), sentence, asked)


def _share(amount: float | Unknown, capital: float) -> float | Unknown:
    if isinstance(amount, Unknown):
        return amount
    return amount / capital if capital > 0 else Unknown("There is no capital yet.")


def _risk_budget(found: Portfolio, price: float | Unknown, stop: float | None) -> Bar:
    budget = found.plan.assumptions.risk_budget
    if stop is None:
        why = "No stop is set, so the risk budget does not limit the size."
        return _bar(found, "risk budget", Unknown(why), why, asked=False)
    if isinstance(price, Unknown):
        return _bar(found, "risk budget", price, price.why)
    amount = fixed_fraction(found.capital, budget, price, stop)
    if amount == float("inf"):
        return _bar(found, "risk budget", 0.0, STOPPED)
    return _bar(
        found,
        "risk budget",
        amount,
        f"{_percent(budget)} of the capital is lost when the price falls by "
        f"{_percent((price - stop) / price)} to the stop.",
    )


def _volatility(found: Portfolio, ground: CoinGround) -> Bar:
    target, own = found.plan.assumptions.volatility_target, ground.volatility
    if isinstance(own, Unknown):
        return _bar(found, "volatility target", own, own.why)
    if own <= 0:
        why = "The price did not move, so the volatility target does not limit the size."
        return _bar(found, "volatility target", Unknown(why), why, asked=False)
    return _bar(
        found,
        "volatility target",
        found.capital * target / own,
        f"At a volatility of {_percent(own)} a year it brings {_percent(target)} to the plan.",
    )


def _half_kelly(found: Portfolio, edge: Edge | None) -> Bar:
    if edge is None:
        why = "No edge is entered, so half Kelly does not limit the size."
        return _bar(found, "half Kelly", Unknown(why), why, asked=False)
    whole = kelly(edge)
    if whole <= 0:
        return _bar(found, "half Kelly", 0.0, "With these odds the best size is none.")
    return _bar(
        found,
        "half Kelly",
        found.capital * whole / 2,
        f"Half of Kelly's {_percent(whole)} for a chance of {_percent(edge.chance)}.",
    )


def _cap(found: Portfolio) -> Bar:
    cap = found.plan.limits.single_position
    return _bar(found, "single-position cap", found.capital * cap, f"{_percent(cap)} of the capital.")


def _sector(found: Portfolio, ground: CoinGround, now: float) -> Bar:
    limit = found.plan.limits.sector_share
    others = found.by_sector.get(ground.sector, 0.0)
    others -= now if ground.coin in found.by_coin else 0.0
    return _bar(
        found,
        "sector room",
        max(found.capital * limit - max(others, 0.0), 0.0),
        f"{_percent(limit)} of the capital for {sector_title(ground.sector)}, less what other coins take.",
    )


def _liquidity(found: Portfolio, ground: CoinGround) -> Bar:
    limit = found.plan.limits.liquidity
    if isinstance(ground.volume, Unknown):
        return _bar(found, "liquidity room", ground.volume, ground.volume.why)
    if isinstance(found.rate, Unknown):
        return _bar(found, "liquidity room", found.rate, found.rate.why)
    return _bar(
        found,
        "liquidity room",
        limit * ground.volume / found.rate.usd,
        f"{_percent(limit)} of the median daily volume of 30 days.",
    )


def _cash(found: Portfolio, now: float) -> Bar:
    return _bar(found, "cash", now + found.plan.cash, "What is held and the cash beside it.")


def _price(found: Portfolio, ground: CoinGround) -> float | Unknown:
    if isinstance(ground.price, Unknown):
        return ground.price
    if isinstance(found.rate, Unknown):
        return found.rate
    return ground.price / found.rate.usd


def _units(largest: float | Unknown, price: float | Unknown) -> float | Unknown:
    if isinstance(largest, Unknown):
        return largest
    return price if isinstance(price, Unknown) else largest / price


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.3g} %"


def _short(bars: tuple[Bar, ...]) -> str:
    names = {"liquidity room": "no volume", "volatility target": "no volatility", "risk budget": "no price"}
    for bar in bars:
        if bar.asked and isinstance(bar.amount, Unknown):
            return names.get(bar.name, bar.name)
    return "no capital"
