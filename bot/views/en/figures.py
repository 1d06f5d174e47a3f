"""How are a market's level, change and ranges written?"""

from bot.domain.quotes import Quote
from bot.views.en import wording


def figure(quote: Quote) -> str:
    """Write level and change: "44,902.27   ▲ +134.15 (+0.30 %)"; what is not known is said."""
    if quote.level is None and quote.change_pct is None:
        return "no level known"
    parts = []
    if quote.level is not None:
        parts.append(wording.level_of(quote.market, quote.level))
    way = wording.direction(quote.change_pct)
    if way is not None and quote.change_pct is not None:
        percent = wording.percent(quote.change_pct)
        move = f"{wording.signed(quote.change)} ({percent})" if quote.change is not None else percent
        parts.append(f"{wording.ARROWS[way]} {move}")
    return "   ".join(parts)


def span(label: str, quote: Quote, low: float | None, high: float | None) -> str:
    """Write from where to where a market went: "Day 44,593.52 – 45,055.38"; nothing where an end is not known."""
    if low is None or high is None:
        return ""
    return f"{label} {wording.level_of(quote.market, low)} – {wording.level_of(quote.market, high)}"
