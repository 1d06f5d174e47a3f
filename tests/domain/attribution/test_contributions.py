"""Do contributions agree with what wires and publishers named, and is a share told only where it holds?"""

import csv
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.files.packaged import weights
from bot.domain.attribution.contributions import KnownStocks, MarketContributions, contributions
from bot.domain.attribution.heavyweights import Heavyweight, PriceFactor, Weights
from bot.domain.attribution.securities import BaseClose, SecurityQuote
from bot.domain.calendars.calendar import ExchangeState
from bot.domain.history.bars import Bar, History
from bot.domain.markets.catalogue import MARKETS
from bot.domain.quotes import Quote, percent

DAY = date(2025, 9, 16)
CLOSE = datetime(2025, 9, 16, 6, 30, tzinfo=UTC)
KOSPI = {"005930.KS": 16.18, "000660.KS": 8.57, "012450.KS": 1.8, "034020.KS": 1.5, "373220.KS": 3.0, "207940.KS": 2.7,
         "005380.KS": 1.7, "105560.KS": 1.7}  # fmt: skip
"""Weights of September 2025 in per cent, from share counts and closes."""
BUCKETS = {"more_than_all": (1.05, 99), "almost_all": (0.9, 1.05), "most": (0.6, 0.9), "about_half": (0.4, 0.6),
           "led_by": (0.2, 99)}  # fmt: skip


def quoted(key: str, before: float, level: float, day: date = DAY, *, running: bool = False) -> Quote:
    market = MARKETS[key]
    old, new = market.units(before), market.units(level)
    time = datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC)
    return Quote(
        market=key, name=market.name, symbol=market.symbol, region=market.region, session_date=day, running=running,
        state=ExchangeState.OPEN if running else ExchangeState.CLOSED, level=market.points(new), time=time,
        previous_close=market.points(old), change=market.points(new - old), fetched_at=time,
        change_pct=percent(new, old),
    )  # fmt: skip


def stocks(changes: dict[str, float], day: date = DAY) -> KnownStocks:
    """Make stocks that stood at 100 and changed by so many per cent, whose weights are of the close before."""
    time = datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC)
    quotes = {name: SecurityQuote(name, 100 + change, 100.0, time) for name, change in changes.items()}
    return KnownStocks(quotes, {name: BaseClose(name, 100.0) for name in changes})


def table(market: str, weighed: dict[str, float], as_of: date = DAY - timedelta(days=1)) -> Weights:
    return Weights(
        [Heavyweight(market, name, name, {}, "Energy", weight, as_of, "") for name, weight in weighed.items()], ()
    )


def history(market: str, level: float, day: date = DAY - timedelta(days=1)) -> History:
    return History.of(market, [Bar(day, MARKETS[market].units(level))])


def made(weighed: dict[str, float], changes: dict[str, float], before: float, level: float) -> MarketContributions:
    answer = contributions(
        MARKETS["kospi"],
        quoted("kospi", before, level),
        history("kospi", before),
        table("kospi", weighed),
        stocks(changes),
    )
    assert answer is not None
    return answer


def of_file(shared: Path, name: str, file: str, day: date) -> dict[str, tuple[float, float]]:
    """Read the closes of a day's stocks: the one before, and its own."""
    with (shared / "why" / name).open() as rows:
        return {
            row["symbol"]: (float(row["prev_close"]), float(row["close"]))
            for row in csv.DictReader(rows)
            if row["file"] == file and row["date"] == day.isoformat()
        }


def levels(shared: Path, market: str, day: date) -> tuple[float, float]:
    with (shared / "data" / "history" / f"{market}.csv").open() as rows:
        closes = [(row["date"], float(row["close"])) for row in csv.DictReader(rows) if row["close"]]
    at = next(index for index, (when, _) in enumerate(closes) if when == day.isoformat())
    return closes[at - 1][1], closes[at][1]


def adjusted() -> Weights:
    """Return the packaged table for closes that are adjusted for SoftBank Group's split of 2026."""
    factors = [row for row in weights().factors if row.symbol != "9984.T"]
    return Weights(weights().rows, [*factors, PriceFactor("nikkei", "9984.T", 24, date.min, date(2026, 10, 1))])


def nikkei(shared: Path, day: date, name: str = "closes_of_cases.csv") -> MarketContributions:
    pairs = of_file(shared, name, "N225", day)
    time = datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC)
    quotes = {key: SecurityQuote(key, close, before, time) for key, (before, close) in pairs.items()}
    known = KnownStocks(quotes, {key: BaseClose(key, None) for key in quotes})
    answer = contributions(
        MARKETS["nikkei"], quoted("nikkei", *levels(shared, "nikkei", day), day), None, adjusted(), known
    )
    assert answer is not None
    return answer


def points(answer: MarketContributions, *symbols: str) -> float:
    return sum(part.points or 0.0 for part in answer.named(symbols))


def test_published_points_of_the_nikkei(shared: Path) -> None:
    """Within three per cent of what was published (shared/why/cases.csv)."""
    assert points(nikkei(shared, date(2025, 10, 16)), "9984.T", "6857.T") == pytest.approx(414.48, rel=0.03)
    four = points(nikkei(shared, date(2025, 6, 26)), "9983.T", "6857.T", "9984.T", "8035.T")
    assert four == pytest.approx(480, rel=0.03)


def test_published_points_of_the_kospi(shared: Path) -> None:
    """Within five per cent: Samsung Electronics 20.9 and SK Hynix 15.0 of 42.31 points."""
    pairs = of_file(shared, "closes_of_cases.csv", "KOSPI200", DAY)
    changes = {name: 100 * (pairs[name][1] / pairs[name][0] - 1) for name in KOSPI if name in pairs}
    answer = made({name: KOSPI[name] for name in changes}, changes, *levels(shared, "kospi", DAY))
    assert points(answer, "005930.KS") == pytest.approx(20.9, rel=0.05)
    assert points(answer, "000660.KS") == pytest.approx(15.0, rel=0.05)
    assert answer.leaders == ("005930.KS", "000660.KS")


def test_the_stocks_that_wires_named_are_among_the_three_largest(shared: Path) -> None:
    named = {
        date(2025, 10, 16): ["9984.T", "6857.T"],
        date(2025, 8, 28): ["9984.T", "6857.T", "8035.T"],
        date(2025, 6, 26): ["9983.T", "6857.T", "9984.T"],
    }
    hits = total = 0
    for day, symbols in named.items():
        largest = [part.symbol for part in nikkei(shared, day).contributions if (part.points or 0) > 0][:3]
        hits += sum(name in largest for name in symbols)
        total += len(symbols)
    for day, symbols in {
        DAY: ["005930.KS", "000660.KS"],
        date(2025, 9, 22): ["005930.KS"],
        date(2025, 9, 23): ["005930.KS", "000660.KS"],
    }.items():
        pairs = of_file(shared, "closes_of_cases.csv", "KOSPI200", day)
        changes = {name: 100 * (pairs[name][1] / pairs[name][0] - 1) for name in KOSPI if name in pairs}
        before, level = levels(shared, "kospi", day)
        answer = contributions(
            MARKETS["kospi"],
            quoted("kospi", before, level, day),
            history("kospi", before, day - timedelta(days=1)),
            table("kospi", {name: KOSPI[name] for name in changes}, day - timedelta(days=1)),
            stocks(changes, day),
        )
        assert answer is not None
        largest = [part.symbol for part in answer.contributions if (part.points or 0) > 0][:3]
        hits += sum(name in largest for name in symbols)
        total += len(symbols)
    assert hits / total >= 0.9, (hits, total)


def test_on_every_day_of_a_wrap_a_share_word_stands_in_its_bucket(shared: Path) -> None:
    """Of the Nikkei, whose factors are known: the word against the exact sum over the index's own move."""
    with (shared / "why" / "closes_on_wrap_dates.csv").open() as rows:
        days = sorted({row["date"] for row in csv.DictReader(rows) if row["file"] == "N225"})
    told = 0
    for text in days:
        day = date.fromisoformat(text)
        try:
            answer = nikkei(shared, day, "closes_on_wrap_dates.csv")
        except StopIteration:
            continue  # the history of the index has no such session
        assert answer.change_pct is not None
        if abs(answer.change_pct) < 0.3:
            assert answer.share_word is None
        if answer.share_word is None:
            continue
        told += 1
        low, high = BUCKETS[answer.share_word]
        share = points(answer, *answer.leaders) / (answer.points or 1)
        assert low <= share < high, (text, share, answer.share_word)
    assert told >= 3


WEIGHED = {"A": 20.0, "B": 12.0, "C": 5.0, "D": 3.0}


@pytest.mark.parametrize(
    ("changes", "level", "word"),
    [
        ({"A": 5.0, "B": 4.3, "C": 0.0, "D": 0.0}, 1020, "most"),
        ({"A": 5.0, "B": 5.0, "C": 0.0, "D": 0.0}, 1012, "more_than_all"),
        ({"A": 5.0, "B": 5.0, "C": 0.5, "D": 0.5}, 1016.4, "almost_all"),
        ({"A": 2.5, "B": 2.5, "C": 2.0, "D": 1.0}, 1016, "about_half"),
        ({"A": 1.5, "B": 1.5, "C": 2.0, "D": 1.0}, 1016, "led_by"),
        ({"A": -5.0, "B": -4.3, "C": 0.0, "D": 0.0}, 980, "most"),
    ],
)
def test_the_word_follows_the_share(changes: dict[str, float], level: float, word: str) -> None:
    answer = made(WEIGHED, changes, 1000, level)
    assert (answer.leaders, answer.share_word) == (("A", "B"), word)


@pytest.mark.parametrize(
    ("weighed", "changes", "level", "why"),
    [
        (WEIGHED, {"A": 5.0, "B": 4.0, "C": 0.0, "D": 0.0}, 1002.9, "small_move"),
        ({"A": 20.0, "B": 12.0}, {"A": 5.0, "B": 4.0}, 1020, "coverage"),
        (WEIGHED, {"A": 5.0, "B": 4.0, "C": 0.0}, 1020, "no_price"),
        (WEIGHED, {"A": 5.0, "B": 4.0, "C": 0.0, "D": 60.0}, 1020, "no_price"),
        (WEIGHED, {"A": 5.0, "B": -4.0, "C": 0.0, "D": 0.0}, 1010, "mixed"),
        (WEIGHED, {"A": 30.0, "B": 30.0, "C": 30.0, "D": 30.0}, 1010, "implausible"),
    ],
)
def test_why_no_share_is_told(weighed: dict[str, float], changes: dict[str, float], level: float, why: str) -> None:
    answer = made(weighed, changes, 1000, level)
    assert (answer.share_word, answer.withheld) == (None, why)
    assert why == "mixed" or all(part.share_pct is None for part in answer.contributions)
    if why == "mixed":
        assert (answer.leaders, answer.against) == (("A",), ("B",))


def test_a_stock_of_another_session_or_halted_or_split_does_not_count() -> None:
    known = stocks({"A": 5.0, "B": 4.0, "C": 0.0, "D": 0.0})
    market, quote = MARKETS["kospi"], quoted("kospi", 1000, 1020, running=True)
    past, table_ = history("kospi", 1000), table("kospi", WEIGHED)
    old = known.quotes["A"]._replace(time=CLOSE - timedelta(days=1))
    answer = contributions(market, quote, past, table_, known._replace(quotes={**known.quotes, "A": old}))
    assert answer is not None
    assert [(stock.symbol, stock.reason) for stock in answer.unpriced] == [("A", "other_session")]
    assert quote.time is not None
    halted = known.quotes["A"]._replace(time=quote.time - timedelta(minutes=31))
    answer = contributions(market, quote, past, table_, known._replace(quotes={**known.quotes, "A": halted}))
    assert answer is not None
    assert [stock.reason for stock in answer.unpriced] == ["halted"]
    split = {**known.bases, "A": BaseClose("A", 50.0, DAY)}
    answer = contributions(market, quote, past, table_, known._replace(bases=split))
    assert answer is not None
    assert answer.named(["A"])[0].points is None
    assert answer.withheld == "coverage"


@pytest.mark.parametrize(
    ("index", "minutes", "why"), [(1020.0, 0, None), (1020.5, 0, None), (1015.0, 0, "moved"), (1020.0, 7, "moved")]
)
def test_no_share_is_told_of_an_index_that_has_moved_on(index: float, minutes: int, why: str | None) -> None:
    """Its price that came with its stocks, and the newest trade of these, must be those of the move that is told."""
    known, quote = stocks({"A": 5.0, "B": 4.3, "C": 0.0, "D": 0.0}), quoted("kospi", 1000, 1020, running=True)
    assert quote.time is not None
    at = quote.time - timedelta(minutes=minutes)
    quotes = {name: stock._replace(time=at) for name, stock in known.quotes.items()}
    quotes["^KS11"] = SecurityQuote("^KS11", index, 1000.0, at)
    answer = contributions(
        MARKETS["kospi"], quote, history("kospi", 1000), table("kospi", WEIGHED), known._replace(quotes=quotes)
    )
    assert answer is not None
    assert (answer.withheld, answer.share_word) == (why, None if why else "most")


def test_a_weight_drifts_with_its_price_against_the_index() -> None:
    known = stocks({"A": 5.0, "B": 0.0})
    bases = {"A": BaseClose("A", 50.0), "B": BaseClose("B", 100.0)}  # A doubled since, the index rose by a quarter
    past = history("kospi", 800, DAY - timedelta(days=90))
    weighed = table("kospi", {"A": 20.0, "B": 30.0}, DAY - timedelta(days=90))
    answer = contributions(MARKETS["kospi"], quoted("kospi", 1000, 1020), past, weighed, known._replace(bases=bases))
    assert answer is not None
    assert answer.named(["A"])[0].weight_pct == pytest.approx(20 * 2 / 1.25)
    assert answer.named(["A"])[0].points == pytest.approx(0.32 * 0.05 * 1000)


def test_four_of_a_sector_that_all_went_one_way_are_told_and_three_never() -> None:
    rows = [Heavyweight("kospi", name, name, {}, sector, 10.0, DAY - timedelta(days=1), "")
            for name, sector in zip("ABCDEFG", ["Energy"] * 4 + ["Materials"] * 3, strict=True)]  # fmt: skip
    known = stocks(dict(zip("ABCDEFG", [1, 2, 3, 1, -1, -1, -1], strict=True)))
    answer = contributions(MARKETS["kospi"], quoted("kospi", 1000, 1010), None, Weights(rows, ()), known)
    assert answer is not None
    assert [(each.sector, each.way, each.stocks) for each in answer.agreements] == [("Energy", "up", 4)]
    assert (answer.breadth.advancers, answer.breadth.decliners) == (4, 3)


def test_random_days_never_tell_a_share_outside_its_bucket() -> None:
    """The full members' sum is the index's own move here, of quotes with holes, stale and split stocks."""
    chance, told = random.Random(5), 0
    for _ in range(3000):
        names = [f"S{number}" for number in range(chance.randint(4, 12))]
        weighed = {name: chance.uniform(1, 25) for name in names}
        total = sum(weighed.values())
        if total > 95:
            weighed = {name: weight * 80 / total for name, weight in weighed.items()}
        changes = {name: chance.gauss(0, 2) for name in names}
        rest = 100 - sum(weighed.values())
        move = sum(weighed[name] * changes[name] for name in names) / 100 + rest / 100 * chance.gauss(0, 0.6)
        known = stocks(changes)
        quotes, bases = dict(known.quotes), dict(known.bases)
        if chance.random() < 0.2:
            del quotes[chance.choice(names)]
        if chance.random() < 0.2:
            name = chance.choice(names)
            bases[name] = BaseClose(name, 25.0, DAY)
        answer = contributions(
            MARKETS["kospi"],
            quoted("kospi", 1000, 1000 * (1 + move / 100)),
            history("kospi", 1000),
            table("kospi", weighed),
            KnownStocks(quotes, bases),
        )
        if answer is None or answer.share_word is None:
            continue
        told += 1
        assert answer.change_pct is not None
        assert abs(answer.change_pct) >= 0.3
        assert not answer.unpriced
        share = sum(weighed[name] * changes[name] for name in answer.leaders) / 100 / move
        low, high = BUCKETS[answer.share_word]
        assert low - 0.01 <= share <= high + 0.01
    assert told > 300
