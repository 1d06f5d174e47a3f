"""`/index` as a member sees it; tests/discord_app/test_client.py covers how answers are delivered."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.env import Env

from bot.domain.markets.catalogue import MARKETS
from bot.services.asked_markets import AskedMarkets
from commands.choices import markets
from tests.fakes import FakeQuestions
from tests.simulated import member, simulated, text


@pytest.fixture
def desk() -> FakeQuestions:
    return FakeQuestions()


@pytest.fixture
async def env(desk: FakeQuestions, tmp_path: Path) -> AsyncIterator[Env]:
    async for env in simulated(desk, tmp_path):
        yield env


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", "sp500"),  # the member's Discord is set to English (US)
        ("日経", "nikkei"),
        ("코스피", "kospi"),
        ("s&p", "sp500"),
        ("ｎ２２５", "nikkei"),
        ("hsi", "hang-seng"),
    ],
)
async def test_markets_are_offered_in_every_script(env: Env, typed: str, first: str) -> None:
    alice, channel = member(env)
    offered = await alice.autocomplete(channel, "index", "market", typed)
    assert offered[0] == {"name": MARKETS[first].name, "value": first}
    assert len(offered) <= 25


async def test_what_nobody_can_mean_offers_nothing_and_asks_nothing(env: Env, desk: FakeQuestions) -> None:
    alice, channel = member(env)
    assert await alice.autocomplete(channel, "index", "market", "\u200b ") == (
        await alice.autocomplete(channel, "index", "market", "")
    )
    for typed in ("qqqqqqqqqq", "\u200b!?"):
        assert await alice.autocomplete(channel, "index", "market", typed) == []
    assert desk.asked == []


@pytest.mark.parametrize(
    ("locale", "name"),
    [
        (discord.Locale.japanese, "日経平均株価"),
        (discord.Locale.korean, "닛케이225"),
        (discord.Locale.taiwan_chinese, "日經225指數"),
        (discord.Locale.chinese, "日经225指数"),
        (discord.Locale.french, "Nikkei 225"),
    ],
)
async def test_offers_are_named_in_the_users_language(locale: discord.Locale, name: str) -> None:
    class Typing:
        def __init__(self) -> None:
            self.locale, self.guild_id = locale, None
            self.client = type("Client", (), {"asked": AskedMarkets()})()

    asking: Any = Typing()
    assert (await markets(asking, "nikkei"))[0].to_dict() == {"name": name, "value": "nikkei"}


async def test_a_choice_and_free_text_both_arrive(env: Env, desk: FakeQuestions) -> None:
    alice, channel = member(env)
    for typed in ("nikkei", "日経平均", "N225"):
        assert "Nikkei 225" in text((await alice.slash(channel, "index", market=typed)).response)
    assert desk.asked == ["nikkei", "日経平均", "N225"]


async def test_free_text_that_is_no_market_is_answered_with_a_suggestion_that_mentions_nobody(env: Env) -> None:
    alice, channel = member(env)
    result = await alice.slash(channel, "index", market="@everyone nikkei")
    assert result.response.ephemeral
    assert result.response.content.startswith("I don't know “\\@everyone nikkei”.")
    body: Any = env.http_requests[-1].json
    assert body["data"]["allowed_mentions"] == {"parse": []}
    assert len(env.errors) == 1


async def test_what_a_server_asks_for_is_offered_first(env: Env) -> None:
    alice, channel = member(env)
    for _ in range(2):
        await alice.slash(channel, "index", market="코스피")
    assert (await alice.autocomplete(channel, "index", "market", ""))[0]["value"] == "kospi"
