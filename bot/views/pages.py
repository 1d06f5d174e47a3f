"""Which page of a language does an answer become? One case a kind; mypy lists what is forgotten."""

from typing import assert_never

from bot.domain.answers import Answer
from bot.views.language import AnswerWords
from bot.views.page import Page, PageStyle


def page(answer: Answer, style: PageStyle, language: AnswerWords) -> Page:
    """Put an answer into a language's words, with instants written in this style."""
    match answer.kind:
        case "index":
            return language.index(answer, style)
        case "why":
            return language.why(answer, style)
        case "calendar":
            return language.calendar(answer, style)
        case "instrument":
            return language.instrument(answer, style)
        case "record":
            return language.record(answer, style)
        case "records":
            return language.records(answer, style)
        case "summary":
            return language.summary(answer, style)
        case "status":
            return language.status(answer, style)
        case "help":
            return language.help(answer, style)
        case "about":
            return language.about(answer, style)
        case _:
            assert_never(answer)
