"""Histories on a real database: loading, tails, corrections, sightings, failures and the background run."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.adapters.files.packaged import sessions
from bot.adapters.storage.engine import Database, open_database
from bot.adapters.storage.history import HistoryTables
from bot.domain.errors import NoQuotes, SourceRefuses
from bot.domain.history.bars import Bar
from bot.domain.history.cleaning import clean
from bot.domain.markets.catalogue import MARKETS
from bot.domain.quotes import Observation
from bot.services.history_sync import HistorySync, SyncOutcome
from bot.views.en.failures import sentence
from tests.sentences import other

TOKYO = sessions()["XTKS"]
DAY = date(2026, 3, 11)
CLOSE = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)  # Wednesday's close in Tokyo
HOUR = timedelta(hours=1)


class Source:
    """Returns made-up bars for every session up to now; ``changed`` overrides closes, ``lost`` days are missing."""

    def __init__(self, since: date = date(2025, 9, 1)) -> None:
        self.now = CLOSE + HOUR
        self.since = since
        self.asked: list[tuple[str, bool]] = []
        self.changed: dict[date, int] = {}
        self.lost: set[date] = set()
        self.error: dict[str, Exception] = {}

    def clock(self) -> datetime:
        return self.now

    async def bars(self, key: str, *, whole: bool) -> list[Bar]:
        self.asked.append((key, whole))
        await asyncio.sleep(0)
        if key in self.error:
            raise self.error[key]
        calendar = sessions()[MARKETS[key].mic]
        today = calendar.local_day(self.now)
        since = self.since if whole else today - timedelta(days=30)
        days = [day for day in calendar.sessions(since, today) if (s := calendar.session(day)) and s.open <= self.now]
        return [self._bar(day) for day in days if day not in self.lost]

    def _bar(self, day: date) -> Bar:
        close = self.changed.get(day, 1_000_000 + day.toordinal() % 1000)
        return Bar(day, close, close + 100, close - 100, close)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    yield database
    await database.close()


def _over(database: Database, source: Source) -> HistorySync:
    return HistorySync(HistoryTables(database), source, sessions(), source.clock)


def _last(histories: HistorySync, key: str = "nikkei") -> Bar:
    history = histories.history(key)
    assert history is not None
    return history[-1]


async def test_a_market_is_read_whole_once_and_then_by_its_tail(database: Database, source: Source) -> None:
    histories = _over(database, source)
    await histories.open()
    assert histories.history("nikkei") is None
    assert histories.loaded

    (first,) = await histories.update(["nikkei"])
    assert (first.kind, first.added) == ("loaded", len(histories.history("nikkei") or ()))
    assert _last(histories).day == DAY
    (again,) = await histories.update(["nikkei"])
    assert again.kind == "current"

    source.now += timedelta(days=1)
    (tail,) = await histories.update(["nikkei"])
    assert (tail.kind, tail.added, tail.corrected) == ("updated", 1, 0)
    assert source.asked == [("nikkei", True), ("nikkei", False)]


async def test_a_restart_reads_nothing_that_is_there(database: Database, source: Source) -> None:
    await _over(database, source).update(["nikkei", "dax"])
    asked = len(source.asked)
    source.now += timedelta(minutes=10)
    again = _over(database, source)
    await again.open()
    assert _last(again).day == DAY
    assert {outcome.kind for outcome in await again.update(["nikkei"])} == {"current"}
    source.now += timedelta(days=3)
    await again.update(["nikkei"])
    assert source.asked[asked:] == [("nikkei", False)]


async def test_the_last_close_is_there_when_no_quote_is(database: Database, source: Source) -> None:
    await _over(database, source).update(["nikkei"])
    again = _over(database, source)
    assert again.last("nikkei") is None  # nothing has been read from the store yet
    await again.open()
    bar = _last(again)
    assert again.last("nikkei") == Observation(
        "nikkei", bar.close or 0, CLOSE, CLOSE + HOUR, None, bar.high, bar.low, bar_agrees=True
    )
    assert again.last("topix") is None


async def test_after_more_than_a_month_all_is_read_again(database: Database, source: Source) -> None:
    await _over(database, source).update(["nikkei"])
    source.now += timedelta(days=40)
    again = _over(database, source)
    await again.open()
    (outcome,) = await again.update(["nikkei"])
    assert outcome.kind == "loaded"
    history = again.history("nikkei")
    assert history is not None
    assert len(history) == TOKYO.count(source.since, history[-1].day)


async def test_the_live_row_is_no_bar(database: Database, source: Source) -> None:
    source.now = CLOSE - HOUR
    histories = _over(database, source)
    await histories.update(["nikkei"])
    assert _last(histories).day == TOKYO.previous(DAY).day
    source.now = CLOSE + HOUR
    await histories.update(["nikkei"])
    assert _last(histories).day == DAY


async def test_a_bar_moves_until_final_and_is_corrected_afterwards(
    database: Database, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    tables = HistoryTables(database)
    histories = _over(database, source)
    source.changed[DAY] = 1_000_500
    await histories.update(["nikkei"])
    source.changed[DAY] = 1_000_600
    source.now = CLOSE + timedelta(hours=7)
    (moved,) = await histories.update(["nikkei"])
    assert (moved.corrected, _last(histories).close, await tables.corrections("nikkei")) == (0, 1_000_600, 0)

    before = histories.history("nikkei")
    source.changed[DAY] = 1_000_700
    source.now += timedelta(days=1)
    with caplog.at_level(logging.INFO):
        (corrected,) = await histories.update(["nikkei"])
    after = histories.history("nikkei")
    assert before is not None
    assert after is not None
    bar = after.on(DAY)
    assert bar is not None
    assert (corrected.corrected, bar.close, await tables.corrections("nikkei")) == (1, 1_000_700, 1)
    assert before.revision != after.revision
    assert "corrected" in caplog.text


async def test_a_day_that_the_source_loses_is_not_lost(database: Database, source: Source) -> None:
    histories = _over(database, source)
    await histories.update(["nikkei"])
    source.lost.add(DAY)
    source.now += timedelta(days=1)
    await histories.update(["nikkei"])
    history = histories.history("nikkei")
    assert history is not None
    assert history.on(DAY) is not None


async def test_what_did_not_change_stays_the_same_object(database: Database, source: Source) -> None:
    histories = _over(database, source)
    await histories.update(["nikkei"])
    before = histories.history("nikkei")
    source.now = CLOSE + timedelta(hours=7)
    await histories.update(["nikkei"])
    assert histories.history("nikkei") is before
    assert len(source.asked) == 2


async def test_a_market_that_stands_on_an_etf_is_skipped_and_said_so(database: Database, source: Source) -> None:
    (outcome,) = await _over(database, source).update(["topix"])
    assert outcome.kind == "skipped"
    assert outcome.failure is not None
    assert "ETF" in sentence(outcome.failure)
    assert source.asked == []


async def test_a_failing_market_does_not_stop_the_others_and_a_refusal_does(database: Database, source: Source) -> None:
    source.error = {"nikkei": NoQuotes(other("no answer")), "dax": SourceRefuses(other("asked too often"))}
    outcomes: list[SyncOutcome] = []
    await _over(database, source).update(["nikkei", "cac40", "dax", "ftse100"], outcomes.append)
    assert [outcome.kind for outcome in outcomes] == ["failed", "loaded", "failed", "failed"]
    assert [key for key, _ in source.asked] == ["nikkei", "cac40", "dax"]


async def test_an_empty_answer_is_a_failure_and_takes_nothing_away(database: Database, source: Source) -> None:
    histories = _over(database, source)
    await histories.update(["nikkei"])
    before = histories.history("nikkei")
    source.now += timedelta(days=1)
    source.lost = set(TOKYO.sessions(source.since, date(2026, 12, 30)))
    (outcome,) = await histories.update(["nikkei"])
    assert outcome.kind == "failed"
    assert histories.history("nikkei") is before


async def test_two_processes_over_one_database_agree(database_url: str, source: Source) -> None:
    own, other = open_database(database_url), open_database(database_url)
    first, second = _over(own, source), _over(other, source)
    await asyncio.gather(first.update(["nikkei", "dax"]), second.update(["dax", "nikkei"]))
    for key in ("nikkei", "dax"):
        assert list(first.history(key) or ()) == list(second.history(key) or ()) != []
    await own.close()
    await other.close()


async def test_cleaning_does_not_run_on_the_loop(
    database: Database, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def noted(*arguments: Any) -> Any:
        threads.append(threading.current_thread())
        return clean(*arguments)

    monkeypatch.setattr("bot.services.history_cache.clean", noted)
    await _over(database, source).update(["nikkei"])
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


def _observed(level: int, at: datetime, read: datetime, high: int | None = None, **other: Any) -> Observation:
    return Observation("nikkei", level, at, read, day_high=high, **other)


async def test_a_close_that_was_seen_stands_for_a_day_that_the_source_loses(database: Database, source: Source) -> None:
    histories = _over(database, source)
    source.lost.add(DAY)
    await histories.update(["nikkei"])
    histories.sight(_observed(1_009_000, CLOSE, CLOSE + timedelta(minutes=40), 1_010_000, delay_minutes=20))
    await histories.flush()

    again = _over(database, source)
    await again.open()
    for sync in (histories, again):
        assert [
            (sighting.kind, sighting.level, sighting.date, sighting.covers_from)
            for sighting in sync.known_levels("nikkei")
        ] == [
            ("close", 1_009_000, DAY, DAY),
            ("high", 1_010_000, DAY, DAY),
        ]

    source.lost.clear()
    source.now += timedelta(days=1)
    await again.update(["nikkei"])
    assert again.known_levels("nikkei") == ()


@pytest.mark.parametrize(
    "observation",
    [
        _observed(1, CLOSE - HOUR, CLOSE - HOUR, 2),
        _observed(1, CLOSE - timedelta(minutes=5), CLOSE + timedelta(minutes=15), 2, delay_minutes=20),
        _observed(1, CLOSE - HOUR, CLOSE + HOUR, 2),
        _observed(1, CLOSE + timedelta(days=3), CLOSE + timedelta(days=3, hours=1), 2),
        _observed(1, CLOSE, CLOSE + HOUR, 2, proxy=True),
        Observation("gold", 1, CLOSE, CLOSE + HOUR),
    ],
    ids=["running", "within the delay", "stuck since before the close", "weekend", "proxy", "instrument"],
)
async def test_what_a_session_did_not_come_to_is_no_sighting(
    source: Source, tmp_path: Path, observation: Observation
) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'bell.sqlite3'}")
    histories = _over(database, source)
    histories.sight(observation)
    await histories.flush()
    assert histories.known_levels("nikkei") == ()
    assert await HistoryTables(database).sightings() == []
    await database.close()


async def test_known_older_records_come_with_the_catalogue(database: Database, source: Source) -> None:
    assert _over(database, source).known_levels("topix") == MARKETS["topix"].known_levels != ()


async def test_without_a_database_everything_goes_on_from_memory_and_is_kept_later(
    tmp_path: Path, source: Source
) -> None:
    folder = tmp_path / "folder"
    folder.write_text("a file where the folder should be")
    database = open_database(f"sqlite:///{folder / 'bell.sqlite3'}")
    histories = _over(database, source)
    await histories.open()
    assert histories.problem is not None
    assert "not a folder" in sentence(histories.problem)
    await histories.update(["nikkei"])
    assert _last(histories).day == DAY
    histories.sight(_observed(1_009_000, CLOSE + timedelta(days=1), CLOSE + timedelta(days=1, hours=1)))
    await histories.flush()
    source.now += timedelta(days=1)
    await histories.update(["nikkei"])
    assert _last(histories).day == TOKYO.next(DAY).day
    assert histories.problem is not None

    folder.unlink()
    await histories.flush()
    source.now += timedelta(days=1)
    for _ in range(2):
        await histories.update(["nikkei"])
        source.now += timedelta(hours=6)
    assert histories.problem is None
    again = _over(database, source)
    await again.open()
    assert list(again.history("nikkei") or ()) == list(histories.history("nikkei") or ()) != []
    assert [whole for _, whole in source.asked] == [True, False, True, False]
    await database.close()


async def test_a_full_disk_keeps_the_old_whole_and_the_new_in_memory(tmp_path: Path, source: Source) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'bell.sqlite3'}")
    histories = _over(database, source)
    await histories.update(["nikkei"])
    await database.close()

    @event.listens_for(database._engine.sync_engine, "connect")
    def full(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA max_page_count = 1")  # never below the file's size, so the file cannot grow by a page
        cursor.close()

    (outcome,) = await histories.update(["dax"])
    assert outcome.failure is not None
    assert "the disk is full" in sentence(outcome.failure)
    assert histories.history("dax") is not None
    await database.close()

    roomy = open_database(f"sqlite:///{tmp_path / 'bell.sqlite3'}")
    again = _over(roomy, source)
    await again.open()
    assert list(again.history("nikkei") or ()) == list(histories.history("nikkei") or ())
    assert again.history("dax") is None
    (outcome,) = await again.update(["dax"])
    assert outcome.kind == "loaded"
    assert again.problem is None
    await roomy.close()


class Pauses:
    """Advances the clock instead of sleeping, and cancels the run at the instant ``until``."""

    def __init__(self, source: Source, until: datetime) -> None:
        self.source, self.until, self.taken = source, until, 0

    async def __call__(self, seconds: float) -> None:
        self.taken += 1
        self.source.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)
        if self.source.now >= self.until:
            raise asyncio.CancelledError


async def _run(histories: HistorySync, source: Source, length: timedelta) -> None:
    with pytest.raises(asyncio.CancelledError):
        await histories.run(Pauses(source, source.now + length))


@pytest.mark.no_cover
async def test_the_background_run_reads_each_market_whole_once_and_twice_a_session(
    tmp_path: Path, source: Source
) -> None:
    source.since = date(2026, 2, 2)
    database = open_database(f"sqlite:///{tmp_path / 'bell.sqlite3'}")
    source.now = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)  # a Saturday
    histories = _over(database, source)
    await _run(histories, source, timedelta(hours=1))
    keys = [key for key, market in MARKETS.items() if not market.proxy]
    assert source.asked == [(key, True) for key in keys]
    source.asked.clear()
    # These made-up histories start later than the catalogue says, but that causes a full read only after a week.
    await _run(histories, source, timedelta(days=4))
    assert source.asked.count(("nikkei", False)) == 6
    assert not any(whole for _, whole in source.asked)
    assert histories.history("nikkei") is not None
    await database.close()


async def test_the_background_run_rests_after_failures_and_asks_nothing_after_a_refusal(
    tmp_path: Path, source: Source
) -> None:
    source.since = date(2026, 2, 2)
    database = open_database(f"sqlite:///{tmp_path / 'bell.sqlite3'}")
    histories = _over(database, source)
    source.error = {key: SourceRefuses(other("asked too often")) for key in MARKETS}
    await _run(histories, source, timedelta(hours=2))
    assert len(source.asked) == 4  # at once, after 15, 45 and 105 minutes

    source.asked.clear()
    source.error = {"nikkei": NoQuotes(other("no answer"))}
    histories = _over(database, source)
    await _run(histories, source, timedelta(hours=2))
    assert len([key for key, _ in source.asked if key == "nikkei"]) == 4
    assert histories.history("dax") is not None
    await database.close()


async def test_a_cancelled_run_leaves_a_database_that_goes_on(database: Database, source: Source) -> None:
    source.since = date(2026, 2, 2)
    for steps in range(0, 400, 37):
        task = asyncio.create_task(_over(database, source).run(lambda _: asyncio.sleep(0)))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    histories = _over(database, source)
    await histories.open()
    await histories.update(["nikkei", "dax"])
    assert histories.problem is None
    assert _last(histories).day == DAY
