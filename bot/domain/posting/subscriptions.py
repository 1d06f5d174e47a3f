"""What does a server keep with the bot: posts that come by themselves, and alerts?"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from bot.domain.errors import Failure
from bot.domain.posting.schedule import Occurrence, Skipped, Subject, Timing
from bot.domain.records.events import Event, EventKind

MOST_PER_GUILD: Final = 25
"""Posts a server may have, and as many alerts."""


class Colours(StrEnum):
    """Which colour a rise has: Tokyo's, Shanghai's and Taipei's is red, Seoul's too, with blue falls."""

    WESTERN = "western"
    EASTERN = "eastern"
    KOREAN = "korean"


@dataclass(frozen=True, slots=True)
class PostStyle:
    """How a post is worded: a language of Discord's (``en-US``, ``ja``) and the colours of rises and falls."""

    language: str = "en-US"
    colours: Colours = Colours.WESTERN


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a post goes and who asked for it, by Discord's ids; ``mention`` is a role, ``publish`` crossposts it."""

    guild: int
    channel: int
    creator: int
    mention: int | None = None
    publish: bool = False


class AlertKind(StrEnum):
    """What an alert waits for."""

    RECORD_HIGH = "record_high"  # in the session
    RECORD_CLOSE = "record_close"
    ROUND = "round"  # a round number crossed, either way
    MOVE = "move"  # so many per cent either way


_KINDS: Final = {
    AlertKind.RECORD_HIGH: {EventKind.RECORD_HIGH},
    AlertKind.RECORD_CLOSE: {EventKind.RECORD_CLOSE},
    AlertKind.ROUND: {EventKind.ROUND_ABOVE, EventKind.ROUND_BELOW},
    AlertKind.MOVE: {EventKind.RISE, EventKind.FALL},
}


@dataclass(frozen=True, slots=True)
class AlertCondition:
    """What an alert is on; ``percent`` belongs to a move alone and is above 0."""

    market: str
    kind: AlertKind
    percent: float | None = None

    def waits_for(self, event: Event) -> bool:
        """Tell whether this is what has happened."""
        if event.market != self.market or event.kind not in _KINDS[self.kind]:
            return False
        return self.kind is not AlertKind.MOVE or event.threshold == self.percent


@dataclass(frozen=True, slots=True)
class PostContent:
    """What a message says: those that are due together and tell the same are composed once.

    ``due`` belongs to it, so that a message is never older than its post.
    """

    due: datetime
    style: PostStyle
    subject: Subject | None = None
    skipped: Skipped | None = None
    event: Event | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureState:
    """What went wrong last, and since when the channel has been refusing."""

    problem: Failure | None = None
    problem_at: datetime | None = None
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post that comes by itself; ``id`` is 0 until it is kept.

    Occurrences up to and including ``planned_until`` are settled, and ``next_due`` is the first after it; ``None``
    while paused or where none comes.
    """

    destination: Destination
    subject: Subject
    timing: Timing
    style: PostStyle = field(default_factory=PostStyle)
    id: int = 0
    paused: bool = False
    planned_until: datetime
    next_due: datetime | None = None
    failure: FailureState = field(default_factory=FailureState)

    def content(self, occurrence: Occurrence) -> PostContent:
        """Give what one occurrence of the post says."""
        return PostContent(occurrence.due, self.style, self.subject, occurrence.skipped)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableSubscription:
    """A post or an alert that is damaged where it is kept: nothing is planned of it, and it can be removed."""

    id: int
    guild: int
    kind: Literal["post", "alert"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert that a server has set; ``id`` is 0 until it is kept."""

    destination: Destination
    condition: AlertCondition
    style: PostStyle = field(default_factory=PostStyle)
    id: int = 0
    paused: bool = False
    failure: FailureState = field(default_factory=FailureState)
