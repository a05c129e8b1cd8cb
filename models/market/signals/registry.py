"""The list of confirmation signals: a new one is one function and one row here. Methods, section 8."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.market.signals import altcoins, caps, derivatives, equity, liquidity, onchain
from models.market.signals.history import Absent, Reading, SignalsHistory, history
from models.market.signals.inputs import SignalInputs


@dataclass(frozen=True, slots=True)
class Definition:
    """One signal: `needs` names its series, the texts are the columns of the methods' table."""

    id: str
    title: str
    needs: tuple[str, ...]
    threshold: str
    confirms: str
    contradicts: str
    compute: Callable[[SignalInputs], Reading | Absent]


SIGNALS = (
    Definition(
        id="russell_record",
        title="Russell record",
        needs=("RUT",),
        threshold="≤ 20 sessions",
        confirms="At most 20 sessions since the record close.",
        contradicts="At least 60 sessions since it, and more than 10 % below.",
        compute=equity.russell_record,
    ),
    Definition(
        id="russell_vs_sp500",
        title="Russell vs S&P 500",
        needs=("RUT", "SPX"),
        threshold="> 0, above mean",
        confirms="The ratio is up over 63 sessions and above its 200-session mean.",
        contradicts="The ratio is down over 63 sessions and below its 200-session mean.",
        compute=equity.russell_vs_sp500,
    ),
    Definition(
        id="season_index",
        title="Season index",
        needs=("coin caps", "coin prices", "BTC"),
        threshold="≥ 75 / ≤ 25",
        confirms="At least 75.",
        contradicts="At most 25.",
        compute=altcoins.season_index,
    ),
    Definition(
        id="dominance_trend",
        title="Dominance trend",
        needs=("coin caps",),
        threshold="2 pts from its extreme",
        confirms="Falling over 30 days and at least 2 points below its 90-day high.",
        contradicts="Rising over 30 days and at least 2 points above its 90-day low.",
        compute=caps.dominance_trend,
    ),
    Definition(
        id="dominance_level",
        title="Dominance level",
        needs=("coin caps",),
        threshold="< 50 %, 14 days / > 55 %",
        confirms="Below 50 % on the last 14 known days, all within 17.",
        contradicts="Above 55 % today.",
        compute=caps.dominance_level,
    ),
    Definition(
        id="alt_cap_growth",
        title="Altcoin cap growth",
        needs=("coin caps",),
        threshold="> 0, > Bitcoin's",
        confirms="TOTAL2 grew over 30 days, and more than Bitcoin's cap.",
        contradicts="TOTAL2 shrank over 30 days, and more than Bitcoin's cap.",
        compute=caps.alt_cap_growth,
    ),
    Definition(
        id="eth_btc",
        title="ETH / BTC",
        needs=("ETH", "BTC"),
        threshold="> 50-day mean, up",
        confirms="Above its 50-day mean and up over 30 days.",
        contradicts="Below its 50-day mean and down over 30 days.",
        compute=caps.eth_btc,
    ),
    Definition(
        id="layer1",
        title="Layer 1",
        needs=("coin prices", "BTC"),
        threshold="> 0 / < −10 pts",
        confirms="The mean 30-day return of layer 1 coins is above Bitcoin's.",
        contradicts="It is more than 10 points below.",
        compute=altcoins.layer1,
    ),
    Definition(
        id="volatility",
        title="Volatility",
        needs=("coin caps", "coin prices"),
        threshold="≤ 25 / ≥ 75",
        confirms="Half of the top 50 are at or below the 25th percentile of their own year.",
        contradicts="Half of them are at or above the 75th.",
        compute=altcoins.volatility,
    ),
    Definition(
        id="volume",
        title="Volume",
        needs=("coin volumes", "ALT50"),
        threshold="≥ 1, price flat / < 0.7",
        confirms="The 30-day mean is at least the 180-day mean while ALT50 moved less than 15 %.",
        contradicts="The 30-day mean is below 0.7 times the 180-day mean.",
        compute=altcoins.volume,
    ),
    Definition(
        id="network",
        title="Network activity · BTC",
        needs=("BTC.AdrActCnt", "BTC.TxCnt", "BTC"),
        threshold="both > 0, price ≤ 0",
        confirms="Addresses and transactions grew over 90 days while the price did not.",
        contradicts="Both fell.",
        compute=onchain.network,
    ),
    Definition(
        id="exchange_flow",
        title="Exchange flow · BTC",
        needs=("BTC.FlowInExUSD", "BTC.FlowOutExUSD"),
        threshold="< 0 / > 80th pct",
        confirms="More left exchanges than came in over 30 days.",
        contradicts="The net inflow is above the 80th percentile of 365 days.",
        compute=onchain.exchange_flow,
    ),
    Definition(
        id="funding",
        title="Funding · BTC",
        needs=("BTC_FUNDING",),
        threshold="0 to 20 %",
        confirms="Above 0 and at most 20 % a year.",
        contradicts="Above 50 % (overheated) or below −10 % a year.",
        compute=derivatives.funding,
    ),
    Definition(
        id="long_short",
        title="Long / short · BTC",
        needs=("BTCUSDT.count_long_short_ratio",),
        threshold="> 30-day mean, < 3",
        confirms="Above its 30-day mean and below 3.",
        contradicts="Below its 30-day mean.",
        compute=derivatives.long_short,
    ),
    Definition(
        id="options_skew",
        title="Options skew · BTC",
        needs=("BTC.Skew25",),
        threshold="≥ 0 / ≤ −10 pts",
        confirms="Calls cost as much as puts, or more.",
        contradicts="Puts cost at least 10 points more than calls.",
        compute=derivatives.options_skew,
    ),
    Definition(
        id="liquidity",
        title="Liquidity",
        needs=("STABLECOIN_SUPPLY", "M2"),
        threshold="both > 0",
        confirms="Stablecoins grew over 90 days, and M2 over 3 months.",
        contradicts="Both shrank.",
        compute=liquidity.liquidity,
    ),
)
"""In the order of the methods, which is that of the checklist."""


def signals(inputs: SignalInputs) -> SignalsHistory:
    """Compute every signal on every day."""
    days = inputs.days
    return SignalsHistory(
        days=days,
        histories=tuple(
            history(one.id, one.title, one.threshold, days, one.compute(inputs)) for one in SIGNALS
        ),
    )
