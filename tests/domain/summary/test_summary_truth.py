"""No false sentence: random regions and replayed days, each word read by a sceptic who sees the JSON alone."""

import asyncio
import datetime as dt
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adapters.files.packaged import sessions
from bot.adapters.files.replay import Replay
from bot.domain.calendars.calendar import Calendar
from bot.domain.history.bars import Bar, History
from bot.domain.markets.catalogue import INSTRUMENTS, MARKETS, of_region
from bot.domain.markets.market import Market, Region
from bot.domain.quotes import Quote
from bot.domain.records.facts import ClosingRecord, Level, RecentHigh, RecordFacts, SessionRecord, Trend, Verdict
from bot.domain.snapshot import MarketSnapshot
from bot.domain.summary.answer import ContextItem, SummaryAnswer
from bot.domain.summary.context import market_context
from bot.domain.summary.summary import CONTEXT, summary
from bot.domain.summary.trading_day import trading_day as reported_day
from bot.services.market_snapshots import MarketSnapshots
from bot.views.en import summary as english_summary
from bot.views.page import TERMINAL
from tests.domain.summary.sceptic.evidence import Untrue
from tests.domain.summary.sceptic.reading import check
from tests.replayed import instants, summarised

UTC = dt.UTC
MOVES = st.one_of(
    st.sampled_from([0.0, 0.04, 0.05, -0.05, 0.09, -0.09, 0.1, -0.1, 0.3, -0.3, 0.35, 0.65, -0.65, 1.3, -1.5, -7.01]),
    st.floats(-2.5, 2.5).map(lambda pct: round(pct, 2) + 0.0),
    st.floats(-40, 40).map(lambda pct: round(pct, 2) + 0.0),
)  # fmt: skip
PERCENT = st.none() | MOVES
RUN = st.none() | st.integers(-13, 13)


def days_before(day: dt.date, most: int = 6000) -> st.SearchStrategy[dt.date]:
    return st.integers(1, most).map(lambda ago: day - dt.timedelta(days=ago))


def levels(around: float, day: dt.date) -> st.SearchStrategy[Level]:
    near = st.sampled_from([0.9, 0.99, 1.01, 1.2]).map(lambda by: round(around * by, 2))
    return st.builds(Level, level=near, date=days_before(day))


@st.composite
def pasts(draw: st.DrawFn, market: Market, calendar: Calendar, day: dt.date) -> History | None:
    """Closes up to the day before, with holes and ties; ``None`` at times."""
    if draw(st.integers(0, 2)) == 0:
        return None
    bars, earlier, close = [], day, 10_000
    for _ in range(draw(st.integers(1, 25))):
        earlier = calendar.previous(earlier).day
        if draw(st.integers(0, 12)):
            bars.append(Bar(earlier, close))
        close = max(100, close + draw(st.sampled_from([-400, -90, -30, 0, 30, 90, 400])))
    return History.of(market.key, bars[::-1]) if bars else None


def streak(past: History | None, calendar: Calendar, day: dt.date, move: float | None) -> int | None:
    """The run that a day's move is the last of, as far back as its past tells."""
    if past is None or not move:
        return None
    side, run, after = (1 if move > 0 else -1), 1, day
    bars = list(past)
    for before, bar in zip(bars[-2::-1], bars[:0:-1], strict=True):
        if calendar.previous(after).day != bar.day or calendar.previous(bar.day).day != before.day:
            break
        assert bar.close is not None
        assert before.close is not None
        if side * (bar.close - before.close) <= 0:
            break
        run, after = run + 1, bar.day
    return side * run


@st.composite
def records(draw: st.DrawFn, quote: Quote, day: dt.date, *, over: bool) -> RecordFacts | None:
    """Facts of a record that agree with one another, whatever they say."""
    if quote.level is None or draw(st.integers(0, 3)) == 0:
        return None
    verdict: Verdict = draw(st.sampled_from(["record_close", "record_high", "below", "below", "unknown"]))
    if verdict == "record_close" and not over:
        verdict = "record_high"
    previous = draw(levels(quote.level, day).filter(lambda level: level.level != quote.level))
    lower = previous.model_copy(update={"level": round(quote.level * 0.98, 2)})
    if over:
        closing = ClosingRecord(
            is_record={"record_close": True, "unknown": None}.get(verdict, False),
            level=quote.level,
            date=day,
            previous=lower if verdict == "record_close" else previous,
            complete=verdict != "unknown",
            in_a_row=draw(st.integers(1, 9)) if verdict == "record_close" else 0,
            round_number=draw(st.sampled_from([None, 1000.0, 40_000.0])) if verdict == "record_close" else None,
        )
    else:
        before = draw(days_before(day, 5))
        stood = draw(st.booleans())
        closing = ClosingRecord(
            is_record=stood,
            level=lower.level,
            date=before,
            previous=draw(levels(lower.level, before)),
            complete=True,
            on_course=draw(st.booleans()) and (quote.change_pct or 0) > 0 and verdict != "below",
        )
    high = SessionRecord(
        is_record=verdict == "record_high", level=round(quote.level * 1.01, 2), date=day, previous=lower, complete=True
    )
    long_ago = st.none() | days_before(day)
    return RecordFacts(
        closing=closing,
        intraday=high,
        verdict=verdict,
        highest_since=draw(long_ago),
        lowest_since=draw(long_ago),
    )


@st.composite
def drawn_snapshot(draw: st.DrawFn, market: Market, day: dt.date, instant: dt.datetime) -> MarketSnapshot:
    """A market with a quote of the reported day, of an earlier day, or with none."""
    calendar = sessions()[market.mic]
    bare = Quote(
        market=market.key, name=market.name, symbol=market.symbol, region=market.region, state=calendar.state(instant)
    )
    session = calendar.session(day)
    kind = draw(st.sampled_from(["day", "day", "day", "day", "earlier", "none"]))
    if kind == "day" and (session is None or session.open > instant):
        kind = "earlier"
    if kind == "none":
        return MarketSnapshot(market, calendar, bare)
    own = day if kind == "day" else calendar.previous(day).day
    move = draw(MOVES) if draw(st.integers(0, 9)) else None
    level = (
        None if market.proxy and draw(st.booleans()) else draw(st.sampled_from([512.34, 3452.5, 40_000.0, 45_055.38]))
    )
    quote = bare.model_copy(update={"session_date": own, "level": level, "change_pct": move, "time": instant})
    of_day = calendar.session(own)
    over = of_day is None or of_day.close <= instant
    high = None
    if level is not None and draw(st.booleans()):
        date = draw(days_before(own, 25))
        since = st.none() | st.integers(1, 9000).map(lambda ago: date - dt.timedelta(days=ago))
        high = RecentHigh(
            level=round(level * draw(st.sampled_from([0.99, 1.0, 1.01, 1.1])), 2), date=date, highest_since=draw(since)
        )
    past = draw(pasts(market, calendar, own)) if move is not None else None
    trend = Trend(
        week_pct=draw(PERCENT),
        last_week_pct=draw(PERCENT),
        streak=draw(st.sampled_from([None, streak(past, calendar, own, move)])),
        volatility_pct=draw(st.none() | st.sampled_from([0.2, 0.8, 1.0, 2.5])),
        recent_high=high,
    )
    record = draw(records(quote, own, over=over))
    return MarketSnapshot(market, calendar, quote, record, trend if draw(st.integers(0, 5)) else None, past)


@st.composite
def context_items(draw: st.DrawFn, region: Region, day: dt.date, instant: dt.datetime) -> list[ContextItem]:
    """What is known outside the region: some of it, in any order."""
    context = []
    for key in draw(st.permutations(CONTEXT[region])):
        if draw(st.booleans()):
            continue
        move = draw(PERCENT)
        if key in MARKETS:
            state = sessions()[MARKETS[key].mic].state(instant)
            date = day + dt.timedelta(days=draw(st.sampled_from([-9, -3, -1, -1, 0, 0, 1])))
            verdict = draw(st.sampled_from(["record_close", "record_high", "below", "unknown", None]))
            context.append(
                ContextItem(
                    market=key,
                    state=state,
                    level=100.0,
                    change_pct=move,
                    session_date=date,
                    record=verdict,
                    streak=draw(RUN),
                )
            )
        else:
            level = (INSTRUMENTS[key].lowest + 1) * 2
            change = round(level * move / 100, 3) if move is not None else None
            context.append(ContextItem(market=key, level=level, change=change, change_pct=move, session_date=day))
    return context


@st.composite
def regions(draw: st.DrawFn) -> tuple[SummaryAnswer, dict[str, MarketSnapshot]]:
    region = draw(st.sampled_from(list(Region)))
    hours = draw(st.integers(0, 2 * 366 * 24))
    special = draw(st.sampled_from([None, None, None, "2024-12-25", "2025-01-01", "2025-01-29", "2024-02-10"]))
    instant = dt.datetime(2024, 1, 1, tzinfo=UTC) + dt.timedelta(hours=hours)
    if special:
        instant = dt.datetime.fromisoformat(special).replace(hour=instant.hour, tzinfo=UTC)
    markets = of_region(region)
    if draw(st.integers(0, 4)) == 0:
        markets = tuple(draw(st.lists(st.sampled_from(markets), min_size=1, max_size=3, unique=True)))
        markets = tuple(market for market in MARKETS.values() if market in markets)
    day = reported_day(region, (sessions()[market.mic] for market in markets), instant).day
    snapshots = {market.key: draw(drawn_snapshot(market, day, instant)) for market in markets}
    answer = summary(region, list(snapshots.values()), draw(context_items(region, day, instant)), instant, "replay")
    return answer, snapshots


def read(answer: SummaryAnswer, snapshots: dict[str, MarketSnapshot]) -> str:
    page = english_summary.page(answer, TERMINAL)
    text = "\n".join(page.paragraphs)
    check(answer.model_dump(mode="json"), snapshots, page.title, text)
    return text


@given(regions())
def test_of_a_random_region(case: tuple[SummaryAnswer, dict[str, MarketSnapshot]]) -> None:
    answer, snapshots = case
    read(answer, snapshots)
    assert sum(part.points for part in answer.score_parts) == answer.score
    assert -100 <= answer.score <= 100
    counted = {market.market for market in answer.markets if market.counted}
    assert answer.advancers + answer.decliners + answer.unchanged == len(counted)
    assert {*answer.flat, *answer.bucking, *answer.records, *answer.leaders, *answer.laggards} <= counted
    assert 1 <= len(answer.claims) <= 6
    assert SummaryAnswer.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.slow
@settings(
    max_examples=2000, derandomize=False, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow]
)
@given(regions())
def test_of_many_random_regions(case: tuple[SummaryAnswer, dict[str, MarketSnapshot]]) -> None:
    read(*case)


@pytest.mark.parametrize("region", list(Region))
def test_of_days_that_were(shared: Path, region: Region) -> None:
    for instant in instants(50):
        answer, snapshots = summarised(shared / "data" / "history", region, instant)
        try:
            read(answer, snapshots)
        except Untrue as error:
            raise AssertionError(f"{region} at {instant}: {error}") from error


def read_at_random(folder: Path, region: Region, count: int, seed: int) -> None:
    """Read the summaries of so many instants of thirty years, with quotes of running sessions laid in at random."""
    dice = random.Random(seed)
    first, last = dt.datetime(1996, 1, 5, tzinfo=UTC), dt.datetime(2025, 12, 31, tzinfo=UTC)
    for _ in range(count):
        instant = first + dice.random() * (last - first)
        answer, snapshots = summarised(folder, region, instant, dice)
        try:
            read(answer, snapshots)
        except Untrue as error:
            raise AssertionError(f"{region} at {instant}: {error}") from error


@pytest.mark.no_cover
@pytest.mark.parametrize("region", list(Region))
def test_of_random_instants_with_sessions_that_run(shared: Path, region: Region) -> None:
    read_at_random(shared / "data" / "history", region, 60, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("region", list(Region))
def test_of_two_thousand_random_instants(shared: Path, region: Region) -> None:
    read_at_random(shared / "data" / "history", region, 2000, seed=2)


FALSE = {
    "the KOSPI, up 1.3 %": "the KOSPI, up 1.4 %",
    "a record 45,055.38": "a record 45,055.39",
    "Friday's 44,888.02": "Thursday's 44,888.02",
    "gaining 4.1 % last week": "gaining 4.2 % last week",
    "an 11th gain": "a 12th gain",
    "the CSI 300 slipped": "the CSI 300 jumped",
    "Against the region, the CSI 300": "Against the region, the Nifty 50",
    "since March 2022": "since March 2021",
    "its Aug 25 close": "its Aug 26 close",
    "Sydney and Mumbai edged": "Sydney and Taipei edged",
    "Hong Kong and Singapore were": "Hong Kong and Shanghai were",
    "TOPIX, up 0.5 %": "the TAIEX, up 0.5 %",
    "its sixth gain": "its seventh gain",
    "Overnight": "On Sunday",
    "closed at records": "touched records",
    "Sydney and Mumbai": "All nine indexes rose. Sydney and Mumbai",
}  # fmt: skip


@pytest.fixture(scope="module")
def seed(shared: Path) -> tuple[SummaryAnswer, dict[str, MarketSnapshot]]:
    instant = dt.datetime(2025, 9, 16, 5, 10, tzinfo=UTC)
    source = Replay([shared / "data" / "history", shared / "data" / "seed"], sessions(), instant)
    observations = asyncio.run(source.observe(MARKETS))
    service = MarketSnapshots(source, sessions())
    snapshots = {key: service.of(market, observations.get(key), instant) for key, market in MARKETS.items()}
    own = {key: snapshot for key, snapshot in snapshots.items() if snapshot.market.region is Region.ASIA}
    context = [market_context(snapshots[key]) for key in ("sp500", "nasdaq", "dow")]
    return summary(Region.ASIA, list(own.values()), context, instant, "replay"), own


@pytest.mark.parametrize("true", FALSE)
def test_the_sceptic_finds_each_lie(seed: tuple[SummaryAnswer, dict[str, MarketSnapshot]], true: str) -> None:
    answer, snapshots = seed
    text = read(answer, snapshots)
    assert true in text
    with pytest.raises((Untrue, KeyError, AttributeError)):
        check(answer.model_dump(mode="json"), snapshots, "", text.replace(true, FALSE[true]))


LIES = (
    "All of Asia rallies",
    "Tokyo and Sydney at records",
    "Most of Asia falls",
    "Asia barely moves",
    "Asia mixed as Seoul falls and Tokyo rises",
    "Asia is closed for the weekend",
    "Most of Asia rises, led by Sydney",
)


@pytest.mark.parametrize("headline", LIES)
def test_the_sceptic_doubts_headlines(shared: Path, headline: str) -> None:
    instant = dt.datetime(2025, 9, 17, 12, tzinfo=UTC)
    answer, snapshots = summarised(shared / "data" / "history", Region.ASIA, instant)
    with pytest.raises(Untrue):
        check(answer.model_dump(mode="json"), snapshots, headline, "")
