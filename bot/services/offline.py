"""How is a question answered from a source that knows everything beforehand? At once, without an event loop."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from bot.domain.answers import Answer
from bot.domain.calendars.calendar import Calendar
from bot.domain.quotes import Observation
from bot.services.explanations import Explanations
from bot.services.grammar import Command, read
from bot.services.ports import Clock, Histories, Quotes
from bot.services.questions import Questions

if TYPE_CHECKING:
    from bot.domain.calendars.rate_decisions import RateDecision


class OfflineSource(Quotes, Histories, Protocol):
    """A source for which nothing has to be waited."""

    @property
    def clock(self) -> Clock:
        """The instant that everything is seen from."""
        ...

    def known(self, keys: Collection[str]) -> Mapping[str, Observation]:
        """Return what `observe` does."""
        ...


class OfflineQuestions(Questions):
    """Answers questions from the sample or a replay."""

    def __init__(
        self,
        source: OfflineSource,
        calendars: Mapping[str, Calendar],
        commands: Collection[Command],
        decisions: "Callable[[], Sequence[RateDecision]]" = tuple,
        explanations: Explanations | None = None,
    ) -> None:
        """Answer from this source, at its instant."""
        super().__init__(
            source, source, calendars, source.clock, commands, decisions=decisions, explanations=explanations
        )
        self._source = source

    def answer_at_once(self, line: str) -> Answer:
        """Answer a command as it is typed; raises as `ask` does."""
        command, market = read(line, self._commands)
        query = command.query(self, market)
        answer: Answer = self.made(query, self._source.known(query.keys) if query.keys else {})
        return answer
