"""Does a database open that an earlier version wrote, with its posts, alerts, deliveries and histories?"""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, time
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import bot.adapters.storage.migrations
from bot.adapters.storage.deliveries import DeliveryTables
from bot.adapters.storage.engine import open_database
from bot.adapters.storage.history import HistoryTables
from bot.adapters.storage.subscriptions import SubscriptionTables
from bot.domain.history.bars import Bar
from bot.domain.posting.schedule import Daily, Subject, Topic
from bot.domain.posting.subscriptions import Alert, AlertKind, Post

BEFORE_PROPOSALS = "0002"
DAY_MS, MIDNIGHT_MS = 86_400_000, 1_757_980_800_000  # 2025-09-16T00:00Z
STYLE = '{"language":"en-US","colours":"western"}'
DAILY = (
    '{"subject":{"topic":"summary","key":"asia"},"timing":{"when":{"at":"09:00:00","zone":"Asia/Tokyo",'
    '"weekdays":[0,1,2,3,4,5,6]},"rule":"every","region":"world","market":"","skip_note":false}}'
)
MOVE = '{"market":"dax","kind":"move","percent":2.5}'
ROWS = f"""
INSERT INTO bars (market, day, open, high, low, close, final, seen_at) VALUES
    ('nikkei', '2025-09-11', 4399000, 4446000, 4390000, 4437250, 1, '2025-09-16 00:00:00.000000'),
    ('nikkei', '2025-09-12', NULL, NULL, NULL, 4476812, 1, '2025-09-16 00:00:00.000000');
INSERT INTO readings (market, first_day, loaded_at, read_at, twice)
    VALUES ('nikkei', '2025-09-11', '2025-09-16 00:00:00.000000', '2025-09-16 00:00:00.000000', 0);
INSERT INTO subscriptions (id, kind, guild, channel, creator, mention, publish, style, task, market, paused,
        planned_until, next_due, problem, problem_at) VALUES
    (1, 'post', 10, 20, 30, 40, 1, '{STYLE}', '{DAILY}', NULL, 0, {MIDNIGHT_MS - DAY_MS}, {MIDNIGHT_MS}, NULL, NULL),
    (2, 'alert', 10, 20, 30, NULL, 0, '{STYLE}', '{MOVE}', 'dax', 1, NULL, NULL, 'The channel is gone.', {MIDNIGHT_MS});
INSERT INTO deliveries (id, origin, origin_id, event, guild, channel, content, due, latest, state, ready_at, attempts,
        nonce, delayed, message, done_at, publication, publish_attempts) VALUES
    (1, 'post', 1, '2025-09-15', 10, 20, '{{}}', {MIDNIGHT_MS - DAY_MS}, {MIDNIGHT_MS}, 'sent', NULL, 1,
        '0123456789abcdef01234567', 0, 50, {MIDNIGHT_MS - DAY_MS}, 'done', 1);
"""


def written(file: Path, revision: str) -> None:
    """Write a database as the version did whose newest migration was this one."""
    config = Config()
    config.set_main_option("script_location", bot.adapters.storage.migrations.__path__[0].replace("%", "%%"))
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(ROWS)
        assert not connection.execute("SELECT name FROM sqlite_master WHERE name = 'proposals'").fetchall()


async def test_posts_alerts_deliveries_and_histories_of_an_earlier_version_are_there(tmp_path: Path) -> None:
    file = tmp_path / "bell.sqlite3"
    written(file, BEFORE_PROPOSALS)
    database = open_database(f"sqlite:///{file}")
    tables = SubscriptionTables(database)
    post, alert = await tables.list_for_guild(10)
    assert isinstance(post, Post)
    assert (post.id, post.subject, post.paused) == (1, Subject(Topic.SUMMARY, "asia"), False)
    assert post.timing.when == Daily(time(9), "Asia/Tokyo")
    assert post.next_due == datetime(2025, 9, 16, tzinfo=UTC)
    assert isinstance(alert, Alert)
    assert (alert.id, alert.paused) == (2, True)
    assert (alert.condition.market, alert.condition.kind, alert.condition.percent) == ("dax", AlertKind.MOVE, 2.5)
    (delivery,) = await DeliveryTables(database).last_outcomes(10)
    assert (delivery.origin_id, delivery.state, delivery.message) == (1, "sent", 50)
    history = HistoryTables(database)
    assert await history.bars("nikkei") == [
        Bar(date(2025, 9, 11), close=4437250, high=4446000, low=4390000, open=4399000),
        Bar(date(2025, 9, 12), close=4476812),
    ]
    assert set(await history.readings()) == {"nikkei"}
    await database.close()
