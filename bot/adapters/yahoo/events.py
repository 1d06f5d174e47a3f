"""What stands in Yahoo's calendar of economic figures?

The request is our own: yfinance's sorts descending, so that in a busy week today's figures are the ones cut, and makes
a real 0.0 unknown. Rows of countries outside the catalogue, and what cannot be read, are passed over.
"""

import math
import time
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from bot.adapters.yahoo.connection import Attempts
from bot.adapters.yahoo.fields import instant
from bot.adapters.yahoo.source import PATIENCE, YahooSource
from bot.domain.attribution.events import COUNTRIES, EconomicEvent, RawEvent, economic_event
from bot.services.ports import Clock

PAGE: Final = 100
"""Rows a request, of which Yahoo gives no more."""
_MOST_PAGES: Final = 6
_FIELDS: Final = (
    "econ_release", "country_code", "startdatetime", "period", "after_release_actual", "consensus_estimate",
    "prior_release_actual",
)  # fmt: skip
_LABELS: Final = ("Event", "Country Code", "Event Time", "For", "Actual", "Market Expectation", "Prior to This")
_LONGEST: Final = 100  # characters of a name


class YahooEvents:
    """Implements the port `EventCalendar` over the connection of the quotes; while these fail it asks nothing."""

    def __init__(self, quotes: YahooSource, clock: Clock) -> None:
        """Share the connection of the source of quotes."""
        self._connection = quotes.connection
        self._attempts = Attempts(quotes.connection, clock, after=quotes.attempts)

    async def events(self, start: date, end: date) -> tuple[EconomicEvent, ...]:
        """Return the figures of the catalogue's countries from a day on, before another; see the port."""
        rows: list[Mapping[str, object]] = []
        async with self._attempts.attempt():
            client = await self._connection.client()
            deadline = time.monotonic() + PATIENCE
            for page in range(_MOST_PAGES):
                found = await self._connection.run(deadline, partial(client.visualization, _body(start, end, page)))
                if found is None:
                    raise self._attempts.no_quotes()
                rows += found
                if len(found) < PAGE:
                    break
        return tuple(event for row in rows for raw in _raw(row) if (event := economic_event(raw)) is not None)


def _body(start: date, end: date, page: int) -> dict[str, Any]:
    def operator(name: str, *operands: object) -> dict[str, Any]:
        return {"operator": name, "operands": list(operands)}

    countries = operator("OR", *(operator("EQ", "country_code", country) for country in COUNTRIES))
    between = (operator("GTE", "startdatetime", start.isoformat()), operator("LT", "startdatetime", end.isoformat()))
    return {
        "sortType": "ASC",
        "entityIdType": "economic_event",
        "sortField": "startdatetime",
        "includeFields": list(_FIELDS),
        "size": PAGE,
        "offset": page * PAGE,
        "query": operator("AND", *between, countries),
    }


def _raw(row: Mapping[str, object]) -> Iterator[RawEvent]:
    name, country, at, period, *figures = (row.get(label) for label in _LABELS)
    published = instant(at)
    if isinstance(name, str) and 0 < len(name) <= _LONGEST and isinstance(country, str) and published is not None:
        label = period if isinstance(period, str) and 0 < len(period) <= _LONGEST else None
        yield RawEvent(" ".join(name.split()), country, published, label, *map(_figure, figures))


def _figure(value: object) -> float | None:
    """Return a figure: a real 0.0 is one, and so is one that is written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        figure = float(value)
    except ValueError:
        return None
    return figure if math.isfinite(figure) else None
