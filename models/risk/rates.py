"""What a unit of the plan's currency costs in USD on a day: cached, or typed by the user."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.market.snapshot import Day, Market
from models.market.unknown import Unknown
from models.risk.plans.plan import Currency, Plan

REACH = 14
"""Days back to the last published rate: weekly publications come up to ten days late, holidays later."""
SERIES: dict[Currency, tuple[tuple[str, bool], ...]] = {
    "EUR": (("EURUSD", False), ("DEXUSEU", False)),
    "GBP": (("GBPUSD", False), ("DEXUSUK", False)),
    "CHF": (("CHFUSD", False), ("USDCHF", True), ("DEXSZUS", True)),
    "JPY": (("JPYUSD", False), ("USDJPY", True), ("DEXJPUS", True)),
}
"""The series that are looked for, and whether they say the price of a dollar instead."""


@dataclass(frozen=True, slots=True)
class Rate:
    """USD for one unit of `currency`; `origin` says where it comes from, `day` of which day it is."""

    currency: Currency
    usd: float
    origin: str
    day: Day | None = None


def rate(plan: Plan, market: Market, as_of: Day) -> Rate | Unknown:
    """Return the rate of the plan: 1 for USD, the typed one, else the latest cached one.

    Unknown, with advice, when the cache holds none of the last :data:`REACH` days before `as_of`.
    """
    if plan.currency == "USD":
        return Rate("USD", 1.0, "the currency of all prices")
    if plan.typed_rate is not None:
        return Rate(plan.currency, plan.typed_rate, "typed by hand")
    for name, inverse in SERIES[plan.currency]:
        if name not in market.series:
            continue
        upto = market.series[name].upto(as_of)
        if upto.last_day is None or as_of - upto.last_day > np.timedelta64(REACH, "D"):
            continue
        value = float(upto.values[-1])
        if value > 0:
            return Rate(plan.currency, 1 / value if inverse else value, name, upto.last_day)
    return Unknown(
        f"No exchange rate of {plan.currency} within {REACH} days before {as_of} is cached. "
        f"Type how many USD one {plan.currency} costs, or keep the plan in USD."
    )
