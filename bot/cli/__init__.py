"""What can an operator type? ``python -m bot COMMAND``, each command imported when it is named.

Exit status: 0 done, 1 could not be done, 2 wrong usage or a wrong setting; that of ``run`` is `bot.app.run`'s.
"""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

# There are none, and looking for them among all installed packages takes a tenth of a question's time.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")

COMMANDS: Final[Mapping[str, str]] = {
    "ask": "bot.cli.ask",
    "build": "bot.cli.build",
    "database": "bot.cli.database",
    "doctor": "bot.cli.doctor",
    "history": "bot.cli.history",
    "run": "bot.cli.run",
}
"""Where each command is, under its own name. Its module imports at its top only what its ``--help`` needs."""


class LazyGroup(click.Group):
    """A group that imports the module of a command when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the alphabet."""
        del ctx  # click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or ``None`` if there is none of that name."""
        del ctx  # the same
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        assert isinstance(command, click.Command), cmd_name
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Opening Bell: market questions answered the way a news wire would."""
