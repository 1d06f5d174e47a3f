"""Where do the packaged tables lie: the sessions of every exchange, read from the package once."""

from functools import cache
from pathlib import Path

from bot.domain.sessions import Calendars, load


@cache
def sessions() -> Calendars:
    """Read the packaged table of sessions; an exchange is parsed when it is first asked for."""
    return load((Path(__file__).parents[1] / "data" / "sessions.txt").read_bytes())
