"""How the figures of the Season panel explain themselves: in the definition that is shown, on any day."""

from __future__ import annotations

from collections.abc import Callable

from models.market.season.bench import PARTS, Comparison
from models.market.season.definition import USUAL, Definition
from models.market.season.standing import Standing, age
from models.market.season.view import SeasonHistory
from models.market.snapshot import Day
from models.market.trace import Input, Trace
from models.market.universe import BASIS_SENTENCES
from models.market.unknown import Unknown

Behind = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]
COINS_NAMED = 12


def season_trace(history: SeasonHistory, day: Day, key: str) -> Trace | Unknown:
    """Return what stands behind a figure of the panel; `Unknown` for one that it does not know.

    Keys: season, season_bench, season_members, season_coin:<id>, breadth, advance_decline, eth_btc, caps.
    """
    if key.startswith("season_coin:"):
        return _coin(history, day, key.removeprefix("season_coin:"))
    if key not in _FIGURES:
        return Unknown("This figure has no explanation here.")
    title, section, passages, behind = _FIGURES[key]
    row = history.study.market.position(day)
    if row < 0:
        return Unknown(f"No coin is cached for {day}.")
    steps, left_out = behind(history, day)
    return Trace(title, section, passages, steps, (_coins(history, row),), left_out)


def _coins(history: SeasonHistory, row: int) -> Input:
    return Input(
        "Prices and market caps of all cached coins",
        "coin archive or market API",
        history.study.market.days[row],
    )


def _said(one: Definition) -> str:
    variant = one.variant
    words = f"Top {variant.top}, {variant.window} days"
    if variant.weights == "cap":
        words += ", by cap"
    added, gone = USUAL - one.left_out, one.left_out - USUAL
    if added:
        words += ", with " + ", ".join(sorted(added))
    if gone:
        words += ", no " + ", ".join(sorted(gone))
    if one.without:
        words += f", less {len(one.without)} coins by name"
    return words


def _number(value: float | Unknown | None, form: str) -> str:
    if isinstance(value, Unknown):
        return f"unknown: {value.why}"
    if value is None or value != value:
        return "unknown"
    return form.format(value).replace("-", "−")


def _season(history: SeasonHistory, day: Day) -> Behind:
    reading = history.reading(day)
    if isinstance(reading, Unknown):
        return (("Index", f"unknown: {reading.why}"),), ()
    row = history.study.market.position(day)
    weighted = history.shown.variant.weights == "cap"
    formula = "caps of those beating / of those counted" if weighted else "beating / counted"
    steps = (
        ("Definition", _said(history.shown)),
        ("Left out", ", ".join(sorted(history.shown.left_out | history.shown.without)) or "none"),
        ("Coins that beat Bitcoin", f"{reading.beating}"),
        ("Coins counted", f"{reading.counted}"),
        ("Bitcoin's own return", _number(float(history.index.bitcoin[row]), "{:+.1%}")),
        (f"Index = 100 × {formula}", _number(reading.index, "{:.1f}")),
        ("Label", reading.label or "unknown"),
        ("Days in this state", f"{reading.days_in_state}"),
    )
    known = history.seasons_upto(day)
    left = [f"{reading.too_young} of the largest are too young or have no price: they count in neither."]
    for season in known.known[-3:]:
        strength = {True: "strong", False: "weak", None: "of unknown strength"}[season.strong]
        left.append(
            f"Season {season.start} to {season.end}: {season.days} days at or above 75, {strength}, "
            f"peak {season.peak:.0f}."
        )
    basis = history.basis(day)
    if basis:
        left.append(BASIS_SENTENCES[basis[-1][1]])
    return steps, tuple(left)


def _bench(history: SeasonHistory, day: Day) -> Behind:
    steps = []
    for one, reading in zip(history.bench.rows, history.bench.at(day), strict=True):
        if isinstance(reading, Unknown):
            steps.append((_said(one), f"unknown: {reading.why}"))
            continue
        counts = f", {reading.beating} of {reading.counted}, {reading.too_young} too young"
        known = not isinstance(reading.index, Unknown)
        steps.append((_said(one), _number(reading.index, "{:.1f}") + (counts if known else "")))
    left_out = "Left out of the usual definitions: " + ", ".join(sorted(USUAL)) + "."
    return tuple(steps), (left_out, *_gaps(history, day))


def _gaps(history: SeasonHistory, day: Day) -> tuple[str, ...]:
    """Say what makes the shown definition differ from each other one."""
    said = []
    for one in history.bench.rows:
        if one == history.shown:
            continue
        found = history.compare(history.shown, one, day)
        if isinstance(found, Comparison):
            parts = "; ".join(
                f"{part}: {count} coins, {points:+.1f}"
                for part in PARTS
                for count, points in (found.by_part[part],)
                if count
            )
            said.append(
                f"{_said(history.shown)} less {_said(one)}: {found.gap:+.1f} points ({parts}).".replace(
                    "-", "−"
                )
            )
    return tuple(said)


def _members(history: SeasonHistory, day: Day) -> Behind:
    found = history.members(day)
    inside = [one for one in found if one.rank is not None]
    row = history.study.market.position(day)
    counted = sum(one.is_counted for one in inside)
    steps = (
        ("Definition", _said(history.shown)),
        ("Among the largest", f"{len(inside)}"),
        ("Counted", f"{counted}"),
        ("Bitcoin's own return", _number(float(history.index.bitcoin[row]), "{:+.1%}")),
        ("Left out, and larger than the smallest member", f"{len(found) - len(inside)}"),
    )
    reasons: dict[str, list[str]] = {}
    for one in found:
        if not one.is_counted:
            reasons.setdefault(one.left_out_as or one.reason, []).append(one.coin.symbol)
    left = []
    for reason, symbols in reasons.items():
        more = f" and {len(symbols) - COINS_NAMED} more" if len(symbols) > COINS_NAMED else ""
        left.append(f"{reason.capitalize()}: {', '.join(symbols[:COINS_NAMED])}{more}.")
    return steps, tuple(left)


def _breadth(history: SeasonHistory, day: Day) -> Behind:
    reading = history.breadth.at(day)
    if isinstance(reading, Unknown):
        return (("Share", f"unknown: {reading.why}"),), ()
    steps = (
        ("Largest altcoins looked at", f"{history.breadth.top}"),
        ("With a price and a 200-day mean", f"{reading.counted}"),
        ("Above their mean", f"{reading.above}"),
        ("Share = above / counted", _number(reading.share_above, "{:.1%}")),
    )
    return steps, (f"{reading.no_mean} of the largest have no price on this day or no 200-day mean.",)


def _advances(history: SeasonHistory, day: Day) -> Behind:
    reading = history.breadth.at(day)
    if isinstance(reading, Unknown):
        return (("Line", f"unknown: {reading.why}"),), ()
    steps = (
        ("Advancing", f"{reading.advancing}"),
        ("Declining", f"{reading.declining}"),
        ("Coins with a return on this day", f"{reading.moved}"),
        ("Line: sum of 100 × (advancing − declining) / coins", _number(reading.line, "{:,.0f}")),
        ("Change of the line over 30 days", _number(reading.line_30, "{:+,.0f}")),
    )
    return steps, ("Members are those of the day before, so that no coin is counted because it rose.",)


def _ether(history: SeasonHistory, day: Day) -> Behind:
    ether, row = history.ether, history.study.market.position(day)
    missing = Unknown("One of the two prices is missing on this day.")
    ratio: float | Unknown = float(ether.ratio[row])
    steps = [("ETH / BTC", _number(ratio if ratio == ratio else missing, "{:.5f}"))]
    for days, mean in ((50, ether.mean_50), (200, ether.mean_200)):
        value = float(mean[row])
        few = Unknown(f"Fewer than two thirds of the last {days} days have both prices.")
        steps.append((f"{days}-day mean", _number(value if value == value else few, "{:.5f}")))
    return tuple(steps), ()


def _caps(history: SeasonHistory, day: Day) -> Behind:
    state = history.dominance.at(day)
    steps = (
        ("Bitcoin's market cap", _number(state.btc, "{:,.0f} USD")),
        ("TOTAL2 = total − Bitcoin", _number(state.total2, "{:,.0f} USD")),
        ("TOTAL3 = TOTAL2 − Ether", _number(state.total3, "{:,.0f} USD")),
        ("Bitcoin over 90 days", _number(state.btc_growth_90, "{:+.1%}")),
        ("TOTAL2 over 90 days", _number(state.total2_growth_90, "{:+.1%}")),
        ("TOTAL2 without stablecoins over 90 days", _number(state.total2_ex_stable_growth_90, "{:+.1%}")),
        ("TOTAL2 from its record", _number(state.total2_from_record, "{:+.1%}")),
    )
    left: tuple[str, ...] = ("Wrapped, staked and bridged coins are in no total.",)
    if state.marked_days:
        days = ", ".join(str(one) for one in state.marked_days)
        left += (f"Large coins lost their cap on {days}: growth across these days is marked.",)
    return steps, left


def _coin(history: SeasonHistory, day: Day, name: str) -> Trace | Unknown:
    """Explain one coin's place in the index: its prices at both ends, and the verdict."""
    found = next((one for one in history.members(day) if one.coin.id == name), None)
    if found is None:
        return Unknown(f"{name} is not among the coins of {day}.")
    market, window = history.study.market, history.shown.variant.window
    row = market.position(day)
    bitcoin = float(history.index.bitcoin[row])
    steps = [
        ("Market cap", _number(found.cap, "{:,.0f} USD")),
        ("Rank among those counted", "left out" if found.rank is None else str(found.rank)),
        ("Days since its first price", f"{age(market, row, market.column[name]):,}"),
    ]
    for at, label in ((row, "Price"), (row - window, f"Price {window} days before")):
        steps.append((label, _price(history, at, market.column[name])))
    steps += [
        (f"Return over {window} days", _number(found.change, "{:+.1%}")),
        (f"Bitcoin's return over {window} days", _number(bitcoin, "{:+.1%}")),
        ("Against Bitcoin, points", "unknown" if found.excess is None else _points(found.excess)),
        ("Verdict", _verdict(found)),
    ]
    title = f"{found.coin.name} in the season index"
    return Trace(title, 4, ("`index", "Standing"), tuple(steps), (_coins(history, row),))


def _price(history: SeasonHistory, row: int, column: int) -> str:
    market = history.study.market
    for back in range(4):
        at = row - back
        if at >= 0 and market.price[at, column] == market.price[at, column]:
            carried = f" (of {market.days[at]})" if back else ""
            return f"{market.price[at, column]:,.6g} USD{carried}"
    return "unknown: there is none within 3 days."


def _points(excess: float) -> str:
    return f"{100 * excess:+.1f}".replace("-", "−")


def _verdict(one: Standing) -> str:
    if one.left_out_as is not None:
        return f"left out: {one.left_out_as}"
    return {"beats": "beats Bitcoin", "trails": "does not beat Bitcoin"}.get(one.reason, one.reason)


_FIGURES: dict[str, tuple[str, int, tuple[str, ...], Callable[[SeasonHistory, Day], Behind]]] = {
    "season": ("Altcoin season index", 4, ("`index", "Label"), _season),
    "season_bench": ("Definition bench", 4, ("`index", "Variants", "Definition bench"), _bench),
    "season_members": ("Members of the season index", 4, ("`index", "Standing"), _members),
    "breadth": ("Share above the 200-day mean", 4, ("Breadth",), _breadth),
    "advance_decline": ("Advance-decline line", 4, ("Breadth",), _advances),
    "eth_btc": ("ETH / BTC", 5, ("ETH/BTC",), _ether),
    "caps": ("TOTAL2 and TOTAL3 against Bitcoin", 5, ("`total`", "ETH/BTC", "Growth"), _caps),
}
