"""The coins that a note may name: by id, symbol or name, kept by their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from models.journal.notes import Note
from ui.session import Session

if TYPE_CHECKING:
    from models.market.snapshot import Market
    from models.risk.plans.from_table import Names


class CoinNames:
    """Looks among the coins of the market that the session shows; made once a market, when first asked."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._names: tuple[Market, Names] | None = None

    def ids(self) -> frozenset[str]:
        """Return the ids of all coins; none while there are no data."""
        study = self._session.study
        return frozenset() if study is None else frozenset(study.market.column)

    def find(self, text: str) -> str | None:
        """Return the id of the coin that a symbol or name means, of several the largest; None for none."""
        study = self._session.study
        if study is None:
            return None
        if self._names is None or self._names[0] is not study.market:
            from models.risk.plans.from_table import Names

            self._names = study.market, Names.of(study.market)
        coin, _ = self._names[1].find(text)
        return None if coin is None else coin.id

    def by_ids(self, notes: Sequence[Note]) -> tuple[Note, ...]:
        """Return notes of a file with their coins by ids, as in the editor; what no coin is called stays."""
        ids = self.ids()
        meant: dict[str, list[str]] = {}
        for coin in {coin for one in notes for coin in one.coins}:
            parts = [coin] if coin in ids else filter(None, map(str.strip, coin.split(",")))
            meant[coin] = [part if part in ids else self.find(part) or part for part in parts]
        return tuple(
            replace(one, coins=tuple(dict.fromkeys(part for coin in one.coins for part in meant[coin])))
            if one.coins
            else one
            for one in notes
        )
