"""The claim on trial once more: slow loops over dates, written from the methods alone (section 7)."""

from __future__ import annotations

from datetime import date, timedelta
from math import log

DAY = timedelta(days=1)


def event_days(days, close, kind, quiet=60, spacing=20):
    """Days of the events: records or breakouts, at least `spacing` sessions after the last kept one."""
    kept, best, last_record, last_kept = [], None, None, None
    for at, value in enumerate(close):
        is_record = best is not None and value > best
        if is_record:
            breakout = last_record is not None and at - last_record - 1 >= quiet
            if (kind == "record" or breakout) and (last_kept is None or at - last_kept >= spacing):
                kept.append(days[at])
                last_kept = at
            last_record = at
        best = value if best is None else max(best, value)
    return kept


def carried(history, when):
    """The last value of a history in [when - 3, when]; None without one."""
    for back in range(4):
        value = history.get(when - back * DAY)
        if value is not None:
            return value
    return None


class Slow:
    """Histories as plain dictionaries of days, and the questions of the methods."""

    def __init__(self, days, close, alt50, bitcoin, index, seasons, as_of):
        self.days, self.close = days, close
        self.alt50, self.bitcoin, self.index = alt50, bitcoin, index
        self.seasons, self.as_of = seasons, as_of
        self.first_alt50, self.first_index = min(alt50), min(index)

    def is_past(self, when, horizon):
        return when + horizon * DAY <= self.as_of

    def in_season(self, when):
        return any(start <= when <= end for start, end in self.seasons)

    def season_began(self, when, horizon):
        """Whether a season began in (when, when + h]; None where that cannot be asked."""
        if not self.is_past(when, horizon) or when < self.first_index or self.in_season(when):
            return None
        return any(when < start <= when + horizon * DAY for start, _ in self.seasons)

    def excess(self, when, horizon):
        """ALT50 less Bitcoin in log returns; None where an end is not known."""
        if not self.is_past(when, horizon) or when < self.first_alt50:
            return None
        later = when + horizon * DAY
        ends = [carried(one, day) for one in (self.alt50, self.bitcoin) for day in (when, later)]
        if None in ends:
            return None
        return log(ends[1] / ends[0]) - log(ends[3] / ends[2])

    def asked(self, question, horizon):
        """(day, outcome) of every session that belongs to the base."""
        found = [(when, question(when, horizon)) for when in self.days]
        return [(when, float(value)) for when, value in found if value is not None]

    def trial(self, events, question, horizon):
        """Events, mean after events, base rate, and the share of shifts that do at least as well."""
        base = self.asked(question, horizon)
        chosen = set(events)
        marked = [at for at, (when, _) in enumerate(base) if when in chosen]
        values = [value for _, value in base]
        n, mean = len(values), sum(values) / len(values)

        def distance(shift):
            return abs(sum(values[(at + shift) % n] for at in marked) / len(marked) - mean)

        own = distance(0)
        p = sum(distance(shift) >= own - 1e-12 for shift in range(n)) / n
        after = sum(values[at] for at in marked) / len(marked)
        return len(marked), after, mean, p

    def independent(self, days, apart):
        count, last = 0, None
        for when in days:
            if last is None or (when - last).days >= apart:
                count, last = count + 1, when
        return count


def slow(study, trigger, as_of):
    """Return the histories of a study as plain dictionaries, nothing later than `as_of`."""
    end = date.fromisoformat(str(as_of))

    def plain(days, values):
        pairs = zip(days.astype(object).tolist(), values.tolist(), strict=True)
        return {day: value for day, value in pairs if value == value and day <= end}

    line = study.line(trigger)
    closes = plain(line.days, line.values)
    bitcoin = study.market.price[:, study.market.column["bitcoin"]]
    from models.market.season.index import HEADLINE

    index = study.season[HEADLINE]
    seasons = [(one.start.astype(object), one.end.astype(object)) for one in study.seasons_upto(as_of).known]
    return Slow(
        list(closes),
        list(closes.values()),
        plain(study.alt50.days, study.alt50.values),
        plain(study.market.days, bitcoin),
        plain(index.days, index.index),
        seasons,
        end,
    )
