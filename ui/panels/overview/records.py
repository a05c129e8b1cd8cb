"""Track records: how often each signal was right against the base rate, and how many they amount to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialogButtonBox, QScrollArea, QSplitter, QVBoxLayout, QWidget

from models.market.season.index import HEADLINE
from models.market.signals.grades import Grade, Overlap, grades, overlap, score_grade
from models.market.snapshot import Day
from models.market.study import Study
from models.market.unknown import Unknown
from models.qt.figures import Column, FigureRow
from ui.charts.heat_map import HeatMap
from ui.dialogs.dialog import Dialog
from ui.session import Session
from ui.tasks import Tasks
from ui.widgets import numbers
from ui.widgets.figure_table import FigureTable
from ui.widgets.label import Label
from ui.widgets.segmented import Segmented

HORIZONS = ("30", "90", "180")
ALIKE = 0.6


def _tr(text: str) -> str:
    return QCoreApplication.translate("records", text)


def columns() -> tuple[Column, ...]:
    percent = _percent
    return (
        Column("signal", _tr("Signal")),
        Column("fired", _tr("Fired"), is_number=True, tip=_tr("With a finished window, no season running.")),
        Column("hits", _tr("Followed"), is_number=True, tip=_tr("Firings that a season followed.")),
        Column("rate", _tr("Rate"), shown=percent, is_number=True),
        Column("base", _tr("Base rate"), shown=percent, is_number=True, tip=_tr("The same after any day.")),
        Column("lift", _tr("Difference"), shown=_points, is_number=True, tip=_tr("Rate less base rate.")),
        Column("lead", _tr("Median lead"), shown=_days, is_number=True),
        Column("false", _tr("False alarms"), is_number=True),
        Column("apart", _tr("Independent"), is_number=True, tip=_tr("Firings at least the window apart.")),
    )


def row(key: str, title: str, grade: Grade) -> FigureRow:
    """Return one line of the table; what is too little to grade is said, not shown."""
    lift = grade.lift
    words = lift.why if isinstance(lift, Unknown) else ""
    return FigureRow(
        key,
        (
            title,
            grade.fired,
            grade.hits,
            _known(grade.rate),
            _known(grade.base_rate),
            _known(lift),
            _known(grade.median_lead),
            grade.false_alarms,
            grade.independent,
        ),
        words=_tr("too few to grade") if words else "",
        tip=words,
        faint=bool(words),
    )


class RecordsDialog(Dialog):
    """Computed in a thread for the shown day; the horizon can be chosen."""

    def __init__(self, session: Session, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Track records of the signals"))
        theme = session.theme
        self._titles: dict[str, str] = {}
        self._grades: dict[str, tuple[Grade, ...]] = {}
        self.words = Label(self.tr("Looking at every firing …"), wrap=True, theme=theme)
        self.horizon = Segmented(
            [(name, self.tr("within {0} days").format(name)) for name in HORIZONS],
            name=self.tr("Season begins within"),
            value="90",
            theme=theme,
        )
        self.horizon.changed.connect(lambda _: self._show())
        self.table = FigureTable(columns(), name=self.tr("Track records"), theme=theme)
        self.table.stretch("signal", (0, 50, 74, 52, 78, 84, 92, 92, 92))
        self.table.keep_readable("signal")
        self.heat = HeatMap(self.tr("How much they say the same"), theme=theme)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        across = QScrollArea()  # sixteen columns of figures are wider than a small screen
        across.setWidgetResizable(True)
        across.setFrameShape(QScrollArea.Shape.NoFrame)
        across.setWidget(self.heat)
        split.addWidget(across)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 16, 20, 16)
        whole.setSpacing(10)
        whole.addWidget(self.words)
        whole.addWidget(self.horizon)
        whole.addWidget(split, 1)
        whole.addWidget(buttons)
        self.resize(1060, 720)
        study, day = session.study, session.day
        if study is None or day is None:
            self.words.set_text(self.tr("There is no market to look at yet."))
            return
        tasks.latest(
            "records",
            lambda report, cancelled: _found(study, day),
            done=lambda found: self._take(study, found),
        )

    def _take(self, study: Study, found: object) -> None:
        assert isinstance(found, Records)
        graded, score, alike = found.signals, found.score, found.overlap
        self._titles = {one.id: one.title for one in study.signals.histories}
        self._grades = {"": score, **graded}
        self.words.set_text(overlap_words(alike, self._titles))
        names = [self._titles[name] for name in alike.ids]
        self.heat.set_matrix(names, names, alike.correlation, numbered=True)
        self._show()

    def _show(self) -> None:
        at = HORIZONS.index(self.horizon.value())
        rows = []
        for name, found in self._grades.items():
            title = self._titles.get(name) or self.tr("The score rising above 50 %")
            rows.append(row(name or "score", title, found[at]))
        self.table.show_rows(rows)


@dataclass(frozen=True)
class Records:
    """Grades by signal and horizon, those of the score, and the overlap."""

    signals: Mapping[str, tuple[Grade, ...]]
    score: tuple[Grade, ...]
    overlap: Overlap


def _found(study: Study, day: Day) -> Records:
    season = study.season[HEADLINE]
    history = study.signals
    return Records(grades(history, season, day), score_grade(history, season, day), overlap(history, day))


def overlap_words(found: Overlap, titles: dict[str, str]) -> str:
    """Say how many signals these really are, and which pair is most alike."""
    if isinstance(found.effective, Unknown):
        return found.effective.why
    words = _tr("These {0} signals amount to {1} independent ones: a checklist counts some things twice.")
    text = words.format(len(found.ids), numbers.fixed(found.effective, 1))
    best, pair = 0.0, ("", "")
    for i, a in enumerate(found.ids):
        for j in range(i):
            value = float(found.correlation[i, j])
            if value > best:
                best, pair = value, (a, found.ids[j])
    if best >= ALIKE:
        text += " " + _tr("Most alike are {0} and {1} (r {2}).").format(
            titles[pair[0]], titles[pair[1]], numbers.fixed(best)
        )
    return text + " " + _tr("A record of fewer than 5 independent firings is too short to grade.")


def _known(value: float | Unknown) -> float | None:
    return None if isinstance(value, Unknown) else float(value)


def _percent(value: float | None) -> str:
    return numbers.percent(value, 0)


def _points(value: float | None) -> str:
    return numbers.UNKNOWN if value is None else f"{numbers.points(value, 0)} pts"


def _days(value: float | None) -> str:
    return numbers.UNKNOWN if value is None else f"{numbers.whole(value)} d"
