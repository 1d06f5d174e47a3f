"""A made-up market day for the loopback Yahoo: quotes and daily bars of the whole catalogue at one instant."""

import datetime as dt
import random
import struct
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.adapters.files.packaged import sessions
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS, listing
from bot.domain.markets.market import Instrument, Market

SEED = dt.datetime(2025, 9, 16, 5, 10, tzinfo=dt.UTC)

# Level, move in per cent, delay in minutes: a plausible Tuesday afternoon in Tokyo, deliberately rounded.
_FIGURES: Final[dict[str, tuple[float, float, int]]] = {
    "nikkei": (45050.0, 0.6, 20), "topix": (331.5, 0.5, 20), "kospi": (3450.0, 1.3, 20), "kosdaq": (852.0, 0.1, 20),
    "es-future": (6670.0, 0.0, 10), "nq-future": (24530.0, 0.1, 10), "nkd-future": (45100.0, 0.4, 10),
    "usd-jpy": (147.2, -0.1, 0), "usd-cny": (7.1166, -0.1, 0), "usd-krw": (1381.0, -0.4, 0), "us-10y": (4.034, -0.6, 0),
    "vix": (15.7, 6.3, 15), "gold": (3715.0, 0.2, 10), "oil": (63.3, 0.1, 10),
    "eur-usd": (1.1778, 0.1, 0), "gbp-usd": (1.3615, 0.1, 0), "usd-cad": (1.3766, -0.1, 0), "usd-brl": (5.312, -0.1, 0),
    "dollar-index": (97.25, -0.1, 15), "brent": (67.5, 0.1, 10),
}  # fmt: skip


@dataclass
class World:
    """What this Yahoo reports; tests change it at will. Bars are dictionaries, oldest first."""

    quotes: dict[str, dict[str, Any]] = field(default_factory=dict)
    bars: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, key: str) -> dict[str, Any]:
        """Return the quote for a catalogue key."""
        return self.quotes[listing(key).symbol]

    def bars_of(self, key: str) -> list[dict[str, Any]]:
        """Return the bars for a catalogue key."""
        return self.bars[listing(key).symbol]

    def stock(self, symbol: str, zone: str, closes: dict[dt.date, float], price: float, traded: dt.datetime) -> None:
        """Add a stock: its daily closes, and a trade after the last of them."""
        day = max(closes)
        self.bars[symbol] = [
            {"day": each, "volume": 1, **dict.fromkeys(("open", "high", "low", "close"), close)}
            for each, close in sorted(closes.items())
        ]
        self.quotes[symbol] = {
            "symbol": symbol,
            "quoteType": "EQUITY",
            "exchangeTimezoneName": zone,
            "regularMarketPrice": price,
            "regularMarketPreviousClose": closes[day],
            "regularMarketVolume": 1000,
            "regularMarketTime": int(traded.timestamp()),
        }

    def pay(self, key: str, day: dt.date, amount: float) -> None:
        """Let an ETF pay a distribution on a day."""
        stamp = midnight(day, listing(key).zone) + 9 * 3600
        events = self.events.setdefault(listing(key).symbol, {})
        events.setdefault("dividends", {})[str(stamp)] = {"amount": amount, "date": stamp}

    def split(self, key: str, day: dt.date, parts: int, zone: str | None = None) -> None:
        """Split an ETF's shares on a day; with its zone, those of a stock named by its symbol."""
        stamp = midnight(day, zone or listing(key).zone) + 9 * 3600
        split = {"date": stamp, "numerator": parts, "denominator": 1, "splitRatio": f"{parts}:1"}
        self.events.setdefault(key if zone else listing(key).symbol, {}).setdefault("splits", {})[str(stamp)] = split


def default_world(at: dt.datetime = SEED, sessions_back: int = 60) -> World:
    """Make up a plausible state of each market and instrument at an instant, with ``sessions_back`` daily bars."""
    world, chance = World(), random.Random(17)
    for key in (*MARKETS, *INSTRUMENTS):
        entry = listing(key)
        level, move, delay = _FIGURES.get(key) or (chance.uniform(1000, 30000), chance.uniform(-1, 1), 15)
        traded, days = _traded(entry, at - dt.timedelta(minutes=delay), sessions_back)
        level = round(level, entry.decimals)
        closes = [level, round(level / (1 + move / 100), entry.decimals)]
        while len(closes) < len(days):
            closes.append(round(closes[-1] / (1 + chance.gauss(0.0005, 0.008)), entry.decimals))
        closes.reverse()
        world.bars[entry.symbol] = [_bar(day, close, chance) for day, close in zip(days, closes, strict=True)]
        last = world.bars[entry.symbol][-1]
        world.quotes[entry.symbol] = {
            "symbol": entry.symbol,
            "shortName": entry.name,
            "quoteType": "ETF" if isinstance(entry, Market) and entry.proxy else "INDEX",
            "exchangeTimezoneName": entry.zone,
            "exchangeDataDelayedBy": delay,
            "firstTradeDateMilliseconds": -157420800000,
            "marketState": "REGULAR",
            "regularMarketPrice": level,
            "regularMarketPreviousClose": closes[-2],
            "regularMarketDayHigh": last["high"],
            "regularMarketDayLow": last["low"],
            "regularMarketTime": int(traded.timestamp()),
        }
    return world


def _traded(entry: Market | Instrument, at: dt.datetime, back: int) -> tuple[dt.datetime, list[dt.date]]:
    """Return the instant of the last trade and the days of the last ``back`` sessions, oldest first."""
    if isinstance(entry, Market):
        calendar = sessions()[entry.mic]
        session = calendar.last_started(at)
        traded, days = min(at, session.close), [session.day]
        while len(days) < back:
            days.append(calendar.previous(days[-1]).day)
        return traded, days[::-1]
    day = at.date()
    days = []
    while len(days) < back:
        if day.weekday() < 5:
            days.append(day)
        day -= dt.timedelta(days=1)
    return (at if days[0] == at.date() else dt.datetime.combine(days[0], dt.time(20), dt.UTC)), days[::-1]


def _bar(day: dt.date, close: float, chance: random.Random) -> dict[str, Any]:
    opened = close * (1 + chance.gauss(0, 0.002))
    high, low = max(opened, close) * (1 + chance.random() / 500), min(opened, close) * (1 - chance.random() / 500)
    prices = {"open": opened, "high": high, "low": low, "close": close}
    return {"day": day, "volume": 0, **{name: widened(round(value, 4)) for name, value in prices.items()}}


def widened(value: float) -> float:
    """Return a price as it appears in Yahoo's charts: a float32 written with the digits of a float64."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


def midnight(day: dt.date, zone: str) -> int:
    return int(dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).timestamp())
