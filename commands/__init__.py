"""What can a user type? `ALL` is the table of commands, in reading order.

A row is all that the terminal and ``/help`` need. Discord's side of a command stands in the file of its first word:
``commands/index.py`` holds ``index``, ``commands/asia.py`` the group ``asia``. Nothing here imports discord.py, so that
a question in the terminal does not wait for it.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from bot.domain.markets.market import Region
from bot.services.grammar import Command
from bot.services.query import Query
from bot.services.questions import Questions

if TYPE_CHECKING:
    from bot.discord_app.client import Command as SlashCommand


def _summary(region: Region) -> Callable[[Questions, str], Query[Any]]:
    return lambda ask, _: ask.summary_query(region)


def _status(region: Region) -> Callable[[Questions, str], Query[Any]]:
    return lambda ask, _: ask.status_query(region)


# fmt: off
ALL: Final[tuple[Command, ...]] = (
    Command("index", "Level of an index, its change, and what it means.",
            lambda ask, market: ask.level_query(market), market="required"),
    Command("record", "Whether a market hit a record, at the close or in the session, and which one it beat.",
            lambda ask, market: ask.record_query(market) if market else ask.records_query(), market="optional"),
    Command("why", "Which stocks made a market's move, and how much of it.",
            lambda ask, market: ask.why_query(market), market="required"),
    Command("calendar", "Rate decisions and economic figures that are due: a region, a number of days.",
            lambda ask, text: ask.calendar_query(text), words=True),
    Command("asia summary", "Asia's day as a news wire would tell it.", _summary(Region.ASIA)),
    Command("asia status", "Which of Asia's exchanges trade now, and the holidays to come.", _status(Region.ASIA)),
    Command("europe summary", "Europe's day as a news wire would tell it.", _summary(Region.EUROPE)),
    Command("europe status", "Which of Europe's exchanges trade now, and the holidays to come.",
            _status(Region.EUROPE)),
    Command("americas summary", "The Americas' day as a news wire would tell it.", _summary(Region.AMERICAS)),
    Command("americas status", "Which of the Americas' exchanges trade now, and the holidays to come.",
            _status(Region.AMERICAS)),
    Command("world summary", "The world's day, from Wellington to New York, as a news wire would tell it.",
            _summary(Region.WORLD)),
    Command("world status", "Which exchanges of the world trade now, and the holidays to come.", _status(Region.WORLD)),
    Command("schedule add", "Set up a post; shows the next three times and asks."),
    Command("schedule edit", "Change a post; what you leave out stays as it is."),
    Command("schedule list", "The posts of this server: last run, next run, last problem."),
    Command("schedule preview", "A post as it would be now, seen by you alone."),
    Command("schedule pause", "Stop a post until you resume it."),
    Command("schedule resume", "Let a paused post go on."),
    Command("schedule remove", "Remove a post for good."),
    Command("schedule test", "Send a post once, now."),
    Command("alert add", "Set an alert on a market."),
    Command("alert list", "The alerts of this server, and what became of each last."),
    Command("alert resume", "Let an alert go on whose channel refused it."),
    Command("alert remove", "Remove an alert."),
    Command("data delete", "Delete all that is kept of this server: posts, alerts, and the record of what was sent."),
    Command("help", "What you can ask.", lambda ask, _: ask.help_query()),
    Command("about", "Sources, delays, privacy; not investment advice.", lambda ask, _: ask.about_query()),
)
# fmt: on

_BY_NAME: Final = {command.name: command for command in ALL}


def row(name: str) -> Command:
    """Return the row of a command, of which the file that speaks it to Discord takes name and description."""
    return _BY_NAME[name]


def slash_commands() -> "tuple[SlashCommand, ...]":
    """Import the file of each command and return what they hold for Discord, in reading order."""
    names = dict.fromkeys(command.name.partition(" ")[0] for command in ALL)
    return tuple(getattr(import_module(f"commands.{name}"), name) for name in names)
