"""What does a replay know of headlines and figures, and of nothing later than its instant?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import app
from bot.adapters.files.replay_reasons import ReplayEvents, ReplayHeadlines
from bot.domain.errors import BadQuestion
from bot.views import terminal
from tests.sentences import sentence_of

AT = datetime(2025, 9, 16, 7, 0, tzinfo=UTC)
HEADLINES = """time,publisher,title,url,symbols
2025-09-16T02:00Z,Reuters,KOSPI stocks hit record high,https://example.com/1,^KS11
2025-09-16T03:00Z,Reuters,Nikkei stocks rally,https://example.com/2,^N225
2025-09-16T08:00Z,Bloomberg,KOSPI stocks extend rally,https://example.com/3,^KS11
2025-09-14T08:00Z,Bloomberg,KOSPI stocks slip,https://example.com/4,^KS11
"""
EVENTS = """time,country,name,actual,expected,prior,period
2025-09-16T06:00Z,GB,Unemployment Rate,4.7,4.7,4.7,Jul
2025-09-16T12:30Z,US,CPI YY,2.9,2.9,2.7,Aug
"""


def replay(folder: Path, line: str) -> str:
    return terminal.render(app.replay([folder], AT).answer_at_once(line), colour=False)


def test_headlines_between_the_previous_close_and_the_instant(tmp_path: Path) -> None:
    (tmp_path / "headlines.csv").write_text(HEADLINES)
    rows = ["date,open,high,low,close", "2025-09-15,,,,3407.31", "2025-09-16,,,,3449.62"]
    (tmp_path / "kospi.csv").write_text("\n".join(rows) + "\n")
    text = replay(tmp_path, "/why kospi")
    assert "In the news:" in text
    assert "“KOSPI stocks hit record high” https://example.com/1 (Reuters, 02:00 UTC)" in text
    assert not any(title in text for title in ("extend rally", "slip", "Nikkei stocks"))
    assert ReplayHeadlines([tmp_path / "nowhere"], AT).headlines("kospi") is None


def test_a_figure_is_known_from_its_time_on(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(EVENTS)
    (tmp_path / "kospi.csv").write_text("date,open,high,low,close\n2025-09-15,,,,3407.31\n")
    events = ReplayEvents([tmp_path], AT).events
    assert events is not None
    assert [event.actual for event in events] == [4.7, None]
    text = replay(tmp_path, "/calendar 2")
    assert "06:00 UTC Britain: Unemployment Rate (Jul), 4.7 %, 4.7 % expected, 4.7 % before" in text
    assert "12:30 UTC United States: CPI YY (Aug), 2.9 % expected, 2.7 % before" in text
    assert "18:00 UTC Federal Reserve: decision on interest rates" in text
    assert "Unemployment" not in replay(tmp_path, "/calendar asia")


def test_why_names_what_came_and_what_is_due_by_time_alone(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(EVENTS)
    rows = ["date,open,high,low,close", "2025-09-15,,,,3407.31", "2025-09-16,,,,3449.62"]
    (tmp_path / "kospi.csv").write_text("\n".join(rows) + "\n")
    text = replay(tmp_path, "/why kospi")
    assert "On the calendar:" in text
    assert "12:30 UTC United States: CPI YY (Aug), 2.9 % expected, 2.7 % before" in text
    assert "Britain" not in text, "neither its own country nor America"
    assert "Federal Reserve" not in text, "more than a day ahead"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("headlines.csv", HEADLINES + "soon,Reuters,KOSPI,https://example.com,\n"),
        ("events.csv", EVENTS + "2025-09-16T06:00Z,GB,CPI YY,high,,,\n"),
        ("events.csv", EVENTS + "2025-09-16T06:00,GB,CPI YY,1,,,\n"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "kospi.csv").write_text("date,open,high,low,close\n2025-09-15,,,,3407.31\n")
    with pytest.raises(BadQuestion) as caught:
        replay(tmp_path, "/why kospi")
    assert sentence_of(caught.value).startswith("Line ")


@pytest.mark.parametrize("words", ["mars", "asia 15", "0", "٣", "asia asia1"])
def test_what_is_not_understood_gets_one_sentence(words: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        app.sample().answer_at_once(f"/calendar {words}")
    assert "as /calendar asia 7" in sentence_of(caught.value)
