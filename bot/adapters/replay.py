"""What did the markets look like at an instant of the past, by folders of CSV files?

A folder holds ``<market>.csv`` (``date,open,high,low,close``, blank where missing) and, where present, ``quotes.csv``:
the quotes of one moment (``market,level,previous_close,day_high,time`` and optionally ``day_low``). Whatever is dated
after the instant does not exist.
"""

import csv
import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.catalogue import MARKETS
from bot.domain.cleaning import clean
from bot.domain.errors import BadQuestion, NoQuotes
from bot.domain.history import Bar, History
from bot.domain.markets import Checkpoint, Market
from bot.domain.plausibility import Known, contradicted, in_range
from bot.domain.quotes import Observation, Source, session_date
from bot.domain.sessions import Calendar


class Replay:
    """Folders laid over one another, seen from an instant: of two files for one market the later folder's is used.

    Implements the quotes and the histories that questions are answered from. ``at`` is an aware instant; ``None``
    stands for just after the last close in the data.

    Raises:
        BadQuestion: if a folder is not there or a file in it cannot be read.
    """

    source: Source = "replay"
    failing = False

    def __init__(self, folders: Sequence[Path], calendars: Mapping[str, Calendar], at: dt.datetime | None) -> None:
        for folder in folders:
            if not folder.is_dir():
                raise BadQuestion(f"There is no folder {folder}.")
        self._calendars = calendars
        self._files = {key: path for folder in folders for key in MARKETS if (path := folder / f"{key}.csv").is_file()}
        self._moments = {
            seen.key: seen for folder in folders if (path := folder / "quotes.csv").is_file() for seen in _moments(path)
        }
        self._rows: dict[str, list[Bar]] = {}
        self._histories: dict[str, History | None] = {}
        self.at = at or self._last_close()

    def clock(self) -> dt.datetime:
        """Return the instant that everything is seen from."""
        return self.at

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return the newest level of each market: the moment's while its session runs, else the last close."""
        return {key: seen for key in keys if key in MARKETS and (seen := self._observation(MARKETS[key]))}

    def history(self, key: str) -> History | None:
        """Return the cleaned bars of the sessions that were over."""
        if key not in self._histories:
            self._histories[key] = self._cleaned(MARKETS[key]) if key in self._files else None
        return self._histories[key]

    def checkpoints(self, key: str) -> Collection[Checkpoint]:
        """Return the older records that were known by then."""
        today = session_date(MARKETS[key], self.at)
        return tuple(one for one in MARKETS[key].checkpoints if one.date <= today)

    def _observation(self, market: Market) -> Observation | None:
        calendar, moment, refused = self._calendars[market.mic], self._moments.get(market.key), False
        if moment is not None and moment.time <= self.at:
            session = calendar.session(session_date(market, moment.time))
            if session and session.open <= moment.time <= session.close and self.at < session.close:
                known = Known(market, calendar, self.history(market.key))
                refused = contradicted(known, moment)
                if not refused:
                    return replace(in_range(known, moment), fetched_at=self.at, bar_agrees=True)
        history = self.history(market.key)
        if not history:
            return None
        bar = history[-1]
        assert bar.close is not None
        closed = self._close(market, bar.day)
        last = Observation(market.key, bar.close, closed, self.at, None, bar.high, bar.low, bar_agrees=True)
        return replace(last, rejected=refused)

    def _cleaned(self, market: Market) -> History:
        final = self._calendars[market.mic].last_completed(self.at).day
        visible = [row for row in self._bars(market) if self._close(market, row.day) <= self.at]
        return clean(market, visible, self._calendars[market.mic], max(final, visible[-1].day) if visible else final)

    def _close(self, market: Market, day: dt.date) -> dt.datetime:
        session = self._calendars[market.mic].session(day)
        # A day that the table does not know has no hours: it is over when the day is.
        midnight = dt.datetime.combine(day, dt.time(23, 59, 59), ZoneInfo(market.zone))
        return session.close if session else midnight.astimezone(dt.UTC)

    def _bars(self, market: Market) -> list[Bar]:
        if market.key not in self._rows:
            self._rows[market.key] = list(_bars(self._files[market.key], market))
        return self._rows[market.key]

    def _last_close(self) -> dt.datetime:
        closes = [
            self._close(MARKETS[key], rows[-1].day) for key in self._files if (rows := self._bars(MARKETS[key]))
        ] + [seen.time for seen in self._moments.values()]
        if not closes:
            raise NoQuotes("The folders hold no market's history.")
        return max(closes)


def _bars(path: Path, market: Market) -> Iterator[Bar]:
    def units(text: str) -> int | None:
        return market.units(text) if len(text) else None  # a row that ends too early has None there: a TypeError

    for number, row in _table(path):
        try:
            day, opened, high, low, close = row["date"], row["open"], row["high"], row["low"], row["close"]
            yield Bar(dt.date.fromisoformat(day), units(close), units(high), units(low), units(opened))
        except (KeyError, ValueError, TypeError) as error:
            raise BadQuestion(f"Line {number} of {path} is not a daily bar.") from error


def _moments(path: Path) -> Iterator[Observation]:
    for number, row in _table(path):
        try:
            market = MARKETS.get(row["market"])
            if market is None:
                continue
            high, low, previous = (
                market.units(text) if (text := row.get(field)) else None
                for field in ("day_high", "day_low", "previous_close")
            )
            time, level = dt.datetime.fromisoformat(row["time"]).astimezone(dt.UTC), market.units(row["level"])
            if any(units is not None and units <= 0 for units in (level, previous, high, low)):
                raise BadQuestion(f"Line {number} of {path} is not a quote: every figure in it must be above zero.")
            yield Observation(market.key, level, time, time, previous, high, low)
        except (KeyError, ValueError, TypeError) as error:
            raise BadQuestion(f"Line {number} of {path} is not a quote.") from error


def _table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from enumerate(csv.DictReader(file), start=2)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadQuestion(f"{path} cannot be read.") from error
