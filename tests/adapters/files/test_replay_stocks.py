"""What does a replay know of stocks, and of nothing later than its instant?"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot import app
from bot.adapters.files.packaged import sessions, weights
from bot.adapters.files.replay_stocks import ReplayStocks
from bot.domain.answers import Answer
from bot.domain.errors import BadQuestion
from tests.sentences import sentence_of

AT = datetime(2026, 10, 6, 7, 0, tzinfo=UTC)
"""After Seoul's close."""
HEADER = "symbol,date,close,previous_close\n"
ROWS = """005930.KS,2026-10-02,100,99
005930.KS,2026-10-06,104,100
000660.KS,2026-10-02,200,198
000660.KS,2026-10-06,210,200
005930.KS,2026-10-07,90,104
AAPL.XX,2026-10-06,1,1
"""


def stocks(folder: Path, at: datetime = AT) -> ReplayStocks:
    return ReplayStocks([folder], weights(), sessions(), at)


def test_nothing_later_than_the_instant_exists(tmp_path: Path) -> None:
    (tmp_path / "stocks.csv").write_text(HEADER + ROWS)
    known = stocks(tmp_path).stocks
    assert set(known.quotes) == {"005930.KS", "000660.KS"}
    assert known.quotes["005930.KS"].price == 104
    assert known.bases["005930.KS"].close == 100
    earlier = stocks(tmp_path, AT - timedelta(hours=2)).stocks
    assert earlier.quotes["005930.KS"].price == 100, "the session still runs"


def test_futures_are_seen_from_their_time_on(tmp_path: Path) -> None:
    (tmp_path / "futures.csv").write_text("symbol,price,time,volume\nZQZ26.CBT,96.1,2026-10-06T06:00Z,0\n")
    known = stocks(tmp_path).stocks
    assert (known.quotes["ZQZ26.CBT"].price, known.quotes["ZQZ26.CBT"].volume) == (96.1, 0)
    assert stocks(tmp_path, AT - timedelta(hours=2)).stocks.quotes == {}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("005930.KS,2026-10-06,many,100\n", "Line 2"),
        ("005930.KS,2026-10-06,-5,100\n", "Line 2"),
        ("005930.KS,yesterday,5,100\n", "Line 2"),
        ("005930.KS,2026-10-06,5\n", "Line 2"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, says: str) -> None:
    (tmp_path / "stocks.csv").write_text(HEADER + row)
    with pytest.raises(BadQuestion) as caught:
        stocks(tmp_path)
    assert says in sentence_of(caught.value)


def asked(folder: Path, line: str) -> Answer:
    return app.replay([folder], AT).answer_at_once(line)


def test_why_of_a_replay(tmp_path: Path) -> None:
    rows = ["date,open,high,low,close", "2026-10-01,,,,1000", "2026-10-02,,,,1000", "2026-10-06,,,,1019.6"]
    (tmp_path / "kospi.csv").write_text("\n".join(rows) + "\n")
    closes = [f"{row.symbol},2026-10-02,100,100\n" for row in weights().of("kospi")]
    moves = {"005930.KS": 104, "000660.KS": 103}
    today = [f"{row.symbol},2026-10-06,{moves.get(row.symbol, 100)},100\n" for row in weights().of("kospi")]
    (tmp_path / "stocks.csv").write_text(HEADER + "".join(closes + today))
    answer = asked(tmp_path, "/why kospi")
    assert answer.kind == "why"
    assert answer.why is not None
    assert answer.why.weights_as_of == date(2026, 10, 2)
    assert answer.why.leaders == ("005930.KS", "000660.KS")
    assert answer.why.share_word == "almost_all"
    assert answer.why.leaders_points == pytest.approx(1000 * (0.289 * 0.04 + 0.241 * 0.03), abs=0.1)
    index = asked(tmp_path, "/index kospi")
    assert index.kind == "index"
    assert index.why == answer.why
    summary = asked(tmp_path, "/asia summary")
    assert summary.kind == "summary"
    assert [made.market for made in summary.why] == ["kospi"]
    assert "nikkei" in summary.why_missing
