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


def at(text: str, region: Region = Region.ASIA) -> StatusAnswer:
    return status(region, sessions(), dt.datetime.fromisoformat(text), "yahoo")


def test_every_market_of_the_region_is_there_in_catalogue_order() -> None:
    for region in Region:
        answer = status(region, sessions(), SEED, "yahoo")
        assert [one.market for one in answer.markets] == [one.key for one in of_region(region)]


def test_open_lunch_holiday_and_closed_at_once() -> None:
    states = {one.market: one for one in status(Region.ASIA, sessions(), SEED, "yahoo").markets}
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
    for one in at("2025-12-26T03:00:00+00:00", Region.WORLD).markets:
        assert one.next_open is not None
        assert one.next_close is not None
        assert min(one.next_open, one.next_close) > dt.datetime(2025, 12, 26, 3, tzinfo=dt.UTC)


def test_two_weeks_of_holidays_and_half_days() -> None:
    answer = at("2025-12-20T12:00:00+00:00", Region.WORLD)
    days = [one.date for one in answer.upcoming]
    assert days == sorted(days)
    assert all(dt.timedelta(0) <= day - dt.date(2025, 12, 20) <= dt.timedelta(days=DAYS_AHEAD + 1) for day in days)
    told = {(one.date.isoformat(), one.market): one for one in answer.upcoming}
    assert told["2025-12-25", "sp500"].name == "Christmas Day"
    early = told["2025-12-24", "sp500"]
    assert early.half_day
    assert early.close == dt.datetime(2025, 12, 24, 18, tzinfo=dt.UTC)
    assert ("2025-12-25", "nikkei") not in told
    assert not any(one.date.weekday() >= 5 for one in answer.upcoming)


def test_days_past_the_table_are_not_made_up() -> None:
    answer = at("2040-06-01T12:00:00+00:00")
    assert {one.state for one in answer.markets} == {ExchangeState.UNKNOWN}
    assert not answer.upcoming


def test_the_words_name_each_exchange_once() -> None:
    told = english_status.page(status(Region.ASIA, sessions(), SEED, "yahoo"), TERMINAL)
    assert told.title == "Asia: 11 of 13 exchanges trade now"
    assert told.details[0] == "Tokyo: open, closes 15:30 (in 1 h)"
    assert "Jakarta: lunch break until 13:30, closes 15:50 (in 3 h)" in told.details
    assert "Kuala Lumpur: closed for Malaysia Day, opens 09:00 (in 19 h)" in told.details
    assert sum(line.startswith("Tokyo:") for line in told.details) == 1
    assert "Tue Sep 23: Tokyo (Autumnal Equinox Day)" in told.details


def test_discord_counts_down_by_itself() -> None:
    told = english_status.page(status(Region.ASIA, sessions(), SEED, "yahoo"), DISCORD)
    assert told.details[0] == "**Tokyo**: open, closes <t:1758004200:t> (<t:1758004200:R>)"


def test_a_weekend_is_told_as_one() -> None:
    told = english_status.page(at("2025-09-20T05:00:00+00:00"), TERMINAL)
    assert told.title == "Asia: no exchange trades now"
    assert told.details[0] == "Tokyo: weekend, opens 09:00 (in 43 h)"
