"""What is asked for by name alone: found like any market, counted by nobody who did not name it."""

import asyncio
import datetime as dt
from collections.abc import Collection, Mapping

import pytest

from bot import app
from bot.adapters.files.packaged import sessions
from bot.domain.highlights import periods
from bot.domain.highlights.session import JudgedSession
from bot.domain.history.bars import Bar, History
from bot.domain.history.cleaning import clean
from bot.domain.markets.by_name import ASKED_BY_NAME
from bot.domain.markets.catalogue import CATALOGUE, CITY_LEADERS, MARKETS, WEIGHTS, of_region
from bot.domain.markets.market import Region
from bot.domain.markets.search import search
from bot.domain.model import Source
from bot.domain.quotes import Observation
from bot.domain.records.history_index import HistoryIndex, LiveBar
from bot.domain.records.point_in_time import PointInTime
from bot.domain.records.trend import trend
from bot.domain.summary.summary import CONTEXT
from bot.services.questions import Questions

KEYS = {market.key for market in ASKED_BY_NAME}


def test_they_are_the_last_of_the_catalogue_and_say_so() -> None:
    assert tuple(market for market in CATALOGUE if not market.in_summaries) == ASKED_BY_NAME
    assert CATALOGUE[-len(ASKED_BY_NAME) :] == ASKED_BY_NAME


@pytest.mark.parametrize("region", Region)
def test_no_region_counts_them(region: Region) -> None:
    assert not KEYS & {market.key for market in of_region(region)}
    assert not KEYS & set(CONTEXT[region])


def test_they_change_no_weight_and_lead_only_cities_of_their_own() -> None:
    assert not any(market.weight or market.companion_of or market.context_for for market in ASKED_BY_NAME)
    led = {city: key for city, key in CITY_LEADERS.items() if key in KEYS}
    assert led == {
        "Ho Chi Minh City": "vn-index",
        "Stockholm": "omxs30",
        "Istanbul": "bist100",
        "Riyadh": "tadawul",
        "Johannesburg": "jse-top40",
    }
    assert not {MARKETS[key].mic for key in led.values()} & set(WEIGHTS)


def test_who_types_nothing_is_offered_what_summaries_count() -> None:
    assert all(market.in_summaries for market in search(""))


@pytest.mark.parametrize("line", ["/record", "/asia status", "/europe status", "/world status", "/world summary"])
def test_no_answer_of_many_markets_holds_them(line: str) -> None:
    answer = asyncio.run(app.sample().ask(line))
    assert not KEYS & {entry["market"] for entry in answer.model_dump()["markets"]}


@pytest.mark.parametrize("market", ASKED_BY_NAME, ids=lambda market: market.key)
def test_each_is_answered_when_it_is_named(market: object) -> None:
    entry = MARKETS[market.key]  # type: ignore[attr-defined]
    ask = app.sample()
    for name in (entry.key, entry.symbol, *entry.names.values()):
        assert asyncio.run(ask.index(name)).quote.market == entry.key
    assert asyncio.run(ask.record(entry.name)).market == entry.key


class Quoted:
    """A source with a single quote, and the stored bars of a single market."""

    source: Source = "yahoo"
    failing = False

    def __init__(self, observation: Observation, history: History) -> None:
        self.observation, self.stored = observation, history

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        return {self.observation.key: self.observation} if self.observation.key in keys else {}

    def history(self, key: str) -> History | None:
        return self.stored if key == self.observation.key else None

    def known_levels(self, key: str) -> tuple[()]:
        return ()


def test_one_daily_bar_gives_a_level_and_no_record() -> None:
    noon = dt.datetime(2025, 9, 16, 4, 0, tzinfo=dt.UTC)
    level = Observation("hang-seng-tech", 612345, noon, noon, 610000, delay_minutes=15)
    source = Quoted(level, History.of("hang-seng-tech", [Bar(dt.date(2025, 9, 15), 610000)]))
    ask = Questions(source, source, sessions(), lambda: noon)
    answer = asyncio.run(ask.index("恒生科技"))
    assert (answer.quote.level, answer.quote.change_pct) == (6123.45, 0.38)
    record = asyncio.run(ask.record("hstech"))
    assert not record.verdict.startswith("record")
    assert record.closing.is_record is None
    assert record.intraday.is_record is None


def test_bars_on_an_older_scale_are_left_out() -> None:
    calendar = sessions()["XIST"]
    days = list(calendar.sessions(dt.date(2020, 7, 20), dt.date(2020, 7, 30)))
    closes = [11920160 if day < dt.date(2020, 7, 27) else 119570 for day in days]
    rows = [Bar(day, close) for day, close in zip(days, closes, strict=True)]
    history = clean(MARKETS["bist100"], rows, calendar, days[-1])
    assert history[0].day == dt.date(2020, 7, 27)
    assert history.dropped == {"scale": 5}
    assert set(history.closes) == {119570}


def test_riyadhs_week_is_told_on_a_thursday_and_its_lost_sundays_are_holes() -> None:
    calendar, market = sessions()["XSAU"], MARKETS["tadawul"]
    days = list(calendar.sessions(dt.date(2025, 6, 15), dt.date(2025, 9, 11)))
    rows = [Bar(day, 1_000_000 + 100 * (at or 2)) for at, day in enumerate(days)]
    whole = HistoryIndex(market, calendar, clean(market, rows, calendar, days[-1]))
    last = LiveBar(days[-1], whole.closes.values[-1], over=True, previous=whole.closes.values[-2])
    (week,) = periods.find(JudgedSession.of(PointInTime(whole, last), whole.closes.values[-2], 1.0))
    assert (week.period, week.change_pct) == ("week", 0.05)
    assert trend(whole, last).streak == len(days) - 2
    # Yahoo's bars lack the Sundays: then no run is known, and no week before this one.
    without = clean(market, [row for row in rows if row.day.weekday() != 6], calendar, days[-1])
    assert trend(HistoryIndex(market, calendar, without)).streak is None
