"""Is a level that was read earlier still believable beside what is stored of its market now?

A quote may be read before the stored closes are, and be kept for a night: once they contradict it, it is dropped.
"""

from collections.abc import Mapping

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import History
from bot.domain.markets.catalogue import MARKETS
from bot.domain.plausibility import Known, contradicted
from bot.domain.quotes import Observation
from bot.services.ports import Histories


class StoredPast:
    """Checks observations against the stored closes, once for each observation and history."""

    def __init__(self, calendars: Mapping[str, Calendar], histories: Histories) -> None:
        """Take the exchanges' calendars by MIC, and where the stored closes are."""
        self._calendars = calendars
        self._histories = histories
        self._checked: dict[str, tuple[Observation, History | None, bool]] = {}

    def believable(self, observation: Observation) -> bool:
        """Return whether the stored closes allow a level; without any they do."""
        market = MARKETS.get(observation.key)
        if market is None:
            return True
        history, checked = self._histories.history(observation.key), self._checked.get(observation.key)
        if checked is None or checked[0] is not observation or checked[1] is not history:
            known = Known(market, self._calendars[market.mic], history)
            checked = self._checked[observation.key] = (observation, history, not contradicted(known, observation))
        return checked[2]
