"""Where do the packaged tables lie: the sessions of every exchange, read from the package once."""

from functools import cache
from importlib.resources import files

from bot.domain.sessions import Calendars, load


@cache
def sessions() -> Calendars:
    """Read the packaged table of sessions; an exchange is parsed when it is first asked for."""
    return load((files("bot") / "data" / "sessions.txt").read_bytes())
