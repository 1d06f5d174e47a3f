"""What did the markets look like at an instant of the past, according to folders of CSV files?

A folder holds ``<market>.csv`` (``date,open,high,low,close``, blank where missing) and, where present, ``quotes.csv``:
one quote a market (``market,level,time`` and optionally ``previous_close,day_high,day_low``). Whatever is dated after
the instant does not exist. Rows may stand in any order; two for one day, or for one market, are refused: nobody could
tell which of them is meant.
"""

import datetime as dt
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.files import csv_files
from bot.domain.calendars.calendar import Calendar
from bot.domain.errors import BadQuestion, Failure, FailureCode, NoQuotes, reason_of
from bot.domain.history.bars import Bar, History
from bot.domain.history.cleaning import clean
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import KnownLevel, Market
from bot.domain.model import Source
from bot.domain.plausibility import Known, contradicted, in_range
from bot.domain.quotes import Observation, session_date

_OVER_EVERYWHERE: Final = dt.timedelta(days=2)  # this long before an instant, a day is over in every zone

_day = attrgetter("day")


class Replay:
    """Folders laid over one another, seen from an instant; of two files for one market the later folder's counts.

    Implements the ports `Quotes` and `Histories`. ``at`` is an aware instant; ``None`` stands for just after the last
    close in the data.

    Raises:
        BadQuestion: if a folder is not there or a file in it cannot be read.
    """

    source: Source = "replay"
    failing = False

    def __init__(self, folders: Sequence[Path], calendars: Mapping[str, Calendar], at: dt.datetime | None) -> None:
        for folder in folders:
            if not _is_folder(folder):
                raise BadQuestion(FailureCode.NO_FOLDER, path=str(folder))
        self._calendars = calendars
        self._files = {
            key: path for folder in folders for key in MARKETS if csv_files.is_there(path := folder / f"{key}.csv")
        }
        self._quotes = {
            quote.key: quote
            for folder in folders
            if csv_files.is_there(path := folder / "quotes.csv")
            for quote in _read_quotes(path)
        }
        self._rows: dict[str, list[Bar]] = {}
        self._histories: dict[str, History | None] = {}
        self.at = at or self._last_close()

    def clock(self) -> dt.datetime:
        """Return the instant that everything is seen from, in UTC."""
        return self.at

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return what is `known`; nothing has to be waited for."""
        return self.known(keys)

    def known(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return the newest level of each market: its quote while the quote's session runs, else the last close."""
        return {key: observation for key in keys if key in MARKETS and (observation := self._observation(MARKETS[key]))}

    def history(self, key: str) -> History | None:
        """Return the cleaned bars of the sessions that were over at the instant; None where there is no file."""
        if key not in self._histories:
            self._histories[key] = self._cleaned(MARKETS[key]) if key in self._files else None
        return self._histories[key]

    def known_levels(self, key: str) -> Collection[KnownLevel]:
        """Return the older records that were known by the instant."""
        today = session_date(MARKETS[key], self.at)
        return tuple(level for level in MARKETS[key].known_levels if level.date <= today)

    def _observation(self, market: Market) -> Observation | None:
        calendar, quote, rejected = self._calendars[market.mic], self._quotes.get(market.key), False
        if quote is not None and quote.time <= self.at:
            session = calendar.session(session_date(market, quote.time))
            if session and session.open <= quote.time <= session.close and self.at < session.close:
                known = Known(market, calendar, self.history(market.key))
                rejected = contradicted(known, quote)
                if not rejected:
                    return replace(in_range(known, quote), fetched_at=self.at, bar_agrees=True)
        history = self.history(market.key)
        if not history:
            return None
        bar = history[-1]
        assert bar.close is not None
        close_time = self._close_time(market, bar.day)
        last = Observation(market.key, bar.close, close_time, self.at, None, bar.high, bar.low, bar_agrees=True)
        return replace(last, rejected=rejected)

    def _cleaned(self, market: Market) -> History:
        final = self._calendars[market.mic].last_completed(self.at).day
        rows = self._all_bars(market)
        certain = bisect_right(rows, self.at.date() - _OVER_EVERYWHERE, key=_day)
        visible = rows[:certain] + [row for row in rows[certain:] if self._close_time(market, row.day) <= self.at]
        return clean(market, visible, self._calendars[market.mic], max(final, visible[-1].day) if visible else final)

    def _close_time(self, market: Market, day: dt.date) -> dt.datetime:
        session = self._calendars[market.mic].session(day)
        # A day that the calendar does not know has no hours: its session is over when the day is.
        midnight = dt.datetime.combine(day, dt.time(23, 59, 59), ZoneInfo(market.zone))
        return session.close if session else midnight.astimezone(dt.UTC)

    def _all_bars(self, market: Market) -> list[Bar]:
        if market.key not in self._rows:
            self._rows[market.key] = _read_bars(self._files[market.key], market)
        return self._rows[market.key]

    def _last_close(self) -> dt.datetime:
        closes = [
            self._close_time(MARKETS[key], rows[-1].day)
            for key in self._files
            if (rows := self._all_bars(MARKETS[key]))
        ] + [quote.time for quote in self._quotes.values()]
        if not closes:
            raise NoQuotes(FailureCode.NO_HISTORY_IN_FOLDERS)
        return max(closes)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, or a folder above it that may not be entered
        return False


def _read_bars(path: Path, market: Market) -> list[Bar]:
    """Read a market's daily bars, oldest first."""
    bars: list[Bar] = []
    lines = array("q")
    for line, (day, open_text, high_text, low_text, close_text) in csv_files.read_rows(
        path, "daily bar", ("date", "open", "high", "low", "close")
    ):
        try:
            prices = [csv_files.price(market, text) for text in (close_text, high_text, low_text, open_text)]
            bars.append(Bar(csv_files.day(day), *prices))
        except ValueError as error:
            raise csv_files.wrong(path, line, "daily bar", reason_of(error)) from None
        lines.append(line)
    ordered = sorted(bars, key=_day)
    for before, bar in pairwise(ordered):
        if before.day == bar.day:
            first, second, *_ = (line for line, row in zip(lines, bars, strict=True) if row.day == bar.day)
            raise BadQuestion(FailureCode.LINE_SAME_DATE, line=second, path=str(path), first=first, day=bar.day)
    return ordered


def _read_quotes(path: Path) -> Iterator[Observation]:
    """Yield the quotes of a file; a market that the catalogue lacks is passed over."""
    columns, optional = ("market", "level", "time"), ("previous_close", "day_high", "day_low")
    lines: dict[str, int] = {}
    for line, (key, level_text, time_text, previous_text, high_text, low_text) in csv_files.read_rows(
        path, "quote", columns, optional
    ):
        market = MARKETS.get(key)
        if market is None:
            continue
        if key in lines:
            raise BadQuestion(FailureCode.LINE_SAME_MARKET, line=line, path=str(path), first=lines[key], key=key)
        lines[key] = line
        try:
            level = csv_files.known_price(market, level_text)
            previous, high, low = (csv_files.price(market, text) for text in (previous_text, high_text, low_text))
            instant = csv_files.instant(time_text)
        except ValueError as error:
            raise csv_files.wrong(path, line, "quote", reason_of(error)) from None
        if any(units is not None and units <= 0 for units in (level, previous, high, low)):
            raise csv_files.wrong(path, line, "quote", Failure(FailureCode.NOT_POSITIVE))
        yield Observation(market.key, level, instant, instant, previous, high, low)
