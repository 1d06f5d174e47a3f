"""What does the embedded sample say? One trading day of all markets, after two years of made-up history.

``python -m bot build sample`` runs it and writes ``bot/data/sample.json``. The day is
16 September 2025, 14:10 in Tokyo, after public reports of that afternoon: Nikkei, TOPIX and KOSPI at records,
China's indexes against the region, Hong Kong and Singapore flat. The closes before it are a seeded random walk that
ends where the reports begin; only the levels in the tables below come from reports, and every answer says that
sample figures are no quotes. A market or instrument that the tables do not name gets figures made up from its
catalogue entry, so that a new one needs no line here.
"""

import base64
import datetime as dt
import itertools
import json
import random
import zlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass

from bot.adapters.files.sample import FIRST, MOMENT
from bot.domain.calendars.calendar import Calendar
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.domain.markets.market import Instrument, Market

_SEED = 20250916


@dataclass(frozen=True, slots=True)
class _Path:
    """What a market's random walk must obey, in index points.

    ``start`` and ``before`` are its first close and the last one before the moment; ``now`` is the level at the moment
    (of a session that is over: its close). ``pins`` are closes that the story needs, ``ceiling`` a level that no
    earlier close reaches, ``lead`` the length of a streak of rises that ends at ``before``.
    """

    start: float
    before: float
    now: float | None = None
    volatility: float = 0.009
    high: float | None = None
    pins: Mapping[str, float] | None = None
    ceiling: float | None = None
    lead: int = 0


_PATHS = {
    "nikkei": _Path(33533.09, 44768.12, 45055.38, 0.013, 45055.38, {"2025-09-05": 43018.75}, 44300, 3),
    "topix": _Path(2428.38, 3160.49, 3177.20, 0.011, 3177.20, {"2025-09-11": 3147.76}, 3140, 2),
    "kospi": _Path(2601.28, 3407.31, 3452.50, 0.012, 3452.50, {"2025-09-12": 3395.54}, 3390, 10),
    "kosdaq": _Path(899.47, 852.69, 851.84, 0.014),
    "taiex": _Path(16920.92, 25357.16, 25611.00, 0.012, 25640.15),
    "hang-seng": _Path(18182.89, 26446.56, 26446.56, 0.014, 26601.90),
    "shanghai": _Path(3117.74, 3860.50, 3852.78, 0.010, 3871.20, {"2025-08-25": 3883.56}, 3880),
    "csi300": _Path(3708.78, 4533.06, 4514.93, 0.011, 4546.10, {"2025-09-11": 4548.04}, 4540),
    "shenzhen": _Path(10144.59, 13005.77, 12971.30, 0.013),
    "sti": _Path(3280.69, 4338.00, 4338.00, 0.007, 4350.60),
    "jci": _Path(6982.79, 7937.12, 7951.40, 0.010),
    "klci": _Path(1458.90, 1600.13, None, 0.006),
    "set": _Path(1542.03, 1299.96, 1304.21, 0.009),
    "psei": _Path(6126.51, 6108.50, 6131.42, 0.010),
    "nifty": _Path(20192.35, 25069.20, 25119.34, 0.008),
    "sensex": _Path(67838.63, 81785.74, 81949.30, 0.008),
    "asx200": _Path(7279.00, 8853.00, 8870.71, 0.007),
    "nzx50": _Path(11366.60, 13227.64, 13241.10, 0.006),
    "sp500": _Path(4450.32, 6584.29, 6615.28, 0.009, 6619.62, {"2025-09-11": 6587.47}, 6560, 0),
    "nasdaq": _Path(13708.33, 22141.10, 22348.75, 0.012, 22352.25, None, 21800, 5),
    "dow": _Path(34618.24, 45834.22, 45883.45, 0.008),
    "russell2000": _Path(1847.03, 2397.06, 2405.13, 0.013),
    "tsx": _Path(20622.34, 29283.82, 29431.00, 0.007),
    "ibovespa": _Path(118757.53, 142272.00, 143547.00, 0.009),
    "ipc": _Path(51271.02, 61799.00, 61943.00, 0.009),
    "euro-stoxx50": _Path(4295.05, 5390.71, 5440.40, 0.010),
    "stoxx600": _Path(461.93, 554.84, 557.16, 0.008),
    "ftse100": _Path(7711.38, 9283.29, 9277.03, 0.007),
    "dax": _Path(15893.53, 23698.15, 23748.86, 0.010),
    "cac40": _Path(7378.82, 7825.24, 7896.93, 0.010),
    "ftse-mib": _Path(28895.37, 42566.41, 43046.00, 0.011),
    "ibex35": _Path(9549.70, 15308.00, 15397.10, 0.010),
    "aex": _Path(741.96, 901.75, 906.90, 0.009),
    "smi": _Path(11201.67, 12193.20, 12104.40, 0.008),
}

# Levels and changes of the same afternoon, rounded: level, previous close.
_CONTEXT = {
    "es-future": (6675.25, 6672.00),
    "nq-future": (24540.50, 24527.75),
    "nkd-future": (45050.00, 45035.00),
    "usd-jpy": (147.21, 147.38),
    "usd-cny": (7.1172, 7.1198),
    "usd-krw": (1379.40, 1387.60),
    "eur-usd": (1.1778, 1.1763),
    "gbp-usd": (1.3615, 1.3600),
    "usd-cad": (1.3766, 1.3780),
    "usd-brl": (5.3120, 5.3190),
    "dollar-index": (97.25, 97.30),
    "us-10y": (4.036, 4.034),
    "vix": (15.69, 15.69),
    "gold": (3719.30, 3719.00),
    "oil": (63.34, 63.30),
    "brent": (67.48, 67.44),
}

# The highest close and the highest level in a session before the sample's first day, where they are well known:
# without them two years of history would know no record at all.
_OLDER = {
    "nikkei": ((38915.87, "1989-12-29"), (38957.44, "1989-12-29")),
    "kospi": ((3305.21, "2021-07-06"), (3316.08, "2021-06-25")),
    "hang-seng": ((33154.12, "2018-01-26"), (33484.08, "2018-01-29")),
    "shanghai": ((6092.06, "2007-10-16"), (6124.04, "2007-10-16")),
    "asx200": ((7628.90, "2021-08-13"), (7632.80, "2021-08-13")),
    "sp500": ((4796.56, "2022-01-03"), (4818.62, "2022-01-04")),
    "nasdaq": ((16057.44, "2021-11-19"), (16212.23, "2021-11-22")),
    "dow": ((36799.65, "2022-01-04"), (36952.65, "2022-01-05")),
    "nifty": ((20103.10, "2023-09-14"), (20167.65, "2023-09-14")),
    "dax": ((16469.75, "2023-07-28"), (16528.97, "2023-07-31")),
    "ftse100": ((8014.31, "2023-02-20"), (8047.06, "2023-02-16")),
}

# Stocks of the afternoon: the changes of Samsung Electronics and SK Hynix come from reports, all other figures are
# made up so that they agree with their index. Weight in per cent of the index, change in per cent.
_TECH, _INDUSTRIALS, _HEALTH = "Information Technology", "Industrials", "Health Care"
_STOCKS = (
    ("nikkei", "9983.T", "Fast Retailing", "Consumer Discretionary", 9.0, -0.8),
    ("nikkei", "6857.T", "Advantest", _TECH, 8.5, 2.2),
    ("nikkei", "9984.T", "SoftBank Group", "Communication Services", 6.5, 1.2),
    ("nikkei", "8035.T", "Tokyo Electron", _TECH, 6.0, 2.4),
    ("nikkei", "6762.T", "TDK", _TECH, 2.0, 1.5),
    ("nikkei", "6098.T", "Recruit", _INDUSTRIALS, 2.0, 0.4),
    ("nikkei", "9433.T", "KDDI", "Communication Services", 2.0, 0.3),
    ("nikkei", "4063.T", "Shin-Etsu Chemical", "Materials", 1.7, 1.4),
    ("nikkei", "4519.T", "Chugai Pharmaceutical", _HEALTH, 1.6, -0.7),
    ("nikkei", "6954.T", "Fanuc", _INDUSTRIALS, 1.4, 1.1),
    ("kospi", "005930.KS", "Samsung Electronics", _TECH, 16.2, 3.8),
    ("kospi", "000660.KS", "SK Hynix", _TECH, 8.6, 5.1),
    ("kospi", "373220.KS", "LG Energy Solution", _INDUSTRIALS, 3.0, -0.6),
    ("kospi", "207940.KS", "Samsung Biologics", _HEALTH, 2.7, -0.5),
    ("kospi", "012450.KS", "Hanwha Aerospace", _INDUSTRIALS, 1.8, 5.6),
    ("kospi", "005380.KS", "Hyundai Motor", "Consumer Discretionary", 1.7, 0.5),
    ("kospi", "105560.KS", "KB Financial", "Financials", 1.7, 0.2),
    ("kospi", "034020.KS", "Doosan Enerbility", _INDUSTRIALS, 1.5, 7.6),
    ("kospi", "028260.KS", "Samsung C&T", _INDUSTRIALS, 1.2, 0.4),
    ("kospi", "032830.KS", "Samsung Life", "Financials", 1.1, 0.3),
)
# Futures on the Fed's rate, worked back from what was reported to be priced for 17 September: 96 % on a quarter point.
_FUTURES = {
    "ZQU25.CBT": 95.7826, "ZQV25.CBT": 95.9426, "ZQX25.CBT": 96.13,
    "ZQZ25.CBT": 96.2452, "ZQF26.CBT": 96.3077, "ZQG26.CBT": 96.38,
}  # fmt: skip


def build(calendars: Mapping[str, Calendar]) -> str:
    """Return the text of ``bot/data/sample.json``."""
    markets = {
        key: _market(market, _PATHS.get(key) or _made_up(market), calendars[market.mic])
        for key, market in MARKETS.items()
    }
    context = {
        instrument.key: [
            instrument.units(points) for points in _CONTEXT.get(instrument.key) or _made_up_level(instrument)
        ]
        for instrument in INSTRUMENTS.values()
    }
    older = {key: [[MARKETS[key].units(level), day] for level, day in pair] for key, pair in _OLDER.items()}
    tables = {"markets": markets, "context": context, "older": older, "futures": _FUTURES}
    return json.dumps({**tables, "stocks": [list(row) for row in _STOCKS]}, indent=1) + "\n"


def _made_up(market: Market) -> _Path:
    """Return a path made up from the catalogue entry alone: seeded by its key, and well below its known records.

    Its day is like that of the leading index of its exchange, or else in its region, so that the story stays true.
    """
    dice = _dice(f"{market.key} path")
    known = [market.points(level.level) for level in market.known_levels if level.date <= MOMENT.date()]
    before = round(dice.uniform(0.6, 0.8) * min(known) if known else dice.uniform(1_000, 10_000), market.decimals)
    alike = [other for other in MARKETS.values() if other.key in _PATHS and other.region is market.region]
    alike.sort(key=lambda other: other.mic != market.mic)  # stable: the catalogue's order within both
    like = _PATHS[alike[0].key] if alike else _Path(1.0, 1.0, 1.0)
    move = (like.now / like.before - 1) * dice.uniform(0.9, 1.1) if like.now is not None else 0.0
    return _Path(before * dice.uniform(0.85, 0.95), before, before * (1 + move), like.volatility, ceiling=before * 1.1)


def _made_up_level(instrument: Instrument) -> tuple[float, float]:
    """Return a made-up level and previous close, in points, well within the bounds of the entry."""
    level = (instrument.lowest + instrument.highest) / 2
    return level, level * (1 + _dice(f"{instrument.key} path").uniform(-0.003, 0.003))


def _dice(subject: str) -> random.Random:
    """Return a generator of its own for each subject, so that a new market changes nobody else's figures."""
    return random.Random(f"{_SEED} {subject}")  # noqa: S311 - figures of a sample, no secret


def _market(market: Market, path: _Path, calendar: Calendar) -> dict[str, object]:
    running = calendar.current(MOMENT)
    over = calendar.last_completed(MOMENT).day
    days = list(calendar.sessions(FIRST, over))
    if running is not None and running.open <= MOMENT < running.close:
        ending, level = [path.before], path.now
    elif path.now is not None:
        ending, level = [path.before, path.now], None  # the day is over: its close is the last bar
    else:
        ending, level = [path.before], None
    dice = _dice(market.key)
    closes = _closes(days, path, ending, dice)
    bars = array("i")
    for index, (day, close) in enumerate(zip(days, closes, strict=True)):
        last = closes[index - 1] if index else close
        reach = path.volatility * 0.4
        high = max(close, last) * (1 + abs(dice.gauss(0, reach)))
        low = min(close, last) * (1 - abs(dice.gauss(0, reach)))
        if path.high is not None:
            high = max(close, min(high, path.high * 0.9963))
        if path.high is not None and level is None and index == len(days) - 1:
            high = path.high
        bars.extend(
            (day.toordinal(), market.units(round(close, 2)), market.units(round(high, 2)), market.units(round(low, 2)))
        )
    quote = None
    if level is not None:
        high = path.high if path.high is not None else max(level, path.before) * 1.002
        low = min(level, path.before) * (1 - path.volatility * 0.3)
        quote = [market.units(round(points, 2)) for points in (level, path.before, high, low)]
    packed = base64.b85encode(zlib.compress(bars.tobytes(), 9)).decode()
    return {"quote": quote, "bars": packed}


def _closes(days: list[dt.date], path: _Path, ending: list[float], dice: random.Random) -> list[float]:
    """Return a random walk, in points, from the start to the end, below the ceiling and through the pins."""
    pins = {0: path.start} | {days.index(dt.date.fromisoformat(day)): level for day, level in (path.pins or {}).items()}
    last = len(days) - len(ending)
    pins |= {last + index: level for index, level in enumerate(ending)}
    for step in range(1, path.lead + 1):  # a streak of small rises
        pins.setdefault(last - step, ending[0] * (1 - 0.0037 * step))
    known = sorted(pins)
    closes = [path.start] * len(days)
    for left, right in itertools.pairwise(known):
        steps, here = right - left, pins[left]
        drift = (pins[right] / pins[left]) ** (1 / steps)
        noise, walk = 0.0, [0.0]
        for _ in range(steps):
            noise += dice.gauss(0, path.volatility)
            walk.append(noise)
        for step in range(steps + 1):
            bridge = walk[step] - walk[steps] * step / steps
            close = here * drift**step * (1 + bridge)
            inside = 0 < step < steps
            if inside and path.ceiling is not None and close >= path.ceiling:
                close = path.ceiling * (1 - abs(bridge) * 0.1 - 0.001)
            closes[left + step] = close
    for index, level in pins.items():
        closes[index] = level
    return closes
