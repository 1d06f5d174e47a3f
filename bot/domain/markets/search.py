"""Which market does a person mean by this text?

A name or alias, in any script, width or case, is looked up in a table; only what is not there is compared by
similarity, since similarity alone is wrong ("dow" is near "Tadawul"). What a person typed never becomes a symbol.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from bot.domain.errors import UnknownMarket
from bot.domain.markets.catalogue import CATALOGUE, MARKETS
from bot.domain.markets.market import Market
from bot.domain.text import LONGEST, bounded

_LEAST_SCORE = 60.0  # of 100, rapidfuzz's WRatio: below it a suggestion looks silly
_BELOW_BEST = 15.0  # a much worse match beside a good one only confuses
_NAMES_PER_MARKET = 8  # so many names are compared for each market that is wanted: several may be one market's
_MOST_SUGGESTIONS = 3
_MOST_CHOICES = 25  # Discord's limit for autocomplete


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
        UnknownMarket: if none does; it carries the keys of up to three that may have been meant.
    """
    # A key is what autocomplete and scripts send: it needs no table of a thousand names.
    market = MARKETS.get(text) or _table().get(normal(text))
    if market is None:
        raise UnknownMarket(text, tuple(similar.key for similar in _similar(text, _MOST_SUGGESTIONS)))
    return market


def search(text: str) -> list[Market]:
    """Rank markets for autocomplete: exact names, then beginnings, then parts, then similarity; 25 at most.

    Without any text: the catalogue's order.
    """
    wanted = normal(text)
    if not wanted:
        return list(CATALOGUE[:_MOST_CHOICES])
    ranks: dict[str, int] = {}
    for name, market in _table().items():
        rank = 0 if name == wanted else 1 if name.startswith(wanted) else 2 if wanted in name else None
        if rank is not None:
            ranks[market.key] = min(rank, ranks.get(market.key, rank))
    markets = [market for market in CATALOGUE if market.key in ranks]
    markets.sort(key=lambda market: ranks[market.key])  # stable: the catalogue's order within a rank
    return (markets or _similar(text, _MOST_CHOICES))[:_MOST_CHOICES]


def _similar(text: str, most: int) -> list[Market]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - 10 ms that only a misspelling needs

    table, wanted = _table(), normal(text)
    if not wanted:
        return []
    matches = process.extract(
        wanted, table.keys(), scorer=fuzz.WRatio, score_cutoff=_LEAST_SCORE, limit=most * _NAMES_PER_MARKET
    )
    keys = dict.fromkeys(table[name].key for name, score, _ in matches if score > matches[0][1] - _BELOW_BEST)
    return [MARKETS[key] for key in keys][:most]
