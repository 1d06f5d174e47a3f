"""The calendars of the packaged table: facts of single days, laws that hold on every day, agreement with history."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.files.packaged import sessions
from bot.domain.calendars.calendar import Calendar, ExchangeState, load
from bot.domain.calendars.table import parse_hours
from bot.domain.markets.catalogue import CATALOGUE

ALL = sorted(sessions())
HISTORY = Path(__file__).parents[4] / "shared" / "data" / "history"

mics = st.sampled_from(ALL)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
NAIVE = [datetime(year, 1, 2, tzinfo=UTC).replace(tzinfo=None) for year in (1900, 2100)]
instants = st.datetimes(*NAIVE, timezones=st.just(UTC))


def hours(mic: str, day: str) -> str | None:
    calendar = sessions()[mic]
    session = calendar.session(date.fromisoformat(day))
    if session is None:
        return None
    times = [session.open, session.break_start, session.break_end, session.close]
    return " ".join(f"{time.astimezone(calendar.zone):%H:%M}" for time in times if time is not None)


def local(mic: str, wall_time: str) -> datetime:
    return datetime.fromisoformat(wall_time).replace(tzinfo=sessions()[mic].zone)


def test_every_exchange_of_the_catalogue_has_a_calendar_in_its_zone() -> None:
    for market in CATALOGUE:
        assert sessions()[market.mic].zone == ZoneInfo(market.zone), market.key


@pytest.mark.parametrize(
    ("mic", "day", "expected"),
    [
        ("XTKS", "2024-11-01", "09:00 11:30 12:30 15:00"),
        ("XTKS", "2024-11-05", "09:00 11:30 12:30 15:30"),
        ("XTKS", "2011-11-18", "09:00 11:00 12:30 15:00"),
        ("XTKS", "2020-10-01", None),
        ("XKRX", "2025-11-12", "09:00 15:30"),
        ("XKRX", "2025-11-13", "10:00 16:30"),
        ("XKRX", "2026-11-19", "10:00 16:30"),
        ("XKRX", "2025-01-02", "10:00 15:30"),
        ("XKRX", "2026-06-03", None),
        ("XHKG", "2025-12-24", "09:30 12:00"),
        ("XHKG", "2025-12-23", "09:30 12:00 13:00 16:00"),
        ("XHKG", "2010-12-24", "10:00 12:30"),
        ("XHKG", "2023-09-01", None),
        ("XHKG", "2023-09-08", None),
        ("XSHG", "2025-09-30", "09:30 11:30 13:00 15:00"),
        ("XSHG", "2025-10-08", None),
        ("XSES", "2017-11-10", "09:00 17:00"),
        ("XSES", "2017-11-13", "09:00 12:00 13:00 17:00"),
        ("XSES", "2025-12-24", "09:00 12:00"),
        ("XIDX", "2025-09-11", "09:00 12:00 13:30 15:50"),  # a Thursday
        ("XIDX", "2025-09-12", "09:00 11:30 14:00 15:50"),  # a Friday
        ("XIDX", "2026-03-24", None),
        ("XKLS", "2025-09-17", "09:00 12:30 14:30 17:00"),
        ("XKLS", "2025-01-28", "09:00 12:30"),
        ("XBKK", "2024-03-22", "10:00 12:30 14:30 16:30"),
        ("XBKK", "2024-03-25", "10:00 12:30 14:00 16:30"),
        ("XPHS", "2025-09-16", "09:30 12:00 13:00 15:00"),
        ("XBOM", "2025-10-21", "13:45 14:45"),
        ("XBOM", "2025-02-01", "09:15 15:30"),  # a Saturday
        ("XNYS", "2025-11-28", "09:30 13:00"),
        ("XNYS", "1929-10-29", "10:00 15:00"),
        ("XNYS", "2025-01-09", None),
        ("BVMF", "2025-03-07", "10:00 18:00"),
        ("BVMF", "2025-03-10", "10:00 17:00"),
        ("BVMF", "2025-11-03", "10:00 18:00"),
        ("XMEX", "2025-03-07", "08:30 15:00"),
        ("XMEX", "2025-03-10", "07:30 14:00"),
        ("XMEX", "2011-10-31", "07:30 14:00"),  # only New York is on summer time
        ("XMEX", "2011-07-01", "08:30 15:00"),  # both are
        ("XLON", "2025-12-24", "08:00 12:30"),
        ("XPAR", "2025-12-31", "09:00 14:05"),
        ("XETR", "2025-12-24", None),
        ("XSTO", "2025-09-16", "09:00 17:30"),
        ("XSTO", "2025-04-17", "09:00 13:00"),  # Maundy Thursday
        ("XSTO", "2025-06-19", "09:00 17:30"),  # the day before Midsummer Eve is whole
        ("XSTO", "2025-06-20", None),
        ("XSTO", "2025-12-31", None),
        ("XIST", "2019-10-03", "10:00 13:00 14:00 18:00"),
        ("XIST", "2019-10-04", "10:00 18:00"),
        ("XIST", "2025-10-28", "10:00 12:30"),
        ("XIST", "2026-03-19", "10:00 12:30"),
        ("XIST", "2023-02-08", None),
        ("XJSE", "2025-09-16", "09:00 17:00"),
        ("XJSE", "2025-09-24", None),
        ("XJSE", "2024-05-29", None),
        ("XJSE", "2023-12-15", None),
        ("XSAU", "2025-09-21", "10:00 15:10"),  # a Sunday, the first day of its week
        ("XSAU", "2025-09-19", None),
        ("XSAU", "2025-09-23", None),
        ("XSTC", "2025-09-16", "09:00 11:30 13:00 14:45"),
        ("XSTC", "2026-02-13", "09:00 11:30 13:00 14:45"),
        ("XSTC", "2026-02-16", None),
        ("XSTC", "2026-02-20", None),
        ("XSTC", "2025-05-02", None),  # given for a Saturday, on which the exchange stays shut
    ],
)
def test_hours_of_single_days(mic: str, day: str, expected: str | None) -> None:
    assert hours(mic, day) == expected


@pytest.mark.parametrize(
    ("mic", "day", "name"),
    [
        ("XTKS", "2025-09-15", "Respect for the Aged Day"),
        ("XTKS", "2025-07-21", "Marine Day"),
        ("XTKS", "2025-02-24", "Emperor's Birthday"),  # it is a Sunday
        ("XKRX", "2025-10-08", "Chuseok"),
        ("XTAI", "2024-10-31", "Typhoon Kong-rey"),
        ("XHKG", "2023-09-01", "Typhoon Saola"),
        ("XHKG", "2025-04-04", "Tomb-Sweeping Day"),
        ("XSHG", "2025-10-01", "National Day"),
        ("XSHG", "2025-02-04", "Lunar New Year"),  # a day moved from a weekend
        ("XKLS", "2025-09-16", "Malaysia Day"),
        ("XNYS", "2025-06-19", "Juneteenth"),
        ("XLON", "2025-12-26", "Boxing Day"),
        ("XETR", "2025-12-25", "Christmas Day"),
        ("XSTO", "2025-06-20", "Midsummer Eve"),
        ("XSTO", "2025-06-06", "National Day"),
        ("XIST", "2025-10-29", "Republic Day"),
        ("XIST", "2025-03-31", "Eid al-Fitr"),
        ("XIST", "2023-02-14", "Earthquakes"),
        ("XJSE", "2025-09-24", "Heritage Day"),
        ("XJSE", "2019-05-08", "National Election Day"),
        ("XJSE", "2021-11-01", "Municipal Election Day"),
        ("XSAU", "2025-09-23", "National Day"),
        ("XSTC", "2026-02-17", "Lunar New Year"),
        ("XSTC", "2026-08-31", "National Day"),
        ("XTKS", "2025-09-16", None),  # a session
        ("XTKS", "2025-09-14", None),  # a Sunday
    ],
)
def test_names_of_holidays(mic: str, day: str, name: str | None) -> None:
    assert sessions()[mic].holiday(date.fromisoformat(day)) == name


def test_a_half_day_is_told_from_a_day_that_is_only_shifted() -> None:
    christmas_eve = sessions()["XHKG"].session(date(2025, 12, 24))
    exam = sessions()["XKRX"].session(date(2025, 11, 13))
    usual = sessions()["XHKG"].session(date(2025, 12, 23))
    assert christmas_eve is not None
    assert exam is not None
    assert usual is not None
    assert (christmas_eve.half_day, christmas_eve.unusual, christmas_eve.name) == (True, True, "Christmas Eve")
    assert (exam.half_day, exam.unusual, exam.name) == (False, True, "College entrance exam day")
    assert (usual.half_day, usual.unusual, usual.name) == (False, False, None)


def test_the_afternoon_before_a_holiday_is_called_its_eve() -> None:
    names = {("XIST", "2025-10-28"): "Eve of Republic Day", ("XSTO", "2026-01-05"): "Twelfth Night"}
    for (mic, day), name in names.items():
        session = sessions()[mic].session(date.fromisoformat(day))
        assert session is not None
        assert (session.half_day, session.name) == (True, name)


@pytest.mark.parametrize(
    ("wall_time", "state"),
    [
        ("2025-09-14T12:00", ExchangeState.WEEKEND),
        ("2025-09-15T12:00", ExchangeState.HOLIDAY),
        ("2025-09-16T08:59", ExchangeState.PRE_OPEN),
        ("2025-09-16T09:00", ExchangeState.OPEN),
        ("2025-09-16T11:30", ExchangeState.BREAK),
        ("2025-09-16T12:30", ExchangeState.OPEN),
        ("2025-09-16T15:30", ExchangeState.CLOSED),
        ("2025-09-16T23:59", ExchangeState.CLOSED),
        ("2025-05-03T12:00", ExchangeState.WEEKEND),  # Constitution Day too
        ("2029-12-31T12:00", ExchangeState.HOLIDAY),
        ("2030-01-04T12:00", ExchangeState.UNKNOWN),
        ("1996-12-30T12:00", ExchangeState.UNKNOWN),
    ],
)
def test_states_of_tokyo(wall_time: str, state: ExchangeState) -> None:
    assert sessions()["XTKS"].state(local("XTKS", wall_time)) is state


def test_a_saturday_with_a_session_is_no_weekend() -> None:
    assert sessions()["XBOM"].state(local("XBOM", "2025-02-01T12:00")) is ExchangeState.OPEN


def test_neighbours_of_an_instant() -> None:
    tokyo = sessions()["XTKS"]
    lunch = local("XTKS", "2025-09-16T12:00")
    assert tokyo.last_started(lunch).day == date(2025, 9, 16)
    assert tokyo.last_completed(lunch).day == date(2025, 9, 12)
    assert tokyo.next_close(lunch) == local("XTKS", "2025-09-16T15:30")
    assert tokyo.next_open(lunch) == local("XTKS", "2025-09-17T09:00")
    assert tokyo.next_open(local("XTKS", "2025-09-16T09:00")) == local("XTKS", "2025-09-17T09:00")
    assert tokyo.last_completed(local("XTKS", "2025-09-16T15:30")).day == date(2025, 9, 16)


def test_past_the_end_weekdays_are_assumed() -> None:
    shanghai = sessions()["XSHG"]
    assert shanghai.last == date(2026, 12, 31)
    assert not shanghai.knows(date(2027, 1, 1))
    assert shanghai.is_session(date(2027, 1, 1))  # a holiday for sure, but nobody has said so yet
    assert shanghai.next(date(2026, 12, 31)).day == date(2027, 1, 1)
    assert shanghai.state(local("XSHG", "2027-01-04T10:00")) is ExchangeState.UNKNOWN
    assert shanghai.holiday(date(2027, 1, 1)) is None


def test_a_table_is_read_one_exchange_at_a_time() -> None:
    table = load(
        b"# head\n\n[AAAA] Asia/Tokyo 2020-01-01 2020-12-31\nhours 2020-01-01 0900-1200 fri=0900-1100\n"
        b"name a Some Day\n2020 0101a 0102 0103=0930-1000a +0104\n\n[BBBB] nonsense\n"
    )
    calendar = table["AAAA"]
    assert list(table) == ["AAAA", "BBBB"]
    assert calendar.holiday(date(2020, 1, 1)) == "Some Day"
    assert not calendar.is_session(date(2020, 1, 2))
    friday, saturday = calendar.session(date(2020, 1, 3)), calendar.session(date(2020, 1, 4))
    assert friday is not None
    assert saturday is not None
    assert (friday.close, friday.name) == (datetime(2020, 1, 3, 1, tzinfo=UTC), "Some Day")
    assert list(calendar.sessions(date(2020, 1, 1), date(2020, 1, 6))) == [
        date(2020, 1, 3),
        date(2020, 1, 4),
        date(2020, 1, 6),
    ]
    with pytest.raises(ValueError, match="not enough values"):
        table["BBBB"]
    with pytest.raises(KeyError):
        table["CCCC"]


@pytest.mark.parametrize("text", ["0900", "1200-0900", "0900-1200,1100-1500", "0900-1200,1300-1500,1600-1700", "x-y"])
def test_hours_out_of_order_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_hours(text)


@given(mics, days, days)
def test_days_agree_with_one_another(mic: str, day: date, other: date) -> None:
    calendar = sessions()[mic]
    session = calendar.session(day)
    assert calendar.is_session(day) == (session is not None)
    assert calendar.holiday(day) is None or session is None
    if session is not None:
        assert session.day == day == calendar.local_day(session.open) == calendar.local_day(session.close)
        assert session.open < session.close
        if session.break_start is not None:
            assert session.break_end is not None
            assert session.open < session.break_start < session.break_end < session.close
        assert calendar.next(calendar.previous(day).day) == session
    assert calendar.previous(day).day < day < calendar.next(day).day
    start, end = min(day, other), min(max(day, other), min(day, other) + timedelta(days=800))
    assert calendar.count(start, end) == len(list(calendar.sessions(start, end)))
    assert calendar.count(end + timedelta(days=1), start) == 0


@given(mics, instants)
def test_every_instant_has_a_state_that_agrees_with_the_sessions(mic: str, instant: datetime) -> None:
    calendar = sessions()[mic]
    state, session = calendar.state(instant), calendar.current(instant)
    assert (state is ExchangeState.UNKNOWN) == (not calendar.knows(calendar.local_day(instant)))
    if state is not ExchangeState.UNKNOWN:
        assert (state in {ExchangeState.WEEKEND, ExchangeState.HOLIDAY}) == (session is None)
        if session is not None:
            assert (state in {ExchangeState.OPEN, ExchangeState.BREAK}) == (session.open <= instant < session.close)
    assert calendar.last_completed(instant).close <= instant < calendar.next_close(instant)
    assert calendar.last_started(instant).open <= instant < calendar.next_open(instant)
    assert calendar.last_completed(instant).day <= calendar.last_started(instant).day


# What the histories have on days that are none of the exchange's, with what it really is: a bar of no trading, which
# repeats the close before it, or one that no other source has.
SPURIOUS = {
    "nikkei": "1997-02-11 2018-07-16",  # National Foundation Day; Marine Day
    "topix": "2020-10-01",  # the trading system failed
    "taiex": "2014-07-23 2016-07-08",  # typhoons Matmo and Nepartak
    "hang-seng": "1998-08-17",  # Sino-Japanese War Victory Day
    "jci": "2017-12-01",  # Prophet's Birthday
    "sensex": "2000-01-26",  # Republic Day
    "asx200": "2004-04-12 2004-06-14 2004-12-27 2004-12-28",  # Easter Monday, Queen's Birthday, Christmas
    "ibovespa": "2008-04-21 2009-09-07 2013-01-25",  # Tiradentes, Independence Day, Sao Paulo's anniversary
}
# Sessions that the histories lack, beside the gaps of weeks that their description names: single bars that the
# publisher of the file lost, half days (Paris), one-hour sessions and New Year's Days (Mumbai).
MISSING = {
    "nikkei": "2009-09-01 2010-07-20 2010-09-15",
    "kospi": "2007-03-02 2011-10-04 2017-09-22 2017-12-20 2022-01-03 2022-05-09",
    "taiex": "2009-04-01 2012-01-02 2019-09-09 2021-04-06",
    "hang-seng": "1991-02-14 1997-02-06 2012-03-19",
    "shanghai": "1997-07-15 1999-04-15 2000-12-25 2003-03-11 2010-12-20 2014-12-25 2019-04-29 2019-04-30",
    "sti": "2020-03-11 2020-03-13 2020-12-24 2020-12-31",
    "sensex": "2000-10-26 2002-01-01 2003-01-01 2005-11-01 2007-11-09 2008-01-01 2008-10-28 2009-01-01 2010-11-05 "
    "2011-10-26 2012-01-02 2012-10-26 2012-11-13 2013-01-01 2014-12-26 2014-12-29 2015-01-01 2016-01-01 2019-01-01 "
    "2019-02-13 2019-03-29 2020-01-01 2021-05-07 2024-01-01 2025-02-01",
    "nifty": "2007-11-09 2008-10-28 2009-01-01 2010-11-05 2011-05-31 2011-07-14 2011-10-26 2011-11-24 2011-12-26 "
    "2012-01-02 2012-05-21 2012-08-28 2012-10-26 2012-11-13 2013-01-01 2014-01-01 2014-02-17 2015-01-01 2015-04-15 "
    "2016-01-01 2016-08-12 2018-01-01 2019-01-01 2019-02-13 2019-03-29",
    "asx200": "2000-04-20 2001-10-22 2006-11-02 2010-06-16 2011-03-14 2011-08-01 2011-10-03 2011-10-10 2011-11-01 "
    "2012-01-16 2012-04-11 2014-02-17 2017-09-04 2019-10-03",
    "ibovespa": "2008-02-18 2020-11-20 2021-02-17",
    "ftse100": "1988-01-04 1991-07-15 1992-11-26 1998-12-31 2012-05-28 2020-12-22",
    "dax": "2000-10-03 2011-10-03 2012-10-03 2013-10-03",  # the first may really have been shut
    "euro-stoxx50": "2020-05-21 2020-06-01 2020-12-24 2020-12-31",  # Ascension, Whit Monday, half days
    "cac40": "2010-12-24 2010-12-31 2012-01-02 2012-12-24 2012-12-31 2015-12-31",
}
GAPS = timedelta(days=14)


COMPARED = (*SPURIOUS, *MISSING, "sp500", "dow", "nasdaq", "csi300")


@pytest.mark.parametrize("key", dict.fromkeys(COMPARED))
def test_the_table_agrees_with_real_history(key: str) -> None:
    if not HISTORY.is_dir():
        pytest.skip("the real histories lie beside the project and are not here")
    with (HISTORY / f"{key}.csv").open() as rows:
        bars = sorted(date.fromisoformat(row["date"]) for row in csv.DictReader(rows))
    calendar = sessions()[next(market.mic for market in CATALOGUE if market.key == key)]
    first, last = max(bars[0], calendar.first), min(bars[-1], calendar.last)
    known = {day for day in bars if first <= day <= last}
    expected = set(calendar.sessions(first, last))
    gaps = [(start, end) for start, end in pairwise(bars) if end - start > GAPS]
    lost = {day for day in expected - known if not any(start < day < end for start, end in gaps)}
    assert {str(day) for day in known - expected} == set(SPURIOUS.get(key, "").split())
    assert {str(day) for day in lost} == set(MISSING.get(key, "").split())


def test_times_are_those_of_the_exchange_on_both_sides_of_a_change_of_clocks() -> None:
    new_york: Calendar = sessions()["XNYS"]
    for day in (date(2025, 3, 7), date(2025, 3, 10), date(2025, 10, 31), date(2025, 11, 3)):
        session = new_york.session(day)
        assert session is not None
        assert session.open.tzinfo is UTC
        assert session.open.astimezone(new_york.zone).time() == time(9, 30)
        assert session.close.astimezone(new_york.zone).time() == time(16)


def test_a_week_that_begins_on_a_sunday() -> None:
    riyadh, tokyo = sessions()["XSAU"], sessions()["XTKS"]
    sunday, thursday, friday = date(2025, 9, 7), date(2025, 9, 11), date(2025, 9, 12)
    assert [riyadh.week_start(sunday + timedelta(days=ahead)) for ahead in range(8)] == [sunday] * 7 + [
        date(2025, 9, 14)
    ]
    assert tokyo.week_start(sunday) == date(2025, 9, 1)
    assert riyadh.count(sunday, friday) == len(list(riyadh.sessions(sunday, friday))) == 5
    assert riyadh.count(date(2024, 1, 1), date(2025, 12, 31)) == len(
        list(riyadh.sessions(date(2024, 1, 1), date(2025, 12, 31)))
    )
    assert riyadh.next(thursday).day == date(2025, 9, 14)
    assert riyadh.state(datetime(2025, 9, 12, 9, 0, tzinfo=UTC)) is ExchangeState.WEEKEND
    assert riyadh.state(datetime(2025, 9, 14, 9, 0, tzinfo=UTC)) is ExchangeState.OPEN
