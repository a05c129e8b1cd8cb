"""Saving the evidence pack of the Precedents panel: chosen by a person, made off the thread, whole or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from data.documents.files import write_whole
from models.market.precedents.view import PrecedentView
from models.market.study import Study
from ui.reasons import reason
from ui.tasks import Tasks


def save_pack(
    parent: QWidget, tasks: Tasks, study: Study, view: PrecedentView, saved: Callable[[Path], None]
) -> None:
    """Ask where to, then write report, tables, methods and rule as one zip file; `saved` hears of it."""
    tr = parent.tr
    name = f"rotascope-evidence-{view.day}-{view.rule.trigger}-{view.rule.kind}.zip"
    chosen, _ = QFileDialog.getSaveFileName(parent, tr("Save the evidence pack"), name, "ZIP (*.zip)")
    if not chosen:
        return
    path = Path(chosen) if Path(chosen).suffix else Path(chosen).with_suffix(".zip")

    def failed(error: object) -> None:
        said = tr("The evidence pack could not be written: {0}.").format(reason(error))
        QMessageBox.warning(parent, tr("Not saved"), said)

    tasks.latest(
        "precedents-pack",
        lambda report, cancelled: write_pack(study, view, path),
        done=lambda _: saved(path),
        failed=failed,
    )


def write_pack(study: Study, view: PrecedentView, path: Path) -> None:
    """Write the pack beside its place and move it there, so that no half of one is ever seen.

    Raises OSError when it cannot be written.
    """
    from models.market.precedents.rule_sensitivity import sensitivity
    from models.market.precedents.view import precedent_view
    from models.market.unknown import Unknown
    from models.report.evidence_pack import evidence_files, zipped

    whole = view if view.complete else precedent_view(study, view.rule, view.day)
    if isinstance(whole, Unknown):
        whole = view
    write_whole(path, zipped(evidence_files(study, whole, sensitivity(study, view.rule, view.day))))
