"""Does everything that is said come in the language that was chosen, and in English where it is not spoken?

Japanese is stood in for by English in capitals.
"""

import dataclasses
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import discord
import pytest

from bot.discord_app import custom_ids
from bot.discord_app.composer import PostComposer
from bot.domain.posting.schedule import Skipped, Topic
from bot.domain.posting.subscriptions import PostContent, PostStyle
from bot.views.en import posting
from bot.views.en.english import ENGLISH
from bot.views.language import Language
from bot.views.languages import LANGUAGES, is_spoken, language
from bot.views.message import Message, Messages
from bot.views.page import Page
from tests.factories import AT, index_answer, post
from tests.fakes import FakeQuestions
from tests.house import House
from tests.simulated import text


def capitals(said: Any) -> Any:
    """Put whatever words returned into capitals, but for the marks that only Discord reads."""
    match said:
        case str():
            return said if "<" in said else said.upper()
        case Page():
            title, paragraphs = said.title.upper(), tuple(capitals(paragraph) for paragraph in said.paragraphs)
            return said._replace(title=title, paragraphs=paragraphs)
        case list():
            return [capitals(part) for part in said]
        case _:
            return said


class Capitals:
    """All that English says, in capitals."""

    def __init__(self, words: Any, **own: Any) -> None:
        self._words, self.__dict__ = words, {"_words": words, **own}

    def __getattr__(self, name: str) -> Any:
        said = getattr(self._words, name)
        if not callable(said):
            return capitals(said)
        words: Callable[..., Any] = said
        return lambda *given, **named: capitals(words(*given, **named))


@pytest.fixture
def japanese(monkeypatch: pytest.MonkeyPatch) -> Language:
    spoken = cast("Language", Capitals(ENGLISH, code="ja", posting=Capitals(posting)))
    monkeypatch.setitem(LANGUAGES, "ja", spoken)
    return spoken


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    opened = House(tmp_path)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def asking_in_japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Discord say of whoever asks that their client is set to Japanese."""
    read = discord.Interaction._from_data

    def from_data(interaction: Any, data: Any) -> None:
        data["locale"] = "ja"
        read(interaction, data)

    monkeypatch.setattr(discord.Interaction, "_from_data", from_data)


def words_of(view: Message) -> str:
    components: Any = view.to_components()  # type: ignore[no-untyped-call]
    return str(components)


def test_a_code_means_its_language_and_english_where_that_is_not_spoken(japanese: Language) -> None:
    assert language("ja") is japanese
    assert language("en-GB") is language("en-US") is language("ko") is ENGLISH
    assert (is_spoken("ja"), is_spoken("en-GB"), is_spoken("ko")) == (True, True, False)


def test_one_answer_is_laid_out_once_a_language(japanese: Language) -> None:
    messages = Messages(custom_ids.BUTTON_IDS)
    answer = index_answer().model_copy(update={"revision": 1})
    english = messages.message(answer, ENGLISH)
    shouted = messages.message(answer, japanese)
    assert "### Nikkei 225" in words_of(english)
    assert "### NIKKEI 225" in words_of(shouted)
    assert messages.message(answer, ENGLISH) is english
    assert messages.message(answer, japanese) is shouted


@pytest.mark.parametrize(("code", "title", "button"), [("ja", "NIKKEI 225", "NOW"), ("ko", "Nikkei 225", "Now")])
@pytest.mark.usefixtures("japanese")
async def test_a_post_comes_in_its_language(code: str, title: str, button: str) -> None:
    desk = FakeQuestions()
    subject = dataclasses.replace(post().subject, topic=Topic.MARKET, key="nikkei")
    content = PostContent(AT, PostStyle(code), subject)
    body = str((await PostComposer(desk.questions, desk.renew).compose(content)).body)
    assert f"### {title}" in body
    assert f"'label': '{button}'" in body


@pytest.mark.usefixtures("japanese")
async def test_so_does_what_stands_in_the_place_of_a_post() -> None:
    desk = FakeQuestions()
    content = PostContent(AT, PostStyle("ja"), post().subject, Skipped("XTKS", "Culture Day"))
    composed = await PostComposer(desk.questions, desk.renew).compose(content)
    assert "TOKYO" in str(composed.body)


@pytest.mark.usefixtures("japanese", "asking_in_japanese")
async def test_whoever_asks_is_answered_in_their_language(house: House) -> None:
    answered = await house.member.slash(house.channel, "index", market="nikkei")
    assert "### NIKKEI 225" in text(answered.response)
    question = await house.schedule("add", what="nikkei", channel=house.channel, when="09:00", zone="Asia/Tokyo")
    assert "SET THIS UP?" in text(question.response)
    await house.admin.click(question.response, label="YES")
    assert "IS SET UP" in text(question.response)
    await house.schedule("pause", number=7)
    assert "THIS SERVER HAS NO POST OR ALERT NUMBER 7." in str(house.env.http_requests[-1].json)
