"""What the Season panel says: names of definitions, subtitles, reasons, and the words of a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from PySide6.QtCore import QLocale

from models.market.dominance import DominanceState
from models.market.season.bench import Comparison, Difference
from models.market.season.definition import ASSET_BACKED, OWN_LIST, USUAL, Definition
from models.market.season.index import Season, SeasonReading
from models.market.season.standing import Standing
from models.market.season.view import EtherHistory, SeasonHistory, Spell
from models.market.snapshot import Day
from models.market.unknown import Unknown
from models.qt.reader import readable
from ui.widgets import dates, numbers

Tr = Callable[[str], str]
LEAST_SPAN = np.timedelta64(30, "D")

SECTOR_NAMES = {
    "layer1": "layer 1",
    "layer2": "layer 2",
    "defi": "DeFi",
    "infrastructure": "infra",
    "ai": "AI",
    "meme": "meme",
    "gaming": "gaming",
    "exchange": "exchange",
    "payments": "payments",
    "privacy": "privacy",
    "rwa": "real assets",
    "other": "other",
    "stablecoin": "stablecoin",
    "wrapped": "wrapped",
    ASSET_BACKED: "asset-backed",
    OWN_LIST: "own list",
}


def sector(slug: str, tr: Tr) -> str:
    """Name a sector, or a group that is left out."""
    return tr(SECTOR_NAMES.get(slug, slug))


def definition_name(one: Definition, tr: Tr) -> str:
    """Name a definition in a few words: what is usual is not said."""
    variant = one.variant
    parts = [tr("Top {0}, {1} days").format(variant.top, variant.window)]
    if variant.weights == "cap":
        parts = [tr("Cap-weighted, {0} days").format(variant.window)]
        if variant.top != 50:
            parts = [tr("Top {0} by cap, {1} days").format(variant.top, variant.window)]
    added = USUAL - one.left_out
    gone = one.left_out - USUAL
    if added:
        parts.append(tr("with {0}").format(_listed(sector(group, tr) for group in sorted(added))))
    if gone:
        parts.append(tr("no {0}").format(_listed(sector(group, tr) for group in sorted(gone))))
    if one.without:
        count = len(one.without)
        parts.append(tr("without 1 coin") if count == 1 else tr("without {0} coins").format(count))
    return ", ".join(parts)


def short_name(one: Definition, tr: Tr) -> str:
    """Name a definition where there is little room."""
    variant = one.variant
    own = "" if one.is_usual else "*"
    if variant.weights == "cap":
        return tr("Cap {0}, {1} d").format(variant.top, variant.window) + own
    return tr("Top {0}, {1} d").format(variant.top, variant.window) + own


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def index_subtitle(reading: SeasonReading | Unknown, tr: Tr) -> str:
    if isinstance(reading, Unknown):
        return reading.why
    if isinstance(reading.index, Unknown):
        return reading.index.why
    whole = tr("share of coins that beat Bitcoin")
    if reading.variant.weights == "cap":
        whole = tr("share of cap that beats Bitcoin")
    return tr("{0} · {1} of {2} counted, {3} too young").format(
        whole, reading.beating, reading.counted, reading.too_young
    )


def season_label(one: Season, tr: Tr) -> str:
    """What stands over a shaded season: its days at or above 75, and whether dominance weakened."""
    if one.strong is None:
        return tr("{0} d").format(one.days)
    return tr("{0} d, strong").format(one.days) if one.strong else tr("{0} d, weak").format(one.days)


def seasons_note(history: SeasonHistory, day: Day, forming: Season | None, tr: Tr) -> str:
    """The line below the index: what the shading means, and what the universe rests on."""
    words = tr("Altcoin season: bar on top. Bitcoin season: bar below.")
    if forming is not None:
        count = tr("{0} of 7 days at or above 75").format(forming.days)
        words = tr("A season may be forming: {0}.").format(count)
    return f"{words}    {basis(history, day, tr)}"


def basis(history: SeasonHistory, day: Day, tr: Tr) -> str:
    """Say of which spans the universe is point-in-time, carried back, or partial: the last four of them.

    Spans of less than a month are passed over here; the report has them all.
    """
    names = {
        "point-in-time": tr("point-in-time"),
        "survivors": tr("carried back"),
        "partial universe": tr("partial"),
    }
    found = history.basis(day)
    merged: list[tuple[Day, str]] = []
    for at, (start, label) in enumerate(found):
        end = found[at + 1][0] if at + 1 < len(found) else None
        brief = end is not None and end - start < LEAST_SPAN
        if not brief and (not merged or merged[-1][1] != label):
            merged.append((start, label))
    if not merged:
        return ""
    parts = [
        tr("{0} to {1}").format(names.get(label, label), month(following))
        for (_, label), (following, _) in zip(merged[-4:-1], merged[-3:], strict=False)
    ]
    last = names.get(merged[-1][1], merged[-1][1])
    parts.append(tr("{0} since").format(last) if parts else last)
    return tr("Universe: {0}").format(", ".join(parts))


def month(day: Day) -> str:
    """The month of a day for people: May 2021."""
    return QLocale().toString(dates.to_date(day), "MMM yyyy")


def dominance_subtitles(
    state: DominanceState, below_50: tuple[Spell, ...], day: Day, tr: Tr
) -> tuple[str, ...]:
    """The words after the title, and shorter ones for less room: without the basis, then the trend alone."""
    parts = [tr("of all cached coins")]
    if isinstance(state.trend, Unknown):
        parts.append(tr("trend unknown"))
    else:
        parts.append(
            {
                "weakening": tr("weakening"),
                "strengthening": tr("strengthening"),
                "flat": tr("no trend"),
            }[state.trend]
        )
    if below_50:
        last = below_50[-1]
        if last.end == day:
            parts.append(tr("sustained below 50 % since {0}").format(dates.short_day_text(last.start)))
        else:
            parts.append(tr("last sustained below 50 % on {0}").format(dates.short_day_text(last.end)))
    else:
        parts.append(tr("never sustained below 50 %"))
    return " · ".join(parts), " · ".join(parts[1:]), parts[1]


def ether_subtitle(ether: EtherHistory, row: int, tr: Tr) -> str:
    """Where ETH/BTC stands against its two means."""
    ratio = float(ether.ratio[row])
    if not numbers.known(ratio):
        return tr("one of the two prices is missing on this day")
    said = []
    for days, mean in ((50, float(ether.mean_50[row])), (200, float(ether.mean_200[row]))):
        if not numbers.known(mean):
            said.append(tr("{0} d unknown").format(days))
        else:
            side = tr("above") if ratio > mean else tr("below")
            said.append(tr("{0} {1} d").format(side, days))
    return ", ".join(said)


def reason(one: Standing, window: int, tr: Tr) -> str:
    """Why a coin is in or out, in a few words."""
    match one.reason:
        case "beats":
            return tr("in: beats Bitcoin")
        case "trails":
            return tr("in: does not beat Bitcoin")
        case "too young":
            return tr("too young: {0} of {1} days").format(one.age, window)
        case "no price":
            return tr("no price in the last 3 days")
        case "no earlier price":
            return tr("no price {0} days ago").format(window)
        case "bitcoin unknown":
            return tr("Bitcoin's return is unknown")
    group = one.left_out_as or ""
    if group == OWN_LIST:
        return tr("out: your own list")
    return tr("out: {0}").format(sector(group, tr))


def gap_sentence(found: Comparison | Unknown, names: tuple[str, str], tr: Tr) -> str:
    """What makes two definitions differ, in one or two sentences; `names` are those of first and second."""
    if isinstance(found, Unknown):
        return tr("No comparison: {0}").format(readable(found.why))
    first, second = names
    gap = -found.gap  # how the second reads against the first
    if abs(gap) < 0.05:
        head = tr("{0} and {1} read alike").format(first, second)
    elif gap > 0:
        head = tr("{0} reads {1} points higher than {2}").format(second, numbers.fixed(gap, 1), first)
    else:
        head = tr("{0} reads {1} points lower than {2}").format(second, numbers.fixed(-gap, 1), first)
    return f"{head}: {_main_reason(found, tr)}."


def _main_reason(found: Comparison, tr: Tr) -> str:
    parts = found.by_part
    other = parts["other verdict"][0]
    if other:
        gone, come = parts["only in the first"][0], parts["only in the second"][0]
        words = tr("{0} coins beat Bitcoin in only one of them").format(other)
        if other == 1:
            words = tr("1 coin beats Bitcoin in only one of them")
        if gone or come:
            words += tr(", {0} are counted in only one").format(gone + come)
        return words
    only = [one for one in found.differences if one.part in ("only in the first", "only in the second")]
    if only:
        extra = [one for one in only if one.part == "only in the second"]
        side = extra or only
        ahead = sum(1 for one in side if beats(one))
        words = tr("{0} more coins counted, {1} ahead of Bitcoin")
        if not extra:
            words = tr("{0} fewer coins counted, {1} of them ahead of Bitcoin")
        return words.format(len(side), ahead)
    return tr("the same coins with the same verdicts, weighed otherwise")


def beats(one: Difference) -> bool:
    """Whether a coin beats Bitcoin where it is counted."""
    return any(side is not None and side.verdict == "beats" for side in (one.first, one.second))


def part_words(one: Difference, tr: Tr) -> str:
    """Why a coin makes two definitions differ."""
    return {
        "only in the first": tr("counted in the first only"),
        "only in the second": tr("counted in the second only"),
        "other verdict": tr("beats Bitcoin in one only"),
        "other weight": tr("another weight"),
    }[one.part]


def side_words(side: Standing | None, window: int, tr: Tr) -> str:
    """What one definition says of a coin."""
    if side is None:
        return tr("not among the largest")
    if side.reason == "too young":
        return tr("too young, {0} d").format(side.age)
    if side.excess is None or not side.is_counted:
        return reason(side, window, tr)
    points = numbers.points(side.excess)
    return tr("beats, {0}").format(points) if side.verdict == "beats" else tr("trails, {0}").format(points)
