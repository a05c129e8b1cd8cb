"""Where the answer of a command goes: standard output, or the file of `--output`."""

from __future__ import annotations

import sys
from pathlib import Path


class NotWritten(Exception):  # noqa: N818 - the name says what happened
    """The chosen file could not be written; `str()` says so in a sentence for people."""


def write_answer(text: str, output: Path | None, *, what: str) -> None:
    """Write the text whole; `what` names it in the sentence of an error, such as "report".

    Raises
    ------
    NotWritten
    """
    if output is None:
        sys.stdout.write(text.replace("\r\n", "\n"))
        return
    try:
        # newline: a CSV table ends its lines itself.
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise NotWritten(
            f"The {what} could not be written to {output}: {error.strerror}. Choose another place."
        ) from error
