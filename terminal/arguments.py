"""The words a person types after `python main.py`."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from models.version import NAME, VERSION

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # only its stub takes brackets

DESCRIPTION = """\
Rotascope checks the story "the Russell 2000 made a record, altcoin season is next" against the data
on your own disk. Without a command it opens the window. It gives no investment advice."""

EXAMPLES = """\
examples:
  python main.py                                   open the window
  python main.py --demo                            open it with the simulated demo market
  python main.py autumn.plan.json                  open it with this plan
  python main.py refresh                           ask the public sources for what is new
  python main.py data                              list all series, each with its state
  python main.py import path/to/archive            take an archive of CSV files into the cache
  python main.py report --as-of 2021-05-14         every figure of that day, as JSON
  python main.py report --format html --output report.html
  python main.py plan autumn.plan.json --seed 7    rules, risk and simulation of a saved plan

Data go to standard output, messages to standard error. All files of the application lie in the
user's own folders, or below one folder: --data-dir DIR, or the environment variable
ROTASCOPE_DATA_DIR."""


@dataclass(frozen=True)
class Arguments:
    """What was asked for."""

    command: str | None = None
    data_dir: Path | None = None
    demo: bool = False
    as_of: date | None = None
    known_at: date | None = None
    paths: tuple[Path, ...] = ()
    event: Literal["breakout", "record"] = "breakout"
    horizon: int = 180
    format: str = "json"
    output: Path | None = None
    progress: str = "auto"
    only: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    dry_run: bool = False
    everything: bool = False
    from_window: bool = False
    coins: bool = False
    ids: tuple[str, ...] = ()
    archive: Path | None = None
    file: Path | None = None
    files: tuple[Path, ...] = ()
    seed: int | None = None
    simulated_paths: int | None = None


def a_day(text: str) -> date:
    """Read a day that is not in the future; the message is what `--as-of` answers to a typing error."""
    try:
        read = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day. Write it as 2021-05-14.") from None
    if read > datetime.now(UTC).date():
        raise argparse.ArgumentTypeError(f"{text} lies in the future. Choose today or an earlier day.")
    return read


def a_seed(text: str) -> int:
    """Read a seed: any whole number that the generator takes."""
    return _whole(text, 0, 2**32 - 1, "seed")


def a_number_of_paths(text: str) -> int:
    """Read how many paths are simulated."""
    return _whole(text, 100, 100_000, "number of paths")


def _whole(text: str, low: int, high: int, what: str) -> int:
    try:
        found = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number.") from None
    if not low <= found <= high:
        raise argparse.ArgumentTypeError(f"The {what} has to lie between {low} and {high}, not {text}.")
    return found


HORIZONS = (7, 14, 30, 60, 90, 180, 365)


def a_horizon(text: str) -> int:
    """Read within how many days a season counts."""
    if text not in {str(days) for days in HORIZONS}:
        among = ", ".join(map(str, HORIZONS[:-1]))
        raise argparse.ArgumentTypeError(f"{text!r} is no horizon. Choose {among} or {HORIZONS[-1]} days.")
    return int(text)


PLAN_ENDING = ".plan.json"
VALUED = ("--data-dir", "--as-of", "--known-at")
"""The options before a command that take the next word."""


def parser() -> argparse.ArgumentParser:
    """Return the parser; every option works before and after the command."""
    shared, viewing = _shared(), _viewing()
    main = argparse.ArgumentParser(
        prog="rotascope",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared, viewing],
    )
    main.add_argument("--version", action="version", version=f"{NAME} {VERSION}")
    commands = main.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    _add_open(commands, shared, viewing)
    _add_import(commands, shared)
    _add_refresh(commands, shared)
    _add_data(commands, shared)
    _add_export(commands, shared)
    _add_report(commands, shared, viewing)
    _add_plan(commands, shared, viewing)
    return main


def _shared() -> argparse.ArgumentParser:
    """Return the options that every command has."""
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="keep all files of the application below this folder"
    )
    return shared


def _viewing() -> argparse.ArgumentParser:
    """Return the options of whatever shows a market."""
    viewing = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    viewing.add_argument(
        "--as-of", type=a_day, metavar="DAY", help="show what was known at the end of this day"
    )
    viewing.add_argument(
        "--known-at",
        type=a_day,
        metavar="DAY",
        help="also undo what the providers revised, and what the cache learnt, after this day",
    )
    viewing.add_argument("--demo", action="store_true", help="use the simulated demo market")
    return viewing


def _add_open(commands: Commands, shared: argparse.ArgumentParser, viewing: argparse.ArgumentParser) -> None:
    opening = commands.add_parser(
        "open",
        parents=[shared, viewing],
        help="open the window with saved plans (the word may be left out)",
        description="Open the window with saved plans. A window that is open for the same documents comes "
        "forward with them instead.",
    )
    opening.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a plan (*.plan.json)")


def _add_import(commands: Commands, shared: argparse.ArgumentParser) -> None:
    taking = commands.add_parser(
        "import",
        parents=[shared],
        help="take an archive of CSV files into the cache",
        description="Take archives (folders with a manifest.toml: docs/archive-format.md) into the cache. "
        "Doing it twice changes nothing. What was refused is listed with its line and the reason.",
        epilog="exit status: 0 done, 1 a whole file was refused, 2 nothing was taken",
    )
    taking.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a folder with a manifest.toml")
    taking.add_argument(
        "--progress",
        choices=("auto", "json", "none"),
        default="auto",
        help="a bar on a terminal (auto), one JSON object a line (json), or nothing",
    )


def _add_refresh(commands: Commands, shared: argparse.ArgumentParser) -> None:
    asking = commands.add_parser(
        "refresh",
        parents=[shared],
        help="ask the public sources for what is new",
        description="Ask the public sources for what is new and take it into the cache, job by job: what was "
        "fetched stays, whatever happens to the rest. One refresh at a time; limits are respected.",
        epilog="exit status: 0 whole, 1 partly, 2 not at all",
    )
    asking.add_argument(
        "--only",
        nargs="+",
        default=(),
        metavar="SOURCE",
        help="ask these only (`data --format json` lists them)",
    )
    asking.add_argument(
        "--since",
        type=a_day,
        metavar="DAY",
        help="ask for everything from this day on again, to catch revisions",
    )
    asking.add_argument(
        "--everything", action="store_true", help="ask also for what was asked for within the hour"
    )
    asking.add_argument("--dry-run", action="store_true", help="say what would be asked, and ask nothing")
    asking.add_argument(
        "--progress",
        choices=("auto", "json", "none"),
        default="auto",
        help="a bar on a terminal (auto), one JSON object a line (json), or nothing",
    )
    # The window hands over keys, and asks to stop, through standard input.
    asking.add_argument("--from-window", action="store_true", help=argparse.SUPPRESS)


def _add_data(commands: Commands, shared: argparse.ArgumentParser) -> None:
    listing = commands.add_parser(
        "data",
        parents=[shared],
        help="list all series, each with its state",
        description="List every series: fresh, stale, waiting, not available, or failed, and why.",
        epilog="exit status: 0 the list was written, 2 the cache could not be read",
    )
    listing.add_argument("--format", choices=("table", "json"), default="table")
    listing.add_argument("--coins", action="store_true", help="list each coin too, not only their number")


def _add_export(commands: Commands, shared: argparse.ArgumentParser) -> None:
    giving = commands.add_parser(
        "export",
        parents=[shared],
        help="write series as CSV, or everything as an archive",
        description="Write some series as one CSV table, a row a day, or (--archive) everything as a folder "
        "that `import` takes. The providers' terms hold for what is written: most allow personal use only.",
        epilog="exit status: 0 it was written, 2 it was not",
    )
    giving.add_argument("ids", nargs="*", metavar="ID", help="series and coins, as `data --coins` names them")
    giving.add_argument(
        "--archive", type=Path, metavar="FOLDER", help="write an archive into this new folder"
    )
    giving.add_argument("--output", type=Path, metavar="FILE", help="write the table to this file instead")
    giving.add_argument("--since", type=a_day, metavar="DAY", help="from this day on")
    giving.add_argument("--until", type=a_day, metavar="DAY", help="up to this day")


def _add_report(
    commands: Commands, shared: argparse.ArgumentParser, viewing: argparse.ArgumentParser
) -> None:
    telling = commands.add_parser(
        "report",
        parents=[shared, viewing],
        help="print every figure of one day",
        description="Print every figure as of a day: the season, the Russell 2000, dominance, correlations. "
        "An unknown figure is null and says why.",
        epilog="exit status: 0 the report was written, 2 there was nothing to report",
    )
    telling.add_argument("--format", choices=("json", "html"), default="json")
    telling.add_argument(
        "--event",
        choices=("breakout", "record"),
        default="breakout",
        help="what the precedents are: records after a quiet time (breakout), or all records",
    )
    telling.add_argument(
        "--horizon",
        type=a_horizon,
        default=180,
        metavar="DAYS",
        help="the days within which a season counts in the sentence on precedents: "
        "7, 14, 30, 60, 90, 180 or 365",
    )
    telling.add_argument(
        "--since",
        type=a_day,
        metavar="DAY",
        help="tell what changed after this day (30 days before, if left out)",
    )
    telling.add_argument("--output", type=Path, metavar="FILE", help="write to this file instead")


def _add_plan(
    commands: Commands,
    shared: argparse.ArgumentParser,
    viewing: argparse.ArgumentParser,
) -> None:
    planning = commands.add_parser(
        "plan",
        parents=[shared, viewing],
        help="print rules, sizes, ladders, simulation and stress of a saved plan",
        description="Print everything about a saved plan as of a day. The same seed gives the same figures. "
        "An unknown figure is null and says why. The file is described in docs/plan-format.md.",
        epilog="exit status: 0 the report was written, 2 the plan or the market could not be read",
    )
    planning.add_argument("file", type=Path, metavar="FILE", help="a plan, or its name among your documents")
    planning.add_argument("--format", choices=("json", "html", "csv"), default="json")
    planning.add_argument("--seed", type=a_seed, metavar="N", help="of the simulation, instead of the plan's")
    planning.add_argument(
        "--paths",
        type=a_number_of_paths,
        dest="simulated_paths",
        metavar="N",
        help="simulate so many paths, 100 to 100000, instead of the plan's number",
    )
    planning.add_argument("--output", type=Path, metavar="FILE", help="write to this file instead")


NOT_WITH_DEMO = {
    "import": "--demo has a market of its own: nothing can be imported into it.",
    "refresh": "The demo market is simulated: there is nothing to refresh.",
    # An archive of it could be taken into a cache of real figures.
    "export": "The demo market is simulated: it is not exported, so that nobody takes it for real figures.",
}


def read(words: list[str]) -> Arguments:
    """Read the command line; on a mistake argparse says what is wrong and leaves with status 2."""
    whole = parser()
    found, unknown = whole.parse_known_args(_with_open(words))
    known = vars(found)
    command = known.get("command")
    asked = _of_command(whole, command)
    if unknown:
        asked.error(f"{' '.join(unknown)} is not known here. --help lists what is.")
    if known.get("demo") and command in NOT_WITH_DEMO:
        asked.error(f"{NOT_WITH_DEMO[command]} Leave out --demo.")
    if command == "export" and not known.get("ids") and not known.get("archive"):
        asked.error("Name some series (`export RUT bitcoin`), or a folder for all (--archive FOLDER).")
    for name in ("paths", "only", "ids", "files"):
        known[name] = tuple(known.get(name, ()))
    return Arguments(**known)


def _of_command(whole: argparse.ArgumentParser, command: str | None) -> argparse.ArgumentParser:
    """Return the parser of a command, so that a mistake is answered with its usage; else the whole one."""
    for action in whole._actions:  # argparse has no public way to ask for it
        if isinstance(action, argparse._SubParsersAction) and command is not None:
            found: argparse.ArgumentParser = action.choices[command]
            return found
    return whole


def _with_open(words: list[str]) -> list[str]:
    """Put `open` before a plan that stands where a command would: desktops pass the file alone."""
    takes_value = False
    for at, word in enumerate(words):
        if takes_value or word.startswith("-"):
            takes_value = not takes_value and word in VALUED
            continue
        return [*words[:at], "open", *words[at:]] if word.endswith(PLAN_ENDING) else words
    return words
