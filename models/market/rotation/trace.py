"""The numbers behind each card of the Rotation panel, as (what, value), and what was left out."""

from __future__ import annotations

from models.market.rotation.screen import USUAL, screened
from models.market.rotation.view import (
    GRAPH_COINS,
    LEAD_TOP,
    AfterPhase,
    PhaseDay,
    RotationBoard,
    rotation_board,
)
from models.market.snapshot import Day
from models.market.study import Study
from models.market.unknown import Unknown

Steps = tuple[tuple[str, str], ...]
NAMES = {
    "risk-off": "Risk-off",
    "bitcoin": "Bitcoin",
    "large": "Large caps",
    "mid": "Mid caps",
    "small": "Small caps and memes",
}


def rotation_steps(study: Study, day: Day, key: str) -> tuple[Steps, tuple[str, ...]]:
    """Return the steps of one of `phase_after`, `rotation_graph`, `sectors`, `leaders`, `screen`."""
    board = rotation_board(study)
    assert board is not None  # nobody cancels it
    steps, left = {
        "phase_after": _after,
        "rotation_graph": _graph,
        "sectors": _sectors,
        "leaders": _leaders,
        "screen": _screen,
    }[key](board, day)
    if changes := study.classes.changes:
        left = (*left, f"Computed with your own changes of tiers, sectors and baskets: {changes}.")
    return steps, left


def _after(board: RotationBoard, day: Day) -> tuple[Steps, tuple[str, ...]]:
    found = board.phases(day)
    if isinstance(found, Unknown):
        return (("Phase", f"unknown: {found.why}"),), ()
    after = found.after
    if isinstance(after, Unknown):
        return (("Phase", f"unknown: {after.why}"),), ()
    steps: Steps = (
        ("Phase shown", NAMES[after.phase]),
        ("Spells of it that have ended", f"{after.spells}"),
        *((NAMES[one.to], f"{one.count} of {one.of}, {one.low:.0%} to {one.high:.0%}") for one in after.rows),
        ("Can these be told apart?", _judged(after)),
    )
    left = ("The spell that runs on this day has no follower yet and is not counted.",)
    return steps, (*left, *_restless(found))


def _judged(after: AfterPhase) -> str:
    return {  # the most frequent follower against the others
        "none": "no spell has ended yet",
        "partly": f"not from {', '.join(NAMES[one] for one in after.rivals)}; the others came less often",
        "apart": "yes: the most frequent interval lies above all others",
        "alike": "no: the most frequent interval overlaps another",
    }[after.judgement]


def _restless(found: PhaseDay) -> tuple[str, ...]:
    if not found.state.no_clear_phase:
        return ()
    return (f"No clear phase: the raw phase changed {found.state.raw_changes} times within 20 days.",)


def _graph(board: RotationBoard, day: Day) -> tuple[Steps, tuple[str, ...]]:
    steps: list[tuple[str, str]] = []
    missing: list[str] = []
    for of in ("tiers", "sectors", "coins", "baskets"):
        for line in board.graph(of, day).lines:
            if line.known:
                steps.append((line.title, f"across {line.x:.1f}, up {line.y:.1f}"))
            else:
                missing.append(line.name)
    left: tuple[str, ...] = (f"The coins are the {GRAPH_COINS} largest altcoins of the day.",)
    if missing:
        left = (*left, f"Without a place on this day: {', '.join(missing)}.")
    return tuple(steps), left


def _sectors(board: RotationBoard, day: Day) -> tuple[Steps, tuple[str, ...]]:
    found = board.sectors(day)
    if isinstance(found, Unknown):
        return (("Sectors", f"unknown: {found.why}"),), ()
    steps = tuple(
        (
            f"{one.title}, {one.members} members",
            "; ".join("unknown" if isinstance(value, Unknown) else _points(value) for value in one.against),
        )
        for one in found
    )
    return (("Over", "7; 30; 90; 365 days, in points"), *steps), tuple(
        f"{one.title}: {one.why}" for one in found if one.why
    )


def _leaders(board: RotationBoard, day: Day) -> tuple[Steps, tuple[str, ...]]:
    found = board.moves(day)
    if found.why:
        return (("Coins", f"unknown: {found.why}"),), ()
    steps = tuple(
        (f"{one.name} ({one.symbol})", _points(one.against))
        for one in found.rows
        if not isinstance(one.against, Unknown)
    )
    rest = len(found.rows) - found.known
    left = (f"{rest} of the top {LEAD_TOP} have no 30-day return.",) if rest else ()
    return steps, left


def _screen(board: RotationBoard, day: Day) -> tuple[Steps, tuple[str, ...]]:
    found = screened(board.study, day, USUAL)
    if found.why:
        return (("Coins", f"unknown: {found.why}"),), ()
    steps: Steps = (
        ("Coins looked at", f"{len(found.rows)}"),
        ("Pass", f"{found.count('passes')}"),
        ("Fail", f"{found.count('fails')}"),
        ("Unknown", f"{found.count('unknown')}"),
    )
    passing = tuple(
        (one.name, f"percentile {one.volatility:.0f}, volume {one.volume:.2f} ×, 30 days {one.move:+.1%}")
        for one in found.passing
        if not isinstance(one.volatility, Unknown)
        and not isinstance(one.volume, Unknown)
        and not isinstance(one.move, Unknown)
    )
    return (*steps, *passing), ("These are the usual limits; your own stand in the panel.",)


def _points(value: float) -> str:
    return f"{100 * value:+.1f}".replace("-", "−")
