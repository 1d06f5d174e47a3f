"""Which market does a person mean by this text?

A name or alias in any script, any width, any case is looked up in a table; only what is not there is compared by
likeness, since likeness alone is wrong ("dow" is near "Tadawul"). Text of a person never becomes a symbol.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from bot.domain.errors import UnknownMarket
from bot.domain.markets.catalogue import CATALOGUE, MARKETS
from bot.domain.markets.market import Market
from bot.domain.text import LONGEST, bounded

_ALIKE = 60.0  # of 100, rapidfuzz's WRatio: below it a suggestion looks silly
_NEAR_THE_BEST = 15.0  # a much worse likeness beside a good one only confuses
_MOST_SUGGESTIONS = 3
_MOST_CHOICES = 25  # Discord's limit for autocomplete


def normal(text: str) -> str:
    """Fold width, case, accents and everything that is neither letter nor digit.

    "Ｎ２２５", "n-225" and " N225 " become one; "São Paulo" is "saopaulo". An ampersand stays, for "S&P" is not "SP".
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
    yield from filter(None, market.aliases.split("|"))


@cache
def _table() -> Mapping[str, Market]:
    table: dict[str, Market] = {}
    for market in CATALOGUE:
        for name in _names(market):
            table.setdefault(normal(name), market)
    for market in CATALOGUE:  # a city is a name of its leading index unless somebody is called so already
        table.setdefault(normal(market.city), market)
    return table


def find(text: str) -> Market:
    """Return the market that goes by this name or alias.

    Raises:
        UnknownMarket: if none does; it carries up to three names that may have been meant.
    """
    # A key is what autocomplete and scripts send: it needs no table of a thousand names.
    found = MARKETS.get(text) or _table().get(normal(text))
    if found is None:
        raise UnknownMarket(text, tuple(one.name for one in _alike(text, _MOST_SUGGESTIONS)))
    return found


def search(text: str) -> list[Market]:
    """Rank markets for autocomplete: exact names, then beginnings, then parts, then likeness; 25 at the most.

    With no text at all: the catalogue's order.
    """
    wanted = normal(text)
    if not wanted:
        return list(CATALOGUE[:_MOST_CHOICES])
    ranks: dict[str, int] = {}
    for name, market in _table().items():
        rank = 0 if name == wanted else 1 if name.startswith(wanted) else 2 if wanted in name else None
        if rank is not None:
            ranks[market.key] = min(rank, ranks.get(market.key, rank))
    found = [one for one in CATALOGUE if one.key in ranks]
    found.sort(key=lambda one: ranks[one.key])  # stable: the catalogue's order within a rank
    return (found or _alike(text, _MOST_CHOICES))[:_MOST_CHOICES]


def _alike(text: str, most: int) -> list[Market]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - 10 ms that only a misspelling needs

    table, wanted = _table(), normal(text)
    if not wanted:
        return []
    near = process.extract(wanted, table.keys(), scorer=fuzz.WRatio, score_cutoff=_ALIKE, limit=most * 8)
    keys = dict.fromkeys(table[name].key for name, score, _ in near if score > near[0][1] - _NEAR_THE_BEST)
    return [MARKETS[key] for key in keys][:most]
