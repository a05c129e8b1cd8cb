"""What a person takes away: page, tables and rule say the same, open anywhere, and are whole or not there."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from models.market.precedents.rule import RANDOM, Rule
from models.market.precedents.rule_sensitivity import sensitivity
from models.market.precedents.view import PrecedentView, precedent_view
from models.market.study import Study, study
from models.report.evidence_pack import evidence_files, zipped
from models.report.figures import figures
from models.report.page import page
from models.report.precedent_svg import fan_chart, waits_chart
from models.report.write import written
from resources.reader import text_of
from tests.markets import synthetic_market
from ui.panels.precedents.pack import write_pack

RULE = Rule(kind="record", spacing=10, horizon=60)


@pytest.fixture(scope="module")
def whole() -> Study:
    return study(synthetic_market(days=1_900, coins=70, seed=12))


@pytest.fixture(scope="module")
def view(whole: Study) -> PrecedentView:
    return precedent_view(whole, RULE, whole.last_day)


@pytest.fixture(scope="module")
def files(whole: Study, view: PrecedentView) -> dict[str, str]:
    found = evidence_files(whole, view, sensitivity(whole, RULE, whole.last_day))
    return {name: data.decode("utf-8") for name, data in found.items()}


def pack_of(found: Study, rule: Rule) -> Mapping[str, bytes]:
    when = found.last_day
    return evidence_files(found, precedent_view(found, rule, when), sensitivity(found, rule, when))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_readme_names_every_file(files):
    named = set(re.findall(r"^(\S+\.(?:html|json|csv|md)) ", files["README.txt"], re.M))
    assert named == set(files) - {"README.txt"}


def test_the_tables_say_what_the_view_says(files, view):
    events = rows(files["events.csv"])
    assert [row["day"] for row in events] == [str(row.day) for row in view.rows]
    assert [row["what_followed"] for row in events] == [row.state for row in view.rows]
    for row, one in zip(events, view.rows, strict=True):
        outcome = next(each for each in one.event.outcomes if each.days == 30)
        shown = row["alt50_minus_btc_30_pct"]
        assert (float(shown) if shown else None) == (
            None if outcome.alt50_minus_btc is None else pytest.approx(100 * outcome.alt50_minus_btc)
        )
    asked = next(row for row in rows(files["horizons.csv"]) if row["days"] == "60")
    tested = view.verdict.tested
    assert (int(asked["events"]), int(asked["hits"])) == (tested.events, tested.hits)
    assert float(asked["p_adjusted"]) == tested.p_adjusted
    assert [row["title"] for row in rows(files["placebos.csv"])] == [one.title for one in view.placebos]
    paths = rows(files["paths.csv"])
    assert [int(row["days_from_event"]) for row in paths] == list(range(-60, 181))
    assert set(map(str, view.fan.days)) <= set(paths[0])
    assert len(rows(files["sensitivity.csv"])) == 35 * 7
    assert len(rows(files["waits.csv"])) == 365


def test_the_rule_can_be_asked_again_from_its_file(files, whole, view):
    told = json.loads(files["rule.json"])
    again = precedent_view(whole, Rule(**told["rule"]), whole.last_day)
    assert again.verdict.tested == view.verdict.tested
    assert told["verdict"] in files["README.txt"]
    assert told["established"] == view.verdict.established


def test_the_methods_are_the_applications_own(files):
    assert files["methods.md"] == text_of("methods.md")


def test_the_page_needs_no_network_and_holds_every_event_and_chart(files, view):
    html = files["report.html"]
    assert not re.search(r"(?:src|href)\s*=|https?://|<script|@import|url\(", html)
    assert html.count("<svg") == 4
    for row in view.rows:
        assert str(row.day) in html
    for svg in re.findall(r"<svg.*?</svg>", html, re.S):
        ElementTree.fromstring(svg)
        assert "nan" not in svg


def test_a_title_from_an_archive_is_only_text(whole):
    bad = "<script>alert(1)</script>"
    line = replace(whole.market.series["SPX"], id="BAD", title=bad)
    market = replace(whole.market, series=dict(whole.market.series) | {"BAD": line})
    found = study(market)
    rule = replace(RULE, trigger="BAD")
    files = evidence_files(
        found, precedent_view(found, rule, found.last_day), sensitivity(found, rule, found.last_day)
    )
    html = files["report.html"].decode()
    assert bad not in html
    assert "&lt;script&gt;" in html


def test_a_text_never_begins_as_a_formula(whole):
    line = replace(whole.market.series["SPX"], id="BAD", title="=1+1")
    found = study(replace(whole.market, series=dict(whole.market.series) | {"BAD": line}))
    rule = replace(RULE, trigger="BAD")
    files = evidence_files(
        found, precedent_view(found, rule, found.last_day), sensitivity(found, rule, found.last_day)
    )
    assert rows(files["placebos.csv"].decode())[0]["title"] == "'=1+1"


def test_the_same_evidence_gives_the_same_bytes(whole, view, files):
    data = {name: text.encode() for name, text in files.items()}
    assert zipped(data) == zipped(dict(reversed(list(data.items()))))
    with zipfile.ZipFile(io.BytesIO(zipped(data))) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(files)


def test_a_pack_is_written_whole_or_not_at_all(whole, view, tmp_path, monkeypatch):
    target = tmp_path / "pack.zip"
    write_pack(whole, view, target)
    before = target.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["pack.zip"]

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_pack(whole, view, target)
    assert target.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["pack.zip"]


def test_a_pack_of_a_first_answer_is_made_of_the_whole_one(whole, tmp_path):
    quick = precedent_view(whole, RULE, whole.last_day, intervals=False)
    write_pack(whole, quick, tmp_path / "pack.zip")
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        shown = rows(archive.read("horizons.csv").decode())
    assert any(row["low"] for row in shown)


def test_random_days_have_a_pack_too(whole):
    rule = replace(RULE, trigger=RANDOM)
    files = evidence_files(
        whole, precedent_view(whole, rule, whole.last_day), sensitivity(whole, rule, whole.last_day)
    )
    assert "sensitivity.csv" not in files
    assert "random days" in files["report.html"].decode()


def test_charts_without_events_are_left_out(whole):
    early = precedent_view(whole, Rule(quiet=700), whole.last_day)
    if not early.fan.days.size:
        assert fan_chart(early.fan, name="") == ""
        assert waits_chart(early.waits, name="") == ""


# -- the report ------------------------------------------------------------------------------------


def test_the_report_answers_for_the_event_and_horizon_that_were_asked(whole):
    day = whole.last_day
    found = figures(whole, day, event="record", horizon=30)["precedents"]
    usual = figures(whole, day)["precedents"]
    assert (found["event"], found["horizon"], found["trigger"]) == ("record", 30, "RUT")
    assert (usual["event"], usual["horizon"]) == ("breakout", 180)
    assert "within 30 days" in found["verdict"]
    expected = precedent_view(whole, Rule(kind="record", horizon=30), day)
    assert [one["day"] for one in found["events"]] == [str(row.day) for row in expected.rows]
    for one, other in zip(found["horizons"], expected.success, strict=True):
        assert one["hits"] == other.hits
        assert one["p"] == pytest.approx(other.p)
        assert one["low"] == (pytest.approx(other.low) if isinstance(other.low, float) else None)


def test_the_page_of_the_report_draws_what_was_asked(whole):
    html = written(whole, whole.last_day, "html", event="record", horizon=60)
    assert "What followed earlier records" in html
    assert "Season within 60 days" in html
    assert "Paths around each event" in html
    plain = page(whole, figures(whole, whole.last_day), whole.last_day)
    assert "What followed earlier breakouts" in plain
