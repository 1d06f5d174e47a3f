"""What does the real yfinance bring of stocks, and do the figures still come where it brings nothing?"""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.files.packaged import sessions, weights
from bot.adapters.yahoo import securities as adapter
from bot.adapters.yahoo.securities import YahooSecurities
from bot.adapters.yahoo.source import YahooSource
from bot.app import market_data
from bot.domain.errors import NoQuotes, SourceRefuses
from bot.domain.markets.market import Region
from tests.factories import settings
from tests.fakes import FakeClock
from tests.loopback.yahoo import LoopbackYahoo, forget
from tests.loopback.yahoo_world import default_world

SEOUL = "Asia/Seoul"
AS_OF = date(2026, 10, 2)
AT = datetime(2026, 11, 27, 11, 0, tzinfo=ZoneInfo(SEOUL))
"""A Friday, two hours after Seoul's open; the weights of the table are eight weeks old."""
LONG = 100.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(AT.isoformat())


@pytest.fixture
def server(server: LoopbackYahoo) -> LoopbackYahoo:
    """Add the KOSPI's heavyweights: all at 100 in October, 110 on Thursday, and the two largest up since."""
    server.world = default_world(AT, sessions_back=60)
    for number, row in enumerate(weights().of("kospi")):
        closes = {AS_OF: 100.0, date(2026, 11, 26): 110.0}
        price = 110.0 * (1.04 if number < 2 else 1.001)
        server.world.stock(row.symbol, SEOUL, closes, price, AT - timedelta(minutes=20))
    return server


@pytest.fixture
def securities(source: YahooSource, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> YahooSecurities:
    monkeypatch.setattr(adapter, "PATIENCE", LONG)
    monkeypatch.setattr(adapter, "BARS_PATIENCE", LONG)
    return YahooSecurities(source, clock)


SYMBOLS = tuple(row.symbol for row in weights().of("kospi"))


async def test_prices_come_in_one_request(securities: YahooSecurities, server: LoopbackYahoo) -> None:
    quotes = await securities.securities(SYMBOLS)
    assert set(quotes) == set(SYMBOLS)
    assert server.counts["quote"] == 1
    samsung = quotes["005930.KS"]
    assert (samsung.previous_close, samsung.change_pct, samsung.volume) == (110.0, 4.0, 1000)
    assert samsung.time == AT - timedelta(minutes=20)


async def test_what_is_left_out_is_missing_and_never_guessed(
    securities: YahooSecurities, server: LoopbackYahoo
) -> None:
    server.left_out = {"005930.KS"}
    server.world.quotes["000660.KS"]["regularMarketPrice"] = None
    server.world.quotes["402340.KS"]["regularMarketTime"] = int((AT + timedelta(hours=1)).timestamp())
    server.world.quotes["009150.KS"]["regularMarketPreviousClose"] = "NaN"
    server.world.quotes["373220.KS"]["regularMarketPreviousClose"] = 1.1  # another unit of its currency
    quotes = await securities.securities(SYMBOLS)
    assert not {"005930.KS", "000660.KS", "402340.KS"} & set(quotes)
    assert quotes["009150.KS"].change is None
    assert quotes["373220.KS"].change is None


async def test_the_close_that_a_weight_drifts_from_and_splits_since(
    securities: YahooSecurities, server: LoopbackYahoo
) -> None:
    base = await securities.base_close("005930.KS", AS_OF)
    assert base is not None
    assert (base.close, base.split) == (100.0, None)
    server.world.split("005930.KS", date(2026, 11, 26), 50, SEOUL)
    base = await securities.base_close("005930.KS", AS_OF)
    assert base is not None
    assert base.split == date(2026, 11, 26)
    base = await securities.base_close("005930.KS", date(2026, 11, 26))
    assert base is not None
    assert base.split is None, "not after the day of the weight"
    assert await securities.base_close("UNKNOWN.KS", AS_OF) is None


@pytest.mark.parametrize("fault", ["429", "500", "html", "torn", "cut", "401"])
@pytest.mark.parametrize("kind", ["quote", "chart"])
async def test_every_fault_is_an_error_of_ours_or_nothing(
    securities: YahooSecurities, server: LoopbackYahoo, fault: str, kind: str
) -> None:
    server.faults = {kind: fault}
    try:
        quotes = await securities.securities(SYMBOLS) if kind == "quote" else None
        base = await securities.base_close("005930.KS", AS_OF) if kind == "chart" else None
    except SourceRefuses:
        assert fault == "429"
    except NoQuotes:
        assert fault != "429"
    else:
        assert not quotes
        assert base is None


async def test_while_quotes_fail_stocks_are_not_asked_for(
    securities: YahooSecurities, source: YahooSource, server: LoopbackYahoo
) -> None:
    server.fault = "429"
    with pytest.raises(SourceRefuses):
        await source.observe(["kospi"])
    before = len(server.requests)
    with pytest.raises(NoQuotes):
        await securities.securities(SYMBOLS)
    with pytest.raises(NoQuotes):
        await securities.base_close("005930.KS", AS_OF)
    assert len(server.requests) == before


@pytest.mark.parametrize("fault", [None, "429", "500", "html", "torn", "cut", "missing"])
async def test_the_figures_come_without_a_reason(
    server: LoopbackYahoo, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str | None
) -> None:
    """Through the whole bot: whether charts fail or stocks are left out, the level is there, and the rest is not."""
    monkeypatch.setattr(adapter, "PATIENCE", LONG)
    monkeypatch.setattr(adapter, "BARS_PATIENCE", LONG)
    monkeypatch.setattr("bot.services.stocks.LONGEST_WAIT", LONG)
    forget()
    if fault == "missing":
        server.left_out = set(SYMBOLS)
    source = YahooSource(server.url, tmp_path / "cache", sessions(), clock, patience=LONG)
    async with market_data(settings(tmp_path), yahoo=source, clock=clock) as data:
        if fault not in (None, "missing"):
            server.faults = {"chart": fault}
        answer = await data.questions.why("kospi")
        assert answer.quote.level == server.world.of("kospi")["regularMarketPrice"]
        index = await data.questions.index("kospi")
        assert index.quote.level == answer.quote.level
        if fault == "missing":
            assert answer.why is None
            assert answer.unavailable[0] == "stocks"
        elif answer.why is None:
            assert fault == "429", "a refusal of any chart keeps the stocks from being asked for as well"
        else:
            assert answer.why is not None
            assert [part.symbol for part in answer.why.contributions][:2] == ["005930.KS", "000660.KS"]


async def test_a_thousand_askers_of_a_summary_cost_one_refresh_of_quotes_and_of_stocks(
    server: LoopbackYahoo, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for stocks: who asks first is told without them, and says so; who asks next is told with them."""
    monkeypatch.setattr(adapter, "PATIENCE", LONG)
    monkeypatch.setattr(adapter, "BARS_PATIENCE", LONG)
    forget()
    source = YahooSource(server.url, tmp_path / "cache", sessions(), clock, patience=LONG)
    async with market_data(settings(tmp_path), yahoo=source, clock=clock) as data:
        answers = await asyncio.gather(*(data.questions.summary(Region.ASIA) for _ in range(1000)))
        assert {market.market for market in answers[0].markets if market.counted}
        stocks = data.reasons[0]
        assert stocks is not None
        await stocks.renew(["kospi"], ())
        asked = [set(request.symbols) for request in server.requests if request.kind == "quote"]
        assert sum("^N225" in symbols and "ES=F" in symbols for symbols in asked) == 1, "the quotes"
        assert sum("005930.KS" in symbols for symbols in asked) == 1, "the stocks"
        told = await data.questions.summary(Region.ASIA)
        assert "kospi" in {made.market for made in told.why}
        assert "nikkei" in told.why_missing
