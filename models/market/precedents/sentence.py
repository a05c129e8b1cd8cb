"""The one sentence of the claim on trial, in plain words. Methods, section 7."""

from __future__ import annotations

from models.market.precedents.event_tests import INDEPENDENT_NEEDS, HorizonResult, number
from models.market.precedents.event_windows import Measure
from models.market.unknown import Unknown

CLAUSES: dict[Measure, str] = {
    "season": "a season began within {0} days",
    "alt50_up": "ALT50 stood higher {0} days",
    "beats_btc": "ALT50 was ahead of Bitcoin {0} days",
    "beats_median": "ALT50 was further ahead of Bitcoin than after half of all days, {0} days",
}


def sentence(
    events: str, since: str, found: HorizonResult, horizons: int, success: Measure = "season"
) -> str:
    """Say how many events were followed by a success, how often any day is, and what that proves.

    Parameters
    ----------
    events : what is counted, in the plural
    since : the first day of the span
    found : the horizon of the sentence, with at least one event
    horizons : how many were asked, which the adjusted p makes up for
    """
    clause = CLAUSES[success].format(found.days)
    words = (
        f"{found.events} {events} since {since} with a finished window; {clause} "
        f"after {found.hits} ({_share(found.rate)}); base rate {_share(found.base_rate)}; a gap this large "
        f"arises by chance {_share(found.p)} of the time ({_share(found.p_adjusted)} after asking "
        f"{horizons} horizons)"
    )
    if not found.is_judged:
        return (
            f"{words}: not established, since only {found.independent} events are independent of each "
            f"other and {INDEPENDENT_NEEDS} are needed for any claim."
        )
    return f"{words}: {'established' if found.is_established else 'not established'}."


def named(title: str) -> str:
    """Return the title of a line as it stands inside a sentence.

    >>> named("Russell 2000"), named("Ethereum")
    ('the Russell 2000', 'Ethereum')
    """
    return f"the {title}" if title.startswith(("Russell", "S&P", "Nasdaq", "US ")) else title


def _share(value: float | Unknown) -> str:
    return f"{number(value):.0%}".replace("%", " %")
