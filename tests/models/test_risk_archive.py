"""The risk of real portfolios, against pandas code that reads the archive's files itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from data.cache import Cache
from data.importers import import_archive
from models.market.snapshot import day
from models.market.study import Study, study
from models.risk.ground import Grounds
from models.risk.plans.plan import Plan, Position
from models.risk.portfolio import portfolio
from models.risk.risk import Risk, risk

pytestmark = pytest.mark.archive

YEARS = ("2013_2019", "2020", "2021")


@pytest.fixture(scope="module")
def of(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    cache = Cache.open(tmp_path_factory.mktemp("cache") / "market.sqlite")
    import_archive(archive, cache)
    return study(cache.market(as_of=day("2021-05-14")))


@pytest.fixture(scope="module")
def prices(archive: Path) -> pd.DataFrame:
    files = [archive / "crypto" / f"coingecko_daily_{year}.csv.gz" for year in YEARS]
    rows = pd.concat([pd.read_csv(file, parse_dates=["date"]) for file in files])
    return rows.pivot_table(index="date", columns="coin_id", values="price_usd")


PLANS: tuple[tuple[str, Mapping[str, float], float], ...] = (
    ("2021-05-14", {"bitcoin": 0.5, "ethereum": 8.0, "litecoin": 40.0, "ripple": 9000.0}, 5000.0),
    ("2020-03-12", {"bitcoin": 1.0, "ethereum": 20.0, "litecoin": 15.0, "ripple": 9e3}, 0.0),
)


@pytest.mark.parametrize(("when", "quantities", "cash"), PLANS)
def test_the_risk_of_a_real_portfolio(
    of: Study, prices: pd.DataFrame, archive: Path, when: str, quantities: Mapping[str, float], cash: float
) -> None:
    upto = prices.loc[:when, list(quantities)]
    values = upto.iloc[-1] * pd.Series(quantities)
    weights = values / (values.sum() + cash)
    window = upto.asfreq("D").iloc[-731:].pct_change(fill_method=None).iloc[1:].dropna()
    whole = window @ weights

    plan = Plan(cash=cash, positions=tuple(Position(coin, q) for coin, q in quantities.items()))
    found = risk(portfolio(plan, Grounds(of, day(when))))
    assert isinstance(found, Risk)
    assert found.sample.days == len(window)
    assert found.volatility == pytest.approx(whole.std() * np.sqrt(365))
    for level, var, es in ((0.05, found.var_95, found.es_95), (0.01, found.var_99, found.es_99)):
        assert var == pytest.approx(-whole.quantile(level))
        assert es == pytest.approx(-whole[whole <= whole.quantile(level)].mean())
    ten = (1 + whole).rolling(10).apply(np.prod, raw=True).dropna() - 1
    assert found.var_95_10 == pytest.approx(-ten.quantile(0.05))
    assert found.es_95_10 == pytest.approx(-ten[ten <= ten.quantile(0.05)].mean())
    assert found.beta_bitcoin == pytest.approx(stats.linregress(window["bitcoin"], whole).slope)
    parts = weights * (window.cov() @ weights)
    assert [one.share for one in found.contributions] == pytest.approx(list(parts / parts.sum()))

    russell = pd.read_csv(archive / "equity" / "rut_daily.csv", parse_dates=["date"]).set_index("date")
    wealth = (1 + whole).cumprod()
    wealth.loc[wealth.index[0] - pd.Timedelta(days=1)] = 1.0
    both = (
        pd.DataFrame({"index": russell["close"], "plan": wealth.sort_index()}).dropna().pct_change().dropna()
    )
    assert found.beta_russell == pytest.approx(stats.linregress(both["index"], both["plan"]).slope)
