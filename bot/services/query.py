"""What does a question need to know, and what is made of it? So much of a question as takes no waiting."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from bot.domain.markets.market import Market
from bot.domain.model import AnswerBase
from bot.domain.quotes import Observation

AnswerT = TypeVar("AnswerT", bound=AnswerBase)
Observations = Mapping[str, Observation]


class Query(NamedTuple, Generic[AnswerT]):
    """A question that was understood.

    ``name`` tells it from every other question. ``markets`` are those that it is about, ``context_keys`` what else it
    mentions where it is known. ``make`` makes the answer of what is known of them, and of the instant (UTC) that it
    speaks for. ``timed``: the clock alone changes it, as exchanges open and close. ``depends``: what else, beside its
    markets, the answer depends on at an instant. ``begin`` has renewed what it would tell besides, for which nobody
    waits; ``renew`` is waited for.
    """

    name: str
    markets: tuple[Market, ...]
    make: Callable[[Observations, dt.datetime], AnswerT]
    context_keys: tuple[str, ...] = ()
    timed: bool = False
    depends: Callable[[dt.datetime], object] = lambda _: None
    begin: Callable[[dt.datetime], None] | None = None
    renew: Callable[[dt.datetime], Awaitable[None]] | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """What must be observed: markets first, each once."""
        return tuple(dict.fromkeys((*(market.key for market in self.markets), *self.context_keys)))
