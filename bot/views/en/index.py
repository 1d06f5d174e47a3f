"""How does `/index` read?"""

from bot.domain.answers import IndexAnswer
from bot.domain.markets.catalogue import MARKETS
from bot.domain.quotes import Quote
from bot.domain.records.facts import Trend
from bot.views.en import wording
from bot.views.en.contributions import short
from bot.views.en.figures import figure, span
from bot.views.en.record import remark
from bot.views.page import Page, PageStyle, WhyButton


def page(answer: IndexAnswer, style: PageStyle) -> Page:
    """Lay an index out: the number first and largest, what it means, then the rest, small."""
    quote, market = answer.quote, MARKETS[answer.quote.market]
    alerts, notes = wording.sorted_notes(answer)
    return Page(
        title=market.name,
        figure=figure(quote),
        direction=wording.direction(quote.change_pct),
        alerts=alerts,
        paragraphs=(*remark(answer), *_stocks(answer)),
        details=tuple(_details(quote, answer.trend)),
        small=(f"{wording.state(answer.exchange, answer.as_of, style)} · {_as_of(answer, style)}", *notes),
        refresh=market.key,
        why=WhyButton(market.key, "Why?") if answer.why is not None else None,
    )


def _details(quote: Quote, trend: Trend | None) -> list[str]:
    ranges = [span("Day", quote, quote.day_low, quote.day_high)]
    moves: list[str] = []
    if trend is not None:
        ranges.append(span("52 weeks", quote, trend.range_52w_low, trend.range_52w_high))
        rounded = trend.rounded
        spans = (("week", rounded.week_pct), ("month", rounded.month_pct), ("year", rounded.year_pct))
        moves = [f"{label} {wording.percent(value, 1)}" for label, value in spans if value is not None]
    lines = [" · ".join(span for span in ranges if span), " · ".join(moves)]
    return [line[0].upper() + line[1:] for line in lines if line]


def _stocks(answer: IndexAnswer) -> list[str]:
    sentence = short(answer.why) if answer.why is not None else None
    return [] if sentence is None else [sentence]


def _as_of(answer: IndexAnswer, style: PageStyle) -> str:
    return wording.as_of(answer.quote, answer.source, answer.as_of, style)
