"""Which posts are due at an instant?

A timing is a local time on chosen weekdays, or a distance from an exchange's opening or close. From it follow
*occurrences*: each has an event, which names it for ever ("2025-09-16 09:00 Asia/Tokyo", "2025-09-16 XTKS open-30"),
and an instant, which a new time zone table or a moved holiday may change. Zones and local times are kept, never
offsets. Nothing here reads a clock: what is due follows from the instant asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.calendars.calendar import Calendar
from bot.domain.markets.catalogue import MARKETS, of_region
from bot.domain.markets.market import Region

EVERY_DAY: Final = frozenset(range(7))
"""All weekdays, Monday is 0."""

WEEKDAYS: Final = frozenset(range(5))

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_FAR: Final = 800
"""Days looked ahead before it is said that nothing comes; a market may be shut for a fortnight, never for years."""


class Topic(StrEnum):
    """What a post is about."""

    SUMMARY = "summary"  # of a region
    MARKET = "market"
    RECORDS = "records"
    STATUS = "status"  # of a region


@dataclass(frozen=True, slots=True)
class Subject:
    """What a post tells: a topic and, where it needs one, a region or the key of a market."""

    topic: Topic
    key: str = ""

    @property
    def region(self) -> Region:
        """The region that the post is about; a market's own, and the world where none is named."""
        if self.topic is Topic.MARKET:
            return MARKETS[self.key].region
        return Region(self.key) if self.key else Region.WORLD


class Moment(StrEnum):
    """What a distance is measured from."""

    OPEN = "open"
    CLOSE = "close"


class DayRule(StrEnum):
    """On which of the chosen days a post comes."""

    EVERY = "every"
    REGION = "region"  # at least one market of the region trades
    MARKET = "market"  # the named market trades


@dataclass(frozen=True, slots=True)
class Daily:
    """A local time, to the minute, in an IANA zone, on weekdays (Monday is 0)."""

    at: time
    zone: str
    weekdays: frozenset[int] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Around:
    """So many minutes from an exchange's opening or close, on those of its sessions that fall on these weekdays.

    Below 0 is before it. The weekday is that of the session, whatever day it is elsewhere.
    """

    mic: str
    moment: Moment
    minutes: int
    weekdays: frozenset[int] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Timing:
    """When a post comes, and on which days.

    ``region`` and ``market`` are those of the day rule. Whether a market trades "on the day" is asked of its own
    exchange's local date at the local time, or at the opening or close: at 07:00 in Tokyo on a Saturday, New York's is
    Friday.
    ``skip_note`` asks for a line on the days that a holiday takes out, at the time at which the post would have come.
    """

    when: Daily | Around
    rule: DayRule = DayRule.EVERY
    region: Region = Region.WORLD
    market: str = ""
    skip_note: bool = False


def usual_rule(what: Subject, when: Daily | Around) -> DayRule:
    """Give the day rule where none is chosen: trading days, but every day where a weekend is asked for.

    What follows an exchange comes on its trading days anyhow.
    """
    if isinstance(when, Around) or (when.weekdays != EVERY_DAY and not when.weekdays <= WEEKDAYS):
        return DayRule.EVERY
    return DayRule.MARKET if what.topic is Topic.MARKET else DayRule.REGION


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why a day is left out: an exchange that would have traded (its MIC) and its holiday's name, where known."""

    mic: str
    holiday: str | None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a post comes.

    ``due`` is in UTC. ``latest`` is the last instant at which it still makes sense ("before the open" ends at the
    open); ``None`` where only the general limit counts. ``skipped`` is set where a note stands for the post.
    """

    event: str
    due: datetime
    latest: datetime | None = None
    skipped: Skipped | None = None


def occurrences(timing: Timing, after: datetime, calendars: Mapping[str, Calendar]) -> Iterator[Occurrence]:
    """Give the occurrences due strictly after an aware instant, in order; it ends only where none comes for years.

    Raises:
        KeyError: if an exchange is not among the calendars.
    """
    if isinstance(timing.when, Around):
        return _around(timing, timing.when, after, calendars)
    return _daily(timing, timing.when, after, calendars)


def following(timing: Timing, after: datetime, calendars: Mapping[str, Calendar]) -> Occurrence | None:
    """Give the first occurrence due strictly after an instant; ``None`` where none comes."""
    return next(occurrences(timing, after, calendars), None)


def instant(day: date, at: time, zone: str) -> datetime | None:
    """Turn a local minute into the instant, in UTC, at which a clock on the wall first shows it.

    A minute that the clocks skip becomes the next one that exists; ``None`` where they skip the whole day (Apia,
    2011-12-30).
    """
    tz = _zone(zone)
    local = datetime.combine(day, at, tz)  # fold=0: the first of two
    found = local.astimezone(UTC)
    if found.astimezone(tz).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    return _after_gap(local, tz)


def _after_gap(local: datetime, tz: ZoneInfo) -> datetime | None:
    """Find the change that skips a local time: between its two readings the offset jumps, once."""
    late = local.astimezone(UTC)  # read with the offset before the change: at or after it
    early = local.replace(fold=1).astimezone(UTC)  # read with the offset after it: before it
    before, after = early.astimezone(tz).utcoffset(), late.astimezone(tz).utcoffset()
    assert before is not None
    assert after is not None
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        early, late = (middle, late) if middle.astimezone(tz).utcoffset() == before else (early, middle)
    change = late.replace(microsecond=0)
    midnight = datetime.combine(local.date(), time(), UTC)
    if change + before <= midnight and change + after >= midnight + _DAY:
        return None
    return change if change.second == 0 else change.replace(second=0) + _MINUTE


def _daily(timing: Timing, when: Daily, after: datetime, calendars: Mapping[str, Calendar]) -> Iterator[Occurrence]:
    # One day back: a time that was skipped just before midnight comes on the next date.
    day = after.astimezone(_zone(when.zone)).date() - _DAY
    quiet = 0
    while quiet < _FAR:
        quiet += 1
        if day.weekday() in when.weekdays:
            due = instant(day, when.at, when.zone)
            if due is not None and due > after:
                skipped = _skipped(timing, due, calendars)
                if _told(timing, skipped):
                    yield Occurrence(f"{day} {when.at:%H:%M} {when.zone}", due, skipped=skipped)
                    quiet = 0
        day += _DAY


def _around(timing: Timing, when: Around, after: datetime, calendars: Mapping[str, Calendar]) -> Iterator[Occurrence]:
    calendar, distance = calendars[when.mic], timedelta(minutes=when.minutes)
    day = calendar.local_day(after - distance) - _DAY
    quiet = 0
    while quiet < _FAR:
        quiet += 1
        session = calendar.session(day) or (calendar.usual(day) if timing.skip_note else None)
        if session is not None and day.weekday() in when.weekdays:
            point = session.open if when.moment is Moment.OPEN else session.close
            due = point + distance
            if due > after:
                closed = None if calendar.is_session(day) else Skipped(when.mic, calendar.holiday(day))
                skipped = closed or _skipped(timing, point, calendars)
                if _told(timing, skipped):
                    latest = point if when.minutes < 0 else None
                    yield Occurrence(f"{day} {when.mic} {when.moment}{when.minutes:+d}", due, latest, skipped)
                    quiet = 0
        day += _DAY


def _told(timing: Timing, skipped: Skipped | None) -> bool:
    """Say whether something comes: the post, or where it is wanted a note on a holiday in its place."""
    return skipped is None or (timing.skip_note and bool(skipped.mic))


def _skipped(timing: Timing, at: datetime, calendars: Mapping[str, Calendar]) -> Skipped | None:
    """Tell whether the day rule takes the day out, and why; on a weekend no exchange is named."""
    match timing.rule:
        case DayRule.EVERY:
            return None
        case DayRule.REGION:
            mics = _exchanges(timing.region)
        case DayRule.MARKET:
            mics = (MARKETS[timing.market].mic,)
    reason = Skipped("", None)
    for mic in mics:
        calendar = calendars[mic]
        day = calendar.local_day(at)
        if calendar.is_session(day):
            return None
        # The region's leading exchange gives its reason, unless it has none to name and another has.
        if not calendar.is_weekend(day) and reason.holiday is None and (not reason.mic or calendar.holiday(day)):
            reason = Skipped(mic, calendar.holiday(day))
    return reason


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=len(Region))
def _exchanges(region: Region) -> tuple[str, ...]:
    """Name the exchanges of a region, each once, in catalogue order."""
    return tuple(dict.fromkeys(market.mic for market in of_region(region)))
