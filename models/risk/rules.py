"""The eight limits of a plan, live: limit, value, state, one sentence, and what mends a breach.

Methods, section 9. A rule is red when it is broken, amber when less than a twentieth of its limit
is left or a stop is hit already, unknown when a figure that it needs is missing; shares are of the capital.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from models.market.unknown import Unknown
from models.risk.plans.plan import Plan
from models.risk.portfolio import Holding, Portfolio, sector_title
from models.risk.risk import Risk
from models.risk.trims import Trim, Trims, applied, largest_first, more_bets

RuleName = Literal[
    "single_position",
    "sector_share",
    "small_and_meme",
    "cash_floor",
    "stop_loss",
    "liquidity",
    "sectors",
    "effective_bets",
]
State = Literal["ok", "amber", "red", "unknown"]

TITLES: dict[RuleName, str] = {
    "single_position": "Single position",
    "sector_share": "Sector share",
    "small_and_meme": "Small caps and memes",
    "cash_floor": "Cash floor",
    "stop_loss": "Loss if every stop is hit",
    "liquidity": "Liquidity",
    "sectors": "Sectors",
    "effective_bets": "Effective bets",
}
NEAR = 0.05
"""Amber begins when less than this part of the limit is left."""
EXACT = 1e-9
"""A value that meets its limit up to rounding keeps it."""


@dataclass(frozen=True, slots=True)
class Mend:
    """What restores a rule: one sentence and the sales behind it (none when no sale helps)."""

    text: str
    trims: tuple[Trim, ...] = ()

    @property
    def possible(self) -> bool:
        return bool(self.trims)

    def apply(self, plan: Plan) -> Plan:
        """Return the plan after these sales: one edit, one step of undo."""
        return applied(plan, self.trims)


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit as it stands.

    `value` and `limit` are fractions, or counts for `sectors` and `effective_bets`; `at_most` tells a
    ceiling from a floor. `subject` is the coin or sector that is worst; `mend` sees to all that break the
    rule.
    """

    name: RuleName
    limit: float
    value: float | Unknown
    at_most: bool
    state: State
    sentence: str
    subject: str = ""
    mend: Mend | None = None

    @property
    def title(self) -> str:
        return f"{TITLES[self.name]} · {self.subject}" if self.subject else TITLES[self.name]

    @property
    def ok(self) -> bool | None:
        """Whether the rule is kept; None when that is unknown."""
        return None if self.state == "unknown" else self.state != "red"

    @property
    def is_share(self) -> bool:
        return self.name not in ("sectors", "effective_bets")


def rules(found: Portfolio, measured: Risk | Unknown) -> tuple[Rule, ...]:
    """Return the eight rules in their order.

    Every mend keeps the capital: what is sold becomes cash.
    """
    return (
        _single_position(found),
        _sector_share(found),
        _small_and_meme(found),
        _cash_floor(found),
        _stop_loss(found),
        _liquidity(found),
        _sectors(found),
        _effective_bets(found, measured),
    )


def tally(found: tuple[Rule, ...]) -> str:
    """Count them in words: `4 broken, 3 kept, 1 unknown`."""
    broken = sum(rule.state == "red" for rule in found)
    unknown = sum(rule.state == "unknown" for rule in found)
    parts = [f"{broken} broken"] if broken else []
    parts.append(f"{len(found) - broken - unknown} kept")
    parts += [f"{unknown} unknown"] if unknown else []
    return ", ".join(parts)


def _judged(value: float, limit: float, *, at_most: bool) -> State:
    room = limit - value if at_most else value - limit
    if room < -EXACT * max(1.0, abs(limit)):
        return "red"
    return "amber" if room < NEAR * limit and value > EXACT else "ok"


def _rule(
    name: RuleName,
    limit: float,
    value: float,
    sentence: str,
    *,
    at_most: bool = True,
    subject: str = "",
    mend: Mend | None = None,
) -> Rule:
    state = _judged(value, limit, at_most=at_most)
    return Rule(name, limit, value, at_most, state, sentence, subject, mend if state == "red" else None)


def _unknown(name: RuleName, limit: float, why: str, *, at_most: bool = True, subject: str = "") -> Rule:
    return Rule(name, limit, Unknown(why), at_most, "unknown", why, subject)


NO_CAPITAL = "There is no capital yet. Enter cash or a position."


def _single_position(found: Portfolio) -> Rule:
    limit = found.plan.limits.single_position
    if found.capital <= 0:
        return _unknown("single_position", limit, NO_CAPITAL)
    if not found.by_coin:
        return _rule("single_position", limit, 0.0, "No position is held.")
    coins = sorted(found.by_coin.items(), key=lambda item: (-item[1], item[0]))
    over = [(coin, value - limit * found.capital) for coin, value in coins]
    over = [(coin, much) for coin, much in over if much > EXACT * found.capital]
    trims = tuple(trim for coin, much in over for trim in largest_first(_priced(found, coin), much))
    coin, value = coins[0]
    symbol = found.ground[coin].symbol
    return _rule(
        "single_position",
        limit,
        value / found.capital,
        f"The largest position, {symbol}, is {_percent(value / found.capital)} of the capital.",
        subject=symbol,
        mend=Mend(_sell(found, trims), trims),
    )


def _sector_share(found: Portfolio) -> Rule:
    limit = found.plan.limits.sector_share
    if found.capital <= 0:
        return _unknown("sector_share", limit, NO_CAPITAL)
    if not found.by_sector:
        return _rule("sector_share", limit, 0.0, "No position is held.")
    trims: list[Trim] = []
    over = 0
    for sector, value in found.by_sector.items():
        much = value - limit * found.capital
        if much > EXACT * found.capital:
            over += 1
            trims += largest_first(_where(found, sector), much)
    sector, value = next(iter(found.by_sector.items()))
    title = sector_title(sector)
    text = _alternatives(found, sector, value - limit * found.capital) if over == 1 else None
    return _rule(
        "sector_share",
        limit,
        value / found.capital,
        f"The largest sector, {title}, is {_percent(value / found.capital)} of the capital.",
        subject=title,
        mend=Mend(text or _sell(found, tuple(trims)), tuple(trims)),
    )


def _alternatives(found: Portfolio, sector: str, much: float) -> str | None:
    """Offer up to three rows of which each alone would do: `Sell 2.20 ETH or 32.9 SOL`."""
    whole = [holding for holding in _where(found, sector) if _value(holding) >= much > 0]
    if len(whole) < 2:
        return None
    words = [largest_first([holding], much)[0].words for holding in whole[:3]]
    return f"Sell {', '.join(words[:-1])} or {words[-1]}"


def _small_and_meme(found: Portfolio) -> Rule:
    limit = found.plan.limits.small_and_meme
    if found.capital <= 0:
        return _unknown("small_and_meme", limit, NO_CAPITAL)
    value = found.small_value
    small = [holding for holding in found.holdings if holding.coin.small and _value(holding) > 0]
    trims = largest_first(small, value - limit * found.capital)
    verb = "holds" if len(small) == 1 else "hold"
    return _rule(
        "small_and_meme",
        limit,
        value / found.capital,
        f"{_positions(len(small))} of small caps and memes {verb} {_percent(value / found.capital)} of the "
        "capital."
        if small
        else "No small cap and no meme is held.",
        mend=Mend(_sell(found, trims), trims),
    )


def _cash_floor(found: Portfolio) -> Rule:
    limit, cash = found.plan.limits.cash_floor, found.plan.cash
    if found.capital <= 0:
        return _unknown("cash_floor", limit, NO_CAPITAL, at_most=False)
    missing = limit * found.capital - cash
    trims = largest_first([h for h in found.holdings if _value(h) > 0], missing)
    enough = sum(trim.value for trim in trims) >= missing - EXACT * found.capital
    text = f"Keep {_money(found, missing)} more in cash"
    return _rule(
        "cash_floor",
        limit,
        cash / found.capital,
        f"Cash is {_percent(cash / found.capital)} of the capital.",
        at_most=False,
        mend=Mend(text, trims) if enough else Mend(f"{text}: more than all positions are worth"),
    )


def _stop_loss(found: Portfolio) -> Rule:
    limit = found.plan.limits.stop_loss
    if found.capital <= 0:
        return _unknown("stop_loss", limit, NO_CAPITAL)
    held = [holding for holding in found.holdings if _value(holding) > 0]
    loss = sum(_loss(holding) for holding in held)
    bare = [holding.coin.symbol for holding in held if holding.stop is None]
    trims: list[Trim] = []
    much = loss - limit * found.capital
    # Where most is lost for each unit of money, the least has to be sold.
    for holding in sorted(held, key=lambda one: (-round(_loss(one) / _value(one), 9), -_value(one), one.row)):
        if much <= 0 or _loss(holding) <= 0:
            break
        part = min(much, _loss(holding))
        trims += largest_first([holding], _value(holding) * part / _loss(holding))
        much -= part
    sentence = f"If every stop is hit, {_percent(loss / found.capital)} of the capital is lost."
    if bare:
        counts = "counts whole" if len(bare) == 1 else "count whole"
        sentence += f" {_positions(len(bare))} without a stop {counts}: {_listed(bare)}."
    hit = [holding.coin.symbol for holding in held if holding.is_stopped]
    if hit:
        which, sells = (
            ("The stop of {} lies", "it sells") if len(hit) == 1 else ("The stops of {} lie", "they sell")
        )
        sentence += f" {which.format(_listed(hit))} at or above the price: hit already, {sells} at once."
    text = _sell(found, tuple(trims))
    judged = _rule(
        "stop_loss",
        limit,
        loss / found.capital,
        sentence,
        mend=Mend(f"{text}, or set a stop for {_listed(bare)}" if bare else text, tuple(trims)),
    )
    # Nothing is lost at such a stop, and yet nobody means it: a green mark would hide a slip of the pen.
    return replace(judged, state="amber") if hit and judged.state == "ok" else judged


def _liquidity(found: Portfolio) -> Rule:
    limit = found.plan.limits.liquidity
    if not found.by_coin:
        return _rule("liquidity", limit, 0.0, "No position is held.")
    if isinstance(found.rate, Unknown):
        return _unknown("liquidity", limit, found.rate.why)
    shares: list[tuple[float, str]] = []
    missing: list[tuple[str, str]] = []
    trims: list[Trim] = []
    over = 0
    for coin, value in found.by_coin.items():
        ground = found.ground[coin]
        if isinstance(ground.volume, Unknown):
            missing.append((ground.symbol, ground.volume.why))
            continue
        volume = ground.volume / found.rate.usd
        shares.append((value / volume if volume > 0 else float("inf"), ground.symbol))
        if shares[-1][0] > limit * (1 + EXACT):
            over += 1
            trims += largest_first(_priced(found, coin), value - limit * volume)
    share, symbol = max(shares, default=(0.0, ""))
    if missing and not over:
        more = f" So has {_listed([name for name, _ in missing[1:]])}." if missing[1:] else ""
        return _unknown("liquidity", limit, missing[0][1] + more, subject=missing[0][0])
    words = "more than all" if share == float("inf") else _percent(share)
    return _rule(
        "liquidity",
        limit,
        min(share, 1e6),
        f"The largest share of a day's volume, {symbol}'s, is {words}.",
        subject=symbol,
        mend=Mend(_sell(found, tuple(trims)), tuple(trims)),
    )


def _sectors(found: Portfolio) -> Rule:
    limit = found.plan.limits.sectors
    names = [sector_title(sector) for sector in found.by_sector]
    missing = limit - len(names)
    held = f"The plan holds coins of {_count(len(names), 'sector')}: {_listed(names)}." if names else ""
    add = f"Add coins of {_count(missing, 'more sector')}"
    return _rule(
        "sectors",
        float(limit),
        float(len(names)),
        held or "No position is held.",
        at_most=False,
        mend=Mend(add),
    )


def _effective_bets(found: Portfolio, measured: Risk | Unknown) -> Rule:
    limit = found.plan.limits.effective_bets
    if isinstance(measured, Unknown):
        return _unknown("effective_bets", limit, measured.why, at_most=False)
    if isinstance(measured.effective_bets, Unknown):
        return _unknown("effective_bets", limit, measured.effective_bets.why, at_most=False)
    mend = None
    if _judged(measured.effective_bets, limit, at_most=False) == "red":
        mend = _bets_mend(more_bets(found))
    return _rule(
        "effective_bets",
        limit,
        measured.effective_bets,
        measured.bets_words,
        at_most=False,
        mend=mend,
    )


def _bets_mend(trims: Trims) -> Mend:
    if trims.unmet:
        return Mend(trims.unmet[0])
    names = list(dict.fromkeys(trim.symbol for trim in trims.trims))
    return Mend(f"Trim {_listed(names)}: the smallest set found", trims.trims)


def _sell(found: Portfolio, trims: tuple[Trim, ...]) -> str:
    """Say the first sale and how many more there are: `Sell 3.15 ETH (10,106 USD); 5 more`."""
    if not trims:
        return "No sale helps"
    first, more = trims[0], len(trims) - 1
    text = f"Sell {first.words} ({_money(found, first.value)})"
    return f"{text}; {more} more" if more else text


def _priced(found: Portfolio, coin: str) -> list[Holding]:
    return [holding for holding in found.of_coin(coin) if _value(holding) > 0]


def _where(found: Portfolio, sector: str) -> list[Holding]:
    held = [holding for holding in found.holdings if _value(holding) > 0]
    mine = [holding for holding in held if found.ground[holding.position.coin].sector == sector]
    return sorted(mine, key=lambda holding: (-_value(holding), holding.row))


def _value(holding: Holding) -> float:
    return 0.0 if isinstance(holding.value, Unknown) else holding.value


def _loss(holding: Holding) -> float:
    return 0.0 if isinstance(holding.stop_loss, Unknown) else holding.stop_loss


def _percent(fraction: float) -> str:
    """Round to a tenth of a percent, and to two figures below that."""
    return (
        f"{100 * fraction:.1f} %" if fraction >= 0.0995 / 100 or not fraction else f"{100 * fraction:.2g} %"
    )


def _money(found: Portfolio, amount: float) -> str:
    return f"{amount:,.0f} {found.plan.currency}"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _positions(n: int) -> str:
    return _count(n, "position")


def _listed(names: list[str]) -> str:
    """Join names as in a sentence, the first three of many.

    >>> _listed(["ETH"]), _listed(["ETH", "SOL"]), _listed(["a", "b", "c", "d", "e"])
    ('ETH', 'ETH and SOL', 'a, b, c and 2 more')
    """
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
