"""What was an admin asked before it is carried out, and how did the question end?"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.domain.posting.subscriptions import Post

ANSWERED_WITHIN: Final = timedelta(minutes=15)
"""How long a question waits for an answer."""


class Action(StrEnum):
    """What is carried out where the answer is yes."""

    ADD = "add"  # the post is set up
    CHANGE = "change"  # the post replaces the one that has its number
    DELETE = "delete"  # all that is kept of the server goes


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be carried out in a server (its id), once somebody who may has said yes; a deletion has no post."""

    guild: int
    action: Action
    post: Post | None = None


class Ending(StrEnum):
    """How a question ended."""

    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"
    ANSWERED = "answered"  # one way or the other, and nothing more is known


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a question ended, what it was about, and the number of the post that was set up or changed."""

    ending: Ending
    action: Action | None = None
    number: int | None = None
