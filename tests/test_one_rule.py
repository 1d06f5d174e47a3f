"""Does each rule stand in one place? Read from the source, so that a second place is seen when it is written."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.domain.calendars.calendar import is_weekend
from bot.domain.markets.market import Region
from bot.views.en.places import REGIONS
from tests.conftest import ROOT


def places(pattern: str, folder: str = "bot") -> list[str]:
    """Name the modules of a folder whose code, not counting docstrings' first lines, has a pattern."""
    found = (path for path in (ROOT / folder).rglob("*.py") if re.search(pattern, path.read_text(encoding="utf-8")))
    return sorted(str(path.relative_to(ROOT)) for path in found)


@pytest.mark.parametrize(
    ("rule", "pattern", "home"),
    [
        ("which days are a weekend", r"weekday\(\) *(?:[<>]|in WEEKDAYS|==)", "bot/domain/calendars/calendar.py"),
        ("how late a silent source is", r"\bUSUAL_DELAY\b", "bot/domain/quotes.py"),
        ("how far a hole reaches", r"0\.05 \*|\bsqrt\(sessions\)|missing\*\*0\.5|isqrt", "bot/domain/history/holes.py"),
        ("what a region is called", r"\"(?:the )?Americas\"", "bot/views/en/places.py"),
    ],
)
def test_a_rule_stands_in_one_module(rule: str, pattern: str, home: str) -> None:
    assert [Path(place).as_posix() for place in places(pattern)] == [home], rule


def test_a_weekend_is_saturday_and_sunday() -> None:
    week = [date(2025, 9, 15 + ahead) for ahead in range(7)]
    assert [is_weekend(day) for day in week] == [False] * 5 + [True] * 2


def test_every_region_has_all_its_words() -> None:
    assert set(REGIONS) == set(Region)
    assert REGIONS["americas"].home == "New York"
    assert {noun.area for noun in REGIONS.values()} == {"Asia", "Europe", "the Americas", "the world"}
