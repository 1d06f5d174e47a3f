"""What does the real yfinance bring of headlines, and what is passed over?"""

from typing import Any

import pytest

from bot.adapters.yahoo import headlines as adapter
from bot.adapters.yahoo.headlines import YahooHeadlines
from bot.adapters.yahoo.source import YahooSource
from bot.domain.errors import NoQuotes, SourceRefuses
from bot.services.news import News
from tests.fakes import FakeClock
from tests.loopback.yahoo import LoopbackYahoo
from tests.loopback.yahoo_world import SEED


def item(title: Any = "KOSPI stocks rally", at: Any = "2025-09-16T02:00:00Z", **fields: Any) -> dict[str, Any]:
    content = {
        "title": title,
        "pubDate": at,
        "provider": {"displayName": "Reuters"},
        "canonicalUrl": {"url": f"https://example.com/{title}"},
        "contentType": "STORY",
    }
    return {"id": "1", "content": content | fields}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(SEED)


@pytest.fixture
def feed(source: YahooSource, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> YahooHeadlines:
    monkeypatch.setattr(adapter, "PATIENCE", 100.0)
    return YahooHeadlines(source, clock)


async def test_titles_come_as_they_stand_with_their_feeds(feed: YahooHeadlines, server: LoopbackYahoo) -> None:
    server.news = {"^KS11": [item(), item("Chips")], "005930.KS": [item()]}
    found = await feed.headlines(["^KS11", "005930.KS"])
    assert [(headline.title, headline.symbols) for headline in found] == [
        ("KOSPI stocks rally", ("^KS11", "005930.KS")),
        ("Chips", ("^KS11",)),
    ]
    assert found[0].publisher == "Reuters"
    assert found[0].time.isoformat() == "2025-09-16T02:00:00+00:00"
    assert [request.host for request in server.requests if request.kind == "news"] == ["finance.yahoo.com"] * 2


async def test_what_is_no_headline_is_passed_over(feed: YahooHeadlines, server: LoopbackYahoo) -> None:
    server.news["^KS11"] = [
        {"ad": [1], **item()},
        {"ad": {}},
        item(at=None),
        item(at="yesterday"),
        item(at="2025-09-16T02:00:00"),
        item(title=None),
        item(title=" "),
        item(title="x" * 600),
        item(provider=None),
        item(canonicalUrl={"url": 5}),
        {"content": []},
        {},
    ]
    assert await feed.headlines(["^KS11"]) == ()


@pytest.mark.parametrize("fault", ["429", "500", "html", "torn", "cut", "401"])
async def test_every_fault_is_an_error_of_ours_or_nothing(
    feed: YahooHeadlines, source: YahooSource, server: LoopbackYahoo, clock: FakeClock, fault: str
) -> None:
    server.faults = {"news": fault}
    try:
        found = await feed.headlines(["^KS11"])
    except SourceRefuses:
        assert fault == "429"
    except NoQuotes:
        assert fault in ("cut", "500")
    else:
        assert found == ()
    server.faults = {}
    assert await source.observe(["kospi"]), "the quotes are none the worse for it"


async def test_a_page_of_five_megabytes_is_not_read(feed: YahooHeadlines, server: LoopbackYahoo) -> None:
    server.news["^KS11"] = [item(), {"padding": "x" * 5_000_000}]
    assert await feed.headlines(["^KS11"]) == ()


async def test_they_are_fresh_for_ten_minutes(feed: YahooHeadlines, server: LoopbackYahoo, clock: FakeClock) -> None:
    server.news["^KS11"] = [item()]
    news = News(feed, clock)
    for _ in range(3):
        await news.renew("kospi", ["^KS11"])
    assert server.counts["news"] == 1
    assert [headline.title for headline in news.headlines("kospi") or ()] == ["KOSPI stocks rally"]
    assert news.revision == 1
    clock.move(minutes=11)
    await news.renew("kospi", ["^KS11"])
    assert (server.counts["news"], news.revision) == (2, 1)
    server.faults = {"news": "429"}
    clock.move(minutes=11)
    for _ in range(3):
        await news.renew("kospi", ["^KS11"])
    assert server.counts["news"] == 3
    assert news.headlines("kospi"), "the last ones stay; their window drops them"
    await news.close()
