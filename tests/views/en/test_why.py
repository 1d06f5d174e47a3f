"""How do stocks, sectors and odds read, and is nothing ever called a cause?"""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot import app
from bot.domain.attribution.answer import SectorMove
from bot.domain.attribution.contributions import HeavyweightBreadth, MarketContributions
from bot.domain.attribution.headlines import Headline
from bot.domain.attribution.rate_odds import RateOdds, RateOutcome
from bot.domain.attribution.shares import Contribution, ShareWord
from bot.views import json, terminal
from bot.views.en import contributions as words
from bot.views.en.english import ENGLISH
from bot.views.page import DISCORD, TERMINAL
from bot.views.pages import page

VIEWS = Path(__file__).parents[3] / "bot" / "views"
CAUSES = re.compile(
    r"\b(because|due to|owing to|amid|on (?:the )?(?:hopes?|fears?|worries)|buoyed|driven by|boosted|thanks to|caused"
    r"|as investors|after reports|spooked|fuell?ed|in response to|on concerns?)\b",
    re.IGNORECASE,
)


def made(word: ShareWord | None, *, up: bool = True, mixed: bool = False) -> MarketContributions:
    way = 1 if up else -1
    figures = (("A", "Advantest", 2.2, 90.0), ("B", "TDK", 1.5, 60.0), ("C", "KDDI", -1.0, -77.0))
    parts = [
        Contribution(
            symbol=symbol,
            name=name,
            sector="Energy",
            change_pct=way * change,
            rounded_pct=way * change,
            points=way * points,
        )
        for symbol, name, change, points in figures
    ]
    return MarketContributions(
        market="nikkei", session_date=date(2025, 9, 16), running=False, change_pct=way * 0.6, points=way * 200.0,
        contributions=tuple(parts), leaders=("A", "B"), leaders_points=way * 150.0, share_word=word,
        against=("C",) if mixed else (), against_points=-way * 77.0 if mixed else None,
        withheld="mixed" if mixed else None,
        breadth=HeavyweightBreadth(advancers=2 if up else 1, decliners=1 if up else 2, unchanged=0),
    )  # fmt: skip


UP, DOWN = "Advantest (+2.2 %) and TDK (+1.5 %)", "Advantest (−2.2 %) and TDK (−1.5 %)"


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (made("most"), f"{UP} made up most of the Nikkei's gain (about 150 of 200 points)"),
        (made("most", up=False), f"{DOWN} made up most of the Nikkei's fall (about 150 of 200 points)"),
        (
            made("more_than_all"),
            f"{UP} made up more than all of the Nikkei's gain (about 150 of 200 points): the rest fell on balance",
        ),
        (made("led_by"), f"{UP} led the Nikkei's gain"),
        (made(None, mixed=True), f"{UP} added about 150 points to the Nikkei, KDDI (−1.0 %) took off about 77"),
        (
            made(None, up=False, mixed=True),
            f"{DOWN} took about 150 points off the Nikkei, KDDI (+1.0 %) added about 77",
        ),
    ],
)
def test_what_stocks_made(told: MarketContributions, says: str) -> None:
    assert words.contributions(told) == says


def test_most_heavyweights_may_have_gone_the_other_way() -> None:
    told = made("most").model_copy(update={"breadth": HeavyweightBreadth(advancers=3, decliners=9, unchanged=0)})
    assert words.contributions(told).endswith("points), though nine of 12 heavyweights fell all the same")
    told = told.model_copy(update={"breadth": HeavyweightBreadth(advancers=5, decliners=7, unchanged=0)})
    assert words.contributions(told).endswith("points)")


def test_one_line_under_an_index() -> None:
    assert words.short(made("most")) == "Advantest and TDK made about 150 of the 200 points."
    over = made("more_than_all").model_copy(update={"leaders_points": 230.0})
    assert words.short(over) == "Advantest and TDK made about 230 points, more than the index's 200."
    assert words.short(made("led_by")) is None
    assert words.short(made(None, mixed=True)) is None


@pytest.mark.parametrize(
    ("outcomes", "says"),
    [
        ([(-25, 96.1), (-50, 3.9)], "about 95 % on a quarter-point cut on Wednesday"),
        ([(0, 99.2)], "nearly 100 % on no change on Wednesday"),
        ([(0, 57.2), (25, 42.8)], "about 55 % on no change and about 45 % on a quarter-point rise on Wednesday"),
        ([(-100, 90.0)], "about 90 % on a cut of 100 basis points on Wednesday"),
    ],
)
def test_odds(outcomes: list[tuple[int, float]], says: str) -> None:
    told = RateOdds(
        day=date(2025, 9, 17),
        outcomes=tuple(RateOutcome(change_bp=change, probability_pct=share) for change, share in outcomes),
        as_of=datetime(2025, 9, 16, 5, 10, tzinfo=UTC),
    )
    assert words.odds(told) == f"Fed funds futures put {says} (as of Tuesday 05:10 UTC)"


def test_a_decision_that_is_weeks_away_has_its_date() -> None:
    outcome = (RateOutcome(change_bp=0, probability_pct=90.0),)
    told = RateOdds(day=date(2025, 10, 29), outcomes=outcome, as_of=datetime(2025, 9, 18, 5, 10, tzinfo=UTC))
    assert "about 90 % on no change on Oct 29 (as of Thursday" in words.odds(told)


def test_the_sample_tells_what_the_first_wrap_told() -> None:
    questions = app.sample()
    text = " ".join(page(questions.answer_at_once("/asia summary"), TERMINAL, ENGLISH).paragraphs)
    assert "Samsung Electronics (+3.8 %) and SK Hynix (+5.1 %) made up most of the KOSPI's gain" in text
    assert "ahead of Wednesday's Fed decision; Fed funds futures put about 95 % on a quarter-point cut" in text
    assert "U.S. index futures are little changed" in text


def test_a_board_fits_a_phone() -> None:
    for market in ("kospi", "nikkei"):
        worded = page(app.sample().answer_at_once(f"/why {market}"), TERMINAL, ENGLISH)
        assert len(worded.board) == 10
        assert all(len(line) <= 34 for line in worded.board)


def test_what_is_not_known_is_said() -> None:
    answer = app.sample().answer_at_once("/why dax")
    assert "What its heaviest stocks did is not known at the moment." in terminal.render(answer, colour=False)
    assert '"why": null' in json.render(answer)


def test_sectors_that_stood_out() -> None:
    answer = app.sample().answer_at_once("/why kospi")
    assert answer.kind == "why"
    sectors = [("metals", 2.1), ("banks", 0.9), ("cars", 0.2), ("energy", -1.2)]
    moves = tuple(SectorMove(symbol=name, sector=name, change_pct=move, rounded_pct=move) for name, move in sectors)
    text = " ".join(page(answer.model_copy(update={"sectors": moves}), TERMINAL, ENGLISH).paragraphs)
    assert (
        "Of 4 sectors, metals (+2.1 %) and banks (+0.9 %) went furthest with the index, energy (−1.2 %) furthest"
        in text
    )


@pytest.mark.parametrize("path", sorted(VIEWS.rglob("*.py")), ids=lambda path: path.stem)
def test_no_language_calls_anything_a_cause(path: Path) -> None:
    """The words, that is all string literals of the views but for docstrings and what stands in comments."""
    import ast

    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    said = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]
    assert [text for text in said if CAUSES.search(text)] == []


def test_a_headline_is_quoted_and_cannot_be_anything_else() -> None:
    evil = Headline(
        title="@everyone [click](http://evil) **KOSPI** <@1>",
        publisher="Reuters",
        time=datetime(2025, 9, 16, 2, 0, tzinfo=UTC),
        url="https://example.com/story",
    )
    answer = app.sample().answer_at_once("/why kospi")
    assert answer.kind == "why"
    answer = answer.model_copy(update={"headlines": (evil,)})
    shown = page(answer, DISCORD, ENGLISH).details
    assert shown[0] == "In the news:"
    assert r"\@everyone \[click\]\(http\:\/\/evil\) \*\*KOSPI\*\* \<\@1\>" in shown[1]
    assert shown[1].endswith("](<https://example.com/story>) (Reuters, <t:1757988000:t>)")
    text = terminal.render(answer, colour=False)
    assert "“@everyone [click](http://evil) **KOSPI** <@1>” https://example.com/story (Reuters, 02:00 UTC)" in text
