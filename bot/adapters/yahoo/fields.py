"""What does a field of Yahoo's JSON hold? It may be left out, null, of another type, or NaN as text."""

import math
from datetime import UTC, datetime


def number(value: object) -> float | None:
    """Return a finite number, or None: Yahoo writes null, NaN as text, or leaves the field out."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def instant(value: object) -> datetime | None:
    """Return an ISO 8601 instant in UTC; None where it is none, or has no offset."""
    try:
        parsed = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return parsed.astimezone(UTC) if parsed is not None and parsed.tzinfo is not None else None


def field(document: object, name: str) -> object:
    """Return a field of an object; None where it is no object, or lacks the field."""
    return document.get(name) if isinstance(document, dict) else None
