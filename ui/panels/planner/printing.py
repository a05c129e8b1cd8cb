"""A page of the report as PDF, by Qt's own text engine: its tables as they are, its charts as pictures."""

from __future__ import annotations

import re

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt, QUrl
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument, QTextOption
from PySide6.QtSvg import QSvgRenderer

from models.version import NAME
from ui.theme.tokens import LIGHT

MARGIN_MM, DPI = 14, 150
CSS_DPI = 96
"""Of the pixels that a page speaks of."""
FINER = 2
"""Pixels of a chart's picture for each pixel of the page."""
_CHART = re.compile(r"<svg .*?</svg>", re.DOTALL)
_FIRST = re.compile(r"(<tr[^>]*><t[dh])>")
"""The engine knows no :first-child."""
_TABLE = re.compile(r"<table(?=[ >])")


def pdf_of(page: str) -> bytes:
    """Print a page that was written for print, A4 upright.

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
    size = writer.pageLayout().paintRectPixels(DPI).size()
    document = QTextDocument()
    whole_words = QTextOption()
    whole_words.setWrapMode(QTextOption.WrapMode.WordWrap)
    document.setDefaultTextOption(whole_words)
    document.documentLayout().setPaintDevice(writer)

    def picture(found: re.Match[str]) -> str:
        image = chart_image(found[0], FINER * size.width())
        name = f"chart-{found.start()}"
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), image)
        wide = size.width() * CSS_DPI // DPI
        return f'<img src="{name}" width="{wide}" height="{wide * image.height() // image.width()}">'

    page = _TABLE.sub('<table width="100%" cellspacing="0"', _CHART.sub(picture, page))
    document.setHtml(_FIRST.sub(r'\1 class="left">', page))
    document.setPageSize(size)
    document.print_(writer)
    buffer.close()
    return bytes(buffer.data().data())


def chart_image(svg: str, width: int) -> QImage:
    """Draw a chart of the report, whose colours are classes, in those of the light theme."""
    renderer = QSvgRenderer(QByteArray(svg.replace(">", f">{_style()}", 1).encode()))
    box = renderer.viewBoxF()
    image = QImage(width, round(width * box.height() / box.width()), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    return image


def _style() -> str:
    one, two, three = (series.line for series in LIGHT.series[:3])
    names = [series.label for series in LIGHT.series[:3]]
    return (
        "<style>"
        f"text {{ font-family: sans-serif; font-size: 11px; fill: {LIGHT.text3}; }}"
        " .end { text-anchor: end; } .middle { text-anchor: middle; }"
        f" .grid {{ stroke: {LIGHT.grid}; }} .line {{ fill: none; stroke-width: 1.6; }}"
        f" .level {{ stroke: {LIGHT.text2}; stroke-dasharray: 4 3; }}"
        f" .line.s1 {{ stroke: {one}; }} .line.s2 {{ stroke: {two}; }}"
        f" .line.s3 {{ stroke: {three}; stroke-dasharray: 7 3; }}"
        f" .label {{ font-weight: 600; fill: {names[0]}; }} .label.s2 {{ fill: {names[1]}; }}"
        f" .label.s3 {{ fill: {names[2]}; }}"
        f" .band {{ fill: {two}; fill-opacity: .22; }}"
        "</style>"
    )
