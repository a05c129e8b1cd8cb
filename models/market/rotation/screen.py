"""The screen "quiet with volume": coins that calm down while their turnover holds. Methods, section 6.

Each figure is that of the signals `volatility` and `volume` (section 8), taken for one coin. It finds
coins in a state, and says nothing about what followed such states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.market.gaps import change, trailing_mean
from models.market.signals.altcoins import READINGS, VOLATILITY_DAYS, volatility_percentile
from models.market.signals.inputs import at_least
from models.market.snapshot import Day, Floats
from models.market.study import Study
from models.market.universe import SECTORS
from models.market.unknown import Unknown

SHORT, LONG, MOVE_DAYS, CARRY = 30, 180, 30, 3
LARGEST_TOP = 250
MOST_SCREENS, LONGEST_NAME = 50, 40

Verdict = Literal["passes", "fails", "unknown"]


class ScreenError(ValueError):
    """A filter that cannot be; `str()` is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One set of filters; a limit of None is not asked for. Fractions, the percentile 0 .. 100.

    Attributes
    ----------
    top : how many of the day's largest altcoins are looked at
    quiet : the 30-day volatility's percentile among a year of its own is at most this
    busy : the volume's 30-day mean is at least so many times its 180-day mean
    still : the price moved less than this over 30 days, up or down
    rising : the share of 30 days' volume that was traded on days of a higher price is at least this
    sectors : only these; empty for all
    """

    name: str
    top: int = 50
    quiet: float | None = 25.0
    busy: float | None = 1.0
    still: float | None = 0.15
    rising: float | None = None
    sectors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > LONGEST_NAME:
            raise ScreenError(f"A screen needs a name of 1 to {LONGEST_NAME} characters.")
        if isinstance(self.top, bool) or not isinstance(self.top, int) or not 1 <= self.top <= LARGEST_TOP:
            raise ScreenError(f"A screen looks at 1 to {LARGEST_TOP} coins, not at {self.top}.")
        for what, value, highest in (
            ("percentile", self.quiet, 100.0),
            ("multiple of the volume", self.busy, 100.0),
            ("move of the price", self.still, 10.0),
            ("share of the volume", self.rising, 1.0),
        ):
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= highest:
                raise ScreenError(f"The {what} lies between 0 and {highest:g}, not at {value}.")
        if unknown := set(self.sectors) - set(SECTORS):
            raise ScreenError(f"There is no sector {sorted(unknown)[0]!r}.")


USUAL = Screen("Quiet with volume")
"""The limits at which the signals `volatility` and `volume` confirm."""


@dataclass(frozen=True, slots=True)
class ScreenBook:
    """The screens of one person and the one in use; the first is the usual one, and stays."""

    screens: tuple[Screen, ...] = (USUAL,)
    chosen: str = USUAL.name

    @property
    def current(self) -> Screen:
        return next((one for one in self.screens if one.name == self.chosen), self.screens[0])

    def with_screen(self, screen: Screen) -> ScreenBook:
        """Return the book with a screen added, or put in place of the one of its name, and chosen."""
        if screen.name == USUAL.name and screen != USUAL:
            raise ScreenError(f"“{USUAL.name}” stays as it is; save your filters under another name.")
        names = [one.name for one in self.screens]
        if screen.name not in names and len(names) >= MOST_SCREENS:
            raise ScreenError(f"There is room for {MOST_SCREENS} screens.")
        if screen.name in names:
            screens = tuple(screen if one.name == screen.name else one for one in self.screens)
        else:
            screens = (*self.screens, screen)
        return ScreenBook(screens, screen.name)

    def without_screen(self, name: str) -> ScreenBook:
        """Return the book without one screen; the usual one is never left out."""
        kept = tuple(one for one in self.screens if one.name != name or one == USUAL)
        return ScreenBook(kept, self.chosen if self.chosen in {one.name for one in kept} else USUAL.name)

    def choosing(self, name: str) -> ScreenBook:
        """Return the book with another screen in use."""
        return replace(self, chosen=name)


@dataclass(frozen=True, slots=True)
class ScreenRow:
    """One coin held against the filters; an unknown figure that is asked for makes it unknown."""

    coin: str
    symbol: str
    name: str
    sector: str
    rank: int
    volatility: float | Unknown
    volume: float | Unknown
    move: float | Unknown
    rising: float | Unknown
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Screened:
    """The coins that were looked at: those that pass first, the calmest first; `why` when there are none."""

    screen: Screen
    day: Day
    rows: tuple[ScreenRow, ...]
    why: str = ""

    def count(self, verdict: Verdict) -> int:
        return sum(one.verdict == verdict for one in self.rows)

    @property
    def passing(self) -> tuple[ScreenRow, ...]:
        return tuple(one for one in self.rows if one.verdict == "passes")


def screened(study: Study, day: Day, screen: Screen = USUAL) -> Screened:
    """Hold the day's largest altcoins against the filters.

    Notes
    -----
    Looks at no day after `day`, and at no more of the past than the figures need.
    """
    market = study.market
    if not market.days.size or not market.days[0] <= day <= market.days[-1]:
        return Screened(screen, day, (), f"The cache holds no day {day}.")
    row = int((day - market.days[0]).astype(int))
    columns = study.universe.largest_on(row, screen.top)[0]
    columns = columns[columns >= 0]
    if not columns.size:
        return Screened(screen, day, (), "No altcoin has a market cap on this day.")
    first = max(0, row - READINGS - VOLATILITY_DAYS - 1)
    price, volume = (array[first : row + 1, columns] for array in (market.price, market.volume))
    wanted = np.zeros(price.shape, dtype=np.bool_)
    wanted[-1] = True
    figures = (
        volatility_percentile(price, wanted)[-1],
        volume_ratio(volume),
        change(price[-MOVE_DAYS - CARRY - 1 :], MOVE_DAYS)[-1],
        rising_share(price, volume),
    )
    whys = (
        "Half a year of volatility is needed, and 20 daily returns within the last 30 days.",
        f"{at_least(LONG)} days of volume within {LONG} are needed, and {at_least(SHORT)} within {SHORT}.",
        f"The coin has no price on this day or {MOVE_DAYS} days before.",
        f"{at_least(SHORT)} of the last {SHORT} days need a return and a volume.",
    )
    rows = []
    for place, column in enumerate(columns.tolist()):
        coin = market.coins[column]
        sector = SECTORS[int(study.universe.sector[column])]
        if screen.sectors and sector not in screen.sectors:
            continue
        known = [
            Unknown(why) if np.isnan(values[place]) else float(values[place])
            for values, why in zip(figures, whys, strict=True)
        ]
        volatility, busy, move, rising = known
        verdict = _verdict(screen, known)
        rows.append(
            ScreenRow(
                coin.id, coin.symbol, coin.name, sector, place + 1, volatility, busy, move, rising, verdict
            )
        )
    order = {"passes": 0, "unknown": 1, "fails": 2}
    rows.sort(key=lambda one: (order[one.verdict], _sortable(one.volatility), one.rank))
    return Screened(screen, day, tuple(rows), "" if rows else "No coin of the chosen sectors is in the top.")


def volume_ratio(volume: Floats) -> Floats:
    """Return the 30-day over the 180-day mean of each column's volume at the end; NaN unknown."""
    part = volume[-LONG:]
    short = trailing_mean(part, SHORT, at_least(SHORT))[-1]
    long = trailing_mean(part, LONG, at_least(LONG))[-1]
    return np.asarray(np.where(long > 0, short / np.where(long > 0, long, 1.0), np.nan), dtype=np.float64)


def rising_share(price: Floats, volume: Floats) -> Floats:
    """Return the share of 30 days' volume that was traded on days whose close was above the day before's.

    Notes
    -----
    The sums of Granville's on-balance volume (1963) as a share: 0.5 is as much on rising days as on
    the others. A day counts with a volume and with a price on it and on the day before; 20 must.
    """
    if price.shape[0] < 2:
        return np.full(price.shape[1], np.nan)
    change_of_day = np.diff(price[-SHORT - 1 :], axis=0)
    traded = volume[-change_of_day.shape[0] :]
    counts = np.isfinite(change_of_day) & np.isfinite(traded)
    total = np.where(counts, traded, 0.0).sum(axis=0)
    up = np.where(counts & (np.nan_to_num(change_of_day) > 0), traded, 0.0).sum(axis=0)
    enough = (counts.sum(axis=0) >= at_least(SHORT)) & (total > 0)
    return np.asarray(np.where(enough, up / np.where(total > 0, total, 1.0), np.nan), dtype=np.float64)


def _verdict(screen: Screen, figures: list[float | Unknown]) -> Verdict:
    """Three-valued and: what fails is out whatever else is unknown."""
    volatility, volume, move, rising = figures
    unknown = False
    for limit, figure, sign in (
        (screen.quiet, volatility, "at most"),
        (screen.busy, volume, "at least"),
        (screen.still, move, "within"),
        (screen.rising, rising, "at least"),
    ):
        if limit is None:
            continue
        if isinstance(figure, Unknown):
            unknown = True
        elif sign == "at most":
            if figure > limit:
                return "fails"
        elif sign == "at least":
            if figure < limit:
                return "fails"
        elif abs(figure) >= limit:
            return "fails"
    return "unknown" if unknown else "passes"


def _sortable(value: float | Unknown) -> float:
    return np.inf if isinstance(value, Unknown) else value


# -- as a document -----------------------------------------------------------------------------------


def to_plain(book: ScreenBook) -> dict[str, object]:
    """Return the screens as plain values; the usual one is not written down."""
    return {
        "chosen": book.chosen,
        "screens": [{**_fields(one), "sectors": list(one.sectors)} for one in book.screens if one != USUAL],
    }


def from_plain(plain: object) -> ScreenBook:
    """Read what :func:`to_plain` wrote. Raises ScreenError, in a sentence, for anything else."""
    if not isinstance(plain, Mapping) or not isinstance(plain.get("screens", []), list):
        raise ScreenError("The saved screens are not a list.")
    book = ScreenBook()
    for one in plain.get("screens", []):
        if not isinstance(one, Mapping) or set(one) - set(Screen.__slots__):
            raise ScreenError("A saved screen has filters that are not known.")
        sectors = one.get("sectors", [])
        if not isinstance(one.get("name"), str) or not isinstance(sectors, list):
            raise ScreenError("A saved screen lacks its name or its sectors.")
        book = book.with_screen(Screen(**{**one, "sectors": tuple(map(str, sectors))}))
    chosen = plain.get("chosen")
    return book.choosing(chosen if isinstance(chosen, str) else USUAL.name)


def _fields(screen: Screen) -> dict[str, object]:
    return {name: getattr(screen, name) for name in Screen.__slots__}
