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
    shown = page(answer, TERMINAL, language)
    tint = _COLOURS[shown.direction] if shown.direction else ""
    figure = [_set(shown.figure, _BOLD + tint, colour=colour)] if shown.figure else []
    blocks: list[Iterable[str]] = [
        [f"! {alert}" for alert in shown.alerts],
        [_set(shown.title, _BOLD, colour=colour), *figure],
        _wrapped(shown.paragraphs),
        shown.board,
        shown.details,
        [_set(line, _DIM, colour=colour) for line in _wrapped(shown.small)],
    ]
    return "\n\n".join("\n".join(block) for block in map(list, blocks) if block) + "\n"


def _wrapped(paragraphs: Iterable[str]) -> list[str]:
    return [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, WIDTH)]


def _set(text: str, code: str, *, colour: bool) -> str:
    return f"{code}{text}{_OFF}" if colour else text
