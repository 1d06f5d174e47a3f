"""Under overload, which interactions are admitted, which wait and which are dropped? Runs on a fake clock."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.discord_app import admission
from bot.discord_app.admission import CALM, LIFE, TOO_MANY, UNANSWERED, UNDER_WAY, WAITING, Admission, Slot, Tally


class Door:
    """An admission whose interactions stay under way until the test ends them."""

    def __init__(self) -> None:
        self.now = 0.0
        self.tally = Tally()
        self.taken: list[int] = []
        self.slots: dict[int, Slot] = {}
        self.ends: dict[int, asyncio.Event] = {}
        self.admission = Admission(self._take_on, self.tally, lambda: self.now)

    def arrive(self, *numbers: int) -> None:
        for number in numbers:
            self.admission.arrive({"id": number})

    async def end(self, *numbers: int) -> None:
        for number in numbers:
            self.ends.pop(number).set()
        for _ in range(4):
            await asyncio.sleep(0)

    def _take_on(self, payload: dict[str, Any]) -> None:
        number = payload["id"]
        self.taken.append(number)
        mine = admission.slot()
        assert mine is not None
        self.slots[number] = mine
        end = self.ends[number] = asyncio.Event()
        admission.watch(asyncio.create_task(end.wait()))


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    yield door
    while door.ends:  # ending an interaction admits others
        await door.end(*door.ends)
    door.tally.close()


async def test_first_answers_go_out_while_the_others_wait(door: Door) -> None:
    door.arrive(*range(500))
    assert door.taken == [*range(UNANSWERED)]
    assert door.admission.waiting == 500 - UNANSWERED
    await door.end(0, 1)
    assert door.taken == [*range(UNANSWERED + 2)]
    while door.ends:
        await door.end(*door.ends)
    assert door.taken == [*range(500)]
    assert (door.admission.under_way, door.admission.waiting) == (0, 0)
    assert door.tally[TOO_MANY] == 0


async def test_who_can_no_longer_be_answered_is_dropped_before_anything_is_done_for_him(door: Door) -> None:
    door.arrive(*range(UNANSWERED))
    door.arrive(1000, 1001)
    door.now = LIFE - 0.2
    door.arrive(2000)
    await door.end(0)
    assert door.taken[UNANSWERED:] == [2000]
    assert door.tally[TOO_MANY] == 2


async def test_the_newest_come_first_once_some_have_waited_long(door: Door) -> None:
    door.arrive(*range(UNANSWERED))
    door.arrive(1000, 1001, 1002)
    await door.end(0)
    assert door.taken[-1] == 1000
    door.now = CALM + 0.1
    await door.end(1, 2)
    assert door.taken[-2:] == [1002, 1001]


async def test_the_slower_the_answers_are_the_sooner_waiting_is_in_vain(door: Door) -> None:
    door.arrive(*range(UNANSWERED))
    door.now = 1.0  # answers now take a second
    await door.end(*range(UNANSWERED))
    door.arrive(*range(100, 100 + UNANSWERED), 1000)
    door.now = 2.0
    await door.end(100)
    assert door.taken[-1] == 1000  # a second old and still admitted: two seconds remain
    door.arrive(1001)
    door.now = 2.0 + 1.6
    await door.end(101)
    assert door.tally[TOO_MANY] == 1  # too little time is left for an answer that takes a second


async def test_what_waits_is_bounded_and_the_oldest_makes_way(door: Door) -> None:
    door.arrive(*range(UNANSWERED + WAITING + 10))
    assert door.admission.waiting == WAITING
    assert door.tally[TOO_MANY] == 10
    await door.end(0)
    assert door.taken[-1] == UNANSWERED + 10


async def test_who_has_been_told_to_wait_makes_room_for_another_up_to_a_bound(door: Door) -> None:
    for number in range(UNDER_WAY + 5):
        door.arrive(number)
        if number < UNDER_WAY:
            door.slots[number].acknowledged()
    assert door.admission.under_way == UNDER_WAY
    await door.end(0)
    assert door.taken[-1] == UNDER_WAY


async def test_what_hangs_beyond_its_life_keeps_no_place(door: Door) -> None:
    door.arrive(*range(UNANSWERED))
    door.now = LIFE + 0.1
    door.arrive(1000)
    assert door.taken[-1] == 1000
    await door.end(*range(UNANSWERED))
    assert door.admission.under_way == 1


async def test_what_sets_nothing_off_and_what_fails_leave_no_trace(door: Door) -> None:
    calm = Admission(lambda _: None, door.tally)
    for number in range(3 * UNANSWERED):
        calm.arrive({"id": number})
    assert (calm.under_way, calm.waiting) == (0, 0)

    def fail(_: dict[str, Any]) -> None:
        raise KeyError("custom_id")

    broken = Admission(fail, door.tally)
    for number in range(3 * UNANSWERED):
        with pytest.raises(KeyError):
            broken.arrive({"id": number})
    assert (broken.under_way, broken.waiting) == (0, 0)


async def test_a_line_a_minute_tells_how_many(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def until(look: Callable[[], bool]) -> None:
        while not look():
            await asyncio.sleep(0.001)

    monkeypatch.setattr(admission, "FIRST", 0.01)
    caplog.set_level(logging.INFO)
    tally = Tally()
    for _ in range(4000):
        tally.count(TOO_MANY)
    tally.count("whose asker was gone")
    await until(lambda: bool(caplog.messages))
    for _ in range(3):
        tally.count(TOO_MANY)
        await asyncio.sleep(0.02)
    tally.close()
    assert caplog.messages == [
        "Interactions without an answer: 4000 came faster than they can be answered, 1 whose asker was gone.",
        "Interactions without an answer: 3 came faster than they can be answered.",
    ]
    tally.close()
    assert len(caplog.messages) == 2
