"""Who is wired to whom? Nothing else names a concrete adapter."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from bot.adapters.tables import sessions
from bot.services.questions import Questions


def utcnow() -> dt.datetime:
    """Return the present instant."""
    return dt.datetime.now(dt.UTC)


def sample() -> Questions:
    """Answer from the embedded sample: no token, no network."""
    from bot.adapters.sample import Sample  # noqa: PLC0415 - each source is imported where it is chosen

    calendars = sessions()
    source = Sample(calendars)
    return Questions(source, source, calendars, source.clock)


def replay(folders: Sequence[Path], at: dt.datetime | None) -> Questions:
    """Answer from folders of history, seen from an instant.

    Raises:
        BadQuestion: if a folder or a file in it cannot be read.
    """
    from bot.adapters.replay import Replay  # noqa: PLC0415 - each source is imported where it is chosen

    calendars = sessions()
    source = Replay(folders, calendars, at)
    return Questions(source, source, calendars, source.clock)
