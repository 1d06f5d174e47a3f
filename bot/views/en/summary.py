"""How does a region's summary look: headline, prose, board, closed exchanges, small print?"""

import math
from zoneinfo import ZoneInfo

from bot.domain.calendars.calendar import ExchangeState
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.domain.markets.market import Kind, Region
from bot.domain.quotes import rounded
from bot.domain.summary.answer import ContextItem, SummaryAnswer, SummaryMarket
from bot.domain.summary.claims import (
    ContributionsClaim,
    DecisionClaim,
    FiguresClaim,
    HeadlineClaim,
    HolidayClaim,
    WeekClaim,
)
from bot.domain.summary.trading_day import ZONES
from bot.views.en import wording
from bot.views.en.agenda import ahead
from bot.views.en.places import cities, prose
from bot.views.en.summary_headline import headline
from bot.views.en.summary_sentences import Prose
from bot.views.page import Direction, Page, PageStyle, WhyButton, local_time

COLUMNS = 34
"""What a phone shows of a monospaced line without wrapping it."""
_NAME, _LEVEL, _CHANGE = 11, 9, 7
_THOUSAND = 1000
_NOTES = 3
_ABROAD = ("elsewhere", "futures", "rates")
_COMING = ("agenda", "no_figures")
"""The claims on what is not of the region."""

_DIRECTIONS: dict[str, Direction] = {"rally": "up", "higher": "up", "lower": "down", "selloff": "down"}
_PHASES = {"during": "in session", "after": "after the close"}
_STATES = {
    "holiday": "h",
    "weekend": "h",
    "not_yet_open": "w",
    "no_trade": "?",
    "no_data": "?",
    "unknown_calendar": "?",
}
_MARKS = {
    "R": "R record", "t": "t touched a record", "c": "c on course for a record close", "b": "b lunch break",
    "h": "h closed", "w": "w not open yet", "?": "? no figures of the day",
}  # fmt: skip


def page(answer: SummaryAnswer, style: PageStyle) -> Page:
    """Lay a region's day out."""
    first = answer.claims[0]
    assert isinstance(first, HeadlineClaim)
    prose = Prose(answer.day, answer.today, running=answer.phase == "during", world=answer.region == Region.WORLD)
    own, abroad = _told(answer, prose)
    blocks = [own, abroad]
    if answer.phase == "before":
        coming = [sentence for claim in answer.claims if claim.kind in _COMING and (sentence := prose.sentence(claim))]
        blocks = [[*abroad, *coming], [sentence for sentence in own if sentence not in coming]]
    alerts = tuple(wording.note(note, answer.as_of) for note in answer.notes if note.kind in wording.URGENT)
    notes = wording.notes((note for note in answer.notes if note.kind not in wording.URGENT), answer.as_of)
    return Page(
        title=headline(first, answer.claims, answer.today),
        direction=_DIRECTIONS.get(answer.tone),
        alerts=alerts[:_NOTES],
        paragraphs=tuple(" ".join(block) for block in blocks if block),
        board=tuple(board(answer)),
        details=tuple(line for line in (_context(answer.context), _closed(answer)) if line),
        small=(_small(answer, style), *notes[:_NOTES]),
        why=_why(answer),
    )


def _why(answer: SummaryAnswer) -> WhyButton | None:
    """Offer the reasons of the market of which most is told."""
    told = next((claim for claim in answer.claims if isinstance(claim, ContributionsClaim)), None)
    if told is None:
        return None
    market = told.markets[0].market
    return WhyButton(market, f"Why did {prose(market)} move?")


def _told(answer: SummaryAnswer, prose: Prose) -> tuple[list[str], list[str]]:
    """Word the claims on the region, and those on what is outside it or ahead."""
    own = [claim for claim in answer.claims if claim.kind not in (*_ABROAD, "decision", "figures")]
    abroad = [claim for claim in answer.claims if claim.kind in _ABROAD]
    blocks = ([text for claim in claims if (text := prose.sentence(claim))] for claims in (own, abroad))
    told, elsewhere = blocks
    awaited = next((claim for claim in answer.claims if isinstance(claim, DecisionClaim | FiguresClaim)), None)
    if awaited is not None:
        elsewhere = ahead(elsewhere, awaited) if elsewhere else [prose.sentence(awaited) or ""]
    return told, elsewhere


def board(answer: SummaryAnswer) -> list[str]:
    """Write one line a market in catalogue order, none wider than `COLUMNS`."""
    week = _week(answer)
    return [_line(market, over_week=_traded_in(market, week)) for market in answer.markets]


def _week(answer: SummaryAnswer) -> WeekClaim | None:
    """Return the week that a day without trading is told by."""
    return next((claim for claim in answer.claims if isinstance(claim, WeekClaim)), None)


def _traded_in(row: SummaryMarket, week: WeekClaim | None) -> bool:
    day = row.quote.session_date
    return week is not None and day is not None and day.isocalendar()[:2] == week.ended.isocalendar()[:2]


def _line(row: SummaryMarket, *, over_week: bool) -> str:
    market, quote = MARKETS[row.market], row.quote
    # A level that is not even of the last session would need its date beside it, for which there is no room.
    shown = quote.level is not None and (row.counted or not quote.stale)
    level = _level(quote.level) if shown and quote.level is not None else "–"
    change, arrow = "–", " "
    if over_week and row.week_pct is not None:
        change = wording.signed(rounded(row.rounded_week_pct, row.week_pct), 1)
    elif row.counted and quote.change_pct is not None:
        change = wording.short(quote).removesuffix(" %")
    if change != "–":
        arrow = "▲" if change.startswith("+") else "▼" if change.startswith("−") else "·"
    return f"{arrow} {market.short:<{_NAME}}{level:>{_LEVEL}}{change:>{_CHANGE}}  {_mark(row)}".rstrip().ljust(1)


def _level(points: float) -> str:
    """Write a level in whole points from 1,000 on, a half rounded up as readers do, with one decimal below."""
    return f"{math.floor(points + 0.5):,}" if points >= _THOUSAND else f"{points:,.1f}"


def _mark(market: SummaryMarket) -> str:
    if market.missing is not None:
        return _STATES[market.missing.reason]
    if market.record == "record_close" or (market.record == "record_high" and market.on_course):
        return "R"
    if market.record == "record_high":
        return "t"
    if market.on_course:
        return "c"
    return "b" if market.quote.state is ExchangeState.BREAK else ""


def _context(items: tuple[ContextItem, ...]) -> str:
    """Write currencies, yields and commodities in one line; what is not known is left out."""
    parts = []
    for item in items:
        instrument = INSTRUMENTS.get(item.market)
        if instrument is None or item.level is None or instrument.kind is Kind.FUTURE:
            continue
        level = wording.rate(instrument, item.level)
        if instrument.kind is Kind.YIELD:
            parts.append(f"{instrument.short} {level} %")
        else:
            move = f" {wording.short(item)}" if item.change_pct is not None else ""
            parts.append(f"{instrument.short} {level}{move}")
    return " · ".join(parts)


def _closed(answer: SummaryAnswer) -> str:
    """Name those closed for a holiday that the prose does not tell of."""
    named = {
        key
        for claim in answer.claims
        if isinstance(claim, HolidayClaim)
        for closure in claim.closures
        for key in closure.markets
    }
    if answer.tone == "closed":
        return ""
    by_reason: dict[str | None, list[str]] = {}
    for market in answer.markets:
        if market.missing and market.missing.reason == "holiday" and market.market not in named:
            by_reason.setdefault(market.missing.name, []).append(market.market)
    closures = [wording.listed(cities(keys)) + (f" ({reason})" if reason else "") for reason, keys in by_reason.items()]
    return f"Closed: {', '.join(closures)}" if closures else ""


def _as_of(answer: SummaryAnswer, zone: str, style: PageStyle) -> str:
    """Say from when it is, by the clock that the region's day goes by; with its date where that is another one."""
    local = answer.as_of.astimezone(ZoneInfo(zone)).date()
    date = "" if local == answer.day else f"{wording.weekday(local)}, "
    city = "" if zone == "UTC" else f" in {zone.partition('/')[2].replace('_', ' ')}"
    return f"as of {date}{local_time(answer.as_of, zone)}{city}{style.age(answer.as_of)}"


def _which_day(answer: SummaryAnswer) -> str:
    day = wording.weekday(answer.day)
    return f"closes of {day}" if answer.phase == "before" else f"{day}, {_PHASES[answer.phase]}"


def _small(answer: SummaryAnswer, style: PageStyle) -> str:
    zone = ZONES[Region(answer.region)].key
    parts = [_which_day(answer)]
    if answer.tone == "closed":
        parts = [wording.weekday(answer.day)]
    parts[0] += f", {_as_of(answer, zone, style)}"
    counted = answer.advancers + answer.decliners + answer.unchanged
    if counted:
        still = f", {answer.unchanged} unchanged" if answer.unchanged else ""
        parts.append(f"{answer.advancers} up, {answer.decliners} down{still} of {counted}")
    if _week(answer) is not None:
        parts.append("changes are those of the week")
    delay = max((market.quote.delay_minutes or 0 for market in answer.markets if market.counted), default=0)
    if delay:
        parts.append(f"delayed up to {delay} min")
    parts.append(wording.SOURCES[answer.source])
    used = {_mark(market) for market in answer.markets} - {""}
    parts.extend(text for mark, text in _MARKS.items() if mark in used)
    return " · ".join(parts)


__all__ = ["COLUMNS", "board", "page"]
