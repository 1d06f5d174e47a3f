"""Is what somebody typed only ever text where a refusal repeats it?"""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import commands
from bot.discord_app import subscription_commands
from bot.domain.errors import SHOWN, MarketError
from bot.domain.markets.search import find
from bot.domain.posting.parsing import exchange, subject, weekdays, when
from bot.domain.posting.zones import timezone
from bot.domain.text import bounded
from bot.services import grammar
from bot.views.en.failures import sentence
from bot.views.page import DISCORD, escaped
from tests.markdown import Token, read
from tests.sentences import sentence_of

ATTACKS = (
    "[Nikkei 225](https://evil.example)", '[a](<https://evil.example> "b")', "https://evil.example/x",
    "<https://e.example>", "discord.gg/abcdef", "https://discord.gg/abcdef", "@everyone", "@here", "<@1>", "<@!1>",
    "<@&1>", "<#1>", "<id:home>", "<t:0:R>", "</data delete:1>", "<:a:1>", "<a:a:1>", "**b**", "__u__", "_e_", "*e*",
    "***x***", "~~s~~", "||x||", "`c`", "``c``", "```c```", "# h", "> q", ">>> q", "-# s", "- l", "1. l", "\\*a*",
    "\\\\*a*", "\\[a](https://e.example)", "a\n# h", "\u202egnp.exe", "\u2066a\u2069", "\u200b@everyone",
    "@\u200beveryone", "<@\u200d1>", "\ud800", "\x00", "\x1b[31m", "<a@b.example>", "<tel:+1>",
    "h\u200bttps://evil.example", "“. Press **Now**", "{text}", "{0}", "{", "}", "%s", "a" * 70,
)  # fmt: skip
PIECES = st.one_of(st.sampled_from(ATTACKS), st.text(max_size=12), st.sampled_from(list("\\`*_~|<>[]()#@:/-.!{} \n")))
TYPED = st.lists(PIECES, min_size=1, max_size=6).map("".join)


def command(text: str) -> None:
    grammar.read(text, commands.ALL)


REFUSALS: dict[str, Callable[[str], object]] = {
    "market": find,
    "subject": subject,
    "exchange": exchange,
    "around": lambda text: when(f"30 min before {text} opens", "Asia/Tokyo"),
    "time": lambda text: when(text, "Asia/Tokyo"),
    "no such time": lambda text: when(f"25{text}", "Asia/Tokyo"),
    "zone": timezone,
    "days": weekdays,
    "language": subscription_commands.language_code,
    "command": command,
}


def plain(tokens: list[Token]) -> str:
    assert {token.kind for token in tokens} <= {"text"}, tokens
    return "".join(token.text for token in tokens)


def check_refusal(refuse: Callable[[str], object], typed: str) -> None:
    try:
        refuse(typed)
    except MarketError as error:
        shown = plain(read(sentence(error.failure, DISCORD)))
        assert shown == sentence_of(error)  # a reader of the terminal sees the same, without one backslash more
        assert len(shown) <= 120 + 2 * SHOWN
        assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cs", "Co"}]
        assert not set(shown) & set(
            "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        )


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_typed_is_text_in_every_refusal(name: str) -> None:
    for attack in ATTACKS:
        for typed in (attack, f"x {attack}", attack * 3):
            check_refusal(REFUSALS[name], typed)

    @settings(max_examples=100)
    @given(TYPED)
    def holds(typed: str) -> None:
        check_refusal(REFUSALS[name], typed)

    holds()


@pytest.mark.slow
@settings(max_examples=20_000)
@given(st.sampled_from(sorted(REFUSALS)), TYPED)
def test_20000_refusals(name: str, typed: str) -> None:
    check_refusal(REFUSALS[name], typed)


@given(st.lists(PIECES, max_size=40).map("".join))
@example("\\")
def test_escaped_text_reads_as_it_was_typed(typed: str) -> None:
    assert plain(read("“" + escaped(typed) + "”")) == f"“{bounded(typed, len(typed))}”"


@pytest.mark.parametrize("attack", ATTACKS[:33])
def test_the_reader_knows_what_discord_makes_of_it(attack: str) -> None:
    """Else nothing would follow from what it does not find."""
    lines = ("# h", "> q", ">>> q", "-# s", "- l", "1. l")
    assert {word.kind for word in read(attack if attack in lines else f"x {attack}")} - {"text"}
