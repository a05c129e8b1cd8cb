"""One way to define the altcoin season index: which coins, over which span, with which weights.

Methods, section 4. The published indexes differ in exactly these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.market.season import HEADLINE, Variant
from models.market.snapshot import BITCOIN, Coin
from models.market.universe import EXCLUDED_COINS, EXCLUDED_SECTORS, Universe

ASSET_BACKED = "asset-backed"
USUAL = EXCLUDED_SECTORS | {ASSET_BACKED}
"""What the season index leaves out: stablecoins, wrapped coins, and tokens that follow gold or a fund."""
OWN_LIST, MEASURE = "own list", "the measure"


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
    return Universe(market=market, candidates=candidates)


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
