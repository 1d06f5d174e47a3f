"""What `/index` and `/record` say on days that the wires told, read as the member who asked."""

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import app
from bot.domain.answers import MarketRecord, RecordsAnswer
from bot.domain.calendars.calendar import ExchangeState
from bot.domain.markets.catalogue import MARKETS, of_region
from bot.domain.markets.market import Region
from bot.domain.quotes import Quote
from bot.domain.records.facts import ClosingRecord, SessionRecord
from bot.views import terminal
from bot.views.en import record
from bot.views.page import TERMINAL
from tests.factories import AT

Say = Callable[[str, str], str]


@pytest.fixture
def say(shared: Path) -> Say:
    def said(line: str, at: str) -> str:
        ask = app.replay([shared / "data" / "history"], dt.datetime.fromisoformat(at))
        return " ".join(terminal.render(asyncio.run(ask.ask(line)), colour=False).split())

    return said


@pytest.mark.parametrize(
    ("line", "at", "sentence"),
    [
        (
            "/record nikkei",
            "2025-09-16T16:00+09:00",
            (
                "Closed at a record 44,902.27, its fourth in a row; the old one was 44,768.12 on Sep 12. "
                "Touched 45,055.38, also a record."
            ),
        ),
        (
            "/index nikkei",
            "2025-09-16T16:00+09:00",
            "Closed at a record, its fourth in a row; the old one was 44,768.12 on Sep 12.",
        ),
        (
            "/record nikkei",
            "2024-02-22T16:00+09:00",
            "Closed at a record 39,098.68, its first above 39,000; the old one was 38,915.87 on Dec 29, 1989.",
        ),
        ("/record nikkei", "2024-02-21T16:00+09:00", "1.7 % below its record close, 38,915.87 on Dec 29, 1989."),
        ("/record hang-seng", "2025-12-31T20:00+08:00", "below its record close, 33,154.12 on Jan 26, 2018."),
        ("/record shanghai", "2025-08-25T16:00+08:00", "highest close since August 2015."),
        ("/record topix", "2024-07-04T16:00+09:00", "the old one was 2,884.80 on Dec 18, 1989."),
        (
            "/record asx200",
            "2025-09-16T17:00+10:00",
            "The history has a hole from Jun 1, 2023 to Sep 5, 2025, so a record in between cannot be ruled out.",
        ),
        ("/record topix", "2024-07-03T16:00+09:00", "highest close since at least 2016."),
        ("/index nasdaq", "2025-01-10T12:00-05:00", "3.4 % below its record close, 20,173.89 on Dec 16, 2024."),
        ("/index nikkei", "2025-09-15T12:00+09:00", "Tokyo is closed for Respect for the Aged Day"),
        ("/index nikkei", "2025-09-13T12:00+09:00", "Tokyo is closed for the weekend · Fri Sep 12, 15:30 in Tokyo"),
        ("/index nikkei", "2025-09-16T12:00+09:00", "Tokyo: lunch break until 12:30"),
        ("/index nikkei", "2025-09-16T08:00+09:00", "Tokyo opens 09:00"),
    ],
)
def test_a_day_is_told_as_a_wire_told_it(say: Say, line: str, at: str, sentence: str) -> None:
    assert sentence in say(line, at)


def test_a_record_touched_and_lost_is_told_apart_from_one_at_the_close(say: Say) -> None:
    text = say("/record sp500", "2025-09-12T18:00-04:00")
    assert "Touched a record 6,600.21 during the session and closed below it" in text
    assert "Closed at a record" not in text


def test_an_ordinary_day_far_from_the_record_has_no_record_line(say: Say) -> None:
    assert "record" not in say("/index hang-seng", "2024-06-12T18:00+08:00")


@pytest.mark.no_cover
def test_the_board_has_records_first(say: Say) -> None:
    text = say("/record", "2025-09-16T20:00+09:00")
    assert text.startswith(f"6 of {len(of_region(Region.WORLD))} markets at a record Closed at a record: KOSPI, Nasdaq")
    assert text.count("No trade of") == 1  # said once of all


def test_while_nothing_is_known_no_record_is_denied() -> None:
    market = MARKETS["nikkei"]
    quote = Quote(market="nikkei", name=market.name, symbol=market.symbol, region="asia", state=ExchangeState.OPEN)
    unknown = MarketRecord(
        market="nikkei", name=market.name, quote=quote, closing=ClosingRecord(), intraday=SessionRecord()
    )
    page = record.board(RecordsAnswer(as_of=AT, source="yahoo", markets=(unknown,)), TERMINAL)
    assert page.title == "Records are not known yet"
    below = record.board(
        RecordsAnswer(as_of=AT, source="yahoo", markets=(unknown.model_copy(update={"verdict": "below"}),)), TERMINAL
    )
    assert below.title == "No records"


def test_a_record_that_a_hole_hides_is_not_known_and_what_is_known_is_told(say: Say) -> None:
    text = say("/record asx200", "2025-10-31T17:00+11:00")
    assert "no record No record." not in text
    assert "the history has a hole from Jun 1, 2023 to Sep 5, 2025, so" in text
