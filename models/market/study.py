"""Every history of one market, computed once; a day of it is a slice.

No figure of day t uses anything after t, so moving the as-of day means slicing, not computing.
The one exception are bad ticks that were not known for ones yet: :meth:`Study.as_seen_on` takes
them back, which is what the report does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from models.market.classes import BASKET_PREFIX, PUBLISHED, Classes, classified
from models.market.correlation.pairs import Pair, Returns, pair
from models.market.dominance import DominanceHistory, dominance
from models.market.returns import Index, alt50, alt50_equal, basket_index, sector_index, tier_index
from models.market.rotation.phases import RotationHistory, rotation
from models.market.russell import RussellHistory, russell
from models.market.season.index import HEADLINE, SeasonIndex, Seasons, Variant, season_index, seasons
from models.market.signals import SignalInputs, SignalsHistory, signals
from models.market.signals.weights import EQUAL, Weights
from models.market.snapshot import BITCOIN, ETHER, Coin, Day, Market, Series
from models.market.universe import LIST_NEEDS, SECTORS, TIERS, Universe, universe
from models.market.unknown import Unknown

VARIANTS = (
    *(Variant(top, window) for top in (50, 100) for window in (30, 90, 365)),
    Variant(50, 90, "cap"),
)
COMPUTED = {
    "ALT50": "ALT50",
    "ALT50EW": "ALT50, equal weights",
    "LARGE": "Large caps",
    "MID": "Mid caps",
    "SMALL": "Small caps and memes",
}
"""Lines that are computed here rather than cached, with their titles."""
COINS = {"BTC": BITCOIN, "ETH": ETHER}
MAIN_LINES = ("RUT", "SPX", "NDX", "BTC", "ETH", "ALT50", "LARGE", "MID", "SMALL")


class Cancelled(Exception):  # noqa: N818 - it is no error
    """The study was asked to stop."""


@dataclass(frozen=True)
class Study:
    """The histories of one market, shared by every panel and report; immutable.

    Every array has one row for each day of `market.days` (or says so), and row t knows days <= t only.
    """

    market: Market
    universe: Universe
    alt50: Index
    alt50_equal: Index
    tiers: Mapping[str, Index]
    sectors: Mapping[str, Index]
    russell: RussellHistory | Unknown
    season: Mapping[Variant, SeasonIndex]
    dominance: DominanceHistory
    rotation: RotationHistory | Unknown
    signals: SignalsHistory
    latest: Day
    """The newest day with a ranked universe: where the application opens."""
    classes: Classes = PUBLISHED
    """The user's own changes of tiers and sectors, which every history here takes in."""
    baskets: Mapping[str, Index] = field(default_factory=lambda: MappingProxyType({}))
    """The user's own baskets by the id of their line."""
    published: tuple[Coin, ...] = field(default=(), repr=False)
    """The coins of the market in the sectors that were published, before the user's changes."""

    @property
    def first_day(self) -> Day:
        first: Day = self.market.days[0]
        return first

    @property
    def last_day(self) -> Day:
        last: Day = self.market.days[-1]
        return last

    @property
    def headline_index(self) -> SeasonIndex:
        """The season index that every sentence speaks of: 50 coins counted alike, over 90 days."""
        return self.season[HEADLINE]

    def seasons_upto(self, as_of: Day) -> Seasons:
        """Return the seasons of the headline index as they were known on `as_of`."""
        return seasons(self.season[HEADLINE], self.dominance.weakening, as_of)

    def as_seen_on(self, as_of: Day) -> Study:
        """Return a study in which no bad tick up to `as_of` was found out later than that."""
        if not self.market.has_open_ticks(as_of):
            return self
        return study(self._as_published().cut(as_of), classes=self.classes, weights=self.signals.weights)

    def with_classes(
        self,
        classes: Classes,
        report: Callable[[str], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Study:
        """Study the same market anew, with other changes of tiers, sectors and baskets."""
        return study(self._as_published(), report, cancelled, classes=classes, weights=self.signals.weights)

    def with_weights(self, weights: Weights) -> Study:
        """Return the same study with other weights of the signals: only the score depends on them."""
        return replace(self, signals=replace(self.signals, weights=weights))

    def line(self, name: str) -> Series:
        """Return anything that has one value a day by its id; empty when it is not cached.

        The headline lines come first (`RUT`, `BTC`, `ALT50` …), then the user's baskets, then cached
        series, then coins by their id.
        """
        if name in COMPUTED:
            return self._computed(name)
        if name.startswith(BASKET_PREFIX) and name in self.baskets:
            return self.baskets[name].as_series()
        if name in COINS:
            found = self.market.coin_series(COINS[name])
            return Series(name, found.title, "USD", found.source, "daily", found.days, found.values)
        if name in self.market.series:
            return self.market.series[name]
        return self.market.coin_series(name)

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Return (id, title) of everything that can be paired, headline lines first."""
        main = [(name, self.line(name).title) for name in MAIN_LINES if self.line(name).days.size]
        cached = sorted(
            (name, one.title) for name, one in self.market.series.items() if name not in MAIN_LINES
        )
        hidden = set(COINS.values())
        coins = [
            (coin.id, f"{coin.name} ({coin.symbol})") for coin in self.market.coins if coin.id not in hidden
        ]
        return (
            *main,
            ("ALT50EW", COMPUTED["ALT50EW"]),
            *((name, one.title) for name, one in self.baskets.items()),
            *cached,
            *sorted(coins, key=lambda item: item[1].lower()),
        )

    def pair(self, a: str, b: str, returns: Returns, as_of: Day | None = None) -> Pair:
        """Align two lines; on Russell sessions as soon as one of them is an equity."""
        return pair(
            self.line(a),
            self.line(b),
            returns=returns,
            sessions=self.sessions,
            as_of=as_of if as_of is not None else self.last_day,
        )

    @property
    def sessions(self) -> Series | None:
        """The calendar of US sessions: the days with a close of the Russell 2000 (or of IWM)."""
        return self.market.series.get("RUT") or self.market.series.get("IWM.adj")

    def _as_published(self) -> Market:
        return replace(self.market, coins=self.published) if self.published else self.market

    def _computed(self, name: str) -> Series:
        index = {"ALT50": self.alt50, "ALT50EW": self.alt50_equal}.get(name) or self.tiers[name.lower()]
        known = np.isfinite(index.values)
        return Series(
            name, COMPUTED[name], "index", "Rotascope", "daily", index.days[known], index.values[known]
        )


def study(
    market: Market,
    report: Callable[[str], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    *,
    classes: Classes = PUBLISHED,
    weights: Weights = EQUAL,
) -> Study:
    """Compute every history of `market`; about a second for thirteen years of a thousand coins.

    `classes` lays the user's own tiers, sectors and baskets over the published ones; `weights` are what
    the signals count in the score.

    Raises
    ------
    Cancelled
        Between two steps, once `cancelled()` is true.
    """

    def step(what: str) -> None:
        if cancelled():
            raise Cancelled
        report(what)

    step("Ranking coins")
    published, market = market.coins, classified(market, classes)
    ranked = universe(market, classes.bounds)
    step("Following the top 50")
    index = alt50(ranked)
    equal = alt50_equal(ranked)
    step("Following tiers and sectors")
    tiers = {tier: tier_index(ranked, tier) for tier in TIERS}
    sectors = {sector: sector_index(ranked, sector) for sector in SECTORS}
    baskets = {basket.line: basket_index(ranked, basket) for basket in classes.baskets}
    step("Counting coins that beat Bitcoin")
    season = {variant: season_index(ranked, variant) for variant in VARIANTS}
    step("Summing market caps")
    caps = dominance(market)
    step("Reading the Russell 2000")
    small_caps = russell(market)
    step("Following the rotation")
    phases = rotation(ranked, index, tiers)
    step("Asking the confirmation signals")
    answers = signals(SignalInputs(market, ranked, index, small_caps, season[HEADLINE], caps))
    enough = np.flatnonzero(ranked.ranking.count >= LIST_NEEDS)
    if not enough.size:  # a first refresh that has brought a few coins yet: its newest day that has any
        enough = np.flatnonzero(ranked.ranking.count > 0)
    return Study(
        market=market,
        universe=ranked,
        alt50=index,
        alt50_equal=equal,
        tiers=MappingProxyType(tiers),
        sectors=MappingProxyType(sectors),
        russell=small_caps,
        season=MappingProxyType(season),
        dominance=caps,
        rotation=phases,
        signals=replace(answers, weights=weights),
        latest=market.days[enough[-1]] if enough.size else market.days[-1],
        classes=classes,
        baskets=MappingProxyType(baskets),
        published=published,
    )
