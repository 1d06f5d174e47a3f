"""Which words does an answer become? One case a kind; mypy lists what is forgotten."""

from importlib import import_module
from typing import assert_never

from bot.domain.answers import Answer
from bot.views.blocks import Page, Style

_LATER = (
    "bot.domain.notable",
    "bot.domain.summary",
    "bot.views.general_wording",
    "bot.views.index_wording",
    "bot.views.record_wording",
    "bot.views.status_wording",
    "bot.views.summary_wording",
)
"""What a single question of the command line needs a part of at most, and imports when it does."""


def load() -> None:
    """Import all words beforehand, as a process that goes on to answer does: the first question would be held up."""
    for name in _LATER:
        import_module(name)


def page(answer: Answer, style: Style) -> Page:
    """Put an answer into words, with instants written in this style."""
    match answer.kind:
        case "index":
            from bot.views import index_wording  # noqa: PLC0415 - each kind's words are imported when it is shown

            return index_wording.page(answer, style)
        case "record":
            from bot.views import record_wording  # noqa: PLC0415

            return record_wording.page(answer, style)
        case "records":
            from bot.views import record_wording  # noqa: PLC0415

            return record_wording.board(answer, style)
        case "summary":
            from bot.views import summary_wording  # noqa: PLC0415

            return summary_wording.page(answer, style)
        case "status":
            from bot.views import status_wording  # noqa: PLC0415

            return status_wording.page(answer, style)
        case "help":
            from bot.views import general_wording  # noqa: PLC0415

            return general_wording.help_page(answer, style)
        case "about":
            from bot.views import general_wording  # noqa: PLC0415

            return general_wording.about_page(answer, style)
        case _:
            assert_never(answer)
