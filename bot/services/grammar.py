"""What does a typed line ask? The form of a command, and how a line is read by a table of them.

The table itself is ``commands.ALL``. The terminal's ``ask``, ``/help`` and the slash commands are all derived from its
rows, so that a command has one name, one description and one way to its answer wherever it is typed.
"""

import shlex
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from bot.domain.answers import Answer
from bot.domain.errors import BadQuestion, FailureCode, Typed
from bot.domain.text import LONGEST, bounded

if TYPE_CHECKING:
    from bot.services.query import Query
    from bot.services.questions import Questions


class Command(NamedTuple):
    """One command, or one subcommand of a group: "index", "asia summary".

    ``description`` is one sentence of at most 100 characters. ``question`` says what it asks, given what was typed for
    its market ("" where nothing was); a command without one works on a server of Discord and is there alone.
    ``words``: what may be typed behind it is something else than a market, and its question reads it.
    """

    name: str
    description: str
    question: "Callable[[Questions, str], Query[Any]] | None" = None
    market: Literal["required", "optional"] | None = None
    words: bool = False

    def query(self, questions: "Questions", market: str = "") -> "Query[Any]":
        """Return what this command asks."""
        assert self.question is not None, f"/{self.name} has no question"
        return self.question(questions, market)

    async def ask(self, questions: "Questions", market: str = "") -> Answer:
        """Ask it, as everybody does who can wait for the answer."""
        answer: Answer = await questions.answer(self.query(questions, market))
        return answer


def read(line: str, commands: Collection[Command]) -> tuple[Command, str]:
    """Return the command that a line is, and what it says for the market: "/index nikkei", "/record market: kospi".

    Raises:
        BadQuestion: if it is none of those that can be asked everywhere, or says too little or too much.
    """
    first, words = _parsed(line)
    known = [command for command in commands if command.question and command.name.partition(" ")[0] == first]
    for command in known:
        own = command.name.split()[1:]
        rest = words[len(own) :]
        if words[: len(own)] != own or (rest and command.market is None and not command.words):
            continue
        if not rest and command.market == "required":
            raise BadQuestion(FailureCode.MARKET_MISSING, command=command.name)
        return command, " ".join(rest)
    if subcommands := tuple(f"/{command.name}" for command in known if " " in command.name):
        raise BadQuestion(FailureCode.SUBCOMMAND_MISSING, commands=subcommands)
    raise BadQuestion(FailureCode.UNKNOWN_COMMAND, text=Typed(line))


def _parsed(line: str) -> tuple[str, list[str]]:
    line = bounded(line, 2 * LONGEST)  # a command and its option
    try:
        words = shlex.split(line.replace("'", " "))
    except ValueError:
        words = line.split()
    words = [word for word in (typed.removeprefix("market:") for typed in words) if word]
    if not words:
        raise BadQuestion(FailureCode.NOTHING_ASKED)
    return words[0].removeprefix("/").casefold(), words[1:]
