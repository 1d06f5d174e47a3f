"""Who is wired to whom? Nothing else names a concrete adapter.

Each source and the whole of Discord are imported where they are chosen: a question to the sample needs neither.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import commands
from bot.adapters.files.packaged import rate_decisions, sessions, weights
from bot.domain.quotes import Observation
from bot.services.explanations import Explanations, NoStocks
from bot.services.offline import OfflineQuestions
from bot.services.ports import Clock, DailyBars, Quotes
from bot.services.questions import Questions

if TYPE_CHECKING:
    from bot.adapters.quote_cache import QuoteCache
    from bot.adapters.storage.deliveries import DeliveryTables
    from bot.adapters.storage.engine import Database
    from bot.adapters.storage.subscriptions import SubscriptionTables
    from bot.background import Job
    from bot.discord_app.client import Client
    from bot.discord_app.connection import Clients
    from bot.domain.posting.limits import DeliveryLimits
    from bot.services.alerts import AlertService
    from bot.services.calendar_events import CalendarEvents
    from bot.services.confirmations import ConfirmationService
    from bot.services.deliveries import DeliveryService
    from bot.services.history_sync import HistorySync
    from bot.services.market_snapshots import MarketSnapshots
    from bot.services.news import News
    from bot.services.posting_ports import EventSource, MessageComposer, MessageSender
    from bot.services.stocks import Stocks
    from bot.services.subscriptions import SubscriptionService
    from bot.settings import Settings

_LAST_REQUESTS = 2.0  # seconds for what is being sent at the end


def utcnow() -> dt.datetime:
    """Return the present instant."""
    return dt.datetime.now(dt.UTC)


def sample() -> OfflineQuestions:
    """Answer from the embedded sample: no token, no network."""
    from bot.adapters.files.sample import Sample

    calendars = sessions()
    source = Sample(calendars)
    explanations = Explanations(source, source.weights, rate_decisions)
    return OfflineQuestions(source, calendars, commands.ALL, rate_decisions, explanations)


def replay(folders: Sequence[Path], at: dt.datetime | None) -> OfflineQuestions:
    """Answer from folders of history, seen from an instant.

    Raises:
        BadQuestion: if a folder or a file in it cannot be read.
    """
    from bot.adapters.files.replay import Replay
    from bot.adapters.files.replay_reasons import ReplayEvents, ReplayHeadlines
    from bot.adapters.files.replay_stocks import ReplayStocks

    calendars = sessions()
    source = Replay(folders, calendars, at)
    stocks = ReplayStocks(folders, weights(), calendars, source.at)
    news, events = ReplayHeadlines(folders, source.at), ReplayEvents(folders, source.at)
    explanations = Explanations(stocks, weights, rate_decisions, news, calendar=events)
    return OfflineQuestions(source, calendars, commands.ALL, rate_decisions, explanations)


class MarketSource(Quotes, DailyBars, Protocol):
    """Where quotes and daily bars come from: Yahoo, or what stands in for it."""

    async def close(self) -> None:
        """Give up what is under way."""
        ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MarketData:
    """The parts that answer questions from a source of quotes and the database; neither is used before it is needed."""

    database: "Database"
    source: MarketSource
    histories: "HistorySync"
    snapshots: "MarketSnapshots"
    quotes: "QuoteCache"
    reasons: "tuple[Stocks | None, News | None, CalendarEvents | None]"
    questions: Questions

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End what is under way, keep what is not kept yet, and close the database."""
        await self.quotes.close()
        for part in self.reasons:
            if part is not None:
                await part.close()
        await self.source.close()
        await self.histories.flush()
        await self.database.close()


def market_data(
    settings: "Settings",
    *,
    yahoo: MarketSource | None = None,
    clock: Clock | None = None,
    database: "Database | None" = None,
    ahead: bool = False,
) -> MarketData:
    """Wire what answers questions, from Yahoo and the settings' database where nothing else is given.

    ``ahead`` has the record indexes of all markets made as their histories come in, off the loop; else each is made
    when it is asked for.
    """
    from bot.adapters.quote_cache import QuoteCache
    from bot.adapters.storage.engine import open_database
    from bot.adapters.storage.history import HistoryTables
    from bot.adapters.yahoo.events import YahooEvents
    from bot.adapters.yahoo.headlines import YahooHeadlines
    from bot.adapters.yahoo.securities import YahooSecurities
    from bot.adapters.yahoo.source import YahooSource
    from bot.services.calendar_events import CalendarEvents
    from bot.services.history_indexes import HistoryIndexes
    from bot.services.history_sync import HistorySync
    from bot.services.market_snapshots import MarketSnapshots
    from bot.services.news import News
    from bot.services.stocks import Stocks
    from bot.services.stored_past import StoredPast

    clock, calendars, indexes = clock or utcnow, sessions(), HistoryIndexes()
    database = database or open_database(settings.database_url)
    source = yahoo or YahooSource(
        settings.yahoo_url, settings.data_folder / "yahoo", calendars, clock, closes=lambda: histories
    )
    histories = HistorySync(HistoryTables(database), source, calendars, clock, indexes if ahead else None)
    snapshots = MarketSnapshots(histories, calendars, indexes)

    def record_levels(batch: Mapping[str, Observation]) -> None:
        for observation in batch.values():
            histories.sight(observation)

    believable = StoredPast(calendars, histories).believable
    quotes = QuoteCache(source, calendars, clock, record_levels, histories.last, believable, histories.opened)
    stocks, news, events = None, None, None
    if isinstance(source, YahooSource):
        stocks = Stocks(YahooSecurities(source, clock), weights(), calendars, clock)
        news, events = News(YahooHeadlines(source, clock), clock), CalendarEvents(YahooEvents(source, clock), clock)
    explanations = Explanations(stocks or NoStocks(), weights, rate_decisions, news, settings.publishers, events)
    questions = Questions(quotes, histories, calendars, clock, commands.ALL, snapshots, rate_decisions, explanations)
    return MarketData(database, source, histories, snapshots, quotes, (stocks, news, events), questions)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class App:
    """A whole installation, wired: what answers, what keeps posts and alerts, and what sends them."""

    market_data: MarketData
    posts: "SubscriptionService"
    confirmations: "ConfirmationService"
    deliveries: "DeliveryService"
    alerts: "AlertService"
    clients: "Clients[Client]"
    clock: Clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def jobs(self) -> "tuple[Job, ...]":
        """Name all that is done beside the connection to Discord."""
        from bot.background import Job
        from bot.services.closes import read_closes

        closes = partial(read_closes, self.market_data.quotes, sessions(), self.clock)
        return (
            Job(name="histories", work=self.market_data.histories.run, period=5.0),
            Job(name="closes", work=closes, period=5.0),
            *posting_jobs(self.posts, self.deliveries, self.alerts, lambda: self.clients.connected),
        )

    async def close(self) -> None:
        """Let what is being sent come to its end, for a moment, and close all parts."""
        await self.deliveries.settle(_LAST_REQUESTS)
        await self.market_data.close()


def build(
    settings: "Settings",
    *,
    yahoo: MarketSource | None = None,
    clock: Clock | None = None,
    database: "Database | None" = None,
    subscriptions: "SubscriptionTables | None" = None,
    outbox: "DeliveryTables | None" = None,
    questions: Questions | None = None,
    events: "EventSource | None" = None,
    composer: "MessageComposer | None" = None,
    sender: "MessageSender | None" = None,
    limits: "DeliveryLimits | None" = None,
    wait: Callable[[float], Awaitable[None]] | None = None,
) -> App:
    """Wire an installation, none of which is used yet; a part that is given takes the place of the one made here."""
    from bot.adapters.storage.confirmations import ConfirmationTables
    from bot.adapters.storage.deliveries import DeliveryTables
    from bot.adapters.storage.request_queue import RequestQueueTable
    from bot.adapters.storage.subscriptions import SubscriptionTables
    from bot.discord_app.composer import PostComposer
    from bot.discord_app.connection import Clients
    from bot.discord_app.sender import DiscordSender
    from bot.services.confirmations import ConfirmationService
    from bot.services.deliveries import DeliveryService
    from bot.services.rate_limit import SLEEP, RateLimiter
    from bot.services.subscriptions import SubscriptionService

    clock, limits = clock or utcnow, limits or settings.limits
    data = market_data(settings, yahoo=yahoo, clock=clock, database=database, ahead=True)
    questions = questions or data.questions
    subscriptions, outbox = subscriptions or SubscriptionTables(data.database), outbox or DeliveryTables(data.database)
    posts = SubscriptionService(subscriptions, outbox, sessions(), clock, limits)
    confirmations = ConfirmationService(posts, ConfirmationTables(data.database), clock)
    clients = Clients(partial(_client, questions, posts, confirmations, settings.data_folder, clock), clock)

    limiter = RateLimiter(RequestQueueTable(data.database), limits.rate, clock, wait or SLEEP)
    sender = sender or DiscordSender(clients, limiter)
    composer = composer or PostComposer(questions, data.quotes.renew)
    deliveries = DeliveryService(outbox, subscriptions, sender, composer, limiter, clock, limits, wait or SLEEP)
    return App(
        market_data=data,
        posts=posts,
        confirmations=confirmations,
        deliveries=deliveries,
        alerts=_alerts(data, subscriptions, events, clock, limits),
        clients=clients,
        clock=clock,
    )


def _alerts(
    data: MarketData,
    subscriptions: "SubscriptionTables",
    events: "EventSource | None",
    clock: Clock,
    limits: "DeliveryLimits",
) -> "AlertService":
    from bot.services.alerts import AlertService, MarketWatch

    events = events or MarketWatch(data.quotes, data.snapshots, sessions(), clock)
    return AlertService(subscriptions, events, clock, limits)


def _client(
    questions: Questions,
    posts: "SubscriptionService",
    confirmations: "ConfirmationService",
    folder: Path,
    clock: Clock,
) -> "Client":
    from bot.adapters.files.private import PrivateFile
    from bot.discord_app.client import Client

    synced = PrivateFile(folder / "commands.json")
    return Client(questions, commands.slash_commands(), synced, clock, posts=posts, confirmations=confirmations)


def posting_jobs(
    posts: "SubscriptionService",
    deliveries: "DeliveryService",
    alerts: "AlertService",
    connected: Callable[[], bool],
    tick: float = 1.0,
) -> "tuple[Job, ...]":
    """Name what keeps posts and alerts going; ``tick`` is the seconds between two looks at what is due."""
    from bot.background import Job

    return (
        Job(name="post times", work=posts.plan_anew, period=5 * tick, once=True),
        Job(name="planning", work=posts.plan, period=5 * tick),
        Job(name="sending", work=deliveries.send_due, period=tick, guard=connected),
        Job(name="publishing", work=deliveries.publish_due, period=tick, guard=connected),
        Job(name="notices of pauses", work=deliveries.send_pause_notices, period=tick, guard=connected),
        Job(name="alerts", work=alerts.look, period=60.0),
        Job(name="clearing up", work=posts.purge, period=3600.0),
    )


async def run(settings: "Settings", token: str) -> int:
    """Run the Discord bot until it is told to end; return the exit status."""
    import asyncio
    import gc

    from bot.background import BackgroundJobs
    from bot.discord_app.connection import serve
    from bot.views.en.english import ENGLISH

    ENGLISH.load()
    async with build(settings) as app:
        # What was imported stays to the end: looked through again and again, it would hold answers up by 0.1 s.
        gc.collect()
        gc.freeze()
        background = asyncio.create_task(BackgroundJobs(app.jobs()).run(), name="background")
        try:
            return await serve(app.clients, token, api=settings.discord_api_url, gateway=settings.discord_gateway_url)
        finally:
            background.cancel()
            await asyncio.gather(background, return_exceptions=True)
