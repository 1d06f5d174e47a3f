"""Which exchanges trade, and which will not: from the sessions table alone."""

import datetime as dt

from bot.adapters.files.packaged import sessions
from bot.domain.calendars.calendar import ExchangeState
from bot.domain.markets.catalogue import of_region
from bot.domain.markets.market import Region
from bot.domain.status import DAYS_AHEAD, StatusAnswer, status
from bot.views.en import status as english_status
from bot.views.page import DISCORD, TERMINAL

SEED = dt.datetime(2025, 9, 16, 5, 10, tzinfo=dt.UTC)


def status_at(text: str, region: Region = Region.ASIA) -> StatusAnswer:
    return status(region, sessions(), dt.datetime.fromisoformat(text), "yahoo")


def test_every_market_of_the_region_is_there_in_catalogue_order() -> None:
    for region in Region:
        answer = status(region, sessions(), SEED, "yahoo")
        assert [exchange.market for exchange in answer.markets] == [market.key for market in of_region(region)]


def test_open_lunch_holiday_and_closed_at_once() -> None:
    states = {exchange.market: exchange for exchange in status(Region.ASIA, sessions(), SEED, "yahoo").markets}
    assert states["nikkei"].state is ExchangeState.OPEN
    assert states["jci"].state is ExchangeState.BREAK
    assert states["klci"].state is ExchangeState.HOLIDAY
    assert states["klci"].holiday == "Malaysia Day"
    assert states["klci"].session is None
    assert states["nzx50"].state is ExchangeState.CLOSED
    nikkei = states["nikkei"].session
    assert nikkei is not None
    assert nikkei.close == dt.datetime(2025, 9, 16, 6, 30, tzinfo=dt.UTC)


def test_the_next_opening_and_closing_come_after_the_instant() -> None:
    for exchange in status_at("2025-12-26T03:00:00+00:00", Region.WORLD).markets:
        assert exchange.next_open is not None
        assert exchange.next_close is not None
        assert min(exchange.next_open, exchange.next_close) > dt.datetime(2025, 12, 26, 3, tzinfo=dt.UTC)


def test_two_weeks_of_holidays_and_half_days() -> None:
    answer = status_at("2025-12-20T12:00:00+00:00", Region.WORLD)
    days = [day.date for day in answer.upcoming]
    assert days == sorted(days)
    assert all(dt.timedelta(0) <= day - dt.date(2025, 12, 20) <= dt.timedelta(days=DAYS_AHEAD + 1) for day in days)
    upcoming = {(day.date.isoformat(), day.market): day for day in answer.upcoming}
    assert upcoming["2025-12-25", "sp500"].name == "Christmas Day"
    early = upcoming["2025-12-24", "sp500"]
    assert early.half_day
    assert early.close == dt.datetime(2025, 12, 24, 18, tzinfo=dt.UTC)
    assert ("2025-12-25", "nikkei") not in upcoming
    assert not any(day.date.weekday() >= 5 for day in answer.upcoming)


def test_days_past_the_table_are_not_made_up() -> None:
    answer = status_at("2040-06-01T12:00:00+00:00")
    assert {exchange.state for exchange in answer.markets} == {ExchangeState.UNKNOWN}
    assert not answer.upcoming


def test_the_words_name_each_exchange_once() -> None:
    page = english_status.page(status(Region.ASIA, sessions(), SEED, "yahoo"), TERMINAL)
    assert page.title == "Asia: 11 of 13 exchanges trade now"
    assert page.details[0] == "Tokyo: open, closes 15:30 (in 1 h)"
    assert "Jakarta: lunch break until 13:30, closes 15:50 (in 3 h)" in page.details
    assert "Kuala Lumpur: closed for Malaysia Day, opens 09:00 (in 19 h)" in page.details
    assert sum(line.startswith("Tokyo:") for line in page.details) == 1
    assert "Tue Sep 23: Tokyo (Autumnal Equinox Day)" in page.details


def test_discord_counts_down_by_itself() -> None:
    page = english_status.page(status(Region.ASIA, sessions(), SEED, "yahoo"), DISCORD)
    assert page.details[0] == "**Tokyo**: open, closes 15:30 (<t:1758004200:R>)"


def test_a_weekend_is_told_as_one() -> None:
    page = english_status.page(status_at("2025-09-20T05:00:00+00:00"), TERMINAL)
    assert page.title == "Asia: no exchange trades now"
    assert page.details[0] == "Tokyo: weekend, opens 09:00 (in 43 h)"
