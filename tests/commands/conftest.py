"""Fixtures shared by the command tests: a server with the bot in it, closed and checked afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import House
from tests.simulated import check


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    await house.open()
    try:
        yield house
    finally:
        await house.close()
    check(house.env)
