"""How many of too many askers are answered in time, beside a bot of ten lines, and is all well again afterwards?

Each bot is a process of its own on one loopback Discord, which takes an answer for 3 s as the real one does. They are
flooded one after the other: what one leaves undone must not slow the other.
"""

import asyncio
import contextlib
import json
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.loopback.discord import LIFE, Discord
from tests.loopback.flood import ALL, Flood, cpu, sockets
from tests.loopback.line import Session
from tests.loopback.process import STAND_IN, Bot, bot

ECHO = ("-m", "tests.loopback.echo")
WELL_AGAIN = 10.0  # seconds
RATE, MINUTE = 500, 60.0
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Result:
    in_time: int
    median: float
    milliseconds: float  # of processor time per answer in time
    sockets: int


@contextlib.asynccontextmanager
async def ours(desk: Discord) -> AsyncIterator[tuple[Bot, Session]]:
    async with bot(desk, *STAND_IN, DESK="sample", LOG_LEVEL="INFO") as running:
        session = await desk.connected(len(desk.sessions) + 1)
        await desk.callback(await desk.ask_of(session, "index", {"market": "nikkei"}))
        await desk.callback(await desk.ask_of(session, "world", {"summary": True}))
        yield running, session


@contextlib.asynccontextmanager
async def echo(desk: Discord, texts: list[str]) -> AsyncIterator[tuple[Bot, Session]]:
    async with bot(desk, *ECHO, TEXTS=json.dumps(texts), LOG_LEVEL="WARNING") as running:
        session = await desk.connected(len(desk.sessions) + 1)
        await desk.callback(await desk.ask_of(session, "index", {"market": "nikkei"}))
        yield running, session


async def burst(desk: Discord, running: Bot, session: Session, count: int) -> Result:
    desk.requests.clear()
    before, flood = cpu(running.process.pid), Flood(desk)
    await flood.burst(session, count)
    most = 0
    until = time.perf_counter() + LIFE + 0.5
    while time.perf_counter() < until:
        most = max(most, sockets(running.process.pid))
        await asyncio.sleep(0.1)
    took = flood.answers()
    spent = (cpu(running.process.pid) - before) * 1000
    return Result(flood.in_time(), statistics.median(took or [0.0]), spent / max(1, flood.in_time()), most)


async def shown(desk: Discord) -> list[str]:
    """Give the texts of an answer, for the echo to send as many bytes."""
    async with ours(desk) as (_, session):
        body = (await desk.callback(await desk.ask_of(session, "index", {"market": "nikkei"}))).body
        return [
            component["content"] for component in body["data"]["components"][0]["components"] if component["type"] == 10
        ]


@pytest.mark.parametrize("count", [500, 5000])
async def test_a_burst_is_answered_as_an_echo_does(count: int, benchmark_only: None) -> None:
    async with Discord() as desk:
        texts = await shown(desk)
        found: dict[str, list[Result]] = {"echo": [], "ours": []}
        for _ in range(ROUNDS):
            async with echo(desk, texts) as (running, session):
                found["echo"].append(await burst(desk, running, session, count))
            async with ours(desk) as (running, session):
                found["ours"].append(await burst(desk, running, session, count))
                assert "Traceback" not in running.output
    for name, results in found.items():
        print(f"\n{count} at once, {name}: {results}", end="")
    answered = {name: statistics.median(result.in_time for result in results) for name, results in found.items()}
    assert answered["ours"] >= answered["echo"]


async def test_after_a_minute_of_flood_it_is_well_again(benchmark_only: None) -> None:
    async with Discord() as desk, ours(desk) as (running, session):
        desk.requests.clear()
        flood = Flood(desk)
        await flood.stream(session, RATE, MINUTE, ALL)
        most, ended = sockets(running.process.pid), time.perf_counter()
        while True:  # until an ordinary answer comes in its time
            number = await flood.ask(session)
            with contextlib.suppress(TimeoutError):
                await desk.callback(number, LIFE)
                break
        well = time.perf_counter() - ended
        answers = len(flood.answers())
        print(f"\n{RATE}/s for {MINUTE:.0f} s: {len(flood.sent)} asked, {answers} answered, {most} sockets", end="")
        print(f", well again after {well:.2f} s, {len(running.lines)} lines of log")
        assert well < WELL_AGAIN
        assert most < 300
        assert len(running.lines) < 60
        assert "Traceback" not in running.output
