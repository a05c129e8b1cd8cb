"""What is measured on: the research archive beside the checkout, else a synthetic one of its size."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.measure import CannotMeasure
from benchmarks.synthetic import write_archive
from data.cache import Cache
from data.paths import Paths
from models.market.snapshot import Market

ROOT = Path(__file__).resolve().parents[1]
BESIDE = ROOT.parent / "shared" / "archive"


@dataclass(frozen=True)
class Inputs:
    """One archive, its cache and its market, made when first asked for; all below `scratch`."""

    scratch: Path
    small: bool = False
    """A synthetic archive of a few days and coins: to see that the benchmarks work, not to measure."""

    @cached_property
    def archive(self) -> Path:
        chosen = Path(os.environ.get("ROTASCOPE_ARCHIVE", BESIDE))
        if not self.small and (chosen / "manifest.toml").is_file():
            return chosen
        if self.small:
            return write_archive(self.scratch / "archive", days=500, coins=60)
        return write_archive(self.scratch / "archive")

    @property
    def is_synthetic(self) -> bool:
        return self.scratch in self.archive.parents

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """The CSV files that the manifest names."""
        manifest = tomllib.loads((self.archive / "manifest.toml").read_text(encoding="utf-8"))
        return tuple(
            path for entry in manifest["file"] for path in sorted(self.archive.glob(str(entry["path"])))
        )

    @cached_property
    def data_dir(self) -> Path:
        """A folder of the application with the archive imported."""
        folder = self.scratch / "application"
        command = import_command(folder, self.archive)
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        if done.returncode not in (0, 1):  # 1: some lines were refused, as in any real archive
            raise CannotMeasure(f"The archive could not be imported: {done.stderr.strip()[-200:]}")
        return folder

    @cached_property
    def cache(self) -> Cache:
        return Cache.open(Paths(self.data_dir).market)

    @cached_property
    def market(self) -> Market:
        return self.cache.market()


def import_command(data_dir: Path, archive: Path) -> list[str]:
    """The terminal command that takes an archive into the cache below `data_dir`."""
    return [
        sys.executable,
        "main.py",
        "--data-dir",
        str(data_dir),
        "import",
        "--progress",
        "none",
        str(archive),
    ]
