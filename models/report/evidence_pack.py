"""Everything that somebody else needs to check a verdict: page, tables, rule and methods, by file name."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from models.market.precedents.event_tests import HorizonResult
from models.market.precedents.rule_sensitivity import Sensitivity
from models.market.precedents.trace import rule_in_words
from models.market.precedents.view import PrecedentView
from models.market.study import Study
from models.market.unknown import Unknown
from models.report.precedent_page import precedent_page, verdict_of
from models.version import NAME, VERSION
from resources.reader import text_of

README = """\
{application}, as of {day}

{verdict}

report.html       the whole as a page; open it in a browser
rule.json         what made a day an event, what counted as a success, the seed of the draws
events.csv        every event with what followed; percent are simple returns
horizons.csv      what is tested: shares of successes after events and after any session
outcome.csv       the same for the chosen outcome: means of log returns, or shares
paths.csv         log points (or points of the season index) from 60 days before to 180 after each event
placebos.csv      the same question asked of other lines, and of random days
waits.csv         share after which a season had begun, by days waited
sensitivity.csv   the verdict under every reasonable rule
methods.md        how each figure is defined
"""
Cell = str | float | int | None


def evidence_files(study: Study, view: PrecedentView, rules: Sensitivity | Unknown) -> Mapping[str, bytes]:
    """Return the files of the pack; unknown figures are empty cells."""
    files = {
        "report.html": precedent_page(study, view, rules),
        "rule.json": _rule(study, view),
        "events.csv": _csv(*_events(view)),
        "horizons.csv": _csv(*_horizons(view.success)),
        "outcome.csv": _csv(*_horizons(view.outcome)),
        "paths.csv": _csv(*_paths(view)),
        "placebos.csv": _csv(*_placebos(view)),
        "waits.csv": _csv(
            ("days", "share", "base_share", "events"),
            zip(view.waits.days.tolist(), view.waits.share.tolist(), view.waits.base_share.tolist(),
                view.waits.counted.tolist(), strict=True),
        ),
        "methods.md": text_of("methods.md"),
        "README.txt": README.format(
            application=f"{NAME} {VERSION}", day=view.day, verdict=verdict_of(view)
        ),
    }  # fmt: skip
    if isinstance(rules, Sensitivity):
        files["sensitivity.csv"] = _csv(*_sensitivity(rules))
    return {name: text.encode("utf-8") for name, text in files.items()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one archive; the same files always give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return out.getvalue()


def _rule(study: Study, view: PrecedentView) -> str:
    rule = asdict(view.rule)
    rule["since"] = None if view.rule.since is None else str(view.rule.since)
    return json.dumps(
        {
            "application": f"{NAME} {VERSION}",
            "as_of": str(view.day),
            "known_at": None if study.market.known_at is None else str(study.market.known_at),
            "origin": study.market.origin,
            "trigger_title": view.title,
            "in_words": rule_in_words(view.rule, view.title),
            "rule": rule,
            "verdict": verdict_of(view),
            "established": view.verdict.established,
        },
        indent=1,
        ensure_ascii=False,
    )


def _events(view: PrecedentView) -> tuple[Sequence[str], list[list[Cell]]]:
    head = ["day", "close", "what_followed", "notes", "days_to_season"]
    horizons = [one.days for one in view.rows[0].event.outcomes] if view.rows else []
    for days in horizons:
        head += [f"alt50_{days}_pct", f"alt50_minus_btc_{days}_pct", f"season_change_{days}"]
        head.append(f"season_began_{days}")
    rows: list[list[Cell]] = []
    for row in view.rows:
        event = row.event
        cells: list[Cell] = [
            str(event.day),
            event.level,
            row.state,
            " ".join(row.notes),
            event.days_to_season,
        ]
        for one in event.outcomes:
            began = None if one.season_began is None else int(one.season_began)
            cells += [_hundred(one.alt50), _hundred(one.alt50_minus_btc), one.season_change, began]
        rows.append(cells)
    return head, rows


def _horizons(results: Sequence[HorizonResult]) -> tuple[Sequence[str], list[list[Cell]]]:
    names: tuple[str, ...] = ("days", "events", "independent", "hits", "rate", "base_rate")
    names += ("base_sessions", "difference", "low", "high", "p", "p_adjusted")
    return names, [[_known(getattr(one, name)) for name in names] for one in results]


def _paths(view: PrecedentView) -> tuple[Sequence[str], Iterable[Sequence[Cell]]]:
    fan = view.fan
    named = {
        "median": fan.median, "low50": fan.low50, "high50": fan.high50, "low80": fan.low80,
        "high80": fan.high80, "any_day_median": fan.base_median, "any_day_low80": fan.base_low,
        "any_day_high80": fan.base_high,
    }  # fmt: skip
    head = ["days_from_event", "events_known", *named, *(str(day) for day in fan.days)]
    columns = [fan.offsets, fan.known, *named.values(), *fan.paths]
    return head, zip(*(column.tolist() for column in columns), strict=True)


def _placebos(view: PrecedentView) -> tuple[Sequence[str], list[list[Cell]]]:
    names = ("trigger", "title", "events", "independent", "rate", "base_rate", "low", "high")
    return names, [[_known(getattr(one, name)) for name in names] for one in view.placebos]


def _sensitivity(rules: Sensitivity) -> tuple[Sequence[str], list[list[Cell]]]:
    head = ("quiet_sessions", "sessions_apart", "days", "events", "independent", "difference", "p")
    rows: list[list[Cell]] = []
    for i, quiet in enumerate(rules.quiet):
        for j, apart in enumerate(rules.spacing):
            for k, days in enumerate(rules.horizons):
                counts = (int(rules.events[i, j, k]), int(rules.independent[i, j, k]))
                figures = [float(one[i, j, k]) for one in (rules.difference, rules.p, rules.p_adjusted)]
                rows.append([quiet, apart, days, *counts, *figures, int(rules.same_as[i, j])])
    return (*head, "p_adjusted", "same_days_as"), rows


def _known(value: object) -> Cell:
    if isinstance(value, Unknown):
        return None
    assert value is None or isinstance(value, (str, float, int))
    return value


def _hundred(value: float | None) -> float | None:
    return None if value is None else 100.0 * value


def _csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """RFC 4180; unknown is empty, and no text begins as a spreadsheet's formula does."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return out.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, str):
        return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
    return repr(cell)
