import asyncio
import csv
import json
from importlib.resources import files
from pathlib import Path

import pytest

from bot import app
from bot.adapters.files.packaged import sessions
from bot.adapters.files.sample import FIRST, MOMENT, Sample
from bot.build import sample_day
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS
from bot.domain.markets.market import Region


def test_the_embedded_sample_is_what_the_script_makes() -> None:
    embedded = json.loads(files("bot").joinpath("data", "sample.json").read_bytes())
    assert json.loads(sample_day.build(sessions())) == embedded


def test_what_the_tables_do_not_name_is_made_up_from_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_day, "_PATHS", {})
    monkeypatch.setattr(sample_day, "_CONTEXT", {})
    made_up = sample_day.build(sessions())
    assert made_up == sample_day.build(sessions())
    monkeypatch.setattr(Path, "read_bytes", lambda _: made_up.encode())
    source = Sample(sessions())
    levels = set()
    for key, market in MARKETS.items():
        history = source.history(key)
        assert history is not None
        levels.add(history[-1].close)
        highest = max(bar.high or 0 for bar in history)
        assert all(highest < known.level for known in market.known_levels if known.date <= MOMENT.date()), key
    assert len(levels) == len(MARKETS)
    observations = asyncio.run(source.observe(INSTRUMENTS))
    for key, instrument in INSTRUMENTS.items():
        assert instrument.lowest < instrument.points(observations[key].level) < instrument.highest
        assert (
            0 < abs(observations[key].level - (observations[key].previous_close or 0)) < 0.01 * observations[key].level
        )


def test_what_the_sample_was_not_built_with_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    data = json.loads(files("bot").joinpath("data", "sample.json").read_bytes())
    del data["markets"]["dax"], data["context"]["gold"]
    monkeypatch.setattr(Path, "read_bytes", lambda _: json.dumps(data).encode())
    source = Sample(sessions())
    assert source.history("dax") is None
    assert set(asyncio.run(source.observe(["dax", "gold", "nikkei"]))) == {"nikkei"}


def test_every_market_and_instrument_has_a_level_and_two_years_behind_it() -> None:
    source = Sample(sessions())
    observations = asyncio.run(source.observe([*MARKETS, *INSTRUMENTS]))
    assert set(observations) == {*MARKETS, *INSTRUMENTS}
    for key, market in MARKETS.items():
        history = source.history(key)
        assert history is not None
        assert len(history) > 450
        calendar = sessions()[market.mic]
        assert len(history) == calendar.count(FIRST, history[-1].day)
        for bar in history:
            assert bar.high is not None
            assert bar.low is not None
            assert bar.close is not None
            assert bar.low <= bar.close <= bar.high


def test_the_sample_tells_the_story_of_the_wrap(shared: Path) -> None:
    ask = app.sample()
    summary = asyncio.run(ask.summary(Region.ASIA))
    markets = {line.market: line for line in summary.markets}
    with (shared / "data" / "seed" / "facts.csv").open(encoding="utf-8") as file:
        facts = list(csv.DictReader(file))
    checked = 0
    for fact in facts:
        if fact["where"] == "quote":
            assert markets[fact["subject"]].quote.change_pct == pytest.approx(float(fact["value"]), abs=0.011), fact
        elif fact["where"] == "list":
            assert fact["subject"] in getattr(summary, fact["field"]), fact
        elif fact["where"] == "asia":
            assert summary.tone in fact["value"].split("|")
        elif fact["where"] == "context":
            assert {line.market: line.record for line in summary.context}[fact["subject"]] == fact["value"]
        elif fact["where"] == "trend":
            last_week = markets[fact["subject"]].last_week_pct
            assert last_week == pytest.approx(float(fact["value"]), abs=0.02), fact
        elif fact["where"] == "record":
            assert markets[fact["subject"]].record == fact["value"], fact
        else:
            continue  # `recent_high` and what was years ago: two years of made-up history know nothing of it
        checked += 1
    assert checked >= 14


def test_two_years_of_history_make_no_false_record() -> None:
    board = asyncio.run(app.sample().records())
    source = Sample(sessions())
    for line in board.markets:
        if not source.known_levels(line.market):
            assert line.closing.is_record in (False, None), line.market
            assert line.intraday.is_record in (False, None), line.market
            assert not line.verdict.startswith("record"), line.market
    assert {line.market for line in board.markets if line.verdict.startswith("record")} == {
        "nikkei", "topix", "kospi", "sp500", "nasdaq"
    }  # fmt: skip


def test_every_answer_says_that_these_are_no_quotes() -> None:
    ask = app.sample()
    for line in ("/index dax", "/record nikkei", "/record", "/asia summary", "/world summary"):
        answer = asyncio.run(ask.ask(line))
        assert "sample" in [note.kind for note in answer.notes]
