"""Who is wired to whom? Nothing else names a concrete adapter.

Each source and the whole of Discord are imported where they are chosen: a question to the sample needs neither.
"""

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import commands
from bot.adapters.files.packaged import sessions
from bot.domain.quotes import Observation
from bot.services.questions import Questions

if TYPE_CHECKING:
    from bot.adapters.quote_cache import QuoteCache
    from bot.adapters.storage.engine import Database
    from bot.background import Job
    from bot.discord_app.sender import DiscordSender
    from bot.services.alerts import AlertService
    from bot.services.deliveries import DeliveryService
    from bot.services.history_sync import HistorySync
    from bot.services.market_snapshots import MarketSnapshots
    from bot.services.subscriptions import SubscriptionService
    from bot.settings import Settings


def utcnow() -> dt.datetime:
    """Return the present instant."""
    return dt.datetime.now(dt.UTC)


def sample() -> Questions:
    """Answer from the embedded sample: no token, no network."""
    from bot.adapters.files.sample import Sample

    calendars = sessions()
    source = Sample(calendars)
    return Questions(source, source, calendars, source.clock, commands.ALL)


def replay(folders: Sequence[Path], at: dt.datetime | None) -> Questions:
    """Answer from folders of history, seen from an instant.

    Raises:
        BadQuestion: if a folder or a file in it cannot be read.
    """
    from bot.adapters.files.replay import Replay

    calendars = sessions()
    source = Replay(folders, calendars, at)
    return Questions(source, source, calendars, source.clock, commands.ALL)


@dataclass(frozen=True, slots=True)
class Live:
    """The parts of a running installation that answer from Yahoo and the database."""

    questions: Questions
    standings: "MarketSnapshots"
    quotes: "QuoteCache"
    histories: "HistorySync"
    database: "Database"


@asynccontextmanager
async def live(settings: "Settings", *, ahead: bool = False) -> AsyncIterator[Live]:
    """Answer from Yahoo and from the histories in the database, none of which is opened before it is needed.

    ``ahead`` makes the ledgers of all markets as their histories come in, off the loop; else each is made when it is
    asked for.
    """
    from bot.adapters.quote_cache import QuoteCache
    from bot.adapters.storage.engine import open_database
    from bot.adapters.storage.history import HistoryTables
    from bot.adapters.yahoo.source import YahooSource
    from bot.services.history_indexes import HistoryIndexes
    from bot.services.history_sync import HistorySync
    from bot.services.market_snapshots import MarketSnapshots
    from bot.services.stored_past import StoredPast

    calendars = sessions()
    yahoo = YahooSource(settings.yahoo_url, settings.data_folder / "yahoo", calendars, utcnow, closes=lambda: histories)
    database = open_database(settings.database_url)
    ledgers = HistoryIndexes()
    histories = HistorySync(HistoryTables(database), yahoo, calendars, utcnow, ledgers if ahead else None)
    standings = MarketSnapshots(histories, calendars, ledgers)

    def seen(batch: Mapping[str, Observation]) -> None:
        for one in batch.values():
            histories.sight(one)

    believable = StoredPast(calendars, histories).believable
    quotes = QuoteCache(yahoo, calendars, utcnow, seen, histories.last, believable, histories.opened)
    questions = Questions(quotes, histories, calendars, utcnow, commands.ALL, standings)
    try:
        yield Live(questions, standings, quotes, histories, database)
    finally:
        await quotes.close()
        await yahoo.close()
        await histories.flush()
        await database.close()


@dataclass(frozen=True, slots=True)
class Posting:
    """The parts of a running installation that keep posts and alerts and send them."""

    posts: "SubscriptionService"
    deliveries: "DeliveryService"
    alerts: "AlertService"
    channels: "DiscordSender"

    def jobs(self, tick: float = 1.0) -> "tuple[Job, ...]":
        """Name what is to be done beside the connection; ``tick`` is the seconds between two looks at what is due."""
        from bot.background import Job

        def connected() -> bool:
            return self.channels.ready

        posts, deliveries = self.posts, self.deliveries
        return (
            Job(name="post times", work=posts.plan_anew, period=5 * tick, once=True),
            Job(name="planning", work=posts.plan, period=5 * tick),
            Job(name="sending", work=deliveries.send_due, period=tick, guard=connected),
            Job(name="publishing", work=deliveries.publish_due, period=tick, guard=connected),
            Job(name="notices of pauses", work=deliveries.send_pause_notices, period=tick, guard=connected),
            Job(name="alerts", work=self.alerts.look, period=60.0),
            Job(name="clearing up", work=posts.purge, period=3600.0),
        )


def posting(settings: "Settings", parts: Live, channels: "DiscordSender") -> Posting:
    """Keep posts and alerts in the database of an installation, and send them into Discord's channels."""
    from bot.adapters.storage.deliveries import DeliveryTables
    from bot.adapters.storage.subscriptions import SubscriptionTables
    from bot.discord_app.composer import PostComposer
    from bot.services.alerts import AlertService, MarketWatch
    from bot.services.deliveries import DeliveryService
    from bot.services.subscriptions import SubscriptionService

    calendars = sessions()
    tables, outbox = SubscriptionTables(parts.database), DeliveryTables(parts.database)
    limits = settings.limits
    watch = MarketWatch(parts.quotes, parts.standings, calendars, utcnow)
    posts = SubscriptionService(tables, outbox, calendars, utcnow, limits)
    deliveries = DeliveryService(
        outbox, tables, channels, PostComposer(parts.questions, parts.quotes.renew), utcnow, limits
    )
    channels.queue(deliveries.place)
    return Posting(posts, deliveries, AlertService(tables, watch, utcnow, limits), channels)


async def run(settings: "Settings", token: str) -> int:
    """Run the Discord bot until it is told to end; return the exit status."""
    import asyncio
    import gc

    from bot.adapters.storage.confirmations import ConfirmationTables
    from bot.background import BackgroundJobs, Job
    from bot.discord_app.buttons import attach
    from bot.discord_app.client import Client
    from bot.discord_app.connection import serve
    from bot.discord_app.sender import DiscordSender
    from bot.services.closes import read_closes
    from bot.services.confirmations import ConfirmationService
    from bot.views import pages

    pages.load()
    async with live(settings, ahead=True) as parts:
        channels = DiscordSender()
        work = posting(settings, parts, channels)
        confirmations = ConfirmationService(work.posts, ConfirmationTables(parts.database), utcnow)

        def client() -> Client:
            made = Client(parts.questions, commands.slash_commands(), settings.data_folder)
            attach(made, work.posts, confirmations)
            channels.attach(made)
            return made

        # What was imported stays to the end: looked through again and again, it would hold answers up by 0.1 s.
        gc.collect()
        gc.freeze()
        jobs = (
            Job(name="histories", work=parts.histories.run, period=5.0),
            Job(name="closes", work=partial(read_closes, parts.quotes, sessions(), utcnow), period=5.0),
            *work.jobs(),
        )
        background = asyncio.create_task(BackgroundJobs(jobs).run(), name="background")
        try:
            return await serve(client, token, api=settings.discord_api_url, gateway=settings.discord_gateway_url)
        finally:
            background.cancel()
            await asyncio.gather(background, return_exceptions=True)
            await work.deliveries.settle(2.0)
