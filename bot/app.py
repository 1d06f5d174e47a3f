"""Who is wired to whom? Nothing else names a concrete adapter.

Each source and the whole of Discord are imported where they are chosen: a question to the sample needs neither.
"""

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.adapters.tables import sessions
from bot.domain.answers import CommandHelp
from bot.domain.quotes import Observation
from bot.services.questions import Questions

if TYPE_CHECKING:
    import asyncio

    from bot.adapters.cache import Cache
    from bot.adapters.database import Database
    from bot.posting import Channels
    from bot.rounds import Round
    from bot.services.histories import Histories
    from bot.services.posts import Posts
    from bot.settings import Settings


def utcnow() -> dt.datetime:
    """Return the present instant."""
    return dt.datetime.now(dt.UTC)


def sample() -> Questions:
    """Answer from the embedded sample: no token, no network."""
    from bot.adapters.sample import Sample  # noqa: PLC0415

    calendars = sessions()
    source = Sample(calendars)
    return Questions(source, source, calendars, source.clock, _listed)


def replay(folders: Sequence[Path], at: dt.datetime | None) -> Questions:
    """Answer from folders of history, seen from an instant.

    Raises:
        BadQuestion: if a folder or a file in it cannot be read.
    """
    from bot.adapters.replay import Replay  # noqa: PLC0415

    calendars = sessions()
    source = Replay(folders, calendars, at)
    return Questions(source, source, calendars, source.clock, _listed)


@dataclass(frozen=True, slots=True)
class Live:
    """The parts of a running installation that answer from Yahoo and the database."""

    questions: Questions
    quotes: "Cache"
    histories: "Histories"
    database: "Database"


@asynccontextmanager
async def live(settings: "Settings") -> AsyncIterator[Live]:
    """Answer from Yahoo and from the histories in the database, none of which is opened before it is needed."""
    from bot.adapters.cache import Cache  # noqa: PLC0415
    from bot.adapters.database import open_database  # noqa: PLC0415
    from bot.adapters.history_database import HistoryTables  # noqa: PLC0415
    from bot.adapters.yahoo import Yahoo  # noqa: PLC0415
    from bot.services.histories import Histories  # noqa: PLC0415

    calendars = sessions()
    yahoo = Yahoo(settings.yahoo_url, settings.data_folder / "yahoo", calendars, utcnow)
    database = open_database(settings.database_url)
    histories = Histories(HistoryTables(database), yahoo, calendars, utcnow)

    def seen(batch: Mapping[str, Observation]) -> None:
        for one in batch.values():
            histories.sight(one)

    quotes = Cache(yahoo, calendars, utcnow, seen, histories.last)
    try:
        yield Live(Questions(quotes, histories, calendars, utcnow, _listed), quotes, histories, database)
    finally:
        await quotes.close()
        await yahoo.close()
        await histories.flush()
        await database.close()


def posting(settings: "Settings", parts: Live, channels: "Channels") -> "tuple[Posts, Round]":
    """Keep posts and alerts in the database of an installation, and send them into Discord's channels."""
    from bot.adapters.deliveries_database import DeliveryTables  # noqa: PLC0415
    from bot.adapters.posts_database import PostTables  # noqa: PLC0415
    from bot.domain.deliveries import Limits  # noqa: PLC0415
    from bot.rounds import Round  # noqa: PLC0415
    from bot.services.alerts import Alerts, Watch  # noqa: PLC0415
    from bot.services.deliveries import Deliveries  # noqa: PLC0415
    from bot.services.posts import Posts  # noqa: PLC0415
    from bot.services.standing import Standings  # noqa: PLC0415
    from bot.telegraph import Telegraph  # noqa: PLC0415

    calendars = sessions()
    tables, outbox = PostTables(parts.database), DeliveryTables(parts.database)
    limits = Limits(
        send=dt.timedelta(seconds=settings.post_send),
        lease=dt.timedelta(seconds=settings.post_lease),
        nonce=dt.timedelta(seconds=settings.post_nonce),
        late=dt.timedelta(seconds=settings.post_late),
        grace=dt.timedelta(seconds=settings.post_grace),
        rate=settings.post_rate,
    )
    watch = Watch(parts.quotes, Standings(parts.histories, calendars), calendars, utcnow)
    posts = Posts(tables, outbox, calendars, utcnow, limits)
    deliveries = Deliveries(outbox, tables, channels, Telegraph(parts.questions, parts.quotes.renew), utcnow, limits)
    channels.queue(deliveries.place)
    return posts, Round(posts, deliveries, Alerts(tables, watch, utcnow, limits), channels)


async def run(settings: "Settings", token: str) -> int:
    """Run the Discord bot until it is told to end; return the exit status."""
    import asyncio  # noqa: PLC0415
    import gc  # noqa: PLC0415

    import commands  # noqa: PLC0415
    from bot.client import Client  # noqa: PLC0415
    from bot.gateway import serve  # noqa: PLC0415
    from bot.post_buttons import attach  # noqa: PLC0415
    from bot.posting import Channels  # noqa: PLC0415
    from bot.services.closes import read_closes  # noqa: PLC0415
    from bot.views import pages  # noqa: PLC0415

    pages.load()
    async with live(settings) as parts:
        channels = Channels()
        posts, work = posting(settings, parts, channels)

        def client() -> Client:
            made = Client(parts.questions, commands.ALL, settings.data_folder)
            attach(made, posts)
            channels.attach(made)
            return made

        # What was imported stays to the end: looked through again and again, it would hold answers up by 0.1 s.
        gc.collect()
        gc.freeze()
        background = [
            asyncio.create_task(parts.histories.run(), name="histories"),
            asyncio.create_task(read_closes(parts.quotes, sessions(), utcnow), name="closes"),
            asyncio.create_task(work.run(), name="posts"),
        ]
        for task in background:
            task.add_done_callback(_report)
        try:
            return await serve(client, token, api=settings.discord_api_url, gateway=settings.discord_gateway_url)
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)


def _report(task: "asyncio.Task[None]") -> None:
    """Log what ended a task that should never end."""
    import logging  # noqa: PLC0415

    if not task.cancelled() and (error := task.exception()) is not None:
        logging.getLogger(__name__).critical("The task %s has ended.", task.get_name(), exc_info=error)


def _listed() -> tuple[CommandHelp, ...]:
    import commands  # noqa: PLC0415

    return commands.listed()
