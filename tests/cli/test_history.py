"""The commands about histories and the database, from the settings to what is printed, over a loopback Yahoo."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.database import database
from bot.cli.history import history
from bot.domain.markets.catalogue import MARKETS
from tests.loopback.yahoo import LoopbackYahoo


@pytest.fixture
def yahoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackYahoo]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'new' / 'bell.sqlite3'}")
    with LoopbackYahoo() as yahoo:
        monkeypatch.setenv("YAHOO_URL", yahoo.url)
        yield yahoo


def _ask(*words: str) -> Result:
    group, *rest = words
    return CliRunner().invoke({"history": history, "database": database}[group], rest, catch_exceptions=False)


def test_all_markets_are_read_once_and_told_a_line_each(yahoo: LoopbackYahoo) -> None:
    first = _ask("history", "update")
    assert first.exit_code == 0, first.output
    lines = first.stdout.splitlines()
    assert len(lines) == len(MARKETS)
    assert "loaded" in lines[0]
    assert any("TOPIX: skipped" in line and "ETF" in line for line in lines)
    asked = yahoo.counts["chart"]
    again = _ask("history", "update", "Nikkei 225", "dax")
    assert "up to date" in again.stdout
    assert yahoo.counts["chart"] == asked


def test_what_is_kept_is_shown(yahoo: LoopbackYahoo) -> None:
    _ask("history", "update", "nikkei")
    shown = _ask("history", "show", "nikkei").stdout
    for words in ("Nikkei 225", "sessions", "corrections of final bars: 0", "left out by cleaning", "holes"):
        assert words in shown
    assert "2,884.80 on 1989-12-18" in _ask("history", "show", "topix").stdout


def test_bars_are_exported_as_they_stand(yahoo: LoopbackYahoo) -> None:
    _ask("history", "update", "nikkei")
    header, first, *_ = _ask("history", "export", "nikkei", "--csv").stdout.splitlines()
    assert header == "date,open,high,low,close"
    day, *prices = first.split(",")
    assert len(day) == 10
    assert [len(price.split(".")[1]) for price in prices] == [2] * 4


def test_without_a_history_export_says_what_to_do(yahoo: LoopbackYahoo) -> None:
    result = _ask("history", "export", "nikkei", "--csv")
    assert result.exit_code == 1
    assert "run “history update” first" in result.stderr
    assert result.stdout == ""


def test_an_unknown_market_is_one_sentence(yahoo: LoopbackYahoo) -> None:
    result = _ask("history", "show", "atlantis")
    assert result.exit_code == 1
    assert "I don't know “atlantis”" in result.stderr


def test_a_source_that_refuses_is_said_once_a_market_and_fails(yahoo: LoopbackYahoo) -> None:
    yahoo.fault = "429"
    result = _ask("history", "update", "nikkei", "dax", "kospi")
    assert result.exit_code == 1
    assert result.stdout.count("failed") == 3


def test_a_damaged_database_is_one_sentence_and_nothing_is_asked(yahoo: LoopbackYahoo, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "bell.sqlite3").write_bytes(b"garbage" * 1000)
    result = _ask("history", "update")
    assert result.exit_code == 1
    assert "damaged" in result.stderr
    assert yahoo.requests == []


def test_the_database_is_copied_and_no_file_is_overwritten(yahoo: LoopbackYahoo, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.sqlite3")
    assert "nothing to copy" in _ask("database", "backup", copy).stderr
    _ask("history", "update", "nikkei")
    assert _ask("database", "backup", copy).exit_code == 0
    again = _ask("database", "backup", copy)
    assert (again.exit_code, "not overwritten" in again.stderr) == (1, True)
