"""What the tour says, and beside which part of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ui.window.tour import Stop

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.window.main_window import MainWindow


def _tr(text: str) -> str:
    return QCoreApplication.translate("tour", text)


def stops(window: MainWindow) -> tuple[Stop, ...]:
    """Return the cards in their order."""
    return (
        Stop(
            _tr("Small caps, Bitcoin and altcoins"),
            _tr(
                "Rotascope checks the story that altcoins follow small-cap records, with data on your own "
                "disk. Six short cards show where things are. Escape ends the tour."
            ),
        ),
        Stop(
            _tr("Nine panels"),
            _tr("From the Overview to your plans and your journal. Ctrl+1 to Ctrl+9 open them as well."),
            lambda: window.rail,
        ),
        Stop(
            _tr("Go back in time"),
            _tr(
                "Choose a day, drag the slider or press play: everything moves to what was known then, "
                "and nothing later is used."
            ),
            lambda: window.top,
        ),
        Stop(
            _tr("Every figure explains itself"),
            _tr(
                "Press the small ƒ beside a figure: its definition, the numbers it was made of, where they "
                "come from, and what was left out. Unknown is shown as unknown, with the reason."
            ),
            lambda: _explain_button(window) or window.pages,
        ),
        Stop(
            _tr("How old the data are"),
            _tr("How far the data go, what is being fetched, and whether this is the demo market."),
            lambda: window.status,
        ),
        Stop(
            _tr("Search for anything"),
            _tr("Ctrl+K finds panels, coins, days and actions. F1 opens the help."),
            lambda: window.top.search_button,
        ),
    )


def _explain_button(window: MainWindow) -> QWidget | None:
    """Return the first ƒ that is to be seen; None while a panel is read or has none."""
    from ui.widgets.explain_button import ExplainButton

    seen = (one for one in window.pages.findChildren(ExplainButton) if one.isVisible())
    return next(seen, None)
