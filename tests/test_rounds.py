"""Does what runs beside the connection go on, whatever one part of it meets?"""

import asyncio
import logging
from typing import Any, cast

import pytest

from bot.domain.errors import StoreError
from bot.rounds import Round


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


async def _run(parts: Parts) -> None:
    whole: Any = parts
    running = asyncio.create_task(Round(whole, whole, whole, cast("Any", whole), tick=0.0).run())
    for _ in range(100):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_whatever_fails_is_tried_again_and_stops_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    parts = Parts()
    parts.errors = {
        "send_due": StoreError("The database is locked."),
        "plan_anew": RuntimeError("a flaw"),
        "publish_due": ValueError("another"),
    }
    with caplog.at_level(logging.WARNING):
        await _run(parts)
    assert parts.calls["plan_anew"] == parts.calls["clear"] == parts.calls["look"] == 1
    assert min(parts.calls[name] for name in ("plan", "send_due", "publish_due", "tell_paused")) > 5
    assert parts.calls["settle"] == 1
    assert "The database is locked." in caplog.text
    assert "a flaw" in caplog.text


async def test_without_a_connection_it_is_planned_and_not_sent() -> None:
    parts = Parts()
    parts.ready = False
    await _run(parts)
    assert parts.calls["plan"] > 5
    assert not {"send_due", "publish_due", "tell_paused"} & set(parts.calls)
