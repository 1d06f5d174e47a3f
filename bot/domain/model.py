"""What do all answers share?

An answer is frozen and holds every fact shown, `as_of` and what is missing included, and nothing about how it looks.
Names are a contract that outside scripts read (README, "JSON"). Levels are index points with the index's decimals,
percentages are in per cent rounded to 2 decimals, dates are in the exchange's own zone, instants in UTC. What is not
known is ``None``.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Source = Literal["yahoo", "replay", "sample"]
"""Whose figures an answer holds."""


class Frozen(BaseModel):
    """A value that never changes once made."""

    # Most runs of the command line need few of the models: each is built when it is first used.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Fault(StrEnum):
    """A rule that an observation or a part of it failed; ``doctor`` counts them by market."""

    NO_LEVEL = "no_level"
    NO_TIME = "no_time"
    OUT_OF_BOUNDS = "out_of_bounds"
    FUTURE = "future"
    PREVIOUS_MISSING = "previous_missing"
    PREVIOUS_NEAR_ZERO = "previous_near_zero"
    PREVIOUS_CONTRADICTED = "previous_contradicted"
    JUMP = "jump"
    RANGE = "range"
    DISTRIBUTION = "distribution"
    CONTRADICTED = "contradicted"
    UNCONFIRMED = "unconfirmed"


class NoteKind(StrEnum):
    """What a reader must know beside the figures; the views word it."""

    SAMPLE = "sample"
    STALE = "stale"
    PROXY = "proxy"
    NO_CHANGE = "no_change"
    NO_TRADE = "no_trade"
    HOLE = "hole"
    NO_HISTORY = "no_history"
    SHORT_HISTORY = "short_history"
    CALENDAR_UNKNOWN = "calendar_unknown"
    SOURCE_DOWN = "source_down"
    REJECTED = "rejected"
    UNCONFIRMED = "unconfirmed"


class Note(Frozen):
    """Something that a reader must know of one market or of the whole answer."""

    kind: NoteKind
    market: str | None = None
    fault: Fault | None = None
    since: date | None = None
    until: date | None = None
    time: datetime | None = None
    minutes: int | None = None


class AnswerBase(Frozen):
    """What every answer has: its instant, whose figures they are, and the notes that a reader must see.

    ``revision`` stands for everything that the answer was made from: two answers of one `Questions` with the same kind
    and revision differ in ``as_of`` alone. It is not part of the contract.
    """

    as_of: datetime
    source: Source
    notes: tuple[Note, ...] = ()
    revision: int | None = Field(default=None, exclude=True, repr=False)
