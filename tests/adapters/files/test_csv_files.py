"""Whatever a replay folder holds, is it answered truly or refused in one sentence that names file and line?"""

import asyncio
import datetime as dt
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import app
from bot.adapters.files.packaged import sessions
from bot.adapters.files.replay import Replay
from bot.domain.errors import BadQuestion, MarketError
from tests.conftest import ROOT
from tests.sentences import failing, sentence_of

HEADER = "date,open,high,low,close\n"
ROWS = (
    "2025-09-11,1,44396.95,43900,44372.50\n",
    "2025-09-12,1,44888.02,44548.57,44768.12\n",
    "2025-09-16,1,45055.38,44616.32,44902.27\n",
)
QUOTES = "market,level,previous_close,day_high,time\n"


def replay(folder: Path, at: str | None = None) -> Replay:
    return Replay([folder], sessions(), None if at is None else dt.datetime.fromisoformat(at))


def level(folder: Path, key: str = "nikkei") -> tuple[int, dt.datetime] | None:
    observation = asyncio.run(replay(folder).observe([key])).get(key)
    return None if observation is None else (observation.level, observation.time)


NEWEST = (4490227, dt.datetime(2025, 9, 16, 6, 30, tzinfo=dt.UTC))


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_rows_in_any_order_are_answered_from_the_newest_day(tmp_path: Path, order: tuple[int, ...]) -> None:
    (tmp_path / "nikkei.csv").write_text(HEADER + "".join(ROWS[index] for index in order))
    assert level(tmp_path) == NEWEST
    history = replay(tmp_path).history("nikkei")
    assert history is not None
    assert [bar.close for bar in history] == [4437250, 4476812, 4490227]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(("\ufeff" + HEADER + "".join(ROWS)).encode(), id="byte order mark"),
        pytest.param((HEADER + "".join(ROWS)).replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param((HEADER + "".join(ROWS)).replace("\n", "\r").encode(), id="CR"),
        pytest.param((HEADER + "\n" + "\n\n".join(ROWS) + "\n").encode(), id="blank lines"),
        pytest.param((HEADER + "".join(ROWS)).rstrip("\n").encode(), id="no last line end"),
        pytest.param(HEADER.replace("date", " Date ").encode() + "".join(ROWS).encode(), id="names in capitals"),
        pytest.param(
            b"volume,date,open,high,low,close\n" + "".join(f'"-1\n,",{row}' for row in ROWS).encode(),
            id="a column more, of negative volumes and quoted line ends",
        ),
        pytest.param(HEADER.encode() + "".join(ROWS).replace("44902.27", "4.490227e4").encode(), id="an exponent"),
    ],
)
def test_what_programs_write_is_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "nikkei.csv").write_bytes(content)
    assert level(tmp_path) == NEWEST


def row(close: str = "44372.50", date: str = "2025-09-11") -> bytes:
    return f"{HEADER}{ROWS[1]}{date},1,2,1,{close}\n".encode()


WRONG = [
    (b"", "{} is empty"),
    (b"\n\n", "{} is empty"),
    (b"\xef\xbb\xbf", "{} is empty"),
    (b"2025-09-11,1,2,1,2\n", "Line 1 of {} must name the columns"),
    (HEADER.replace(",", ";").encode(), "Line 1 of {} must name the columns"),
    (HEADER.replace(",close", "").encode(), "close is missing"),
    (b"date,open,high,low,close,close\n", "Line 1 of {} names the column close twice"),
    (HEADER.encode() + "Züri,1,2,1,2\n".encode("latin-1"), "Line 2 of {} cannot be read: save the file as UTF-8"),
    ((HEADER + ROWS[0]).encode("utf-16"), "Line 1 of {} cannot be read: save the file as UTF-8"),
    ((HEADER + ROWS[0]).encode("utf-16-le"), "Line 1 of {} cannot be read: save the file as UTF-8"),
    ((HEADER + ROWS[0]).encode() + b"2025-09-12,\0,2,1,2\n", "Line 3 of {} cannot be read"),
    (HEADER.encode() + b'2025-09-11,"1,2,1,2\n', "{} cannot be read: its quotation marks do not pair"),
    (HEADER.encode() + b'2025-09-11,"1"x,2,1,2\n', "Line 2 of {} cannot be read: its quotation marks do not pair"),
    (HEADER.encode() + b"2025-09-11,1,2,1," + b"9" * 200_000, "Line 2 of {} cannot be read"),
    (row("1e309"), "Line 3 of {} is not a daily bar: “1e309” is no price"),
    (row("-1e309"), "Line 3 of {} is not a daily bar"),
    (row("1e999999999"), "Line 3 of {} is not a daily bar"),
    (row("nan"), "Line 3 of {} is not a daily bar: “nan” is no price"),
    (row("inf"), "Line 3 of {} is not a daily bar"),
    (row("1/3"), "Line 3 of {} is not a daily bar"),
    (row("9" * 30), "Line 3 of {} is not a daily bar"),
    (row("9" * 5000), "Line 3 of {} is not a daily bar"),
    (row("4\x1b[31m"), "Line 3 of {} is not a daily bar: “4�[31m” is no price"),
    (row("44,372.50"), "Line 3 of {} is not a daily bar: it has 6 cells, and line 1 names 5 columns"),
    (row("1\n2025-09-17"), "Line 4 of {} is not a daily bar: it has 1 cells"),
    (row("", "2025-09-12"), "Line 3 of {} has the date of line 2, 2025-09-12; keep one of them."),
    (row(date="9999-12-31"), "Line 3 of {} is not a daily bar: 9999-12-31 lies outside the years 1000 to 9000"),
    (row(date="0001-01-01"), "Line 3 of {} is not a daily bar: 0001-01-01 lies outside"),
    (row(date="10000-01-01"), "Line 3 of {} is not a daily bar: “10000-01-01” is no date"),
    (row(date="12.09.2025"), "Line 3 of {} is not a daily bar: “12.09.2025” is no date"),
    (row(date="2025-02-29"), "Line 3 of {} is not a daily bar"),
]


@pytest.mark.parametrize(
    ("content", "said"), WRONG, ids=[said + f" {number}" for number, (_, said) in enumerate(WRONG)]
)
def test_what_cannot_be_read_is_one_sentence_with_file_and_line(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "nikkei.csv"
    path.write_bytes(content)
    with pytest.raises(BadQuestion) as error:
        replay(tmp_path)
    assert said.format(path) in sentence_of(error.value)
    assert sentence_of(error.value).isprintable()
    assert len(sentence_of(error.value)) < len(str(path)) + 150


@pytest.mark.parametrize(
    "close", ["1e-999999999", "5e-324", "0", "-44372.50", "0.000000000000000000000000000000000001"]
)
def test_a_close_that_no_index_can_have_is_left_out(tmp_path: Path, close: str) -> None:
    (tmp_path / "nikkei.csv").write_bytes(row(close))
    history = replay(tmp_path).history("nikkei")
    assert history is not None
    assert [bar.close for bar in history] == [4476812]
    assert history.dropped == {"not_positive": 1}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nikkei,,1,1,2025-09-16T05:10:00Z", "it has no level"),
        ("nikkei,1e309,1,1,2025-09-16T05:10:00Z", "“1e309” is no price"),
        ("nikkei,1,nan,1,2025-09-16T05:10:00Z", "“nan” is no price"),
        ("nikkei,1,1,1,2025-09-16T05:10:00", "has no offset"),
        ("nikkei,1,1,1,9999-12-31T23:59:59-12:00", "lies outside the years 1000 to 9000"),
        ("nikkei,1,1,1,0001-01-01T00:00:00+14:00", "lies outside the years 1000 to 9000"),
        ("nikkei,1,1,1,now", "“now” is no instant"),
        ("nikkei,1,1", "it has 3 cells"),
    ],
)
def test_a_wrong_line_of_the_moment_is_named(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "quotes.csv").write_text(QUOTES + "kospi,3400,,,2025-09-16T05:10:00Z\n" + line + "\n")
    with failing(BadQuestion, match=r"Line 3 of .*quotes\.csv is not a quote: ") as error:
        replay(tmp_path)
    assert said in sentence_of(error.value)


def test_two_quotes_of_one_market_are_refused(tmp_path: Path) -> None:
    (tmp_path / "quotes.csv").write_text(QUOTES + "kospi,3400,,,2025-09-16T05:10:00Z\n" * 2)
    with failing(BadQuestion, match=r"Line 3 of .* has the market of line 2, kospi; keep one"):
        replay(tmp_path)


@pytest.mark.parametrize("name", ["nikkei.csv", "quotes.csv"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling", "loop"])
def test_what_bears_a_files_name_and_is_none_is_said(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / name
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(path if kind == "loop" else tmp_path / "nowhere")
    with failing(BadQuestion, match=f"{name} is no file that can be read"):
        replay(tmp_path)


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nikkei.csv").write_text(HEADER)

    def denied(_: Path) -> bytes:  # root, as whom tests may run, is never denied anything
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", denied)
    with failing(BadQuestion, match=r"nikkei\.csv cannot be read: access to it is denied\."):
        replay(tmp_path)


def test_a_folder_whose_name_is_too_long_is_not_there(tmp_path: Path) -> None:
    with failing(BadQuestion, match="no folder"):
        replay(tmp_path / ("x" * 5000))


cells = st.one_of(
    st.sampled_from(["", "1", "44372.50", "1e309", "nan", "-3", "2025-09-12", "9999-12-31", '"', "\0", "\r", "\n"]),
    st.text(max_size=8),
)
files = st.one_of(
    st.binary(max_size=80),
    st.lists(st.lists(cells, max_size=6).map(",".join), max_size=6).map(
        lambda lines: (HEADER + "\n".join(lines)).encode(errors="surrogatepass")
    ),
)


@settings(suppress_health_check=list(HealthCheck), max_examples=200)
@given(history=files, moment=files)
def test_any_bytes_are_answered_or_refused_in_one_sentence(tmp_path: Path, history: bytes, moment: bytes) -> None:
    (tmp_path / "nikkei.csv").write_bytes(history)
    (tmp_path / "quotes.csv").write_bytes(moment.replace(HEADER.encode(), QUOTES.encode()))
    try:
        asyncio.run(app.replay([tmp_path], None).ask("/record nikkei"))
    except MarketError as error:
        assert sentence_of(error).isprintable()


@settings(suppress_health_check=list(HealthCheck), max_examples=40)
@given(at=st.integers(0, 252_423_900_000))
def test_every_question_at_any_instant_is_answered_or_refused(tmp_path: Path, at: int) -> None:
    now = dt.datetime(1000, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=at)
    (tmp_path / "nikkei.csv").write_text(HEADER + "1000-01-02,1,2,1,2\n" + "".join(ROWS) + "9000-12-31,1,2,1,2\n")
    for question in ("/index nikkei", "/record nikkei", "/record", "/asia summary", "/europe status"):
        try:
            asyncio.run(app.replay([tmp_path], now).ask(question))
        except MarketError as error:
            assert sentence_of(error).isprintable()


@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-12:00",
        "9999-12-31T23:59:59Z",
        "0999-12-31T00:00Z",
        "9001-01-01T00:00Z",
    ],
)
def test_an_instant_far_from_all_markets_is_wrong_usage(tmp_path: Path, at: str) -> None:
    done = ask(tmp_path, "--at", at)
    assert done.returncode == 2
    assert "lies outside the years 1000 to 9000." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("at", ["1000-01-01T00:00+14:00", "9000-12-31T23:59-12:00", "2025-09-16T06:30:00+23:59"])
def test_an_instant_at_the_edge_is_answered(tmp_path: Path, at: str) -> None:
    (tmp_path / "nikkei.csv").write_text(HEADER + "".join(ROWS))
    done = ask(tmp_path, "--at", at)
    assert done.returncode in {0, 1}
    assert "Traceback" not in done.stderr


def ask(folder: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-m", "bot", "ask", "/index nikkei", "--replay", str(folder), *more]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def long_history(path: Path, count: int) -> None:
    chance, close, first = random.Random(count), 20000.0, dt.date(1900, 1, 1).toordinal()
    days = [dt.date.fromordinal(first + index) for index in range(count)]
    chance.shuffle(days)
    with path.open("w") as file:
        file.write(HEADER)
        for day in days:
            close = min(max(close * chance.uniform(0.999, 1.001), 10000), 90000)
            file.write(f"{day},{close:.2f},{close * 1.01:.2f},{close * 0.99:.2f},{close:.2f}\n")


@pytest.mark.parametrize("count", [90_000, pytest.param(900_000, marks=pytest.mark.slow)])
def test_a_very_long_unsorted_file_costs_less_than_ten_seconds(tmp_path: Path, count: int) -> None:
    """Of a processor, however busy the machine is; a tenth of the rows in the gate."""
    long_history(tmp_path / "nikkei.csv", count)
    before = time.process_time()
    answer: Any = asyncio.run(app.replay([tmp_path], None).ask("/index nikkei"))
    cost = time.process_time() - before
    assert answer.quote.session_date > dt.date(1900, 1, 1) + dt.timedelta(days=count - 5)
    print(f"{count} rows: {cost:.1f} s")
    assert cost < 10
