"""A flood over the wire: its cost is bounded on any machine, and the bot recovers once it is over."""

import contextlib
import re
import time

from tests.loopback.discord import LIFE, Discord
from tests.loopback.flood import ALL, Flood, sockets
from tests.loopback.process import STAND_IN, bot

MOST_SOCKETS = 100  # 64 answers under way, the gateway, the event loop's own; an unbounded bot opens one per asker
MOST_LINES = 25


async def test_a_flood_is_answered_as_far_as_it_goes_and_leaves_nothing_behind() -> None:
    async with Discord() as desk, bot(desk, *STAND_IN, DESK="sample", LOG_LEVEL="INFO") as running:
        session = await desk.connected()
        await desk.callback(await desk.ask_of(session, "index", {"market": "nikkei"}))
        flood, most = Flood(desk), 0
        for _ in range(15):
            await flood.burst(session, 100, ALL)
            most = max(most, sockets(running.process.pid))
        deadline = time.monotonic() + 120
        while True:
            most = max(most, sockets(running.process.pid))
            number = await flood.ask(session)
            with contextlib.suppress(TimeoutError):
                await desk.callback(number, LIFE)
                break
            assert time.monotonic() < deadline
        assert most < MOST_SOCKETS
        log = [line for line in running.lines if re.match(r"(INFO|WARNING|ERROR) (?!bot\.watchdog)", line)]
        assert len(log) < MOST_LINES  # the watchdog is left out: it also logs how slow the machine is
        assert "Traceback" not in running.output
        # Every kind of interaction passed the same admission, so each must be answered; a slow machine defers some.
        answered = {request.body["type"] for request in desk.found("/interactions/*") if request.status < 300}
        assert answered <= {4, 5, 6, 7, 8}
        assert all(answered & kinds for kinds in ({4, 5}, {6, 7}, {8}))
