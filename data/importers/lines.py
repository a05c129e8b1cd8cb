"""Reading a CSV file of any size in blocks of whole lines, plain or gzip'd, with line numbers."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

READ = 1 << 20
BLOCK = 1 << 24
LONGEST = 1 << 20
GZIP = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"


class UnreadableError(Exception):
    """Nothing of the file may be taken; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, each with its line end; `first` is the number of the first line, counted from 1."""

    first: int
    data: bytes


class Lines:
    """The lines of one file.

    `torn` says, after the last block, why the file ended too early: what came before is whole and was
    given out. A file that is damaged inside raises `UnreadableError`, because no one knows from where on.
    """

    def __init__(self, path: Path, read: Callable[[int], None] = lambda count: None) -> None:
        self._path = path
        self._read = read
        self.torn: str | None = None
        self.line = 1
        """the number of the next line"""

    def blocks(self, size: int = BLOCK) -> Iterator[Block]:
        rest: list[bytes] = []
        held = 0
        fresh = True
        for part in self._parts():
            if fresh:
                part, fresh = part.removeprefix(BOM), False
            rest.append(part)
            held += len(part)
            if held < size:
                continue
            text = b"".join(rest)
            cut = text.rfind(b"\n") + 1
            if not cut and held > size + LONGEST:
                raise UnreadableError(f"Line {self.line} is longer than a line of data can be.")
            if cut:
                yield self._block(text[:cut])
            rest, held = [text[cut:]], len(text) - cut
        text = b"".join(rest)
        if self.torn is not None:
            # The last line was cut in the middle: a number in it may look whole and not be.
            text = text[: text.rfind(b"\n") + 1]
        if text:
            yield self._block(text if text.endswith(b"\n") else text + b"\n")

    def _block(self, data: bytes) -> Block:
        block = Block(self.line, data)
        self.line += data.count(b"\n")
        return block

    def _parts(self) -> Iterator[bytes]:
        """Give the text of the file as it comes off the disk."""
        with self._path.open("rb") as file:
            raw = self._take(file.read(READ))
            if not raw.startswith(GZIP):
                while raw:
                    yield raw
                    raw = self._take(file.read(READ))
                return
            unzip = zlib.decompressobj(wbits=31)
            try:
                while raw:
                    if unzip.eof:
                        # Another member, or the zeros that some tools append.
                        raw = raw.lstrip(b"\0")
                        if not raw:
                            raw = self._take(file.read(READ))
                            continue
                        unzip = zlib.decompressobj(wbits=31)
                    while True:
                        # In steps: a small file may unpack to something huge.
                        text = unzip.decompress(raw, READ * 4)
                        if text:
                            yield text
                        raw = unzip.unconsumed_tail
                        if not raw and len(text) < READ * 4:
                            break
                        if unzip.eof:
                            break
                    raw = unzip.unused_data or self._take(file.read(READ))
            except zlib.error as error:
                raise UnreadableError(
                    "The gzip file is damaged inside, so no line of it can be trusted; nothing was taken."
                ) from error
            if not unzip.eof:
                self.torn = "the gzip file ends here, in the middle: it was cut off"

    def _take(self, raw: bytes) -> bytes:
        self._read(len(raw))
        return raw
