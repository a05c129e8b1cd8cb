"""A plan: what is held, the limits it has to keep, and the exits fixed in advance.

Frozen and checked: whatever exists as a :class:`Plan` can be saved, loaded and computed with.
Changes are functions in :mod:`models.risk.plans.edits` that return a new plan, so undo is keeping
the old one. Every amount of money is in the plan's own currency; every share is a fraction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from models.risk.plans.values import (
    AMOUNT_LARGEST,
    PlanError,
    at_most_one,
    changed_by,
    chosen,
    counted,
    day_of,
    number,
    one_of,
    positive,
    text,
)

Currency = Literal["USD", "EUR", "GBP", "CHF", "JPY"]
CURRENCIES: tuple[Currency, ...] = get_args(Currency)

TriggerKind = Literal[
    "price",
    "multiple",
    "date",
    "days_held",
    "trailing_stop",
    "moving_average",
    "season_index",
    "phase",
    "dominance",
]
TRIGGERS: tuple[TriggerKind, ...] = get_args(TriggerKind)

Side = Literal["above", "below"]
Of = Literal["initial", "remaining"]
Sample = Literal["all", "seasons", "bear"]
SAMPLES: tuple[Sample, ...] = get_args(Sample)

PHASES = ("risk-off", "bitcoin", "large", "mid", "small")
"""The phases that a rung can wait for: those of `models.market.rotation.phases`, without its numpy."""

_NEEDS: dict[TriggerKind, tuple[str, ...]] = {
    "price": ("level",),
    "multiple": ("level",),
    "date": ("day",),
    "days_held": ("days",),
    "trailing_stop": ("level",),
    "moving_average": ("days", "side"),
    "season_index": ("level", "side", "days"),
    "phase": ("phase",),
    "dominance": ("level", "side", "days"),
}


@dataclass(frozen=True, slots=True)
class Trigger:
    """What a rung waits for; fields that its kind does not use are None.

    ================ ==================================================================
    price            `level`: the price in the plan's currency
    multiple         `level`: times the cost of one unit
    date             `day`: at or after this day
    days_held        `days`: since the day bought
    trailing_stop    `level`: the fraction below the highest close since the purchase
    moving_average   `days`: its length; `side`: the close crosses to below or above it
    season_index     `level` 0 to 100, `side` (at or above, at or below), `days` in a row
    phase            `phase`: one of PHASES is entered
    dominance        `level`: a fraction of Bitcoin's dominance, `side`, `days` in a row
    ================ ==================================================================
    """

    kind: TriggerKind
    level: float | None = None
    days: int | None = None
    side: Side | None = None
    day: date | None = None
    phase: str | None = None

    def __post_init__(self) -> None:
        one_of("trigger", self.kind, TRIGGERS)
        needed = _NEEDS[self.kind]
        for name in ("level", "days", "side", "day", "phase"):
            if name in needed and getattr(self, name) is None:
                raise PlanError(f"The trigger “{self.kind}” needs its {name}.")
            if name not in needed:
                object.__setattr__(self, name, None)
        if "level" in needed:
            object.__setattr__(self, "level", self._level())
        if "days" in needed:
            object.__setattr__(self, "days", counted("number of days", self.days, 1, 3650))
        if "side" in needed:
            one_of("side", self.side, get_args(Side))
        if "day" in needed:
            object.__setattr__(self, "day", day_of("day of a rung", self.day))
        if "phase" in needed:
            one_of("phase", self.phase, PHASES)

    def _level(self) -> float:
        if self.kind == "season_index":
            return number("season index", self.level, 0.0, 100.0)
        if self.kind in ("trailing_stop", "dominance"):
            name = "trailing stop" if self.kind == "trailing_stop" else "dominance"
            return at_most_one(name, self.level, above_zero=True, below_one=True)
        return positive("level of a rung", self.level)


@dataclass(frozen=True, slots=True)
class Done:
    """What was really sold for a rung: units, price of one and the fee, in the plan's currency."""

    day: date
    quantity: float
    price: float
    fee: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "day", day_of("day of a sale", self.day))
        object.__setattr__(self, "quantity", positive("quantity sold", self.quantity))
        object.__setattr__(self, "price", positive("price of a sale", self.price))
        object.__setattr__(self, "fee", number("fee", self.fee, 0.0, AMOUNT_LARGEST))

    @property
    def proceeds(self) -> float:
        return self.quantity * self.price - self.fee


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of an exit ladder: sell `share` of the initial or of the remaining quantity.

    `skipped` is the user's decision not to follow it (it stays in the record of adherence).
    """

    trigger: Trigger
    share: float
    of: Of = "initial"
    done: Done | None = None
    skipped: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "share", at_most_one("share of a rung", self.share, above_zero=True))
        one_of("basis of a share", self.of, get_args(Of))
        chosen("skipped", self.skipped)
        if self.done is not None and self.skipped:
            raise PlanError("A rung is either done or skipped, not both.")

    @property
    def state(self) -> Literal["open", "done", "skipped"]:
        if self.done is not None:
            return "done"
        return "skipped" if self.skipped else "open"


@dataclass(frozen=True, slots=True)
class Edge:
    """What the user believes of a coin: with `chance` it gains `gain`, otherwise it loses `loss`.

    Fractions; only half of Kelly's size (1956) uses them.
    """

    chance: float
    gain: float
    loss: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "chance", at_most_one("chance of a gain", self.chance))
        object.__setattr__(self, "gain", number("gain", self.gain, 1e-6, 1e6))
        object.__setattr__(self, "loss", at_most_one("loss", self.loss, above_zero=True))


@dataclass(frozen=True, slots=True)
class Position:
    """Units of one coin, what they cost, and how they are to be sold.

    `quantity` is what was bought: what is still held is :attr:`held`, after the rungs done.
    `cost`, `stop` and `price` belong to one unit, in the plan's currency; `price` is typed by hand
    and takes precedence over the market's. A `stop` sells all that is left. `target` is a share of
    the capital. The same coin may stand in several rows; limits count them together.
    """

    coin: str
    quantity: float
    cost: float | None = None
    bought: date | None = None
    stop: float | None = None
    target: float | None = None
    sector: str | None = None
    price: float | None = None
    edge: Edge | None = None
    notes: str = ""
    ladder: tuple[Rung, ...] = ()

    def __post_init__(self) -> None:
        coin = text("coin", self.coin, 200).strip()
        if not coin:
            raise PlanError("A position needs a coin.")
        object.__setattr__(self, "coin", coin)
        object.__setattr__(self, "quantity", positive("quantity", self.quantity))
        for name in ("cost", "stop", "price"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, positive(f"{name} of a unit", getattr(self, name)))
        if self.bought is not None:
            object.__setattr__(self, "bought", day_of("day bought", self.bought))
        if self.target is not None:
            object.__setattr__(self, "target", at_most_one("target share", self.target))
        if self.sector is not None:
            object.__setattr__(self, "sector", text("sector", self.sector, 60).strip() or None)
        object.__setattr__(self, "notes", text("note", self.notes, 100_000))
        object.__setattr__(self, "ladder", tuple(self.ladder))
        if len(self.ladder) > 100:
            raise PlanError(f"A ladder of {len(self.ladder)} rungs is too long: 100 at most.")
        if self.sold > self.quantity * (1 + 1e-9):
            raise PlanError(
                f"The rungs done sold {self.sold:g} {coin}, more than the {self.quantity:g} bought."
            )

    @property
    def sold(self) -> float:
        return sum(rung.done.quantity for rung in self.ladder if rung.done is not None)

    @property
    def held(self) -> float:
        """Units that are still there."""
        left = self.quantity - self.sold
        return left if left > 1e-9 * self.quantity else 0.0

    @property
    def stake(self) -> float | None:
        """What everything bought has cost."""
        return None if self.cost is None else self.cost * self.quantity


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan has to keep; shares are fractions of the capital. Methods, section 9."""

    single_position: float = 0.05
    sector_share: float = 0.30
    small_and_meme: float = 0.10
    cash_floor: float = 0.10
    stop_loss: float = 0.12
    liquidity: float = 0.01
    sectors: int = 4
    effective_bets: float = 2.5

    def __post_init__(self) -> None:
        for name, words in _SHARES.items():
            object.__setattr__(self, name, at_most_one(words, getattr(self, name)))
        object.__setattr__(self, "sectors", counted("number of sectors", self.sectors, 0, 100))
        bets = number("number of effective bets", self.effective_bets, 0.0, 1000.0)
        object.__setattr__(self, "effective_bets", bets)


_SHARES = {
    "single_position": "largest share of one position",
    "sector_share": "largest share of one sector",
    "small_and_meme": "largest share of small caps and memes",
    "cash_floor": "cash floor",
    "stop_loss": "largest loss if every stop is hit",
    "liquidity": "largest share of a day's volume",
}

GUIDE = (0.02, 0.05)
"""The guide range of a single position, marked wherever sizes are shown. Methods, section 9."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What sizes and the wind tunnel take as given.

    `risk_budget` is the fraction of the capital that one position may lose at its stop,
    `volatility_target` the yearly volatility (a fraction of the capital) that one position may
    bring on its own. `goal` is an amount of the plan's currency, `drawdown_limit` a fraction.
    """

    risk_budget: float = 0.01
    volatility_target: float = 0.04
    horizon_days: int = 365
    goal: float | None = None
    drawdown_limit: float = 0.5
    fee_bps: float = 10.0
    slippage_bps: float = 20.0
    seed: int = 7
    paths: int = 10_000
    sample: Sample = "all"

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put("risk_budget", at_most_one("risk budget", self.risk_budget))
        put("volatility_target", number("volatility target", self.volatility_target, 0.0, 10.0))
        put("horizon_days", counted("horizon in days", self.horizon_days, 30, 730))
        if self.goal is not None:
            put("goal", positive("goal", self.goal))
        put("drawdown_limit", at_most_one("drawdown limit", self.drawdown_limit))
        put("fee_bps", number("fee in basis points", self.fee_bps, 0.0, 5000.0))
        put("slippage_bps", number("slippage in basis points", self.slippage_bps, 0.0, 5000.0))
        put("seed", counted("seed", self.seed, 0, 2**32 - 1))
        put("paths", counted("number of paths", self.paths, 100, 100_000))
        one_of("sample", self.sample, SAMPLES)


@dataclass(frozen=True, slots=True)
class Shock:
    """A change of one coin, as a fraction (-0.4 is a fall by 40 %)."""

    coin: str
    change: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "coin", text("coin", self.coin, 200).strip())
        object.__setattr__(self, "change", changed_by("shock", self.change, -1.0, 100.0))


@dataclass(frozen=True, slots=True)
class Scenario:
    """The user's own stress: Bitcoin and the Russell 2000 act through betas, named coins directly."""

    name: str
    bitcoin: float | None = None
    russell: float | None = None
    coins: tuple[Shock, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", text("name of a scenario", self.name, 200))
        for name in ("bitcoin", "russell"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, changed_by("shock", getattr(self, name), -1.0, 100.0))
        object.__setattr__(self, "coins", tuple(self.coins))


@dataclass(frozen=True, slots=True)
class Lock:
    """When a plan was frozen (UTC, ISO 8601) and the SHA-256 of everything in it."""

    at: str
    sha256: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", text("time of the lock", self.at, 40))
        object.__setattr__(self, "sha256", text("hash of the lock", self.sha256, 64))


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole document.

    `capital` is what shares and limits refer to; None: the value of everything plus cash.
    `typed_rate` is the price of one unit of the currency in USD, where no cached rate is to be used.
    """

    name: str = "New plan"
    currency: Currency = "USD"
    typed_rate: float | None = None
    capital: float | None = None
    cash: float = 0.0
    positions: tuple[Position, ...] = ()
    limits: Limits = Limits()
    assumptions: Assumptions = Assumptions()
    scenarios: tuple[Scenario, ...] = ()
    notes: str = ""
    lock: Lock | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", text("name", self.name, 200).strip() or "New plan")
        one_of("currency", self.currency, CURRENCIES)
        if self.typed_rate is not None:
            object.__setattr__(self, "typed_rate", positive("exchange rate", self.typed_rate))
        if self.capital is not None:
            object.__setattr__(self, "capital", positive("capital", self.capital))
        object.__setattr__(self, "cash", number("cash", self.cash, 0.0, AMOUNT_LARGEST))
        object.__setattr__(self, "positions", tuple(self.positions))
        object.__setattr__(self, "scenarios", tuple(self.scenarios))
        object.__setattr__(self, "notes", text("note", self.notes, 100_000))
        if len(self.positions) > 10_000:
            raise PlanError(f"A plan of {len(self.positions)} positions is too long: 10000 at most.")

    @property
    def coins(self) -> tuple[str, ...]:
        """Every coin held, once, in the order of the rows."""
        return tuple(dict.fromkeys(position.coin for position in self.positions))

    @property
    def unlocked(self) -> Plan:
        """The same figures without the lock: what the hash is taken of, and what a copy begins with."""
        return replace(self, lock=None)
