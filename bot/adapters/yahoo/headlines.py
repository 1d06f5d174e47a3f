"""What do Yahoo's news feeds of some symbols say? Titles as they stand there, with publisher, time and link.

The request is our own: yfinance keeps a symbol's news for ever. What has no time or no publisher does not exist;
advertisements and what cannot be read are passed over.
"""

import time
from collections.abc import Collection, Iterator
from functools import partial
from typing import Final

from bot.adapters.yahoo.connection import Attempts
from bot.adapters.yahoo.fields import field, instant
from bot.adapters.yahoo.source import PATIENCE, YahooSource
from bot.domain.attribution.headlines import Headline
from bot.services.ports import Clock

_LONGEST: Final = 500  # characters of anything that is kept


class YahooHeadlines:
    """Implements the port `HeadlineSource` over the connection of the quotes; while these fail it asks nothing."""

    def __init__(self, quotes: YahooSource, clock: Clock) -> None:
        """Share the connection of the source of quotes."""
        self._connection = quotes.connection
        self._attempts = Attempts(quotes.connection, clock, after=quotes.attempts)

    async def headlines(self, symbols: Collection[str]) -> tuple[Headline, ...]:
        """Return what stands in the feeds of these symbols; see the port."""
        async with self._attempts.attempt():
            client = await self._connection.client()
            found: dict[str, Headline] = {}
            for symbol in dict.fromkeys(symbols):
                stream = await self._connection.run(time.monotonic() + PATIENCE, partial(client.news, symbol))
                for headline in _headlines(stream, symbol):
                    known = found.get(headline.url)
                    feeds = (*known.symbols, symbol) if known else (symbol,)
                    found[headline.url] = headline.model_copy(update={"symbols": feeds})
        return tuple(found.values())


def _headlines(stream: object, symbol: str) -> Iterator[Headline]:
    for item in stream if isinstance(stream, list) else ():
        content = item.get("content") if isinstance(item, dict) and not item.get("ad") else None
        if not isinstance(content, dict):
            continue
        title, published = _text(content.get("title")), instant(content.get("pubDate"))
        publisher = _text(field(content.get("provider"), "displayName"))
        url = _text(field(content.get("canonicalUrl"), "url"))
        if title and publisher and url and published is not None:
            yield Headline(title=title, publisher=publisher, time=published, url=url, symbols=(symbol,))


def _text(value: object) -> str | None:
    """Return a line of text; None for what is none, or longer than any title or link."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text if 0 < len(text) <= _LONGEST else None
