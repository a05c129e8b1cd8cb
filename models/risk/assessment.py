"""Everything that a keystroke changes, at once: values, risk, rules and sizes of a plan."""

from __future__ import annotations

from dataclasses import dataclass

from models.market.unknown import Unknown
from models.risk.ground import Grounds
from models.risk.plans.plan import Plan
from models.risk.portfolio import Portfolio, portfolio
from models.risk.risk import Risk, risk
from models.risk.rules import Rule, rules
from models.risk.sizing import Sizing, sizes


@dataclass(frozen=True)
class Assessment:
    """What the planner shows of a plan as it stands; `sizes[i]` belongs to row i."""

    portfolio: Portfolio
    risk: Risk | Unknown
    rules: tuple[Rule, ...]
    sizes: tuple[Sizing, ...]

    @property
    def plan(self) -> Plan:
        return self.portfolio.plan

    def rule(self, name: str) -> Rule:
        return next(rule for rule in self.rules if rule.name == name)


def assess(plan: Plan, grounds: Grounds) -> Assessment:
    """Value, measure, judge and size a plan; a few milliseconds once the coins are known to `grounds`."""
    found = portfolio(plan, grounds)
    measured = risk(found)
    return Assessment(portfolio=found, risk=measured, rules=rules(found, measured), sizes=sizes(found))
