"""What did a future, currency, yield or commodity do? It has no exchange of ours, no history and no records."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal, NamedTuple

from bot.domain.markets.market import Instrument
from bot.domain.model import AnswerBase, Note, Source
from bot.domain.quotes import Observation, percent


class InstrumentAnswer(AnswerBase):
    """``/index gold``: the level of a future, currency, yield, commodity or the VIX.

    ``change`` is in the instrument's own units, for a yield percentage points, and against the day before.
    """

    kind: Literal["instrument"] = "instrument"
    instrument: str
    name: str
    symbol: str
    level: float
    change: float | None = None
    change_pct: float | None = None
    rounded_pct: float | None = None
    time: dt.datetime
    fetched_at: dt.datetime
    delay_minutes: int | None = None
    rejected: bool = False


class DayChange(NamedTuple):
    """The change of a level against the day before: in its units, in per cent, that rounded once to 1 decimal."""

    change: float | None
    percent: float | None
    rounded: float | None


def day_change(instrument: Instrument, observation: Observation) -> DayChange:
    """Return what an observation says of the day; nothing where it has a fault."""
    level, previous = observation.level, None if observation.faults else observation.previous_close
    if not previous:
        return DayChange(None, None, None)
    return DayChange(instrument.points(level - previous), percent(level, previous), percent(level, previous, 1))


def instrument_answer(
    instrument: Instrument, observation: Observation, as_of: dt.datetime, source: Source, notes: Sequence[Note]
) -> InstrumentAnswer:
    """Return what is known of an instrument at this instant (UTC)."""
    moved = day_change(instrument, observation)
    return InstrumentAnswer(
        as_of=as_of,
        source=source,
        notes=tuple(notes),
        instrument=instrument.key,
        name=instrument.name,
        symbol=instrument.symbol,
        level=instrument.points(observation.level),
        change=moved.change,
        change_pct=moved.percent,
        rounded_pct=moved.rounded,
        time=observation.time,
        fetched_at=observation.fetched_at,
        delay_minutes=observation.delay_minutes,
        rejected=observation.rejected,
    )
