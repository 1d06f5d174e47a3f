"""Which day is reported, which markets count on it, and what is said of it first?"""

import datetime as dt
from collections.abc import Mapping

import pytest

from bot.adapters.files.packaged import sessions
from bot.domain.calendars.calendar import ExchangeState
from bot.domain.highlights.highlight import Highlight, Run
from bot.domain.highlights.highlights import highlights
from bot.domain.history.bars import Bar, History
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS, of_region
from bot.domain.markets.market import Region
from bot.domain.quotes import Quote
from bot.domain.records.facts import ClosingRecord, Level, RecordFacts, SessionRecord, Trend
from bot.domain.records.history_index import HistoryIndex, LiveBar
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.answer import ContextItem, SummaryAnswer, SummaryMarket
from bot.domain.summary.summary import CONTEXT, summary
from bot.domain.summary.trading_day import trading_day
from bot.views.en import summary as english_summary
from bot.views.page import TERMINAL, Page

UTC = dt.UTC
MONDAY = dt.date(2025, 9, 15)
TUESDAY = dt.date(2025, 9, 16)
AFTER = dt.datetime(2025, 9, 16, 12, tzinfo=UTC)


def snapshot(
    key: str,
    move: float | None,
    day: dt.date = TUESDAY,
    instant: dt.datetime = AFTER,
    *,
    level: float = 1000.0,
    trend: Trend | None = None,
    record: RecordFacts | None = None,
    history: History | None = None,
    highlights: tuple[Highlight, ...] = (),
) -> MarketSnapshot:
    market = MARKETS[key]
    calendar = sessions()[market.mic]
    quote = Quote(
        market=key, name=market.name, symbol=market.symbol, region=market.region, state=calendar.state(instant)
    )
    if move is not None:
        quote = quote.model_copy(update={"session_date": day, "level": level, "change_pct": move, "time": instant})
    return MarketSnapshot(market, calendar, quote, record, trend or Trend(volatility_pct=1.0), history, highlights)


def summarised(
    moves: Mapping[str, float | None],
    instant: dt.datetime = AFTER,
    region: Region = Region.ASIA,
    day: dt.date = TUESDAY,
    context: tuple[ContextItem, ...] = (),
) -> SummaryAnswer:
    snapshots = [snapshot(market.key, moves.get(market.key), day, instant) for market in of_region(region)]
    return summary(region, snapshots, context, instant, "replay")


def page(answer: SummaryAnswer) -> Page:
    return english_summary.page(answer, TERMINAL)


def market(answer: SummaryAnswer, key: str) -> SummaryMarket:
    return next(market for market in answer.markets if market.market == key)


@pytest.mark.parametrize(
    ("region", "instant", "day", "phase", "trades"),
    [
        (Region.ASIA, "2025-09-16T05:10", "2025-09-16", "during", True),
        (Region.ASIA, "2025-09-16T12:00", "2025-09-16", "after", True),
        (Region.ASIA, "2025-09-16T16:00", "2025-09-16", "before", True),  # past midnight in Tokyo
        (Region.ASIA, "2025-09-16T22:30", "2025-09-17", "during", True),  # Wellington has opened
        (Region.ASIA, "2025-09-20T05:00", "2025-09-20", "after", False),  # a Saturday
        (Region.ASIA, "2025-09-21T20:00", "2025-09-19", "before", True),  # Monday morning in Tokyo
        (Region.EUROPE, "2025-09-16T05:00", "2025-09-15", "before", True),
        (Region.EUROPE, "2025-12-25T12:00", "2025-12-25", "after", False),
        (Region.AMERICAS, "2025-09-16T14:00", "2025-09-16", "during", True),
        (Region.AMERICAS, "2025-09-17T03:00", "2025-09-16", "after", True),  # still Tuesday evening in New York
        (Region.WORLD, "2025-09-16T22:30", "2025-09-16", "after", True),  # Wellington's Wednesday waits for UTC's
        (Region.WORLD, "2025-09-17T00:30", "2025-09-17", "during", True),
        (Region.WORLD, "2025-09-20T12:00", "2025-09-20", "after", False),
    ],
)
def test_the_day_that_is_reported(region: Region, instant: str, day: str, phase: str, trades: bool) -> None:
    calendars = (sessions()[market.mic] for market in of_region(region))
    reported = trading_day(region, calendars, dt.datetime.fromisoformat(instant).replace(tzinfo=UTC))
    assert (reported.day.isoformat(), reported.phase, reported.trades) == (day, phase, trades)


def test_only_quotes_of_the_day_count() -> None:
    instant = dt.datetime(2025, 9, 16, 5, 10, tzinfo=UTC)
    snapshots = [
        snapshot("nikkei", 0.6, instant=instant),
        snapshot("taiex", -1.0, dt.date(2025, 9, 15), instant),
        snapshot("klci", 0.5, dt.date(2025, 9, 15), instant),
        snapshot("sensex", None, instant=instant),
    ]
    answer = summary(Region.ASIA, snapshots, (), instant, "replay")
    assert [market.market for market in answer.markets if market.counted] == ["nikkei"]
    missing = {market.market: market.missing for market in answer.markets}
    reasons = {key: reason and (reason.reason, reason.name) for key, reason in missing.items()}
    assert reasons == {
        "nikkei": None,
        "taiex": ("no_trade", None),
        "klci": ("holiday", "Malaysia Day"),
        "sensex": ("no_data", None),
    }
    assert (answer.advancers, answer.decliners, answer.unchanged) == (1, 0, 0)


def test_who_has_not_opened_yet_is_said_so() -> None:
    instant = dt.datetime(2025, 9, 16, 0, 30, tzinfo=UTC)
    snapshots = [snapshot("nikkei", 0.6, instant=instant), snapshot("nifty", 0.1, dt.date(2025, 9, 15), instant)]
    answer = summary(Region.ASIA, snapshots, (), instant, "replay")
    missing = market(answer, "nifty").missing
    assert missing is not None
    assert missing.reason == "not_yet_open"


def test_a_level_whose_change_is_not_known_does_not_count() -> None:
    known = snapshot("nikkei", 0.6)
    unknown = MarketSnapshot(known.market, known.calendar, known.quote.model_copy(update={"change_pct": None}))
    answer = summary(Region.ASIA, [unknown, snapshot("kospi", 1.0)], (), AFTER, "replay")
    assert not market(answer, "nikkei").counted
    assert answer.advancers == 1


@pytest.mark.parametrize(
    ("move", "sides"), [(0.04, (0, 0, 1)), (0.05, (1, 0, 0)), (-0.04, (0, 0, 1)), (-0.05, (0, 1, 0))]
)
def test_what_rounds_to_nothing_is_unchanged(move: float, sides: tuple[int, int, int]) -> None:
    answer = summarised({"nikkei": move})
    assert (answer.advancers, answer.decliners, answer.unchanged) == sides
    assert answer.flat == ("nikkei",)


def test_leaders_and_laggards_are_the_largest_first() -> None:
    answer = summarised({"nikkei": 0.5, "kospi": 1.5, "taiex": 0.9, "hang-seng": 2.0, "shanghai": -0.2, "csi300": -0.4})
    assert answer.leaders == ("hang-seng", "kospi", "taiex")
    assert answer.laggards == ("csi300", "shanghai")
    assert answer.bucking == ("shanghai", "csi300")


def test_a_mixed_day_has_nobody_against_it() -> None:
    answer = summarised({"nikkei": 0.5, "kospi": -0.6, "hang-seng": -0.4, "shanghai": 0.3})
    assert answer.tone == "mixed"
    assert answer.bucking == ()


def test_while_nothing_is_known_of_a_day_the_one_before_is_reported() -> None:
    moves = {"nikkei": 0.5, "kospi": 1.5}
    running = summarised(moves, dt.datetime(2025, 9, 17, 1, 0, tzinfo=UTC))
    assert (running.day, running.phase, running.advancers) == (TUESDAY, "before", 2)
    assert page(running).title == "Seoul climbed 1.5 % and Tokyo added 0.5 % on Tuesday"
    assert page(running).paragraphs == (
        (
            "Hong Kong and Shanghai open at 09:30 and Jakarta at 09:00, local time. No trade of Wednesday has been "
            "seen yet: this is Tuesday's session."
        ),
        "On Tuesday, the KOSPI climbed 1.5 %. Tokyo added 0.5 %.",
    )
    assert page(running).small[0].startswith("closes of Tue Sep 16, as of Wed Sep 17, 10:00 in Tokyo")
    over = summarised(moves, dt.datetime(2025, 9, 17, 12, 0, tzinfo=UTC))
    assert (over.day, over.tone, over.score) == (dt.date(2025, 9, 17), "mixed", 0)
    assert page(over).title == "No figures yet for Asia"


def test_the_worlds_day_begins_with_what_new_york_did_overnight() -> None:
    instant = dt.datetime(2025, 9, 16, 0, 40, tzinfo=UTC)
    new_york = abroad("sp500", 0.5, dt.date(2025, 9, 15), record="record_close")
    answer = summarised({"nikkei": 0.4, "kospi": 0.7}, instant, Region.WORLD, context=(new_york,))
    assert page(answer).title == "Seoul rises 0.7 % in the first figures from world markets"
    assert page(answer).paragraphs[-1] == "Overnight the S&P 500 (+0.5 %) closed at a record."


def test_a_day_without_trading_says_why_and_gives_the_week() -> None:
    friday, instant = dt.date(2025, 9, 19), dt.datetime(2025, 9, 20, 12, tzinfo=UTC)
    weeks = {"nikkei": 1.8, "kospi": 1.5, "hang-seng": -0.6}
    snapshots = [snapshot(key, 0.1, friday, instant, trend=Trend(week_pct=week)) for key, week in weeks.items()]
    answer = summary(Region.ASIA, snapshots, (), instant, "replay")
    assert (answer.tone, answer.day, answer.score) == ("closed", dt.date(2025, 9, 20), 0)
    assert page(answer).title == "Asia is closed for the weekend after a week of gains"
    assert page(answer).paragraphs == (
        (
            "Over the week, two of three indexes rose, the Nikkei most, by 1.8 %, while the Hang Seng fell 0.6 %. "
            "The last session was that of Friday, Sep 19."
        ),
    )


def test_a_holiday_of_the_whole_region_is_named() -> None:
    answer = summarised({}, dt.datetime(2025, 12, 25, 12, tzinfo=UTC), Region.EUROPE)
    assert answer.tone == "closed"
    assert page(answer).title == "Europe is closed for Christmas Day"
    assert set(answer.closed) == {market.key for market in of_region(Region.EUROPE)}


def test_a_rout_begins_with_its_size() -> None:
    answer = summarised(
        {"nikkei": -12.4, "topix": -12.2, "kospi": -8.8, "taiex": -8.4, "hang-seng": -1.5, "sensex": -2.7}
    )
    assert answer.tone == "selloff"
    assert [claim.kind for claim in answer.claims[:3]] == ["headline", "breadth", "move"]
    assert page(answer).title == "Tokyo plunges 12.4 % as all of Asia sells off"
    assert page(answer).paragraphs[0].startswith("All six indexes fell. The Nikkei plunged 12.4 %; the KOSPI tu")


def test_a_quiet_day_is_reported_as_quiet() -> None:
    moves = {"nikkei": 0.1, "kospi": -0.2, "taiex": 0.2, "hang-seng": 0.0, "shanghai": 0.1, "sti": 0.1, "nifty": 0.2}
    answer = summarised(moves)
    assert page(answer).title == "Asia barely moves"
    assert "No index moved by more than" in page(answer).paragraphs[0]


def test_a_record_comes_before_what_is_rare_before_a_market_against_the_region() -> None:
    peak = RecordFacts(
        closing=ClosingRecord(
            is_record=True,
            level=1000.0,
            date=TUESDAY,
            previous=Level(level=990.0, date=dt.date(2025, 9, 12)),
            complete=True,
            in_a_row=1,
        ),
        intraday=SessionRecord(),
        verdict="record_close",
    )
    run = Run(per_decade=2.5, way="up", sessions=11, total_pct=9.0, rounded_pct=9.0)
    snapshots = [
        snapshot("nikkei", 0.6, record=peak),
        snapshot("kospi", 1.2, trend=Trend(volatility_pct=1.0, streak=11), highlights=(run,)),
        snapshot("hang-seng", 0.4),
        snapshot("shanghai", -0.5),
    ]
    answer = summary(Region.ASIA, snapshots, (), AFTER, "replay")
    assert [claim.kind for claim in answer.claims] == ["headline", "records", "move", "against", "others"]
    assert page(answer).paragraphs == (
        (
            "The Nikkei added 0.6 % to a record close of 1,000.00, past Friday's 990.00. The KOSPI rose 1.2 %, its "
            "11th rise in a row. The Shanghai Composite slipped 0.5 %, alone against the region. "
            "Hong Kong gained 0.4 %."
        ),
    )


def test_a_run_that_ends_and_a_hole_that_hides_it() -> None:
    calendar = sessions()["XSHG"]
    days = [calendar.previous(TUESDAY).day]
    while len(days) < 10:
        days.append(calendar.previous(days[-1]).day)
    # A fall comes before them: else nobody could say how many there were.
    rising = [
        Bar(day, 100_000 + 100 * position if position else 100_500) for position, day in enumerate(reversed(days))
    ]
    whole = History.of("csi300", rising)
    holed = History.of("csi300", [*rising[:-2], rising[-1]])

    def text(history: History) -> str:
        index = HistoryIndex(MARKETS["csi300"], calendar, history, ())
        level = round((history[-1].close or 0) * 0.99)
        found = highlights(index, LiveBar(TUESDAY, level, over=True), Trend())
        fallen = snapshot("csi300", -1.0, history=history, highlights=found)
        return page(summary(Region.ASIA, [fallen], (), AFTER, "replay")).paragraphs[0]

    assert "ending a run of eight gains" in text(whole)
    assert "ending" not in text(holed)


def abroad(
    key: str, move: float, day: dt.date, state: ExchangeState = ExchangeState.CLOSED, **more: object
) -> ContextItem:
    item = ContextItem(market=key, state=state, level=100.0, change_pct=move, session_date=day)
    return item.model_copy(update=more)


MOVES = {"nikkei": 0.9, "kospi": 1.2, "hang-seng": 0.8, "taiex": 0.7}


@pytest.mark.parametrize(
    ("instant", "item", "words"),
    [
        ("2025-09-16T05:10", abroad("sp500", 0.5, dt.date(2025, 9, 15)), "Overnight the S&P 500 added 0.5 %."),
        ("2025-09-16T12:00", abroad("sp500", 0.5, dt.date(2025, 9, 15)), "On Monday the S&P 500 added 0.5 %."),
        (
            "2025-09-16T14:00",
            abroad("sp500", -0.3, TUESDAY, ExchangeState.OPEN, running=True),
            "In New York, still trading, the S&P 500 is down 0.3 %.",
        ),
        # open, but the figures are the last session's
        (
            "2025-09-16T14:00",
            abroad("sp500", -0.3, MONDAY, ExchangeState.OPEN),
            "On Monday the S&P 500 edged down 0.3 %.",
        ),
        ("2025-09-16T21:00", abroad("sp500", 0.5, TUESDAY), "Overnight the S&P 500 added 0.5 %."),
    ],
)
def test_when_it_happened_elsewhere(instant: str, item: ContextItem, words: str) -> None:
    answer = summarised(MOVES, dt.datetime.fromisoformat(instant).replace(tzinfo=UTC), context=(item,))
    assert words in page(answer).paragraphs[-1 if answer.phase != "before" else 0]


def test_old_news_of_elsewhere_is_left_out() -> None:
    answer = summarised(MOVES, context=(abroad("sp500", 0.5, dt.date(2025, 9, 10)),))
    assert not any(claim.kind == "elsewhere" for claim in answer.claims)


def test_futures_currencies_and_the_yield() -> None:
    instant = dt.datetime(2025, 9, 16, 5, 10, tzinfo=UTC)
    still = (abroad("es-future", 0.1, TUESDAY), abroad("nq-future", -0.1, TUESDAY))
    assert page(summarised(MOVES, instant, context=still)).paragraphs[-1] == "U.S. index futures are little changed."
    higher = (abroad("es-future", 0.4, TUESDAY), abroad("nq-future", 0.5, TUESDAY))
    assert page(summarised(MOVES, instant, context=higher)).paragraphs[-1] == (
        "U.S. index futures are higher: S&P 500 +0.4 % and Nasdaq 100 +0.5 %."
    )
    loud = (
        abroad("usd-jpy", -1.1, TUESDAY, level=146.2),
        abroad("us-10y", 2.2, TUESDAY, level=4.12, change=0.09),
    )
    assert page(summarised(MOVES, instant, context=loud)).paragraphs[-1] == (
        "The dollar fell 1.1 % to 146.20 yen and the 10-year Treasury yield rose 9 basis points to 4.12 %."
    )


def test_every_key_of_the_context_is_known() -> None:
    for region, keys in CONTEXT.items():
        for key in keys:
            assert key in INSTRUMENTS or MARKETS[key].region is not region
            assert key in INSTRUMENTS or region is not Region.WORLD or key in ("sp500", "nasdaq", "dow")


def test_what_is_not_known_of_elsewhere_is_not_missed() -> None:
    answer = summarised(MOVES)
    assert answer.context == ()
    assert len(page(answer).paragraphs) == 1
