"""Is every fact that a wire told of 2025-09-16 05:10 UTC in our JSON, and what matters of it in our words?"""

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.domain.markets.market import Region
from bot.views import json as json_view
from tests.conftest import SHARED

ROWS: tuple[dict[str, str], ...] = ()
if (SHARED / "data" / "seed" / "facts.csv").is_file():
    with (SHARED / "data" / "seed" / "facts.csv").open(encoding="utf-8") as _file:
        ROWS = tuple(csv.DictReader(_file))


@pytest.fixture(scope="module")
def questions(shared: Path) -> Any:
    folders = [shared / "data" / "history", shared / "data" / "seed"]
    return app.replay(folders, dt.datetime(2025, 9, 16, 5, 10, tzinfo=dt.UTC))


@pytest.fixture
async def answer(questions: Any) -> dict[str, Any]:
    return dict(json.loads(json_view.render(await questions.summary(Region.ASIA))))


def value(answer: dict[str, Any], row: dict[str, str]) -> Any:
    subject, where, field = row["subject"], row["where"], row["field"]
    if subject == "region":
        return answer[field]
    if where == "list":
        return "y" if subject in answer[field] else "n"
    if where == "context":
        return next(item for item in answer["context"] if item["market"] == subject)[field]
    market = next(market for market in answer["markets"] if market["market"] == subject)
    match where, field:
        case "record", "verdict":
            return market["record"]
        case "quote" | "recent_high", _:
            return market[where][field]
        case _:
            return market[field]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['subject']}-{row['field']}")
async def test_a_fact_of_the_wire(answer: dict[str, Any], row: dict[str, str]) -> None:
    ours, wire = value(answer, row), row["value"]
    if isinstance(ours, bool):
        assert str(ours).lower() == wire
    elif isinstance(ours, float):
        assert ours == pytest.approx(float(wire), abs=0.005)
    elif row["field"] == "highest_since":
        assert ours.startswith(wire)
    else:
        assert ours in wire.split("|")


async def test_a_market_that_is_open_but_known_by_mondays_close_does_not_count(answer: dict[str, Any]) -> None:
    markets = {market["market"]: market for market in answer["markets"]}
    for key in ("taiex", "sensex"):
        assert not markets[key]["counted"]
        assert markets[key]["missing"]["reason"] == "no_trade"
    assert (answer["advancers"], answer["decliners"], answer["unchanged"]) == (5, 2, 2)
    assert (answer["day"], answer["phase"]) == ("2025-09-16", "during")
    assert answer["closed"] == ["klci"]


async def test_the_words(answer: dict[str, Any]) -> None:
    assert answer["headline"] == "Tokyo and Seoul at records as Asia adds to its rally"
    assert answer["text"] == (
        "The Nikkei, up 0.6 %, touched a record 45,055.38, past Friday's 44,888.02, after gaining 4.1 % last week; "
        "the KOSPI, up 1.3 %, touched a record 3,452.50 and heads for an 11th gain in a row; TOPIX, up 0.5 % at "
        "3,177.20, is on course for a record close. Against the region, the CSI 300 slipped 0.4 %, off Thursday's "
        "close, the highest since March 2022, and the Shanghai Composite edged down 0.2 %, off its Aug 25 close, the "
        "highest since August 2015. Sydney and Mumbai edged up 0.2 % each; Hong Kong and Singapore were "
        "flat.\nOvernight the S&P 500 (+0.5 %) and the Nasdaq (+0.9 %, its sixth gain in a row) closed at records, "
        "ahead of Wednesday's Fed decision."
    )


async def test_an_answer_from_memory_is_the_same_but_for_its_instant(questions: Any) -> None:
    first, second = await questions.summary(Region.ASIA), await questions.summary(Region.ASIA)
    assert first == second
