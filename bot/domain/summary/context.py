"""What did a market or instrument elsewhere do meanwhile, as a summary mentions it?"""

from bot.domain.markets.market import Instrument
from bot.domain.quotes import Observation, percent, session_date
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
    level, previous = observation.level, None if observation.faults else observation.previous_close
    return ContextItem(
        market=instrument.key,
        level=instrument.points(level),
        change=instrument.points(level - previous) if previous else None,
        change_pct=percent(level, previous) if previous else None,
        rounded_pct=percent(level, previous, 1) if previous else None,
        session_date=session_date(instrument, observation.time),
    )
