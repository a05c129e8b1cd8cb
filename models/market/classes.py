"""What a person changed in tiers and sectors, and the baskets they made. Methods, section 1.

The changes are the user's: they are laid over a market, never written into it, so that they outlive
every import and update, and resetting them brings the published classes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from models.market.snapshot import BITCOIN, Market

OWN_SECTORS = (
    "layer1",
    "layer2",
    "defi",
    "infrastructure",
    "ai",
    "meme",
    "gaming",
    "exchange",
    "payments",
    "privacy",
    "other",
    "stablecoin",
    "wrapped",
)
"""The sectors a coin can be moved to; in the last two it is no altcoin any more."""
BASKET_PREFIX = "BASKET."
LARGEST_BOUND = 1_000
MOST_BASKETS, MOST_COINS = 50, 500
LONGEST_TITLE = 60


class ClassesError(ValueError):
    """An edit or a document that cannot be taken; `str()` is a sentence for people."""


@dataclass(frozen=True, slots=True)
class TierBounds:
    """The last rank of each tier, and the rank within which memes count as small caps.

    >>> TierBounds(large_to=20, mid_to=10)
    Traceback (most recent call last):
    models.market.classes.ClassesError: The tiers end at ranks 20, 10 and 200: each ends after the one before.
    """

    large_to: int = 10
    mid_to: int = 50
    small_to: int = 200
    memes_to: int = 250

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_BOUND:
                raise ClassesError(f"A rank lies between 1 and {LARGEST_BOUND}, not at {value}.")
        if not self.large_to < self.mid_to < self.small_to:
            raise ClassesError(
                f"The tiers end at ranks {self.large_to}, {self.mid_to} and {self.small_to}: "
                "each ends after the one before."
            )


USUAL = TierBounds()
"""The published ends of the tiers."""


@dataclass(frozen=True, slots=True)
class Basket:
    """Coins that a person put together; `id` is the line's id without its prefix."""

    id: str
    title: str
    coins: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.id or not self.id.replace("-", "").isalnum() or not self.id.isascii():
            raise ClassesError(f"{self.id!r} is no id of a basket: letters, digits and hyphens are.")
        if not self.title.strip() or len(self.title) > LONGEST_TITLE:
            raise ClassesError(f"A basket needs a name of 1 to {LONGEST_TITLE} characters.")
        if not 1 <= len(self.coins) <= MOST_COINS:
            raise ClassesError(f"A basket holds 1 to {MOST_COINS} coins; {self.title} has {len(self.coins)}.")
        if len(set(self.coins)) != len(self.coins):
            raise ClassesError(f"{self.title} holds a coin twice.")

    @property
    def line(self) -> str:
        """The id under which the basket's index can be charted and correlated."""
        return BASKET_PREFIX + self.id


@dataclass(frozen=True, slots=True)
class Classes:
    """Every change of one person; the empty one is the published classification.

    `sectors` holds the chosen sector of each coin that was moved, by coin id.
    """

    sectors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    bounds: TierBounds = USUAL
    baskets: tuple[Basket, ...] = ()

    def __post_init__(self) -> None:
        for coin, sector in self.sectors.items():
            if sector not in OWN_SECTORS:
                raise ClassesError(f"{sector!r} is no sector, so {coin} cannot be moved there.")
            if coin == BITCOIN:
                raise ClassesError("Bitcoin is what every class is measured against; it has none itself.")
        if len(self.baskets) > MOST_BASKETS:
            raise ClassesError(f"There is room for {MOST_BASKETS} baskets.")
        ids = [basket.id for basket in self.baskets]
        if len(set(ids)) != len(ids):
            raise ClassesError("Two baskets have the same id.")
        object.__setattr__(self, "sectors", MappingProxyType(dict(sorted(self.sectors.items()))))

    @property
    def changes(self) -> int:
        """How many things differ from the published classes: coins moved, bounds moved, baskets made."""
        return len(self.sectors) + len(self.changed_bounds) + len(self.baskets)

    @property
    def changed_bounds(self) -> Mapping[str, int]:
        """The bounds that are not the published ones."""
        return {
            name: getattr(self.bounds, name)
            for name in TierBounds.__slots__
            if getattr(self.bounds, name) != getattr(USUAL, name)
        }

    def moved(self, coin: str, sector: str | None) -> Classes:
        """Return the classes with one coin in another sector; None takes the change back."""
        sectors = {name: of for name, of in self.sectors.items() if name != coin}
        if sector is not None:
            sectors[coin] = sector
        return replace(self, sectors=sectors)

    def bounded(self, bounds: TierBounds) -> Classes:
        """Return the classes with other ends of the tiers."""
        return replace(self, bounds=bounds)

    def with_basket(self, basket: Basket) -> Classes:
        """Return the classes with a basket made, or put in place of the one with its id."""
        if any(one.id == basket.id for one in self.baskets):
            kept = tuple(basket if one.id == basket.id else one for one in self.baskets)
        else:
            kept = (*self.baskets, basket)
        return replace(self, baskets=kept)

    def without_basket(self, basket_id: str) -> Classes:
        """Return the classes without one basket."""
        return replace(self, baskets=tuple(one for one in self.baskets if one.id != basket_id))


PUBLISHED = Classes()
"""No change at all."""


def classified(market: Market, classes: Classes) -> Market:
    """Return the market with the coins in the sectors that the user chose; prices are shared.

    A coin that is not in the market is passed over: its change waits for the day it is imported.
    """
    if not any(coin.id in classes.sectors for coin in market.coins):
        return market
    coins = tuple(
        replace(coin, sector=classes.sectors[coin.id]) if coin.id in classes.sectors else coin
        for coin in market.coins
    )
    return replace(market, coins=coins)


def effective(classes: Classes, published: Mapping[str, str]) -> Classes:
    """Drop the moves that say what is published anyway; `published` is each coin's own sector."""
    sectors = {coin: of for coin, of in classes.sectors.items() if published.get(coin) != of}
    return classes if len(sectors) == len(classes.sectors) else replace(classes, sectors=sectors)


def free_id(title: str, taken: set[str]) -> str:
    """Make an id of a basket's name that no other has.

    >>> free_id("My  Four!", {"my-four"})
    'my-four-2'
    """
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in title.lower()).split()
    base = "-".join(words)[:40].strip("-") or "basket"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def to_plain(classes: Classes) -> dict[str, object]:
    """Return the classes as plain values for a document."""
    return {
        "sectors": dict(classes.sectors),
        "tiers": dict(classes.changed_bounds),
        "baskets": [{"id": one.id, "title": one.title, "coins": list(one.coins)} for one in classes.baskets],
    }


def from_plain(plain: object) -> Classes:
    """Read what :func:`to_plain` wrote, and refuse everything else.

    Raises
    ------
    ClassesError
        With what is wrong, in a sentence.
    """
    if not isinstance(plain, Mapping):
        raise ClassesError("The changes of tiers and sectors are not a table of values.")
    sectors, tiers, baskets = plain.get("sectors", {}), plain.get("tiers", {}), plain.get("baskets", [])
    if not isinstance(sectors, Mapping) or not all(
        isinstance(name, str) and isinstance(of, str) for name, of in sectors.items()
    ):
        raise ClassesError("The changed sectors are not pairs of coin and sector.")
    if not isinstance(tiers, Mapping) or set(tiers) - set(TierBounds.__slots__):
        raise ClassesError("The changed tiers name something that is no end of a tier.")
    if not isinstance(baskets, list):
        raise ClassesError("The baskets are not a list.")
    return Classes(
        sectors=dict(sectors), bounds=TierBounds(**tiers), baskets=tuple(_basket(one) for one in baskets)
    )


def _basket(plain: object) -> Basket:
    if not isinstance(plain, Mapping):
        raise ClassesError("A basket is not a table of values.")
    name, title, coins = plain.get("id"), plain.get("title"), plain.get("coins")
    if not isinstance(name, str) or not isinstance(title, str) or not isinstance(coins, list):
        raise ClassesError("A basket lacks its id, its name or its coins.")
    if not all(isinstance(coin, str) for coin in coins):
        raise ClassesError(f"{title} holds something that is no coin's id.")
    return Basket(name, title, tuple(coins))
