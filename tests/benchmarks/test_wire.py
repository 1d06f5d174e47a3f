"""How long from INTERACTION_CREATE to the answer, beside a bot of ten lines that sends a message of the same size?

Both are processes of their own on one loopback Discord, asked in turns, so that whatever slows one slows the other.
Medians are compared: the tail is the machine's.
"""

import json
import statistics
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.loopback.discord import Discord
from tests.loopback.line import Session
from tests.loopback.process import STAND_IN, bot

ECHO = ("-m", "tests.loopback.echo")
WARM, ROUNDS = 60, 600
MOST = 1.25
MOST_OF_WHY = 1.5


@pytest.fixture
async def desk() -> AsyncIterator[Discord]:
    async with Discord() as server:
        yield server


async def milliseconds(desk: Discord, session: Session, command: str = "index") -> tuple[float, Any]:
    """Ask once; return the time until the callback arrived, and its body."""
    desk.requests.clear()
    started = time.perf_counter()
    number = await desk.ask_of(session, command, {"market": "nikkei"})
    request = await desk.callback(number)
    return (request.at - started) * 1000, request.body


async def test_a_cached_index_is_answered_almost_as_fast_as_an_echo(desk: Discord, benchmark_only: None) -> None:
    async with bot(desk, *STAND_IN, DESK="sample", LOG_LEVEL="WARNING"):
        ours = await desk.connected()
        await desk.callback(await desk.ask_of(ours, "index", {"market": "nikkei"}))  # the one fetch
        _, body = await milliseconds(desk, ours)
        size = len(json.dumps(body))
        texts = [
            component["content"] for component in body["data"]["components"][0]["components"] if component["type"] == 10
        ]
        async with bot(desk, *ECHO, TEXTS=json.dumps(texts), LOG_LEVEL="WARNING"):
            echo = await desk.connected(2)
            _, other = await milliseconds(desk, echo)
            assert abs(len(json.dumps(other)) - size) < 0.05 * size
            took: dict[str, list[float]] = {"ours": [], "echo": []}
            for turn in range(WARM + ROUNDS):
                for name, session in (("ours", ours), ("echo", echo)):
                    spent, answer = await milliseconds(desk, session)
                    assert answer["type"] == 4  # at once, from memory
                    if turn >= WARM:
                        took[name].append(spent)
    floor, mine = (statistics.median(took[name]) for name in ("echo", "ours"))
    print(f"\n/index over the wire: {mine:.2f} ms, {mine / floor:.2f} × a ten-line echo ({floor:.2f} ms), {size} bytes")
    assert mine <= MOST * floor


async def test_why_from_memory_costs_little_more_than_an_index(desk: Discord, benchmark_only: None) -> None:
    async with bot(desk, *STAND_IN, DESK="sample", LOG_LEVEL="WARNING"):
        session = await desk.connected()
        took: dict[str, list[float]] = {"index": [], "why": []}
        for command in took:
            await desk.callback(await desk.ask_of(session, command, {"market": "nikkei"}))  # the one fetch
        for turn in range(WARM + ROUNDS):
            for command, times in took.items():
                spent, answer = await milliseconds(desk, session, command)
                assert answer["type"] == 4  # at once, from memory
                if turn >= WARM:
                    times.append(spent)
    index, why = (statistics.median(times) for times in took.values())
    print(f"\n/why over the wire: {why:.2f} ms, {why / index:.2f} × /index ({index:.2f} ms)")
    assert why <= MOST_OF_WHY * index
