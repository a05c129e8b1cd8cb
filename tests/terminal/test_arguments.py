"""The words after `python main.py`: what they mean, in any order, and what a mistake is answered with."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from main import main
from models.version import NAME, VERSION
from terminal.arguments import Arguments, a_day, parser, read


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return what is said to words that cannot be understood."""
    with pytest.raises(SystemExit) as leaving:
        read(words)
    said = capsys.readouterr()
    assert leaving.value.code == 2
    assert said.out == ""
    return said.err


def test_without_a_word_the_window_is_asked_for():
    assert read([]) == Arguments()
    assert read([]).command is None


def test_every_option_of_the_report_is_understood():
    words = [
        "report",
        "--as-of",
        "2021-05-14",
        "--known-at",
        "2022-01-02",
        "--demo",
        "--format",
        "html",
        "--output",
        "page.html",
    ]
    found = read([*words, "--data-dir", "folder"])
    assert found.command == "report"
    assert (str(found.as_of), str(found.known_at)) == ("2021-05-14", "2022-01-02")
    assert (found.demo, found.format, found.output) == (True, "html", Path("page.html"))
    assert found.data_dir == Path("folder")


@pytest.mark.parametrize(
    "option", [["--data-dir", "folder"], ["--as-of", "2021-05-14"], ["--known-at", "2021-05-14"], ["--demo"]]
)
def test_an_option_means_the_same_before_and_after_the_command(option):
    before, after = read([*option, "report"]), read(["report", *option])
    assert before == after != read(["report"])


def test_the_folder_may_stand_before_and_after_import():
    found = read(["--data-dir", "folder", "import", "a", "b", "--progress", "json"])
    assert found == read(["import", "a", "b", "--progress", "json", "--data-dir", "folder"])
    assert (found.paths, found.progress) == ((Path("a"), Path("b")), "json")


def test_the_window_takes_a_day_and_the_demo():
    found = read(["--demo", "--as-of", "2021-05-14"])
    assert (found.command, found.demo, str(found.as_of)) == (None, True, "2021-05-14")


def test_today_can_be_chosen_and_no_later_day(capsys):
    today = date.today()
    assert str(a_day(today.isoformat())) == today.isoformat()
    later = (today + timedelta(days=2)).isoformat()
    assert f"{later} lies in the future. Choose today or an earlier day." in refused(
        ["--as-of", later], capsys
    )


@pytest.mark.parametrize("text", ["2021-02-29", "14.5.2021", "yesterday", "", "2021-5-14"])
def test_what_is_no_day_is_answered_with_an_example(text, capsys):
    said = refused(["report", "--as-of", text], capsys)
    assert f"{text!r} is not a day. Write it as 2021-05-14." in said


@pytest.mark.parametrize(
    ("words", "about"),
    [
        (["import"], "PATH"),
        (["import", "a", "--progress", "loud"], "--progress"),
        (["report", "--format", "pdf"], "--format"),
        (["repot"], "repot"),
        (["report", "surplus"], "surplus"),
        (["--data-dir"], "--data-dir"),
    ],
)
def test_a_mistake_is_named_on_standard_error(words, about, capsys):
    said = refused(words, capsys)
    assert "usage:" in said
    assert about in said.split("error:")[1]


def test_the_version_goes_to_standard_output(capsys):
    with pytest.raises(SystemExit) as leaving:
        read(["--version"])
    assert leaving.value.code == 0
    assert capsys.readouterr().out == f"{NAME} {VERSION}\n"


@pytest.mark.parametrize("command", ["import", "refresh", "data", "export", "report", "plan"])
def test_the_help_of_a_command_tells_its_exit_status(command, capsys):
    with pytest.raises(SystemExit) as leaving:
        read([command, "--help"])
    assert leaving.value.code == 0
    assert "exit status: 0" in capsys.readouterr().out


def test_every_example_of_the_help_is_understood():
    shown = [line.strip().split("   ")[0] for line in (parser().epilog or "").splitlines()]
    found = [read(line.split()[2:]) for line in shown if line.startswith("python main.py")]
    by_command = {one.command: one for one in found}
    assert [one.command for one in found] == [
        *(None, None, "open", "refresh", "data", "import"),
        *("report", "report", "plan"),
    ]
    assert found[1].demo
    assert by_command["import"].paths == (Path("path/to/archive"),)
    assert str(found[-3].as_of) == "2021-05-14"
    assert (found[-2].format, found[-2].output) == ("html", Path("report.html"))
    assert (by_command["plan"].file, by_command["plan"].seed) == (Path("autumn.plan.json"), 7)


def test_a_refresh_takes_sources_and_a_day():
    asked = read(["refresh", "--only", "yahoo", "fred", "--since", "2024-01-02", "--dry-run"])
    assert (asked.only, str(asked.since), asked.dry_run) == (("yahoo", "fred"), "2024-01-02", True)


@pytest.mark.parametrize(
    ("words", "about"),
    [
        (["--demo", "refresh"], "nothing to refresh"),
        (["--demo", "export", "BTC"], "not exported"),
        (["export"], "Name some series"),
        (["refresh", "--since", "2999-01-01"], "lies in the future"),
    ],
)
def test_what_cannot_be_refreshed_or_exported_is_refused_at_once(words, about, capsys):
    assert about in refused(words, capsys)


@pytest.mark.parametrize(
    ("words", "about"),
    [
        (["plan"], "FILE"),
        (["plan", "x", "--seed", "-1"], "The seed has to lie between 0 and 4294967295, not -1."),
        (["plan", "x", "--seed", "seven"], "'seven' is no whole number."),
        (["plan", "x", "--paths", "5"], "The number of paths has to lie between 100 and 100000, not 5."),
        (["plan", "x", "--format", "pdf"], "invalid choice"),
    ],
)
def test_a_mistake_about_a_plan_is_explained(words, about, capsys):
    assert about in refused(words, capsys)


def a_plan(folder: Path) -> str:
    path = folder / "autumn.plan.json"
    path.write_text("{}", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("before", [[], ["open"], ["--demo"], ["--data-dir", "import"], ["--demo", "open"]])
def test_a_plan_alone_or_after_open_asks_for_the_window_with_it(tmp_path: Path, before: list[str]):
    arguments = read([*before, a_plan(tmp_path)])
    assert arguments.command == "open"
    assert arguments.files == (tmp_path / "autumn.plan.json",)
    assert arguments.demo is ("--demo" in before)
    assert arguments.data_dir == (Path("import") if "--data-dir" in before else None)


def test_options_after_the_plan_are_understood_too(tmp_path: Path):
    arguments = read([a_plan(tmp_path), "--as-of", "2021-05-14", "--demo"])
    assert (arguments.as_of, arguments.demo) == (date(2021, 5, 14), True)


def test_the_plan_of_another_command_is_left_to_it(tmp_path: Path):
    arguments = read(["plan", a_plan(tmp_path)])
    assert (arguments.command, arguments.file) == ("plan", tmp_path / "autumn.plan.json")


def test_a_plan_that_is_not_there_is_refused_before_the_window_opens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    missing = str(tmp_path / "gone.plan.json")
    assert main([missing]) == 2
    assert capsys.readouterr().err == f"There is no file {missing}.\n"


def test_the_precedents_of_the_report_can_be_chosen(capsys):
    words = ["report", "--event", "record", "--horizon", "60"]
    assert (read(words).event, read(words).horizon) == ("record", 60)
    assert (read(["report"]).event, read(["report"]).horizon) == ("breakout", 180)
    assert "invalid choice: 'records'" in refused(["report", "--event", "records"], capsys)
    assert "'45' is no horizon" in refused(["report", "--horizon", "45"], capsys)


@pytest.mark.parametrize(
    ("words", "usage", "sentence"),
    [
        (["export"], "rotascope export", "Name some series"),
        (["report", "--frobnicate"], "rotascope report", "--frobnicate is not known here."),
        (["data", "--coins", "bitcoin"], "rotascope data", "bitcoin is not known here."),
        (["--demo", "refresh"], "rotascope refresh", "there is nothing to refresh"),
        (["--frobnicate"], "rotascope [-h]", "--frobnicate is not known here."),
        (["report", "--horizon", "abc"], "rotascope report", "'abc' is no horizon. Choose 7, 14"),
    ],
)
def test_a_mistake_is_answered_with_the_usage_of_its_own_command(words, usage, sentence, capsys):
    said = refused(words, capsys)
    assert f"usage: {usage}" in said
    assert sentence in said
