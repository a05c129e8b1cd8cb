"""Everything that can be asked for by typing a part of its name, gathered when the search opens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ui.offers import OFFERS, Offer
from ui.window.command_palette import Command

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.panel_list import Panel
    from ui.session import Session
    from ui.window.main_window import MainWindow


def _tr(text: str) -> str:
    return QCoreApplication.translate("commands", text)


def commands(window: MainWindow, session: Session, panels: tuple[Panel, ...]) -> list[Command]:
    """Return panels, what they do (those of the open one first), the window's actions, and settings."""
    found = [
        Command(window.tr(panel.title), f"Ctrl+{at}", partial(window.open_panel, panel.id))
        for at, panel in enumerate(panels, start=1)
    ]
    own: list[Command] = []
    others: list[Command] = []
    for panel in panels:
        offered = [_offered(window, panel, one) for one in OFFERS.get(panel.id, ())]
        (own if panel.id == window.current else others).extend(offered)
    found += own
    found += window.actions_.commands()
    found += [
        Command(_tr("Back to today"), "Alt+Home", session.today),
        Command(_tr("Choose a day"), "Alt+D", window.top.date.edit, _tr("date as-of calendar")),
        Command(_tr("One day earlier"), "Alt+Left", partial(session.step, -1)),
        Command(_tr("One day later"), "Alt+Right", partial(session.step, 1)),
        Command(_tr("Play or pause"), "Alt+P", window.top.toggle_play),
        Command(_tr("Messages"), "", window.top.alerts.open, _tr("bell notifications alerts")),
    ]
    found += others
    found += [
        Command(
            _tr("Show {0} beside").format(window.tr(panel.title)),
            f"Ctrl+Shift+{at}",
            partial(window.show_beside, panel.id),
            _tr("split two panels"),
        )
        for at, panel in enumerate(panels, start=1)
        if panel.id not in {window.current, window.beside.panel}
    ]
    if window.beside.panel:
        found.append(Command(_tr("Close the second panel"), "Ctrl+Shift+0", window.close_beside))
    return found + window.actions_.setting_commands()


def rare_commands(window: MainWindow, session: Session) -> list[Command]:
    """Return every page of the help, and every coin, the largest of the day first."""
    from models.market.largest import largest_first

    study = session.study
    coins = (
        ()
        if study is None
        else tuple(study.market.coins[at] for at in largest_first(study.market, session.day))
    )
    found = [
        Command(
            f"{coin.name} ({coin.symbol.upper()})", _tr("coin"), partial(_show_coin, window, session, coin.id)
        )
        for coin in coins
    ]
    return found + window.actions_.help_commands()


def _offered(window: MainWindow, panel: Panel, offer: Offer) -> Command:
    title = window.tr(panel.title)
    hint = f"{title} · {offer.keys}" if offer.keys else title

    def act(made: QWidget) -> None:
        if not offer.ask(made):
            sentence = _tr("“{0}” is not possible just now: its button in the panel {1} is off.")
            window.say(sentence.format(offer.shown_title, title))

    return Command(offer.shown_title, hint, partial(window.asking.ask, panel.id, act), offer.shown_words)


def _show_coin(window: MainWindow, session: Session, coin: str) -> None:
    """Show a coin beside the Russell 2000, once the panel is there."""
    window.asking.ask("correlation", lambda _panel: session.coin_requested.emit(coin))
