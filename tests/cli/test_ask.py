"""The command line as outside scripts and newcomers use it, each question a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT


def ask(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "ask", *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=300
    )


def answer(*words: str) -> dict[str, Any]:
    done = ask(*words, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return dict(json.loads(done.stdout))


@pytest.fixture
def history(shared: Path) -> tuple[str, ...]:
    return ("--replay", str(shared / "data" / "history"))


@pytest.fixture
def seed(shared: Path, history: tuple[str, ...]) -> tuple[str, ...]:
    return (*history, "--replay", str(shared / "data" / "seed"), "--at", "2025-09-16T05:10Z")


def test_the_close_of_a_day_after_a_holiday(history: tuple[str, ...]) -> None:
    reply = answer("/index nikkei", *history, "--at", "2025-09-16T16:30+09:00")
    quote = reply["quote"]
    assert reply["kind"] == "index"
    assert reply["source"] == "replay"
    assert reply["as_of"] == "2025-09-16T07:30:00Z"
    assert (quote["level"], quote["previous_close"], quote["change"]) == (44902.27, 44768.12, 134.15)
    assert quote["change_pct"] == 0.30
    assert quote["session_date"] == "2025-09-16"
    assert quote["state"] == "closed"
    assert quote["time"] == "2025-09-16T06:30:00Z"
    assert quote["stale"] is False


def test_a_holiday_is_called_one(history: tuple[str, ...]) -> None:
    reply = answer("/index nikkei", *history, "--at", "2025-09-15T12:00+09:00")
    assert reply["quote"]["state"] == "holiday"
    assert reply["quote"]["session_date"] == "2025-09-12"
    assert reply["quote"]["change_pct"] == 0.89
    assert (
        "closed for Respect for the Aged Day" in ask("/index nikkei", *history, "--at", "2025-09-15T12:00+09:00").stdout
    )


def test_a_moment_in_mid_session(seed: tuple[str, ...]) -> None:
    reply = answer("/index nikkei", *seed)
    quote = reply["quote"]
    assert (quote["level"], quote["state"], quote["session_date"]) == (45055.38, "open", "2025-09-16")
    assert quote["change_pct"] == 0.64
    assert reply["record"]["verdict"] == "record_high"


def test_after_the_close_the_moment_gives_way_to_the_days_bar(shared: Path, history: tuple[str, ...]) -> None:
    reply = answer("/index nikkei", *history, "--replay", str(shared / "data" / "seed"), "--at", "2025-09-16T06:30:00Z")
    assert reply["quote"]["level"] == 44902.27


def test_without_an_instant_it_is_just_after_the_last_close_in_the_data(history: tuple[str, ...]) -> None:
    reply = answer("/index dow", *history)
    assert reply["quote"]["session_date"] == "2025-12-31"
    assert reply["quote"]["state"] == "closed"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["/index nikei", "--sample"], 1, "Did you mean Nikkei 225?"),
        (["/weather", "--sample"], 2, "I don't know the command"),
        (["/index", "--sample"], 2, "Which market?"),
        (["/index nikkei", "--replay", "nowhere"], 2, "no folder nowhere"),
        (["/index nikkei", "--replay", "bot", "--at", "2025-09-16T16:30"], 2, "has no offset"),
        (["/index nikkei", "--replay", "bot", "--at", "yesterday"], 2, "no instant"),
        (["/index nikkei", "--sample", "--replay", "bot"], 2, "choose one"),
        (["/index nikkei", "--sample", "--at", "2025-09-16T16:30Z"], 2, "goes with --replay"),
    ],
)
def test_what_cannot_be_answered_is_said_on_standard_error(words: list[str], status: int, said: str) -> None:
    done = ask(*words)
    assert done.returncode == status
    assert said in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_with_json_an_error_is_an_object(history: tuple[str, ...]) -> None:
    done = ask("/index nikei", "--sample", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"kind": "error", "message": "I don't know “nikei”. Did you mean Nikkei 225?"}
    unborn = ask("/index nikkei", *history, "--at", "1950-01-02T00:00Z", "--json")
    assert unborn.returncode == 1
    assert json.loads(unborn.stdout)["message"] == "No level of Nikkei 225 is known at this moment."


def test_a_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "nikkei.csv").write_text("date,open,high,low,close\n2025-01-06,1,2,1,2\nnonsense,1,2,3,4\n")
    done = ask("/index nikkei", "--replay", str(tmp_path))
    assert done.returncode == 2
    assert "Line 3 of" in done.stderr


def test_piped_output_is_plain() -> None:
    assert "\x1b" not in ask("/index nikkei", "--sample").stdout


def test_every_question_is_answered_from_the_sample() -> None:
    for line in ("/index nikkei", "/record kospi", "/record", "/asia summary", "/europe status", "/help", "/about"):
        done = ask(line, "--sample")
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


@pytest.mark.parametrize("line", ["/index nikkei", "/help"])
def test_the_sample_needs_no_heavy_library(line: str) -> None:
    program = (
        f"import sys, runpy; sys.argv = ['bot', 'ask', '{line}', '--sample']\n"
        "try: runpy.run_module('bot', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} &"
        " {'discord', 'pandas', 'numpy', 'yfinance', 'matplotlib', 'sqlalchemy', 'aiohttp'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")
