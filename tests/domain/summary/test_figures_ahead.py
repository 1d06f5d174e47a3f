"""Is a summary told ahead of the figures that all markets wait for, by time alone?"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.files.packaged import rate_decisions, sessions
from bot.adapters.files.sample import MOMENT, Sample
from bot.domain.attribution.events import EconomicEvent, EventKind, weighty
from bot.domain.markets.market import Region
from bot.services.explanations import Explanations
from bot.services.offline import OfflineQuestions
from bot.views.en.english import ENGLISH
from bot.views.page import TERMINAL
from bot.views.pages import page
from commands import ALL


class Calendar:
    """A calendar that knows one figure."""

    revision = 1

    def __init__(self, *events: EconomicEvent) -> None:
        self.events: Sequence[EconomicEvent] | None = events

    async def renew(self) -> None:
        """Do nothing."""

    def begin(self) -> None:
        """Do nothing."""


def event(name: str, ahead: timedelta, country: str = "US") -> EconomicEvent:
    return EconomicEvent(name=name, kind=EventKind.INFLATION, country=country, time=MOMENT + ahead)


def told(*events: EconomicEvent, fed: bool = False, region: Region = Region.ASIA) -> str:
    calendars = sessions()
    source = Sample(calendars)
    decisions = rate_decisions if fed else tuple
    explanations = Explanations(source, source.weights, decisions, calendar=Calendar(*events))
    ask = OfflineQuestions(source, calendars, ALL, decisions, explanations)
    answer = ask.answer_at_once(f"/{region} summary")
    return " ".join(page(answer, TERMINAL, ENGLISH).paragraphs)


def test_it_is_a_clause() -> None:
    text = told(event("CPI YY, NSA", timedelta(hours=7, minutes=20)))
    assert "U.S. index futures are little changed ahead of Tuesday's U.S. inflation figures." in text
    assert "Fed" not in text


def test_a_decision_comes_first() -> None:
    text = told(event("CPI YY, NSA", timedelta(hours=7)), fed=True)
    assert "ahead of Wednesday's Fed decision" in text
    assert "inflation" not in text


@pytest.mark.parametrize(
    "due",
    [
        event("CPI YY, NSA", timedelta(hours=25)),
        event("CPI YY, NSA", timedelta(0)),
        event("CPI YY, NSA", timedelta(hours=-1)),
        event("CPI YY", timedelta(hours=3), "JP"),
        event("Core CPI MM, SA", timedelta(hours=3)),
    ],
)
def test_what_not_all_wait_for_or_is_not_due_is_not_told(due: EconomicEvent) -> None:
    assert weighty([due], MOMENT) is None
    assert "inflation" not in told(due)


def test_alone_it_is_a_sentence_with_the_hour() -> None:
    from bot.domain.summary.claims import FiguresClaim
    from bot.views.en.agenda import figures

    at = datetime(2025, 9, 11, 12, 30, tzinfo=UTC)
    claim = FiguresClaim(figure=EventKind.JOBS, country="US", day=at.date(), time=at)
    assert figures(claim) == "U.S. jobs figures are due on Thursday at 08:30 in New York"
