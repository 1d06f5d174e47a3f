"""What does a failure say? For tests that read sentences, and for fakes that fail in words of their own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from bot.domain.errors import CodedError, Failure, FailureCode, failure
from bot.views.en import failures

E = TypeVar("E", bound=CodedError)


def sentence_of(error: CodedError, *, operator: bool = False) -> str:
    """The sentence of an error."""
    return failures.sentence(error.failure, operator=operator)


def other(text: str) -> Failure:
    """A failure in these words."""
    return failure(FailureCode.OTHER, text=text)


def problem(failure: Failure | None) -> str | None:
    """What a list says of a post's problem; nothing where there is none."""
    return None if failure is None else failures.sentence(failure)


@contextmanager
def failing(kind: type[E], match: str, *, operator: bool = False) -> Iterator["pytest.ExceptionInfo[E]"]:
    """Expect an error whose sentence matches."""
    with pytest.raises(kind) as caught:
        yield caught
    sentence = sentence_of(caught.value, operator=operator)
    assert re.search(match, sentence), sentence
