"""Rotascope: the composition root. Arguments first, then the window or one terminal command."""

from __future__ import annotations

import os
import sys

from terminal.arguments import Arguments, read


def main(words: list[str] | None = None) -> int:
    """Start what the arguments ask for and return the exit status.

    Whoever reads the answer may leave before its end, as `| head` does: that is no mistake.
    """
    try:
        try:
            return run(sys.argv[1:] if words is None else words)
        finally:
            if sys.stdout is not None:  # a windowed program has none
                sys.stdout.flush()
    except BrokenPipeError:
        # Python writes what is left once more at its end, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def run(words: list[str]) -> int:
    """Start what these words ask for and return the exit status."""
    arguments = read(words)
    if arguments.command == "import":
        from terminal.importing import run_import

        return run_import(arguments)
    if arguments.command == "refresh":
        from terminal.refreshing import run_refresh

        return run_refresh(arguments)
    if arguments.command == "data":
        from terminal.listing import run_data

        return run_data(arguments)
    if arguments.command == "export":
        from terminal.exporting import run_export

        return run_export(arguments)
    if arguments.command == "report":
        from terminal.reporting import run_report

        return run_report(arguments)
    if arguments.command == "plan":
        from terminal.planning import run_plan

        return run_plan(arguments)
    return run_window(arguments)


def run_window(arguments: Arguments) -> int:
    """Open the window; the terminal commands above need neither Qt nor a display."""
    for file in arguments.files:
        if not file.is_file():
            print(f"There is no file {file}.", file=sys.stderr)  # noqa: T201 - a window without it would puzzle
            return 2
    from data.paths import Paths
    from ui.app import run

    return run(
        Paths.choose(arguments.data_dir),
        as_of=arguments.as_of,
        known_at=arguments.known_at,
        demo=arguments.demo,
        files=arguments.files,
    )


if __name__ == "__main__":
    sys.exit(main())
