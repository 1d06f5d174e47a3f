"""Which headlines are chosen, and what never is?"""

import csv
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.attribution.headlines import Headline, HeadlineWindow, is_link, is_twin, select_headlines

NOW = datetime(2025, 9, 16, 5, 10, tzinfo=UTC)
WINDOW = HeadlineWindow(NOW - timedelta(hours=24), NOW)
URL = "https://example.com/story"
NAMES = ("KOSPI", "Samsung Electronics", "SK Hynix")


def told(title: str, publisher: str = "Reuters", hours: float = 2, url: str = URL, feed: str = "^KS11") -> Headline:
    return Headline(title=title, publisher=publisher, time=NOW - timedelta(hours=hours), url=url, symbols=(feed,))


def titles(*headlines: Headline, **fields: object) -> list[str]:
    chosen = select_headlines(headlines, WINDOW, NAMES, ("^KS11",), **fields)  # type: ignore[arg-type]
    return [headline.title for headline in chosen]


GOOD = told("KOSPI stocks hit record as chip shares rally")
OTHER = told("Samsung Electronics shares jump on export rules", "Bloomberg", hours=5)


def test_two_of_different_publishers_the_best_first() -> None:
    assert titles(OTHER, GOOD) == [OTHER.title, GOOD.title]
    assert titles(GOOD, told("KOSPI futures and stocks slip")) == [GOOD.title] or len(titles(GOOD)) == 1
    assert titles() == []


@pytest.mark.parametrize(
    "headline",
    [
        told("KOSPI stocks hit record", hours=25),
        told("KOSPI stocks hit record", hours=-0.1),
        told("KOSPI stocks hit record", "A Blog"),
        told("KOSPI stocks hit record", url="javascript:alert(1)"),
        told("KOSPI stocks hit record", url="https://e.com/a>b"),
        told("KOSPI stocks: should you buy now?"),
        told("10 best KOSPI stocks"),
        told("Small dogs, big demand as dachshund popularity takes off"),
        told("KOSPI stocks " + "x" * 300),
    ],
)
def test_what_is_never_chosen(headline: Headline) -> None:
    assert titles(headline) == []


def test_the_operator_says_who_may_be_quoted() -> None:
    blog = told("KOSPI stocks hit record", "A Blog")
    assert titles(blog, publishers=["a blog"]) == [blog.title]
    assert titles(GOOD, publishers=[]) == []


def test_twins() -> None:
    one = told("Seoul stocks hit record high on chip rally")
    assert is_twin(one, told("Seoul stocks hit record high on chips rally", "Bloomberg"))
    survey = told("ECB survey of July sees inflation at 2.1 %")
    assert not is_twin(survey, told("ECB survey of June sees inflation at 2.1 %", "Bloomberg")), "another month"
    assert not is_twin(told("KOSPI up 1 %"), told("KOSPI up 2 %", "Bloomberg")), "other figures"
    assert not is_twin(one, told("Seoul stocks hit a high on chips")), "of one publisher only the same is the same"


def published(text: str) -> datetime:
    return datetime.fromisoformat(text) if text[0].isdigit() else parsedate_to_datetime(text)


def test_a_saturdays_titles(shared: Path) -> None:
    """Two at most, none from a listicle, all with the words of markets."""
    with (shared / "why" / "headlines_2026-08-22.csv").open(encoding="utf-8") as file:
        rows = [
            Headline(title=row["title"], publisher=row["publisher"], time=published(row["pub_date"]), url=URL)
            for row in csv.DictReader(file)
        ]
    until = max(row.time for row in rows)
    publishers = ("Bloomberg Markets", "CNBC Economy", "Financial Times")
    window = HeadlineWindow(until - timedelta(hours=48), until)
    chosen = select_headlines(rows, window, ["S&P 500"], publishers=publishers)
    assert len(chosen) <= 2
    assert {headline.publisher for headline in chosen} <= set(publishers)
    assert not any("?" in headline.title for headline in chosen)


@pytest.mark.parametrize("url", ["ftp://a/b", "http://", "https://a b", "//a", "https://a/(x)", "", "https://a/`x"])
def test_what_is_no_link(url: str) -> None:
    assert not is_link(url)


@given(st.text(max_size=60))
def test_no_address_that_is_let_through_ends_a_link(text: str) -> None:
    url = "https://example.com/" + text
    if is_link(url):
        assert not set(url) & set("<> \n()[]")
