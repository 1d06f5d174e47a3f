"""How do an instant and a day stand in a column, so that the same is read from SQLite and from PostgreSQL?

A value that a damaged file made unreadable is read as None; it must not keep the rest of its table from being read.
"""

from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

_EARLIEST: Final = 1850  # the year; no index is as old
_LATEST: Final = 2200

_When = TypeVar("_When", date, datetime)


class Instant(sa.TypeDecorator[datetime]):
    """An aware instant in UTC; in SQLite, text without a zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Let SQLite store text that is parsed here: one bad value would make SQLAlchemy's own type fail the query."""
        return dialect.type_descriptor(sa.String() if dialect.name == "sqlite" else sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """Convert to UTC; the instant must be aware."""
        if value is None:
            return None
        assert value.tzinfo is not None, "instants are aware"
        value = value.astimezone(UTC)
        return f"{value:%Y-%m-%d %H:%M:%S.%f}" if dialect.name == "sqlite" else value

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC, or None where it cannot be read."""
        if dialect.name != "sqlite":
            return _plausible(value.astimezone(UTC)) if isinstance(value, datetime) else None
        try:
            return _plausible(datetime.fromisoformat(value).replace(tzinfo=UTC)) if isinstance(value, str) else None
        except ValueError:
            return None


class Day(sa.TypeDecorator[date]):
    """A date; in SQLite, text in ISO 8601."""

    impl = sa.Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Let SQLite store text that is parsed here, as `Instant` does."""
        return dialect.type_descriptor(sa.String() if dialect.name == "sqlite" else sa.Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> object:
        """Write as ISO 8601."""
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: object, dialect: Dialect) -> date | None:
        """Return the date, or None where it cannot be read."""
        if dialect.name != "sqlite":
            return _plausible(value) if isinstance(value, date) else None
        try:
            return _plausible(date.fromisoformat(value)) if isinstance(value, str) else None
        except ValueError:
            return None


def _plausible(when: _When) -> _When | None:
    """Return a day or an instant unless it is far from all markets; calendars cannot reckon at the ends of time."""
    return when if _EARLIEST <= when.year <= _LATEST else None
