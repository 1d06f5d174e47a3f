"""Regions as they stood at instants of the past, from the shared data; a market's history is indexed once for all."""

import csv
import datetime as dt
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.adapters.files.packaged import rate_decisions, sessions
from bot.domain.highlights.highlights import highlights
from bot.domain.markets.catalogue import MARKETS, of_region
from bot.domain.markets.market import Market, Region
from bot.domain.quotes import Move, Observation, Quote, percent, quote
from bot.domain.records.history_index import LiveBar
from bot.domain.records.records import facts
from bot.domain.records.trend import trend
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.answer import SummaryAnswer
from bot.domain.summary.context import market_context
from bot.domain.summary.reasons import Reasons
from bot.domain.summary.summary import CONTEXT, decision_due, summary
from tests.pasts import after_the_close, real

DELAY = dt.timedelta(minutes=15)
"""How late a level of a running session is."""


def nothing_known(market: Market, instant: dt.datetime) -> MarketSnapshot:
    calendar = sessions()[market.mic]
    empty = Quote(
        market=market.key, name=market.name, symbol=market.symbol, region=market.region, state=calendar.state(instant)
    )
    return MarketSnapshot(market, calendar, empty)


def snapshot_at(folder: Path, market: Market, instant: dt.datetime) -> MarketSnapshot:
    """What the last close before an instant says of a market; nothing where there is no history of it yet."""
    if not (folder / f"{market.key}.csv").is_file():
        return nothing_known(market, instant)
    calendar = sessions()[market.mic]
    whole, index = real(folder, market.key)
    history = whole.until(calendar.last_completed(instant).day)
    if len(history) < 2:
        return nothing_known(market, instant)
    bar, before = history[-1], history.on(calendar.previous(history[-1].day).day)
    assert bar.close is not None
    session = calendar.session(bar.day)
    time = session.close if session else instant
    observation = Observation(market.key, bar.close, time, instant, None, bar.high, bar.low, bar_agrees=True)
    previous = before.close if before else None
    change = Move(previous, None if previous is None else percent(bar.close, previous), ())
    live = after_the_close(history, bar.day)
    record, past = facts(index, live, until=bar.day), trend(index, live, until=bar.day)
    return MarketSnapshot(
        market,
        calendar,
        quote(market, calendar, observation, change, instant),
        record,
        past,
        history,
        highlights(index, live, past, until=bar.day),
    )


@cache
def reviewed(folder: Path) -> frozenset[str]:
    """Which markets the shared data was reviewed with: a newer one would rightly change what a region's day says."""
    with (folder.parents[1] / "markets.csv").open(encoding="utf-8") as file:
        return frozenset(row["key"] for row in csv.DictReader(file))


def running_at(folder: Path, market: Market, instant: dt.datetime, dice: random.Random) -> MarketSnapshot:
    """The same in the middle of a session, by a level drawn at random; as of the last close where none runs."""
    calendar = sessions()[market.mic]
    session = calendar.current(instant)
    known = snapshot_at(folder, market, instant)
    if session is None or known.history is None or not session.open + DELAY <= instant < session.close:
        return known
    eve = calendar.previous(session.day).day
    before = known.history.on(eve)
    if before is None or before.close is None or not calendar.is_session(session.day):
        return known
    volatility = (known.trend.volatility_pct if known.trend else None) or 1.0
    level = round(before.close * (1 + dice.gauss(0, dice.choice((0.2, 1.0, 3.0))) * volatility / 100))
    high = max(level, round(before.close * (1 + abs(dice.gauss(0, volatility)) / 100)))
    low = min(level, round(before.close * (1 - abs(dice.gauss(0, volatility)) / 100)))
    observation = Observation(market.key, level, instant - DELAY, instant, before.close, high, low, bar_agrees=True)
    change = Move(before.close, percent(level, before.close), ())
    live = LiveBar(session.day, level, high, low, over=False, previous=before.close)
    _, index = real(folder, market.key)
    record, past = facts(index, live, until=eve), trend(index, live, until=eve)
    return MarketSnapshot(
        market,
        calendar,
        quote(market, calendar, observation, change, instant),
        record,
        past,
        known.history,
        highlights(index, live, past, until=eve),
    )


def summarised(
    folder: Path, region: Region, instant: dt.datetime, dice: random.Random | None = None
) -> tuple[SummaryAnswer, dict[str, MarketSnapshot]]:
    """The summary of a region at an instant, and what it was made of; ``dice`` lays quotes of running sessions in."""

    def known(market: Market) -> MarketSnapshot:
        return running_at(folder, market, instant, dice) if dice else snapshot_at(folder, market, instant)

    snapshots = [known(market) for market in of_region(region) if market.key in reviewed(folder)]
    elsewhere = [known(MARKETS[key]) for key in CONTEXT[region] if key in MARKETS]
    context = [market_context(snapshot) for snapshot in elsewhere if snapshot.quote.level is not None]
    decision = decision_due(rate_decisions(), region, instant)
    return summary(region, snapshots, context, instant, "replay", reasons=Reasons(decision=decision)), {
        snapshot.market.key: snapshot for snapshot in snapshots
    }


def instants(count: int, first: str = "2006-01-05", last: str = "2025-12-31") -> Iterator[dt.datetime]:
    """So many instants between two days, spread over years, weekdays and hours alike."""
    start, end = (dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC) for day in (first, last))
    step = (end - start) / count
    for position in range(count):
        yield (start + position * step).replace(minute=0, second=0, microsecond=0)
