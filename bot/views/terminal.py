"""How does an answer look in a terminal?"""

import textwrap
from collections.abc import Iterable

from bot.domain.answers import Answer
from bot.views.en.english import ENGLISH
from bot.views.language import AnswerWords
from bot.views.page import TERMINAL, Direction
from bot.views.pages import page

WIDTH = 88
_BOLD, _DIM, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLOURS: dict[Direction, str] = {"up": "\x1b[32m", "down": "\x1b[31m", "flat": ""}


def render(answer: Answer, *, colour: bool, language: AnswerWords = ENGLISH) -> str:
    """Write an answer as lines of text; with colour where the reader's terminal shows it."""
    told = page(answer, TERMINAL, language)
    tint = _COLOURS[told.direction] if told.direction else ""
    blocks: list[Iterable[str]] = [
        [f"! {alert}" for alert in told.alerts],
        [_set(told.title, _BOLD, colour), *([_set(told.figure, _BOLD + tint, colour)] if told.figure else [])],
        _wrapped(told.paragraphs),
        told.board,
        told.details,
        [_set(line, _DIM, colour) for line in _wrapped(told.small)],
    ]
    return "\n\n".join("\n".join(block) for block in map(list, blocks) if block) + "\n"


def _wrapped(paragraphs: Iterable[str]) -> list[str]:
    return [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, WIDTH)]


def _set(text: str, code: str, colour: bool) -> str:  # noqa: FBT001 - private
    return f"{code}{text}{_OFF}" if colour else text
