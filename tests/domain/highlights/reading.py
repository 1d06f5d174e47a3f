"""What is said of a market's session, read back: is it true of the rows up to that session?"""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

MONTHS = list(calendar.month_name)[1:]
NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
RANKS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def first_of(text: str) -> dt.date:
    """The first day of the year, or of the month and year, that a text names."""
    month, _, year = text.rpartition(" ")
    return dt.date(int(year), MONTHS.index(month) + 1 if month else 1, 1)


class Row(NamedTuple):
    date: dt.date
    close: int
    high: int | None
    low: int | None


class Past(NamedTuple):
    """The rows up to a session, which is the last of them."""

    rows: Sequence[Row]

    @property
    def day(self) -> dt.date:
        return self.rows[-1].date

    @property
    def closes(self) -> list[int]:
        return [row.close for row in self.rows]

    def since(self, text: str) -> Callable[[dt.date], bool]:
        """Whether a date is the month that a text names, of this year where it names none."""
        month, _, year = text.partition(" ")
        return lambda date: f"{date:%B}" == month and date.year == int(year or self.day.year)


def percent(new: int, old: int) -> float:
    return abs(new / old - 1) * 100


def near(text: str, value: float) -> bool:
    return abs(float(text) - value) <= 0.0501


def rank(text: str) -> int:
    return RANKS.index(text) if text in RANKS else int(re.sub(r"\D", "", text))


def run_of(closes: Sequence[int]) -> int:
    """The signed length of the run that ends with the last close."""
    length = 0
    for before, after in list(pairwise(closes))[::-1]:
        step = (after > before) - (after < before)
        if not step or step * length < 0:
            break
        length += step
    return length


def extreme(past: Past, match: re.Match[str]) -> bool:
    closes, high = past.closes, match[1] == "highest"
    beyond = [row.date for row in past.rows[:-1] if (row.close >= closes[-1] if high else row.close <= closes[-1])]
    if match[2]:  # one as high before the hole may lie in the same month
        return not beyond or beyond[-1].replace(day=1) <= first_of(match[3])
    return bool(beyond) and past.since(match[3])(beyond[-1])


def run(past: Past, match: re.Match[str]) -> bool:
    closes = past.closes
    length = run_of(closes)
    if abs(length) != rank(match[1]) or (length > 0) != (match[2] == "rise"):
        return False
    if match[3] and not near(match[3], percent(closes[-1], closes[-1 - abs(length)])):
        return False
    if not match[4]:
        return True
    ends = range(len(closes) - abs(length), 0, -1)
    longest = next(
        end for end in ends if run_of(closes[max(0, end - 30) : end]) * (1 if length > 0 else -1) >= abs(length)
    )
    return past.since(match[4])(past.rows[longest - 1].date)


def run_ended(past: Past, match: re.Match[str]) -> bool:
    closes = past.closes
    length = run_of(closes[:-1])
    start, end = closes[-2 - abs(length)], closes[-2]
    undone = (closes[-1] - end) / (start - end)
    return (
        abs(length) == (NUMBERS.index(match[1]) if match[1] in NUMBERS else int(match[1]))
        and (length > 0) == (match[2] == "gains")
        and length * (closes[-1] - end) < 0
        and (not match[3] or near(match[3], percent(end, start)))
        and (not match[4] or undone >= (1 if match[4] == "all" else 0.5))
    )


def period(past: Past, match: re.Match[str]) -> bool:
    key: Callable[[dt.date], object] = {
        "week": lambda day: day.isocalendar()[:2],
        "month": lambda day: (day.year, day.month),
        "quarter": lambda day: (day.year, (day.month - 1) // 3),
        "year": lambda day: day.year,
    }[match[3]]
    ends = [row for row, after in pairwise(past.rows) if key(row.date) != key(after.date)] + [past.rows[-1]]
    moves = [(after.close / before.close - 1, after.date) for before, after in pairwise(ends)]
    move = moves[-1][0]
    if "though" in match[0] and (move > 0) == (past.closes[-1] > past.closes[-2]):
        return False
    if (move > 0) != (match[1].lower() == "up") or not near(match[2], abs(move) * 100):
        return False
    if match[4]:
        larger = [date for other, date in moves[:-1] if (other >= move if move > 0 else other <= move)]
        if match[5].startswith("at least"):
            return not larger or larger[-1].year <= int(match[5][-4:])
        if match[3] == "year":
            return larger[-1].year == int(match[5])
        return past.since(match[5].removeprefix("the quarter to "))(larger[-1])
    if match[6]:
        same = [(other > 0) == (move > 0) and other != 0 for other, _ in moves]
        return all(same[-rank(match[6]) :]) and not same[-rank(match[6]) - 1]
    return True


def crossing(past: Past, match: re.Match[str]) -> bool:
    closes = past.closes
    window = list(past.rows[-251:-1])
    pick = min if match[2] == "above its low" else max
    value = pick(row.close for row in window)
    found = [row for row in window if row.close == value][-1]
    date = f"{found.date:%b} {found.date.day}" + ("" if found.date.year == past.day.year else f", {found.date.year}")
    level = closes[-1] / value
    return (
        match[3] == date
        and near(match[1], abs(level - 1) * 100)
        and {"correction": level <= 0.9, "bear market": level <= 0.8, "bull market": level >= 1.2}[match[4]]
    )


def average(past: Past, match: re.Match[str]) -> bool:
    span, above, closes = int(match[2]), match[1] == "above", past.closes

    def side(end: int) -> bool:
        mean = sum(closes[end - span : end]) / span
        return closes[end - 1] > mean if above else closes[end - 1] < mean

    last = next(end for end in range(len(closes) - 1, span, -1) if side(end))
    return side(len(closes)) and past.since(match[3])(past.rows[last - 1].date)


def year_turn(past: Past, match: re.Match[str]) -> bool:
    first = next(at for at, row in enumerate(past.rows) if row.date.year == past.day.year)
    base, now, before = past.rows[first - 1].close, past.rows[-1].close, past.rows[-2].close
    gain = match[1] == "gain"
    peak = (max if gain else min)(row.close for row in past.rows[first:-1])
    crossed = now < base < before if gain else now > base > before
    return crossed and near(match[2], percent(peak, base))


def day_turn(past: Past, match: re.Match[str]) -> bool:
    extreme = past.rows[-1].high if match[1] == "up" else past.rows[-1].low
    assert extreme is not None
    before = past.rows[-2].close
    return (extreme > before) == (match[1] == "up") and near(match[2], percent(extreme, before))


def close_at_extreme(past: Past, match: re.Match[str]) -> bool:
    row, before = past.rows[-1], past.rows[-2]
    high = match[1] == "high"
    return row.close == (row.high if high else row.low) and (row.close > before.close) == high


def session_gap(past: Past, match: re.Match[str]) -> bool:
    row, before = past.rows[-1], past.rows[-2]
    if match[1] == "above":
        return match[2] == "high" and bool(row.low and before.high and row.low > before.high)
    return match[2] == "low" and bool(row.high and before.low and row.high < before.low)


def first_session(past: Past, match: re.Match[str]) -> bool:
    before = past.rows[-2].date
    days = (past.day - before).days
    between = [before + dt.timedelta(days=ahead) for ahead in range(1, days)]
    date = f"{before:%b} {before.day}"
    if before.year != past.day.year:
        date = f"{date}, {before.year}"
    named = f"{before:%A}" if days <= 6 else date
    return match[1] == named and any(day.weekday() < 5 for day in between)


DATE = r"(\w+day|[A-Z][a-z]{2} \d+(?:, \d{4})?)"
MONTH = r"([A-Z][a-z]+(?: \d{4})?|\d{4})"
READERS: dict[str, Callable[[Past, re.Match[str]], bool]] = {
    rf"Its (highest|lowest) close since (at least )?{MONTH}\.": extreme,
    rf"Its (\w+) (rise|fall) in a row(?:, ([\d.]+) % in all)?(?:, the longest run since {MONTH})?\.": run,
    r"Ended a run of (\w+) (gains|losses) that (?:brought|cost) ([\d.]+) %"
    r"(?:, and (?:gave|won) back (all|more than half) of it)?\.": run_ended,
    r"(Up|Down) ([\d.]+) % for the (week|month|quarter|year)"
    r"(?:, its (best|worst) since ([\w ]+)|, its (\w+) \w+ (?:gain|loss) in a row)?\.": period,
    r"([\d.]+) % (above its low|below its peak) of ([\w ,]+): an? ([\w ]+)\.": crossing,
    rf"Its first close (above|below) its (50|200)-day average since {MONTH}\.": average,
    r"Erased a (gain|loss) for the year that had reached ([\d.]+) %\.": year_turn,
    r"It had been (up|down) as much as ([\d.]+) %\.": day_turn,
    r"It closed at the day's (high|low)\.": close_at_extreme,
    r"All session (above|below) the (high|low) of the one before\.": session_gap,
    rf"Its first session since {DATE}(?:, having been closed .*)?\.": first_session,
}
"""How each sentence reads, and what checks it."""

PHRASES: dict[str, Callable[[Past, re.Match[str]], bool]] = {
    rf",? to its (highest|lowest) close since (at least )?{MONTH}": extreme,
    r", its (\w+) (rise|fall) in a row()()": run,
    r",? ending a run of (\w+) (gains|losses)()(?: and (?:giving|winning) back (all|more than half) of it)?": run_ended,
    r", (?:though )?(up|down) ([\d.]+) % for the (week|month|quarter|year)"
    r"(?:, its (best|worst) since ((?:at least )?(?:the quarter to )?\w+(?: \d{4})?)"
    r"|, its (\w+) \w+ (?:gain|loss) in a row)?": period,
    r", leaving it ([\d.]+) % (above its low|below its peak) of (\w+ \d+(?:, \d{4})?)"
    r", in an? (correction|bear market|bull market)": crossing,
    rf", its first close (above|below) its (50|200)-day average since {MONTH}": average,
    r", erasing a (gain|loss) for the year that had reached ([\d.]+) %": year_turn,
    r", having been (up|down) as much as ([\d.]+) %": day_turn,
    r", closing at the day's (high|low)": close_at_extreme,
    r", all session (above|below) the (high|low) of the one before": session_gap,
    rf", in its first session since {DATE}": first_session,
}
"""The same after a market's move, in a longer sentence."""
