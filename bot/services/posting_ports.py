"""What do posts and alerts need of the outside world, and how may sending fail?

SendError            error.failure is the reason, fit to be told to the server's admin
├── NotSent          certainly not there; may work later
├── Doubtful         no answer: it may be there or not
├── ChannelDead      certainly not there: the channel is gone or refuses the bot
├── Rejected         certainly not there, and the same message never will be
└── CannotTell       a look into the channel proves nothing
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.errors import CodedError, Failure, FailureCode, Field
from bot.domain.posting.subscriptions import Alert, Post, PostContent
from bot.domain.records.events import Event


class SendError(CodedError):
    """A request to Discord did not do what it should."""


class NotSent(SendError):
    """The message is certainly not there; ``wait`` is how long Discord asked to wait, if it did."""

    def __init__(self, why: FailureCode | Failure, /, wait: timedelta | None = None, **fields: Field) -> None:
        """Take why, and how long to wait."""
        super().__init__(why, **fields)
        self.wait = wait


class Doubtful(SendError):
    """Nobody knows whether the message is there."""


class ChannelDead(SendError):
    """The channel is gone, or the bot may not write there."""


class Rejected(SendError):
    """Discord refuses this very message."""


class CannotTell(SendError):
    """Whether a message is in a channel cannot be found out."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A message before it goes to any channel in particular; only its composer and its sender look inside.

    ``body`` is the JSON object of the message, with a mark where the nonce of a delivery belongs. ``delayed_line`` is
    the text that the sender adds where the message comes late. ``files`` are names and contents.
    """

    body: Mapping[str, Any]
    delayed_line: str | None
    files: tuple[tuple[str, bytes], ...] = ()


class Limiter(Protocol):
    """What keeps requests to Discord to their pace."""

    async def acquire(self, places: int = 1) -> None:
        """Wait for so many places, one a request, and take them; raises StoreError."""
        ...


class MessageSender(Protocol):
    """Discord, as far as posts need it; every method raises SendError."""

    async def send(
        self, channel: int, message: Composed, nonce: str, until: datetime, *, mention: int | None, delayed: bool
    ) -> int:
        """Send a composed message under a nonce and return its id; the same body each time.

        ``mention`` is the role that is mentioned with it; a ``delayed`` one says that it comes late.

        From ``until`` on nothing is written any more, however long it was held up: another process may have it then.
        """
        ...

    async def find(self, channel: int, nonce: str, since: datetime) -> int | None:
        """Look for the message of this nonce in what the channel holds since an instant; return its id.

        ``None`` says that it is certainly not there; CannotTell that nobody knows.
        """
        ...

    async def publish(self, channel: int, message: int) -> None:
        """Publish a message in an announcement channel; one that is published already is no error."""
        ...

    async def may_mention(self, guild: int, channel: int, member: int, role: int) -> bool:
        """Tell whether a member may mention a role in a channel now."""
        ...

    async def notify_paused(self, subscription: Post | Alert) -> None:
        """Tell its creator, or failing that the server, that a post or an alert was paused, and why."""
        ...


class MessageComposer(Protocol):
    """Who turns what is to be said into a message."""

    async def compose(self, telling: PostContent) -> Composed:
        """Compose a message for every recipient, quotes or no quotes."""
        ...


class EventSource(Protocol):
    """Where it is learnt what happened in a market."""

    def active_markets(self, markets: Collection[str]) -> Collection[str]:
        """Name those of the markets whose session runs or has just ended."""
        ...

    async def newest_events(self, moves: Mapping[str, Collection[float]]) -> Sequence[Event]:
        """Give what the newest quotes show of the newest sessions of these markets, all of them awake.

        For each market the moves are named, in per cent, that are asked for.
        """
        ...
