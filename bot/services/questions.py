"""What can be asked? One method a question; each returns an answer that holds every fact shown."""

import datetime as dt
import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

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
from bot.domain.attribution.heavyweights import Weights
from bot.domain.calendars.calendar import Calendar
from bot.domain.errors import BadQuestion, FailureCode, NoQuotes
from bot.domain.markets.catalogue import MARKETS, of_region
from bot.domain.markets.market import Instrument, Market, Region
from bot.domain.markets.search import find, find_listing
from bot.domain.quotes import Observation
from bot.domain.records.facts import ClosingRecord, RecordFacts, SessionRecord
from bot.domain.snapshot import MarketSnapshot
from bot.domain.status import StatusAnswer, market_status, status
from bot.services.explanations import Explanations, NoStocks
from bot.services.grammar import Command, read
from bot.services.market_snapshots import MarketSnapshots
from bot.services.notes import all_notes, common_notes, source_notes
from bot.services.ports import Clock, Histories, Quotes
from bot.services.query import AnswerT, Observations, Query

if TYPE_CHECKING:
    from bot.domain.attribution.agenda import CalendarAnswer
    from bot.domain.attribution.answer import WhyAnswer
    from bot.domain.calendars.rate_decisions import RateDecision
    from bot.domain.instrument import InstrumentAnswer
    from bot.domain.summary.answer import SummaryAnswer

VERSION = "0.1.0"


class Questions:
    """Answers questions from a source of quotes, the histories and the sessions table, at the clock's instant."""

    def __init__(
        self,
        quotes: Quotes,
        histories: Histories,
        calendars: Mapping[str, Calendar],
        clock: Clock,
        commands: Collection[Command] = (),
        snapshots: MarketSnapshots | None = None,
        decisions: "Callable[[], Sequence[RateDecision]]" = tuple,
        explanations: Explanations | None = None,
    ) -> None:
        """Answer from these.

        ``commands`` is what `ask` understands, ``snapshots`` are those shared with others, ``decisions`` returns the
        central banks' decisions, in their order, ``explanations`` tell why markets moved.
        """
        self._quotes = quotes
        self._calendars = calendars
        self._clock = clock
        self._commands = commands
        self._snapshots = snapshots or MarketSnapshots(histories, calendars)
        self._decisions = decisions
        self._explanations = explanations or Explanations(NoStocks(), lambda: Weights((), ()), decisions)
        self._cache: dict[str, tuple[object, Any]] = {}
        self._revisions = itertools.count(1)

    async def ask(self, line: str) -> Answer:
        """Answer a command as it is typed: "/index nikkei", "/record market: kospi", "/asia summary".

        Raises:
            BadQuestion: if there is no such command.
            MarketError: as the question itself does.
        """
        command, market = read(line, self._commands)
        return await command.ask(self, market)

    async def answer(self, query: Query[AnswerT]) -> AnswerT:
        """Answer a question, from what the source knows now of what it is about.

        Raises:
            NoQuotes: if nothing is known of any market that it is about.
        """
        now = self._clock()
        if query.begin is not None:
            query.begin(now)
        observations = await self._quotes.observe(query.keys) if query.keys else {}
        if query.renew is not None:
            await query.renew(now)
        return self.made(query, observations)

    def made(self, query: Query[AnswerT], observations: Observations) -> AnswerT:
        """Make the answer of what was just observed, or give the one that was made of the same; raises as `answer`."""
        now = self._clock()
        if not query.keys:
            second = now.replace(microsecond=0)  # no exchange opens or closes within one
            return self._cached(query.name, second if query.timed else None, now, lambda: query.make({}, now))
        subjects = [market.key for market in query.markets] or query.keys  # an instrument stands alone
        if not any(key in observations for key in subjects):
            if len(subjects) == 1:
                raise NoQuotes(FailureCode.NO_LEVEL, market=subjects[0])
            raise NoQuotes(FailureCode.NO_LEVELS)
        elsewhere = tuple(MARKETS[key] for key in query.context_keys if key in MARKETS)
        basis = (query.depends(now), self._basis((*query.markets, *elsewhere), observations, now))
        return self._cached(query.name, basis, now, lambda: query.make(observations, now))

    async def index(self, text: str) -> IndexAnswer:
        """Answer ``/index``; raises as `index_query` and `answer` do."""
        return await self.answer(self.index_query(text))

    async def why(self, text: str) -> "WhyAnswer":
        """Answer ``/why``; raises as `index` does."""
        return await self.answer(self.why_query(text))

    async def record(self, text: str) -> RecordAnswer:
        """Answer ``/record`` for one market; raises as `index` does."""
        return await self.answer(self.record_query(text))

    async def records(self) -> RecordsAnswer:
        """Answer ``/record`` for all markets; raises as `answer` does."""
        return await self.answer(self.records_query())

    async def summary(self, region: Region) -> "SummaryAnswer":
        """Answer ``/asia summary`` and its like; raises as `answer` does."""
        return await self.answer(self.summary_query(region))

    async def status(self, region: Region) -> StatusAnswer:
        """Answer ``/asia status`` and its like."""
        return await self.answer(self.status_query(region))

    async def help(self) -> HelpAnswer:
        """Answer ``/help``."""
        return await self.answer(self.help_query())

    async def about(self) -> AboutAnswer:
        """Answer ``/about``."""
        return await self.answer(self.about_query())

    def level_query(self, text: str) -> "Query[IndexAnswer] | Query[InstrumentAnswer]":
        """Ask for the level of a market, as `index_query` does, or of an instrument.

        Raises:
            UnknownMarket: if no market and no instrument goes by this name.
        """
        listing = find_listing(text)
        return self._instrument_query(listing) if isinstance(listing, Instrument) else self.index_query(listing.key)

    def index_query(self, text: str) -> Query[IndexAnswer]:
        """Ask for a market's level, what it means and where it comes from.

        Raises:
            UnknownMarket: if no market goes by this name.
        """
        market = find(text)

        def begin(now: dt.datetime) -> None:
            self._explanations.begin((market.key,), now, odds=False)

        def make(observations: Observations, now: dt.datetime) -> IndexAnswer:
            snapshot = self._snapshots.of(market, observations[market.key], now)
            return IndexAnswer(
                as_of=now,
                source=self._quotes.source,
                notes=all_notes(self._quotes, snapshot),
                quote=snapshot.quote,
                record=snapshot.record,
                trend=snapshot.trend,
                highlights=snapshot.highlights,
                why=self._explanations.of(snapshot),
                exchange=market_status(market, snapshot.calendar, now),
            )

        return Query(f"index {market.key}", (market,), make, depends=self._known, begin=begin)

    def why_query(self, text: str) -> "Query[WhyAnswer]":
        """Ask what can be computed or quoted of a market's move; whoever asks that waits for its stocks.

        Raises:
            UnknownMarket: if no market goes by this name.
        """
        from bot.services.why_question import why_query

        return why_query(find(text), self._explanations, self._snapshots, self._quotes)

    def calendar_query(self, text: str) -> "Query[CalendarAnswer]":
        """Ask what is due: "asia 7" is in Asia in seven days, nothing in the world in a week.

        Raises:
            BadQuestion: if that is neither a region nor a number of days.
        """
        from bot.services.calendar_question import calendar_query

        return calendar_query(text, self._explanations, self._decisions, self._quotes.source)

    def _instrument_query(self, instrument: Instrument) -> "Query[InstrumentAnswer]":
        from bot.domain.instrument import instrument_answer

        def make(observations: Observations, now: dt.datetime) -> "InstrumentAnswer":
            observation = observations[instrument.key]
            return instrument_answer(instrument, observation, now, self._quotes.source, source_notes(self._quotes, []))

        return Query(f"index {instrument.key}", (), make, (instrument.key,))

    def record_query(self, text: str) -> Query[RecordAnswer]:
        """Ask whether a market is at a record.

        Raises:
            UnknownMarket: if no market goes by this name.
            BadQuestion: if an instrument does, of which no records are known.
        """
        market = find_listing(text)
        if isinstance(market, Instrument):
            raise BadQuestion(FailureCode.NO_RECORDS_OF_INSTRUMENT, market=market.key)

        def make(observations: Observations, now: dt.datetime) -> RecordAnswer:
            snapshot = self._snapshots.of(market, observations[market.key], now)
            return RecordAnswer(
                as_of=now,
                source=self._quotes.source,
                notes=all_notes(self._quotes, snapshot),
                trend=snapshot.trend,
                exchange=market_status(market, snapshot.calendar, now),
                **_record_fields(snapshot),
            )

        return Query(f"record {market.key}", (market,), make)

    def records_query(self) -> Query[RecordsAnswer]:
        """Ask how the markets that summaries count stand: those at a record first, then by distance from it."""
        markets = of_region(Region.WORLD)

        def make(observations: Observations, now: dt.datetime) -> RecordsAnswer:
            snapshots = [self._snapshots.of(market, observations.get(market.key), now) for market in markets]
            records = [MarketRecord(**_record_fields(snapshot)) for snapshot in snapshots]
            return RecordsAnswer(
                as_of=now,
                source=self._quotes.source,
                notes=common_notes(self._quotes, snapshots),
                markets=tuple(sorted(records, key=lambda record: record.nearness)),
            )

        return Query("records", markets, make)

    def summary_query(self, region: Region) -> "Query[SummaryAnswer]":
        """Ask how a region's day went.

        The facts are worked out once for each new set of quotes, phase of the sessions or revision of the history.
        """
        # The largest part of the domain, which half of the command line's questions never need.
        from bot.services.summaries import Summaries

        summaries = Summaries(self._quotes, self._snapshots, self._explanations, self._decisions)
        return summaries.query(region)

    def status_query(self, region: Region) -> Query[StatusAnswer]:
        """Ask which exchanges of a region trade, from the sessions table alone: that needs no source of quotes."""

        def make(_: Observations, now: dt.datetime) -> StatusAnswer:
            return status(region, self._calendars, now, self._quotes.source)

        return Query(f"status {region}", (), make, timed=True)

    def help_query(self) -> Query[HelpAnswer]:
        """Ask what can be asked."""

        def make(_: Observations, now: dt.datetime) -> HelpAnswer:
            commands = tuple(CommandHelp(name=row.name, description=row.description) for row in self._commands)
            return HelpAnswer(as_of=now, source=self._quotes.source, commands=commands)

        return Query("help", (), make)

    def about_query(self) -> Query[AboutAnswer]:
        """Ask for version, sources and privacy."""

        def make(_: Observations, now: dt.datetime) -> AboutAnswer:
            return AboutAnswer(as_of=now, source=self._quotes.source, version=VERSION, markets=len(MARKETS))

        return Query("about", (), make)

    def _known(self, _: dt.datetime) -> object:
        return self._explanations.revision

    def _basis(self, markets: Collection[Market], observations: Mapping[str, Observation], now: dt.datetime) -> object:
        """Return all that an answer depends on: quotes, phases of the sessions, histories, and the day."""
        return (
            self._quotes.failing,
            now.date(),  # the world's day is UTC's
            observations,
            [self._snapshots.basis(market, observations.get(market.key), now) for market in markets],
        )

    def _cached(self, name: str, basis: object, now: dt.datetime, make: Callable[[], AnswerT]) -> AnswerT:
        """Return the answer of this name for this basis, made once and given a revision of its own."""
        cached = self._cache.get(name)
        if cached is None or cached[0] != basis:
            answer = make().model_copy(update={"revision": next(self._revisions)})
            self._cache[name] = (basis, answer)
            return answer
        same: AnswerT = cached[1].model_copy(update={"as_of": now})
        return same


def _record_fields(snapshot: MarketSnapshot) -> dict[str, Any]:
    facts = snapshot.record or RecordFacts(closing=ClosingRecord(), intraday=SessionRecord())
    fields = {name: getattr(facts, name) for name in RecordFacts.model_fields}
    return {**fields, "market": snapshot.market.key, "name": snapshot.market.name, "quote": snapshot.quote}
