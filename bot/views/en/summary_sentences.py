"""How does each claim of a summary read in English? One sentence a claim; nothing is said that no field holds."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import assert_never

from bot.domain.highlights.highlight import LargestMove
from bot.domain.markets.catalogue import MARKETS, listing
from bot.domain.quotes import rounded
from bot.domain.summary.claims import (
    AgainstClaim,
    AgendaClaim,
    Claim,
    ClosedClaim,
    ContributionsClaim,
    DecisionClaim,
    ElsewhereClaim,
    FiguresClaim,
    FuturesClaim,
    HolidayClaim,
    MoveClaim,
    NoFiguresClaim,
    OthersClaim,
    PartClaim,
    RatesClaim,
    RecordsClaim,
    StreakClaim,
    WeekClaim,
)
from bot.domain.summary.movers import (
    OFF_RECORD_PER_DECADE,
    PEAK_PER_DECADE,
    REBOUND_PER_DECADE,
    Closure,
    Mover,
    WeekMove,
)
from bot.views.en import counts, highlights, wording
from bot.views.en.agenda import agenda, decision, figures
from bot.views.en.closures import closed
from bot.views.en.contributions import several
from bot.views.en.cross_market import elsewhere, futures, rates
from bot.views.en.places import WEEK, article, capital, cities, joined, on_day, prose, spot
from bot.views.en.record_clauses import record_sentence
from bot.views.en.verbs import FLAT, Verbs

_UNDATED = ("agenda", "decision", "figures", "elsewhere", "futures", "rates", "no_figures")
"""Claims that say themselves of when they tell."""
_RARE = 80.0
"""Seen so often in ten years, a fact is told beside a rarer one, where few markets are told of at all."""
_FEW = 2
_STRONG = 2.0
_HUGE = 5.0  # per cent, from which on wires give the points too


@dataclass(slots=True)
class Prose:
    """One text in the making: the day it tells, today, whether the former still runs, the verbs that were used.

    ``chained``: it holds a sentence of three or more clauses with semicolons, of which one is enough. ``dated``: it has
    said of which day it tells, where that is not today.
    """

    day: dt.date
    today: dt.date
    running: bool
    world: bool = False
    verbs: Verbs = field(default_factory=Verbs)
    chained: bool = False
    dated: bool = False

    def sentence(self, claim: Claim) -> str | None:
        """Word a claim; ``None`` for the headline, which stands above the text."""
        match claim.kind:
            case "headline":
                return None
            case "records" | "against" | "streak" | "move" | "part":
                text = self._of_markets(claim)
            case "regions":
                text = counts.regions(claim)
            case "others":
                text = self._others(claim)
            case "breadth":
                text = counts.breadth(claim.breadth)
            case "quiet":
                text = counts.quiet(claim)
            case "holiday" | "closed" | "no_figures" | "agenda":
                text = self._of_days(claim)
            case "week":
                text = self._week(claim)
            case "pending":
                text = counts.pending(claim)
            case "contributions" | "elsewhere" | "futures" | "rates" | "decision" | "figures":
                text = self._of_others(claim)
            case _:
                assert_never(claim.kind)
        if self.today != self.day and not self.dated and claim.kind not in _UNDATED:
            self.dated = True
            text = f"on {on_day(self.day, self.today)}, {text}"
        return f"{capital(text)}."

    def _of_markets(self, claim: RecordsClaim | AgainstClaim | StreakClaim | MoveClaim | PartClaim) -> str:
        match claim.kind:
            case "records":
                return record_sentence(claim, self.day, self.verbs)
            case "against":
                return self._against(claim)
            case "streak" | "move":
                return self._moves(claim)
            case "part":
                return counts.part(claim)

    def _of_days(self, claim: HolidayClaim | ClosedClaim | NoFiguresClaim | AgendaClaim) -> str:
        match claim.kind:
            case "agenda":
                return agenda(claim, self.today)
            case "holiday":
                return self._holiday(claim)
            case "closed":
                return self._closed(claim)
            case "no_figures":
                return _no_figures(claim)

    def _of_others(
        self, claim: ContributionsClaim | ElsewhereClaim | FuturesClaim | RatesClaim | DecisionClaim | FiguresClaim
    ) -> str:
        match claim.kind:
            case "contributions":
                return several(claim.markets)
            case "decision":
                return decision(claim)
            case "figures":
                return figures(claim)
            case "elsewhere":
                return elsewhere(claim, self.today, self.verbs)
            case "futures":
                return futures(claim)
            case "rates":
                return rates(claim, self.verbs)

    def _clause(self, mover: Mover, extras: int = 1) -> str:
        verb = self.verbs.past(mover.change_pct, mover.z)
        if abs(mover.change_pct) < FLAT:
            return f"{prose(mover.market)} {verb}"
        return f"{prose(mover.market)} {verb} {wording.plain_short(mover)}{_points(mover)}{self._extra(mover, extras)}"

    def _extra(self, mover: Mover, most: int) -> str:
        """Word what sets a move apart, the rarest first."""
        facts = [(fact.per_decade, highlights.phrase(fact, self.day, mover.change_pct)) for fact in mover.highlights]
        if mover.rebound_pct is not None:
            opposite = "fall" if mover.change_pct > 0 else "rise"
            figure = wording.plain_percent(rounded(mover.rounded_rebound_pct, mover.rebound_pct))
            facts.append((REBOUND_PER_DECADE, f"after {article(figure)} {figure} {opposite} the session before"))
        if mover.off_record:
            facts.append((OFF_RECORD_PER_DECADE, f"off {self._close_of(mover.off_record.date, 'record close')}"))
        if mover.peak:
            since = f"the highest since {wording.month_since(mover.peak.highest_since, self.day)}"
            facts.append((PEAK_PER_DECADE, f"off {self._close_of(mover.peak.date, 'close')}, {since}"))
        facts.sort(key=lambda rare: rare[0])
        extras = [text for _, text in facts[:most]]
        extras.sort(key=lambda text: not text.startswith("to "))
        mark = " " if extras and extras[0].startswith("to ") else ", "
        return "".join(f"{', ' if at else mark}{text}" for at, text in enumerate(extras))

    def _close_of(self, date: dt.date, what: str) -> str:
        """Write "Thursday's close", or "its Aug 25 close"."""
        return f"{date:%A}'s {what}" if 0 < (self.day - date).days <= WEEK else f"its {on_day(date, self.day)} {what}"

    def _against(self, claim: AgainstClaim) -> str:
        clauses = [self._clause(mover) for mover in claim.movers]
        if claim.only:
            return f"{clauses[0]}, alone against the {'tide' if self.world else 'region'}"
        return f"against the {'tide' if self.world else 'region'}, {joined(clauses)}"

    def _moves(self, claim: MoveClaim | StreakClaim) -> str:
        leads, few = abs(claim.movers[0].z or 0) >= _STRONG, len(claim.movers) <= _FEW
        groups = [list(group) for _, group in groupby(claim.movers, key=_largest_in)]
        clauses = []
        for at, group in enumerate(groups):
            two = (leads and not at) or (few and _has_two(group[0]))
            clauses.append(self._together(group) if group[1:] else self._clause(group[0], 2 if two else 1))
        if not clauses[2:]:
            return "; ".join(clauses)
        chained, self.chained = self.chained, True
        return joined(clauses) if chained else "; ".join(clauses)

    def _together(self, movers: Sequence[Mover]) -> str:
        """Word "the S&P 500 tumbled 3.0 % and the Dow 2.6 %, both their largest falls since September 2022"."""
        since, first = movers[0].largest_since, movers[0]
        assert since is not None, "only what is the largest since the same month is told together"
        verb = self.verbs.past(first.change_pct, first.z)
        moves = [f"{prose(mover.market)} {wording.plain_short(mover)}" for mover in movers[1:]]
        text = wording.listed([f"{prose(first.market)} {verb} {wording.plain_short(first)}", *moves])
        whose = "both" if len(movers) == 2 else "all"  # noqa: PLR2004 - two are both
        noun = "rises" if first.change_pct > 0 else "falls"
        return f"{text}, {whose} their largest {noun} since {wording.month_since(since, self.day)}"

    def _others(self, claim: OthersClaim) -> str:
        clauses = [self._list(movers) for movers in (claim.rose, claim.fell) if movers]
        if claim.fell and not claim.rose:
            clauses = clauses[-1:]
        elif claim.fell and abs(claim.fell[0].change_pct) > abs(claim.rose[0].change_pct):
            clauses.reverse()
        text = ", while ".join(clauses)
        if claim.flat:
            names = [spot(mover.market) for mover in claim.flat]
            still = f"{wording.listed(names)} {'was' if len(names) == 1 else 'were'} flat"
            text = f"{text}; {still}" if text else still
        return text

    def _list(self, movers: Sequence[Mover]) -> str:
        """Word "Taipei rose 0.9 %, Sydney 0.5 % and Mumbai 0.2 %", or "Sydney and Mumbai added 0.2 % each"."""
        figures = [wording.plain_short(mover) for mover in movers]
        names = _short(movers)
        if len(movers) == 1:
            return f"{names[0]} {self.verbs.past(movers[0].change_pct, movers[0].z)} {figures[0]}"
        if len(set(figures)) == 1:
            verb = self.verbs.past(movers[0].change_pct, movers[-1].z)
            return f"{wording.listed(names)} {verb} {figures[0]} each"
        verb = self.verbs.neutral(movers[0].change_pct)
        first, *rest = zip(names, figures, strict=True)
        return wording.listed([f"{first[0]} {verb} {first[1]}", *(f"{name} {figure}" for name, figure in rest)])

    def _holiday(self, claim: HolidayClaim) -> str:
        return joined([self._shut(closure) for closure in claim.closures])

    def _shut(self, closure: Closure) -> str:
        names = counts.first_few(cities(closure.markets))
        plural = len(names) > 1
        verb = ("are" if plural else "is") if self.running else ("were" if plural else "was")
        return f"{wording.listed(names)} {verb} {closed(closure.name)}"

    def _closed(self, claim: ClosedClaim) -> str:
        last = f"the last session was that of {claim.last:%A}, {wording.day(claim.last, self.day)}"
        named = [closure for closure in claim.closures if closure.name]
        if claim.reason == "weekend" or not named:
            return last
        shut = joined([self._shut(closure) for closure in sorted(named, key=lambda closure: -len(closure.markets))[:2]])
        return f"{shut}; {last}"

    def _week(self, claim: WeekClaim) -> str:
        span = "over the week" if claim.finished else "so far this week"
        if (self.day - claim.ended).days > WEEK:
            span = f"in the week to {wording.day(claim.ended, self.day)}"
        if not claim.higher and not claim.lower:
            return f"{span}, nothing changed"
        if claim.counted <= 2:  # noqa: PLR2004 - two can be told one by one
            ways = ((claim.best, "rose"), (claim.worst, "fell"))
            each = [f"{prose(move.market)} {verb} {_week_figure(move)}" for ends, verb in ways for move in ends]
            return f"{span}, {joined(each)}"
        down = claim.lower > claim.higher
        side, verb = (claim.lower, "fell") if down else (claim.higher, "rose")
        ends = claim.worst if down else claim.best
        most = f"{prose(ends[0].market)} most, by {_week_figure(ends[0])}"
        lead = f"{span}, {counts.share(side, claim.counted)} {verb}, {most}"
        other = claim.best if down else claim.worst
        if other:
            far = f"{prose(other[0].market)} {'rose' if down else 'fell'} {_week_figure(other[0])}"
            lead = f"{lead}, while {far}"
        return lead


def _has_two(mover: Mover) -> bool:
    """Whether even the second of the facts that set a market's move apart is rare."""
    return any(fact.per_decade <= _RARE for fact in mover.highlights[1:])


def _points(mover: Mover) -> str:
    """Write a huge move in points too, where its size is the news."""
    largest = next((fact for fact in mover.highlights if isinstance(fact, LargestMove)), None)
    if largest is None or largest.change is None or abs(mover.change_pct) < _HUGE:
        return ""
    return f", or {wording.size(largest.change, listing(mover.market).decimals)} points"


def _largest_in(mover: Mover) -> tuple[object, ...]:
    """Tell apart what cannot be told together: moves are, where they are the largest since the same month."""
    since, alone = mover.largest_since, isinstance(next(iter(mover.highlights), None), LargestMove)
    return (since.year, since.month, mover.change_pct > 0) if since and alone else (mover.market,)


def _short(movers: Sequence[Mover]) -> list[str]:
    """Name markets by their cities, unless two of them share one."""
    cities = [MARKETS[mover.market].city for mover in movers]
    if len(set(cities)) == len(cities):
        return [spot(mover.market) for mover in movers]
    return [prose(mover.market) for mover in movers]


def _week_figure(move: WeekMove) -> str:
    return wording.plain_percent(rounded(move.rounded_pct, move.week_pct))


def _no_figures(claim: NoFiguresClaim) -> str:
    text = f"no trade of {claim.day:%A} has been seen yet"
    if claim.unusable:
        text = f"none of {claim.day:%A}'s figures can be relied on yet"
    return text if claim.told == claim.day else f"{text}: this is {claim.told:%A}'s session"
