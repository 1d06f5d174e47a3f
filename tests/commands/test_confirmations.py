"""Is a confirmed action carried out exactly once, and only for those allowed to, whatever happens in between?"""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.adapters.storage.posting_schema import PROPOSALS
from bot.domain.errors import StoreError
from bot.domain.posting.confirmations import ANSWERED_WITHIN
from bot.domain.posting.subscriptions import MOST_PER_GUILD
from tests.house import House
from tests.sentences import other
from tests.simulated import text


async def asked(house: House, command: str = "add") -> Any:
    """Let the admin use a command that asks for confirmation, and return the question."""
    if command == "delete":
        return (await house.admin.slash(house.channel, "data delete")).response
    if command == "edit":
        shown = await house.schedule("edit", number=1, when="10:30")
    else:
        shown = await house.schedule("add", what="nikkei", channel=house.channel, when="09:00", zone="Asia/Tokyo")
    assert "This question expires <t:" in text(shown.response)
    return shown.response


async def listed(house: House) -> str:
    return text((await house.schedule("list")).response)


async def proposals(house: House) -> int:
    async with house.database.reading() as connection:
        return int((await connection.execute(sa.select(sa.func.count()).select_from(PROPOSALS))).scalar_one())


def last_reply(house: House) -> str:
    """Return the JSON of the last answer to an interaction."""
    return json.dumps(house.env.http_requests[-1].json, ensure_ascii=False)


@pytest.mark.parametrize("label", ["Yes", "No"])
async def test_a_press_by_somebody_who_may_not_leaves_the_question_open(house: House, label: str) -> None:
    question = await asked(house)
    roles = house.env.backend.guilds[house.guild.id].members[house.admin.id].role_ids
    taken = roles[:]
    roles.clear()
    refused = await house.admin.click(question, label=label)
    assert refused.acknowledged
    assert "Manage Server" in last_reply(house)
    assert "Set this up?" in text(question)
    roles[:] = taken
    await house.admin.click(question, label="Yes")
    assert "Number 1 is set up" in text(question)


@pytest.mark.parametrize("command", ["add", "edit", "delete"])
async def test_a_question_survives_a_restart(house: House, command: str) -> None:
    await house.nikkei()
    question = await asked(house, command)
    await house.restart()
    pressed = await house.admin.click(question, label="Yes")
    assert pressed.acknowledged
    said = {"add": "Number 2 is set up", "edit": "Number 1 is changed", "delete": "All of it is deleted"}[command]
    assert said in text(question)
    now = await listed(house)
    assert {"add": "2 posts", "edit": "10:30 Asia/Tokyo", "delete": "No posts yet"}[command] in now


async def test_a_no_survives_a_restart_too(house: House) -> None:
    question = await asked(house)
    await house.restart()
    await house.admin.click(question, label="No")
    assert "Nothing was changed" in text(question)
    assert "No posts yet" in await listed(house)


@pytest.mark.parametrize(("command", "result"), [("add", "2 posts"), ("edit", "1 post"), ("delete", "No posts yet")])
@pytest.mark.parametrize("second", ["Yes", "No"])
async def test_a_second_press_is_acknowledged_and_carries_out_nothing(
    house: House, command: str, result: str, second: str
) -> None:
    await house.nikkei()
    question = await asked(house, command)
    before = question.components
    await house.admin.click(question, label="Yes")
    first = text(question)
    question._message.components[:] = before  # as on a client that still shows the buttons
    assert (await house.admin.click(question, label=second)).acknowledged
    assert text(question) == first if command != "delete" else "has been answered" in text(question)
    assert result in await listed(house)
    assert len(house.env.errors) == 0


async def test_two_processes_carry_it_out_once(house: House) -> None:
    await asked(house)
    async with house.database.reading() as connection:
        token = (await connection.execute(sa.select(PROPOSALS.c.token))).scalar_one()
    first, second = house, House(house.folder)
    ends = await asyncio.gather(
        *(process.confirmations.answer(house.guild.id, token, yes=True) for process in (first, second) * 2)
    )
    assert len(set(ends)) == 1
    assert "1 post" in await listed(house)
    await second.database.close()


async def test_a_question_of_another_server_is_none(house: House) -> None:
    await asked(house)
    async with house.database.reading() as connection:
        token = (await connection.execute(sa.select(PROPOSALS.c.token))).scalar_one()
    assert (await house.confirmations.answer(house.guild.id + 1, token, yes=True)).ending == "answered"
    assert (await house.confirmations.answer(house.guild.id + 1, token, yes=False)).ending == "answered"
    assert (await house.confirmations.answer(house.guild.id, token, yes=True)).ending == "done"


async def test_a_press_that_fails_leaves_the_question_open(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    question = await asked(house)
    with monkeypatch.context() as patch:

        async def broken(*_: object) -> None:
            raise StoreError(other("The database cannot be written."))

        patch.setattr(house.database, "write", broken)
        assert (await house.admin.click(question, label="Yes")).acknowledged
        assert "cannot be written" in last_reply(house)
    await house.admin.click(question, label="Yes")
    assert "Number 1 is set up" in text(question)


async def test_what_cannot_be_carried_out_any_more_is_said_and_stays_open(house: House) -> None:
    question = await asked(house)
    for hour in range(MOST_PER_GUILD):
        await house.nikkei(when=f"{hour % 24}:30")
    await house.admin.click(question, label="Yes")
    assert "25 posts already" in last_reply(house)
    await house.schedule("remove", number=1)
    await house.admin.click(question, label="Yes")
    assert "is set up" in text(question)
    change = (await house.schedule("edit", number=2, when="11:00")).response
    await house.schedule("remove", number=2)
    await house.admin.click(change, label="Yes")
    assert "no post or alert number 2" in last_reply(house)


async def test_a_question_expires_and_says_so(house: House) -> None:
    question = await asked(house)
    house.clock.now += ANSWERED_WITHIN
    await house.admin.click(question, label="Yes")
    assert "This question has expired" in text(question)
    assert "No posts yet" in await listed(house)


async def test_expired_questions_are_cleared_and_open_ones_are_not(house: House) -> None:
    question = await asked(house)
    assert await proposals(house) == 1
    await house.posts.purge()
    assert await proposals(house) == 1
    house.clock.now += timedelta(days=-2)  # the clock was ahead when the question was asked
    await house.posts.purge()
    assert await proposals(house) == 0
    house.clock.now += timedelta(days=2)
    await house.admin.click(question, label="Yes")
    assert "This question has been answered" in text(question)  # its outcome is no longer known
    await asked(house)
    house.clock.now += ANSWERED_WITHIN
    await house.posts.purge()
    assert await proposals(house) == 0


async def test_a_deletion_leaves_no_question(house: House) -> None:
    await asked(house)
    question = await asked(house, "delete")
    assert await proposals(house) == 2
    await house.admin.click(question, label="Yes")
    assert await proposals(house) == 0


async def test_a_post_begins_when_it_is_confirmed(house: House) -> None:
    question = await asked(house)
    house.clock.move(minutes=10)
    await house.admin.click(question, label="Yes")
    (post,) = await house.posts.list_for_guild(house.guild.id)
    assert post.what.planned_until == house.clock.now  # type: ignore[union-attr]
