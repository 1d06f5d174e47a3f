"""What does every rendering of an answer have in common?

A `Page` is an answer in words, before it is a Discord message or terminal text: both show the same page, so that
neither says what the other does not.
"""

import datetime as dt
from collections.abc import Callable
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.text import bounded

Direction = Literal["up", "down", "flat"]


class WhyButton(NamedTuple):
    """A button that shows why a market moved: the market's key, and what stands on the button."""

    market: str
    label: str


class Page(NamedTuple):
    """An answer in words, its most important part first.

    ``alerts`` stand at the very top (stale figures), ``board`` is monospaced, ``small`` closes the page. ``refresh``
    is the key of the market whose figures a button may renew, ``why`` a button to what can be told of its move.
    """

    title: str
    figure: str | None = None
    direction: Direction | None = None
    alerts: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()
    board: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    refresh: str | None = None
    why: WhyButton | None = None


class PageStyle(NamedTuple):
    """How instants are written: ``own_time`` to the minute, ``relative`` to now; ``strong`` is for what stands out.

    Instants are UTC. ``own_time`` is the reader's own in Discord, UTC in a terminal, and so must stand beside no date:
    that is an exchange's, whose clock `local_time` gives. ``literal`` keeps what somebody typed from being read as
    anything but text, ``link`` makes a text that somebody else wrote lead to an address. ``age`` is how long ago
    something was, where the reader's client keeps that up to date, else nothing.
    """

    own_time: Callable[[dt.datetime], str]
    age: Callable[[dt.datetime], str]
    relative: Callable[[dt.datetime, dt.datetime], str]
    strong: Callable[[str], str]
    literal: Callable[[str], str]
    link: Callable[[str, str], str]


_MARKUP = str.maketrans({char: f"\\{char}" for char in "\\`*_~|<>[]()#@:/-"})


def escaped(text: str) -> str:
    """Write what somebody else wrote so that Discord shows it as it is, and makes nothing of it.

    discord.py's own `escape_markdown` and `escape_mentions` leave timestamps, commands, emoji and bare addresses as
    they are, and put in characters that nobody sees. Discord shows any punctuation behind a backslash as itself.
    """
    return bounded(text, len(text)).translate(_MARKUP)


def local_time(instant: dt.datetime, zone: str) -> str:
    """Write an instant by the clock of a zone, to the minute: "09:40", "09:40 UTC"."""
    return f"{instant.astimezone(ZoneInfo(zone)):%H:%M}" + (" UTC" if zone == "UTC" else "")


def _span(instant: dt.datetime, now: dt.datetime) -> str:
    text = duration(abs(instant - now))
    return f"in {text}" if instant > now else f"{text} ago"


_MINUTE, _HOUR = 60, 3600  # in seconds


def duration(span: dt.timedelta) -> str:
    """Say a length of time in its largest unit: "40 s", "3 min", "5 h", "2 days"; none is below 0."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < 2 * 86400:
        return f"{seconds // _HOUR} h"
    return f"{seconds // 86400} days"


TERMINAL = PageStyle(
    own_time=lambda instant: local_time(instant, "UTC"),
    age=lambda _: "",
    relative=_span,
    strong=str,
    literal=str,
    link=lambda text, url: f"{text} {url}",
)
DISCORD = PageStyle(
    own_time=lambda instant: f"<t:{int(instant.timestamp())}:t>",
    age=lambda instant: f" (<t:{int(instant.timestamp())}:R>)",
    relative=lambda instant, _: f"<t:{int(instant.timestamp())}:R>",
    strong=lambda text: f"**{text}**",
    literal=escaped,
    link=lambda text, url: f"[{escaped(text)}](<{url}>)",
)
