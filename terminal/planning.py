"""`python main.py plan FILE`: rules, sizes, ladders, simulation, stress and replays of a saved plan."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from data.cache import Cache, CacheError
from data.demo import open_demo
from data.documents import DocumentError
from data.paths import Paths
from data.plans import PlanFile, load_plan, plan_store
from models.market.snapshot import Day, day
from models.market.study import Study, study
from models.report.plan_write import written_plan
from models.risk.findings import findings
from models.risk.plan_json import lock_state
from terminal.arguments import Arguments

NOTHING, WRITTEN = 2, 0


class PlanNotReported(Exception):  # noqa: N818 - the name says what happened
    """There is no market to read the plan in, or no file to write to; `str()` says so."""


def run_plan(arguments: Arguments) -> int:
    """Write the report of a plan; messages go to standard error, so that the figures can be piped on."""
    paths = Paths.choose(arguments.data_dir)
    try:
        opened = _opened(paths, arguments)
        found = _study(paths, arguments)
        result = findings(
            opened.plan,
            found,
            found.market.as_of,
            seed=arguments.seed,
            paths=arguments.simulated_paths,
        )
        held = result.assessment.portfolio
        for sentence in (*held.left_out, *held.notices):
            print(sentence, file=sys.stderr)
        _write(written_plan(result, arguments.format), arguments.output)
    except (CacheError, DocumentError, PlanNotReported) as error:
        print(error, file=sys.stderr)
        return NOTHING
    return WRITTEN


def _opened(paths: Paths, arguments: Arguments) -> PlanFile:
    """Read the file, or the plan of that name among the user's documents."""
    assert arguments.file is not None
    store = plan_store(paths)
    named = not arguments.file.exists() and len(arguments.file.parts) == 1
    place: str | Path = str(arguments.file) if named and not arguments.file.suffix else arguments.file
    opened = load_plan(store, place)
    if lock_state(opened.plan) == "broken":
        assert opened.plan.lock is not None
        print(
            f"{opened.path.name} was changed after it was locked on {opened.plan.lock.at}: its hash no "
            "longer fits.",
            file=sys.stderr,
        )
    return opened


def _study(paths: Paths, arguments: Arguments) -> Study:
    """Study the market; without a chosen day, as of the newest one on which coins can be ranked."""
    cache = open_demo(paths) if arguments.demo else Cache.open(paths.market)
    for notice in cache.notices:
        print(notice, file=sys.stderr)
    market = cache.market(as_of=_as_day(arguments.as_of), known_at=_as_day(arguments.known_at))
    if not market.days.size:
        raise PlanNotReported(
            "The cache holds nothing of that day, so the plan has no prices. Take in an archive with "
            "`import PATH`, choose a later day, or add --demo for the demo market."
        )
    found = study(market)
    if arguments.as_of is not None or found.latest == market.as_of:
        return found
    print(f"As of {found.latest}, the last day with market caps in the cache.", file=sys.stderr)
    return study(market.cut(found.latest))


def _as_day(when: date | None) -> Day | None:
    return None if when is None else day(when.isoformat())


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        # newline: a table ends its lines itself.
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise PlanNotReported(
            f"The report could not be written to {output}: {error.strerror}. Choose another place."
        ) from error
