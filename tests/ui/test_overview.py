"""The Overview on synthetic markets: what it says, what it says when it cannot, how it follows the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from threading import Event
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from models.market.correlation.pairs import Pair, Rolling, rolling
from models.market.correlation.rolling import Ints
from models.market.season.index import HEADLINE
from models.market.snapshot import BITCOIN, Day, Market, day
from models.market.study import Study, study
from models.market.unknown import Unknown
from models.qt.reader import readable
from models.report.figures import figures
from tests.markets import synthetic_market
from ui.panels.explain import Explanation
from ui.panels.overview.panel import OverviewPanel
from ui.session import Session
from ui.tasks import Tasks
from ui.theme.tokens import LIGHT
from ui.widgets import numbers
from ui.widgets.explain_button import ExplainButton


@pytest.fixture(scope="module")
def market() -> Market:
    return synthetic_market(days=900, coins=80, seed=4)


@pytest.fixture(scope="module")
def known(market: Market) -> Study:
    return study(market)


@pytest.fixture
def session(qapp: QApplication) -> Session:
    return Session()


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.close(), "a thread is still running"


@pytest.fixture
def panel(qtbot, session: Session, tasks: Tasks, known: Study) -> OverviewPanel:
    made = OverviewPanel(session, tasks)
    qtbot.addWidget(made)
    made.resize(1290, 694)
    made.show()
    session.show_study(known)
    qtbot.waitUntil(lambda: is_settled(made))
    return made


def is_settled(panel: OverviewPanel) -> bool:
    """Whether the rolling correlation has arrived: the one thing that is computed after the study."""
    return "being computed" not in panel.correlation.text()


def go(qtbot, session: Session, panel: OverviewPanel, when: Day) -> None:
    """Move to a day and let the panel follow."""
    session.set_day(when)
    qtbot.waitUntil(lambda: panel._view is not None and panel._view.day == when)


def clear_days(known: Study, count: int) -> list[Day]:
    """Days spread over the history on which no bad tick was found out later."""
    rows: Ints = np.linspace(400, known.market.days.size - 1, count).astype(int)
    return [when for when in known.market.days[rows] if not known.market.has_open_ticks(when)]


# -- sentences ---------------------------------------------------------------------------------------


def test_headline_names_the_phase_and_counts_the_signals(panel: OverviewPanel, known: Study) -> None:
    score = known.signals.score(known.latest)
    assert f"{score.confirms} of {score.known} known signals confirm a rotation" in panel.headline.text()
    assert f"{score.unknown} " in panel.headline.text()


def test_headline_leads_with_the_phase_that_the_study_shows(
    qtbot, session: Session, panel: OverviewPanel, known: Study
) -> None:
    words = {
        "bitcoin": "Bitcoin leads",
        "large": "Large altcoins lead",
        "mid": "Mid caps lead",
        "small": "Small caps and memes lead",
        "risk-off": "Money leaves the market",
    }
    seen = set()
    assert not isinstance(known.rotation, Unknown)
    for when in known.market.days[420:880:23]:
        go(qtbot, session, panel, when)
        state = known.rotation.at(when)
        phase = state if isinstance(state, Unknown) else state.phase
        start = "The rotation phase is unknown" if isinstance(phase, Unknown) else words[phase]
        assert panel.headline.text().startswith(start)
        seen.add(start)
    assert len(seen) > 1


def test_line_below_counts_what_the_cache_holds_and_claims_nothing(
    panel: OverviewPanel, known: Study
) -> None:
    said = panel.subline.text()
    seasons = len(known.seasons_upto(known.latest).known)
    assert "Russell breakout" in said
    assert ("one altcoin season" if seasons == 1 else f"{seasons} altcoin seasons") in said


# -- figures -----------------------------------------------------------------------------------------


def test_shown_figures_are_those_of_the_report(
    qtbot, session: Session, panel: OverviewPanel, known: Study
) -> None:
    days = clear_days(known, 9)
    assert len(days) >= 5
    for when in days:
        go(qtbot, session, panel, when)
        report = figures(known, when)
        dominance = report["dominance"]["total_pct"]
        if dominance is not None:
            assert panel.dominance.value.text() == numbers.fixed(dominance, 1)
        distance = report["russell"]["distance_to_record_pct"]
        if distance is not None:
            assert panel.russell.value.text() == numbers.fixed(distance, 1)
        total2 = report["dominance"]["total2_usd"]
        if total2 is not None:
            assert panel.total2.value.text() == numbers.usd_parts(total2)[0]
        weekly = next(
            pair
            for pair in report["correlation"]["pairs"]
            if (pair["a"], pair["b"], pair["returns"], pair["window"], pair["method"])
            == ("RUT", "ALT50", "weekly", 52, "pearson")
        )
        if weekly["value"] is None:
            assert panel.correlation.text() == f"–, {weekly['why']}"
        else:
            assert panel.correlation.value.text() == numbers.fixed(weekly["value"], 2)
            assert panel.correlation.interval.text() == numbers.interval(weekly["low"], weekly["high"])
        score = report["score"]
        total = score["confirms"] + score["neutral"] + score["contradicts"]
        assert panel.score.text() == f"{score['confirms']} of {total}"
        for row, entry in enumerate(report["signals"]):
            assert panel._view is not None
            assert panel._view.signals[row].id == entry["id"]
            assert panel._view.signals[row].state == entry["state"]


def test_moving_the_day_changes_every_figure(
    qtbot, session: Session, panel: OverviewPanel, known: Study
) -> None:
    def shown() -> tuple[str, ...]:
        cards = (panel.dominance, panel.correlation, panel.russell, panel.total2)
        return (
            *(card.text() for card in cards),
            panel.gauge.accessibleName(),
            str(panel.strip.visible_days()[1]),
        )

    first, second = known.market.days[[500, 860]]
    go(qtbot, session, panel, first)
    panel.strip.arrange()
    before = shown()
    go(qtbot, session, panel, second)
    panel.strip.arrange()
    assert all(old != new for old, new in zip(before, shown(), strict=True))


def test_nothing_after_the_shown_day_is_drawn(
    qtbot, session: Session, panel: OverviewPanel, known: Study
) -> None:
    when = known.market.days[600]
    go(qtbot, session, panel, when)
    for chart, line in ((panel.strip, "index"), (panel.russell_chart, "close")):
        last = chart.line(line).x[-1]
        assert last <= float(when.astype(int))
    for mark in panel.russell_chart._overlays.marks:
        assert mark.day <= when


def test_season_strip_is_shaded_as_the_seasons_were_known(
    qtbot, session: Session, panel: OverviewPanel, known: Study
) -> None:
    for when in known.market.days[300:890:60]:
        go(qtbot, session, panel, when)
        assert panel._view is not None
        starts = {season.start for season in known.seasons_upto(when).known}
        assert {start for start, _, _ in panel._view.strip.seasons} <= starts | {panel._view.strip.days[0]}
        assert len(panel._view.strip.seasons) == len(starts)


def test_gauge_points_to_the_index_and_says_how_many_coins_count(
    qtbot, session: Session, panel: OverviewPanel, known: Study
) -> None:
    reading = known.season[HEADLINE].at(known.latest)
    assert not isinstance(reading, Unknown)
    assert not isinstance(reading.index, Unknown)
    assert panel.gauge.accessibleName().startswith(numbers.fixed(reading.index, 0))
    assert panel.season_card.header is not None
    said = panel.season_card.header.subtitle.text()
    assert f"{reading.beating} of {reading.counted} beat Bitcoin" in said
    assert f"{reading.too_young} too young" in said


# -- unknown -----------------------------------------------------------------------------------------


def test_first_days_are_unknown_with_a_reason_everywhere_and_never_blank(
    qtbot, session: Session, panel: OverviewPanel, known: Study
) -> None:
    go(qtbot, session, panel, known.market.days[20])
    assert panel.correlation.value.text() == "–"
    assert "35 are needed" in panel.correlation.toolTip()
    assert "unknown" in panel.gauge.accessibleName()
    assert "unknown" in panel.track.accessibleDescription().lower()
    for card in (panel.dominance, panel.correlation, panel.russell, panel.total2):
        assert card.text().strip()
    assert panel.headline.text().endswith(".")


def test_market_without_the_russell_says_so_in_its_card_and_its_chart(
    qtbot, session: Session, tasks: Tasks
) -> None:
    alone = study(synthetic_market(days=300, coins=60, seed=2, series=False))
    panel = OverviewPanel(session, tasks)
    qtbot.addWidget(panel)
    session.show_study(alone)
    qtbot.waitUntil(lambda: is_settled(panel))
    assert isinstance(alone.russell, Unknown)
    assert panel.russell.value.text() == "–"
    assert panel.russell.toolTip() == alone.russell.why
    assert panel.russell_chart.unknown_reason() == readable(alone.russell.why)
    assert panel.dominance.value.text() != "–"


def test_bitcoin_without_a_cap_makes_dominance_unknown_not_wrong(
    qtbot, session: Session, tasks: Tasks, market: Market
) -> None:
    cut = market.cut(market.days[500])
    cap = cut.cap.copy(order="K")
    cap[500, cut.column[BITCOIN]] = np.nan
    holed = Market.build(
        days=cut.days.copy(),
        coins=cut.coins,
        price=cut.price.copy(order="K"),
        cap=cap,
        volume=cut.volume.copy(order="K"),
        series=cut.series,
    )
    panel = OverviewPanel(session, tasks)
    qtbot.addWidget(panel)
    session.show_study(study(holed), holed.days[500])
    qtbot.waitUntil(lambda: is_settled(panel))
    assert panel.dominance.value.text() == "–"
    assert panel.dominance.toolTip().endswith(".")


# -- states ------------------------------------------------------------------------------------------


def test_before_the_study_the_russell_is_drawn_and_the_cards_wait(
    qtbot, session: Session, tasks: Tasks, known: Study
) -> None:
    panel = OverviewPanel(session, tasks)
    qtbot.addWidget(panel)
    session.show_series({"RUT": known.market.series["RUT"]})
    assert panel.russell_chart.line("close").x.size > 400
    assert "being computed" in panel.dominance.text()


def test_correlation_of_an_older_study_never_arrives(
    qtbot, monkeypatch, session: Session, tasks: Tasks, known: Study
) -> None:
    other = study(synthetic_market(days=700, coins=60, seed=9, start="2015-03-01"))
    begun, gate, late = Event(), Event(), []

    def slow_for_the_older(pair: Pair, **options: Any) -> Rolling:
        if pair.days[-1] <= other.last_day:
            begun.set()
            gate.wait(10)
            late.append(pair)
        return rolling(pair, **options)

    monkeypatch.setattr("models.market.correlation.pairs.rolling", slow_for_the_older)
    panel = OverviewPanel(session, tasks)
    qtbot.addWidget(panel)
    session.show_study(other)
    qtbot.waitUntil(begun.is_set)  # one that has not begun is never run
    session.show_study(known, known.latest)
    qtbot.waitUntil(lambda: is_settled(panel))
    shown = panel.correlation.text()
    gate.set()
    qtbot.waitUntil(lambda: bool(late) and not tasks._running)
    found = rolling(known.pair("RUT", "ALT50", "weekly"), window=52).at(known.latest)
    assert not isinstance(found, Unknown)
    assert panel.correlation.value.text() == numbers.fixed(found.value, 2)
    assert panel.correlation.text() == shown


def test_narrow_window_takes_short_words_and_scrolls_in_one_direction_only(
    qtbot, panel: OverviewPanel
) -> None:
    panel.resize(948, 566)
    QApplication.processEvents()
    assert panel.dominance.name.text() == "Dominance"
    assert panel.headline.text().count(";") == 1
    # Words give way first, and the layout settles a few turns of the event loop later.
    qtbot.waitUntil(lambda: panel._scroll.horizontalScrollBar().maximum() == 0)
    assert panel._scroll.verticalScrollBar().maximum() > 0
    panel.resize(1290, 694)
    QApplication.processEvents()
    assert panel.dominance.name.text() == "Bitcoin dominance"


def test_theme_reaches_every_part_without_building_any_anew(
    qtbot, session: Session, panel: OverviewPanel
) -> None:
    before = {id(child) for child in panel.findChildren(QWidget)}
    session.set_theme(LIGHT)
    assert {id(child) for child in panel.findChildren(QWidget)} == before
    assert panel.dominance.theme is LIGHT
    assert panel.strip.view.theme is LIGHT


# -- explanations and access -------------------------------------------------------------------------


def test_every_figure_and_chart_explains_itself_with_definition_numbers_and_inputs(
    qtbot, session: Session, panel: OverviewPanel
) -> None:
    buttons = panel.findChildren(ExplainButton)
    assert len(buttons) >= 8
    for button in buttons:
        button.click()
        dialog = next(one for one in panel.window().findChildren(Explanation) if one.isVisible())
        said = dialog.text()
        assert "Definition (methods, section" in said, button.key()
        definition = said.split("Definition (methods, section")[1]
        assert len(definition) > 150, f"{button.key()} has no passage"
        assert readable(str(session.day)) in said
        dialog.close()
        QApplication.processEvents()


def test_explanation_of_dominance_holds_the_figure_that_is_shown(
    qtbot, session: Session, panel: OverviewPanel, known: Study
) -> None:
    state = known.dominance.at(known.latest)
    assert not isinstance(state.dominance, Unknown)
    panel._explain("dominance")
    dialog = panel.window().findChildren(Explanation)[-1]
    assert f"{state.dominance:.4f}" in dialog.text()
    dialog.close()


def test_signal_explains_itself_from_its_row(qtbot, panel: OverviewPanel) -> None:
    panel.checklist.signal_chosen.emit("eth_btc")
    dialog = panel.window().findChildren(Explanation)[-1]
    assert "ETH / BTC" in dialog.text()
    assert "50-day mean" in dialog.text()
    dialog.close()


def test_every_control_that_takes_the_focus_has_a_name(panel: OverviewPanel) -> None:
    controls = [
        child
        for child in panel.findChildren(QWidget)
        if child.isVisible() and child.focusPolicy() & Qt.FocusPolicy.TabFocus and not child.focusProxy()
    ]
    assert len(controls) >= 10
    for control in controls:
        assert control.accessibleName(), f"{type(control).__name__} has no accessible name"


def test_day_is_kept_within_the_study(panel: OverviewPanel, session: Session, known: Study) -> None:
    session.set_day(day("1999-01-01"))
    assert session.day == known.first_day


def test_cache_that_becomes_empty_and_full_again_leaves_every_card_working(
    qtbot, session: Session, tasks: Tasks, panel: OverviewPanel, known: Study
) -> None:
    cards = (panel.dominance, panel.correlation, panel.russell, panel.total2)
    before = [card.text() for card in cards]
    session.show_study(None)
    assert tasks.running() == ()
    panel.resize(948, 566)  # asks for the day anew, and there is none
    QApplication.processEvents()
    session.set_day(known.first_day)
    assert session.day is None
    session.show_study(known)
    panel.resize(1290, 694)
    qtbot.waitUntil(lambda: is_settled(panel))
    assert [card.text() for card in cards] == before
    assert panel.checklist.rows.rowCount() == len(known.signals.at(known.latest))


def test_changes_lead_to_their_day_and_panel(panel, session, known, qtbot):
    asked: list[str] = []
    session.panel_requested.connect(asked.append)
    panel._choose_since(90)
    card = panel.changes_card
    assert card.choose.text() == "the last 90 days"
    first = card.list._found[0]
    card.list._open(0)
    assert session.day == first.day
    assert asked == [first.panel]


def test_corrections_of_the_past_are_among_what_changed(panel, session, known):
    from data.cache.ledger import Revised

    learnt = datetime.fromisoformat(f"{session.day}T12:00:00+00:00")
    session.revised = (Revised("series", "M2", session.day - 40, "value", 1.0, 2.0, "fred", learnt, True),)
    asked: list[str] = []
    session.panel_requested.connect(asked.append)
    panel._choose_since(30)
    first = next(one for one in panel.changes_card.list._found if one.kind == "revision")
    assert first.words == "1 value of M2"
    panel._jump(first)
    assert asked == ["data"]


def test_track_records_are_shown_with_their_overlap(panel, session, known, qtbot):
    from ui.panels.overview.records import RecordsDialog

    panel._show_records()
    dialog = panel.findChild(RecordsDialog)
    qtbot.waitUntil(
        lambda: dialog.table.model().rowCount() == len(known.signals.histories) + 1, timeout=10_000
    )
    assert "independent ones" in dialog.words.text()
    cells = dialog.heat.cells
    heads = cells.heads()
    assert len(set(heads)) == len(heads), "two columns must not look alike"
    assert all(label.endswith(head) for label, head in zip(cells.row_labels(), heads, strict=True))
    assert cells.say(0, 1).startswith(f"{cells.rows[0]}, {cells.rows[1]}"), "words and table have the names"
    longest = max(dialog.table.fontMetrics().horizontalAdvance(one.title) for one in known.signals.histories)
    # The names of the signals are never cut; the head measures them a moment after the rows are there.
    qtbot.waitUntil(lambda: dialog.table.columnWidth(0) >= longest)
    dialog.reject()


def test_a_record_without_figures_shows_dashes():
    from ui.panels.overview.records import columns

    figures = [one for one in columns() if one.key in ("rate", "base", "lift", "lead")]
    assert [one.shown(None) for one in figures] == ["–"] * len(figures)
    assert [one.shown(0.25) for one in figures[:3]] == ["25 %", "25 %", "+25 pts"]
    assert figures[3].shown(41.0) == "41 d"


def test_a_visit_to_ones_own_data_says_nothing_about_the_demo_market(panel, session, known, monkeypatch):
    session.visited = known.last_day - 5
    session.show_study(known)
    assert "since your visit" in panel.changes_card.choose.toolTip()
    monkeypatch.setattr(Session, "is_demo", property(lambda _: True))
    session.show_study(known)
    assert "the last 30 days" in panel.changes_card.choose.toolTip()
