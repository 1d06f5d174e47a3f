"""How do the stocks of an index read? By arithmetic alone: what they made of its move, never that they caused it."""

from collections.abc import Sequence
from typing import Final

from bot.domain.attribution.contributions import HeavyweightBreadth, MarketContributions, SectorAgreement
from bot.domain.attribution.rate_odds import RateOdds, RateOutcome
from bot.domain.attribution.shares import Contribution, ShareWord
from bot.views.en import wording
from bot.views.en.places import WEEK, count, prose
from bot.views.page import local_time

_MADE: Final[dict[ShareWord, str]] = {
    "more_than_all": "made up more than all of",
    "almost_all": "made up almost all of",
    "most": "made up most of",
    "about_half": "made up about half of",
    "led_by": "led",
}
_SECTORS: Final = {
    "Communication Services": "communication services",
    "Consumer Discretionary": "consumer discretionary",
    "Consumer Staples": "consumer staples",
    "Energy": "energy",
    "Financials": "financial",
    "Health Care": "health care",
    "Industrials": "industrial",
    "Information Technology": "technology",
    "Materials": "materials",
    "Real Estate": "real estate",
    "Utilities": "utility",
}
_MOVES: Final = {0: "no change", 25: "a quarter-point", 50: "a half-point", 75: "a three-quarter-point"}
_ROUND: Final = 5
_CERTAIN: Final = 80
"""Per cent: below this the second likeliest outcome is told too."""
_LEAST: Final = 20
_WHOLE: Final = 100
_MOST: Final = 5 / 3
"""Of so many heavyweights one must have gone against the index for their number to be told: three of five."""


def contributions(made: MarketContributions) -> str:
    """Say what the leaders made of an index's move, or what went either way; of a share, the points beside it."""
    leaders = made.named(made.leaders)
    index, way = prose(made.market), "gain" if (made.change_pct or 0) > 0 else "fall"
    names = wording.listed([_name(part) for part in leaders])
    if made.withheld == "mixed":
        against = wording.listed([_name(part) for part in made.named(made.against)])
        added, took = ("added", "took off") if way == "gain" else ("took", "added")
        other = f"{against} {took} about {_points(made.against_points)}"
        onto = "off" if way == "fall" else "to"
        return f"{names} {added} about {_points(made.leaders_points)} points {onto} {index}, {other}"
    assert made.share_word is not None, "told where there is a share, or both sides"
    text = f"{names} {_MADE[made.share_word]} {index}'s {way}"
    if made.share_word != "led_by" and _points(made.points) != "0":
        text += f" (about {_points(made.leaders_points)} of {_points(made.points)} points)"
    if made.share_word == "more_than_all":
        return f"{text}: the rest {'fell' if way == 'gain' else 'rose'} on balance"
    return text + _against(made.breadth, way)


def _against(breadth: HeavyweightBreadth, way: str) -> str:
    """Say how many of the heavyweights went the other way, where that is most of them."""
    against, verb = (breadth.decliners, "fell") if way == "gain" else (breadth.advancers, "rose")
    if _MOST * against < breadth.counted:
        return ""
    return f", though {count(against)} of {count(breadth.counted)} heavyweights {verb} all the same"


def short(made: MarketContributions) -> str | None:
    """Say under `/index` how many of its points the leaders made; nothing where no share is told."""
    if made.share_word in (None, "led_by") or _points(made.points) == "0":
        return None
    names = wording.listed([part.name for part in made.named(made.leaders)])
    if made.share_word == "more_than_all":
        return (
            f"{names} made about {_points(made.leaders_points)} points, more than the index's {_points(made.points)}."
        )
    return f"{names} made about {_points(made.leaders_points)} of the {_points(made.points)} points."


def breadth(counted: HeavyweightBreadth, change_pct: float | None) -> str:
    """Say how many of the heavyweights rose and fell, those first that went the index's way."""
    ways = [(counted.advancers, "rose"), (counted.decliners, "fell")]
    if (change_pct or 0) < 0:
        ways.reverse()
    stocks = counted.counted
    if stocks in (counted.advancers, counted.decliners):
        return f"all {count(stocks)} heavyweights with a price {ways[0][1] if ways[0][0] else ways[1][1]}"
    still = f", {count(counted.unchanged)} stood still" if counted.unchanged else ""
    parts = [f"{count(number) if number else 'none'} {verb}" for number, verb in ways]
    return f"of {count(stocks)} heavyweights {parts[0]} and {parts[1]}{still}"


def agreement(agreed: SectorAgreement, counted: int) -> str:
    """Say that all heavyweights of a sector went one way."""
    verb = "rose" if agreed.way == "up" else "fell"
    return f"all {count(agreed.stocks)} {_SECTORS[agreed.sector]} stocks among the {count(counted)} {verb}"


def odds(told: RateOdds, *, again: bool = True) -> str:
    """Say what futures put on one decision, rounded to 5 per cent, and from when; never what will be decided."""
    first, *others = told.outcomes
    outcomes = [_outcome(first)]
    if first.probability_pct < _CERTAIN and others and others[0].probability_pct >= _LEAST:
        outcomes.append(_outcome(others[0]))
    when = f"as of {told.as_of:%A} {local_time(told.as_of, 'UTC')}"
    today = told.as_of.date()
    day = (
        f" on {f'{told.day:%A}' if (told.day - today).days <= WEEK else wording.day(told.day, today)}" if again else ""
    )
    return f"Fed funds futures put {' and '.join(outcomes)}{day} ({when})"


def _outcome(outcome: RateOutcome) -> str:
    rounded = round(outcome.probability_pct / _ROUND) * _ROUND
    share = "nearly 100 %" if rounded >= _WHOLE else f"about {rounded} %"
    return f"{share} on {_move(outcome.change_bp)}"


def _move(basis_points: int) -> str:
    if basis_points == 0:
        return _MOVES[0]
    way = "rise" if basis_points > 0 else "cut"
    size = _MOVES.get(abs(basis_points))
    return f"{size} {way}" if size else f"a {way} of {abs(basis_points)} basis points"


def several(markets: Sequence[MarketContributions]) -> str:
    """Say it of one market or two."""
    return "; ".join(contributions(made) for made in markets)


def _name(part: Contribution) -> str:
    return f"{part.name} ({wording.percent(part.rounded_pct, 1)})"


def _points(points: float | None) -> str:
    return f"{int(abs(points or 0.0) + 0.5):,}"
