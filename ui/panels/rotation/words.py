"""The Rotation panel in words: whole plain sentences with their numbers."""

from __future__ import annotations

from collections.abc import Callable

from models.market.rotation.screen import Screened
from models.market.rotation.view import AfterPhase, Moves, PhaseDay, RotationBoard
from models.market.snapshot import Day
from models.market.unknown import Unknown
from ui.charts.phase_ribbon import Block, share_text
from ui.widgets import numbers
from ui.widgets.dates import short_day_text

Tr = Callable[[str], str]
STATIONS = ("bitcoin", "large", "mid", "small")
LEGEND = ("bitcoin", "large", "mid", "small", "risk-off")
WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def names(tr: Tr) -> dict[str, str]:
    """The phases by their codes."""
    return {
        "risk-off": tr("Risk-off"),
        "bitcoin": tr("Bitcoin"),
        "large": tr("Large caps"),
        "mid": tr("Mid caps"),
        "small": tr("Small and meme"),
    }


def short_names(tr: Tr) -> dict[str, str]:
    """The same for a legend and for the middle of a sentence."""
    return {
        "risk-off": tr("risk-off"),
        "bitcoin": tr("Bitcoin"),
        "large": tr("large caps"),
        "mid": tr("mid caps"),
        "small": tr("small and meme"),
    }


def phase_words(found: PhaseDay, tr: Tr, *, compact: bool = False) -> str:
    """Since when the phase is shown, and what the day says by itself."""
    state = found.state
    if isinstance(state.phase, Unknown):
        return tr("unknown")
    called = names(tr)
    since = short_day_text(state.since) if state.since is not None else numbers.UNKNOWN
    days = tr("1 day") if state.days == 1 else tr("{0} days").format(state.days)
    words = tr("{0} since {1}, {2}").format(called[state.phase], since, days)
    if compact:
        return words
    raw = state.raw_phase
    if isinstance(raw, Unknown):
        return tr("{0} · raw phase today: unknown").format(words)
    if raw == state.phase:
        return tr("{0} · raw phase today: the same").format(words)
    return tr("{0} · raw phase today: {1}").format(words, short_names(tr)[raw])


def restless_words(found: PhaseDay, tr: Tr) -> str:
    """Why there is no clear phase; empty where there is one."""
    if not found.state.no_clear_phase:
        return ""
    return tr("no clear phase: {0} changes in 20 days").format(found.state.raw_changes)


def blocks(found: PhaseDay, tr: Tr) -> list[Block]:
    """The ribbon: unknown stretches and spells in the order of days."""
    called = names(tr)
    result = [Block("", tr("Unknown"), start, end) for start, end in found.unknown_spans]
    result += [Block(one.phase, called[one.phase], one.start, one.end, one.running) for one in found.spells]
    return sorted(result, key=lambda one: one.start)


def legend(found: PhaseDay, tr: Tr) -> list[tuple[str, str]]:
    """Each phase with its share of the time."""
    called = {**short_names(tr), "large": tr("large"), "mid": tr("mid")}
    shares = {one.phase: one.share for one in found.times}
    if not found.spells:
        return [(phase, called[phase]) for phase in LEGEND]
    return [(phase, share_text(called[phase], shares[phase])) for phase in LEGEND]


def after_title(after: AfterPhase | Unknown, tr: Tr) -> str:
    """The title of the card: what it is about."""
    if isinstance(after, Unknown):
        return tr("What came after")
    return tr("What came after {0}").format(short_names(tr)[after.phase])


def after_subtitle(after: AfterPhase | Unknown, tr: Tr) -> str:
    """How many spells the figures rest on."""
    if isinstance(after, Unknown):
        return ""
    if not after.spells:
        return tr("no earlier spell, known on this day")
    spells = tr("1 earlier spell") if after.spells == 1 else tr("{0} earlier spells").format(after.spells)
    return tr("{0}, known on this day; 95 % intervals").format(spells)


def verdict(after: AfterPhase | Unknown, tr: Tr) -> str:
    """One sentence: what so many spells can tell."""
    if isinstance(after, Unknown):
        return after.why
    called = short_names(tr)
    if after.judgement == "none":
        return tr("No spell of {0} has ended yet, so nothing is known of what follows.").format(
            called[after.phase]
        )
    if after.judgement == "apart":
        first = after.rows[0]
        return tr("{0} came next in {1} of {2} spells, more often than any other, beyond chance.").format(
            _sentence(called[first.to]), first.count, first.of
        )
    one = after.spells == 1
    spells = tr("One spell") if one else tr("{0} spells").format(_number(after.spells))
    if after.judgement == "partly":
        rivals = tr(" or ").join(called[rival] for rival in after.rivals)
        words = tr("{0} cannot tell {1} from {2}.").format(spells, called[after.rows[0].to], rivals)
    else:
        words = tr("{0} cannot tell these apart.").format(spells)
    if after.usual is None:
        return words
    step = called[after.usual]
    if after.usual_count == 0:
        return tr("{0} The usual next step, {1}, never came after them.").format(words, step)
    if one:
        return tr("{0} It gave way to the usual next step, {1}.").format(words, step)
    return tr("{0} The usual next step, {1}, came after {2} of them.").format(
        words, step, _number(after.usual_count).lower()
    )


def basis_words(board: RotationBoard, day: Day, tr: Tr) -> str:
    """What the lists of coins rest on, and what that does to the figures."""
    basis = board.basis_on(day)
    return {
        "survivors": tr("Basis: survivors, so winners weigh too much."),
        "point-in-time": tr("Basis: all coins of that very day."),
        "partial universe": tr("Basis: fewer than 200 coins are cached on this day."),
    }.get(basis, tr("There is no list of coins on this day."))


def changes_words(changes: int, tr: Tr) -> str:
    """How far the classes are the user's own; empty without a change."""
    if not changes:
        return ""
    return tr("with your 1 change") if changes == 1 else tr("with your {0} changes").format(changes)


def moves_words(found: Moves, tr: Tr) -> str:
    """How many of the coins have a figure."""
    rest = len(found.rows) - found.known
    if found.why:
        return found.why
    words = tr("1 coin") if found.known == 1 else tr("{0} coins").format(found.known)
    return tr("{0}, {1} unknown").format(words, rest) if rest else words


def screen_words(found: Screened, tr: Tr) -> str:
    """How many coins pass, and how many are unknown."""
    if found.why:
        return found.why
    unknown = found.count("unknown")
    passing = found.count("passes")
    of = len(found.rows)
    words = tr("{0} of {1} pass").format(passing, of) if passing else tr("None of {0} passes").format(of)
    return tr("{0} · {1} unknown").format(words, unknown) if unknown else words


def limits_words(found: Screened, tr: Tr) -> str:
    """The filters in one line."""
    screen = found.screen
    parts = []
    if screen.quiet is not None:
        parts.append(tr("percentile ≤ {0}").format(numbers.fixed(screen.quiet, 0)))
    if screen.busy is not None:
        parts.append(tr("volume ≥ {0}").format(f"{numbers.fixed(screen.busy, 1)}{numbers.SPACE}×"))
    if screen.still is not None:
        parts.append(tr("move < {0}").format(numbers.percent(screen.still, 0)))
    if screen.rising is not None:
        parts.append(tr("rising ≥ {0}").format(numbers.percent(screen.rising, 0)))
    if screen.sectors:
        parts.append(tr("{0} sectors").format(len(screen.sectors)))
    return ", ".join(parts) or tr("no filter")


def _number(value: int) -> str:
    return WORDS[value] if value < len(WORDS) else str(value)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
