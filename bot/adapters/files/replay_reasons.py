"""Which headlines and economic figures were known at an instant of the past, according to folders of CSV files?

``headlines.csv`` holds titles (``time,publisher,title,url,symbols``; symbols separated by blanks), ``events.csv``
figures with the instant of their publication (``time,country,name,actual,expected,prior`` and optionally ``period``). A
headline that is later than the instant does not exist; of a figure that is, only the consensus and the one before are
known.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path

from bot.adapters.files import csv_files
from bot.domain.attribution.events import EconomicEvent, RawEvent, economic_event, seen_from
from bot.domain.attribution.headlines import Headline
from bot.domain.errors import reason_of
from bot.domain.markets.catalogue import MARKETS


class ReplayHeadlines:
    """Implements the port `HeadlineFacts` at one instant; there are none where no folder has the file."""

    revision = 0

    def __init__(self, folders: Sequence[Path], at: dt.datetime) -> None:
        """Read the folders' files; BadQuestion where one cannot be read, or a row is wrong."""
        paths = [path for folder in folders if csv_files.is_there(path := folder / "headlines.csv")]
        self._known = [headline for path in paths for headline in _headlines(path) if headline.time <= at]
        self._is_known = bool(paths)

    def headlines(self, market: str) -> Sequence[Headline] | None:
        """Return those in the feed of the market's symbol, and those in nobody's; ``None`` without a file."""
        if not self._is_known:
            return None
        symbol = MARKETS[market].symbol
        return [headline for headline in self._known if not headline.symbols or symbol in headline.symbols]

    async def renew(self, market: str, symbols: Collection[str]) -> None:
        """Do nothing: all is known."""


class ReplayEvents:
    """Implements the port `EventFacts` at one instant."""

    revision = 0

    def __init__(self, folders: Sequence[Path], at: dt.datetime) -> None:
        """Read the folders' files; BadQuestion where one cannot be read, or a row is wrong."""
        paths = [path for folder in folders if csv_files.is_there(path := folder / "events.csv")]
        found = [event for path in paths for event in _events(path)]
        self.events: Sequence[EconomicEvent] | None = seen_from(found, at) if paths else None

    async def renew(self) -> None:
        """Do nothing: all is known."""

    def begin(self) -> None:
        """Do nothing: all is known."""


def _headlines(path: Path) -> list[Headline]:
    found = []
    columns = ("time", "publisher", "title", "url", "symbols")
    for line, (time, publisher, title, url, symbols) in csv_files.read_rows(path, "headline", columns):
        try:
            instant = csv_files.instant(time)
        except ValueError as error:
            raise csv_files.wrong(path, line, "headline", reason_of(error)) from None
        found.append(Headline(title=title, publisher=publisher, time=instant, url=url, symbols=tuple(symbols.split())))
    return found


def _events(path: Path) -> list[EconomicEvent]:
    found = []
    columns = ("time", "country", "name", "actual", "expected", "prior")
    for line, (time, country, name, *figures, period) in csv_files.read_rows(path, "figure", columns, ("period",)):
        try:
            raw = RawEvent(name, country, csv_files.instant(time), period or None, *map(_figure, figures))
        except ValueError as error:
            raise csv_files.wrong(path, line, "figure", reason_of(error)) from None
        if (event := economic_event(raw)) is not None:
            found.append(event)
    return found


def _figure(text: str) -> float | None:
    return csv_files.figure(text) if text else None
