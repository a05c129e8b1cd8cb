"""The parts of the Precedents panel: the verdict, the aligned paths, the events, and the two at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TypeAlias, cast

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from models.market.precedents.view import SIZES, PrecedentView
from models.market.unknown import Unknown
from ui.charts.event_dots import EventDot, EventDots, Mark
from ui.charts.event_fan import EventFan, FanPaths
from ui.charts.interval_dots import IntervalDots
from ui.charts.wait_chart import WaitChart
from ui.panels.precedents import chart_words, words
from ui.panels.precedents.rules import RulesPage
from ui.theme.tokens import Theme
from ui.widgets import dates, numbers
from ui.widgets.card import Card
from ui.widgets.explain_button import ExplainButton
from ui.widgets.label import Label
from ui.widgets.segmented import Segmented
from ui.widgets.signal_mark import State, paint_mark
from ui.widgets.themed import Themed, text_width

SENTENCE_SCALE = 1.16
STACKED_BELOW = 860


class Badge(Themed, QWidget):
    """A verdict in two words with its mark, as large as any claim would be."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start_theme(theme)
        self._text = ""
        self._state: State = "unknown"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_verdict(self, text: str, state: State) -> None:
        """Show another verdict."""
        self._text, self._state = text, state
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The words of the verdict."""
        return self._text

    def state(self) -> State:
        """The state of its mark."""
        return self._state

    def sizeHint(self) -> QSize:
        return QSize(round(text_width(self.font_of(weight=600), self._text)) + 44, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.colour("hover"))
        painter.drawRoundedRect(QRectF(self.rect()), 13, 13)
        paint_mark(painter, QRectF(9, 5, 16, 16), self._state, self.theme)
        painter.setFont(self.font_of(weight=600))
        painter.setPen(self.colour("text"))
        words_area = QRectF(32, 0, self.width() - 38, self.height())
        painter.drawText(words_area, Qt.AlignmentFlag.AlignVCenter, self._text)


class VerdictCard(Card):
    """The one sentence, and beside it every event as a hit or a miss."""

    event_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme=theme, parent=parent)
        self.setAccessibleName(self.tr("Verdict"))
        self.badge = Badge(theme)
        self.explain = ExplainButton("precedents:verdict", self.tr("the verdict"), theme=theme)
        self.explain.explain_requested.connect(self.explain_requested)
        self.how = Label("", token="text2", scale=0.95, wrap=True, theme=theme)
        self.how.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.RichText)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.limits = Label("", token="text2", scale=0.92, wrap=True, theme=theme)
        self.asked = Label("", token="text2", scale=0.95, wrap=True, theme=theme)
        self.asked.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.dots = EventDots(name=self.tr("Hit or miss, event by event"), theme=theme)
        self.dots.clicked.connect(self.event_chosen)
        self.counts = Label("", token="text2", scale=0.95, wrap=True, theme=theme)
        self.counts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head = self._head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.badge)
        head.addWidget(self.explain)
        head.addWidget(self.how, 1)
        head.addStretch()
        left, right = QVBoxLayout(), QVBoxLayout()
        self._left, self._is_narrow = left, False
        left.setSpacing(6)
        right.setSpacing(4)
        left.addLayout(head)
        left.addWidget(self.sentence)
        left.addStretch(1)
        right.addWidget(self.asked)
        right.addWidget(self.dots)
        right.addWidget(self.counts)
        right.addWidget(self.limits)
        right.addStretch(1)
        self._sides = QHBoxLayout()
        self._sides.setSpacing(24)
        self._sides.addLayout(left, 65)
        self._sides.addLayout(right, 35)
        self.body.addLayout(self._sides)
        self._set_font()

    def _set_font(self) -> None:
        self.sentence.setFont(self.font_of(SENTENCE_SCALE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < STACKED_BELOW
        if narrow == self._is_narrow:
            return
        self._is_narrow = narrow
        # Beside a long verdict there is no room for a whole clause: it goes below, and is not cut.
        if narrow:
            self._head.removeWidget(self.how)
            self._left.insertWidget(1, self.how)
        else:
            self._left.removeWidget(self.how)
            self._head.insertWidget(2, self.how, 1)

    def show_view(self, view: PrecedentView) -> None:
        """Show the verdict of a rule."""
        self.badge.set_verdict(*words.badge(view, self.tr))
        self.how.set_text(words.how_asked(view, self.tr))
        self.how.setToolTip(words.how_asked_tip(view, self.tr))
        text = words.verdict(view, self.tr)
        self.sentence.setText(text)
        self.sentence.setAccessibleName(words.plain(text))
        self.limits.set_text(words.limits(view, self.tr))
        self.limits.setToolTip(words.limits_tip(self.tr))
        self.limits.setVisible(bool(self.limits.text()))
        clause = words.success_clause(view.rule.success, view.rule.horizon, self.tr)
        self.asked.set_text(self.tr("{0}, event by event").format(clause[:1].upper() + clause[1:]))
        judged = [row for row in view.rows if row.state in ("hit", "miss", "open")]
        self.dots.set_dots(
            [
                EventDot(str(row.day), cast(Mark, row.state), chart_words.event_tip(row, view.rule, self.tr))
                for row in judged
            ]
        )
        self.counts.set_text(words.counts(view, self.tr))
        self.counts.setToolTip(words.counts_tip(view, self.tr))

    def show_nothing(self, why: str) -> None:
        """No verdict, and why."""
        self.badge.set_verdict(self.tr("Cannot be judged"), "unknown")
        self.how.set_text("")
        self.sentence.setText(escape(why))
        self.limits.hide()
        self.asked.set_text("")
        self.dots.set_dots([])
        self.counts.set_text("")

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._set_font()


class FanCard(Card):
    """The paths around every event."""

    event_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme=theme, parent=parent)
        self.fan = EventFan(self.tr("Aligned paths"), key="precedents:paths", theme=theme)
        self.fan.explain_requested.connect(self.explain_requested)
        self.fan.event_clicked.connect(lambda place: self.event_chosen.emit(self._days[place]))
        self.body.addWidget(self.fan, 1)
        self._days: list[str] = []

    def show_view(self, view: PrecedentView) -> None:
        """Draw the paths of a rule's events."""
        rule, found = view.rule, view.fan
        self._days = [str(day) for day in found.days]
        self.fan.set_subtitle(words.path_subtitle(rule, self.tr))
        if not self._days:
            self.fan.set_unknown_because(self.tr("No event lies in the span."))
            return
        shown: Callable[[float], str] = (
            _points if SIZES[rule.outcome] == "season_change" else lambda v: numbers.fixed(v, 2, sign=True)
        )
        self.fan.set_paths(
            FanPaths(
                offsets=found.offsets.astype(np.float64),
                names=tuple(dates.short_day_text(day) for day in found.days),
                paths=found.paths,
                median=found.median,
                bands=(
                    (self.tr("80 %"), found.low80, found.high80),
                    (self.tr("50 %"), found.low50, found.high50),
                ),
                base=(found.base_median, found.base_low, found.base_high),
                base_band=self.tr("any day, 80 %"),
                bold=dict(found.famous),
            ),
            zero=words.zero_name(rule, self.tr),
            across=self.tr("days from the {0}").format(words.events_name(rule, self.tr, 1)),
            shown=shown,
        )

    def choose(self, key: str) -> None:
        """Draw the path of one event as the chosen one."""
        self.fan.mark(self._days.index(key) if key in self._days else None)

    def show_nothing(self, why: str) -> None:
        """No paths, and why."""
        self._days = []
        self.fan.set_subtitle("")
        self.fan.set_unknown_because(why)


Page: TypeAlias = "IntervalDots | RulesPage | PlaceboPage | WaitPage"


class PagesCard(Card):
    """Two charts that share a place, with the choice between them in the head of both."""

    turned = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme=theme)
        self.pages = QStackedWidget()
        self._keys: list[str] = []
        self.choices: list[Segmented] = []
        self.body.addWidget(self.pages, 1)

    def set_pages(self, pages: Sequence[tuple[str, str, Page]], name: str) -> None:
        """Put in the pages as (key, word, page); `name` is what the choice is about."""
        self._keys = [key for key, _, _ in pages]
        for _, _, page in pages:
            choice = Segmented([(key, text) for key, text, _ in pages], name=name, theme=self.theme)
            choice.changed.connect(self.turn_to)
            page.add_corner(choice)
            page.explain_requested.connect(self.explain_requested)
            self.choices.append(choice)
            self.pages.addWidget(page)

    def turn_to(self, key: str) -> None:
        """Show one of the pages."""
        for choice in self.choices:
            choice.set_value(key)
        self.pages.setCurrentIndex(self._keys.index(key))
        self.turned.emit(key)

    def page(self) -> str:
        """The page that is shown."""
        return self._keys[self.pages.currentIndex()]


class BaseCard(PagesCard):
    """Events against the base rate, by horizon; or the verdict under every reasonable rule."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.dots = IntervalDots(self.tr("Against the base rate"), key="precedents:base", theme=theme)
        self.rules = RulesPage(theme)
        self.set_pages(
            [("horizons", self.tr("Horizons"), self.dots), ("rules", self.tr("Rules"), self.rules)],
            self.tr("Against the base rate, by"),
        )

    def show_view(self, view: PrecedentView) -> None:
        """Draw the differences of a rule's events."""
        points = view.rule.outcome == "season"
        self.dots.set_subtitle(words.base_subtitle(view.rule, self.tr))
        self.dots.set_rows(
            chart_words.base_rows(view, self.tr),
            shown="points" if points else "fixed",
            heads=chart_words.base_heads(self.tr),
            across=words.base_across(view.rule, self.tr),
        )
        self.dots.setToolTip(chart_words.base_tip(self.tr))

    def show_nothing(self, why: str) -> None:
        """No differences, and why."""
        self.dots.set_subtitle("")
        self.dots.set_unknown_because(why)
        self.rules.show_nothing(why)


class PlaceboPage(QWidget):
    """The same question asked of other lines, with what that says."""

    explain_requested = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.dots = IntervalDots(self.tr("Placebos"), key="precedents:placebos", theme=theme)
        self.dots.explain_requested.connect(self.explain_requested)
        self.sentence = Label("", token="text2", wrap=True, theme=theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.dots, 1)
        column.addWidget(self.sentence)

    def add_corner(self, widget: QWidget) -> None:
        """Put a control at the right end of the title row."""
        self.dots.add_corner(widget)


class WaitPage(QWidget):
    """How long until the next season, with what that says."""

    explain_requested = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.chart = WaitChart(self.tr("Days to the next season"), key="precedents:waits", theme=theme)
        self.chart.explain_requested.connect(self.explain_requested)
        self.sentence = Label("", token="text2", wrap=True, theme=theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.chart, 1)
        column.addWidget(self.sentence)

    def add_corner(self, widget: QWidget) -> None:
        """Put a control at the right end of the title row."""
        self.chart.add_corner(widget)


class CompareCard(PagesCard):
    """Placebos, or the days to the next season."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.placebos, self.waits = PlaceboPage(theme), WaitPage(theme)
        self.set_pages(
            [
                ("placebos", self.tr("Placebos"), self.placebos),
                ("waits", self.tr("Days to season"), self.waits),
            ],
            self.tr("Compare with"),
        )

    def show_view(self, view: PrecedentView) -> None:
        """Draw both pages of a rule."""
        tested = view.verdict.tested
        base = None if isinstance(tested, Unknown) else tested.base_rate
        self.placebos.dots.set_subtitle(chart_words.placebo_subtitle(view, self.tr))
        self.placebos.dots.set_rows(
            chart_words.placebo_rows(view, self.tr),
            base=None if base is None or isinstance(base, Unknown) else base,
            base_label=" ",
            limits=(0.0, 1.0),
            shown="percent",
        )
        self.placebos.dots.setToolTip(chart_words.placebo_tip(self.tr))
        self.placebos.sentence.set_text(chart_words.placebo_sentence(view, self.tr))
        waits = view.waits
        self.waits.chart.set_subtitle(self.tr("share after which a season had begun; dashed: any day"))
        self.waits.sentence.set_text(chart_words.wait_sentence(view, self.tr))
        if not waits.wait.size:
            self.waits.chart.set_unknown_because(chart_words.wait_sentence(view, self.tr))
            return
        self.waits.chart.set_curves(
            waits.days.astype(np.float64),
            waits.share,
            waits.base_share,
            waits.counted,
            waits.wait,
            names=(words.events_name(view.rule, self.tr), self.tr("any day")),
            horizon=view.rule.horizon,
        )

    def show_nothing(self, why: str) -> None:
        """Nothing to compare, and why."""
        for chart in (self.placebos.dots, self.waits.chart):
            chart.set_subtitle("")
            chart.set_unknown_because(why)
        for sentence in (self.placebos.sentence, self.waits.sentence):
            sentence.set_text("")


def _points(value: float) -> str:
    return numbers.fixed(value, 0, sign=True)
