"""How does `/why` read: what made the move, the board of the heaviest stocks, sectors, what futures put on the Fed?"""

from collections.abc import Sequence
from typing import Final

from bot.domain.attribution.answer import SectorMove, WhyAnswer
from bot.domain.attribution.contributions import MarketContributions, UnpricedStock
from bot.domain.attribution.headlines import Headline
from bot.domain.attribution.shares import Contribution
from bot.domain.markets.catalogue import MARKETS
from bot.domain.quotes import Quote
from bot.views.en import wording
from bot.views.en.calendar import decision_line, event_line
from bot.views.en.contributions import agreement, breadth, contributions, odds
from bot.views.en.figures import figure
from bot.views.en.places import capital
from bot.views.page import Page, PageStyle

_NAME, _CHANGE, _POINTS = 20, 7, 7
_STOOD_OUT: Final = 3
_EVENTS: Final = 4
_UNPRICED: Final = {
    "no_quote": "no price",
    "other_session": "not traded this session",
    "halted": "not traded lately",
    "unusable": "no usable price",
}
_UNAVAILABLE: Final = {
    "stocks": "What its heaviest stocks did is not known at the moment.",
    "weights": "What its heaviest stocks weigh is not known well enough for points.",
    "sectors": "The sectors' figures are not to be had at the moment.",
    "rate_odds": "No odds on the Fed's next decision: futures were not to be had, or not traded enough.",
    "headlines": "Headlines are not to be had at the moment.",
}
_WITHHELD: Final = {
    "no_change": "No share of the move: the index's own points are not known.",
    "small_move": "No share of the move: the index moved too little for one.",
    "moved": "No share of the move: the index has moved on since its stocks were read.",
    "coverage": "No share of the move: the weights that are known cover too little of the index.",
    "implausible": "No share of the move: the figures do not add up.",
}


def page(answer: WhyAnswer, style: PageStyle) -> Page:
    """Lay out what can be computed of a market's move; causes are not told, for nobody can compute them."""
    quote, made, market = answer.quote, answer.why, MARKETS[answer.quote.market]
    alerts, notes = wording.sorted_notes(answer)
    return Page(
        title=market.name,
        figure=figure(quote),
        direction=wording.direction(quote.change_pct),
        alerts=alerts,
        paragraphs=tuple(f"{capital(sentence)}." for sentence in _sentences(answer)),
        board=tuple(_line(part) for part in made.contributions) if made else (),
        details=tuple(_details(answer, style)),
        small=(*_small(answer, made, style), *notes),
    )


def _sentences(answer: WhyAnswer) -> list[str]:
    sentences: list[str] = []
    made = answer.why
    if made is not None:
        if made.leaders and (made.share_word is not None or made.withheld == "mixed"):
            sentences.append(contributions(made))
        sentences.append(breadth(made.breadth, made.change_pct))
        everybody = made.breadth.counted in (made.breadth.advancers, made.breadth.decliners)
        sentences += [] if everybody else [agreement(agreed, made.breadth.counted) for agreed in made.agreements]
    if answer.sectors:
        sentences.append(_stood_out(answer.sectors, answer.quote))
    if answer.rate_odds:
        sentences.append(odds(answer.rate_odds[0]).replace("Fed funds", "30-day Fed funds", 1))
    return sentences


def _stood_out(sectors: Sequence[SectorMove], quote: Quote) -> str:
    """Name the two or three sectors that stood out: furthest the index's way, and the one furthest the other way."""
    up = [move for move in sectors if move.rounded_pct > 0]
    down = [move for move in reversed(sectors) if move.rounded_pct < 0]
    with_it, against = (up, down) if (quote.change_pct or 0) >= 0 else (down, up)
    named = [f"{move.sector} ({wording.percent(move.rounded_pct, 1)})" for move in with_it[: _STOOD_OUT - 1]]
    text = f"of {len(sectors)} sectors, {wording.listed(named)} went furthest with the index" if named else ""
    if against:
        other = f"{against[0].sector} ({wording.percent(against[0].rounded_pct, 1)}) furthest against it"
        return f"{text}, {other}" if text else f"of {len(sectors)} sectors, {other.replace(') ', ') went ', 1)}"
    return text or f"none of {len(sectors)} sectors moved"


def _line(part: Contribution) -> str:
    """Write a stock, its change in per cent and its points; at most 34 columns."""
    name = part.name if len(part.name) <= _NAME else f"{part.name[: _NAME - 1]}…"
    change = wording.signed(part.rounded_pct, 1)
    points = "" if part.points is None else wording.signed(part.points, 1)
    return f"{name:<{_NAME}}{change:>{_CHANGE}}{points:>{_POINTS}}".rstrip()


def _details(answer: WhyAnswer, style: PageStyle) -> list[str]:
    made = answer.why
    lines: list[str] = []
    if made is not None:
        if made.unpriced:
            lines.append(f"Left out: {wording.listed([_unpriced(stock) for stock in made.unpriced])}")
        if made.withheld in _WITHHELD and made.coverage_pct is not None:
            lines.append(_WITHHELD[made.withheld])
        elif made.withheld == "no_price":
            lines.append("No share of the move without them.")
    lines += [_UNAVAILABLE[part] for part in answer.unavailable]
    around = [*(decision_line(each, style) for each in answer.agenda.decisions)]
    around += [event_line(event, style) for event in (answer.agenda.events or ())[:_EVENTS]]
    if around:
        lines += ["On the calendar:", *around]
    if answer.headlines:
        lines += ["In the news:", *(_headline(headline, style) for headline in answer.headlines)]
    return lines


def _headline(headline: Headline, style: PageStyle) -> str:
    """Quote a title as it was published, with its publisher and time."""
    quoted = style.link(f"“{headline.title}”", headline.url)
    return f"{quoted} ({style.literal(headline.publisher)}, {style.own_time(headline.time)})"


def _unpriced(stock: UnpricedStock) -> str:
    return f"{stock.name} ({_UNPRICED[stock.reason]})"


def _small(answer: WhyAnswer, made: MarketContributions | None, style: PageStyle) -> list[str]:
    lines = []
    if made is not None:
        columns = "change in %" + (", index points" if made.coverage_pct is not None else "")
        parts = [f"Heaviest stocks: {columns}"]
        if made.coverage_pct is not None and made.weights_as_of is not None:
            parts.append(f"{made.coverage_pct:.0f} % of the index, weights of {wording.full_day(made.weights_as_of)}")
        lines.append(" · ".join(parts))
    lines.append(f"Arithmetic, not causes · {wording.as_of(answer.quote, answer.source, answer.as_of, style)}")
    return lines
