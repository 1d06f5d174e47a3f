"""Does an abbreviation mean the clock of the city that whoever types it lives by?"""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.domain.errors import BadQuestion
from bot.domain.posting.zones import timezone, timezones
from tests.sentences import sentence_of

JULY, JANUARY = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC), dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("EST", "America/New_York"),
        ("edt", "America/New_York"),
        ("ET", "America/New_York"),
        ("PST", "America/Los_Angeles"),
        ("JST", "Asia/Tokyo"),
        ("kst", "Asia/Seoul"),
        ("CET", "Europe/Berlin"),
        ("BST", "Europe/London"),
        ("AEDT", "Australia/Sydney"),
        ("asia/tokyo", "Asia/Tokyo"),
        ("america/new york", "America/New_York"),
        ("UTC", "UTC"),
        ("GMT", "GMT"),
    ],
)
def test_an_abbreviation_is_a_citys_clock(typed: str, zone: str) -> None:
    assert timezone(typed) == zone


def test_a_new_yorkers_morning_stays_in_the_morning_all_year() -> None:
    zone = ZoneInfo(timezone("EST"))
    assert [at.astimezone(zone).hour for at in (JULY, JANUARY)] == [8, 7]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("CST", "“CST” may be the time of America/Chicago or Asia/Shanghai: choose one of them."),
        ("IST", "“IST” may be the time of Asia/Kolkata or Europe/Dublin or Asia/Jerusalem: choose one of them."),
        ("GMT+8", "“GMT+8” is the same distance from UTC all year, which most cities are not: choose a city"),
        ("Etc/GMT+5", "“Etc/GMT+5” is the same distance from UTC all year"),
        ("Mars", "I don't know the time zone “Mars”."),
    ],
)
def test_what_no_single_city_goes_by_is_refused_with_what_to_choose(typed: str, words: str) -> None:
    with pytest.raises(BadQuestion) as error:
        timezone(typed)
    assert words in sentence_of(error.value)


def test_only_clocks_of_places_are_offered() -> None:
    assert timezones("est")[0] == "America/New_York"
    assert timezones("cst")[:2] == ["America/Chicago", "Asia/Shanghai"]
    offered = {zone for text in ("e", "est", "gmt", "m") for zone in timezones(text)}
    assert not offered & {"EST", "MST", "HST", "Etc/GMT+5", "EST5EDT"}
