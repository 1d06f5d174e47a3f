"""When do central banks publish their decisions, and when is one told?"""

import asyncio
import csv
import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.files.packaged import rate_decisions, sessions
from bot.adapters.files.sample import Sample
from bot.domain.calendars.rate_decisions import CentralBank, next_decision, parse
from bot.domain.markets.market import Region
from bot.domain.summary.claims import DecisionClaim
from bot.services.questions import Questions
from bot.views.en import agenda, summary
from bot.views.en.places import capital
from bot.views.page import TERMINAL

UTC = dt.UTC
CLAUSE = "ahead of Wednesday's Fed decision."
SENTENCE = "The Fed announces its rate decision on Wednesday at 14:00 in New York."


def test_the_table_holds_the_reviewed_days_of_the_fed(shared: Path) -> None:
    with (shared / "why" / "fomc_dates.csv").open(encoding="utf-8") as file:
        days = [row["end_date"] for row in csv.DictReader(file) if row["meeting_type"] == "regular"]
    table = rate_decisions()
    assert [str(decision.day) for decision in table] == days
    assert {decision.bank for decision in table} == {CentralBank.FED}
    assert [decision.at for decision in table] == sorted(decision.at for decision in table)
    assert all(decision.at.astimezone(ZoneInfo("America/New_York")).hour == 14 for decision in table)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("bank,day\nfed,2025-09-17", "line 1: the columns"),
        ("bank,day,source\nfed,2025-09-17,a\nfed,2025-13-17,a", "line 3"),
        ("bank,day,source\nmoon,2025-09-17,a", "line 2"),
        ("bank,day,source\nfed", "line 2"),
    ],
)
def test_a_broken_row_is_named_by_its_line(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse(text)


@pytest.mark.parametrize(
    ("now", "today", "told"),
    [
        ("2025-09-15T23:59", "2025-09-15", False),  # two days before
        ("2025-09-16T00:00", "2025-09-16", True),
        ("2025-09-17T17:59", "2025-09-18", True),  # already tomorrow in Tokyo
        ("2025-09-17T18:00", "2025-09-17", False),
        ("2026-01-28T18:59", "2026-01-28", True),  # winter time
        ("2026-01-28T19:00", "2026-01-28", False),
        ("2031-01-01T00:00", "2031-01-01", False),  # past the table
    ],
)
def test_a_decision_is_told_from_the_day_before_until_it_is_published(now: str, today: str, told: bool) -> None:
    instant = dt.datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert (next_decision(rate_decisions(), instant, dt.date.fromisoformat(today)) is not None) == told


@pytest.mark.parametrize("region", Region)
def test_a_summary_tells_it_once_and_no_longer_than_it_is_so(region: Region) -> None:
    calendars = sessions()
    source = Sample(calendars)
    now = [source.clock()]
    ask = Questions(source, source, calendars, lambda: now[0], decisions=rate_decisions)

    def paragraphs() -> tuple[str, ...]:
        answer = asyncio.run(ask.summary(region))
        assert ("decision" in {claim.kind for claim in answer.claims}) == (now[0] < published)
        return summary.page(answer, TERMINAL).paragraphs

    published = dt.datetime(2025, 9, 17, 18, tzinfo=UTC)
    assert sum(CLAUSE in text for text in paragraphs()) == 1
    for now[0], is_told in ((published - dt.timedelta(seconds=1), True), (published, False)):
        assert any(CLAUSE in text or SENTENCE in text for text in paragraphs()) == is_told


def test_where_no_other_region_is_told_of_it_is_a_sentence_of_its_own() -> None:
    decision = next_decision(rate_decisions(), dt.datetime(2025, 9, 17, tzinfo=UTC), dt.date(2025, 9, 17))
    assert decision is not None
    claim = DecisionClaim(bank=decision.bank, day=decision.day, at=decision.at)
    assert f"{capital(agenda.decision(claim))}." == SENTENCE
    assert agenda.ahead(["A.", "U.S. index futures are little changed."], claim) == [
        "A.",
        f"U.S. index futures are little changed {CLAUSE}",
    ]


def test_without_a_table_nothing_is_told() -> None:
    calendars = sessions()
    source = Sample(calendars)
    ask = Questions(source, source, calendars, source.clock)
    assert "decision" not in {claim.kind for claim in asyncio.run(ask.summary(Region.ASIA)).claims}
