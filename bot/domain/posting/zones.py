"""Which time zone does a person mean: a city's, or an abbreviation that stands for one?

"EST" is a zone of its own to computers, five hours behind UTC in summer too; whoever types it means New York's clock.
What stands for several cities, or for a fixed distance from UTC, is refused with the cities that may be meant.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.errors import BadQuestion, FailureCode, Typed
from bot.domain.text import bounded

_MOST: Final = 25  # choices that Discord shows
_COMMON: Final = (
    "Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Jakarta",
    "Asia/Bangkok", "Asia/Manila", "Asia/Kolkata", "Australia/Sydney", "Pacific/Auckland", "Europe/London",
    "Europe/Paris", "Europe/Berlin", "Europe/Zurich", "Europe/Madrid", "America/New_York", "America/Chicago",
    "America/Denver", "America/Los_Angeles", "America/Toronto", "America/Sao_Paulo", "America/Mexico_City", "UTC",
)  # fmt: skip
_CITIES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("est", "edt", "et", "est5edt"), ("America/New_York",)),
    **dict.fromkeys(("pst", "pdt", "pt", "pst8pdt"), ("America/Los_Angeles",)),
    **dict.fromkeys(("mst", "mdt", "mt", "mst7mdt"), ("America/Denver", "America/Phoenix")),
    **dict.fromkeys(("cst", "cdt", "ct", "cst6cdt"), ("America/Chicago", "Asia/Shanghai")),
    "hst": ("Pacific/Honolulu",),
    "jst": ("Asia/Tokyo",),
    "kst": ("Asia/Seoul",),
    "hkt": ("Asia/Hong_Kong",),
    "sgt": ("Asia/Singapore",),
    "wib": ("Asia/Jakarta",),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    **dict.fromkeys(("aest", "aedt", "aet"), ("Australia/Sydney",)),
    **dict.fromkeys(("nzst", "nzdt", "nzt"), ("Pacific/Auckland",)),
    "bst": ("Europe/London",),
    **dict.fromkeys(("cet", "cest", "met"), ("Europe/Berlin", "Europe/Paris")),
    **dict.fromkeys(("eet", "eest"), ("Europe/Athens", "Europe/Helsinki")),
    **dict.fromkeys(("wet", "west"), ("Europe/Lisbon",)),
    "brt": ("America/Sao_Paulo",),
}
"""Abbreviations, and the cities whose clock goes by them."""
_AGREE: Final = frozenset({"cet", "cest", "met", "eet", "eest"})
"""Where all of the cities keep the same time, the first is taken."""


def timezone(text: str) -> str:
    """Read the name of a zone, in any case, or an abbreviation that one city's clock goes by.

    Raises:
        BadQuestion: if there is none of this name, or if it may be several; names the cities.
    """
    typed = bounded(text).casefold().replace(" ", "_")
    cities = _CITIES.get(typed)
    if cities is not None:
        if len(cities) == 1 or typed in _AGREE:
            return cities[0]
        raise BadQuestion(FailureCode.AMBIGUOUS_TIME_ZONE, text=Typed(text), zones=cities)
    found = _zones().get(typed)
    if found is None:
        code = FailureCode.FIXED_TIME_ZONE if _is_offset(typed) else FailureCode.UNKNOWN_TIME_ZONE
        raise BadQuestion(code, text=Typed(text))
    return found


def timezones(text: str) -> list[str]:
    """Offer zones: what an abbreviation stands for, the common ones, then all others that the text is a part of."""
    typed = bounded(text).casefold().replace(" ", "_")
    meant = _CITIES.get(typed, ())
    common = [name for name in _COMMON if typed in name.casefold()]
    others = [name for folded, name in _zones().items() if typed in folded and name not in _COMMON]
    return list(dict.fromkeys((*meant, *common, *others)))[:_MOST]


def _is_offset(typed: str) -> bool:
    """Whether a zone is a fixed distance from UTC, which no city keeps all year that changes its clocks."""
    name = typed.removeprefix("etc/")
    return name.startswith(("gmt", "utc")) and any(char.isdigit() for char in name)


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return dict(_usable())


def _usable() -> Iterator[tuple[str, str]]:
    """Yield the zones that a person may choose: those of a place, and UTC."""
    for name in sorted(available_timezones()):
        folded = name.casefold()
        if name in {"localtime", "Factory"} or name.startswith(("posix", "right")):
            continue
        if folded in _CITIES or _is_offset(folded):
            continue
        ZoneInfo(name)
        yield folded, name
