"""A loop that is held up is told in the log, and a signal ends the process whatever holds it up."""

import asyncio
import logging
import re
import signal
import time
from collections.abc import Callable

import pytest

from bot.discord_app.connection import STOPPED
from bot.watchdog import HELD_UP_AT_EXIT, Watchdog
from tests.loopback.discord import Discord
from tests.loopback.process import STAND_IN, bot


def until(look: Callable[[], bool]) -> None:
    """Hold the loop up until something is so."""
    deadline = time.monotonic() + 60
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def until_logged(caplog: pytest.LogCaptureFixture, least: int) -> None:
    until(lambda: len(caplog.messages) >= least)


def for_seconds(seconds: float) -> None:
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() > end)


async def test_what_holds_the_loop_up_is_logged_once_and_how_long_when_it_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "bot.watchdog")
    with Watchdog(asyncio.get_running_loop(), held_up=0.05, quiet=0):
        for count in (2, 4):
            # What passes until the loop comes round again is one hold-up, however long: a second line, never a third.
            until_logged(caplog, count - 1)
            for_seconds(0.6)
            while len(caplog.messages) < count:
                await asyncio.sleep(0.01)
            stack, end = caplog.messages[count - 2 : count]
            assert "held up for more than 0.05 s by:" in stack
            assert "until(lambda" in stack
            assert re.fullmatch(r"The event loop goes on after \d+\.\d s\.", end)


async def test_many_hold_ups_are_one_line_more(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "bot.watchdog")
    with Watchdog(asyncio.get_running_loop(), held_up=0.05) as watchdog:
        for count in range(3):
            until_logged(caplog, 1)
            for_seconds(0.6)
            while len(watchdog._untold) < count or len(caplog.messages) < 2:
                await asyncio.sleep(0.01)
        assert len(caplog.messages) == 2
        watchdog._told = -1e9  # as if a minute had passed
        while len(caplog.messages) < 4:
            for_seconds(0.4)
            await asyncio.sleep(0.01)
        assert re.match(r"Before this the event loop was held up \d+ times more, for \d+\.\d s", caplog.messages[2])
        assert not watchdog._untold


async def test_the_watchdog_ends_with_what_it_watches(caplog: pytest.LogCaptureFixture) -> None:
    watchdog = Watchdog(asyncio.get_running_loop())
    with watchdog:
        await asyncio.sleep(0)
    await asyncio.to_thread(watchdog._thread.join, 60)
    assert not watchdog._thread.is_alive()
    assert not caplog.messages


async def blocked(block: str, number: signal.Signals) -> tuple[int, str]:
    """Block a bot's loop, send it a signal, and return its exit status and what it printed."""
    async with Discord() as desk, bot(desk, *STAND_IN, DESK_BLOCKS=block, LOG_LEVEL="INFO") as running:
        await desk.connected()
        await desk.ask("index", {"market": "nikkei"})
        await running.said("blocked", 60)
        if block != "regex":  # which lets no thread run that could tell
            await running.said("The event loop has been held up", 60)
        running.process.send_signal(number)
        # 8 s by the process's own clock; the rest is for a machine that has much else to do. It would be minutes.
        return await running.exit(40), running.output


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
async def test_a_signal_ends_the_process_while_the_loop_is_blocked(number: signal.Signals) -> None:
    blocks = ("loop", "sleep", "regex")
    loop, sleep, regex = await asyncio.gather(*(blocked(block, number) for block in blocks))
    assert (loop[0], sleep[0]) == (STOPPED, STOPPED)
    assert "_for_ever" in loop[1]
    assert "time.sleep(600)" in sleep[1]
    # A thread of the C library's ended it, and left what it was at.
    assert regex[0] == HELD_UP_AT_EXIT
    assert "in fullmatch" in regex[1]
