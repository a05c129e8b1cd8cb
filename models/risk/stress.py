"""What earlier crashes, and those a person makes up, would do to the plan as it is. Methods, section 9."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.market.gaps import CARRY
from models.market.snapshot import BITCOIN, Day, Floats, day
from models.market.study import Study
from models.market.unknown import Unknown
from models.risk import measures
from models.risk.borrowing import course, lent_words
from models.risk.ground import Ground
from models.risk.plans.plan import Scenario
from models.risk.portfolio import Portfolio
from models.risk.risk import FALL, SESSIONS_NEEDED, session_returns


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of real days, both included; its base is the close of the day before."""

    id: str
    title: str
    first: Day
    last: Day


WINDOWS = (
    Window("2018-01", "Jan to Feb 2018", day("2018-01-01"), day("2018-02-28")),
    Window("2020-03", "Mar 2020", day("2020-03-01"), day("2020-03-31")),
    Window("2021-05", "May 2021", day("2021-05-01"), day("2021-05-31")),
    Window("2022-05", "May to Jun 2022", day("2022-05-01"), day("2022-06-30")),
    Window("2022-11", "Nov 2022, exchange failure", day("2022-11-01"), day("2022-11-30")),
    Window("2024-08", "Aug 2024", day("2024-08-01"), day("2024-08-31")),
    Window("2025-10", "10 Oct 2025", day("2025-10-10"), day("2025-10-10")),
)
AS_ONE = "as_one"


@dataclass(frozen=True, slots=True)
class CoinLoss:
    """One coin under a scenario.

    `change` is the fraction by which it moves; `loss` its part of the plan's loss, as a fraction of
    the whole; `borrowed` says what stood in for it where it did not exist.
    """

    coin: str
    symbol: str
    value: float
    change: float | Unknown
    loss: float
    borrowed: str | None = None


@dataclass(frozen=True, slots=True)
class Stress:
    """One scenario.

    Attributes
    ----------
    loss : of the plan with its cash, as a positive fraction; a gain is negative
        Over real days: at the close on which it is largest, against the close before the window.
    end_loss : the same at the last close of the window; None for made-up scenarios
    worst_day : of `loss`; None for made-up scenarios
    by_coin : parts of `loss`, the largest first; they add up to it
    left_out : coins without a change, counted as unchanged, or with an old one: a sentence each
    """

    id: str
    title: str
    loss: float | Unknown
    end_loss: float | None
    worst_day: Day | None
    by_coin: tuple[CoinLoss, ...]
    left_out: tuple[str, ...] = ()

    @property
    def borrowed(self) -> int:
        """How many coins borrowed their tier."""
        return sum(one.borrowed is not None for one in self.by_coin)

    @property
    def borrowed_words(self) -> str:
        """Say who borrowed from whom (`SUI, APT from Mid caps`); empty when nobody did."""
        return lent_words((one.symbol, one.borrowed) for one in self.by_coin if one.borrowed is not None)


def stresses(found: Portfolio, study: Study) -> tuple[Stress, ...]:
    """Put a plan through every scenario: correlations of 1, the windows, and the user's own."""
    return (
        as_one(found),
        *(window_stress(found, study, window) for window in WINDOWS),
        *(
            scenario_stress(found, scenario, name=f"own-{at}")
            for at, scenario in enumerate(found.plan.scenarios)
        ),
    )


def window_stress(found: Portfolio, study: Study, window: Window) -> Stress:
    """Repeat real days on today's holdings: units stay, prices move as they did."""
    as_of = found.ground.as_of
    last_known = min(as_of, study.market.days[-1])
    if window.last > last_known:
        why = f"Days up to {last_known} are known here, and this window ends on {window.last}."
        return _unknown(window.id, window.title, why)
    start = study.market.position(window.first) - 1 if window.first > study.market.days[0] else -1
    end, row = study.market.position(window.last), study.market.position(last_known)
    if start < 0:
        text = f"The cache begins on {study.market.days[0]}, and this window on {window.first}."
        return _unknown(window.id, window.title, text)
    total = sum(found.by_coin.values()) + found.plan.cash
    if not total > 0:
        return _unknown(window.id, window.title, "The plan holds nothing that has a value.")
    changes: dict[str, Floats] = {}
    borrowed: dict[str, str | None] = {}
    left_out: list[str] = []
    for coin in found.by_coin:
        line = course(study, coin, found.ground[coin].sector, start, end, as_of=row)
        if line is None:
            left_out.append(f"{found.ground[coin].symbol}: neither it nor its tier had a price then.")
            continue
        if line.silent_days > CARRY:
            left_out.append(
                f"{found.ground[coin].symbol}: its last price is {line.silent_days} days older than the end "
                "of the window and is kept until then."
            )
        changes[coin] = line.values - 1.0
        borrowed[coin] = _from(line.borrowed_from)
    worth = sum((found.by_coin[coin] * change for coin, change in changes.items()), np.zeros(end - start + 1))
    worst = 1 + int(np.argmin(worth[1:]))
    return Stress(
        id=window.id,
        title=window.title,
        loss=-float(worth[worst]) / total,
        end_loss=-float(worth[-1]) / total,
        worst_day=study.market.days[start + worst],
        by_coin=_by_coin(
            found, {coin: float(change[worst]) for coin, change in changes.items()}, total, borrowed
        ),
        left_out=tuple(left_out),
    )


def as_one(found: Portfolio) -> Stress:
    """Let Bitcoin fall by half with every correlation at 1: the beta is a ratio of volatilities."""
    title = f"BTC −{FALL:.0%}, all correlations 1".replace("%", " %")
    ground = found.ground
    if ground.enough is not None:
        return _unknown(AS_ONE, title, ground.enough.why)
    bitcoin = ground.grounds.bitcoin[ground.sample]
    bitcoin = bitcoin[np.isfinite(bitcoin)]
    if bitcoin.size < SESSIONS_NEEDED or measures.volatility(bitcoin) <= measures.SMALLEST:
        why = f"Bitcoin has {bitcoin.size} returns in the sample; {SESSIONS_NEEDED} are needed."
        return _unknown(AS_ONE, title, why)
    theirs = measures.volatility(bitcoin)
    changes: dict[str, float | Unknown] = {}
    for coin in found.by_coin:
        if coin not in ground.place:
            changes[coin] = Unknown("No return of it is known.")
            continue
        own = measures.volatility(ground.returns[ground.place[coin]])
        changes[coin] = max(-FALL * own / theirs, -1.0)
    return _shocked(found, AS_ONE, title, changes)


def scenario_stress(found: Portfolio, scenario: Scenario, *, name: str = "own") -> Stress:
    """Move named coins directly and the others through their betas to Bitcoin and the Russell 2000.

    With one of the two given the beta is the slope on it alone (Bitcoin: daily, Russell: from session
    to session); with both it is that of a regression on both, session to session, so that what moves
    the two together is not counted twice. No coin loses more than everything.
    """
    direct = {shock.coin: shock.change for shock in scenario.coins}
    changes: dict[str, float | Unknown] = {}
    for coin in found.by_coin:
        if coin in direct:
            changes[coin] = direct[coin]
        elif coin == BITCOIN and scenario.bitcoin is not None:
            changes[coin] = scenario.bitcoin
        elif scenario.bitcoin is None and scenario.russell is None:
            changes[coin] = 0.0
        else:
            changes[coin] = _through_betas(found.ground, coin, scenario)
    return _shocked(found, name, scenario.name, changes)


def _through_betas(ground: Ground, coin: str, scenario: Scenario) -> float | Unknown:
    if ground.enough is not None:
        return ground.enough
    if coin not in ground.place:
        return Unknown("No return of it is known.")
    own = ground.returns[ground.place[coin]]
    bitcoin = ground.grounds.bitcoin[ground.sample]
    if scenario.russell is None:
        both = np.isfinite(bitcoin)
        slope = _slope(own[both], bitcoin[both], "Bitcoin")
        shock = scenario.bitcoin or 0.0
        return slope if isinstance(slope, Unknown) else max(slope * shock, -1.0)
    russell = ground.grounds.russell
    if isinstance(russell, Unknown):
        return russell
    days, closes, title = russell
    mine, theirs = session_returns(own, ground, days, closes)
    if scenario.bitcoin is None:
        slope = _slope(mine, theirs, title)
        return slope if isinstance(slope, Unknown) else max(slope * scenario.russell, -1.0)
    if not np.isfinite(bitcoin).all():
        return Unknown("Bitcoin lacks a return in the sample.")
    if mine.size < SESSIONS_NEEDED:
        return Unknown(f"Only {mine.size} sessions are in the sample; {SESSIONS_NEEDED} are needed.")
    coins, _ = session_returns(bitcoin, ground, days, closes)
    design = np.column_stack([np.ones(mine.size), coins, theirs])
    slopes, _, rank, _ = np.linalg.lstsq(design, mine, rcond=None)
    if rank < design.shape[1]:
        return Unknown("Bitcoin and the Russell 2000 cannot be told apart in this sample.")
    return max(float(slopes[1] * scenario.bitcoin + slopes[2] * scenario.russell), -1.0)


def _slope(own: Floats, market: Floats, title: str) -> float | Unknown:
    if own.size < SESSIONS_NEEDED:
        return Unknown(f"{title} has {own.size} returns in the sample; {SESSIONS_NEEDED} are needed.")
    return measures.beta(own, market)


def _shocked(found: Portfolio, name: str, title: str, changes: Mapping[str, float | Unknown]) -> Stress:
    total = sum(found.by_coin.values()) + found.plan.cash
    if not total > 0:
        return _unknown(name, title, "The plan holds nothing that has a value.")
    known = {coin: change for coin, change in changes.items() if not isinstance(change, Unknown)}
    missing = {coin: change for coin, change in changes.items() if isinstance(change, Unknown)}
    if missing and not known:
        return _unknown(name, title, next(iter(missing.values())).why)
    rows = _by_coin(found, changes, total, {})
    return Stress(
        id=name,
        title=title,
        loss=sum(row.loss for row in rows),
        end_loss=None,
        worst_day=None,
        by_coin=rows,
        left_out=tuple(f"{found.ground[coin].symbol}: {why.why}" for coin, why in missing.items()),
    )


def _by_coin(
    found: Portfolio,
    changes: Mapping[str, float | Unknown],
    total: float,
    borrowed: Mapping[str, str | None],
) -> tuple[CoinLoss, ...]:
    rows = [
        CoinLoss(
            coin=coin,
            symbol=found.ground[coin].symbol,
            value=value,
            change=changes.get(coin, Unknown("It had no price then, and nothing to borrow.")),
            loss=_part(value, changes.get(coin), total),
            borrowed=borrowed.get(coin),
        )
        for coin, value in found.by_coin.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.loss, row.coin)))


def _part(value: float, change: float | Unknown | None, total: float) -> float:
    return 0.0 if change is None or isinstance(change, Unknown) else -value * change / total


def _from(names: tuple[str, ...]) -> str | None:
    return " and ".join(names) if names else None


def _unknown(name: str, title: str, why: str) -> Stress:
    return Stress(name, title, Unknown(why), None, None, ())
