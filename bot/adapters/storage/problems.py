"""How is it stored what went wrong with a post? As one JSON object: the failure's code, and its fields beside it.

A text that is no such object comes from a version that stored sentences, and is kept as it stands.
"""

import datetime as dt
import json
from typing import Any

from bot.adapters.storage.column_values import maybe_text
from bot.domain.errors import Failure, FailureCode, Field, Typed


def written_problem(failure: Failure | None) -> str | None:
    """Write a failure, or that there is none; the same failure always gives the same text."""
    return None if failure is None else json.dumps(_object(failure), ensure_ascii=False, separators=(",", ":"))


def read_problem(text: str) -> Failure:
    """Read a failure."""
    try:
        return _failure(json.loads(text))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return Failure(FailureCode.OTHER, (("text", text),))


def maybe_problem(value: object) -> Failure | None:
    """Read the failure in a column that may be empty; TypeError if something other than text stands there."""
    return None if (text := maybe_text(value)) is None else read_problem(text)


def _object(failure: Failure) -> dict[str, Any]:
    return {"code": str(failure.code), **{name: _value(value) for name, value in failure.fields}}


def _value(value: Field) -> Any:  # noqa: ANN401 - whatever JSON holds
    match value:
        case Failure():
            return _object(value)
        case Typed():
            return {"typed": value.text}
        case dt.date():
            return value.isoformat()
        case _:
            return value


def _failure(value: dict[str, Any]) -> Failure:
    code = FailureCode(value["code"])
    return Failure(code, tuple((name, _field(field)) for name, field in value.items() if name != "code"))


def _field(value: Any) -> Field:  # noqa: ANN401 - whatever JSON holds
    match value:
        case {"code": _}:
            return _failure(value)
        case {"typed": str(text)}:
            return Typed(text)
        case list():
            return tuple(map(str, value))
        case str() | int() | float():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} in a failure")
