"""Where plans rest: the store of their files, read and written as :class:`Plan`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.documents import DamagedError, Document, Saved, Store
from data.paths import Paths
from models.risk.plans.as_json import FORMAT, VERSION, plan_from_dict, plan_to_dict
from models.risk.plans.plan import Plan
from models.risk.plans.values import PlanError

SUFFIX = ".plan.json"


@dataclass(frozen=True)
class PlanFile:
    """A plan, the file it came from, and the stamp for saving it again."""

    plan: Plan
    path: Path
    stamp: str


def plan_store(paths: Paths) -> Store:
    """Return the store of all plans of a user, in the folder `plans` of the documents."""
    return Store(paths.documents / "plans", FORMAT, VERSION, noun="plan", suffix=SUFFIX)


def load_plan(store: Store, place: str | Path) -> PlanFile:
    """Read a plan by name or file.

    Raises
    ------
    DocumentError
        The file is missing, damaged, of a newer version, or holds what no plan can hold; it is left
        alone, and `store.versions(place)` lists the older ones.
    """
    loaded = store.load(place)
    return PlanFile(plan_of(loaded.document, loaded.path), loaded.path, loaded.stamp)


def load_plan_version(store: Store, place: str | Path, number: int) -> Plan:
    """Read one of the kept versions."""
    loaded = store.load_version(place, number)
    return plan_of(loaded.document, loaded.path)


def save_plan(store: Store, place: str | Path, plan: Plan, *, expected: str | None = None) -> Saved:
    """Write a plan; see :meth:`Store.save`."""
    return store.save(place, plan_to_dict(plan), expected=expected)


def plan_of(document: Document, path: Path) -> Plan:
    """Return the plan in a document of a file or of a recovered draft."""
    try:
        return plan_from_dict(document)
    except PlanError as error:
        raise DamagedError(
            f"{path.name} holds something that no plan can hold. {error} It was left alone. Mend that "
            "place, or open one of the kept versions of this plan."
        ) from None
