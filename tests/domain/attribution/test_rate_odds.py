"""Do futures say what CME's own table said of them, and is nothing told that they cannot carry?"""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.files.packaged import rate_decisions
from bot.domain.attribution.rate_odds import contracts, meeting_odds, month_after, rate_odds, symbol
from bot.domain.attribution.securities import SecurityQuote

DAYS = [decision.day for decision in rate_decisions()]
NOW = datetime(2025, 9, 16, 5, 10, tzinfo=UTC)
MEETING = date(2025, 9, 17)
SURE = {"ZQU25.CBT": 95.7826, "ZQV25.CBT": 95.9426, "ZQX25.CBT": 96.13, "ZQZ25.CBT": 96.2452, "ZQF26.CBT": 96.3077,
        "ZQG26.CBT": 96.38}  # fmt: skip


def traded(
    prices: dict[str, float], ago: timedelta = timedelta(hours=1), volume: int = 900
) -> dict[str, SecurityQuote]:
    return {name: SecurityQuote(name, price, None, NOW - ago, volume) for name, price in prices.items()}


def test_the_table_of_july_2026(shared: Path) -> None:
    with (shared / "why" / "zq_curve_2026-07-14.csv").open() as file:
        averages = {
            (int(row["contract_year"]), int(row["contract_month"])): 100 - float(row["close_price"])
            for row in csv.DictReader(file)
        }
    odds = {meeting.day: meeting.cumulative for meeting in meeting_odds(averages, DAYS, date(2026, 7, 14))}
    errors: dict[date, float] = {}
    with (shared / "why" / "cme_probabilities_2026-07-14.csv").open() as file:
        for row in csv.DictReader(file):
            day, step = date.fromisoformat(row["meeting_date"]), (int(row["rate_low"]) - 350) // 25
            if day <= date(2027, 4, 28) and row["probability_pct"]:
                error = abs(100 * odds[day].get(step, 0.0) - float(row["probability_pct"]))
                errors[day] = max(errors.get(day, 0.0), error)
    assert len(errors) == 7
    assert errors[date(2026, 7, 29)] < 0.1
    assert max(errors.values()) < 0.1, "one point, and one and a half, were asked for"


def test_a_quarter_point_that_is_all_but_certain() -> None:
    first, *_ = rate_odds(traded(SURE), DAYS, MEETING, NOW)
    assert first.day == MEETING
    assert first.outcomes[0].change_bp == -25
    assert first.outcomes[0].probability_pct == pytest.approx(96.1, abs=0.3)
    assert first.as_of == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    "quotes",
    [
        traded(SURE, timedelta(days=5)),
        traded(SURE, volume=0),
        traded({name: price for name, price in SURE.items() if name != "ZQX25.CBT"} | {"ZQV25.CBT": 92.0}),
        {},
    ],
)
def test_nothing_is_told_of_stale_untraded_or_impossible_contracts(quotes: dict[str, SecurityQuote]) -> None:
    assert rate_odds(quotes, DAYS, MEETING, NOW) == ()


def test_rises_are_told_like_cuts() -> None:
    averages = {(2026, 7): 3.625, (2026, 8): 3.725, (2026, 9): 3.73, (2026, 10): 3.73, (2026, 11): 3.73}
    first = meeting_odds(averages, DAYS, date(2026, 7, 1))[0]
    assert set(first.cumulative) == {0, 1}


def test_a_decision_that_is_past_in_its_month_still_counts_for_the_rate() -> None:
    """After 17 September only October's decision is to come, and September's average still holds the cut."""
    first = meeting_odds({(2025, 9): 4.2174, (2025, 10): 4.0574, (2025, 11): 3.87}, DAYS, date(2025, 9, 18))[0]
    assert first.day == date(2025, 10, 29)
    assert first.cumulative[-1] == pytest.approx(0.8, abs=0.02)


def test_contracts_reach_to_a_month_without_a_meeting() -> None:
    asked = contracts(NOW, DAYS)
    assert list(asked) == list(SURE)
    assert symbol((2026, 1)) == "ZQF26.CBT"
    assert month_after((2025, 12)) == (2026, 1)


@given(st.lists(st.floats(3.0, 4.5), min_size=8, max_size=8))
def test_probabilities_are_probabilities(rates: list[float]) -> None:
    months = [(2026, 7)]
    while len(months) < len(rates):
        months.append(month_after(months[-1]))
    for meeting in meeting_odds(dict(zip(months, rates, strict=True)), DAYS, date(2026, 7, 1)):
        assert sum(meeting.cumulative.values()) == pytest.approx(1)
        assert all(0 <= share <= 1.0000001 for share in meeting.cumulative.values())
