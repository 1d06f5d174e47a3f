"""Which words does an answer become? One case a kind; mypy lists what is forgotten."""

from importlib import import_module
from typing import assert_never

from bot.domain.answers import Answer
from bot.views.page import Page, PageStyle

_LATER = (
    "bot.domain.summary.highlights",
    "bot.domain.summary.summary",
    "bot.views.en.general",
    "bot.views.en.index",
    "bot.views.en.record",
    "bot.views.en.status",
    "bot.views.en.summary",
)
"""What a single question of the command line needs a part of at most, and imports when it does."""


def load() -> None:
    """Import all words beforehand, as a process that goes on to answer does: the first question would be held up."""
    for name in _LATER:
        import_module(name)


def page(answer: Answer, style: PageStyle) -> Page:
    """Put an answer into words, with instants written in this style."""
    match answer.kind:
        case "index":
            from bot.views.en import index

            return index.page(answer, style)
        case "record":
            from bot.views.en import record

            return record.page(answer, style)
        case "records":
            from bot.views.en import record

            return record.board(answer, style)
        case "summary":
            from bot.views.en import summary

            return summary.page(answer, style)
        case "status":
            from bot.views.en import status

            return status.page(answer, style)
        case "help":
            from bot.views.en import general

            return general.help_page(answer, style)
        case "about":
            from bot.views.en import general

            return general.about_page(answer, style)
        case _:
            assert_never(answer)
