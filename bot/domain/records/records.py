"""Is a market at a record, at the close or in the session; which one did it beat, and since when was it not so high?

Closes and highs are kept apart. A record is strictly above all that came before it, in whole units of the index's
last decimal. Where sessions are missing that may have been as high, it can neither be claimed nor ruled out; see
"Holes" in the contract of answers.
"""

from bisect import bisect_left
from datetime import date

from bot.domain.history.holes import Hole, hole
from bot.domain.quotes import percent
from bot.domain.records.facts import ClosingRecord, Level, RecordFacts, SessionRecord, Verdict
from bot.domain.records.history_index import Gap, HistoryIndex, LiveBar
from bot.domain.records.point_in_time import Close, PointInTime
from bot.domain.records.running_max import HighestBefore, RunningMax


def facts(ledger: HistoryIndex, reading: LiveBar | None = None, until: date | None = None) -> RecordFacts:
    """Say how a reading, and the newest completed close, stand against all sessions before them; see the contract.

    The record beaten or standing, its margin and the distance are told only where no unsettled hole may hide
    another one. Bars after ``until``, and of a session that the reading says is running, do not exist: one ledger of
    the whole history answers for every day in it. Without a reading the newest bar is spoken for.
    """
    seen = PointInTime(ledger, reading, until)
    if not seen.day:
        return RecordFacts(closing=ClosingRecord(), intraday=SessionRecord())
    before = seen.standing(ledger.closes, seen.day, seen.level)
    above = before.beaten_by(seen.level)
    closing, doubtful = _closing(seen, ledger.closes, 1)
    lows, _ = _closing(seen, ledger.troughs, -1)
    intraday = _intraday(seen)
    since, at_least = _since(seen, ledger.closes, 1)
    if closing.is_record:
        at_least = None
    return RecordFacts(
        closing=closing,
        intraday=intraday,
        distance_pct=_margin(seen.level, before),
        highest_since=since,
        highest_since_at_least=at_least,
        lowest_since=None if lows.is_record else _since(seen, ledger.troughs, -1)[0],
        records_this_year=_records_this_year(seen),
        verdict=_verdict(seen, above=above, high_above=intraday.is_record),
        lows=lows,
        hole=doubtful,
    )


def round_step(units: int, one_point: int) -> int:
    """Return the distance between round numbers near a level: 100 points below 1,000, 1,000 below 100,000, else 10,000.

    All in whole units; ``one_point`` is how many of them make an index point.
    """
    points = units // one_point
    return (100 if points < 1_000 else 1_000 if points < 100_000 else 10_000) * one_point  # noqa: PLR2004


def _closing(seen: PointInTime, peaks: RunningMax, sign: int) -> tuple[ClosingRecord, Hole | None]:
    """Tell the newest completed close against all closes before it, and which unsettled hole is the newest."""
    ledger, newest = seen.ledger, seen.completed
    since = date.fromordinal(ledger.days[0]) if seen.end else None
    on_course = False
    if not seen.over:
        now = seen.standing(peaks, seen.day, seen.level, sign)
        on_course = now.beaten_by(sign * seen.level) is True
    if newest is None:
        return ClosingRecord(since=since, on_course=on_course), None
    lost = seen.missing_close
    day = newest.day if lost is None else seen.day
    before = seen.standing(peaks, day, newest.level, sign)
    value = sign * newest.level
    previous = _level(seen, before, value)
    if lost is not None:
        # Sessions ended since the last close that is known: nothing can be said of the newest of them.
        eve = ledger.calendar.previous(date.fromordinal(seen.day)).day
        unknown = ClosingRecord(date=eve, previous=previous, since=since, on_course=on_course)
        return unknown, _described(seen, lost)
    told = before.beaten_by(value)
    settled = before.settled_for(value)
    return ClosingRecord(
        is_record=told,
        level=ledger.market.points(newest.level),
        date=date.fromordinal(newest.day),
        previous=previous,
        margin_pct=_margin(value, before),
        since=since,
        complete=settled,
        on_course=on_course,
        in_a_row=_in_a_row(seen, newest) if sign > 0 else None,
        round_number=_round_number(seen, newest, before) if told and sign > 0 else None,
    ), None if settled else _unsettled(seen, peaks, newest, before, sign)


def _intraday(seen: PointInTime) -> SessionRecord:
    """Tell the day's high against every earlier high; where only a close is known of a day, it bounds its high."""
    ledger = seen.ledger
    first = ledger.first_high(seen.position(seen.day))
    closes = seen.standing(ledger.closes, seen.day, seen.level)
    before = seen.standing(ledger.top_highs, seen.day, seen.level)
    if closes.highest is not None and closes.day is not None:
        before = before.with_value(closes.highest, closes.day)
    previous, told = _standing_high(seen, before), None
    if seen.high is not None:
        told = before.beaten_by(seen.high)
        if told and first is None:
            told = None
    margin = None
    if previous is not None and seen.high is not None:
        margin = percent(seen.high, ledger.market.units(previous.level))
    return SessionRecord(
        is_record=told,
        level=None if seen.high is None else ledger.market.points(seen.high),
        date=date.fromordinal(seen.day),
        previous=previous,
        margin_pct=margin,
        since=None if first is None else date.fromordinal(first),
        complete=first is not None and before.settled_for(seen.high),
    )


def _standing_high(seen: PointInTime, before: HighestBefore) -> Level | None:
    """Return the highest true high, of a bar or a floor; ``None`` where a close is known to be above it."""
    if before.highest is None or not before.settled_for(seen.high):
        return None
    ledger = seen.ledger
    known = ledger.top_high(seen.position(seen.day))
    if known is not None and known[0] >= before.highest:
        return Level(level=ledger.market.points(known[0]), date=date.fromordinal(known[1]))
    floor = ledger.top_highs.last_floor(before.highest, seen.day)
    return _level(seen, before, seen.high) if floor and floor == before.day else None


def _since(seen: PointInTime, peaks: RunningMax, sign: int) -> tuple[date | None, date | None]:
    """Return since when the newest completed close is the highest (lowest), or from when on it is at least."""
    newest, ledger = seen.completed, seen.ledger
    if newest is None or seen.missing_close is not None:
        return None, None
    found, gap = seen.last_at_or_above(peaks, newest.day, newest.level, sign)
    if found is not None:
        return date.fromordinal(found), None
    if gap is None and not seen.end:
        return None, None
    first = ledger.days[0] if gap is None else gap.end
    return None, date.fromordinal(first) if first < newest.day else None


def _verdict(seen: PointInTime, *, above: bool | None, high_above: bool | None) -> Verdict:
    """Speak for the session of the reading; `above` tells its level against every earlier close."""
    if seen.over and above:
        return "record_close"
    if high_above:
        return "record_high"
    no_close = above is False or not seen.over
    no_high = high_above is False or (seen.high is None and above is False)
    return "below" if no_close and no_high else "unknown"


def _in_a_row(seen: PointInTime, close: Close) -> int | None:
    """Count the sessions in a row, that of this close included, that closed at a record."""
    told = seen.standing(seen.ledger.closes, close.day, close.level).beaten_by(close.level)
    if not told:
        return 0 if told is False else None
    if seen.is_bar(close.day):
        return seen.ledger.run(seen.position(close.day))
    before = next(seen.backwards(close.day), None)
    run = _in_a_row(seen, before) if before is not None and before.joined else None
    return None if run is None else run + 1


def _round_number(seen: PointInTime, newest: Close, before: HighestBefore) -> float | None:
    """Return the highest round number that no close stood above before this one."""
    market = seen.ledger.market
    step = round_step(newest.level, 10**market.decimals)
    number = (newest.level - 1) // step * step
    known = max(before.highest or 0, before.hidden)
    return market.points(number) if 0 < known <= number else None


def _records_this_year(seen: PointInTime) -> int | None:
    """Count the record closes of the session's calendar year; ``None`` where one cannot be told."""
    ledger, end = seen.ledger, seen.end
    first = date.fromordinal(seen.day).replace(month=1, day=1).toordinal()
    start = bisect_left(ledger.days, first, 0, end)
    if seen.missing_close is not None or bisect_left(ledger.doubts, end) > bisect_left(ledger.doubts, start):
        return None
    found = bisect_left(ledger.records, end) - bisect_left(ledger.records, start)
    for close in seen.tail:
        if close.day < first:
            continue
        before = seen.standing(ledger.closes, close.day, close.level)
        told = before.beaten_by(close.level)
        if told is None or _hole_may_hide_record(seen, close, before):
            return None
        found += told
    return found


def _hole_may_hide_record(seen: PointInTime, close: Close, before: HighestBefore) -> bool:
    """Say whether sessions are missing right before a close of the tail, and one may have closed at a record."""
    newest = next(seen.gaps(close.day, close.level), None)
    if newest is None or newest.end != close.day:
        return False
    closes = seen.ledger.closes
    return closes.allowed(newest.hides(1), *newest.inside, closes.era(close.day)) > (before.highest or 0)


def _unsettled(seen: PointInTime, peaks: RunningMax, newest: Close, before: HighestBefore, sign: int) -> Hole | None:
    """Describe the newest gap that may hide a close above all that are known."""
    era = peaks.era(newest.day)
    for gap in seen.gaps(newest.day, newest.level):
        hidden = peaks.allowed(gap.hides(sign), *gap.inside, era)
        if hidden >= sign * newest.level and (before.highest is None or hidden > before.highest):
            return _described(seen, gap)
    return None


def _described(seen: PointInTime, gap: Gap) -> Hole:
    return hole(seen.ledger.calendar, gap.start, gap.end, gap.sessions)


def _level(seen: PointInTime, before: HighestBefore, value: int | None) -> Level | None:
    """Return the highest value before, unless a gap may hide a higher one: a wrong record is worse than none."""
    if before.highest is None or before.day is None or not before.settled_for(value):
        return None
    return Level(level=seen.ledger.market.points(abs(before.highest)), date=date.fromordinal(before.day))


def _margin(value: int, before: HighestBefore) -> float | None:
    """Return a value against the highest before it, in per cent, unless a gap may hide a higher one."""
    if before.highest is None or not before.settled_for(value):
        return None
    return percent(abs(value), abs(before.highest))
