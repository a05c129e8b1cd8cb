"""One way to define the altcoin season index: which coins, over which span, with which weights.

Methods, section 4. The published indexes differ in exactly these.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from models.market.season.index import HEADLINE, Variant
from models.market.snapshot import BITCOIN, Coin
from models.market.universe import EXCLUDED_COINS, EXCLUDED_SECTORS, Universe

ASSET_BACKED = "asset-backed"
USUAL = EXCLUDED_SECTORS | {ASSET_BACKED}
"""What the season index leaves out: stablecoins, wrapped coins, and tokens that follow gold or a fund."""
OWN_LIST, MEASURE = "own list", "the measure"
LEAST_TOP, MOST_TOP = 20, 250
LEAST_WINDOW, MOST_WINDOW = 7, 730
"""What a definition may ask for: an index needs 20 coins."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One way to define the index.

    `left_out` holds slugs of sectors, and `asset-backed`; `without` holds ids of single coins, the
    user's own list. Bitcoin is the measure and never counted.
    """

    variant: Variant = HEADLINE
    left_out: frozenset[str] = USUAL
    without: frozenset[str] = frozenset()

    @property
    def is_usual(self) -> bool:
        """Whether it counts the coins that the application's own index counts."""
        return self.left_out == USUAL and not self.without


STANDARD = (
    *(Definition(Variant(top, window)) for top in (50, 100) for window in (90, 30, 365)),
    Definition(Variant(50, 90, "cap")),
)
"""The seven definitions of the bench, in the order in which they are shown."""


def universe_of(universe: Universe, definition: Definition) -> Universe:
    """Return the universe that a definition counts; the given one where it counts the usual coins."""
    if definition.is_usual:
        return universe
    market = universe.market
    kept = [at for at, coin in enumerate(market.coins) if left_out_as(coin, definition) is None]
    candidates = np.array(kept, dtype=np.intp)
    candidates.flags.writeable = False
    return Universe(market, candidates, universe.bounds)


def left_out_as(coin: Coin, definition: Definition) -> str | None:
    """Name the group for which a definition leaves a coin out; None for one that it may count.

    >>> left_out_as(Coin("tether", "USDT", "Tether", "stablecoin"), Definition())
    'stablecoin'
    """
    if coin.id == BITCOIN:
        return MEASURE
    if coin.id in definition.without:
        return OWN_LIST
    if coin.sector in definition.left_out:
        return coin.sector
    if coin.id in EXCLUDED_COINS and ASSET_BACKED in definition.left_out:
        return ASSET_BACKED
    return None


def as_text(definitions: Iterable[Definition]) -> str:
    """Write definitions down as JSON, to be remembered."""
    return json.dumps(
        [
            {
                "top": one.variant.top,
                "window": one.variant.window,
                "weights": one.variant.weights,
                "left_out": sorted(one.left_out),
                "without": sorted(one.without),
            }
            for one in definitions
        ]
    )


def from_text(text: str) -> tuple[Definition, ...]:
    """Read definitions that were written down; what cannot be read is left out.

    >>> from_text(as_text([Definition(Variant(100, 30))])) == (Definition(Variant(100, 30)),)
    True
    >>> from_text("no definitions")
    ()
    """
    try:
        listed = json.loads(text)
    except ValueError:
        return ()
    found = [_read(one) for one in listed] if isinstance(listed, list) else []
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _read(one: object) -> Definition | None:
    if not isinstance(one, dict):
        return None
    top, window, weights = one.get("top"), one.get("window"), one.get("weights")
    if not isinstance(top, int) or not isinstance(window, int) or weights not in ("equal", "cap"):
        return None
    if not (LEAST_TOP <= top <= MOST_TOP and LEAST_WINDOW <= window <= MOST_WINDOW):
        return None
    groups, coins = one.get("left_out"), one.get("without")
    if not isinstance(groups, list) or not isinstance(coins, list):
        return None
    return Definition(Variant(top, window, weights), frozenset(map(str, groups)), frozenset(map(str, coins)))
