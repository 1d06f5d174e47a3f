"""Which market does a person mean by this text?

A name or alias, in any script, width or case, is looked up in a table; only what is not there is compared by its
letters, and offered where it is a beginning or one or two slips away: a share's ticker is no slip. What a person typed
never becomes a symbol.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from bot.domain.errors import UnknownMarket
from bot.domain.markets.catalogue import CATALOGUE, INSTRUMENTS, MARKETS
from bot.domain.markets.countries import COUNTRIES, HOME, READINGS
from bot.domain.markets.market import Instrument, Market
from bot.domain.text import LONGEST, bounded

_SLIPS: Final = ((3, 0), (6, 1), (10, 2), (4 * LONGEST, 3))
"""Up to so many letters, so many may be wrong."""
_BEGINNING: Final = 3
"""Letters from which on the beginning of a name stands for it; of a script of syllables or ideographs two will do."""
_MOST_SUGGESTIONS = 3
MOST_CHOICES: Final = 25
"""Discord's limit for autocomplete."""
_HIRAGANA: Final = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}
_FINALS: Final = dict(
    zip(
        (
            0x11A8,
            0x11A9,
            0x11AB,
            0x11AE,
            0x11AF,
            0x11B7,
            0x11B8,
            0x11BA,
            0x11BB,
            0x11BC,
            0x11BD,
            0x11BE,
            0x11BF,
            0x11C0,
            0x11C1,
            0x11C2,
        ),
        (
            0x1100,
            0x1101,
            0x1102,
            0x1103,
            0x1105,
            0x1106,
            0x1107,
            0x1109,
            0x110A,
            0x110B,
            0x110C,
            0x110E,
            0x110F,
            0x1110,
            0x1111,
            0x1112,
        ),
        strict=True,
    )
)
"""The last consonant of a Korean syllable as the first one of the next, which it is while somebody types."""


def normal(text: str) -> str:
    """Fold width, case and accents, and drop everything that is neither letter nor digit.

    "Ｎ２２５", "n-225" and " N225 " become one; "São Paulo" is "saopaulo". An ampersand stays, since "S&P" is not "SP".
    Marks that belong to a script (voiced Japanese kana) are kept by composing them again.
    """
    # Cut again: a single character can stand for a sentence of eighteen.
    wide = unicodedata.normalize("NFKC", bounded(text))[:LONGEST]
    folded = unicodedata.normalize("NFKD", wide.casefold())
    latin = "".join(char for char in folded if not "\u0300" <= char <= "\u036f")
    return "".join(char for char in unicodedata.normalize("NFKC", latin) if char.isalnum() or char == "&")


def _names(market: Market) -> Iterator[str]:
    # What starts with ^ or holds a dot is Yahoo's symbol; people paste those too.
    yield from (market.key, market.name, market.short, market.symbol, *market.names.values())
    yield from filter(None, (*market.aliases.split("|"), *READINGS.get(market.key, "").split("|")))


@cache
def _table() -> Mapping[str, Market]:
    table: dict[str, Market] = {}
    for market in CATALOGUE:
        for name in _names(market):
            table.setdefault(normal(name), market)
    for market in CATALOGUE:  # a city is a name of its leading index unless somebody is called so already
        table.setdefault(normal(market.city), market)
    return table


def find_listing(text: str) -> Market | Instrument:
    """Return the market or instrument that goes by this name or alias, a market first.

    Raises:
        UnknownMarket: if none does; as `find`.
    """
    try:
        return find(text)
    except UnknownMarket:
        instrument = find_instrument(text)
        if instrument is None:
            raise
        return instrument


def find_instrument(text: str) -> Instrument | None:
    """Return the instrument that goes by this name or alias, if there is one."""
    return INSTRUMENTS.get(text) or _instruments().get(normal(text))


def search_instruments(text: str) -> list[Instrument]:
    """Return the instruments of whose names a text is the beginning; all without any text, none for mere marks."""
    wanted = _letters(normal(text))
    if not wanted and _is_seen(text):
        return []
    found = {item.key: item for name, item in _instruments().items() if _letters(name).startswith(wanted)}
    return [item for key, item in INSTRUMENTS.items() if key in found]


def _is_seen(text: str) -> bool:
    """Whether a text shows anything at all."""
    return any(char.isprintable() and not char.isspace() for char in text)


@cache
def _instruments() -> Mapping[str, Instrument]:
    table: dict[str, Instrument] = {}
    for item in INSTRUMENTS.values():
        for name in (item.key, item.name, item.short, item.symbol, *item.names.values(), *item.aliases.split("|")):
            table.setdefault(normal(name), item)
    return table


def find(text: str) -> Market:
    """Return the market that goes by this name or alias.

    Raises:
        UnknownMarket: if none does; it carries the keys of up to three that may have been meant.
    """
    # A key is what autocomplete and scripts send: it needs no table of a thousand names.
    market = MARKETS.get(text) or _table().get(normal(text))
    if market is None:
        raise UnknownMarket(text, tuple(similar.key for similar in _similar(text, _MOST_SUGGESTIONS)))
    return market


def search(text: str, language: str = "", asked: Sequence[str] = ()) -> list[Market]:
    """Rank markets for autocomplete: exact names, then beginnings, then parts; 25 at most.

    The name of a country, or its beginning, offers all indexes of its exchange. What is like nothing offers what may
    have been misspelt, or nothing. Within a rank those come first that were ``asked`` for most (keys, most first), then
    those at home in the language (Discord's code), then the catalogue's order; so it is without any text.
    """
    order = _Order(language, asked)
    wanted = _letters(normal(text))
    if not wanted:
        return [] if _is_seen(text) else sorted(CATALOGUE, key=order.of)[:MOST_CHOICES]
    ranks: dict[str, int] = {}
    for name, market in _spelt():
        rank = 0 if name == wanted else 1 if name.startswith(wanted) else 2 if wanted in name else None
        if rank is not None:
            ranks[market.key] = min(rank, ranks.get(market.key, rank))
    for name, mic in _countries():
        if name.startswith(wanted):
            ranks.update({market.key: 1 for market in CATALOGUE if market.mic == mic and market.key not in ranks})
    markets = [MARKETS[key] for key in ranks] or _similar(text, MOST_CHOICES)
    return sorted(markets, key=lambda market: (ranks.get(market.key, 0), order.of(market)))[:MOST_CHOICES]


class _Order:
    """How markets of the same rank follow each other."""

    def __init__(self, language: str, asked: Sequence[str]) -> None:
        self._asked = {key: position for position, key in enumerate(asked)}
        self._home = {mic: position for position, mic in enumerate(HOME.get(language, ()))}

    def of(self, market: Market) -> tuple[int, int, int]:
        far = len(CATALOGUE)
        return self._asked.get(market.key, far), self._home.get(market.mic, far), _POSITIONS[market.key]


_POSITIONS: Final = {market.key: position for position, market in enumerate(CATALOGUE)}


def _letters(name: str) -> str:
    """Write a normal name by its sounds: katakana as hiragana, Korean syllables as their letters."""
    return unicodedata.normalize("NFD", name.translate(_HIRAGANA)).translate(_FINALS)


@cache
def _spelt() -> tuple[tuple[str, Market], ...]:
    return tuple((_letters(name), market) for name, market in _table().items())


@cache
def _countries() -> tuple[tuple[str, str], ...]:
    return tuple((_letters(normal(name)), mic) for mic, names in COUNTRIES.items() for name in names.split("|"))


def _similar(text: str, most: int) -> list[Market]:
    """Return the markets of which a text is the beginning, or else a name with a slip or two, the nearest first."""
    wanted = normal(text)
    if not wanted:
        return []
    least = _BEGINNING if wanted.isascii() else _BEGINNING - 1
    begun = [market.key for name, market in _table().items() if len(wanted) >= least and name.startswith(wanted)]
    keys = dict.fromkeys(begun or _misspelt(wanted))
    return [MARKETS[key] for key in keys][:most]


def _misspelt(wanted: str) -> list[str]:
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - 10 ms that only a misspelling needs

    letters = _letters(wanted)
    slips = next(slips for length, slips in _SLIPS if len(letters) <= length)
    near: dict[str, int] = {}
    for name, market in _spelt():
        distance = OSA.distance(letters, name, score_cutoff=slips)
        if distance <= slips:
            near[market.key] = min(distance, near.get(market.key, distance))
    return sorted(near, key=lambda key: (near[key], _POSITIONS[key]))
