"""More interactions than can be answered (commands, autocompletions, button presses), and what became of them."""

import asyncio
import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.loopback.discord import LIFE, Discord
from tests.loopback.line import Session
from tests.loopback.payloads import AUTOCOMPLETE, COMMAND, COMPONENT, interaction, message, snowflake

Kind = tuple[int, dict[str, Any], dict[str, Any] | None]
_MARKET = {"name": "market", "type": 3, "value": "nikkei"}
INDEX: Kind = (COMMAND, {"id": "5000", "name": "index", "type": 1, "options": [_MARKET]}, None)
SUMMARY: Kind = (
    COMMAND,
    {"id": "5001", "name": "world", "type": 1, "options": [{"name": "summary", "type": 1, "options": []}]},
    None,
)
TYPED: Kind = (
    AUTOCOMPLETE,
    {"id": "5000", "name": "index", "type": 1, "options": [{**_MARKET, "value": "nik", "focused": True}]},
    None,
)
_BUTTON = {"type": 2, "style": 2, "label": "↻", "custom_id": "ix:nikkei", "disabled": False, "id": 3}
_BOX = {"type": 17, "id": 1, "components": [{"type": 1, "id": 2, "components": [_BUTTON]}]}
PRESS: Kind = (COMPONENT, {"custom_id": "ix:nikkei", "component_type": 2, "id": 3}, message([_BOX]))
ALL = (INDEX, TYPED, PRESS, SUMMARY)


@dataclass(slots=True)
class Flood:
    """Sends a flood of interactions and measures how long the answers took."""

    desk: Discord
    sent: dict[str, float] = field(default_factory=dict)
    _member: Iterator[int] = field(default_factory=lambda: itertools.count(100_000))

    async def ask(self, session: Session, kind: Kind = INDEX) -> str:
        """Let another member ask; return the interaction's id. Discord accepts its answer for 3 s."""
        number = snowflake()
        what, data, under = kind
        payload = interaction(number, what, data, message=under)
        payload["member"]["user"]["id"] = str(next(self._member))
        self.sent[number] = self.desk.asked[number] = time.perf_counter()
        await session.dispatch("INTERACTION_CREATE", payload)
        return number

    async def burst(self, session: Session, count: int, kinds: tuple[Kind, ...] = (INDEX,)) -> None:
        """Send this many interactions at once."""
        for _, kind in zip(range(count), itertools.cycle(kinds), strict=False):
            await self.ask(session, kind)

    async def stream(self, session: Session, rate: int, seconds: float, kinds: tuple[Kind, ...] = (INDEX,)) -> None:
        """Ask ``rate`` times a second, in ticks of 20 ms; a machine that falls behind catches up."""
        started, asked, kind = time.perf_counter(), 0, itertools.cycle(kinds)
        while (passed := time.perf_counter() - started) < seconds:
            while asked < passed * rate:
                await self.ask(session, next(kind))
                asked += 1
            await asyncio.sleep(0.02)

    def answers(self) -> list[float]:
        """Return how long each accepted answer took, in seconds."""
        found = []
        for request in self.desk.requests:
            number = request.path.split("/")[2] if request.path.startswith("/interactions/") else ""
            if number in self.sent and request.status < 300:
                found.append(request.at - self.sent[number])
        return found

    def in_time(self) -> int:
        """Count the interactions answered in time."""
        return sum(took <= LIFE for took in self.answers())


def sockets(pid: int) -> int:
    """Count the open sockets of a process."""
    count = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            count += str(link.readlink()).startswith("socket:")
        except FileNotFoundError:  # closed in the meantime
            continue
    return count


def cpu(pid: int) -> float:
    """Return the processor time that a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
