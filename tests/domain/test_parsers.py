"""Can a text from outside, however long and however contrived, hold the event loop up?"""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import discord
import pytest

import commands
from bot.discord_app import buttons, subscription_commands
from bot.domain.errors import MarketError
from bot.domain.markets.search import find, normal, search
from bot.domain.posting.parsing import exchange, subject, subjects, weekdays, when
from bot.domain.posting.zones import timezone, timezones
from bot.services import grammar
from bot.services.asked_markets import AskedMarkets
from commands import choices, schedule

LENGTH = 6000  # characters that Discord lets an option have
MOST = 0.005  # seconds of a processor that a text may cost; the answer itself is not in it
TRIES = 7

BEGINNINGS = (
    "", "1 min before", "when", "at the", "1 h after the close of", "30 min before Tokyo opens", "9", "9:00", "mon,",
    "asia summary", "nikkei", "'", '"', "market:", "/", "/index", "/record market:", "records",
)  # fmt: skip
FILLINGS = (
    " ", "\t", "\u3000", "a", "a ", "0", "9", "1 min before ", "opens ", "open", "the ", "'s ", "’", "close of ",
    "mon,", "mon-", ",", "-", ", ", ":", ".", "_", "/", "\\", "'", '"', "*", "[", "](", "ß", "ﷺ", "\u0390",
    "e\u0315\u0300\u05ae", "\u0300", "\u0315\u0300", "\u202e", "\u200b", "\ud800", "\x00", "日", "が", "가", "ᄀ", "😀",
    "\U0001d15e",
)  # fmt: skip
ENDINGS = ("", "x", " x", " opens", "\n", "!")


def worst_cases(beginnings: Sequence[str], endings: Sequence[str]) -> Iterator[str]:
    for beginning in beginnings:
        for filling in FILLINGS:
            for ending in endings:
                room = LENGTH - len(beginning) - len(ending)
                yield beginning + (filling * (room // len(filling) + 1))[:room] + ending


FEW = tuple(worst_cases(BEGINNINGS[::2], ENDINGS[1:2]))
ALL = tuple(dict.fromkeys(worst_cases(BEGINNINGS, ENDINGS)))


def template(item: type[discord.ui.DynamicItem[Any]]) -> Callable[[str], object]:
    """Match a custom id as discord.py does, behind each beginning that leads deeper into the pattern."""
    pattern = item.__discord_ui_compiled_template__

    def matched(text: str) -> None:
        for beginning in ("", "ix:", "post:", "post:a:", "post:a:market:", "ask:", "ask:a-"):
            pattern.fullmatch(beginning + text)

    return matched


def autocomplete(offer: Callable[[Any, str], Any]) -> Callable[[str], object]:
    def offered(text: str) -> None:
        client = SimpleNamespace(asked=AskedMarkets())
        interaction = SimpleNamespace(locale=discord.Locale.japanese, guild_id=None, client=client)
        with pytest.raises(StopIteration):
            offer(interaction, text).send(None)

    return offered


PARSERS: dict[str, Callable[[str], object]] = {
    "find": find,
    "search": search,
    "normal": normal,
    "subject": subject,
    "subjects": subjects,
    "when": lambda text: when(text, "Asia/Tokyo"),
    "zone of when": lambda text: when("9:00", text),
    "exchange": exchange,
    "timezone": timezone,
    "timezones": timezones,
    "weekdays": weekdays,
    "language": subscription_commands.language_code,
    "the terminal's line": lambda text: grammar.read(text, commands.ALL),
    "choices of markets": autocomplete(choices.markets),
    "choices of subjects": autocomplete(schedule._subjects),
    "choices of languages": autocomplete(schedule._languages),
    "choices of zones": autocomplete(schedule._zones),
    "button: refresh": template(buttons.RefreshButton),
    "button: now": template(buttons.NowButton),
    "button: yes or no": template(buttons.ConfirmationButton),
}


def cost(parser: Callable[[str], object], text: str) -> float:
    """Measure the processor's time alone, and of several tries the least: what else runs is not the parser's."""
    least = float("inf")
    for _ in range(TRIES):
        started = time.thread_time()
        with contextlib.suppress(MarketError):
            parser(text)
        least = min(least, time.thread_time() - started)
        if least < MOST:
            break
    return least


@pytest.mark.no_cover
@pytest.mark.parametrize("cases", [FEW, pytest.param(ALL, marks=pytest.mark.slow)], ids=["few", "all"])
@pytest.mark.parametrize("name", PARSERS)
def test_no_text_of_6000_characters_costs_more_than_5_ms(name: str, cases: Sequence[str]) -> None:
    parser = PARSERS[name]
    for text in ("nikkei", "zzz"):  # the tables are made once, by whoever comes first
        cost(parser, text)
    slow = {ascii(text[:30]): spent for text in cases if (spent := cost(parser, text)) >= MOST}
    assert not slow
