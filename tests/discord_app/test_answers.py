"""Does an answer survive a reset connection, and does a deleted message pass without an error?"""

from collections.abc import AsyncIterator

import pytest

from tests import openapi
from tests.loopback.discord import Discord, Fault, Line
from tests.loopback.process import STAND_IN, Bot, bot

CALLBACK = "/interactions/*/callback"


@pytest.fixture
async def desk() -> AsyncIterator[Discord]:
    async with Discord() as server:
        yield server
        for request in server.requests:
            if request.body is not None:
                openapi.check(request.method, request.path, request.body)


async def still_answers(desk: Discord, running: Bot) -> None:
    """Wait for an ordinary answer, so that everything before it is finished; check that no traceback was logged."""
    await desk.callback(await desk.ask("help"))
    assert "Traceback" not in running.output
    assert "Reference" not in running.output


_LINES = {"before": Line.UNHEARD, "after": Line.RESET_BEFORE}


async def cut(desk: Discord, when: str, path: str = CALLBACK, method: str = "POST", times: int = 1) -> None:
    desk.faults.append(Fault(path, method=method, times=times, line=_LINES[when]))


def statuses(desk: Discord, number: str) -> list[int]:
    return [request.status for request in desk.found(f"/interactions/{number}/token-{number}/callback")]


async def until(desk: Discord, number: str, count: int) -> list[int]:
    await desk.until(lambda: len(statuses(desk, number)) >= count)
    return statuses(desk, number)


async def test_an_answer_whose_connection_was_reset_is_sent_once_more(desk: Discord) -> None:
    async with bot(desk, *STAND_IN, AGAIN_WITHIN="60") as running:
        await desk.connected()
        for name, options in (("index", {"market": "nikkei"}), ("index", {"market": "nikei"}), ("help", {})):
            await cut(desk, "before")  # in turn: an answer, a refusal, a private answer
            number = await desk.ask(name, options)
            assert await until(desk, number, 2) == [0, 200]
        await cut(desk, "before")
        number = await desk.press("ix:nikkei", BUTTON)
        assert await until(desk, number, 2) == [0, 200]
        await still_answers(desk, running)


async def test_one_that_had_arrived_is_not_sent_twice_and_no_error(desk: Discord) -> None:
    async with bot(desk, *STAND_IN, AGAIN_WITHIN="60") as running:
        await desk.connected()
        for name, options in (("index", {"market": "nikkei"}), ("index", {"market": "nikei"})):
            await cut(desk, "after")
            number = await desk.ask(name, options)
            assert await until(desk, number, 2) == [200, 400]
        await still_answers(desk, running)


async def test_a_third_time_is_not_tried_and_costs_a_line(desk: Discord) -> None:
    async with bot(desk, *STAND_IN, AGAIN_WITHIN="60") as running:
        await desk.connected()
        await cut(desk, "before", times=2)
        number = await desk.ask("index", {"market": "nikkei"})
        assert await until(desk, number, 2) == [0, 0]
        await running.said("did not get through")
        await still_answers(desk, running)
        assert statuses(desk, number) == [0, 0]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_promise_whose_connection_was_reset_is_kept(desk: Discord, when: str) -> None:
    async with bot(desk, *STAND_IN, AGAIN_WITHIN="60", DESK_HANGS="1") as running:
        await desk.connected()
        await cut(desk, when)
        number = await desk.ask("index", {"market": "nikkei"})
        followed = await desk.request(f"/webhooks/1000/token-{number}/messages/@original", "PATCH")
        assert "Nikkei 225" in str(followed.body)
        assert statuses(desk, number) == ([0, 200] if when == "before" else [200, 400])
        await cut(desk, when, "/webhooks/*", "PATCH")  # the follow-up is cut as well
        number = await desk.ask("index", {"market": "dax"})
        path = f"/webhooks/1000/token-{number}/messages/@original"
        await desk.until(lambda: len(desk.found(path, "PATCH")) == 2)
        await still_answers(desk, running)


BUTTON = [{"type": 17, "components": [{"type": 1, "components": [
    {"type": 2, "style": 2, "label": "↻", "custom_id": "ix:nikkei"}]}]}]  # fmt: skip


@pytest.mark.parametrize(("status", "code"), [(404, 10008), (404, 10062), (404, 10015), (404, 10003), (401, 50027)])
async def test_a_press_under_a_deleted_message_is_silence(desk: Discord, status: int, code: int) -> None:
    fault = {"message": "Unknown", "code": code}
    async with bot(desk, *STAND_IN, AGAIN_WITHIN="60") as running:
        await desk.connected()
        desk.faults.append(Fault(CALLBACK, status, fault))
        number = await desk.press("ix:nikkei", BUTTON)
        assert await until(desk, number, 1) == [status]
        await still_answers(desk, running)
        assert statuses(desk, number) == [status]
        assert not desk.found("/webhooks/*")
    assert "WARNING bot" not in running.output
    assert "ERROR" not in running.output


@pytest.mark.parametrize("code", [10008, 10015])
async def test_a_message_that_is_deleted_while_its_figures_are_fetched_is_silence_too(desk: Discord, code: int) -> None:
    async with bot(desk, *STAND_IN, AGAIN_WITHIN="60", DESK_HANGS="1") as running:
        await desk.connected()
        desk.faults.append(Fault("/webhooks/*", 404, {"message": "Unknown", "code": code}, method="PATCH"))
        number = await desk.press("ix:nikkei", BUTTON)
        await desk.request(f"/webhooks/1000/token-{number}/*", "PATCH")
        await still_answers(desk, running)
        assert len(desk.found("/webhooks/*")) == 1
    assert "ERROR" not in running.output
