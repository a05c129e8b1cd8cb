"""The report of a plan as PDF: figures apart, the chart drawn and not spelt out."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QTextDocument

from models.report.plan_write import written_plan
from models.risk.findings import findings
from resources.reader import text_of
from tests.ui.planner.waiting import with_paths
from ui.panels.planner.printing import chart_image, pdf_of
from ui.theme.tokens import LIGHT


@pytest.fixture
def page(qapp, known, plan) -> str:
    return written_plan(findings(with_paths(plan, 200), known, known.last_day), "print")


def test_the_page_for_print_keeps_the_figures_apart(page):
    lines = plain(page).splitlines()
    assert "Value" in [line.strip() for line in lines]
    assert not [line for line in lines if re.search(r"Value\d", line)]


def test_a_chart_is_drawn_in_the_colours_of_the_light_theme(page):
    svg = page[page.index("<svg") : page.index("</svg>") + len("</svg>")]
    image = chart_image(svg, 900)
    seen = {
        QColor(image.pixel(x, y)).name() for x in range(0, image.width(), 2) for y in range(image.height())
    }
    assert LIGHT.series[1].line.lower() in seen, "the median"
    assert "#000000" not in seen, "a shape without a colour"


def test_the_pdf_holds_the_chart_as_a_picture(qapp, page):
    without = re.sub(r"<svg .*?</svg>", "", page, flags=re.DOTALL)
    assert len(pdf_of(page)) > len(pdf_of(without)) + 5_000
    assert b"/Image" in pdf_of(page)


def test_the_style_for_print_uses_the_tokens_of_the_light_theme():
    used = set(re.findall(r"#[0-9A-F]{6}", text_of("templates/print.css")))
    names = ("raised", "text", "text2", "caution")
    tokens = {str(getattr(LIGHT, name)) for name in names} | {one.line for one in LIGHT.series}
    assert used
    assert used <= tokens


def test_what_is_shown_is_the_same_as_on_the_page_for_the_screen(known, plan, page):
    screen = written_plan(findings(with_paths(plan, 200), known, known.last_day), "html")
    first, second = (re.findall(r"\d[\d,.]*", plain(one)) for one in (screen, page))
    assert first == second


def plain(page: str) -> str:
    document = QTextDocument()
    document.setHtml(re.sub(r"<svg .*?</svg>", "", page, flags=re.DOTALL))
    return document.toPlainText()
