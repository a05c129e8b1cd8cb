"""What the market says about the coins of a plan on one day: worked out once, asked at every keystroke.

Nothing here depends on quantities, limits or cash. Methods, section 9.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakValueDictionary

import numpy as np

from models.market.snapshot import BITCOIN, Bools, Day, Days, Floats
from models.market.study import Study
from models.market.universe import EXCLUDED_COINS, EXCLUDED_SECTORS, TIERS
from models.market.unknown import Unknown
from models.risk.borrowing import OWN_NEEDS, Borrowed, own_growth, sector_of, sector_stand_ins
from models.risk.plans.plan import Plan

WINDOW, NEEDS = 730, 365
"""Days of the sample of the risk now, and how many it needs."""
CARRY = 3
"""The price of a day is the last one of it and the three days before. Methods, section 0."""
VOLUME_DAYS, VOLUME_NEEDS = 30, 20
YEAR = 365
RUSSELL = ("RUT", "IWM.adj")


@dataclass(frozen=True)
class CoinGround:
    """One coin on one day, in USD.

    Attributes
    ----------
    returns : simple daily returns of the window, shape (n_days,), NaN where missing
        With the borrowed days of a younger coin.
    own : which of them are the coin's own
    volatility : of a year, from these returns
    small : counts as small cap or meme
    """

    coin: str
    symbol: str
    name: str
    sector: str
    tier: str
    small: bool
    price: float | Unknown
    price_day: Day | None
    volume: float | Unknown
    returns: Floats
    own: Bools
    borrowed: Borrowed | None
    volatility: float | Unknown

    @property
    def measurable(self) -> bool:
        """Whether there is any return at all."""
        return bool(np.isfinite(self.returns).any())


class Grounds:
    """The coins of one study on one day; each is worked out when first asked for, and kept.

    One object a (study, day); it may be asked from one thread at a time. The grounds of plans are known as
    long as somebody holds them: held from here, they would keep their study in a cycle.
    """

    def __init__(self, study: Study, as_of: Day) -> None:
        self.study = study
        self.as_of = as_of
        self.row = study.market.position(as_of)
        self._coins: dict[tuple[str, str], CoinGround] = {}
        self._made: WeakValueDictionary[tuple[tuple[str, str, bool], ...], Ground] = WeakValueDictionary()

    def coin(self, coin: str, sector: str | None = None) -> CoinGround:
        """Return one coin, in the sector of the coin list or the one given."""
        slug = sector_of(self.study, coin, sector)
        key = coin, slug
        if key not in self._coins:
            self._coins[key] = _coin(self, coin, slug)
        return self._coins[key]

    def of(self, plan: Plan) -> Ground:
        """Return the ground below a plan; the very same one while one of its coins and sectors is held."""
        typed = {position.coin for position in plan.positions if position.price is not None}
        found = tuple(
            (coin, sector_of(self.study, coin, sector), coin in typed)
            for coin, sector in sectors_of(plan).items()
        )
        ground = self._made.get(found)
        if ground is None:
            coins = tuple(self.coin(coin, sector) for coin, sector, _ in found)
            ground = self._made[found] = Ground(self.as_of, self, coins, frozenset(typed))
        return ground

    @cached_property
    def window(self) -> slice:
        return slice(max(self.row + 1 - WINDOW, 0), self.row + 1)

    @cached_property
    def days(self) -> Days:
        return self.study.market.days[self.window]

    @cached_property
    def bitcoin(self) -> Floats:
        """Bitcoin's simple returns of the window."""
        return own_growth(self.study, BITCOIN)[self.window] - 1.0

    @cached_property
    def russell(self) -> tuple[Days, Floats, str] | Unknown:
        """Days, closes and name of the Russell 2000 (else of IWM) up to the day."""
        for name in RUSSELL:
            if name in self.study.market.series:
                upto = self.study.market.series[name].upto(self.as_of)
                if upto.days.size:
                    return upto.days, upto.values, name
        return Unknown("Neither the Russell 2000 nor IWM is cached.")


@dataclass(frozen=True)
class Ground:
    """The coins of a plan on one day, and what they have in common.

    `covariance` and what belongs to it are of the coins with a price (the market's or a typed one)
    and with returns, in the order of `measured`.
    """

    as_of: Day
    grounds: Grounds = field(repr=False)
    coins: tuple[CoinGround, ...]
    typed: frozenset[str] = frozenset()

    @cached_property
    def column(self) -> dict[str, int]:
        return {coin.coin: i for i, coin in enumerate(self.coins)}

    def __getitem__(self, coin: str) -> CoinGround:
        return self.coins[self.column[coin]]

    @cached_property
    def measured(self) -> tuple[str, ...]:
        return tuple(
            coin.coin
            for coin in self.coins
            if coin.measurable and (coin.coin in self.typed or not isinstance(coin.price, Unknown))
        )

    @cached_property
    def place(self) -> dict[str, int]:
        """Each measured coin's row in `returns`."""
        return {coin: i for i, coin in enumerate(self.measured)}

    @cached_property
    def sample(self) -> Bools:
        """The days of the window on which every measured coin has a return."""
        whole = np.ones(self.grounds.days.size, dtype=np.bool_)
        for coin in self.measured:
            whole &= np.isfinite(self[coin].returns)
        return whole

    @cached_property
    def returns(self) -> Floats:
        """Simple returns on the days of the sample, shape (n_measured, n_sample)."""
        rows = [self[coin].returns[self.sample] for coin in self.measured]
        return np.stack(rows) if rows else np.zeros((0, int(self.sample.sum())))

    @cached_property
    def covariance(self) -> Floats:
        """Daily covariance of the sample, ddof 1, shape (n_measured, n_measured)."""
        centred = self.returns - self.returns.mean(axis=1, keepdims=True)
        return np.asarray(centred @ centred.T / (self.returns.shape[1] - 1))

    @cached_property
    def components(self) -> tuple[Floats, Floats]:
        """Variances (n,) and directions (n, n, one a column) of the principal components."""
        values, directions = np.linalg.eigh(self.covariance)
        return np.maximum(values, 0.0), directions

    @cached_property
    def enough(self) -> Unknown | None:
        """Why the sample carries no figure, or None when it does."""
        days = int(self.sample.sum())
        if not self.measured:
            return Unknown("No position has returns from which a risk could be measured.")
        if days >= NEEDS:
            return None
        fewest = min(
            (self[coin] for coin in self.measured), key=lambda coin: int(np.isfinite(coin.returns).sum())
        )
        known = int(np.isfinite(fewest.returns).sum())
        return Unknown(
            f"Only {days} of the last {WINDOW} days have a return of every holding; {NEEDS} are needed. "
            f"{fewest.name} has the fewest, {known}."
        )


def sectors_of(plan: Plan) -> dict[str, str | None]:
    """Return each coin held with the sector that the plan gives it (the first row that names one)."""
    found: dict[str, str | None] = {}
    for position in plan.positions:
        if position.held > 0:
            found[position.coin] = found.get(position.coin) or position.sector
    return found


def name_of_stranger(coin: str) -> str:
    """Return what to call a coin that the market does not hold: an id in words, else what was typed.

    >>> name_of_stranger("demo-dollar"), name_of_stranger("my coin")
    ('Demo Dollar', 'my coin')
    """
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", coin) is None:
        return coin
    return " ".join(word[0].upper() + word[1:] for word in coin.split("-"))


def _coin(grounds: Grounds, coin: str, sector: str) -> CoinGround:
    market, row = grounds.study.market, grounds.row
    at = market.column.get(coin)
    known = market.coins[at] if at is not None else None
    price, price_day = _price(grounds, coin, at)
    tier = _tier(grounds, coin, at)
    own, returns, borrowed = _returns(grounds, coin, sector)
    name = known.name if known is not None else name_of_stranger(coin)
    return CoinGround(
        coin=coin,
        symbol=known.symbol if known is not None else name,
        name=name,
        sector=sector,
        tier=tier,
        small=_is_small(coin, sector, tier),
        price=price,
        price_day=price_day,
        volume=_volume(grounds, name, at)
        if row >= 0
        else Unknown(f"No day up to {grounds.as_of} is cached."),
        returns=returns,
        own=own,
        borrowed=borrowed,
        volatility=_volatility(name, returns),
    )


def _price(grounds: Grounds, coin: str, at: int | None) -> tuple[float | Unknown, Day | None]:
    market, row = grounds.study.market, grounds.row
    if at is None:
        return Unknown(
            f"“{name_of_stranger(coin)}” is not in the cache. Type its price, or choose a coin of the list."
        ), None
    for back in range(min(CARRY, row) + 1 if row >= 0 else 0):
        value = float(market.price[row - back, at])
        if np.isfinite(value):
            return value, market.days[row - back]
    name = market.coins[at].name
    return Unknown(
        f"{name} has no price on {grounds.as_of} nor on the {CARRY} days before. Type one, or choose "
        "another day."
    ), None


def _volume(grounds: Grounds, name: str, at: int | None) -> float | Unknown:
    market, row = grounds.study.market, grounds.row
    if at is None:
        return Unknown(f"“{name}” is not in the cache, so its volume is unknown.")
    values = market.volume[max(row + 1 - VOLUME_DAYS, 0) : max(row + 1, 0), at]
    known = np.flatnonzero(np.isfinite(values))
    if not known.size:
        return Unknown(f"{name} has no volume in the {VOLUME_DAYS} days up to {grounds.as_of}.")
    silent = values.size - 1 - int(known[-1])
    if silent > CARRY:
        return Unknown(f"{name} has had no volume for {silent} days, so its room cannot be told.")
    if known.size < VOLUME_NEEDS:
        return Unknown(
            f"{name} has a volume on {known.size} of the last {VOLUME_DAYS} days; {VOLUME_NEEDS} are needed."
        )
    return float(np.median(values[known]))


def _tier(grounds: Grounds, coin: str, at: int | None) -> str:
    """Return the tier in force on the day; `none` beyond the ranks, `bitcoin` for Bitcoin."""
    if coin == BITCOIN:
        return "bitcoin"
    if at is None or grounds.row < 0:
        return "none"
    code = int(grounds.study.universe.tier[grounds.row, at])
    return TIERS[code - 1] if code else "none"


def _is_small(coin: str, sector: str, tier: str) -> bool:
    """Say whether a coin counts as small cap or meme; one beyond every tier is smaller still."""
    if coin in EXCLUDED_COINS or (sector in EXCLUDED_SECTORS and tier == "none"):
        return False
    return tier in ("small", "none") or sector == "meme"


def _returns(grounds: Grounds, coin: str, sector: str) -> tuple[Bools, Floats, Borrowed | None]:
    """Return which days are the coin's own, its returns, and what a younger coin borrowed."""
    whole = own_growth(grounds.study, coin)[: grounds.row + 1] - 1.0
    mine = whole[grounds.window]
    own = np.isfinite(mine)
    ever = np.isfinite(whole)
    if not ever.any() or int(own.sum()) >= NEEDS:
        return own, mine, None
    first = int(np.argmax(ever)) - grounds.window.start
    missing = np.arange(mine.size) < first
    if not missing.any():
        return own, mine, None
    returns, scale = mine.copy(), 1.0
    names: list[str] = []
    for title, line in sector_stand_ins(grounds.study, coin, sector, grounds.row):
        theirs = line[grounds.window] - 1.0
        here = missing & np.isnan(returns) & np.isfinite(theirs)
        if here.any():
            ratio = _ratio(mine, theirs)
            returns[here] = np.maximum(ratio * theirs[here], -1.0)
            scale = ratio if not names else scale
            names.append(title)
    days = int(np.count_nonzero(missing & np.isfinite(returns)))
    return own, returns, Borrowed(coin, tuple(names), scale, days, int(mine.size)) if days else None


def _ratio(mine: Floats, theirs: Floats) -> float:
    """Return the volatility of a coin over that of its stand-in on common days; 1 below 60 of them."""
    both = np.isfinite(mine) & np.isfinite(theirs)
    if np.count_nonzero(both) < OWN_NEEDS:
        return 1.0
    a, b = float(np.std(mine[both], ddof=1)), float(np.std(theirs[both], ddof=1))
    return a / b if a > 0 and b > 0 else 1.0


def _volatility(name: str, returns: Floats) -> float | Unknown:
    known = returns[np.isfinite(returns)]
    if known.size < OWN_NEEDS:
        return Unknown(f"{name} has {known.size} daily returns; its volatility needs {OWN_NEEDS}.")
    return float(np.std(known, ddof=1) * np.sqrt(YEAR))
