"""`/why` and its button as a member sees them, on the sample."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord.env import Env

from bot import app
from bot.services.questions import Questions
from tests.fakes import FakeQuestions
from tests.simulated import member, simulated, text

SAID = "Samsung Electronics (+3.8 %) and SK Hynix (+5.1 %) made up most of the KOSPI's gain"


class SampleDesk(FakeQuestions):
    """Answers from the sample, as the real questions do."""

    def __init__(self) -> None:
        super().__init__()
        self._sample = app.sample()

    @property
    def questions(self) -> Questions:
        return self._sample


@pytest.fixture
async def env(tmp_path: Path) -> AsyncIterator[Env]:
    async for env in simulated(SampleDesk(), tmp_path):
        yield env


async def test_a_member_asks_why(env: Env) -> None:
    alice, channel = member(env)
    answer = await alice.slash(channel, "why", market="코스피")
    assert SAID in text(answer.response)
    assert not answer.ephemeral


async def test_and_alone(env: Env) -> None:
    alice, channel = member(env)
    assert (await alice.slash(channel, "why", market="kospi", private=True)).ephemeral


async def test_the_button_under_an_index_tells_its_presser_alone(env: Env) -> None:
    alice, channel = member(env)
    index = await alice.slash(channel, "index", market="kospi")
    assert "Samsung Electronics and SK Hynix made about 36 of the 45 points." in text(index.response)
    pressed = await alice.click(index.response, label="Why?")
    assert pressed.ephemeral
    assert SAID in text(pressed.response)


async def test_the_button_under_a_summary(env: Env) -> None:
    alice, channel = member(env)
    told = await alice.slash(channel, "asia summary")
    pressed = await alice.click(told.response, label="Why did the KOSPI move?")
    assert pressed.ephemeral
    assert SAID in text(pressed.response)


async def test_a_market_without_heavyweights_has_no_button(env: Env) -> None:
    alice, channel = member(env)
    index = await alice.slash(channel, "index", market="dax")
    with pytest.raises(Exception, match="Why"):
        await alice.click(index.response, label="Why?")


async def test_a_member_asks_what_is_due(env: Env) -> None:
    alice, channel = member(env)
    said = text((await alice.slash(channel, "calendar", region="americas", days=3)).response)
    assert "**Wed Sep 17**" in said
    assert "decision on interest rates; Fed funds futures put about 95 % on a quarter-point cut" in said
    assert "Nothing that is known of." in text((await alice.slash(channel, "calendar", region="asia")).response)
