"""What does a summary say before a region's day begins: the night elsewhere, what is to come, how the last ended?"""

import datetime as dt
from collections.abc import Sequence

from bot.domain.summary.agenda import agenda_of_today
from bot.domain.summary.candidates import HEAVY, RegionFacts, weight
from bot.domain.summary.claims import BreadthClaim, Claim, HeadlineClaim

_SEEN_AFTER = dt.timedelta(minutes=40)
"""A trade is known at the latest so long after it."""
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
    return [first, *agenda_of_today(region_facts), *missing, *breadth, *recap]


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
    return 2 * len(expected) >= len(markets) or any(weight(region_facts, key) >= HEAVY for key in expected)
