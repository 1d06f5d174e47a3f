"""How does `/calendar` read: what is due, a line each, day by day, in the reader's own time?"""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from bot.domain.attribution.agenda import CalendarAnswer, DueDecision
from bot.domain.attribution.events import EconomicEvent
from bot.views.en import wording
from bot.views.en.contributions import odds
from bot.views.en.places import REGIONS, capital, count
from bot.views.page import Page, PageStyle

_COUNTRIES: Final = {
    "JP": "Japan", "KR": "South Korea", "TW": "Taiwan", "HK": "Hong Kong", "CN": "China", "SG": "Singapore",
    "ID": "Indonesia", "MY": "Malaysia", "TH": "Thailand", "PH": "Philippines", "IN": "India", "AU": "Australia",
    "NZ": "New Zealand", "US": "United States", "CA": "Canada", "BR": "Brazil", "MX": "Mexico", "GB": "Britain",
    "DE": "Germany", "FR": "France", "IT": "Italy", "ES": "Spain", "NL": "Netherlands", "CH": "Switzerland",
    "EU": "Euro area",
}  # fmt: skip
_BANKS: Final = {"fed": "Federal Reserve"}
_LINES: Final = 40
"""At most so many lines, the nearest first."""


def page(answer: CalendarAnswer, style: PageStyle) -> Page:
    """List decisions and figures by day; times are the reader's own in Discord, UTC in a terminal."""
    due = sorted(
        [*((decision.at, decision_line(decision, style)) for decision in answer.decisions)]
        + [(event.time, event_line(event, style)) for event in answer.events or ()]
    )
    days = count(answer.days)
    name = REGIONS[answer.region].name
    span = f"the coming {days} days" if answer.days > 1 else "today"
    return Page(
        title=capital(f"{name}: what is due {'in ' if answer.days > 1 else ''}{span}"),
        details=tuple(_by_day(due, style)) or ("Nothing that is known of.",),
        small=tuple(_small(answer)),
    )


def _by_day(due: Sequence[tuple[dt.datetime, str]], style: PageStyle) -> list[str]:
    lines: list[str] = []
    for day, group in groupby(due[:_LINES], key=lambda item: item[0].date()):
        lines += [style.strong(wording.weekday(day)), *(text for _, text in group)]
    if len(due) > _LINES:
        lines.append(f"… and {len(due) - _LINES} more later.")
    return lines


def decision_line(decision: DueDecision, style: PageStyle) -> str:
    """Write when a central bank decides, and what futures put on that."""
    text = f"{style.own_time(decision.at)} {_BANKS[decision.bank]}: decision on interest rates"
    return f"{text}; {odds(decision.odds, again=False)}" if decision.odds else text


def event_line(event: EconomicEvent, style: PageStyle) -> str:
    """Write a figure with its time: as it came, as it was expected, and as it was before."""
    period = f" ({event.period})" if event.period else ""
    name = style.literal(f"{event.name}{period}")
    known = [
        f"{_figure(figure, percent=event.percent)}{what}"
        for figure, what in ((event.actual, ""), (event.expected, " expected"), (event.prior, " before"))
        if figure is not None
    ]
    return f"{style.own_time(event.time)} {_COUNTRIES[event.country]}: {name}" + (
        f", {', '.join(known)}" if known else ""
    )


def _figure(figure: float, *, percent: bool) -> str:
    """Write a figure with the decimals that it has, and per cent where it is known to be."""
    text = f"{figure:,.10g}".replace("-", "−")
    return f"{text} %" if percent else text


def _small(answer: CalendarAnswer) -> list[str]:
    lines = ["Days are those of UTC."]
    if answer.events is None:
        lines.append("Economic figures are not to be had at the moment.")
    else:
        lines.append("Economic figures from Yahoo's calendar: inflation, jobs, growth, purchasing managers, trade.")
    lines.append("Of central banks, the Federal Reserve alone is in the table so far.")
    return lines
