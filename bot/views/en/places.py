"""How are markets and regions called in English prose?"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from bot.domain.markets.catalogue import CITY_LEADERS, MARKETS
from bot.domain.markets.market import Region
from bot.views.en import wording

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
WEEK = 6
"""Days for which a weekday alone says which day is meant."""


class RegionNoun(NamedTuple):
    """A region in English: as the subject of a sentence ("Asia rises", "the Americas rise"), and as a place.

    ``area`` is what a summary is of ("Summary of the world"), ``home`` where its indexes trade that are told of
    elsewhere ("earlier in New York").
    """

    name: str
    most: str
    all: str
    plural: bool
    area: str
    home: str

    def does(self, singular: str, plural: str) -> str:
        """Choose the form of the verb."""
        return plural if self.plural else singular


REGIONS: Final[Mapping[str, RegionNoun]] = {
    Region.ASIA: RegionNoun("Asia", "most of Asia", "all of Asia", plural=False, area="Asia", home="Asia"),
    Region.EUROPE: RegionNoun("Europe", "most of Europe", "all of Europe", plural=False, area="Europe", home="Europe"),
    Region.AMERICAS: RegionNoun(
        "the Americas",
        "most of the Americas",
        "all of the Americas",
        plural=True,
        area="the Americas",
        home="New York",
    ),
    Region.WORLD: RegionNoun(
        "world markets",
        "most of the world's markets",
        "all of the world's markets",
        plural=True,
        area="the world",
        home="the world",
    ),
}
"""All words for regions; a region is a string, so that its key finds it as well."""

_WALL_STREET: Final = RegionNoun(
    "Wall Street", "most of Wall Street", "all of Wall Street", plural=False, area="New York", home="New York"
)
NEW_YORK: Final = "New York"


def region_noun(region: str, counted: Sequence[str]) -> RegionNoun:
    """Name a region of which these markets are counted: Wall Street, where those of New York are all."""
    if region == Region.AMERICAS and counted and all(MARKETS[key].city == NEW_YORK for key in counted):
        return _WALL_STREET
    return REGIONS[region]


def cities(keys: Iterable[str]) -> list[str]:
    """Name the places where markets are closed, each once: New York is Wall Street."""
    names = (MARKETS[key].city for key in keys)
    return list(dict.fromkeys("Wall Street" if name == NEW_YORK else name for name in names))


def prose(key: str) -> str:
    """Name an index within a sentence: "the Nikkei", "TOPIX"."""
    market = MARKETS[key]
    return market.prose or f"the {market.short}"


def place(key: str) -> str:
    """Name an index by its city where it alone stands for it, else by its own name without the article."""
    return _city(key) or prose(key).removeprefix("the ")


def spot(key: str) -> str:
    """Name an index by its city within a sentence, or by its own name."""
    return _city(key) or prose(key)


def _city(key: str) -> str | None:
    city = MARKETS[key].city
    return city if CITY_LEADERS.get(city) == key else None


def places(keys: tuple[str, ...]) -> list[str]:
    """Name several indexes, those left out that say little beside another of them."""
    return [place(key) for key in keys if MARKETS[key].companion_of not in keys]


def capital(text: str) -> str:
    """Begin a sentence."""
    return text[:1].upper() + text[1:]


def count(number: int) -> str:
    """Write a number as a wire does: in words below ten."""
    return _WORDS[number] if number < len(_WORDS) else str(number)


def joined(clauses: Sequence[str]) -> str:
    """Join clauses: with "and", with a semicolon before it where one of them has a comma of its own."""
    if len(clauses) == 1:
        return clauses[0]
    inner = any("," in clause for clause in clauses[:-1])
    if not clauses[2:]:
        return f"{clauses[0]}{',' if inner else ''} and {clauses[1]}"
    mark = "; " if inner else ", "
    return f"{mark.join(clauses[:-1])}{mark if inner else ' '}and {clauses[-1]}"


def article(figure: str) -> str:
    """Return "an" before eight, eleven and eighteen, "a" before other figures."""
    whole = figure.partition(".")[0].removesuffix("th")
    return "an" if whole in ("11", "18") or whole.startswith("8") or figure.startswith("eigh") else "a"


def on_day(date: dt.date, today: dt.date) -> str:
    """Name a day of the last six by its weekday, another by its date."""
    return f"{date:%A}" if 0 < (today - date).days <= WEEK else wording.day(date, today)
