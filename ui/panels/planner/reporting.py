"""The report of a plan as a page, PDF, figures or table; worked out in a thread, printed by Qt."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QFileDialog, QWidget

from data.documents.files import write_whole
from models.version import NAME
from ui.plans.desk import PlanDesk
from ui.reasons import reason

KINDS = "HTML (*.html);;PDF (*.pdf);;JSON (*.json);;CSV (*.csv)"
MARGIN_MM, DPI = 14, 150


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
    form = "html" if kind not in ("json", "csv") else kind

    def work(report: object, cancelled: object) -> Path:
        from models.report.plan_write import written_plan
        from models.risk.findings import findings

        text = written_plan(findings(plan, study, day), form)
        write_whole(path, pdf_of(text) if kind == "pdf" else text.encode("utf-8"))
        return path

    def done(where: object) -> None:
        desk.keeper.said.emit(parent.tr("The report was saved as {0}.").format(where))

    def failed(error: object) -> None:
        desk.keeper.said.emit(parent.tr("The report was not saved: {0}").format(reason(error)))

    desk.keeper.said.emit(parent.tr("The report is being written."))
    desk.tasks.start("plan: report", work, done=done, failed=failed)


def pdf_of(page: str) -> bytes:
    """Print a page with Qt's own text engine, A4 upright.

    Into memory: a writer that cannot open its file says so nowhere, and the plan would pass for saved.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setCreator(NAME)
    writer.setResolution(DPI)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
    )
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    document.setHtml(page)
    document.setPageSize(writer.pageLayout().paintRectPixels(DPI).size())
    document.print_(writer)
    buffer.close()
    return bytes(buffer.data().data())
