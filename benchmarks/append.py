"""One new day for 250 coins: into the cache, against adding it to one Parquet file."""

from __future__ import annotations

import itertools
import shutil
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.inputs import Inputs
from benchmarks.measure import Line, Row, side_by_side
from data.cache import Batch, Cache
from models.market.snapshot import Market

COINS = 250


def run(inputs: Inputs) -> list[Line]:
    market = inputs.market
    # Its log is folded in first, so that the copy holds everything.
    copy = inputs.scratch / "append.sqlite"
    for ending in ("", "-wal"):
        file = inputs.cache.path.with_name(inputs.cache.path.name + ending)
        if file.exists():
            shutil.copy(file, copy.with_name(copy.name + ending))
    cache = Cache.open(copy)
    latest = np.nan_to_num(market.cap[-400:].max(axis=0, initial=0, where=np.isfinite(market.cap[-400:])))
    columns = np.sort(np.argsort(latest)[-COINS:])
    keys = [market.coins[at].id for at in columns]
    values = np.abs(np.random.default_rng(0).normal(100, 10, (len(keys), 3)))
    parquet = inputs.scratch / "daily.parquet"
    pq.write_table(narrow(market), parquet)
    fresh = market.days[-1] + np.arange(1, 1_000)
    days_of_cache, days_of_parquet = itertools.chain(fresh), itertools.chain(fresh)
    learnt = datetime(2026, 1, 1, tzinfo=UTC)
    minutes = itertools.count()

    def to_cache() -> None:
        day = next(days_of_cache)
        batch = Batch("benchmark", learnt + timedelta(minutes=next(minutes)), file=str(day))
        with cache.writing() as writer, writer.job(batch) as job:
            job.add("coin", keys, np.arange(len(keys)), np.full(len(keys), day), values)

    def to_parquet() -> None:
        day = next(days_of_parquet)
        added = pa.table(
            {"day": np.full(len(keys), day), "coin": pa.array(keys).dictionary_encode()}
            | {name: values[:, at] for at, name in enumerate(("price", "cap", "volume"))}
        )
        whole = pa.concat_tables([pq.read_table(parquet, read_dictionary=["coin"]), added])
        pq.write_table(whole.unify_dictionaries(), parquet)

    ours, baseline = side_by_side(to_cache, to_parquet, rounds=9)
    note = f"a day of {len(keys)} coins, committed; Parquet is read, added to, and written again"
    return [Row("append one day", "rewriting one Parquet file", ours, baseline, 5.0, "at least", note)]


def narrow(market: Market) -> pa.Table:
    """One row a coin and day, the coin as a dictionary."""
    row, column = np.nonzero(np.isfinite(market.price) | np.isfinite(market.cap))
    coins = pa.DictionaryArray.from_arrays(column.astype(np.int32), [coin.id for coin in market.coins])
    return pa.table(
        {"day": market.days[row], "coin": coins}
        | {name: getattr(market, name)[row, column] for name in ("price", "cap", "volume")}
    )
