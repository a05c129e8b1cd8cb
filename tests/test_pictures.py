"""The tools that take pictures of the window: what each option asks for, and small files of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from data.cache import Cache
from data.importers import import_archive
from data.paths import Paths
from tests.archives import write_archive
from tests.markets import synthetic_market
from tools.picture_files import COLOURS, palette_of, save_small
from tools.screenshots import DIALOGS, looks, options, take
from ui.panels.planner.panel import PAGES

ROOT = Path(__file__).resolve().parents[1]


class Studio:
    """Notes what it is asked to show and to keep."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str, str]] = []
        self.kept: list[str] = []

    def set_look(self, look: object) -> None:
        self.look = look

    def open(self, panel: str, *, page: str = "", beside: str = "") -> None:
        self.shown.append((panel, page, beside))

    def keep(self, name: str) -> None:
        self.kept.append(name)

    def keep_dialog(self, name: str) -> None:
        self.kept.append(self.look.file("dialog", name))


def taken(*words: str) -> Studio:
    """What is shown and kept with these options, of the panels season and planner."""
    studio = Studio()
    take(studio, options(["out", *words]), ("season", "planner"))  # type: ignore[arg-type]
    return studio


# -- options of the screenshots ----------------------------------------------------------------------


def test_without_options_each_panel_is_taken_once():
    assert taken().kept == ["season-dark-1366x768.png", "planner-dark-1366x768.png"]


def test_all_pages_are_those_of_the_planner_and_no_other_panel_has_one():
    found = taken("--page", "all").shown
    assert found == [("season", "", ""), *(("planner", page.id, "") for page in PAGES)]


def test_a_panel_beside_is_shown_and_named_in_the_file():
    found = taken("--beside", "precedents")
    assert found.shown == [("season", "", "precedents"), ("planner", "", "precedents")]
    assert found.kept[0] == "season-beside-precedents-dark-1366x768.png"


def test_dialogs_take_the_place_of_the_panels():
    found = taken("--dialog", "limits,keys", "--theme", "dark,light")
    assert found.shown == []
    assert found.kept == [
        f"dialog-{name}-{theme}-1366x768.png" for theme in ("dark", "light") for name in ("limits", "keys")
    ]
    assert len(taken("--dialog", "all").kept) == len(DIALOGS)


@pytest.mark.parametrize(
    ("words", "said"), [(["--dialog", "nothing"], "no dialog nothing"), (["--theme", "red"], "no theme red")]
)
def test_what_there_is_not_is_refused_with_what_there_is(capsys, words, said):
    with pytest.raises(SystemExit):
        options(["out", *words])
    told = capsys.readouterr().err
    assert said in told
    assert "There are:" in told


def test_larger_text_leaves_less_room_in_a_window_of_the_same_size():
    (look,) = looks(options(["out", "--text", "200", "--size", "1920x1080"]))
    assert look.room == (960, 540)
    assert look.file("season") == "season-dark-1920x1080-text200.png"


def test_no_two_looks_share_a_file():
    wanted = options(["out", "--theme", "dark,light", "--size", "1366x768,1024x640", "--scale", "1.5"])
    names = [look.file("season") for look in looks(wanted)]
    assert len(set(names)) == 4
    assert all("scale1.5" in name for name in names)


def test_the_real_window_is_taken_with_larger_text_and_a_panel_beside(tmp_path: Path):
    folder = write_archive(tmp_path / "archive", synthetic_market(days=400, coins=60))
    import_archive(folder, Cache.open(Paths(tmp_path).market))
    tool = [sys.executable, str(ROOT / "tools" / "screenshots.py"), str(tmp_path / "out")]
    words = ["--data-dir", str(tmp_path), "--panels", "season", "--beside", "metrics", "--text", "150"]
    done = subprocess.run(
        [*tool, *words, "--size", "1366x768"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "out").iterdir()
    assert file.name == "season-beside-metrics-dark-1366x768-text150.png"
    size = QImage(str(file)).size()
    # 911 by 512 units of the window at one and a half points each.
    assert abs(size.width() - 1366) <= 2
    assert abs(size.height() - 768) <= 2


# -- small files -------------------------------------------------------------------------------------


def test_few_colours_stay_as_they_are():
    colours = np.array([[0, 0, 0], [255, 255, 255], [12, 200, 90]])
    found = palette_of(colours, np.array([5, 9, 1]))
    assert sorted(map(tuple, found.tolist())) == sorted(map(tuple, colours.tolist()))


def test_of_many_colours_the_frequent_ones_stay_and_the_others_have_one_near():
    rng = np.random.default_rng(3)
    colours = np.unique(rng.integers(0, 256, (4_000, 3)), axis=0)
    counts = np.ones(len(colours), dtype=int)
    frequent = rng.choice(len(colours), 40, replace=False)
    counts[frequent] = 1_000
    found = palette_of(colours, counts)
    assert len(found) == COLOURS
    kept = set(map(tuple, found.tolist()))
    assert all(tuple(one) in kept for one in colours[frequent].tolist())
    away = np.sqrt(((colours[:, None, :] - found[None].astype(float)) ** 2).sum(axis=2)).min(axis=1)
    assert np.median(away) < 40


def test_a_small_file_shows_the_same_picture(tmp_path: Path):
    image = QImage(301, 120, QImage.Format.Format_ARGB32)  # an odd width: rows are padded
    image.fill(QColor("#101820"))
    for x in range(301):
        for y in range(40, 80):
            image.setPixelColor(x, y, QColor(x % 256, 90, 200 - x % 200))
    save_small(image, tmp_path / "small.png")
    read = QImage(str(tmp_path / "small.png"))
    assert read.size() == image.size()
    assert read.format() == QImage.Format.Format_Indexed8
    assert read.pixelColor(7, 7) == QColor("#101820")
    for x in (0, 150, 300):
        before, after = image.pixelColor(x, 60), read.pixelColor(x, 60)
        assert abs(before.red() - after.red()) + abs(before.blue() - after.blue()) < 24


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path):
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(0)
    with pytest.raises(OSError, match="could not be written"):
        save_small(image, tmp_path / "missing" / "a.png")
