"""Is a market at a record, at the close or in the session; which one did it beat, and since when was it not so high?

Closes and highs are judged separately. A record is strictly above all that came before it, in whole units of the
index's last decimal. Where missing sessions may have been as high, it can neither be claimed nor ruled out
(`bot.domain.history.holes`).
"""

from bisect import bisect_left
from datetime import date
from itertools import islice
from typing import Final

from bot.domain.history.holes import Hole, hole
from bot.domain.markets.market import Market
from bot.domain.quotes import percent
from bot.domain.records.facts import ClosingRecord, Level, RecordFacts, SessionRecord, Verdict
from bot.domain.records.history_index import Gap, HistoryIndex, LiveBar
from bot.domain.records.point_in_time import Close, PointInTime
from bot.domain.records.running_max import HighestBefore, RunningMax

_ROUND_STEPS: Final = ((1_000, 100), (100_000, 1_000))  # below so many points, round numbers are so far apart
_LARGEST_STEP: Final = 10_000
_FIVE: Final = 5  # sessions, a week of them, whose record closes are counted


def facts(index: HistoryIndex, live: LiveBar | None = None, until: date | None = None) -> RecordFacts:
    """Return how a live bar, and the newest completed close, stand against all sessions before them.

    The record beaten or standing, its margin and the distance are given only where no unsettled hole may hide
    another one. Bars after ``until``, and of a session that the live bar says is running, do not exist: one index of
    the whole history answers for every day in it. Without a live bar the newest bar is the one judged.
    """
    past = PointInTime(index, live, until)
    if not past.day:
        return RecordFacts(closing=ClosingRecord(), intraday=SessionRecord())
    before = past.highest_before(index.closes, past.day, past.level)
    above = before.beaten_by(past.level)
    closing, unsettled = _closing(past, index.closes, 1)
    lows, _ = _closing(past, index.negated_closes, -1)
    intraday = _intraday(past)
    since, at_least = _since(past, index.closes, 1)
    if closing.is_record:
        at_least = None
    return RecordFacts(
        closing=closing,
        intraday=intraday,
        distance_pct=_margin(past.level, before),
        rounded_distance_pct=_margin(past.level, before, 1),
        highest_since=since,
        highest_since_at_least=at_least,
        lowest_since=None if lows.is_record else _since(past, index.negated_closes, -1)[0],
        records_this_year=_records_this_year(past),
        verdict=_verdict(past, above=above, high_above=intraday.is_record),
        lows=lows,
        hole=unsettled,
    )


def round_step(market: Market, units: int) -> int:
    """Return the distance between round numbers near a level of a market, both in whole units.

    100 points below 1,000, 1,000 below 100,000, else 10,000; or what the wires use for that market.
    """
    one_point: int = 10**market.decimals
    points = units // one_point
    if market.round_step is not None:
        return one_point * market.round_step
    return one_point * next((step for below, step in _ROUND_STEPS if points < below), _LARGEST_STEP)


def _closing(past: PointInTime, maxima: RunningMax, sign: int) -> tuple[ClosingRecord, Hole | None]:
    """Judge the newest completed close against all closes before it; also return the newest unsettled hole."""
    index, newest = past.index, past.completed
    since = date.fromordinal(index.days[0]) if past.end else None
    on_course = False
    if not past.over:
        now = past.highest_before(maxima, past.day, past.level, sign)
        on_course = now.beaten_by(sign * past.level) is True
    if newest is None:
        return ClosingRecord(since=since, on_course=on_course), None
    missing = past.missing_close
    day = newest.day if missing is None else past.day
    before = past.highest_before(maxima, day, newest.level, sign)
    value = sign * newest.level
    previous = _level(past, before, value)
    if missing is not None:
        # Sessions have ended since the last known close: nothing can be said of the newest of them.
        eve = index.calendar.previous(date.fromordinal(past.day)).day
        unknown = ClosingRecord(date=eve, previous=previous, since=since, on_course=on_course)
        return unknown, _described(past, missing)
    is_record = before.beaten_by(value)
    settled = before.settled_for(value)
    return ClosingRecord(
        is_record=is_record,
        level=index.market.points(newest.level),
        date=date.fromordinal(newest.day),
        previous=previous,
        margin_pct=_margin(value, before),
        since=since,
        complete=settled,
        on_course=on_course,
        in_a_row=_in_a_row(past, newest) if sign > 0 else None,
        of_last_five=_of_last_five(past, newest) if is_record and sign > 0 else None,
        round_number=_round_number(past, newest, before) if is_record and sign > 0 else None,
    ), None if settled else _unsettled(past, maxima, newest, before, sign)


def _intraday(past: PointInTime) -> SessionRecord:
    """Judge the day's high against every earlier high; of a day with only a close, the close bounds the high."""
    index = past.index
    first = index.first_high(past.position(past.day))
    closes = past.highest_before(index.closes, past.day, past.level)
    before = past.highest_before(index.top_highs, past.day, past.level)
    if closes.highest is not None and closes.day is not None:
        before = before.with_value(closes.highest, closes.day)
    previous, is_record = _standing_high(past, before), None
    if past.high is not None:
        is_record = before.beaten_by(past.high)
        if is_record and first is None:
            is_record = None
    margin = None
    if previous is not None and past.high is not None:
        margin = percent(past.high, index.market.units(previous.level))
    return SessionRecord(
        is_record=is_record,
        level=None if past.high is None else index.market.points(past.high),
        date=date.fromordinal(past.day),
        previous=previous,
        margin_pct=margin,
        since=None if first is None else date.fromordinal(first),
        complete=first is not None and before.settled_for(past.high),
    )


def _standing_high(past: PointInTime, before: HighestBefore) -> Level | None:
    """Return the highest true high, of a bar or a floor; ``None`` where some close is known to be above it."""
    if before.highest is None or not before.settled_for(past.high):
        return None
    index = past.index
    top = index.top_high(past.position(past.day))
    if top is not None and top[0] >= before.highest:
        return Level(level=index.market.points(top[0]), date=date.fromordinal(top[1]))
    floor = index.top_highs.last_floor(before.highest, past.day)
    return _level(past, before, past.high) if floor and floor == before.day else None


def _since(past: PointInTime, maxima: RunningMax, sign: int) -> tuple[date | None, date | None]:
    """Return since when the newest completed close is the highest (lowest), or from when on it is at least."""
    newest, index = past.completed, past.index
    if newest is None or past.missing_close is not None:
        return None, None
    last, gap = past.last_at_or_above(maxima, newest.day, newest.level, sign)
    if last is not None:
        return date.fromordinal(last), None
    if gap is None and not past.end:
        return None, None
    first = index.days[0] if gap is None else gap.end
    return None, date.fromordinal(first) if first < newest.day else None


def _verdict(past: PointInTime, *, above: bool | None, high_above: bool | None) -> Verdict:
    """Return the verdict on the judged session; ``above``: its level is above every earlier close."""
    if past.over and above:
        return "record_close"
    if high_above:
        return "record_high"
    no_close = above is False or not past.over
    no_high = high_above is False or (past.high is None and above is False)
    return "below" if no_close and no_high else "unknown"


def _in_a_row(past: PointInTime, close: Close) -> int | None:
    """Count the sessions in a row, that of this close included, that closed at a record."""
    is_record = past.highest_before(past.index.closes, close.day, close.level).beaten_by(close.level)
    if not is_record:
        return 0 if is_record is False else None
    if past.is_bar(close.day):
        return past.index.run(past.position(close.day))
    before = next(past.backwards(close.day), None)
    run = _in_a_row(past, before) if before is not None and before.joined else None
    return None if run is None else run + 1


def _of_last_five(past: PointInTime, close: Close) -> int | None:
    """Count the record closes of a session at a record and the four before; ``None`` where one is not known."""
    count = 1
    before = list(islice(past.backwards(close.day), _FIVE - 1))
    for earlier in before:
        is_record = past.highest_before(past.index.closes, earlier.day, earlier.level).beaten_by(earlier.level)
        if is_record is None or not earlier.joined:
            return None
        count += is_record
    return count if len(before) == _FIVE - 1 else None


def _round_number(past: PointInTime, newest: Close, before: HighestBefore) -> float | None:
    """Return the highest round number that no close stood above before this one."""
    market = past.index.market
    step = round_step(market, newest.level)
    number = (newest.level - 1) // step * step
    known = max(before.highest or 0, before.hidden)
    return market.points(number) if 0 < known <= number else None


def _records_this_year(past: PointInTime) -> int | None:
    """Count the record closes of the session's calendar year; ``None`` where one is in doubt."""
    index, end = past.index, past.end
    first = date.fromordinal(past.day).replace(month=1, day=1).toordinal()
    start = bisect_left(index.days, first, 0, end)
    if past.missing_close is not None or bisect_left(index.doubts, end) > bisect_left(index.doubts, start):
        return None
    count = bisect_left(index.records, end) - bisect_left(index.records, start)
    for close in past.tail:
        if close.day < first:
            continue
        before = past.highest_before(index.closes, close.day, close.level)
        is_record = before.beaten_by(close.level)
        if is_record is None or _hole_may_hide_record(past, close, before):
            return None
        count += is_record
    return count


def _hole_may_hide_record(past: PointInTime, close: Close, before: HighestBefore) -> bool:
    """Return whether sessions are missing right before a close of the tail of which one may have been a record."""
    newest = next(past.gaps(close.day, close.level), None)
    if newest is None or newest.end != close.day:
        return False
    closes = past.index.closes
    return closes.allowed(newest.hides(1), *newest.inside, closes.era(close.day)) > (before.highest or 0)


def _unsettled(past: PointInTime, maxima: RunningMax, newest: Close, before: HighestBefore, sign: int) -> Hole | None:
    """Describe the newest gap that may hide a close above all that are known."""
    era = maxima.era(newest.day)
    for gap in past.gaps(newest.day, newest.level):
        hidden = maxima.allowed(gap.hides(sign), *gap.inside, era)
        if hidden >= sign * newest.level and (before.highest is None or hidden > before.highest):
            return _described(past, gap)
    return None


def _described(past: PointInTime, gap: Gap) -> Hole:
    return hole(past.index.calendar, gap.start, gap.end, gap.sessions)


def _level(past: PointInTime, before: HighestBefore, value: int | None) -> Level | None:
    """Return the highest value before, unless a gap may hide a higher one: a wrong record is worse than none."""
    if before.highest is None or before.day is None or not before.settled_for(value):
        return None
    return Level(level=past.index.market.points(abs(before.highest)), date=date.fromordinal(before.day))


def _margin(value: int, before: HighestBefore, decimals: int = 2) -> float | None:
    """Return a value against the highest before it, in per cent, unless a gap may hide a higher one."""
    if before.highest is None or not before.settled_for(value):
        return None
    return percent(abs(value), abs(before.highest), decimals)
