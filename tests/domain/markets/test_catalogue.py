import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import UnknownMarket
from bot.domain.markets.catalogue import (
    CATALOGUE,
    CITY_LEADERS,
    INSTRUMENTS,
    MARKETS,
    WEIGHTS,
    listing,
    market,
    of_region,
)
from bot.domain.markets.market import Kind, Region
from bot.domain.markets.search import normal
from bot.domain.posting.parsing import exchange


def test_the_catalogue_says_what_the_reviewed_facts_say(shared: Path) -> None:
    with (shared / "markets.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    reviewed = {row["key"] for row in rows}
    assert [row["key"] for row in rows] == [key for key in MARKETS if key in reviewed]  # a new one is not among them
    for row in rows:
        entry = MARKETS[row["key"]]
        assert (entry.name, entry.symbol, entry.mic, entry.zone) == (row["name"], row["symbol"], row["mic"], row["tz"])
        assert (str(entry.region), entry.part, entry.aliases) == (row["region"], row["part"], row["aliases"])
        assert list(entry.names.values()) == [row["ja"], row["ko"], row["zh_tw"], row["zh_cn"]]
        if len(row["history_since"]) == 10:
            assert entry.history_since == dt.date.fromisoformat(row["history_since"])
        floors = {check.kind: check for check in entry.known_levels}
        for kind in ("close", "high"):
            level, day = row[f"floor_{kind}"], row[f"floor_{kind}_date"]
            assert (kind in floors) == bool(level)
            if level:
                assert entry.points(floors[kind].level) == float(level)
                assert floors[kind].date == dt.date.fromisoformat(day)
                assert floors[kind].known_as_of >= floors[kind].date


def test_keys_and_symbols_are_unique() -> None:
    everything = (*CATALOGUE, *INSTRUMENTS.values())
    assert len({entry.key for entry in everything}) == len({entry.symbol for entry in everything}) == len(everything)


def test_short_names_fit_the_board() -> None:
    assert all(len(entry.short) <= 11 for entry in CATALOGUE)


def test_an_exchange_has_one_weight() -> None:
    for entry in CATALOGUE:
        assert entry.weight in (None, WEIGHTS.get(entry.mic)), entry.key
    assert WEIGHTS["XTKS"] == 4


def test_a_companion_stands_beside_the_index_that_leads_its_city() -> None:
    for entry in CATALOGUE:
        if entry.companion_of is not None:
            assert CITY_LEADERS[entry.city] == entry.companion_of, entry.key
    assert CITY_LEADERS["Tokyo"] == "nikkei"
    assert CITY_LEADERS["Paris"] == "cac40"  # not one of the two wide ones before it
    assert "New York" not in CITY_LEADERS


def test_an_exchange_is_found_by_its_own_names_too() -> None:
    named = [(name, entry.mic) for entry in CATALOGUE for name in entry.exchange_names.split("|") if name]
    assert len(named) == len({name for name, _ in named}) > 0
    for name, mic in named:
        assert exchange(name) == exchange(name.upper()) == mic
        assert name == normal(name)


def test_a_future_runs_ahead_of_a_market() -> None:
    for instrument in INSTRUMENTS.values():
        assert (instrument.kind is Kind.FUTURE) == (instrument.future_of is not None), instrument.key
        assert instrument.future_of is None or instrument.future_of in MARKETS


def test_the_world_is_all_regions() -> None:
    parts = [of_region(region) for region in (Region.ASIA, Region.AMERICAS, Region.EUROPE)]
    assert sum(map(len, parts)) == len(of_region(Region.WORLD)) == sum(entry.in_summaries for entry in CATALOGUE)


def test_an_unknown_key_is_said() -> None:
    with pytest.raises(UnknownMarket):
        market("atlantis")
    assert listing("vix").name == "VIX"


@pytest.mark.parametrize(
    ("points", "units"),
    [
        (38915.871094, 3891587),
        ("44902.27", 4490227),
        (44902.275, 4490228),
        ("0.005", 1),
        ("0.0049", 0),
        (6615.2797851, 661528),
        ("143547.0", 14354700),
        (1e5, 10_000_000),
        ("-37.63", -3763),
        ("1E+2", 10000),
    ],
)
def test_prices_are_rounded_once_halves_away_from_zero(points: float | str, units: int) -> None:
    assert MARKETS["nikkei"].units(points) == units


@given(st.integers(1, 10**9))
def test_units_come_back_as_the_quoted_figure(units: int) -> None:
    entry = MARKETS["nikkei"]
    assert entry.units(entry.points(units)) == units
