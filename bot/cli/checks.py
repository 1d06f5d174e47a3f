"""What is wrong with this installation, and what is to be done about it?

Each check yields one finding: ok, warning or failed, what was found, and what to do.
"""

import datetime as dt
import errno
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.adapters.files import private
from bot.adapters.files.packaged import rate_decisions, weights
from bot.adapters.storage.engine import open_database
from bot.adapters.storage.history import HistoryTables
from bot.adapters.yahoo.models import Probe
from bot.adapters.yahoo.source import YahooSource
from bot.domain.calendars.calendar import Calendar
from bot.domain.errors import MarketError
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS, listing
from bot.domain.quotes import Observation
from bot.services.history_sync import HistorySync
from bot.settings import Settings
from bot.views.en.failures import sentence

WARNED_BEFORE = dt.timedelta(days=60)
"""How long before the end of a packaged table the operator is warned."""

_DISCORD = "https://discord.com/api/v10"
_ROOM = 2**20  # bytes that must find room in the data folder
_TIMEOUT = 10.0  # seconds for Discord to answer


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    status: Literal["ok", "warning", "failed"]
    subject: str
    text: str


async def examine(settings: Settings, calendars: Mapping[str, Calendar], now: dt.datetime) -> AsyncIterator[Finding]:
    """Check everything that can be checked, one finding after another; none of them stops the rest."""
    yield Finding("ok", "settings", "read; " + ("a token is set" if settings.discord_token else "no token is set"))
    yield _zones()
    for finding in _tables(calendars, now):
        yield finding
    yield _folder(settings.data_folder)
    stored = await _database(settings.database_url)
    yield stored
    async for finding in _yahoo(settings, calendars, closes=stored.status == "ok"):
        yield finding
    yield await _discord(settings)


def _zones() -> Finding:
    zones = {item.zone for item in (*MARKETS.values(), *INSTRUMENTS.values())}
    try:
        for zone in zones:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return Finding("failed", "time zones", f"{zone} is not known here; install the package tzdata")
    return Finding("ok", "time zones", f"all {len(zones)} are known")


def _tables(calendars: Mapping[str, Calendar], now: dt.datetime) -> list[Finding]:
    findings = []
    for mic in dict.fromkeys(market.mic for market in MARKETS.values()):
        end = calendars[mic].last
        if now.date() > end:
            text = f"ended on {end}: weekdays are assumed; update, or run: python -m bot build sessions"
            findings.append(Finding("failed", f"sessions of {mic}", text))
        elif now.date() + WARNED_BEFORE >= end:
            text = f"ends on {end}; update, or run: python -m bot build sessions"
            findings.append(Finding("warning", f"sessions of {mic}", text))
    if not findings:
        soonest = min(calendars[market.mic].last for market in MARKETS.values())
        findings.append(Finding("ok", "sessions", f"known until {soonest} at least"))
    return [*findings, _rate_decisions(now), _heavyweights(now)]


def _rate_decisions(now: dt.datetime) -> Finding:
    """Say until when the table of rate decisions reaches."""
    last = rate_decisions()[-1].day
    if now.date() >= last:
        return Finding("failed", "rate decisions", f"ended on {last}: none is told any more; update")
    if now.date() + WARNED_BEFORE >= last:
        return Finding("warning", "rate decisions", f"end on {last}; update")
    return Finding("ok", "rate decisions", f"known until {last}")


def _heavyweights(now: dt.datetime) -> Finding:
    """Say of which markets the weights of heavy stocks, or the factors, are too old to be used, or missing."""
    markets = sorted({row.market for row in weights().outdated(now.date())})
    if not markets:
        return Finding("ok", "heavyweights", "all reviewed")
    text = f"too old or without a weight, so that no points are told: some of {', '.join(markets)}; review"
    return Finding("warning", "heavyweights", text)


def _folder(folder: Path) -> Finding:
    probe = folder / ".doctor"
    try:
        private.folder(folder)
        try:
            probe.write_bytes(bytes(_ROOM))
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "free some space" if full else "give the bot's user access"
        return Finding("failed", "data folder", f"{folder} cannot be written ({error.strerror}); {advice}")
    return Finding("ok", "data folder", str(folder))


async def _database(url: str) -> Finding:
    database = open_database(url)
    try:
        await database.open()
    except MarketError as error:
        return Finding("failed", "database", sentence(error.failure, operator=True))
    finally:
        await database.close()
    return Finding("ok", "database", "opened, and its tables are up to date")


async def _yahoo(settings: Settings, calendars: Mapping[str, Calendar], *, closes: bool) -> AsyncIterator[Finding]:
    """Ask for every quote, and hold it against the stored closes where these can be read."""
    database = open_database(settings.database_url)

    def stored_closes() -> HistorySync:
        return histories

    source = YahooSource(
        settings.yahoo_url, settings.data_folder / "yahoo", calendars, closes=stored_closes if closes else None
    )
    histories = HistorySync(HistoryTables(database), source, calendars, lambda: dt.datetime.now(dt.UTC))
    keys = (*MARKETS, *INSTRUMENTS)
    try:
        if closes:
            await histories.open()
        probes = await source.probes(keys)
        observations = await source.observe(keys)
    except MarketError as error:
        yield Finding("failed", "Yahoo", sentence(error.failure))
        return
    finally:
        await source.close()
        await database.close()
    for key in keys:
        rejections = [f"{fault} ×{count}" for (market, fault), count in source.rejections.items() if market == key]
        yield _quote(key, probes.get(key), observations.get(key), ", ".join(rejections))


def _quote(key: str, probe: Probe | None, observation: Observation | None, rejections: str) -> Finding:
    """Say what Yahoo has of one market or instrument, and by which rules some of it was not believed."""
    subject, name = f"Yahoo {listing(key).symbol}", listing(key).name
    if probe is None or observation is None:
        text = f"{name}: no quote that can be believed"
        return Finding("warning", subject, f"{text}: {rejections}" if rejections else text)
    delay = f"{probe.delay_minutes} min late" if probe.delay_minutes is not None else "delay not stated"
    last = f"last trade {observation.time:%Y-%m-%d %H:%M} UTC"
    text = f"{name}: since {probe.first or 'unknown'}, {last}, {delay}"
    if rejections:
        return Finding("warning", subject, f"{text}; not believed: {rejections}")
    return Finding("ok", subject, text)


async def _discord(settings: Settings) -> Finding:
    import aiohttp

    if settings.discord_token is None:
        return Finding("warning", "Discord", "no token: set DISCORD_TOKEN to run the bot (ask works without)")
    address = (settings.discord_api_url or _DISCORD) + "/users/@me"
    headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT)) as session,
            session.get(address, headers=headers) as response,
        ):
            if response.status == HTTPStatus.UNAUTHORIZED:
                return Finding("failed", "Discord", "refuses the token; copy it anew from the developer portal")
            if response.status != HTTPStatus.OK:
                return Finding("failed", "Discord", f"answered {response.status}; try again later")
            name = (await response.json()).get("username", "unknown")
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return Finding("failed", "Discord", "cannot be reached; check the network, and DISCORD_API_URL if it is set")
    return Finding("ok", "Discord", f"the token is that of {name}")
