"""What do the larger answers cost from memory, over the wire, beside `/index` from memory in the same run?"""

import statistics
import time
from typing import Any

from tests.loopback.discord import Discord
from tests.loopback.payloads import COMMAND, interaction, snowflake
from tests.loopback.process import STAND_IN, bot

WARM, ROUNDS = 30, 300
SUMMARY = {"name": "summary", "type": 1, "options": []}
MARKET = {"name": "market", "type": 3, "value": "nikkei"}
ASKED: dict[str, tuple[str, list[dict[str, Any]], float]] = {
    "/index": ("index", [MARKET], 1.0),
    "/record market:": ("record", [MARKET], 1.25),
    "/record": ("record", [], 3.0),
    "/asia summary": ("asia", [SUMMARY], 2.0),
    "/world summary": ("world", [SUMMARY], 2.0),
}
"""Each question, and how many times the median of `/index` it may cost at the most."""


async def test_answers_from_memory_cost_little_more_than_an_index(benchmark_only: None) -> None:
    took: dict[str, list[float]] = {name: [] for name in ASKED}
    async with Discord() as desk, bot(desk, *STAND_IN, DESK="sample", LOG_LEVEL="WARNING"):
        session = await desk.connected()
        for turn in range(WARM + ROUNDS):
            for name, (command, options, _) in ASKED.items():  # in turns, so that a busy machine slows all
                desk.requests.clear()
                number = snowflake()
                data = {"id": "5000", "name": command, "type": 1, "options": options}
                started = time.perf_counter()
                await session.dispatch("INTERACTION_CREATE", interaction(number, COMMAND, data))
                request = await desk.callback(number)
                if turn >= WARM:
                    assert request.body["type"] == 4, name  # at once, from memory
                    took[name].append(request.at - started)
    medians = {name: statistics.median(times) for name, times in took.items()}
    for name, median in medians.items():
        print(f"\n{name}: {median * 1000:.2f} ms, {median / medians['/index']:.2f} × /index", end="")
    for name, (_, _, most) in ASKED.items():
        assert medians[name] <= most * medians["/index"], name
