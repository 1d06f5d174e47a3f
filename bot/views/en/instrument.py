"""How does `/index` read of what is no index: a future, a currency, a yield, a commodity, the VIX?"""

from zoneinfo import ZoneInfo

from bot.domain.instrument import InstrumentAnswer
from bot.domain.markets.catalogue import INSTRUMENTS
from bot.domain.markets.market import Instrument, Kind
from bot.views.en import wording
from bot.views.en.places import capital
from bot.views.page import Page, PageStyle, local_time

_BASIS = 100  # basis points in a percentage point


def page(answer: InstrumentAnswer, style: PageStyle) -> Page:
    """Lay an instrument out: its level and change, whose figure that is and of when."""
    instrument = INSTRUMENTS[answer.instrument]
    alerts, notes = wording.sorted_notes(answer)
    rejected = ("The newest figure could not be used: this is the last good one.",) if answer.rejected else ()
    return Page(
        title=capital(instrument.name),
        figure=_figure(instrument, answer),
        direction=wording.direction(answer.change),
        alerts=(*alerts, *rejected),
        small=(_as_of(instrument, answer, style), *notes),
    )


def _figure(instrument: Instrument, answer: InstrumentAnswer) -> str:
    level = wording.level(answer.level, instrument.decimals)
    level = f"{level} %" if instrument.kind is Kind.YIELD else level
    way = wording.direction(answer.change)
    if way is None or answer.change is None or answer.change_pct is None:
        return level
    if instrument.kind is Kind.YIELD:  # per cent of a yield would be taken for its points
        points = wording.signed(answer.change * _BASIS, 1)
        return f"{level}   {wording.ARROWS[way]} {points} basis points"
    change = wording.signed(answer.change, instrument.decimals)
    return f"{level}   {wording.ARROWS[way]} {change} ({wording.percent(answer.change_pct)})"


def _as_of(instrument: Instrument, answer: InstrumentAnswer, style: PageStyle) -> str:
    """Say of which day and time it is by the clock of its market, how late it is, and when it was read."""
    city = instrument.zone.partition("/")[2].replace("_", " ")
    date = answer.time.astimezone(ZoneInfo(instrument.zone)).date()
    parts = [f"{wording.weekday(date)}, {local_time(answer.time, instrument.zone)} in {city}{style.age(answer.time)}"]
    delay = f", {answer.delay_minutes} min late" if answer.delay_minutes else ""
    parts.append(f"{wording.SOURCES[answer.source]}{delay}")
    if answer.source == "yahoo":
        parts.append(f"read {style.relative(min(answer.fetched_at, answer.as_of), answer.as_of)}")
    return " · ".join(parts)
