"""How does an answer look to a script? The JSON object of ``ask --json``; the README lists its fields."""

import json
from typing import Any

from bot.domain.answers import Answer
from bot.domain.errors import Failure
from bot.views.en.english import ENGLISH
from bot.views.language import AnswerWords
from bot.views.page import TERMINAL
from bot.views.pages import page


def render(answer: Answer, language: AnswerWords = ENGLISH) -> str:
    """Write the answer as one JSON object: its own fields, notes as sentences, a summary's words added."""
    fields: dict[str, Any] = answer.model_dump(mode="json")
    fields["notes"] = [language.note(note, answer.as_of) for note in answer.notes]
    if answer.kind == "summary":
        words = page(answer, TERMINAL, language)
        fields["headline"], fields["text"] = words.title, "\n".join(words.paragraphs)
    return json.dumps(_no_negative_zero(fields), ensure_ascii=False)


def error(failure: Failure) -> str:
    """Write the JSON object of a question that could not be answered; its message is English in every version."""
    return json.dumps({"kind": "error", "message": ENGLISH.failure(failure, TERMINAL)}, ensure_ascii=False)


def _no_negative_zero(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    match value:
        case float():
            return value + 0.0
        case dict():
            return {key: _no_negative_zero(part) for key, part in value.items()}
        case list():
            return [_no_negative_zero(part) for part in value]
        case _:
            return value
