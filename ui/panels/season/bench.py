"""The definition bench: every definition's value on one day, and why two of them differ."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from models.market.season.definition import STANDARD, Definition
from models.market.season.view import SeasonHistory
from models.market.snapshot import Day
from models.market.unknown import Unknown
from ui.panels.season import words
from ui.panels.season.dots import SHORT_BELOW, BenchDots, BenchRow
from ui.panels.season.gap import GapDialog
from ui.panels.season.members import Sentence, link
from ui.theme.tokens import Theme
from ui.widgets import dates
from ui.widgets.card import Card

NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class BenchCard(Card):
    """Dots in rows; two picked ones are compared.

    `pair_changed` when other rows are compared, `definition_wanted(Definition)` to show one,
    `add_wanted` and `remove_wanted(Definition)` for a person's own.
    """

    pair_changed = Signal()
    definition_wanted = Signal(object)
    add_wanted = Signal()
    remove_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Definition bench"), key="season_bench", theme=theme, parent=parent)
        self._history: SeasonHistory | None = None
        self._day: Day | None = None
        self._own_choice = False
        self.add = link(self.tr("Add…"), self.tr("Define an index of your own"))
        self.add.clicked.connect(self.add_wanted)
        self.dots = BenchDots(theme=theme)
        self.dots.picked.connect(self._pick)
        self.dots.opened.connect(self._show_definition)
        self.body.addWidget(self.dots, 1)
        self.sentence = Sentence("", token="text2", scale=0.95, wrap=True, theme=theme)
        self.body.addWidget(self.sentence)
        self.explain_gap = link(
            self.tr("Explain coin by coin"), self.tr("Name the coins that make the two definitions differ")
        )
        self.explain_gap.clicked.connect(self.show_gap)
        self.show_this = link(self.tr("Show it"), self.tr("Show the definition that is picked in all charts"))
        self.show_this.clicked.connect(self._show_picked)
        self.remove = link(self.tr("Remove"), self.tr("Take your own definition off the bench"))
        self.remove.clicked.connect(self._remove_picked)
        row = QHBoxLayout()
        row.setContentsMargins(-8, 0, -6, 0)  # the words of a link begin where the sentence does
        row.setSpacing(2)
        for button in (self.explain_gap, self.show_this, self.remove):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.add)
        self.body.addLayout(row)
        self.body.setSpacing(4)

    # -- showing -----------------------------------------------------------------------------------

    def set_history(self, history: SeasonHistory) -> None:
        """Another study, definition or list: the pair begins anew with the shown one and its neighbour."""
        before = self._names()
        self._history = history
        if not self._own_choice or self._names() != before:
            self._own_choice = False
            self.dots.set_picked(self._usual_pair())

    def show_day(self, history: SeasonHistory, day: Day, *, picked: bool = False) -> None:
        """Show the values of a day; one that was picked in a chart is named."""
        self._history, self._day = history, day
        readings = history.bench.at(day)
        rows, values = [], []
        for one, reading in zip(history.bench.rows, readings, strict=True):
            index = reading if isinstance(reading, Unknown) else reading.index
            name, short = words.definition_name(one, self.tr), words.short_name(one, self.tr)
            if isinstance(index, Unknown):
                rows.append(BenchRow(name, None, index.why, one == history.shown, short=short))
            else:
                values.append(round(index))
                counts = "" if isinstance(reading, Unknown) else self._counts(reading)
                tip = self.tr("{0}: {1}").format(name, counts)
                rows.append(BenchRow(name, index, "", one == history.shown, tip, short))
        self.dots.set_rows(rows)
        if not self._own_choice:
            self.dots.set_picked(self._usual_pair())
        self.set_subtitle(self._span_words(len(rows), values, dates.short_day_text(day) if picked else ""))
        self._compare()

    def show_nothing(self, why: str) -> None:
        """No values, and why."""
        self._day = None
        self.dots.set_rows(())
        self.set_subtitle("")
        self.sentence.set_text(why)
        for button in (self.explain_gap, self.show_this, self.remove):
            button.setVisible(False)

    def compared(self) -> tuple[Definition, ...]:
        """The definitions that a person picked, in their order; none while the pair is the usual one."""
        if self._history is None or not self._own_choice:
            return ()
        rows = self._history.bench.rows
        return tuple(rows[at] for at in self.dots.picked_rows() if at < len(rows))

    def show_gap(self) -> QDialog | None:
        """Open the table of the coins behind the gap."""
        pair = self._pair()
        if pair is None or self._history is None or self._day is None:
            return None
        found = self._history.compare(*pair, self._day)
        if isinstance(found, Unknown):
            return None
        dialog = GapDialog(found, self._pair_names(pair), self.theme, self.window())
        dialog.open()
        return dialog

    # -- inside ------------------------------------------------------------------------------------

    def _span_words(self, count: int, values: list[int], named_day: str) -> str:
        """Say from where to where the definitions reach on the day."""
        when = named_day or self.tr("same day")
        spoken = NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)
        if not values:
            return self.tr("{0}, {1} definitions: unknown").format(when, spoken)
        if self.width() < SHORT_BELOW:
            return self.tr("{0}: {1} to {2}").format(when, min(values), max(values))
        return self.tr("{0}, {1} definitions: {2} to {3}").format(when, spoken, min(values), max(values))

    def _counts(self, reading: object) -> str:
        return self.tr("{0} of {1} beat Bitcoin, {2} too young").format(
            getattr(reading, "beating", 0), getattr(reading, "counted", 0), getattr(reading, "too_young", 0)
        )

    def _names(self) -> tuple[Definition, ...]:
        return self._history.bench.rows if self._history is not None else ()

    def _usual_pair(self) -> tuple[int, ...]:
        """The shown definition and the one that counts another number of coins over the same days."""
        if self._history is None:
            return ()
        rows, shown = self._history.bench.rows, self._history.shown
        mine = rows.index(shown)
        for at, one in enumerate(rows):
            same_days = one.variant.window == shown.variant.window and one in STANDARD
            if at != mine and same_days and one.variant.top != shown.variant.top:
                return mine, at
        return mine, 0 if mine else 1

    def _pair(self) -> tuple[Definition, Definition] | None:
        picked = self.dots.picked_rows()
        if self._history is None or len(picked) != 2:
            return None
        rows = self._history.bench.rows
        return rows[picked[0]], rows[picked[1]]

    def _pair_names(self, pair: tuple[Definition, Definition]) -> tuple[str, str]:
        first, second = (words.definition_name(one, self.tr) for one in pair)
        return first, second

    def _compare(self) -> None:
        pair = self._pair()
        picked = self.dots.picked_rows()
        rows = self._names()
        last = rows[picked[-1]] if picked and rows else None
        shown = self._history.shown if self._history is not None else None
        self.show_this.setVisible(last is not None and last != shown)
        self.remove.setVisible(self._own_choice and last is not None and last not in STANDARD)
        if pair is None or self._history is None or self._day is None:
            self.explain_gap.setVisible(False)
            self.sentence.set_text(self.tr("Pick two definitions to see why they differ."))
            return
        found = self._history.compare(*pair, self._day)
        self.explain_gap.setVisible(not isinstance(found, Unknown))
        self.sentence.set_text(words.gap_sentence(found, self._pair_names(pair), self.tr))

    def _pick(self, _rows: object) -> None:
        self._own_choice = bool(self.dots.picked_rows())
        self._compare()
        self.pair_changed.emit()

    def _show_definition(self, row: int) -> None:
        rows = self._names()
        if row < len(rows):
            self.definition_wanted.emit(rows[row])

    def _show_picked(self) -> None:
        picked = self.dots.picked_rows()
        if picked:
            self._show_definition(picked[-1])

    def _remove_picked(self) -> None:
        picked, rows = self.dots.picked_rows(), self._names()
        if picked and rows[picked[-1]] not in STANDARD:
            self.remove_wanted.emit(rows[picked[-1]])
