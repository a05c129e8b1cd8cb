"""The session: one study, one day, one theme, and the signals that tell of changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.market.study import study
from tests.markets import synthetic_market
from ui.theme.tokens import DARK, LIGHT


def test_a_new_study_opens_on_its_newest_useful_day(qtbot, session, known):
    days = []
    session.day_changed.connect(days.append)
    with qtbot.waitSignal(session.study_changed) as told:
        session.show_study(known)
    assert told.args == [known]
    assert session.day == known.latest
    assert days == [known.latest]
    assert not session.is_review


def test_an_earlier_day_is_a_review_until_today(session, known):
    session.show_study(known)
    session.step(-30)
    assert session.is_review
    assert session.day == known.latest - 30
    session.today()
    assert not session.is_review


def test_the_day_stays_within_the_cached_span(session, known):
    session.show_study(known)
    session.set_day(np.datetime64("1990-01-01"))
    assert session.day == known.first_day
    session.step(100_000)
    assert session.day == known.last_day


def test_the_same_day_again_is_no_news(session, known):
    session.show_study(known)
    days = []
    session.day_changed.connect(days.append)
    session.set_day(session.day)
    assert days == []


def test_a_review_stays_on_its_day_when_the_cache_changes(session, known):
    session.show_study(known, known.latest - 50)
    session.show_study(replace(known))
    assert session.day == known.latest - 50


def test_without_a_review_new_data_move_the_day_on(session, known):
    early = study(known.market.cut(known.latest - 40))
    session.show_study(early)
    session.show_study(known)
    assert session.day == known.latest
    assert not session.is_review


def test_another_market_opens_on_its_own_newest_day(session, known):
    demo = replace(known, market=replace(known.market, origin="demo"))
    session.show_study(known, known.latest - 50)
    session.show_study(demo)
    assert session.day == demo.latest
    assert session.is_demo
    assert session.origin_label == "Demo market"


def test_an_empty_cache_has_no_day(qtbot, session, known):
    session.show_study(known)
    with qtbot.waitSignal(session.study_changed) as told:
        session.show_study(None)
    assert told.args == [None]
    assert session.day is session.latest is session.span is None
    session.step(1)
    session.today()
    session.set_day(known.latest)
    assert session.day is None


def test_early_series_are_handed_out_before_the_study(qtbot, session):
    series = dict(synthetic_market(days=30, coins=10).series)
    with qtbot.waitSignal(session.series_ready):
        session.show_series(series)
    assert session.series is series
    assert session.study is None


def test_a_theme_is_told_once(session):
    themes = []
    session.theme_changed.connect(themes.append)
    session.set_theme(LIGHT)
    session.set_theme(LIGHT)
    session.set_theme(DARK)
    assert themes == [LIGHT, DARK]
