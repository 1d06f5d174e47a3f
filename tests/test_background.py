"""Does what runs beside the connection go on, whatever one part of it meets, and does the log say so once?"""

import asyncio
import logging
from typing import Any

import pytest

from bot.app import posting_jobs
from bot.background import LONGEST, BackgroundJobs, Job, pause
from bot.domain.errors import FailureCode, StoreError


class Parts:
    """Counts what is called; each fails as it is told to."""

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}
        self.errors: dict[str, Exception] = {}
        self.ready = True

    def __getattr__(self, name: str) -> Any:
        async def work(*_: object) -> None:
            self.calls[name] = self.calls.get(name, 0) + 1
            await asyncio.sleep(0)
            if name in self.errors:
                raise self.errors[name]

        return work


async def _turns(jobs: BackgroundJobs, turns: int = 200) -> None:
    running = asyncio.create_task(jobs.run())
    for _ in range(turns):
        await asyncio.sleep(0)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def _run(parts: Parts) -> None:
    whole: Any = parts
    await _turns(BackgroundJobs(posting_jobs(whole, whole, whole, lambda: parts.ready, tick=0.0)))


async def test_whatever_fails_is_tried_again_and_stops_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    parts = Parts()
    parts.errors = {
        "send_due": StoreError(FailureCode.DATABASE_BUSY, database="bell.sqlite3"),
        "plan_anew": RuntimeError("a flaw"),
        "publish_due": ValueError("another"),
    }
    with caplog.at_level(logging.WARNING):
        await _run(parts)
    assert parts.calls["purge"] == parts.calls["look"] == 1
    names = ("plan", "plan_anew", "send_due", "publish_due", "send_pause_notices")
    assert min(parts.calls[name] for name in names) > 5
    assert [record.message.split("“")[1].split("”")[0] for record in caplog.records] == [
        "post times",
        "sending",
        "publishing",
    ]
    assert "The database bell.sqlite3 is busy" in caplog.text
    assert caplog.text.count("Traceback") == 2  # not for what is said in a sentence of our own


async def test_without_a_connection_it_is_planned_and_not_sent() -> None:
    parts = Parts()
    parts.ready = False
    await _run(parts)
    assert parts.calls["plan"] > 5
    assert parts.calls["plan_anew"] == 1
    assert not {"send_due", "publish_due", "send_pause_notices"} & set(parts.calls)


async def test_a_job_that_ends_or_fails_is_begun_anew_later_each_time(caplog: pytest.LogCaptureFixture) -> None:
    waits: list[float] = []
    begun = 0

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    async def histories() -> None:
        nonlocal begun
        begun += 1
        if begun < 12:
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")
        await asyncio.sleep(3600)

    jobs = BackgroundJobs([Job(name="histories", work=histories, period=5.0)], wait)
    with caplog.at_level(logging.INFO):
        await _turns(jobs)
    assert begun == 12
    assert waits == [10.0, 20.0, 40.0, *[LONGEST] * 8]
    assert len(caplog.records) == 1
    assert jobs.states["histories"].failures == 11


async def test_the_log_says_when_a_job_works_again(caplog: pytest.LogCaptureFixture) -> None:
    left = 3

    async def work() -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise OSError("no")

    with caplog.at_level(logging.INFO):
        await _turns(BackgroundJobs([Job(name="sending", work=work, period=0.0)]))
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "works again after 3 failures" in caplog.text


def test_no_wait_is_longer_than_the_longest_unless_the_period_is() -> None:
    assert [pause(1.0, failures) for failures in (0, 1, 2, 99)] == [1.0, 2.0, 4.0, LONGEST]
    assert pause(3600.0, 5) == 3600.0
