"""Is a level that was read before still one, by all that is stored of its market now?

A quote may come before the stored closes do, and stay for a night: what they contradict is believed no longer.
"""

from collections.abc import Mapping

from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import History
from bot.domain.markets.catalogue import MARKETS
from bot.domain.plausibility import Known, contradicted
from bot.domain.quotes import Observation
from bot.services.ports import Histories


class StoredPast:
    """Holds observations against the stored closes, once for each level and history."""

    def __init__(self, calendars: Mapping[str, Calendar], histories: Histories) -> None:
        """Take the exchanges' calendars by MIC, and where the stored closes are."""
        self._calendars = calendars
        self._histories = histories
        self._held: dict[str, tuple[Observation, History | None, bool]] = {}

    def believable(self, seen: Observation) -> bool:
        """Say whether the stored closes leave a level room; without any they do."""
        market = MARKETS.get(seen.key)
        if market is None:
            return True
        history, held = self._histories.history(seen.key), self._held.get(seen.key)
        if held is None or held[0] is not seen or held[1] is not history:
            good = not contradicted(Known(market, self._calendars[market.mic], history), seen)
            held = self._held[seen.key] = (seen, history, good)
        return held[2]
