"""Which markets and instruments are there, and what is known of each?"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple


class Region(StrEnum):
    """A part of the world that a summary can be asked for; ``WORLD`` is all of them."""

    ASIA = "asia"
    EUROPE = "europe"
    AMERICAS = "americas"
    WORLD = "world"


class KnownLevel(NamedTuple):
    """A level known from elsewhere than the daily bars: an older record, or what the bot itself saw.

    From ``covers_from`` (``None``: from the beginning) up to and including ``known_as_of``, no ``kind`` of the market
    was above ``level``, which was reached on ``date``. An older record covers everything before it was beaten; a
    sighting covers its own day alone. The level is in whole units.
    """

    market: str
    kind: Literal["close", "high"]
    level: int
    date: dt.date
    known_as_of: dt.date
    source: str
    covers_from: dt.date | None = None


def in_four_languages(ja: str, ko: str, zh_tw: str, zh_cn: str) -> Mapping[str, str]:
    """Return a name in the languages besides English, by Discord's code of each."""
    return MappingProxyType({"ja": ja, "ko": ko, "zh-TW": zh_tw, "zh-CN": zh_cn})


@dataclass(frozen=True, slots=True)
class Listing:
    """What markets and instruments share: their names, their symbol at Yahoo, and how they are rounded."""

    key: str
    name: str
    short: str
    symbol: str
    zone: str
    decimals: int = field(default=2, kw_only=True)
    context_for: tuple[Region, ...] = field(default=(), kw_only=True)
    """The regions whose summaries mention it as something that happened elsewhere."""

    def units(self, points: float | str) -> int:
        """Round index points, once, to whole units of the last decimal (halves away from zero).

        The text of a float is rounded, not its binary value, so that 38915.870 is 3891587 whatever float32 made of it.
        """
        text = points if isinstance(points, str) else repr(points)
        whole_points, _, rest = text.partition(".")
        if len(rest) <= self.decimals and whole_points.isdecimal() and (rest.isdecimal() or not rest):
            return int(whole_points + rest.ljust(self.decimals, "0"))  # nothing to round: the usual case, and fast
        from fractions import Fraction  # noqa: PLC0415 - what needs rounding is rare, and a question to the sample has none

        scaled = Fraction(text) * 10**self.decimals
        whole = (abs(scaled) * 2 + 1) // 2
        return int(whole) if scaled >= 0 else -int(whole)

    def points(self, units: int) -> float:
        """Return whole units as index points, the float nearest to the quoted decimal figure."""
        return units / float(10**self.decimals)


@dataclass(frozen=True, slots=True)
class Market(Listing):
    """A stock index of the catalogue and the exchange whose days it keeps.

    ``history_since`` is the first day of Yahoo's history when it is whole; a history that starts later, without a known
    older record, allows only "highest since". ``first_day`` is the first day of the index itself, its base date
    included, where a history can reach so far back: what never happened in it never happened. A ``proxy`` market stands
    on an ETF at Yahoo: its move may be shown, its level never.
    """

    mic: str
    region: Region
    part: str
    city: str
    names: Mapping[str, str] = field(hash=False)
    aliases: str  # separated by |
    history_since: dt.date | None = None
    first_day: dt.date | None = None
    scaled_since: dt.date | None = None
    """The first of Yahoo's daily bars on today's scale, where older ones are on another: those are left out."""
    round_step: int | None = None
    """Points between the round numbers that wires speak of, where they are not those that its level would suggest."""
    known_levels: tuple[KnownLevel, ...] = ()
    proxy: bool = False
    in_summaries: bool = True
    """Whether it counts where nobody names it: in summaries and their breadth, in status and on the board of records.

    One that does not is found by its names like any other, and its quote is read only when somebody asks for it.
    """
    note: str | None = None
    weight: float | None = None
    """How much the wires look at its exchange, see ``sentiment``. One entry of an exchange says it for all of its
    indexes; where none does it is 1."""
    companion_of: str | None = None
    """The key of the index that leads the same city, beside which this one says little."""
    leads_city: bool = True
    """Whether the city's name stands for it in prose, if it is the first there, no companion, and not `wide`. Where the
    first declines, as New York's does, nobody is called so."""
    wide: bool = False
    """Whether it stands for no place, although an exchange's days are its own."""
    prose: str | None = None
    """How English prose calls it, where that is not "the" and its short name."""
    exchange_names: str = ""
    """What its exchange is called that no index is, separated by |, each as ``names.normal`` folds it."""


class Kind(StrEnum):
    """What an instrument is, and so how a sentence mentions it."""

    FUTURE = "future"
    CURRENCY = "currency"
    YIELD = "yield"
    VOLATILITY = "volatility"
    COMMODITY = "commodity"


@dataclass(frozen=True, slots=True)
class Instrument(Listing):
    """A future, currency, yield or commodity that a summary mentions; it never makes a record.

    ``lowest`` and ``highest`` bound a believable level; ``largest_move`` a believable day's move in per cent.
    """

    lowest: float
    highest: float
    largest_move: float
    kind: Kind = field(kw_only=True)
    least_move: float | None = field(default=None, kw_only=True)
    """The least day's move to be mentioned: per cent, but points for a yield; about two usual days. ``None``: never."""
    names: Mapping[str, str] = field(hash=False, kw_only=True)
    aliases: str = field(kw_only=True)  # separated by |
    says_with: str | None = field(default=None, kw_only=True)
    """The instrument that says nearly the same: a sentence mentions one of the two."""
    future_of: str | None = field(default=None, kw_only=True)
    """The market that a future runs ahead of."""
