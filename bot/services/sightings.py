"""Which final levels does an observation prove, so that a session stays known though no source lists its bar?"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import History
from bot.domain.markets.catalogue import MARKETS
from bot.domain.markets.market import KnownLevel
from bot.domain.plausibility import Known, contradicted
from bot.domain.quotes import GRACE, Observation, is_final
from bot.services.ports import Histories

SEEN: Final = "seen"
"""The ``source`` of a level that the bot saw itself."""


def sightings(
    observation: Observation, calendars: Mapping[str, Calendar], histories: Histories
) -> Iterator[KnownLevel]:
    """Yield the close and the high of a session that an observation proves; nothing where it proves none.

    What is stored must be surer than what is shown: a source that has fallen behind proves nothing, and a closing
    auction may still move the level for some minutes (`GRACE`). ``calendars`` are found by their MIC.
    """
    market = MARKETS.get(observation.key)
    if market is None or market.proxy or observation.proxy or observation.unconfirmed:
        return
    calendar = calendars[market.mic]
    session = calendar.session(calendar.local_day(observation.time))
    if session is None or observation.time < session.close - GRACE:
        return
    if observation.fetched_at < session.close + GRACE or not is_final(session, observation):
        return
    history = histories.history(market.key)
    if history is None or contradicted(Known(market, calendar, history), observation):
        return  # a level that is stored for good needs more than one quote
    levels: tuple[tuple[Literal["close", "high"], int | None], ...] = (
        ("close", observation.level),
        ("high", observation.day_high),
    )
    for kind, level in levels:
        if level is not None:
            yield KnownLevel(market.key, kind, level, session.day, session.day, SEEN, session.day)


def is_covered(sighting: KnownLevel, history: History | None) -> bool:
    """Return whether a history has the level that was seen, so that the sighting is no longer needed."""
    bar = history.on(sighting.date) if history is not None else None
    return bar is not None and (sighting.kind == "close" or bar.high is not None)
