"""What becomes of one message that is to be sent exactly once?

    planned ──claim──▶ claimed ──sent──▶ SENT
       ▲                 │ refused for now: planned again, later
       └─────────────────┤ no answer: doubtful, it may be there or not
                         │ too late: MISSED · refused for good: FAILED · cannot be told: UNKNOWN

Whoever claims has a lease; a claim whose lease has ended is as doubtful as one that got no answer. What is doubtful is
sent again with the same nonce while Discord still knows it, and looked for in the channel afterwards.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.domain.errors import Failure
from bot.domain.posting.limits import DeliveryLimits
from bot.domain.posting.subscriptions import PostContent


class Origin(StrEnum):
    """Where a delivery comes from."""

    POST = "post"
    ALERT = "alert"
    TEST = "test"  # of a post


class DeliveryState(StrEnum):
    """Where a delivery stands; those after ``DOUBTFUL`` are final."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    DOUBTFUL = "doubtful"
    SENT = "sent"
    MISSED = "missed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Publication(StrEnum):
    """Where the publishing of a message in an announcement channel stands, a second request of its own."""

    NONE = "none"
    WANTED = "wanted"  # once the message is there
    DUE = "due"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDelivery:
    """A delivery to be kept: one message of an origin for an event; ``latest`` is when it stops making sense."""

    origin: Origin
    origin_id: int
    event: str
    guild: int
    channel: int
    content: PostContent
    due: datetime
    latest: datetime
    mention: int | None = None
    publish: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A delivery that this process may send until ``lease``; ``token`` tells its claim from any other's.

    ``content`` names what it says. ``tried`` is the first attempt whose outcome nobody knows: this very claim, or an
    earlier one, and then it is ``recovered``. ``nonce`` is the message's name at Discord and in the channel.
    """

    id: int
    token: str
    origin: Origin
    origin_id: int
    guild: int
    channel: int
    content_key: str
    due: datetime
    latest: datetime
    lease: datetime
    tried: datetime
    recovered: bool
    attempts: int
    nonce: str
    mention: int | None
    delayed: bool
    publish: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOutcome:
    """What became of a delivery, as it is shown."""

    id: int
    origin: Origin
    origin_id: int
    event: str
    channel: int
    state: DeliveryState
    due: datetime
    at: datetime | None
    delayed: bool
    problem: Failure | None
    message: int | None
    publication: Publication
    publish_attempts: int


def next_try(claim: ClaimedDelivery, now: datetime, wait: timedelta, limits: DeliveryLimits) -> datetime:
    """Give the instant of the next attempt after a wait; there is one more shortly before it is too late."""
    last = claim.latest - limits.refused
    return min(now + wait, last) if now < last else now + wait


NextStep = Literal["send", "look", "missed"]


def next_step(claim: ClaimedDelivery, now: datetime, limits: DeliveryLimits) -> NextStep:
    """Tell what to do with a claimed delivery at an instant.

    What was never tried is sent, unless it is too late. What may have been sent already is sent again only while its
    nonce certainly still counts; a clock that went back proves nothing, so then it is looked for.
    """
    if not claim.recovered:
        return "send" if now <= claim.latest else "missed"
    known = timedelta(0) <= now - claim.tried <= limits.nonce - limits.send
    return "send" if known and now <= claim.latest else "look"
