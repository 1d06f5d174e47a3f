"""What can be asked? One method a question, each returns an answer that holds every fact shown."""

import datetime as dt
import itertools
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from bot.domain.answers import (
    AboutAnswer,
    Answer,
    CommandHelp,
    HelpAnswer,
    IndexAnswer,
    MarketRecord,
    RecordAnswer,
    RecordsAnswer,
)
from bot.domain.calendars.calendar import Calendar
from bot.domain.errors import FailureCode, NoQuotes
from bot.domain.markets.catalogue import MARKETS, listing, of_region
from bot.domain.markets.market import Instrument, Market, Region
from bot.domain.markets.search import find
from bot.domain.model import AnswerBase, Note, NoteKind
from bot.domain.quotes import Observation, percent, session_date
from bot.domain.records.facts import ClosingRecord, RecordFacts, SessionRecord
from bot.domain.status import StatusAnswer, market_status, status
from bot.services.grammar import Command, read
from bot.services.market_snapshots import MarketSnapshot, MarketSnapshots
from bot.services.ports import Clock, Histories, Quotes

if TYPE_CHECKING:
    from bot.domain.summary.answer import ContextItem, SummaryAnswer

VERSION = "0.1.0"

_Told = TypeVar("_Told", bound=AnswerBase)


class Questions:
    """Answers questions from a source of quotes, the histories and the sessions table, at the clock's instant."""

    def __init__(
        self,
        quotes: Quotes,
        histories: Histories,
        calendars: Mapping[str, Calendar],
        clock: Clock,
        commands: Collection[Command] = (),
        standings: MarketSnapshots | None = None,
    ) -> None:
        """Answer from these; ``commands`` is what `ask` understands, ``standings`` what others judge by as well."""
        self._quotes = quotes
        self._calendars = calendars
        self._clock = clock
        self._commands = commands
        self._standings = standings or MarketSnapshots(histories, calendars)
        self._kept: dict[str, tuple[object, Any]] = {}
        self._revisions = itertools.count(1)

    async def ask(self, line: str) -> Answer:
        """Answer a command as it is typed: "/index nikkei", "/record market: kospi", "/asia summary".

        Raises:
            BadQuestion: if there is no such command.
            MarketError: as the question itself does.
        """
        command, market = read(line, self._commands)
        return await command.ask(self, market)

    async def index(self, text: str) -> IndexAnswer:
        """Answer ``/index``: a market's level, what it means and where it comes from.

        Raises:
            UnknownMarket: if no market goes by this name.
            NoQuotes: if no level of it is known.
        """
        market = find(text)
        seen, now = await self._sight(market)

        def told() -> IndexAnswer:
            one = self._standings.of(market, seen, now)
            return IndexAnswer(
                as_of=now,
                source=self._quotes.source,
                notes=self._notes(one),
                quote=one.quote,
                record=one.record,
                trend=one.trend,
                exchange=market_status(market, one.calendar, now),
            )

        return self._once(f"index {market.key}", self._basis([market], {market.key: seen}, now), now, told)

    async def record(self, text: str) -> RecordAnswer:
        """Answer ``/record`` for one market; raises as `index` does."""
        market = find(text)
        seen, now = await self._sight(market)

        def told() -> RecordAnswer:
            one = self._standings.of(market, seen, now)
            return RecordAnswer(
                as_of=now,
                source=self._quotes.source,
                notes=self._notes(one),
                exchange=market_status(market, one.calendar, now),
                **_record_fields(one),
            )

        return self._once(f"record {market.key}", self._basis([market], {market.key: seen}, now), now, told)

    async def records(self) -> RecordsAnswer:
        """Answer ``/record`` for all markets: those at a record first, then by distance from it.

        Raises:
            NoQuotes: if nothing is known of any market.
        """
        markets = tuple(MARKETS.values())
        seen, now = await self._seen(markets)

        def board() -> RecordsAnswer:
            standings = self._stand(markets, seen, now)
            return RecordsAnswer(
                as_of=now,
                source=self._quotes.source,
                notes=self._general(standings),
                markets=tuple(sorted((MarketRecord(**_record_fields(one)) for one in standings), key=_nearest_first)),
            )

        return self._once("records", self._basis(markets, seen, now), now, board)

    async def summary(self, region: Region) -> "SummaryAnswer":
        """Answer ``/asia summary`` and its like.

        The facts are worked out once for each new set of quotes, phase of the sessions or revision of the history.

        Raises:
            NoQuotes: if nothing is known of any market of the region.
        """
        # The largest part of the domain, which half of the command line's questions never need.
        from bot.domain.summary.highlights import MarketFacts  # noqa: PLC0415
        from bot.domain.summary.summary import CONTEXT, summary  # noqa: PLC0415

        markets, elsewhere = of_region(region), CONTEXT[region]
        seen, now = await self._seen(markets, elsewhere)

        def told() -> "SummaryAnswer":
            standings = self._stand(markets, seen, now)
            facts = [
                MarketFacts(one.market, one.calendar, one.quote, one.record, one.trend, one.history)
                for one in standings
            ]
            context = [self._context_item(key, seen[key], now) for key in elsewhere if key in seen]
            notes = self._general(standings)
            return summary(region, facts, context, now, source=self._quotes.source, notes=notes)

        also = tuple(MARKETS[key] for key in elsewhere if key in MARKETS)
        return self._once(f"summary {region}", self._basis((*markets, *also), seen, now), now, told)

    async def status(self, region: Region) -> StatusAnswer:
        """Answer ``/asia status`` and its like from the sessions table alone: it needs no source of quotes."""
        now = self._clock()
        second = now.replace(microsecond=0)  # no exchange opens or closes within one
        return self._once(
            f"status {region}", second, now, lambda: status(region, self._calendars, now, self._quotes.source)
        )

    async def help(self) -> HelpAnswer:
        """Answer ``/help``."""
        now = self._clock()

        def told() -> HelpAnswer:
            listed = tuple(CommandHelp(name=one.name, description=one.description) for one in self._commands)
            return HelpAnswer(as_of=now, source=self._quotes.source, commands=listed)

        return self._once("help", None, now, told)

    async def about(self) -> AboutAnswer:
        """Answer ``/about``."""
        now = self._clock()

        def told() -> AboutAnswer:
            return AboutAnswer(as_of=now, source=self._quotes.source, version=VERSION, markets=len(MARKETS))

        return self._once("about", None, now, told)

    async def _sight(self, market: Market) -> tuple[Observation, dt.datetime]:
        seen = (await self._quotes.observe([market.key])).get(market.key)
        if seen is None:
            raise NoQuotes(FailureCode.NO_LEVEL, market=market.key)
        return seen, self._clock()

    async def _seen(
        self, markets: Collection[Market], context: Collection[str] = ()
    ) -> tuple[Mapping[str, Observation], dt.datetime]:
        keys = [one.key for one in markets]
        seen = await self._quotes.observe([*keys, *context])
        if not any(key in seen for key in keys):
            raise NoQuotes(FailureCode.NO_LEVELS)
        return seen, self._clock()

    def _stand(
        self, markets: Collection[Market], seen: Mapping[str, Observation], now: dt.datetime
    ) -> list[MarketSnapshot]:
        return [self._standings.of(one, seen.get(one.key), now) for one in markets]

    def _basis(self, markets: Collection[Market], seen: Mapping[str, Observation], now: dt.datetime) -> object:
        """Gather all that an answer depends on: quotes, phases of the sessions, histories, and the day."""
        return (
            self._quotes.failing,
            now.date(),  # the world's day is UTC's
            seen,
            [self._standings.basis(one, seen.get(one.key), now) for one in markets],
        )

    def _once(self, name: str, basis: object, now: dt.datetime, make: Callable[[], _Told]) -> _Told:
        """Work an answer out once for each basis, under a revision of its own."""
        kept = self._kept.get(name)
        if kept is None or kept[0] != basis:
            answer = make().model_copy(update={"revision": next(self._revisions)})
            self._kept[name] = (basis, answer)
            return answer
        same: _Told = kept[1].model_copy(update={"as_of": now})
        return same

    def _context_item(self, key: str, seen: Observation, now: dt.datetime) -> "ContextItem":
        from bot.domain.summary.answer import ContextItem  # noqa: PLC0415 - only a summary needs it

        one = listing(key)
        if isinstance(one, Instrument):
            change = percent(seen.level, seen.previous_close) if seen.previous_close and not seen.faults else None
            return ContextItem(
                market=key,
                level=one.points(seen.level),
                change=None if change is None else one.points(seen.level - (seen.previous_close or 0)),
                change_pct=change,
                session_date=session_date(one, seen.time),
            )
        standing = self._standings.of(one, seen, now)
        return ContextItem(
            market=key,
            level=standing.quote.level,
            change=standing.quote.change,
            change_pct=standing.quote.change_pct,
            session_date=standing.quote.session_date,
            record=standing.record.verdict if standing.record else None,
            streak=standing.trend.streak if standing.trend else None,
            state=standing.quote.state,
        )

    def _notes(self, one: MarketSnapshot) -> tuple[Note, ...]:
        first = self._first_notes([one])
        return (*first, *(note for note in one.notes if not (_down(first) and note.kind in _OF_AN_OUTAGE)))

    def _general(self, standings: Collection[MarketSnapshot]) -> tuple[Note, ...]:
        """Gather what must be said of many markets at once; what concerns one alone shows beside its figure."""
        told = {NoteKind.NO_CHANGE, NoteKind.NO_TRADE, NoteKind.PROXY, NoteKind.CALENDAR_UNKNOWN, *_NOT_BELIEVED}
        first = self._first_notes(standings)
        told -= _OF_AN_OUTAGE if _down(first) else set()
        return (*first, *(note for one in standings for note in one.notes if note.kind in told))

    def _first_notes(self, standings: Collection[MarketSnapshot]) -> tuple[Note, ...]:
        if self._quotes.source == "sample":
            return (Note(kind=NoteKind.SAMPLE),)
        if not self._quotes.failing:
            return ()
        # A close that is still the last one is as old as its reading: nothing has been traded since.
        read = [one.quote.fetched_at for one in standings if one.quote.fetched_at]
        stale = [one.quote.time for one in standings if one.quote.stale and one.quote.time]
        return (Note(kind=NoteKind.SOURCE_DOWN, time=min(stale or read, default=None)),)


_NOT_BELIEVED = {NoteKind.REJECTED, NoteKind.UNCONFIRMED}
_OF_AN_OUTAGE = {NoteKind.STALE, NoteKind.NO_TRADE}
"""What follows from a source that does not answer, and must not be put down to the exchange."""


def _down(notes: Collection[Note]) -> bool:
    return any(note.kind is NoteKind.SOURCE_DOWN for note in notes)


def _record_fields(one: MarketSnapshot) -> dict[str, Any]:
    facts = one.record or RecordFacts(closing=ClosingRecord(), intraday=SessionRecord())
    fields = {name: getattr(facts, name) for name in RecordFacts.model_fields}
    return {**fields, "market": one.market.key, "name": one.market.name, "quote": one.quote}


def _nearest_first(one: MarketRecord) -> tuple[int, float]:
    rank = {"record_close": 0, "record_high": 1}.get(one.verdict, 2)
    if one.distance_pct is None:
        return 3, 0.0
    return rank, -one.distance_pct
