"""Are the tables of heavyweights, factors and sectors what they should be, and are old facts left out?"""

from datetime import date

import pytest

from bot.adapters.files.packaged import weights
from bot.domain.attribution.heavyweights import DIVISOR, PRICE_WEIGHTED, parse_factors, parse_heavyweights
from bot.domain.markets.catalogue import MARKETS

SECTORS = 11


def test_every_row_is_of_the_catalogue_and_names_no_stock_twice() -> None:
    rows = weights().rows
    assert {row.market for row in rows} <= set(MARKETS)
    assert len({(row.market, row.symbol) for row in rows}) == len(rows)
    assert len({row.sector for row in rows}) == SECTORS
    assert all(row.source and all(row.names.values()) for row in rows)


@pytest.mark.parametrize("market", ["nikkei", "kospi", "taiex", "hang-seng", "nifty", "asx200", "sp500", "dax"])
def test_the_large_markets_have_eight_to_twelve(market: str) -> None:
    assert 8 <= len(weights().of(market)) <= 12


def test_no_index_weighs_more_than_itself() -> None:
    for market in MARKETS:
        assert sum(row.weight_pct or 0 for row in weights().of(market)) <= 100


def test_a_factor_is_that_of_the_day_and_never_a_later_one() -> None:
    factor = weights().factor
    assert factor("nikkei", "6857.T", date(2026, 3, 31)) == 8
    assert factor("nikkei", "6857.T", date(2026, 4, 1)) == 7.2
    assert factor("nikkei", "6857.T", date(2026, 10, 1)) == 6.4
    assert factor("nikkei", DIVISOR, date(2025, 5, 1)) is None, "nobody has looked it up"
    assert factor("nikkei", DIVISOR, date(2025, 9, 16)) == pytest.approx(30.064, abs=0.001)


def test_a_fact_that_nobody_has_looked_at_for_long_is_not_used() -> None:
    table = weights()
    assert table.factor("dow", DIVISOR, date(2026, 9, 1)) is not None
    assert table.factor("dow", DIVISOR, date(2026, 11, 27)) is None
    samsung = next(row for row in table.of("kospi") if row.symbol == "005930.KS")
    assert table.weight(samsung, date(2026, 10, 1)) is None, "later than the day"
    assert table.weight(samsung, date(2026, 11, 27)) == pytest.approx(0.289)
    assert table.weight(samsung, date(2027, 7, 27)) is None
    assert {row.market for row in table.outdated(date(2026, 11, 27))} >= {"sti", "dow"}
    assert "kospi" not in {row.market for row in table.outdated(date(2026, 11, 27))}


def test_what_covers_too_little_is_known_beforehand() -> None:
    today = date(2026, 11, 27)
    assert weights().covers("kospi", today) == pytest.approx(0.67, abs=0.01)
    assert weights().covers("nikkei", today) > 0.35
    assert weights().covers("topix", today) < 0.35
    assert set(MARKETS) >= PRICE_WEIGHTED


@pytest.mark.parametrize(
    ("parse", "text", "says"),
    [
        (parse_factors, "market,symbol\n", "line 1: the columns must be"),
        (
            parse_factors,
            "market,symbol,factor,valid_from,checked,source\nnikkei,X,1,,2026-01-01\n",
            "line 2: not 6 cells",
        ),
        (parse_heavyweights, "market,symbol,name\n", "line 1: the columns must be"),
    ],
)
def test_a_broken_table_is_named_by_its_line(parse: object, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(text)  # type: ignore[operator]
