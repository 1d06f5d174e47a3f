"""What does a summary say before a region's day begins: the night elsewhere, what is to come, how the last ended?"""

import datetime as dt
from collections.abc import Iterable, Sequence

from bot.domain.calendars.calendar import Session, is_weekend
from bot.domain.markets.market import Region
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.candidates import RegionFacts, first_of_each_city, weight
from bot.domain.summary.claims import AgendaClaim, BreadthClaim, Claim, HeadlineClaim
from bot.domain.summary.movers import Closure, Opening

_OPENINGS = 3
"""Exchanges whose opening is told: those that count most."""
_SEEN_AFTER = dt.timedelta(minutes=40)
"""A trade is known at the latest so long after it."""
_HEAVY = 4
"""The weight of an exchange that is always waited for."""
_RECAP = 2
"""Claims on the day that ended, after its breadth."""
_NOT_TOLD = ("pending", "no_figures", "holiday")
"""What no longer matters of a day that ended."""
_IN_BREADTH = ("breadth", "quiet", "others", "part")
"""What its breadth says, or the board shows."""


def morning_claims(region_facts: RegionFacts, ended: Sequence[Claim]) -> list[Claim]:
    """Return the headline, what comes today, and of the day that ended its breadth and what made it, the last least.

    ``ended`` are the claims on that day, its headline first.
    """
    first = ended[0]
    assert isinstance(first, HeadlineClaim)
    breadth = [BreadthClaim(breadth=first.breadth)] if first.breadth and first.breadth.speaks_for_region else []
    left_out = (*_NOT_TOLD, *_IN_BREADTH) if breadth else _NOT_TOLD
    recap = [claim for claim in ended[1:] if claim.kind not in left_out][:_RECAP]
    known = bool(breadth or recap)
    missing = [
        claim for claim in ended[1:] if claim.kind == "no_figures" and (not known or _should_be_seen(region_facts))
    ]
    return [first, *_agenda(region_facts), *missing, *breadth, *recap]


def is_morning(region_facts: RegionFacts) -> bool:
    """Whether the day that is reported is over and the next has begun, of which nothing is known."""
    return region_facts.day.trades and region_facts.day.phase == "before"


def _should_be_seen(region_facts: RegionFacts) -> bool:
    """Whether an exchange that counts much, or half of all, has traded for so long that a trade should be known."""
    today, markets = region_facts.day.today, region_facts.snapshots
    sessions = {snapshot.market.key: snapshot.calendar.session(today) for snapshot in markets}
    expected = [
        key for key, session in sessions.items() if session and session.open + _SEEN_AFTER <= region_facts.as_of
    ]
    return 2 * len(expected) >= len(markets) or any(weight(region_facts, key) >= _HEAVY for key in expected)


def _agenda(region_facts: RegionFacts) -> list[Claim]:
    """Return who opens today and when, who is closed, and whose day is short; the world's day has no morning."""
    if region_facts.region is Region.WORLD:
        return []
    today = region_facts.day.today
    keys = first_of_each_city(snapshot.market.key for snapshot in region_facts.snapshots if not snapshot.market.wide)
    sessions = [
        (snapshot, session)
        for snapshot in region_facts.snapshots
        if snapshot.market.key in keys and (session := snapshot.calendar.session(today)) is not None
    ]
    coming = [pair for pair in sessions if pair[1].open > region_facts.as_of]
    coming.sort(key=lambda pair: -weight(region_facts, pair[0].market.key))
    openings = [_opening(snapshot, session, session.open) for snapshot, session in coming[:_OPENINGS]]
    short = [_opening(*pair, pair[1].close) for pair in sessions if _closes_early(*pair)]
    closures = _closures(region_facts, today)
    if not openings and not short and not closures:
        return []
    return [AgendaClaim(day=today, openings=_in_order(openings), closures=closures, early_closes=_in_order(short))]


def _in_order(openings: Iterable[Opening]) -> tuple[Opening, ...]:
    return tuple(sorted(openings, key=lambda opening: opening.at))


def _opening(snapshot: MarketSnapshot, session: Session, at: dt.datetime) -> Opening:
    return Opening(market=snapshot.market.key, at=at, name=session.name if session.half_day else None)


def _closes_early(snapshot: MarketSnapshot, session: Session) -> bool:
    """Whether the day is short because it ends early, and not because it begins late."""
    usual = snapshot.calendar.usual(session.day)
    return session.half_day and usual is not None and session.close < usual.close


def _closures(region_facts: RegionFacts, today: dt.date) -> tuple[Closure, ...]:
    """Return which markets are closed today, by holiday; where nobody works on weekends, that is none."""
    closed: dict[str | None, list[str]] = {}
    for snapshot in region_facts.snapshots:
        calendar = snapshot.calendar
        if calendar.knows(today) and not calendar.is_session(today) and not is_weekend(today):
            closed.setdefault(calendar.holiday(today), []).append(snapshot.market.key)
    return tuple(Closure(name=name, markets=tuple(keys)) for name, keys in closed.items())
