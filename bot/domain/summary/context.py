"""What did a market or instrument elsewhere do meanwhile, as a summary mentions it?"""

from bot.domain.instrument import day_change
from bot.domain.markets.market import Instrument
from bot.domain.quotes import Observation, session_date
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.answer import ContextItem


def market_context(snapshot: MarketSnapshot) -> ContextItem:
    """Return what a market of another region did."""
    quote, record, trend = snapshot.quote, snapshot.record, snapshot.trend
    return ContextItem(
        market=snapshot.market.key,
        level=quote.level,
        change=quote.change,
        change_pct=quote.change_pct,
        rounded_pct=quote.rounded_pct,
        session_date=quote.session_date,
        record=record.verdict if record else None,
        streak=trend.streak if trend else None,
        state=quote.state,
        running=quote.running,
        stale=quote.stale,
    )


def instrument_context(instrument: Instrument, observation: Observation) -> ContextItem:
    """Return what a future, currency, yield or commodity did; no change where the observation has a fault."""
    moved = day_change(instrument, observation)
    return ContextItem(
        market=instrument.key,
        level=instrument.points(observation.level),
        change=moved.change,
        change_pct=moved.percent,
        rounded_pct=moved.rounded,
        session_date=session_date(instrument, observation.time),
    )
