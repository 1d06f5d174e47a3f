"""How do records read: one market's, the remark under `/index`, and the board of all markets?"""

import datetime as dt

from bot.domain.answers import IndexAnswer, MarketRecord, RecordAnswer, RecordsAnswer
from bot.domain.highlights.highlight import DayTurn, Highlight, Run
from bot.domain.markets.catalogue import MARKETS
from bot.domain.model import NoteKind
from bot.domain.quotes import Quote, percent, rounded
from bot.domain.records.facts import ClosingRecord, Level, RecordFacts, SessionRecord
from bot.views.en import highlights, wording
from bot.views.en.figures import figure, span
from bot.views.page import Page, PageStyle

NEAR_PCT = 10.0
"""How far below its record a market may be for an answer to mention the record unasked."""

HIGHLIGHTS = 3
"""At most so many sentences under `/index` say what sets the session apart; the rarest come first."""

_LONG_AGO = dt.timedelta(days=180)  # a "highest since" younger than this is no news


def page(answer: RecordAnswer, style: PageStyle) -> Page:
    """Lay out one market's standing: yes or no, which record, how far, and from when it speaks."""
    quote, market = answer.quote, MARKETS[answer.market]
    sentences = _verdict(answer, quote) or [_no_record(answer, quote)]
    as_of = wording.as_of(quote, answer.source, answer.as_of, style)
    asked = [
        _lowest_since(answer, quote),
        _this_year(answer.records_this_year, answer.closing.date),
        _standing_high(answer, quote),
    ]
    return Page(
        title=f"{market.name}: {_title(answer, quote)}",
        figure=figure(quote),
        direction=wording.direction(quote.change_pct),
        alerts=tuple(wording.note(note, answer.as_of) for note in answer.notes if note.kind in wording.URGENT),
        paragraphs=(*sentences, *(sentence for sentence in asked if sentence)),
        details=_ranges(answer),
        small=(
            _reach(answer),
            f"{wording.state(answer.exchange, answer.as_of, style)} · {as_of}",
            *(
                wording.note(note, answer.as_of)
                for note in answer.notes
                if note.kind not in (*wording.URGENT, NoteKind.HOLE)
            ),
        ),
    )


def remark(answer: IndexAnswer) -> list[str]:
    """Say what a level means, in a sentence or two; nothing on an ordinary day far from the record."""
    facts, quote = answer.record, answer.quote
    if facts is None or quote.level is None:
        return []
    sentences = _verdict(facts, quote)
    if facts.verdict == "record_close" and sentences:  # the level stands right above, as the figure
        sentences[0] = sentences[0].replace(f" {wording.level_of(quote.market, quote.level)}", "", 1)
    if not sentences:
        near = facts.distance_pct is not None and -NEAR_PCT <= facts.distance_pct <= 0
        if near and facts.closing.is_record is not None and (below := _below(facts, quote)):
            sentences.append(f"{below}.")
    today = quote.session_date or answer.as_of.date()
    rarest = [fact for fact in answer.highlights if not _is_said(fact, facts)][:HIGHLIGHTS]
    sentences += highlights.sentences(rarest, today, running=quote.running)
    return [" ".join(sentences)] if sentences else []


def _is_said(fact: Highlight, facts: RecordFacts) -> bool:
    """Whether the words on the record say as much: of records in a row the rises, of a high touched the way back."""
    if isinstance(fact, Run):
        return facts.verdict == "record_close" and (facts.closing.in_a_row or 0) > 1
    return isinstance(fact, DayTurn) and fact.way == "up" and facts.verdict == "record_high"


def board(answer: RecordsAnswer, style: PageStyle) -> Page:
    """Lay out all markets: today's records first, then the nearest to one."""
    ranked = [record for record in answer.markets if record.distance_pct is not None]
    at_record = [record for record in answer.markets if record.verdict in ("record_close", "record_high")]
    silent = [MARKETS[record.market].short for record in answer.markets if record.distance_pct is None]
    closes = [MARKETS[record.market].short for record in at_record if record.verdict == "record_close"]
    highs = [MARKETS[record.market].short for record in at_record if record.verdict == "record_high"]
    paragraphs = []
    if closes:
        paragraphs.append(f"Closed at a record: {wording.listed(closes)}.")
    if highs:
        paragraphs.append(f"Touched a record in the session: {wording.listed(highs)}.")
    unknown = all(record.verdict == "unknown" for record in answer.markets)
    if unknown:
        paragraphs.append("Nothing is known yet of how any market stands: ask again in a few minutes.")
    elif not at_record:
        paragraphs.append("No market is known to have set a record in its newest session.")
    small = ["C record close · H record high in the session · O above every earlier close · % from the record close"]
    if silent:
        small.append(f"Not known: {', '.join(silent)}.")
    small.append(f"As of {style.own_time(answer.as_of)} · {wording.SOURCES[answer.source]}")
    title = "Records are not known yet" if unknown else "No records"
    if at_record:
        title = f"{len(at_record)} of {len(answer.markets)} markets at a record"
    notes = wording.notes((note for note in answer.notes if note.kind is not NoteKind.HOLE), answer.as_of)
    lines = tuple(_line(record) for record in ranked)
    return Page(title=title, paragraphs=tuple(paragraphs), board=lines, small=(*small, *notes))


def _line(record: MarketRecord) -> str:
    mark = {"record_close": "C", "record_high": "H"}.get(record.verdict, "O" if record.closing.on_course else " ")
    level = wording.level(record.quote.level, 0) if record.quote.level is not None else "–"
    distance = wording.signed(rounded(record.rounded_distance_pct, record.distance_pct or 0.0), 1)
    return f"{MARKETS[record.market].short:<11} {level:>8} {distance:>6} {mark}".rstrip()


def _title(facts: RecordFacts, quote: Quote) -> str:
    match facts.verdict:
        case "record_close":
            return "a record close"
        case "record_high":
            return "a record in the session"
        case "below":
            return "no record"
        case "unknown" if facts.closing.on_course:
            return "above its record close"
        case "unknown":
            return "cannot be told" if quote.level is not None else "no level known"


def _verdict(facts: RecordFacts, quote: Quote) -> list[str]:
    match facts.verdict:
        case "record_close":
            return _record_close(facts, quote)
        case "record_high":
            return _record_high(facts, quote)
        case "below" | "unknown":
            course = _on_course(facts.closing, quote)
            return [course] if course else []


def _record_close(facts: RecordFacts, quote: Quote) -> list[str]:
    closing = facts.closing
    assert closing.level is not None
    distinctions = []
    if closing.in_a_row and closing.in_a_row > 1:
        distinctions.append(f"its {wording.ordinal(closing.in_a_row)} in a row")
    if closing.round_number is not None:
        distinctions.append(f"its first above {wording.level(closing.round_number, 0)}")
    first = f"Closed at a record {wording.level_of(quote.market, closing.level)}"
    if distinctions:
        first += f", {wording.listed(distinctions)}"
    old = f"; the old one was {_when(closing.previous, quote)}." if closing.previous else "."
    sentences = [first + old]
    high = facts.intraday
    if high.is_record and high.level is not None and high.level > closing.level:
        sentences.append(f"Touched {wording.level_of(quote.market, high.level)}, also a record.")
    return sentences


def _record_high(facts: RecordFacts, quote: Quote) -> list[str]:
    high = facts.intraday
    assert high.level is not None
    touched = f"Touched a record {wording.level_of(quote.market, high.level)}"
    old = f"the old high was {_when(high.previous, quote)}" if high.previous else ""
    course = _on_course(facts.closing, quote)
    if not quote.running and quote.level is not None and quote.level < high.level:
        return [f"{touched} during the session and closed below it{'; ' + old if old else ''}."]
    return [sentence for sentence in (f"{touched}{'; ' + old if old else ''}.", course) if sentence]


def _on_course(closing: ClosingRecord, quote: Quote) -> str | None:
    if not closing.on_course or quote.level is None:
        return None
    beaten = _standing(closing)
    over = f", above {_when(beaten, quote)}" if beaten else ""
    return f"On course for a record close{over}."


def _standing(closing: ClosingRecord) -> Level | None:
    """Return the highest close so far: the newest session's own where that was a record."""
    if closing.is_record and closing.level is not None and closing.date is not None:
        return Level(level=closing.level, date=closing.date)
    return closing.previous


def _no_record(facts: RecordFacts, quote: Quote) -> str:
    if quote.level is None and facts.closing.level is None:
        return "No level is known, so nothing can be said of records."
    if facts.closing.is_record is None:
        return _cannot_tell(facts, quote)
    since = _highest_since(facts, quote)
    below = _below(facts, quote) or _unknown_record(facts, quote)
    return f"{below}; {since[0].lower()}{since[1:]}." if since else f"{below}."


def _cannot_tell(facts: RecordFacts, quote: Quote) -> str:
    since = _highest_since(facts, quote)
    if facts.hole:
        start = f"No: {since[0].lower()}{since[1:]}, and the" if since else "The"
        span = f"from {wording.full_day(facts.hole.start)} to {wording.full_day(facts.hole.end)}"
        return f"{start} history has a hole {span}, so a record in between cannot be ruled out."
    if facts.closing.since:
        start = f"{since}; the" if since else "The"
        first = wording.full_day(facts.closing.since)
        return f"{start} history starts on {first}, so an older record cannot be ruled out."
    return "The history is not known, so a record can be neither claimed nor ruled out."


def _unknown_record(facts: RecordFacts, quote: Quote) -> str:
    """Say that a market is below an earlier close while the record itself is not known, and why it is not."""
    level = quote.level if quote.level is not None else facts.closing.level
    at = f" at {wording.level_of(quote.market, level)}" if level is not None else ""
    if facts.hole is None:
        return f"Below an earlier close{at}; which one is the record is not known"
    span = f"from {wording.full_day(facts.hole.start)} to {wording.full_day(facts.hole.end)}"
    return f"Below an earlier close{at}; the history has a hole {span}, so the record itself is not known"


def _below(facts: RecordFacts, quote: Quote) -> str | None:
    """Say how far a market is from its record; ``None`` where that is not known."""
    record = _standing(facts.closing)
    if record is None or facts.distance_pct is None:
        return None
    what = "its highest known close" if not facts.closing.complete else "its record close"
    figure = wording.plain_percent(rounded(facts.rounded_distance_pct, facts.distance_pct))
    if facts.distance_pct == 0:
        return f"Level with {what} of {_when(record, quote)}"
    if facts.distance_pct > 0:
        return f"{figure} above {what}, {_when(record, quote)}"
    return f"{figure} below {what}, {_when(record, quote)}"


def _highest_since(facts: RecordFacts, quote: Quote) -> str | None:
    today = quote.session_date or facts.closing.date
    closed = facts.closing.date
    if today is None or closed is None or facts.closing.is_record:
        return None
    known_from = facts.highest_since_at_least
    if known_from is not None and facts.highest_since is None and closed - known_from >= _LONG_AGO:
        return f"Highest close since at least {known_from.year}"
    if facts.highest_since is not None and closed - facts.highest_since >= _LONG_AGO:
        return f"Highest close since {wording.month_since(facts.highest_since, closed)}"
    return None


def _lowest_since(facts: RecordFacts, quote: Quote) -> str | None:
    closed, since = facts.closing.date, facts.lowest_since
    if closed is None or since is None or closed != quote.session_date or closed - since < _LONG_AGO:
        return None
    return f"Lowest close since {wording.month_since(since, closed)}."


def _ranges(answer: RecordAnswer) -> tuple[str, ...]:
    """Write the range of 52 weeks, and how far the level lies from its ends."""
    quote, trend = answer.quote, answer.trend
    if trend is None or trend.range_52w_low is None or trend.range_52w_high is None or quote.level is None:
        return ()
    text = span("52 weeks", quote, trend.range_52w_low, trend.range_52w_high)
    units = MARKETS[quote.market].units
    level, low, high = (units(points) for points in (quote.level, trend.range_52w_low, trend.range_52w_high))
    above, below = percent(level, low, 1), percent(level, high, 1)
    return (f"{text} · {wording.percent(above, 1)} from the low, {wording.percent(below, 1)} from the high",)


def _standing_high(facts: RecordFacts, quote: Quote) -> str | None:
    high: SessionRecord = facts.intraday
    if facts.verdict in ("record_high", "record_close") or high.previous is None or high.is_record is None:
        return None
    return f"Highest in a session: {_when(high.previous, quote)}."


def _this_year(count: int | None, closed: dt.date | None) -> str | None:
    if count is None or closed is None:
        return None
    if count == 0:
        return f"No record close in {closed.year}."
    return f"{count} record close{'s' if count > 1 else ''} in {closed.year}."


def _when(level: Level | None, quote: Quote) -> str:
    assert level is not None
    today = quote.session_date or level.date
    return f"{wording.level_of(quote.market, level.level)} on {wording.day(level.date, today)}"


def _reach(facts: RecordFacts) -> str:
    closes = f"Closes since {facts.closing.since.year}" if facts.closing.since else "No closes known"
    highs = f"highs since {facts.intraday.since.year}" if facts.intraday.since else "no highs known"
    return f"{closes}, {highs}"
