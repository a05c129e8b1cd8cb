"""The coins that a note may name: by id, symbol or name, kept by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
