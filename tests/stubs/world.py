"""The invented market that all stubs agree on: seeded, the same on every day on which it is asked.

Nothing in here is market data. One close for each coin and day stands behind every provider, so that
a client which shifts a stamp wrongly sees two sources disagree.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from models.market.snapshot import Bools, Day, Days, Floats, day

NEW_YORK = ZoneInfo("America/New_York")
FIRST, LAST, ANCHOR = day("2010-01-01"), day("2032-12-31"), day("2026-06-30")
ALL_DAYS: Days = np.arange(FIRST, LAST + np.timedelta64(1, "D"))

NAMED = (
    # id, symbol, name, price, cap in billions, first day, category
    ("bitcoin", "btc", "Bitcoin", 78_000.0, 1560.0, "2010-07-18", "layer-1"),
    ("ethereum", "eth", "Ethereum", 2_900.0, 350.0, "2015-08-08", "layer-1"),
    ("tether", "usdt", "Tether", 1.0, 180.0, "2015-02-25", "stablecoins"),
    ("ripple", "xrp", "XRP", 1.4, 84.0, "2013-08-05", "payments"),
    ("binancecoin", "bnb", "BNB", 640.0, 87.0, "2017-09-17", "layer-1"),
    ("solana", "sol", "Solana", 88.0, 50.0, "2020-04-12", "layer-1"),
    ("usd-coin", "usdc", "USDC", 1.0, 74.0, "2018-10-06", "stablecoins"),
    ("tron", "trx", "TRON", 0.31, 29.0, "2017-11-10", "layer-1"),
    ("dogecoin", "doge", "Dogecoin", 0.1, 15.5, "2013-12-16", "meme-token"),
    ("cardano", "ada", "Cardano", 0.26, 9.4, "2017-10-19", "layer-1"),
    ("wrapped-bitcoin", "wbtc", "Wrapped Bitcoin", 78_000.0, 9.1, "2019-01-31", "wrapped-tokens"),
    ("hyperliquid", "hype", "Hyperliquid", 31.0, 8.2, "2024-11-30", "decentralized-exchange"),
    ("chainlink", "link", "Chainlink", 9.1, 6.4, "2017-11-10", "oracle"),
    ("stellar", "xlm", "Stellar", 0.16, 5.3, "2014-08-06", "payments"),
    ("litecoin", "ltc", "Litecoin", 55.0, 4.2, "2013-04-29", "payments"),
    ("sui", "sui", "Sui", 0.95, 3.7, "2023-05-04", "layer-1"),
    ("the-open-network", "ton", "Toncoin", 1.3, 3.2, "2021-08-28", "layer-1"),
    ("avalanche-2", "avax", "Avalanche", 9.4, 4.1, "2020-09-23", "layer-1"),
    ("mantle", "mnt", "Mantle", 0.68, 2.2, "2023-07-17", "layer-2"),
    ("bittensor", "tao", "Bittensor", 190.0, 2.0, "2023-03-06", "artificial-intelligence"),
    ("uniswap", "uni", "Uniswap", 3.4, 2.1, "2020-09-18", "decentralized-finance-defi"),
    ("pepe", "pepe", "Pepe", 4.1e-6, 1.7, "2023-04-19", "meme-token"),
    ("aave", "aave", "Aave", 110.0, 1.6, "2020-10-04", "decentralized-finance-defi"),
    ("aptos", "apt", "Aptos", 0.95, 0.75, "2022-10-20", "layer-1"),
    ("polygon-ecosystem-token", "pol", "POL (ex-MATIC)", 0.098, 1.05, "2023-10-26", "layer-2"),
    ("arbitrum", "arb", "Arbitrum", 0.1, 0.6, "2023-03-24", "layer-2"),
    ("the-graph", "grt", "The Graph", 0.027, 0.29, "2020-12-18", "artificial-intelligence"),
    ("immutable-x", "imx", "Immutable", 0.16, 0.31, "2021-11-06", "gaming"),
    ("jupiter-exchange-solana", "jup", "Jupiter", 0.16, 0.5, "2024-02-01", "decentralized-exchange"),
    ("blockstack", "stx", "Stacks", 0.26, 0.47, "2019-10-29", "layer-2"),
    ("bitcoin-cash", "bch", "Bitcoin Cash", 480.0, 9.6, "2017-08-02", "payments"),
    ("monero", "xmr", "Monero", 340.0, 6.3, "2014-05-22", "privacy-coins"),
    ("zcash", "zec", "Zcash", 250.0, 4.1, "2016-10-30", "privacy-coins"),
    ("ethereum-classic", "etc", "Ethereum Classic", 8.5, 1.3, "2016-07-25", "layer-1"),
    ("dash", "dash", "Dash", 40.0, 0.5, "2014-02-15", "privacy-coins"),
    ("tezos", "xtz", "Tezos", 0.37, 0.4, "2018-07-03", "layer-1"),
    ("eos", "eos", "EOS", 0.1, 0.16, "2017-07-03", "layer-1"),
    ("decred", "dcr", "Decred", 17.0, 0.28, "2016-02-11", "payments"),
    ("compound-governance-token", "comp", "Compound", 18.0, 0.17, "2020-06-17", "decentralized-finance-defi"),
    ("sonic-3", "s", "Sonic", 0.04, 0.15, "2024-12-17", "layer-1"),
)
CATEGORIES = (
    ("layer-1", "Layer 1 (L1)"),
    ("layer-2", "Layer 2 (L2)"),
    ("decentralized-finance-defi", "Decentralized Finance (DeFi)"),
    ("decentralized-exchange", "Decentralized Exchange (DEX)"),
    ("oracle", "Oracle"),
    ("meme-token", "Meme"),
    ("artificial-intelligence", "Artificial Intelligence (AI)"),
    ("gaming", "Gaming (GameFi)"),
    ("payments", "Payment Solutions"),
    ("privacy-coins", "Privacy"),
    ("real-world-assets-rwa", "Real World Assets (RWA)"),
    ("stablecoins", "Stablecoins"),
    ("wrapped-tokens", "Wrapped-Tokens"),
)
OTHERS = tuple(slug for slug, _ in CATEGORIES if slug not in ("stablecoins", "wrapped-tokens"))


@dataclass(frozen=True, slots=True)
class CoinHistory:
    """A coin: its close and its cap at 24:00 UTC of each of `ALL_DAYS`, NaN before it was listed."""

    id: str
    symbol: str
    name: str
    category: str
    close: Floats
    supply: Floats
    volume: Floats

    @property
    def first(self) -> int:
        return int(np.argmax(np.isfinite(self.close)))


class World:
    """All that the stubs serve. `now` may be set: the past does not change with it.

    `missing` and `revised` bend single series: see :meth:`drop` and :meth:`revise`.
    """

    def __init__(self, now: datetime, *, seed: int = 17, coins: int = 300) -> None:
        if now.tzinfo is None:
            raise ValueError("The clock of the stubs needs a time zone.")
        self.now = now
        self.seed = seed
        self._count = coins
        self._walks: dict[str, Floats] = {}
        self._missing: dict[str, set[Day]] = {}
        self._revised: dict[str, list[tuple[Day, float]]] = {}
        self.coins = {coin.id: coin for coin in self._coins()}
        self.by_symbol = {coin.symbol: coin for coin in reversed(self.coins.values())}

    # --- time ---------------------------------------------------------------------------------

    @property
    def today(self) -> Day:
        return np.datetime64(self.now.astimezone(UTC).date(), "D")

    def place(self, when: Day) -> int:
        """Return the row of a day; days outside the world are clipped to its ends."""
        return int(np.clip((when - FIRST).astype(int), 0, ALL_DAYS.size - 1))

    # --- bending the past ---------------------------------------------------------------------

    def drop(self, series: str, days: Iterable[str]) -> None:
        """Let days of a series be missing ("coingecko/bitcoin", "fred/WALCL", "yahoo/^RUT")."""
        self._missing.setdefault(series, set()).update(day(one) for one in days)

    def revise(self, series: str, since: str, factor: float) -> None:
        """Multiply a series by `factor` from a day on, as a provider that recomputes its past."""
        self._revised.setdefault(series, []).append((day(since), factor))

    def mend(self) -> None:
        self._missing.clear()
        self._revised.clear()

    def told(self, series: str, days: Days, values: Floats) -> tuple[Bools, Floats]:
        """Apply drops and revisions: which days are told, and the values."""
        kept = np.ones(days.shape, dtype=bool)
        for one in self._missing.get(series, ()):
            kept &= days != one
        values = values.copy()
        for since, factor in self._revised.get(series, ()):
            values[days >= since] *= factor
        return kept, values

    # --- series -------------------------------------------------------------------------------

    def random(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def walk(self, name: str, *, level: float, volatility: float, pull: float = 0.0) -> Floats:
        """A positive walk over `ALL_DAYS` that is `level` on the anchor day; `pull` makes it come back."""
        if name not in self._walks:
            self._walks[name] = self._walk(name, level, volatility, pull)
        return self._walks[name].copy()

    def _walk(self, name: str, level: float, volatility: float, pull: float) -> Floats:
        shocks = self.random(name).normal(0.0, volatility, ALL_DAYS.size)
        if pull:
            path, at = np.empty(ALL_DAYS.size), 0.0
            for row, shock in enumerate(shocks.tolist()):
                at = at * (1.0 - pull) + shock
                path[row] = at
        else:
            path = np.cumsum(shocks)
        return np.asarray(level * np.exp(path - path[self.place(ANCHOR)]))

    def price_at(self, coin: CoinHistory, moment: datetime) -> float:
        """Return the price at a moment: on the geometric line between two closes."""
        when = np.datetime64(moment.astimezone(UTC).date(), "D")
        row = self.place(when)
        share = (moment - datetime.combine(moment.astimezone(UTC).date(), datetime.min.time(), UTC)) / DAY
        before = coin.close[row - 1] if row else coin.close[row]
        if not np.isfinite(before):
            before = coin.close[row]
        return float(before ** (1 - share) * coin.close[row] ** share)

    def ranked(self) -> list[CoinHistory]:
        """Return the listed coins, largest first, at this moment."""
        row = self.place(self.today) - 1
        alive = [coin for coin in self.coins.values() if np.isfinite(coin.close[row])]
        return sorted(alive, key=lambda coin: -coin.close[row] * coin.supply[row])

    def _coins(self) -> Iterable[CoinHistory]:
        market = np.log(self.walk("market", level=1.0, volatility=0.026))
        market += 0.0007 * (ALL_DAYS - ANCHOR).astype(float).clip(max=0.0)
        bitcoin = 78_000.0 * np.exp(market)
        for number in range(self._count):
            if number < len(NAMED):
                slug, symbol, name, price, cap, first, category = NAMED[number]
            else:
                slug, symbol, name = f"coin-{number:03d}", f"c{number:03d}", f"Coin {number}"
                rng = self.random(slug)
                price, cap = float(np.exp(rng.normal(0.0, 2.5))), 2.0 * (number - len(NAMED) + 2) ** -0.9
                first = str(day("2017-12-01") + int(rng.integers(0, 2600)))
                category = OTHERS[number % len(OTHERS)]
            rng = self.random("noise " + slug)
            if category == "stablecoins":
                close = np.round(1.0 + rng.normal(0.0, 0.0004, ALL_DAYS.size), 6)
            elif category == "wrapped-tokens":
                close = bitcoin * (1.0 + rng.normal(0.0, 0.0006, ALL_DAYS.size))
            elif slug == "bitcoin":
                close = bitcoin.copy()
            else:
                own = self.walk("own " + slug, level=1.0, volatility=0.035, pull=0.004)
                close = price * np.exp(float(rng.uniform(0.6, 1.2)) * market) * own
            start = self.place(day(first))
            close[:start] = np.nan
            growth = np.exp(2e-5 * (ALL_DAYS - ANCHOR).astype(float))
            supply = cap * 1e9 / price * growth
            share = rng.uniform(0.01, 0.12) * np.exp(rng.normal(0.0, 0.3, ALL_DAYS.size))
            yield CoinHistory(slug, symbol, name, category, close, supply, close * supply * share)


DAY = timedelta(days=1)


def milliseconds(when: Day | datetime) -> int:
    """Return unix milliseconds of a moment, or of 00:00 UTC of a day."""
    if isinstance(when, datetime):
        return round(when.timestamp() * 1000)
    return int(when.astype("datetime64[ms]").astype(np.int64))


def moment(when: Day, hour: float = 0.0) -> datetime:
    return datetime.combine(when.astype(object), datetime.min.time(), UTC) + timedelta(hours=hour)


def new_york_close(when: Day) -> datetime:
    """Return 16:00 in New York on a day, as UTC: 20:00 in summer, 21:00 in winter."""
    return (
        datetime.combine(when.astype(object), datetime.min.time(), NEW_YORK).replace(hour=16).astimezone(UTC)
    )


def new_york_open(when: Day) -> datetime:
    local = datetime.combine(when.astype(object), datetime.min.time(), NEW_YORK)
    return local.replace(hour=9, minute=30).astimezone(UTC)


MOURNED_OR_FLOODED = {"2012-10-29", "2012-10-30", "2018-12-05", "2025-01-09"}
"""Days on which New York stayed closed out of turn."""


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """Return the weekdays on which New York is closed, by the rules of the exchange."""

    def nth(month: int, weekday: int, number: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))

    def observed(when: date) -> date:
        return when + timedelta(days={5: -1, 6: 1}.get(when.weekday(), 0))

    days = {nth(1, 0, 3), nth(2, 0, 3), easter(year) - timedelta(days=2), nth(9, 0, 1), nth(11, 3, 4)}
    days.add(nth(6, 0, 1) - timedelta(days=7))  # Memorial Day: the last Monday of May
    days |= {observed(date(year, 7, 4)), observed(date(year, 12, 25))}
    if date(year, 1, 1).weekday() != 5:  # a New Year's Day on a Saturday is not made up for
        days.add(observed(date(year, 1, 1)))
    if year >= 2022:
        days.add(observed(date(year, 6, 19)))
    days |= {date.fromisoformat(one) for one in MOURNED_OR_FLOODED if one.startswith(str(year))}
    return frozenset(days)


def easter(year: int) -> date:
    """Easter Sunday by the rule of Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def sessions(first: Day, last: Day) -> Days:
    """Return the sessions of New York from `first` to `last`, both included."""
    days = np.arange(first, last + np.timedelta64(1, "D"))
    return np.array(
        [
            one
            for one in days[np.is_busday(days)]
            if one.astype(object) not in holidays(one.astype(object).year)
        ],
        dtype="datetime64[D]",
    )
