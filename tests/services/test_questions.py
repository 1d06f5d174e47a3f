import datetime as dt
from collections.abc import Collection, Mapping

import pytest

from bot import app
from bot.adapters.files.packaged import sessions
from bot.adapters.files.sample import Sample
from bot.domain.answers import RecordsAnswer
from bot.domain.errors import BadQuestion, NoQuotes, UnknownMarket
from bot.domain.markets.catalogue import of_region
from bot.domain.markets.market import Region
from bot.domain.model import NoteKind, Source
from bot.domain.quotes import Observation
from bot.domain.summary.answer import SummaryAnswer
from bot.domain.summary.summary import summary as region_summary
from bot.services.questions import Questions
from tests.sentences import sentence_of


class Nobody:
    """A source that knows only the observations it was given."""

    source: Source = "yahoo"

    def __init__(self, observations: Mapping[str, Observation] | None = None) -> None:
        self.observations = observations or {}
        self.failing = False

    async def observe(self, keys: Collection[str]) -> Mapping[str, Observation]:
        return {key: self.observations[key] for key in keys if key in self.observations}


class Blank:
    """Histories without any data."""

    def history(self, key: str) -> None:
        return None

    def known_levels(self, key: str) -> tuple[()]:
        return ()


NOW = dt.datetime(2025, 9, 16, 5, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("/index nikkei", "index"),
        ("index Nikkei 225", "index"),
        ("/INDEX market:日経225", "index"),
        ("/index market: hang seng", "index"),
        ("/record kospi", "record"),
        ("/record", "records"),
        ("/asia summary", "summary"),
        ("/world status", "status"),
        ("/help", "help"),
        ("/about", "about"),
    ],
)
async def test_a_command_is_answered_as_it_is_typed(line: str, kind: str) -> None:
    assert (await app.sample().ask(line)).kind == kind


@pytest.mark.parametrize("line", ["", "/", "/index", "/asia", "/asia weather", "/buy nikkei", '"/index'])
async def test_what_is_no_command_gets_one_sentence(line: str) -> None:
    with pytest.raises(BadQuestion) as error:
        await app.sample().ask(line)
    assert sentence_of(error.value).endswith(".")


async def test_an_unknown_market_is_no_reason_to_ask_a_source() -> None:
    with pytest.raises(UnknownMarket):
        await Questions(Nobody(), Blank(), sessions(), lambda: NOW).index("^FOO")


async def test_a_market_without_a_level_is_said_and_status_needs_none() -> None:
    ask = Questions(Nobody(), Blank(), sessions(), lambda: NOW)
    for question in (ask.index("dax"), ask.record("dax"), ask.records(), ask.summary(Region.ASIA)):
        with pytest.raises(NoQuotes):
            await question
    assert len((await ask.status(Region.ASIA)).markets) == len(of_region(Region.ASIA))


async def test_the_board_has_records_first_and_then_the_nearest() -> None:
    board = (await app.sample().records()).markets
    assert sorted(entry.market for entry in board) == sorted(market.key for market in of_region(Region.WORLD))
    ranks = [{"record_close": 0, "record_high": 1}.get(entry.verdict, 2) for entry in board]
    assert ranks == sorted(ranks)
    rest = [entry.distance_pct for entry in board if entry.verdict not in ("record_close", "record_high")]
    known = [distance for distance in rest if distance is not None]
    assert known == sorted(known, reverse=True)
    assert rest[: len(known)] == known  # markets without a known distance come last


async def test_one_markets_failure_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    nikkei = Observation("nikkei", 4505538, NOW, NOW, 4476812, delay_minutes=15)
    ask = Questions(Nobody({"nikkei": nikkei}), Blank(), sessions(), lambda: NOW)
    answer = await ask.summary(Region.ASIA)
    assert [market.market for market in answer.markets if market.counted] == ["nikkei"]
    assert all(market.missing is not None for market in answer.markets if not market.counted)


async def test_a_summary_and_a_board_are_worked_out_once_for_all_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Sample(sessions())
    now = [NOW]
    ask = Questions(source, source, sessions(), lambda: now[0])
    made: list[str] = []
    real = region_summary

    def counted(*args: object, **fields: object) -> SummaryAnswer:
        made.append("summary")
        return real(*args, **fields)  # type: ignore[arg-type]

    monkeypatch.setattr("bot.services.summaries.summary", counted)
    first = await ask.summary(Region.ASIA)
    now[0] += dt.timedelta(seconds=30)
    second = await ask.summary(Region.ASIA)
    assert made == ["summary"]
    assert second.as_of == NOW + dt.timedelta(seconds=30)
    assert second.model_copy(update={"as_of": NOW}) == first
    now[0] += dt.timedelta(minutes=25)  # Taipei closes, so its phase changes
    await ask.summary(Region.ASIA)
    assert made == ["summary", "summary"]
    board: RecordsAnswer = await ask.records()
    assert (await ask.records()).markets is board.markets


async def test_a_source_that_does_not_answer_is_said_above_old_figures() -> None:
    nikkei = Observation("nikkei", 4505538, NOW - dt.timedelta(hours=3), NOW, 4476812, delay_minutes=15)
    source = Nobody({"nikkei": nikkei})
    source.failing = True
    answer = await Questions(source, Blank(), sessions(), lambda: NOW).index("nikkei")
    assert [note.kind for note in answer.notes] == [NoteKind.SOURCE_DOWN, NoteKind.NO_HISTORY]
    assert answer.notes[0].time == nikkei.time


async def test_an_outage_is_said_above_a_close_that_is_still_the_last_one_too() -> None:
    night = dt.datetime(2025, 9, 16, 12, tzinfo=dt.UTC)
    close = dt.datetime(2025, 9, 16, 6, 30, tzinfo=dt.UTC)
    source = Nobody({"nikkei": Observation("nikkei", 4490227, close, close + dt.timedelta(hours=1), 4476812)})
    source.failing = True
    answer = await Questions(source, Blank(), sessions(), lambda: night).index("nikkei")
    assert not answer.quote.stale
    assert (answer.notes[0].kind, answer.notes[0].time) == (NoteKind.SOURCE_DOWN, close + dt.timedelta(hours=1))


async def test_an_outage_is_not_put_down_to_an_exchange_that_does_not_trade() -> None:
    yesterday = NOW - dt.timedelta(days=1)
    source = Nobody({key: Observation(key, 4505538, yesterday, NOW, 4476812) for key in ("nikkei", "kospi")})
    source.failing = True
    ask = Questions(source, Blank(), sessions(), lambda: NOW)
    for answer in (await ask.index("nikkei"), await ask.summary(Region.ASIA), await ask.records()):
        kinds = [note.kind for note in answer.notes]
        assert kinds[0] is NoteKind.SOURCE_DOWN
        assert NoteKind.NO_TRADE not in kinds
    source.failing = False
    assert NoteKind.NO_TRADE in [note.kind for note in (await ask.index("nikkei")).notes]
