"""What an import did, file by file: taken, skipped and refused, with reasons and lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

KEEP = 20
"""Refused lines of a file that are kept as examples; all are counted."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: bytes of the files read, and the file in hand."""

    done: int
    total: int
    what: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused line (0: the whole file), why, and the text itself, cut short."""

    line: int
    why: str
    sample: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}" if self.line else self.why


@dataclass(slots=True)
class FileReport:
    """One file of the archive.

    `taken` counts rows whose values are in the cache now and were not before (of these `revised`
    replaced another value); `skipped` counts rows by reason; `refused` counts lines by reason and
    `examples` holds the first of them. Of metrics, every value counts as a row. `notes` are sentences
    about the file as a whole.
    """

    path: str
    kind: str = ""
    taken: int = 0
    revised: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    examples: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def skip(self, why: str, count: int = 1) -> None:
        if count:
            self.skipped[why] += count

    def refuse(self, line: int, why: str, sample: str = "", *, reason: str | None = None) -> None:
        """Note a refusal; `reason` is the wording to count under when `why` names the value."""
        self.refused[reason or why] += 1
        if len(self.examples) < KEEP:
            self.examples.append(Refusal(line, why, sample[:120]))

    @property
    def skipped_rows(self) -> int:
        return self.skipped.total()

    @property
    def refused_lines(self) -> int:
        return self.refused.total()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole import; `stopped` says why it ended early, and then some files may be missing."""

    archive: str
    files: tuple[FileReport, ...]
    stopped: str | None = None

    @property
    def taken(self) -> int:
        return sum(file.taken for file in self.files)

    @property
    def skipped(self) -> int:
        return sum(file.skipped_rows for file in self.files)

    @property
    def refused(self) -> int:
        return sum(file.refused_lines for file in self.files)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was refused and the import ran to its end."""
        return self.stopped is None and not self.refused
