"""Which quotes are not believed at first sight, and what does the day's own bar say of them?

The one place that remembers what was believed of each market: a wrong tick is one that nothing before it, no stored
close and no bar bears out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
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
"""Bars that one `SecondLook.at` asks for; none on almost every day. Whose turn it is not waits for the next."""

_LOOKED: Final = timedelta(hours=1)  # Yahoo may tell of a distribution hours late
_REMEMBERED: Final = timedelta(minutes=1)  # a bar answers for the level of so long a time: a lasting tick is no storm

Aside = Callable[[Market | Instrument], Awaitable[Chart | None]]
"""Asks for the chart of one symbol beside the batch."""


class SecondLook:
    """Holds quotes against the stored closes, the levels before them and, where in doubt, the day's own bar."""

    def __init__(self, calendars: Mapping[str, Calendar], history: Callable[[str], History | None]) -> None:
        """Take the exchanges' calendars by MIC, and where the stored closes are."""
        self._calendars = calendars
        self._history = history
        self._believed: dict[str, Observation] = {}
        self._unconfirmed: dict[str, Observation] = {}
        self._charts: dict[str, tuple[datetime, Chart | None]] = {}
        self._distributions: dict[str, tuple[date, bool, datetime]] = {}

    async def at(self, aside: Aside, seen: Collection[Observation]) -> tuple[dict[str, Observation], set[str]]:
        """Return what can be shown of these quotes, and the keys of those that are refused."""
        found = {one.key: self._as_before(one) for one in seen}
        doubtful = [one for one in found.values() if one.key in MARKETS and self._known(one.key).doubtful(one)]
        # A level that is far from all that is known comes before one whose previous close alone is odd.
        doubtful.sort(key=lambda one: self._known(one.key).misplaced(one))
        unasked = [one for one in doubtful if not self._remembers(one)]
        await asyncio.gather(*(self._ask(aside, one) for one in unasked[:MOST_DOUBTS]))
        proxies = [one for one in found.values() if one.proxy]
        undivided = await asyncio.gather(*(self._undivided(aside, one) for one in proxies))
        found |= {one.key: one for one in undivided}
        refused = {key for key, one in found.items() if key in INSTRUMENTS and self._leapt(one)}
        for one in doubtful:
            shown = self._judged(found[one.key])
            if shown is None:
                refused.add(one.key)
            else:
                found[one.key] = shown
        found = {key: one for key, one in found.items() if key not in refused}
        self._believed |= {key: one for key, one in found.items() if not one.unconfirmed}
        return found, refused

    def _known(self, key: str) -> Known:
        market = MARKETS[key]
        history = None if market.proxy else self._history(key)  # an ETF's price is not the index's level
        return Known(market, self._calendars[market.mic], history, self._believed.get(key))

    def _as_before(self, seen: Observation) -> Observation:
        """Give a level near the last one what that was believed for, and take a range that cannot be from it."""
        if seen.key not in MARKETS:
            return seen
        known = self._known(seen.key)
        if known.last is not None and known.last.bar_agrees and known.near_last(seen, BAR_TOLERANCE):
            seen = replace(seen, bar_agrees=True)
        ranged = seen if seen.proxy else in_range(known, seen)
        return ranged if ranged == seen else replace(ranged, faults=(*seen.faults, Fault.RANGE))

    def _judged(self, seen: Observation) -> Observation | None:
        """Return what of a doubtful quote is shown; ``None`` where it is refused, or its turn is still to come."""
        known = self._known(seen.key)
        if not self._remembers(seen) and known.last is not None:
            return None
        chart = self._charts[seen.key][1] if self._remembers(seen) else None
        bars = chart.bars(MARKETS[seen.key]) if chart else ()
        judgement = judge(known, seen, bars)
        if judgement.observation is None:
            return None
        if judgement.confirmed or self._seconds(judgement):
            self._unconfirmed.pop(seen.key, None)
            return judgement.observation
        first = self._unconfirmed.get(seen.key)
        if first is None or not _near(first, seen) or first.time > seen.time:
            self._unconfirmed[seen.key] = seen
        # Where a level of this session is known already, one that jumps away from it is not shown before that.
        jumped = known.near_last(seen, USUAL_MOVE) is False and not judgement.observation.bar_agrees
        return None if jumped else replace(judgement.observation, unconfirmed=True)

    def _seconds(self, judgement: Judgement) -> bool:
        """Say whether a level is the second of its kind: of a later trade, and near the one before."""
        seen = judgement.observation
        first = self._unconfirmed.get(seen.key) if seen is not None else None
        return seen is not None and first is not None and first.time < seen.time and _near(first, seen)

    def _leapt(self, seen: Observation) -> bool:
        """Say whether an instrument's level, and not its previous close, is what moved too far."""
        if Fault.JUMP not in seen.faults:
            return False
        last = self._believed.get(seen.key)
        return last is None or abs(seen.level - last.level) * 100 > INSTRUMENTS[seen.key].largest_move * last.level

    def _remembers(self, seen: Observation) -> bool:
        known = self._charts.get(seen.key)
        return known is not None and timedelta() <= seen.fetched_at - known[0] < _REMEMBERED

    async def _ask(self, aside: Aside, seen: Observation) -> None:
        self._charts[seen.key] = (seen.fetched_at, await aside(MARKETS[seen.key]))

    async def _undivided(self, aside: Aside, seen: Observation) -> Observation:
        """Mark an ETF's quote of a day with a distribution or split, or of one of which that cannot be learnt."""
        one = MARKETS[seen.key]
        day = session_date(one, seen.time)
        known = self._distributions.get(seen.key)
        if known is None or known[0] != day or not (known[1] or seen.fetched_at - known[2] < _LOOKED):
            chart = await aside(one)
            if chart is not None and any(row.day == day for row in chart.rows):
                known = self._distributions[seen.key] = (day, day in chart.actions, seen.fetched_at)
        if known is not None and known[0] == day and not known[1]:
            return seen
        return replace(seen, faults=(*seen.faults, Fault.DISTRIBUTION))


def _near(one: Observation, other: Observation) -> bool:
    return abs(one.level - other.level) <= BAR_TOLERANCE * one.level


def counted(seen: Sequence[Fault], *, refused: bool, unconfirmed: bool) -> set[Fault]:
    """Return the rules that a quote failed, for those who count them."""
    return {*seen} | ({Fault.CONTRADICTED} if refused else set()) | ({Fault.UNCONFIRMED} if unconfirmed else set())
