"""How are instants, spans and other values written in columns, and how is a damaged one noticed?"""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)

BROKEN: Final = (ValueError, TypeError, OverflowError)
"""What reading a row raises that another version wrote, or that was damaged: SQLite keeps anything in any column."""


def stamp(moment: datetime) -> int:
    """Convert an aware instant to milliseconds since 1970."""
    return milliseconds(moment - _EPOCH)


def milliseconds(span: timedelta) -> int:
    """Convert a span to whole milliseconds, in which differences of instants are compared."""
    return span // _MILLISECOND


def instant(stamped: int) -> datetime:
    """Convert milliseconds since 1970 to an instant in UTC; one of `BROKEN` if they are none."""
    return _EPOCH + whole(stamped) * _MILLISECOND


def maybe_instant(stamped: int | None) -> datetime | None:
    """Convert milliseconds since 1970 that may be missing."""
    return None if stamped is None else instant(stamped)


def whole(value: object) -> int:
    """Return the whole number in a column; TypeError if something else stands there."""
    if type(value) is not int:
        raise TypeError(f"{type(value).__name__} where a whole number should be")
    return value


def maybe_whole(value: object) -> int | None:
    """Return the whole number in a column that may be empty; TypeError if something else stands there."""
    return None if value is None else whole(value)


def maybe_text(value: object) -> str | None:
    """Return the text in a column that may be empty; TypeError if something else stands there."""
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"{type(value).__name__} where text should be")


def is_readable(text: object) -> bool:
    """Return whether text is as it was written: what the database could not decode is replaced by U+FFFD."""
    return isinstance(text, str) and "\ufffd" not in text
