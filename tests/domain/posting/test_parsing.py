"""Is what an admin types read as it is meant?"""

from datetime import time

import pytest

from bot.domain.errors import BadQuestion, UnknownMarket
from bot.domain.posting.parsing import subject, subjects, weekdays, when
from bot.domain.posting.schedule import EVERY_DAY, WEEKDAYS, Around, Daily, Moment, Subject, Topic
from bot.domain.posting.zones import timezones
from tests.sentences import failing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:00", Daily(time(9), "Asia/Tokyo")),
        ("9", Daily(time(9), "Asia/Tokyo")),
        ("9.05", Daily(time(9, 5), "Asia/Tokyo")),
        ("12 am", Daily(time(0), "Asia/Tokyo")),
        ("9:30 p.m.", Daily(time(21, 30), "Asia/Tokyo")),
        ("30 min before Tokyo opens", Around("XTKS", Moment.OPEN, -30)),
        ("15 minutes after Hong Kong closes", Around("XHKG", Moment.CLOSE, 15)),
        ("1 h after S&P 500 close", Around("XNYS", Moment.CLOSE, 60)),
        ("when DAX opens", Around("XETR", Moment.OPEN, 0)),
        ("0900", Daily(time(9), "Asia/Tokyo")),
        ("30 minutes before the Tokyo open", Around("XTKS", Moment.OPEN, -30)),
        ("20 min after the close of Sydney", Around("XASX", Moment.CLOSE, 20)),
        ("2h before NYSE’s opening", Around("XNYS", Moment.OPEN, -120)),
    ],
)
def test_times(text: str, expected: Daily | Around) -> None:
    assert when(text, "asia/tokyo") == expected


@pytest.mark.parametrize("text", ["25:00", "9:60", "13 pm", "soon", "", "9:00 9:00", "1000 min before Tokyo opens"])
def test_what_is_no_time_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadQuestion):
        when(text, "Asia/Tokyo")


def test_zones_days_and_markets_are_checked() -> None:
    with failing(BadQuestion, match="Which time zone"):
        when("9:00", None)
    with failing(BadQuestion, match="Asia/Tokio"):
        when("9:00", "Asia/Tokio")
    with failing(BadQuestion, match="days"):
        weekdays("mondays and holidays")
    with pytest.raises(UnknownMarket):
        when("5 min before Atlantis opens", None)


def test_weekdays() -> None:
    assert weekdays("every day") == weekdays(" Daily") == EVERY_DAY
    assert weekdays("mon-fri") == weekdays("weekdays") == WEEKDAYS
    assert weekdays("Mon, wed,Friday") == frozenset({0, 2, 4})
    assert weekdays("sat-mon") == frozenset({5, 6, 0})


def test_subjects() -> None:
    assert subject("Asia summary") == Subject(Topic.SUMMARY, "asia")
    assert subject("world status") == Subject(Topic.STATUS, "world")
    assert subject("records") == Subject(Topic.RECORDS)
    assert subject("日経225") == Subject(Topic.MARKET, "nikkei")
    with pytest.raises(UnknownMarket):
        subject("atlantis summary")


def test_choices() -> None:
    assert [value for _, value in subjects("")][:2] == ["asia summary", "europe summary"]
    assert len(subjects("")) == 25
    assert ("Nikkei 225", "nikkei") in subjects("nik")
    assert all(subject(value) for _, value in subjects(""))
    assert timezones("")[0] == "Asia/Tokyo"
    assert timezones("tokyo") == ["Asia/Tokyo"]
    assert "America/Argentina/Buenos_Aires" in timezones("buenos aires")
