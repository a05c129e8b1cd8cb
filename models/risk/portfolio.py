"""A plan in money: what each row is worth, its share, and what could not be counted. Methods, section 9."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from models.market.returns import SECTOR_TITLES
from models.market.snapshot import Day
from models.market.unknown import Unknown
from models.risk.ground import CoinGround, Ground, Grounds
from models.risk.plans.plan import Plan, Position
from models.risk.rates import Rate, rate


@dataclass(frozen=True, slots=True)
class Holding:
    """One row of the plan in its own currency; `share` is of the capital.

    `stop_loss` is what is lost if the stop is hit; without any stop all of it can be.
    `typed` tells a price that was entered by hand, `price_day` the day of the market's.
    """

    row: int
    position: Position
    coin: CoinGround
    price: float | Unknown
    price_day: Day | None
    typed: bool
    value: float | Unknown
    share: float | Unknown
    gain: float | Unknown
    stop: float | None
    stop_loss: float | Unknown

    @property
    def is_stopped(self) -> bool:
        """Whether the stop lies at or above the price: it would sell at once."""
        if self.stop is None or isinstance(self.price, Unknown) or self.position.held <= 0:
            return False
        return self.price <= self.stop


@dataclass(frozen=True)
class Portfolio:
    """The rows, their sums, and what was left out of them.

    `value` is that of all rows with a price, `total` adds the cash. Shares refer to `capital`: the
    typed one, else `total`. `left_out` has a sentence for each row that counts nowhere.
    """

    plan: Plan
    ground: Ground
    rate: Rate | Unknown
    holdings: tuple[Holding, ...]
    value: float
    total: float
    capital: float
    left_out: tuple[str, ...]
    notices: tuple[str, ...]

    @cached_property
    def by_coin(self) -> Mapping[str, float]:
        """Value of each coin over all its rows, in the order of the rows; priced ones only."""
        found: dict[str, float] = {}
        for holding in self.holdings:
            if not isinstance(holding.value, Unknown) and holding.position.held > 0:
                coin = holding.position.coin
                found[coin] = found.get(coin, 0.0) + holding.value
        return found

    @cached_property
    def by_sector(self) -> Mapping[str, float]:
        """Value of each sector, largest first."""
        found: dict[str, float] = {}
        for coin, value in self.by_coin.items():
            sector = self.ground[coin].sector
            found[sector] = found.get(sector, 0.0) + value
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    @property
    def small_value(self) -> float:
        """Value of small caps and memes."""
        return sum(value for coin, value in self.by_coin.items() if self.ground[coin].small)

    def of_coin(self, coin: str) -> tuple[Holding, ...]:
        return tuple(holding for holding in self.holdings if holding.position.coin == coin)


_OTHER_TITLES = {"stablecoin": "Stablecoins", "wrapped": "Wrapped", "rwa": "Real-world assets"}


def sector_title(sector: str) -> str:
    """Return the name of a sector as people read it; a name of the user's own stays as it is.

    >>> sector_title("layer1"), sector_title("My garden")
    ('Layer 1', 'My garden')
    """
    return SECTOR_TITLES.get(sector) or _OTHER_TITLES.get(sector, sector)


def portfolio(plan: Plan, grounds: Grounds) -> Portfolio:
    """Value every row on the day of `grounds`.

    A row without a price, and one whose price cannot be brought into the plan's currency, is left
    out of every sum with a sentence: denominators shrink openly.
    """
    ground = grounds.of(plan)
    money = rate(plan, grounds.study.market, grounds.as_of)
    valued = [_valued(position, ground, money) for position in plan.positions]
    value = sum(amount for _, _, amount in valued if not isinstance(amount, Unknown))
    total = value + plan.cash
    capital = plan.capital if plan.capital is not None else total
    holdings = tuple(
        _holding(row, position, ground, price, typed, amount, capital)
        for (row, position), (price, typed, amount) in zip(enumerate(plan.positions), valued, strict=True)
    )
    left_out = tuple(
        f"Row {holding.row + 1}, {holding.coin.symbol}: {holding.value.why}"
        for holding in holdings
        if isinstance(holding.value, Unknown)
    )
    return Portfolio(
        plan=plan,
        ground=ground,
        rate=money,
        holdings=holdings,
        value=value,
        total=total,
        capital=capital,
        left_out=left_out,
        notices=_notices(plan, ground, total),
    )


def _valued(
    position: Position, ground: Ground, money: Rate | Unknown
) -> tuple[float | Unknown, bool, float | Unknown]:
    """Return price in the plan's currency, whether it was typed, and value."""
    if position.price is not None:
        return position.price, True, position.price * position.held
    found = ground.grounds.coin(position.coin, _sector(position, ground)).price
    if isinstance(found, Unknown):
        return found, False, found if position.held else 0.0
    if isinstance(money, Unknown):
        return money, False, money if position.held else 0.0
    price = found / money.usd
    return price, False, price * position.held


def _sector(position: Position, ground: Ground) -> str | None:
    return ground[position.coin].sector if position.coin in ground.column else position.sector


def _holding(
    row: int,
    position: Position,
    ground: Ground,
    price: float | Unknown,
    typed: bool,
    value: float | Unknown,
    capital: float,
) -> Holding:
    coin = ground.grounds.coin(position.coin, _sector(position, ground))
    share: float | Unknown
    if isinstance(value, Unknown):
        share = value
    elif capital > 0:
        share = value / capital
    else:
        share = Unknown("There is no capital yet, so shares cannot be told. Enter cash or a position.")
    stop = stop_of(position, price)
    return Holding(
        row=row,
        position=position,
        coin=coin,
        price=price,
        price_day=None if typed else coin.price_day,
        typed=typed,
        value=value,
        share=share,
        gain=_gain(position, price),
        stop=stop,
        stop_loss=_stop_loss(position, price, stop),
    )


def stop_of(position: Position, price: float | Unknown) -> float | None:
    """Return the price at which all that is left is sold, or None without such a stop.

    A trailing stop over all that remains counts from today's price: its peak may lie higher, so the
    loss is at most this one.
    """
    levels = [position.stop] if position.stop is not None else []
    if not isinstance(price, Unknown):
        levels += [
            price * (1 - rung.trigger.level)
            for rung in position.ladder
            if rung.state == "open"
            and rung.trigger.kind == "trailing_stop"
            and rung.trigger.level is not None
            and rung.of == "remaining"
            and rung.share >= 1.0
        ]
    return max(levels) if levels else None


def _stop_loss(position: Position, price: float | Unknown, stop: float | None) -> float | Unknown:
    if isinstance(price, Unknown):
        return price if position.held else 0.0
    return position.held * max(price - (stop or 0.0), 0.0)


def _gain(position: Position, price: float | Unknown) -> float | Unknown:
    """Return profit so far: sales and today's value against what was paid."""
    if position.cost is None:
        return Unknown("No cost is entered, so the profit is unknown.")
    if isinstance(price, Unknown) and position.held:
        return price
    worth = 0.0 if isinstance(price, Unknown) else price * position.held
    sold = sum(rung.done.proceeds for rung in position.ladder if rung.done is not None)
    return worth + sold - position.cost * position.quantity


def _notices(plan: Plan, ground: Ground, total: float) -> tuple[str, ...]:
    found = []
    rows: dict[str, list[int]] = {}
    for row, position in enumerate(plan.positions, start=1):
        rows.setdefault(position.coin, []).append(row)
    for coin, places in rows.items():
        if len(places) > 1:
            symbol = ground[coin].symbol if coin in ground.column else coin
            shown = ", ".join(map(str, places[:5])) + (" …" if len(places) > 5 else "")
            found.append(f"{symbol} stands in rows {shown}; limits count them together.")
    if plan.capital is not None and total > plan.capital * (1 + 1e-9):
        found.append(
            f"The capital of {plan.capital:,.0f} {plan.currency} is less than everything in the plan, "
            f"{total:,.0f} {plan.currency}; shares of it add up to more than 100 %."
        )
    return tuple(found)
