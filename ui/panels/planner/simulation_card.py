"""The simulation on one card: the fan, with what it rests on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QHideEvent, QShowEvent

from models.market.unknown import Unknown
from models.qt.reader import readable
from models.risk.plans.plan import Sample
from models.risk.simulation.results import Simulation
from ui.charts.money_fan import MoneyFan
from ui.panels.planner.wind_head import WindHead
from ui.plans.desk import PlanDesk
from ui.plans.wind import Wind
from ui.theme.tokens import Theme
from ui.widgets import numbers
from ui.widgets.card import Card


class SimulationCard(Card):
    """Watches the wind while it is on the screen."""

    def __init__(self, desk: PlanDesk, theme: Theme) -> None:
        super().__init__("Simulation", key="plan_simulation", theme=theme)
        self.set_title(self.tr("Simulation"))
        self._wind = desk.wind
        self.head = WindHead(desk)
        self.fan = MoneyFan("", theme=theme)
        self.fan.set_name(self.tr("Simulated value of the plan"))
        self.body.addWidget(self.head)
        self.body.addWidget(self.fan, 1)
        self.setMinimumHeight(200)
        self._wind.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        found = self._wind.result
        if not isinstance(found, Simulation):
            self.fan.set_unknown_because(readable(why_nothing(self._wind, self.tr)))
            self.set_subtitle("")
            return
        self.set_subtitle(
            self.tr("{0} paths, seed {1}, {2}").format(
                numbers.whole(found.paths), found.seed, sample_words(found.sample, self.tr)
            )
        )
        fan, held = found.with_ladder.fan, found.without_ladder.fan
        self.fan.set_fans(
            fan.days.astype(float),
            dict(zip(fan.levels, fan.values, strict=True)),
            dict(zip(held.levels, held.values, strict=True)),
            found.goal,
        )
        self.fan.set_dimmed(not self._wind.is_current)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wind.watch(self, True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._wind.watch(self, False)


def why_nothing(wind: Wind, tr: Callable[[str], str]) -> str:
    """Say why there is no simulated figure: it is on its way, cannot be, or nobody asked for it."""
    if isinstance(wind.result, Unknown):
        return wind.result.why
    return tr("Being simulated …") if wind.is_running else tr("Nothing is simulated yet.")


def sample_words(sample: Sample, tr: Callable[[str], str]) -> str:
    """Name what the days are drawn from."""
    words = {"all": "all history", "seasons": "altcoin seasons only", "bear": "bear phases only"}
    return tr(words[sample])
