"""Which words does an answer become? One case a kind; mypy lists what is forgotten."""

from typing import assert_never

from bot.domain.answers import Answer
from bot.views import general_wording, index_wording, record_wording, status_wording, summary_wording
from bot.views.blocks import Page, Style


def page(answer: Answer, style: Style) -> Page:
    """Put an answer into words, with instants written in this style."""
    match answer.kind:
        case "index":
            return index_wording.page(answer, style)
        case "record":
            return record_wording.page(answer, style)
        case "records":
            return record_wording.board(answer, style)
        case "summary":
            return summary_wording.page(answer, style)
        case "status":
            return status_wording.page(answer, style)
        case "help":
            return general_wording.help_page(answer, style)
        case "about":
            return general_wording.about_page(answer, style)
        case _:
            assert_never(answer)
