"""Which markets does each server ask for most? Kept in memory alone, as counts by market; never who asked."""

from collections import Counter, OrderedDict
from typing import Final

from bot.domain.errors import UnknownMarket
from bot.domain.markets.search import find

_SERVERS: Final = 2000
"""Servers whose counts are kept: those that asked last."""
_SHOWN: Final = 5
_ENOUGH: Final = 2
"""Times that a market must have been asked for."""


class AskedMarkets:
    """Counts what each server asks for, so that autocomplete can offer it first."""

    def __init__(self) -> None:
        self._counts: OrderedDict[int, Counter[str]] = OrderedDict()

    def note(self, guild: int | None, text: str) -> None:
        """Count a market that was asked for on a server; what is no market, or asked elsewhere, is not counted."""
        if guild is None:
            return
        try:
            key = find(text).key
        except UnknownMarket:
            return
        self._counts.setdefault(guild, Counter())[key] += 1
        self._counts.move_to_end(guild)
        if len(self._counts) > _SERVERS:
            self._counts.popitem(last=False)

    def most(self, guild: int | None) -> tuple[str, ...]:
        """Return the keys of up to five markets that a server asked for more than once, the most asked first."""
        counts = self._counts.get(guild) if guild is not None else None
        return tuple(key for key, count in counts.most_common(_SHOWN) if count >= _ENOUGH) if counts else ()
