import asyncio
import datetime as dt
from pathlib import Path

import pytest

from bot.adapters.files.packaged import sessions
from bot.adapters.files.replay import Replay
from bot.domain.errors import BadQuestion, NoQuotes
from bot.domain.quotes import Observation
from tests.sentences import failing


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def level(replay: Replay, key: str) -> Observation | None:
    return asyncio.run(replay.observe([key])).get(key)


@pytest.fixture
def days(tmp_path: Path) -> Path:
    (tmp_path / "nikkei.csv").write_text(
        "date,open,high,low,close\n"
        "2025-09-11,1,44396.95,43900,44372.50\n"
        "2025-09-12,1,44888.02,44548.57,44768.12\n"
        "2025-09-16,1,45055.38,44616.32,44902.27\n"
    )
    (tmp_path / "quotes.csv").write_text(
        "market,level,previous_close,day_high,time\n"
        "nikkei,45000.00,44768.12,45055.38,2025-09-16T05:10:00Z\n"
        "not-a-market,1,1,,2025-09-16T05:10:00Z\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2025-09-12T15:29:59+09:00", 4437250),  # the day's close does not exist before the close
        ("2025-09-12T15:30:00+09:00", 4476812),
        ("2025-09-15T12:00:00+09:00", 4476812),  # a holiday
        ("2025-09-16T14:09:59+09:00", 4476812),  # before the moment
        ("2025-09-16T14:10:00+09:00", 4500000),  # the moment
        ("2025-09-16T15:29:59+09:00", 4500000),  # while its session runs
        ("2025-09-16T15:30:00+09:00", 4490227),  # then the day's bar
    ],
)
def test_only_what_was_known_at_the_instant_exists(days: Path, at: str, expected: int) -> None:
    observation = level(Replay([days], sessions(), instant(at)), "nikkei")
    assert observation is not None
    assert observation.level == expected


def test_the_time_of_a_daily_row_is_its_sessions_close(days: Path) -> None:
    observation = level(Replay([days], sessions(), instant("2025-09-13T00:00Z")), "nikkei")
    assert observation is not None
    assert observation.time == instant("2025-09-12T15:30+09:00")


def test_a_moment_alone_is_not_taken_for_the_close(tmp_path: Path, days: Path) -> None:
    (days / "nikkei.csv").unlink()
    replay = Replay([days], sessions(), instant("2025-09-16T16:00+09:00"))
    assert level(replay, "nikkei") is None


def test_of_two_files_for_one_market_the_later_folders_is_used_whole(days: Path, tmp_path: Path) -> None:
    over = tmp_path / "over"
    over.mkdir()
    (over / "nikkei.csv").write_text("date,open,high,low,close\n2025-09-11,,,,43000\n")
    replay = Replay([days, over], sessions(), instant("2025-09-13T00:00Z"))
    history = replay.history("nikkei")
    assert history is not None
    assert [bar.close for bar in history] == [4300000]


def test_without_an_instant_it_is_just_after_the_last_close(days: Path) -> None:
    assert Replay([days], sessions(), None).at == instant("2025-09-16T15:30+09:00")


def test_older_records_dated_later_do_not_exist(days: Path) -> None:
    before = Replay([days], sessions(), instant("1989-01-01T00:00Z"))
    after = Replay([days], sessions(), instant("1990-01-01T00:00Z"))
    assert before.known_levels("topix") == ()
    assert len(after.known_levels("topix")) == 2


def test_an_empty_folder_and_one_that_is_not_there_are_said(tmp_path: Path) -> None:
    with failing(NoQuotes, match="no market"):
        Replay([tmp_path], sessions(), None)
    with failing(BadQuestion, match="no folder"):
        Replay([tmp_path / "nowhere"], sessions(), None)


@pytest.mark.parametrize("row", ["2025-13-01,1,1,1,1", "2025-01-06,1,1,1,abc", "2025-01-06,1"])
def test_a_broken_row_is_named(tmp_path: Path, row: str) -> None:
    (tmp_path / "dax.csv").write_text(f"date,open,high,low,close\n{row}\n")
    with failing(BadQuestion, match=r"Line 2 of .*dax\.csv is not a daily bar"):
        Replay([tmp_path], sessions(), None)


def test_bytes_that_are_no_text_are_said(tmp_path: Path) -> None:
    (tmp_path / "dax.csv").write_bytes(b"\xff\xfe\x00")
    with failing(BadQuestion, match="cannot be read"):
        Replay([tmp_path], sessions(), None)


@pytest.mark.parametrize("level", ["4500000.00", "450.00", "4500.00", "450000", "93000", "22000"])
def test_a_moment_that_the_history_contradicts_is_none_and_the_last_close_stands_marked(days: Path, level: str) -> None:
    (days / "quotes.csv").write_text(
        f"market,level,previous_close,day_high,time\nnikkei,{level},44768.12,,2025-09-16T05:10:00Z\n"
    )
    observation = level_at(days, "2025-09-16T14:10:00+09:00")
    assert (observation.level, observation.rejected) == (4476812, True)


def test_a_fall_of_fifteen_per_cent_is_believed(days: Path) -> None:
    (days / "quotes.csv").write_text(
        "market,level,previous_close,day_high,time\nnikkei,38100,44768.12,44768.12,2025-09-16T05:10:00Z\n"
    )
    observation = level_at(days, "2025-09-16T14:10:00+09:00")
    assert (observation.level, observation.day_high, observation.rejected) == (3810000, 4476812, False)


def test_a_high_far_beyond_the_level_and_the_close_before_it_is_none(days: Path) -> None:
    (days / "quotes.csv").write_text(
        "market,level,previous_close,day_high,time\nnikkei,45000,44768.12,4505538,2025-09-16T05:10:00Z\n"
    )
    assert level_at(days, "2025-09-16T14:10:00+09:00").day_high is None


@pytest.mark.parametrize("row", ["-45000,44768.12,", "0,44768.12,", "45000,-1,", "45000,0,", "45000,44768.12,-5"])
def test_a_figure_that_is_not_above_zero_is_refused(days: Path, row: str) -> None:
    (days / "quotes.csv").write_text(f"market,level,previous_close,day_high,time\nnikkei,{row},2025-09-16T05:10:00Z\n")
    with failing(BadQuestion, match=r"Line 2 of .*quotes\.csv is not a quote: every figure in it must be above"):
        Replay([days], sessions(), None)


def level_at(folder: Path, at: str) -> Observation:
    observation = level(Replay([folder], sessions(), instant(at)), "nikkei")
    assert observation is not None
    return observation
