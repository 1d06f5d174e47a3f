"""Do posts come once on each local day, at the right instant, through every change of the clocks and every holiday?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.files.packaged import sessions
from bot.domain.markets.market import Region
from bot.domain.posting.schedule import (
    WEEKDAYS,
    Around,
    Daily,
    DayRule,
    Moment,
    Occurrence,
    Skipped,
    Subject,
    Timing,
    Topic,
    following,
    instant,
    occurrences,
    usual_rule,
)

MINUTE = timedelta(minutes=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
CALENDARS = sessions()


def changes(zone: str) -> Iterator[datetime]:
    """Every instant of 2024-2028 at which the zone's offset changes, to the minute."""
    tz = ZoneInfo(zone)
    before = START
    while before < END:
        after = before + timedelta(days=1)
        if before.astimezone(tz).utcoffset() != after.astimezone(tz).utcoffset():
            low, high = before, after
            while high - low > MINUTE:
                middle = low + (high - low) // MINUTE // 2 * MINUTE
                same = middle.astimezone(tz).utcoffset() == low.astimezone(tz).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            yield high
        before = after


def wall_clock(zone: str, start: datetime, minutes: int) -> dict[datetime, datetime]:
    """What a clock on the wall shows, minute by minute, and the first instant at which it shows it."""
    tz = ZoneInfo(zone)
    shown: dict[datetime, datetime] = {}
    for at in (start + number * MINUTE for number in range(minutes)):
        shown.setdefault(at.astimezone(tz).replace(tzinfo=None), at)
    return shown


@pytest.mark.no_cover
def test_every_change_of_every_zone_keeps_every_minute_around_it() -> None:
    count = skipped = twice = 0
    for zone in ZONES:
        for change in changes(zone):
            count += 1
            start = change - timedelta(hours=3)
            shown = wall_clock(zone, start, 360)
            twice += 360 - len(shown)
            local = min(shown)
            while local <= max(shown):
                expected = shown.get(local)
                if expected is None:  # skipped: nothing but the change itself can be next
                    expected, skipped = change, skipped + 1
                assert instant(local.date(), local.time(), zone) == expected, (zone, local)
                local += MINUTE
    assert count > 1000
    assert skipped > 10_000
    assert twice > 10_000


@settings(max_examples=120, deadline=None)
@given(zone=st.sampled_from(ZONES), minute=st.integers(0, 1439))
def test_a_daily_post_runs_once_on_each_local_day(zone: str, minute: int) -> None:
    at, tz = time(*divmod(minute, 60)), ZoneInfo(zone)
    found = list(
        takewhile(lambda occurrence: occurrence.due < END, occurrences(Timing(Daily(at, zone)), START, CALENDARS))
    )
    events = [occurrence.event for occurrence in found]
    first = date.fromisoformat(events[0][:10])
    assert events == [f"{first + timedelta(days=number)} {at:%H:%M} {zone}" for number in range(len(found))]
    assert len(found) in {1826, 1827, 1828}
    for before, occurrence in pairwise(found):
        assert before.due < occurrence.due
    for occurrence in found:
        shown = occurrence.due.astimezone(tz).replace(tzinfo=None)
        wanted = datetime.combine(date.fromisoformat(occurrence.event[:10]), at)
        if shown == wanted:
            assert occurrence.due.astimezone(tz).fold == 0
        else:  # skipped: the minute before was still short of it, and no minute in between exists
            assert shown > wanted
            assert (occurrence.due - MINUTE).astimezone(tz).replace(tzinfo=None) < wanted


@settings(max_examples=200, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    minute=st.integers(0, 1439),
    jumps=st.lists(st.integers(-900, 900), min_size=1, max_size=30),
    days=st.integers(0, 1600),
)
def test_asking_at_any_instants_in_any_order_names_the_same_events(
    zone: str, minute: int, jumps: list[int], days: int
) -> None:
    timing = Timing(Daily(time(*divmod(minute, 60)), zone))
    now = START + timedelta(days=days)
    known = {
        occurrence.event: occurrence
        for occurrence in islice(occurrences(timing, now - timedelta(days=20), CALENDARS), 40)
    }
    for jump in jumps:
        now += timedelta(minutes=jump)
        upcoming = following(timing, now, CALENDARS)
        assert upcoming is not None
        assert upcoming == known[upcoming.event]
        assert upcoming.due > now
        assert not [other for other in known.values() if now < other.due < upcoming.due]


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("Europe/Berlin", "2025-03-30 02:30", "2025-03-30 01:00"),  # skipped: 03:00 is the next that exists
        ("Europe/Berlin", "2025-10-26 02:30", "2025-10-26 00:30"),  # twice: the first
        ("Australia/Lord_Howe", "2025-10-05 02:15", "2025-10-04 15:30"),  # half an hour
        ("Africa/Cairo", "2025-04-25 00:00", "2025-04-24 22:00"),  # midnight does not exist
        ("America/Nuuk", "2025-03-29 23:30", "2025-03-30 01:00"),  # skipped into the next date
        ("Asia/Almaty", "2024-02-29 23:30", "2024-02-29 17:30"),  # the hour before midnight comes twice
    ],
)
def test_known_changes(zone: str, local: str, expected: str) -> None:
    wanted = datetime.fromisoformat(local)
    assert instant(wanted.date(), wanted.time(), zone) == _utc(datetime.fromisoformat(expected))


def test_a_day_that_a_zone_leaves_out_has_no_post() -> None:
    timing = Timing(Daily(time(9), "Pacific/Apia"))
    found = list(islice(occurrences(timing, datetime(2011, 12, 28, 12, tzinfo=UTC), CALENDARS), 3))
    assert [occurrence.event[:10] for occurrence in found] == ["2011-12-28", "2011-12-29", "2011-12-31"]


HOME = {
    "nikkei": "Asia/Tokyo",
    "hang-seng": "Asia/Hong_Kong",
    "shanghai": "Asia/Shanghai",
    "sensex": "Asia/Kolkata",
    "sp500": "America/New_York",
}
MICS = {"nikkei": "XTKS", "hang-seng": "XHKG", "shanghai": "XSHG", "sensex": "XBOM", "sp500": "XNYS"}


@pytest.mark.parametrize("market", HOME)
@pytest.mark.parametrize("at", [time(0), time(8, 30), time(23, 59)])
def test_replayed_years_agree_with_the_sessions(market: str, at: time) -> None:
    calendar = CALENDARS[MICS[market]]
    timing = Timing(Daily(at, HOME[market]), rule=DayRule.MARKET, market=market)
    begin = datetime(2024, 1, 1, tzinfo=ZoneInfo(HOME[market])).astimezone(UTC) - MINUTE
    found = [occurrence.event[:10] for occurrence in _until(timing, begin, "2026")]
    day, traded = date(2024, 1, 1), []
    while day.year < 2026:
        if calendar.is_session(day):
            traded.append(str(day))
        day += timedelta(days=1)
    assert found == traded
    assert 480 < len(found) < 510


@pytest.mark.parametrize("market", HOME)
@pytest.mark.parametrize(("moment", "minutes"), [(Moment.OPEN, -30), (Moment.CLOSE, 15)])
def test_replayed_openings_and_closes_agree_with_the_sessions(market: str, moment: Moment, minutes: int) -> None:
    calendar = CALENDARS[MICS[market]]
    timing = Timing(Around(MICS[market], moment, minutes))
    found = _until(timing, datetime(2024, 1, 1, tzinfo=UTC) - timedelta(hours=12), "2026")
    days = list(calendar.sessions(date(2024, 1, 1), date(2025, 12, 31)))
    assert [occurrence.event[:10] for occurrence in found] == [str(day) for day in days]
    for occurrence, day in zip(found, days, strict=True):
        session = calendar.session(day)
        assert session is not None
        point = session.open if moment is Moment.OPEN else session.close
        assert occurrence.due == point + timedelta(minutes=minutes)
        assert occurrence.latest == (point if minutes < 0 else None)


def _until(timing: Timing, begin: datetime, year: str) -> list[Occurrence]:
    return list(takewhile(lambda occurrence: occurrence.event < year, occurrences(timing, begin, CALENDARS)))


def test_half_days_and_daylight_saving_move_what_stands_around_an_exchange() -> None:
    hong_kong = Timing(Around("XHKG", Moment.CLOSE, 15))
    eve = following(hong_kong, datetime(2025, 12, 24, 0, tzinfo=UTC), CALENDARS)
    assert eve == Occurrence("2025-12-24 XHKG close+15", datetime(2025, 12, 24, 4, 15, tzinfo=UTC))
    new_york = Timing(Around("XNYS", Moment.OPEN, -30))
    winter = following(new_york, datetime(2025, 3, 7, tzinfo=UTC), CALENDARS)
    summer = following(new_york, datetime(2025, 3, 10, tzinfo=UTC), CALENDARS)
    assert winter is not None
    assert summer is not None
    assert (winter.due.hour, summer.due.hour) == (14, 13)


def test_weekdays_are_those_of_the_local_date() -> None:
    timing = Timing(Daily(time(7), "Asia/Tokyo", WEEKDAYS))
    found = islice(occurrences(timing, datetime(2025, 9, 12, 0, tzinfo=UTC), CALENDARS), 2)
    assert [occurrence.event for occurrence in found] == ["2025-09-15 07:00 Asia/Tokyo", "2025-09-16 07:00 Asia/Tokyo"]


def test_a_saturday_morning_in_tokyo_is_friday_in_new_york() -> None:
    timing = Timing(Daily(time(7), "Asia/Tokyo"), rule=DayRule.MARKET, market="sp500")
    found = islice(occurrences(timing, datetime(2025, 9, 11, 23, tzinfo=UTC), CALENDARS), 3)
    assert [occurrence.event[:10] for occurrence in found] == ["2025-09-13", "2025-09-16", "2025-09-17"]


def test_a_region_rests_only_when_all_of_its_markets_do() -> None:
    timing = Timing(Daily(time(12), "Asia/Tokyo"), rule=DayRule.REGION, region=Region.ASIA)
    found = [
        occurrence.event[:10]
        for occurrence in islice(occurrences(timing, datetime(2025, 9, 12, 0, tzinfo=UTC), CALENDARS), 3)
    ]
    assert found == ["2025-09-12", "2025-09-15", "2025-09-16"]  # Tokyo rested on the 15th, Seoul did not
    new_year = following(timing, datetime(2024, 12, 31, 12, tzinfo=UTC), CALENDARS)
    assert new_year is not None
    assert new_year.event[:10] == "2025-01-01"  # Mumbai
    americas = Timing(Daily(time(12), "America/New_York"), rule=DayRule.REGION, region=Region.AMERICAS)
    first = following(americas, datetime(2024, 12, 31, 20, tzinfo=UTC), CALENDARS)
    assert first is not None
    assert first.event[:10] == "2025-01-02"


def test_a_note_stands_for_a_holiday_and_never_for_a_weekend() -> None:
    timing = Timing(Daily(time(9), "Asia/Tokyo"), rule=DayRule.MARKET, market="nikkei", skip_note=True)
    found = list(islice(occurrences(timing, datetime(2025, 9, 12, 3, tzinfo=UTC), CALENDARS), 2))
    assert [(occurrence.event[:10], occurrence.skipped) for occurrence in found] == [
        ("2025-09-15", Skipped("XTKS", "Respect for the Aged Day")),
        ("2025-09-16", None),
    ]


def test_around_an_exchange_a_note_comes_when_the_post_would_have_come() -> None:
    timing = Timing(Around("XTKS", Moment.OPEN, -30), skip_note=True)
    found = list(islice(occurrences(timing, datetime(2025, 9, 12, 3, tzinfo=UTC), CALENDARS), 2))
    assert [(occurrence.event, occurrence.skipped) for occurrence in found] == [
        ("2025-09-15 XTKS open-30", Skipped("XTKS", "Respect for the Aged Day")),
        ("2025-09-16 XTKS open-30", None),
    ]
    assert [occurrence.due.hour for occurrence in found] == [23, 23]
    quiet = list(islice(occurrences(replace(timing, skip_note=False), datetime(2025, 9, 12, tzinfo=UTC), CALENDARS), 2))
    assert [occurrence.event[:10] for occurrence in quiet] == ["2025-09-16", "2025-09-17"]


def test_around_an_exchange_weekdays_and_another_market_count_too() -> None:
    fridays = Timing(Around("XNYS", Moment.CLOSE, 15, frozenset({4})))
    found = list(islice(occurrences(fridays, datetime(2025, 9, 15, tzinfo=UTC), CALENDARS), 2))
    assert [occurrence.event[:10] for occurrence in found] == ["2025-09-19", "2025-09-26"]
    # Tokyo rests on Monday the 15th, so after Hong Kong's close nothing is told of it.
    tokyo = Timing(Around("XHKG", Moment.CLOSE, 15), DayRule.MARKET, market="nikkei")
    days = [
        occurrence.event[:10]
        for occurrence in islice(occurrences(tokyo, datetime(2025, 9, 12, tzinfo=UTC), CALENDARS), 3)
    ]
    assert days == ["2025-09-12", "2025-09-16", "2025-09-17"]
    # Its own session is on the exchange's own day, however far from it the post comes.
    early = Timing(Around("XTKS", Moment.OPEN, -720), DayRule.MARKET, market="nikkei")
    upcoming = following(early, datetime(2025, 9, 15, tzinfo=UTC), CALENDARS)
    assert upcoming is not None
    assert (upcoming.event, upcoming.due) == ("2025-09-16 XTKS open-720", datetime(2025, 9, 15, 12, tzinfo=UTC))


def test_where_no_rule_is_chosen_posts_come_on_trading_days() -> None:
    nine, saturdays = Daily(time(9), "Asia/Tokyo"), Daily(time(9), "Asia/Tokyo", frozenset({5}))
    assert usual_rule(Subject(Topic.SUMMARY, "asia"), nine) is DayRule.REGION
    assert usual_rule(Subject(Topic.MARKET, "dax"), replace(nine, weekdays=WEEKDAYS)) is DayRule.MARKET
    assert usual_rule(Subject(Topic.MARKET, "dax"), saturdays) is DayRule.EVERY
    assert usual_rule(Subject(Topic.MARKET, "dax"), Around("XETR", Moment.OPEN, -5)) is DayRule.EVERY


@pytest.mark.parametrize(
    "when", [Daily(time(9), "Asia/Tokyo", frozenset()), Around("XTKS", Moment.OPEN, 5, frozenset({6}))]
)
def test_what_can_never_come_ends(when: Daily | Around) -> None:
    assert following(Timing(when), START, CALENDARS) is None


def test_a_subject_knows_its_region() -> None:
    assert Subject(Topic.MARKET, "dax").region is Region.EUROPE
    assert Subject(Topic.SUMMARY, "asia").region is Region.ASIA
    assert Subject(Topic.RECORDS).region is Region.WORLD
