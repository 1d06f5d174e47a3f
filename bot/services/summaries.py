"""What must be known for a region's summary, and how is it made of that?"""

import datetime as dt
from collections.abc import Callable, Sequence

from bot.domain.attribution.events import weighty
from bot.domain.calendars.rate_decisions import RateDecision
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS, of_region
from bot.domain.markets.market import Region
from bot.domain.quotes import Observation
from bot.domain.summary.answer import ContextItem, SummaryAnswer
from bot.domain.summary.context import instrument_context, market_context
from bot.domain.summary.reasons import Reasons
from bot.domain.summary.summary import CONTEXT, decision_due, summary
from bot.services.explanations import Explanations
from bot.services.market_snapshots import MarketSnapshots
from bot.services.notes import common_notes
from bot.services.ports import Quotes
from bot.services.query import Observations, Query


class Summaries:
    """Asks for regions' days; `Questions` makes one where it is asked for the first time."""

    def __init__(
        self,
        quotes: Quotes,
        snapshots: MarketSnapshots,
        explanations: Explanations,
        decisions: Callable[[], Sequence[RateDecision]],
    ) -> None:
        """Take the parts of `Questions` that a summary needs."""
        self._quotes, self._snapshots = quotes, snapshots
        self._explanations, self._decisions = explanations, decisions

    def query(self, region: Region) -> Query[SummaryAnswer]:
        """Ask how a region's day went.

        Why its markets moved is told as far as that is known: nobody waits for it.
        """

        def known(instant: dt.datetime) -> object:
            due = decision_due(self._decisions(), region, instant), weighty(self._explanations.events or (), instant)
            return due, self._explanations.revision

        return Query(
            f"summary {region}",
            of_region(region),
            lambda observations, instant: self._made(region, observations, instant),
            CONTEXT[region],
            depends=known,
            begin=lambda instant: self._explanations.begin(
                self._explanations.worth_telling(region, instant),
                instant,
                odds=decision_due(self._decisions(), region, instant) is not None,
            ),
        )

    def _made(self, region: Region, observations: Observations, now: dt.datetime) -> SummaryAnswer:
        snapshots = [self._snapshots.of(market, observations.get(market.key), now) for market in of_region(region)]
        context = [self._context_item(observations[key], now) for key in CONTEXT[region] if key in observations]
        notes = common_notes(self._quotes, snapshots)
        told = self._explanations.worth_telling(region, now)
        why = [made for each in snapshots if each.market.key in told and (made := self._explanations.of(each))]
        due = decision_due(self._decisions(), region, now)
        odds = self._explanations.odds(now)[:1] if due else ()
        reasons = Reasons(tuple(why), due, odds, told, weighty(self._explanations.events or (), now))
        return summary(region, snapshots, context, now, self._quotes.source, notes, reasons)

    def _context_item(self, observation: Observation, now: dt.datetime) -> ContextItem:
        if instrument := INSTRUMENTS.get(observation.key):
            return instrument_context(instrument, observation)
        return market_context(self._snapshots.of(MARKETS[observation.key], observation, now))
