"""Leaders and laggards, and the coins that are quiet with volume."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QPushButton

from models.market.rotation.screen import Screened, ScreenRow
from models.market.rotation.view import LEAD_TOP, CoinMove, Moves
from models.market.unknown import Unknown
from ui.panels.rotation import words
from ui.panels.rotation.sectors import CoinsDialog
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.brief_rows import BriefRow, BriefRows
from ui.widgets.card import Card
from ui.widgets.label import Label


class LeadersCard(Card):
    """The best and the worst of the top 50 over 30 days against Bitcoin, as many as there is room for."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(self.tr("Leaders and laggards"), key="leaders", theme=theme)
        self._found: Moves | None = None
        self.subtitle = Label(
            self.tr("30 days against Bitcoin, points"), token="text2", scale=0.92, elide=True, theme=theme
        )
        self.rows = BriefRows(self.tr("Leaders and laggards"), theme=theme)
        self.rows.room_changed.connect(self._fill)
        self.rows.chosen.connect(self.chosen)
        self.all = QPushButton(self.tr("All…"))
        self.all.setProperty("kind", "link")
        self.all.setAccessibleName(self.tr("Show all {0} coins").format(LEAD_TOP))
        self.all.setToolTip(self.tr("All {0} coins as a table: sort, copy, CSV").format(LEAD_TOP))
        self.all.clicked.connect(self.open_all)
        self.add_corner(self.all)
        self.body.addWidget(self.subtitle)
        self.body.addWidget(self.rows, 1)

    def show_moves(self, found: Moves) -> None:
        """Show the coins of one day."""
        self._found = found
        self.subtitle.set_text(
            self.tr("30 days against Bitcoin, points · {0}").format(words.moves_words(found, self.tr))
        )
        self.all.setEnabled(bool(found.rows))
        self._fill()

    def show_nothing(self, why: str) -> None:
        self._found = None
        self.rows.set_rows([], why)
        self.all.setEnabled(False)

    @Slot()
    def _fill(self) -> None:
        if self._found is None:
            return
        known = self._found.rows[: self._found.known]
        room = self.rows.room()
        if len(known) > room:
            best = (room + 1) // 2
            known = (*known[:best], *known[len(known) - (room - best) :])
        empty = self._found.why or self.tr("No coin of the top has a 30-day return on this day.")
        self.rows.set_rows([_move_row(one) for one in known], empty)

    @Slot()
    def open_all(self) -> QDialog | None:
        """Open all coins of the top as a table."""
        if self._found is None or not self._found.rows:
            return None
        title = self.tr("Top {0}: 30 days against Bitcoin").format(LEAD_TOP)
        dialog = CoinsDialog(title, self._found.rows, "", self.theme, self.window())
        dialog.open()
        return dialog


class QuietCard(Card):
    """The coins that pass the screen; `edit_wanted` for its filters and the whole list."""

    edit_wanted = Signal()
    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(self.tr("Quiet with volume"), key="screen", theme=theme)
        self._found: Screened | None = None
        self.subtitle = Label("", token="text2", scale=0.92, elide=True, theme=theme)
        self.none = Label("", token="text2", scale=0.92, wrap=True, theme=theme)
        self.none.hide()
        self.rows = BriefRows(self.tr("Coins that pass the screen"), theme=theme)
        self.rows.chosen.connect(self.chosen)
        self.foot = Label("", token="text2", scale=0.85, elide=True, theme=theme)
        self.edit = QPushButton(self.tr("Filters…"))
        self.edit.setProperty("kind", "link")
        self.edit.setAccessibleName(self.tr("Edit and save the filters of the screen"))
        self.edit.setToolTip(self.tr("Change and save the filters; see all coins with their figures"))
        self.edit.clicked.connect(self.edit_wanted)
        self.add_corner(self.edit)
        self.body.addWidget(self.subtitle)
        self.body.addWidget(self.none)
        self.body.addWidget(self.rows, 1)
        self.body.addWidget(self.foot)

    def show_screened(self, found: Screened) -> None:
        """Show what passes on one day."""
        self._found = found
        self.set_title(found.screen.name)
        self.subtitle.set_text(self.tr("volatility percentile, volume ratio"))
        self.subtitle.setToolTip(words.limits_words(found, self.tr))
        passing = found.passing
        rows = passing or tuple(one for one in found.rows if one.verdict == "fails")
        self.none.set_text(self._why_none(found))
        self.none.setVisible(not passing)
        self.rows.set_rows([screen_row(one, self.tr, faint=not passing) for one in rows])
        self.foot.set_text(words.screen_words(found, self.tr))

    def _why_none(self, found: Screened) -> str:
        if found.why:
            return found.why
        limits = words.limits_words(found, self.tr)
        if not found.count("fails"):
            return self.tr("No coin passes {0}.").format(limits)
        return self.tr("No coin passes {0}. The calmest that fail:").format(limits)

    def show_nothing(self, why: str) -> None:
        self._found = None
        self.none.hide()
        self.rows.set_rows([], why)
        self.foot.set_text("")


def _move_row(one: CoinMove) -> BriefRow:
    if isinstance(one.against, Unknown):
        return BriefRow(one.coin, one.symbol, ((numbers.UNKNOWN, "text3"),), one.against.why)
    lead = numbers.fixed(100 * one.against, 0, sign=True)
    token = "confirms" if one.against > 0 else "contradicts" if one.against < 0 else "text2"
    return BriefRow(one.coin, one.symbol, ((lead, token),), f"{one.name}: {numbers.points(one.against)}")


def screen_row(one: ScreenRow, tr: words.Tr, *, faint: bool = False) -> BriefRow:
    """One coin of the screen in short; its tip holds every figure."""
    percentile = _or_dash(one.volatility, lambda value: numbers.fixed(value, 0))
    ratio = _or_dash(one.volume, lambda value: f"{numbers.fixed(value, 1)}{numbers.SPACE}×")
    tip = tr("{0}: volatility percentile {1}, volume {2}, 30 days {3}").format(
        one.name, percentile, ratio, _or_dash(one.move, numbers.change)
    )
    token = "text3" if faint else "text"
    return BriefRow(one.coin, one.symbol, ((percentile, token), (ratio, token)), tip, faint)


def _or_dash(value: float | Unknown, shown: numbers.Format) -> str:
    return numbers.UNKNOWN if isinstance(value, Unknown) else shown(value)
