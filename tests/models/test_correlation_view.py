"""One chosen pair put together: its histories once, its days as slices, and what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.market.correlation.leadlag import LeadLag, lead_lag
from models.market.correlation.pairs import Correlation, correlate, matrix, scatter
from models.market.correlation.reading import bond, lead_of
from models.market.correlation.regression import Partial, beta, partial
from models.market.correlation.view import Choice, day_view, stretches, study_pair
from models.market.price_lines import price_lines
from models.market.snapshot import Market, day
from models.market.study import Cancelled, Study, study
from models.market.unknown import Unknown
from tests.markets import synthetic_market

DAYS = 1_200
CUT = day("2021-10-20")


@pytest.fixture(scope="module")
def market() -> Market:
    return synthetic_market(days=DAYS, coins=80, bad_ticks=0)


@pytest.fixture(scope="module")
def whole(market: Market) -> Study:
    return study(market)


def same(a: object, b: object) -> bool:
    """Equality of results that may hold arrays or NaN."""
    return repr(a) == repr(b)


def test_price_lines_are_100_on_the_first_common_day(whole):
    history = study_pair(whole, Choice())
    a, b = whole.line("RUT"), whole.line("ALT50")
    common = sorted(set(a.days.tolist()) & set(b.days.tolist()))
    assert history.base_day == np.datetime64(common[0])
    assert [line.id for line in history.lines] == ["RUT", "ALT50", "BTC"]
    for line in history.lines[:2]:
        assert line.days[0] == history.base_day
        assert line.values[0] == 100.0
    rut = history.lines[0]
    first = a.values[np.searchsorted(a.days, history.base_day)]
    assert rut.values[-1] == pytest.approx(100 * a.values[-1] / first)


def test_bitcoin_stands_beside_the_headline_pair_only(whole):
    assert len(study_pair(whole, Choice("ALT50", "RUT")).lines) == 3
    assert len(study_pair(whole, Choice("SPX", "ALT50")).lines) == 2


def test_a_price_line_shows_no_later_day_than_asked_for(whole):
    history = study_pair(whole, Choice())
    for line in history.lines:
        days, values = line.upto(CUT)
        assert days[-1] <= CUT
        assert days.size == values.size


def test_a_long_gap_breaks_a_price_line(whole):
    line = whole.line("BTC")
    keep = (line.days < day("2020-03-01")) | (line.days > day("2020-03-20"))
    gappy = replace(line, days=line.days[keep], values=line.values[keep])
    _, (found, other) = price_lines(gappy, whole.line("RUT"))
    assert found.days[np.isnan(found.values)].tolist() == [day("2020-03-01").item()]
    assert np.isfinite(other.values).all()


def test_a_late_publication_is_shown_once_it_was_known(whole):
    line = study_pair(whole, Choice()).lines[0]
    late = replace(line, known=line.days + np.timedelta64(10, "D"))
    assert late.upto(CUT)[0][-1] <= CUT - np.timedelta64(10, "D")


@pytest.mark.parametrize("method", ["pearson", "spearman", "ewma"])
@pytest.mark.parametrize("returns", ["weekly", "daily"])
def test_the_cards_are_those_of_the_analyses(whole, returns, method):
    choice = Choice(returns=returns, window=52 if returns == "weekly" else 90, method=method)
    cards = study_pair(whole, choice).cards(CUT)
    pair = whole.pair("RUT", "ALT50", returns)
    window = choice.window // 4 if method == "ewma" else choice.window
    assert same(cards.correlation, correlate(pair, window=window, method=method, as_of=CUT))
    assert same(cards.beta, beta(whole.pair("RUT", "ALT50", "weekly"), as_of=CUT))
    control = whole.pair("RUT", "SPX", returns)
    assert same(cards.partial, partial(pair, [control], window=choice.window, as_of=CUT))


@pytest.mark.parametrize(
    "choice", [Choice(), Choice(returns="daily", window=90, given="BTC"), Choice("BTC", "ETH", method="ewma")]
)
def test_nothing_after_the_day_is_looked_at(market, whole, choice):
    seen = day_view(study_pair(whole, choice), whole, CUT)
    then = study(market.cut(CUT))
    known = day_view(study_pair(then, choice), then, CUT)
    for name in ("cards", "scatter", "regimes", "lead", "reading"):
        one, other = getattr(seen, name), getattr(known, name)
        if name in ("scatter", "lead"):  # the scatter keeps its pair, which is longer today
            assert isinstance(one, Unknown) == isinstance(other, Unknown)
            fields = ("x", "y", "slope") if name == "scatter" else ("r", "band", "peak_lag")
            for field in fields if not isinstance(one, Unknown) else ():
                assert np.allclose(getattr(one, field), getattr(other, field))
        else:
            assert same(one, other), name
    assert np.array_equal(seen.matrix.value, known.matrix.value, equal_nan=True)
    for one, other in zip(seen.history.rolling_upto(CUT), known.history.rolling_upto(CUT), strict=True):
        assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def test_the_day_holds_the_analyses_of_its_window(whole):
    choice = Choice(window=26)
    view = day_view(study_pair(whole, choice), whole, CUT)
    pair = whole.pair("RUT", "ALT50", "weekly")
    points = scatter(pair, window=26, as_of=CUT)
    assert not isinstance(points, Unknown)
    assert not isinstance(view.scatter, Unknown)
    assert view.scatter.slope == points.slope
    assert same(view.lead, lead_lag(pair, as_of=CUT))
    lines = [whole.line(name) for name in view.matrix.ids]
    table = matrix(lines, returns="weekly", window=26, sessions=whole.sessions, as_of=CUT)
    assert np.array_equal(view.matrix.value, table.value, equal_nan=True)


def test_regimes_are_told_whichever_way_round_the_russell_stands(whole):
    one = day_view(study_pair(whole, Choice("RUT", "BTC")), whole, CUT).regimes
    other = day_view(study_pair(whole, Choice("BTC", "RUT")), whole, CUT).regimes
    assert not isinstance(one, Unknown)
    assert not isinstance(other, Unknown)
    assert [regime.observations for regime in one] == [regime.observations for regime in other]
    without = day_view(study_pair(whole, Choice("BTC", "ETH")), whole, CUT).regimes
    assert isinstance(without, Unknown)
    assert "Russell 2000" in without.why


def test_a_line_is_not_taken_out_of_itself(whole):
    found = study_pair(whole, Choice("SPX", "ALT50")).cards(CUT).partial
    assert found == Unknown("The S&P 500 is one of the two, so it cannot be taken out.")
    assert isinstance(study_pair(whole, Choice("SPX", "ALT50", given="BTC")).cards(CUT).partial, Partial)


def test_two_coins_are_freed_of_the_stock_market_on_its_sessions(whole):
    history = study_pair(whole, Choice("BTC", "ETH"))
    assert "every" in study_pair(whole, Choice("BTC", "ETH", "daily")).pair.calendar
    assert isinstance(history.partial_upto(CUT)[1][-1], float)
    assert isinstance(history.cards(CUT).partial, Partial)


def test_what_is_missing_is_unknown_with_its_reason(whole):
    view = day_view(study_pair(whole, Choice("RUT", "no-such-coin")), whole, CUT)
    assert view.history.base_day is None
    assert view.history.lines == ()
    for found in (view.cards.correlation, view.cards.beta, view.cards.stability, view.scatter, view.lead):
        assert isinstance(found, Unknown)
        assert found.why.endswith(".")
    assert isinstance(view.reading.bond, Unknown)
    assert view.reading.shared is None


def test_without_any_session_nothing_breaks():
    market = synthetic_market(days=300, coins=60, series=False)
    bare = study(market)
    view = day_view(study_pair(bare, Choice()), bare, bare.last_day)
    assert isinstance(view.cards.correlation, Unknown)
    assert isinstance(view.regimes, Unknown)
    coins = day_view(study_pair(bare, Choice("BTC", "ETH", window=26)), bare, bare.last_day)
    assert isinstance(coins.cards.correlation, Correlation)
    assert coins.cards.partial == Unknown("No values of the S&P 500 are cached.")


def test_exponential_weights_have_no_band_and_no_stability(whole):
    cards = study_pair(whole, Choice(method="ewma")).cards(CUT)
    assert isinstance(cards.correlation, Correlation)
    assert cards.correlation.low is None
    assert isinstance(cards.stability, Unknown)
    assert bond(cards.correlation) == "unbanded"


def test_closing_times_are_corrected_between_equity_and_coin_by_day_only(whole):
    daily = Choice(returns="daily", window=90)
    assert study_pair(whole, daily).cards(CUT).corrected is not None
    assert study_pair(whole, Choice()).cards(CUT).corrected is None
    assert study_pair(whole, replace(daily, b="SPX")).cards(CUT).corrected is None


def test_a_line_is_not_compared_with_itself(whole):
    with pytest.raises(ValueError, match="itself"):
        study_pair(whole, Choice("BTC", "BTC"))


def test_cancelled_work_stops_between_two_steps(whole):
    with pytest.raises(Cancelled):
        study_pair(whole, Choice(), lambda: True)
    history = study_pair(whole, Choice())
    with pytest.raises(Cancelled):
        day_view(history, whole, CUT, lambda: True)


def test_unknown_stretches_have_a_first_and_a_last_day():
    days = np.arange("2024-01-01", "2024-01-07", dtype="datetime64[D]")
    found = stretches(days, np.array([True, True, False, True, False, True]), day("2023-12-20"))
    assert [(str(start), str(end)) for start, end in found] == [
        ("2023-12-20", "2024-01-02"),
        ("2024-01-04", "2024-01-04"),
        ("2024-01-06", "2024-01-06"),
    ]
    assert stretches(days, np.zeros(6, dtype=bool), day("2023-12-20")) == ()


def correlation(value: float, low: float | None, high: float | None) -> Correlation:
    return Correlation(CUT, value, low, high, 52, None if low is None else 50.0, None)


def test_a_bond_needs_a_band_that_leaves_0_out():
    assert bond(correlation(0.4, 0.1, 0.6)) == "together"
    assert bond(correlation(-0.4, -0.6, -0.1)) == "opposite"
    assert bond(correlation(0.1, -0.2, 0.4)) == "unclear"
    assert bond(correlation(0.1, None, None)) == "unbanded"


@pytest.mark.parametrize(
    ("lag", "peak", "said"), [(3, 0.1, "chance"), (0, 0.5, "same"), (2, -0.5, "a"), (-2, 0.5, "b")]
)
def test_a_lead_has_to_reach_beyond_chance(lag, peak, said):
    lags = np.arange(-26, 27)
    found = LeadLag("a", "b", CUT, lags, np.zeros(53), 0.2, lag, peak, 200, 0, 141, "")
    assert lead_of(found) == said


def test_what_a_control_explains_is_said_only_of_a_correlation_that_is_there(whole):
    for name in ("ALT50", "BTC", "IWM.adj", "NDX"):
        view = day_view(study_pair(whole, Choice(b=name)), whole, CUT)
        found, left = view.cards.correlation, view.cards.partial
        assert isinstance(found, Correlation)
        assert isinstance(left, Partial)
        if found.low is not None and found.high is not None and found.low <= 0 <= found.high:
            assert view.reading.shared is None
        else:
            gone = 1 - left.value / found.value
            expected = "most" if gone >= 0.5 else "part" if gone >= 0.2 else "little"
            assert view.reading.shared == expected
            assert view.reading.left_over == (left.low > 0 or left.high < 0)
