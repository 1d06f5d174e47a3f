"""Which quotes are doubtful, and does the day's own bar confirm them?

The one place that remembers the last believed level of each market: a wrong tick is one that neither that level, nor
a stored close, nor the bar confirms.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.adapters.yahoo.models import Chart
from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import History
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.domain.markets.market import Instrument, Market
from bot.domain.model import Fault
from bot.domain.plausibility import BAR_TOLERANCE, USUAL_MOVE, Judgement, Known, in_range, judge
from bot.domain.quotes import Observation, session_date

MOST_DOUBTS: Final = 12
"""Charts that one `SecondLook.examine` asks for; on almost every day it needs none. The others wait for the next."""

_DISTRIBUTION_LASTS: Final = timedelta(hours=1)  # Yahoo may tell of a distribution hours late
_CHART_LASTS: Final = timedelta(minutes=1)  # so that a wrong tick that lasts causes no storm of requests

AskAlone = Callable[[Market | Instrument], Awaitable[Chart | None]]
"""Asks for the chart of one symbol, outside the batch; None where Yahoo does not answer."""


class SecondLook:
    """Compares quotes with the stored closes, with the last levels and, where in doubt, with the day's own bar."""

    def __init__(self, calendars: Mapping[str, Calendar], history: Callable[[str], History | None]) -> None:
        """Take the exchanges' calendars by MIC, and what returns the stored history of a market."""
        self._calendars = calendars
        self._history = history
        self._believed: dict[str, Observation] = {}
        self._unconfirmed: dict[str, Observation] = {}
        self._charts: dict[str, tuple[datetime, Chart | None]] = {}
        self._distributions: dict[str, tuple[date, bool, datetime]] = {}

    async def examine(
        self, ask_alone: AskAlone, observations: Collection[Observation]
    ) -> tuple[dict[str, Observation], set[str]]:
        """Return, by key, what can be shown of these quotes, and the keys of those that are refused."""
        quotes = {observation.key: self._compared_with_last(observation) for observation in observations}
        doubtful = [
            observation
            for observation in quotes.values()
            if observation.key in MARKETS and self._known(observation.key).doubtful(observation)
        ]
        # A level that is far from all that is known comes before one whose previous close alone is odd.
        doubtful.sort(key=lambda observation: self._known(observation.key).misplaced(observation))
        unasked = [observation for observation in doubtful if not self._has_recent_chart(observation)]
        await asyncio.gather(*(self._fetch_chart(ask_alone, observation) for observation in unasked[:MOST_DOUBTS]))
        proxies = [observation for observation in quotes.values() if observation.proxy]
        checked_proxies = await asyncio.gather(
            *(self._marked_if_distributed(ask_alone, observation) for observation in proxies)
        )
        quotes |= {observation.key: observation for observation in checked_proxies}
        refused = {key for key, observation in quotes.items() if key in INSTRUMENTS and self._jumped(observation)}
        for observation in doubtful:
            shown = self._judged(quotes[observation.key])
            if shown is None:
                refused.add(observation.key)
            else:
                quotes[observation.key] = shown
        quotes = {key: observation for key, observation in quotes.items() if key not in refused}
        self._believed |= {key: observation for key, observation in quotes.items() if not observation.unconfirmed}
        return quotes, refused

    def _known(self, key: str) -> Known:
        market = MARKETS[key]
        history = None if market.proxy else self._history(key)  # an ETF's price is not the index's level
        return Known(market, self._calendars[market.mic], history, self._believed.get(key))

    def _compared_with_last(self, observation: Observation) -> Observation:
        """Let a level near the last one share its confirmation by a bar; drop a range that cannot be true."""
        if observation.key not in MARKETS:
            return observation
        known = self._known(observation.key)
        if known.last is not None and known.last.bar_agrees and known.near_last(observation, BAR_TOLERANCE):
            observation = replace(observation, bar_agrees=True)
        plausible = observation if observation.proxy else in_range(known, observation)
        return plausible if plausible == observation else replace(plausible, faults=(*observation.faults, Fault.RANGE))

    def _judged(self, observation: Observation) -> Observation | None:
        """Return what is shown of a doubtful quote; None where it is refused, or still waits for its chart."""
        known = self._known(observation.key)
        if not self._has_recent_chart(observation) and known.last is not None:
            return None
        chart = self._charts[observation.key][1] if self._has_recent_chart(observation) else None
        bars = chart.bars(MARKETS[observation.key]) if chart else ()
        judgement = judge(known, observation, bars)
        if judgement.observation is None:
            return None
        if judgement.confirmed or self._is_confirmed_by_second(judgement):
            self._unconfirmed.pop(observation.key, None)
            return judgement.observation
        first = self._unconfirmed.get(observation.key)
        if first is None or not _near(first, observation) or first.time > observation.time:
            self._unconfirmed[observation.key] = observation
        # Where a level of this session is known already, one that jumps away from it is not shown before that.
        jumped = known.near_last(observation, USUAL_MOVE) is False and not judgement.observation.bar_agrees
        return None if jumped else replace(judgement.observation, unconfirmed=True)

    def _is_confirmed_by_second(self, judgement: Judgement) -> bool:
        """Return whether an unconfirmed level was followed by this one: of a later trade, and near it."""
        observation = judgement.observation
        first = self._unconfirmed.get(observation.key) if observation is not None else None
        return (
            observation is not None
            and first is not None
            and first.time < observation.time
            and _near(first, observation)
        )

    def _jumped(self, observation: Observation) -> bool:
        """Return whether it is an instrument's level, rather than its previous close, that moved too far."""
        if Fault.JUMP not in observation.faults:
            return False
        last = self._believed.get(observation.key)
        return (
            last is None
            or abs(observation.level - last.level) * 100 > INSTRUMENTS[observation.key].largest_move * last.level
        )

    def _has_recent_chart(self, observation: Observation) -> bool:
        chart = self._charts.get(observation.key)
        return chart is not None and timedelta() <= observation.fetched_at - chart[0] < _CHART_LASTS

    async def _fetch_chart(self, ask_alone: AskAlone, observation: Observation) -> None:
        self._charts[observation.key] = (observation.fetched_at, await ask_alone(MARKETS[observation.key]))

    async def _marked_if_distributed(self, ask_alone: AskAlone, observation: Observation) -> Observation:
        """Mark an ETF's quote on a day with a distribution or split, or where Yahoo does not say whether it is one."""
        market = MARKETS[observation.key]
        day = session_date(market, observation.time)
        distribution = self._distributions.get(observation.key)
        if (
            distribution is None
            or distribution[0] != day
            or not (distribution[1] or observation.fetched_at - distribution[2] < _DISTRIBUTION_LASTS)
        ):
            chart = await ask_alone(market)
            if chart is not None and any(row.day == day for row in chart.rows):
                distribution = self._distributions[observation.key] = (
                    day,
                    day in chart.actions,
                    observation.fetched_at,
                )
        if distribution is not None and distribution[0] == day and not distribution[1]:
            return observation
        return replace(observation, faults=(*observation.faults, Fault.DISTRIBUTION))


def _near(first: Observation, second: Observation) -> bool:
    return abs(first.level - second.level) <= BAR_TOLERANCE * first.level
