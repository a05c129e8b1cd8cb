"""Write SHA256SUMS over what is to be published: `python tools/sums.py [FOLDER]`, dist/ by default.

`sha256sum --check SHA256SUMS` checks it, in the folder of the files.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "SHA256SUMS"
ENDINGS = (".deb", ".tar.gz", ".zip", ".dmg", ".exe")


def write(folder: Path) -> Path:
    """Sum every package that lies in `folder` itself."""
    lines = []
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name.endswith(ENDINGS):
            with path.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    target = folder / NAME
    # Of the same form on every system: sha256sum does not take "\r" for the end of a line.
    target.write_text("".join(lines), encoding="utf-8", newline="\n")
    return target


def main(words: list[str]) -> int:
    print(write(Path(words[0]) if words else ROOT / "dist").read_text(encoding="utf-8"), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
