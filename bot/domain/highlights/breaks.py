"""Is it the first session after days on which the exchange was closed?"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.domain.highlights.highlight import FirstSession
from bot.domain.highlights.session import JudgedSession

_A_DECADE: Final = (0.0, 100.0, 20.0, 8.0)
"""How often in ten years an exchange is closed for so many weekdays in a row or more: the mean of all in the table."""


def first_session(session: JudgedSession) -> Iterator[FirstSession]:
    """Yield that weekdays lie between the session before and this one, where the table knows them all."""
    calendar = session.past.index.calendar
    before = calendar.previous(session.day).day
    between = [before + timedelta(days=days) for days in range(1, (session.day - before).days)]
    closed = [day for day in between if not calendar.is_weekend(day)]
    if not closed or not calendar.knows(before) or not calendar.knows(session.day):
        return
    names = {calendar.holiday(day) for day in closed}
    yield FirstSession(
        per_decade=_A_DECADE[min(len(closed), len(_A_DECADE) - 1)],
        since=before,
        weekdays=len(closed),
        name=names.pop() if len(names) == 1 else None,
    )
