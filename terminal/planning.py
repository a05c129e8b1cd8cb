"""`python main.py plan FILE`: rules, sizes, ladders, simulation, stress and replays of a saved plan."""

from __future__ import annotations

import sys
from pathlib import Path

from data.cache import CacheError
from data.documents import DocumentError
from data.paths import Paths
from data.plans import PlanFile, load_plan, plan_store
from data.settings_file import users_paths
from models.market.study import Study
from models.report.plan_write import written_plan
from models.risk.findings import findings
from models.risk.plans.as_json import lock_state
from terminal.arguments import Arguments
from terminal.output import NotWritten, write_answer
from terminal.studying import market_of, opened_cache, studied

NOTHING, WRITTEN = 2, 0


class PlanNotReported(Exception):  # noqa: N818 - the name says what happened
    """There is no market to read the plan in; `str()` says so."""


def run_plan(arguments: Arguments) -> int:
    """Write the report of a plan; messages go to standard error, so that the figures can be piped on."""
    paths = users_paths(arguments.data_dir)
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
        write_answer(written_plan(result, arguments.format), arguments.output, what="report")
    except (CacheError, DocumentError, NotWritten, PlanNotReported) as error:
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
    market = market_of(opened_cache(paths, arguments), arguments)
    if not market.days.size:
        raise PlanNotReported(
            "The cache holds nothing of that day, so the plan has no prices. Take in an archive with "
            "`import PATH`, choose a later day, or add --demo for the demo market."
        )
    return studied(market, paths, arguments)
