"""What do tests make again and again: settings, a post, the answer of an index?"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.domain.answers import IndexAnswer
from bot.domain.calendars.calendar import ExchangeState
from bot.domain.markets.catalogue import MARKETS
from bot.domain.posting.schedule import Daily, Subject, Timing, Topic
from bot.domain.posting.subscriptions import Destination, Post
from bot.domain.quotes import Quote
from bot.domain.records.facts import Trend
from bot.domain.status import MarketStatus, SessionHours
from bot.settings import Settings

AT = datetime(2025, 9, 16, 5, 10, tzinfo=UTC)
"""Lunch-time in Tokyo."""

NINE = Timing(Daily(time(9), "Asia/Tokyo"))
ASIA = Subject(Topic.SUMMARY, "asia")


def settings(folder: Path = Path("nowhere"), **fields: object) -> Settings:
    """Make the settings of an installation in a folder, whatever this machine's own say."""
    database = {"database_url": f"sqlite:///{folder / 'bell.sqlite3'}"}
    return Settings(_env_file=None, **(database | fields))  # type: ignore[arg-type]


def post(
    guild: int = 1,
    channel: int = 10,
    timing: Timing = NINE,
    subject: Subject = ASIA,
    mention: int | None = None,
    publish: bool = False,
) -> Post:
    destination = Destination(guild=guild, channel=channel, creator=5, mention=mention, publish=publish)
    return Post(destination=destination, subject=subject, timing=timing, planned_until=datetime(2025, 1, 1, tzinfo=UTC))


def index_answer(key: str = "nikkei", level: float = 45055.38) -> IndexAnswer:
    """Make the answer of an index at lunch-time in Tokyo, up 0.64 %."""
    market = MARKETS[key]
    quote = Quote(
        market=key,
        name=market.name,
        symbol=market.symbol,
        region=market.region,
        session_date=date(2025, 9, 16),
        state=ExchangeState.OPEN,
        level=level,
        previous_close=44768.12,
        change=287.26,
        change_pct=0.64,
        day_high=45055.38,
        day_low=44616.32,
        time=AT - timedelta(minutes=20),
        fetched_at=AT,
        delay_minutes=20,
    )
    hours = SessionHours(open=AT.replace(hour=0, minute=0), close=AT.replace(hour=6, minute=30))
    status = MarketStatus(market=key, state=ExchangeState.OPEN, session=hours, next_close=hours.close)
    trend = Trend(range_52w_low=30792.74, range_52w_high=45055.38, week_pct=0.64, month_pct=5.48, year_pct=12.9)
    return IndexAnswer(as_of=AT, source="yahoo", quote=quote, trend=trend, exchange=status)
