"""The report of a plan as a page, PDF, figures or table; worked out in a thread, printed by Qt."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from data.documents.files import write_whole
from ui.plans.desk import PlanDesk
from ui.reasons import reason

KINDS = "HTML (*.html);;PDF (*.pdf);;JSON (*.json);;CSV (*.csv)"


def save_report(desk: PlanDesk, parent: QWidget) -> None:
    """Ask for a file and write the report in the format of its ending."""
    if desk.known is None:
        desk.keeper.said.emit(parent.tr("There is no market to report with yet."))
        return
    name, chosen = QFileDialog.getSaveFileName(
        parent, parent.tr("Save the report of the plan"), f"{desk.plan.name}.html", KINDS
    )
    if name:
        path = Path(name)
        if not path.suffix:
            path = path.with_suffix("." + chosen.partition(" ")[0].lower())
        write_report(desk, path, parent)


def write_report(desk: PlanDesk, path: Path, parent: QWidget) -> None:
    """Work the report out in a thread and write it to `path`."""
    known, plan = desk.known, desk.plan
    assert known is not None
    study, day = known.grounds.study, known.grounds.as_of
    kind = path.suffix.lower().removeprefix(".")
    form = {"json": "json", "csv": "csv", "pdf": "print"}.get(kind, "html")

    def work(report: object, cancelled: object) -> Path:
        from models.report.plan_write import written_plan
        from models.risk.findings import findings

        text = written_plan(findings(plan, study, day), form)
        if form == "print":
            from ui.panels.planner.printing import pdf_of

            write_whole(path, pdf_of(text))
        else:
            write_whole(path, text.encode("utf-8"))
        return path

    def done(where: object) -> None:
        desk.keeper.told.emit(parent.tr("The report was saved as {0}.").format(where))

    def failed(error: object) -> None:
        desk.keeper.said.emit(parent.tr("The report was not saved: {0}").format(reason(error)))

    desk.keeper.told.emit(parent.tr("The report is being written."))
    desk.tasks.start("plan: report", work, done=done, failed=failed)
