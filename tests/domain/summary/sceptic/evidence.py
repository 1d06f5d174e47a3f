"""What is known of a summary besides its words: the JSON, the facts that it was made of, and what the past says."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.markets.catalogue import MARKETS
from tests.domain.summary.sceptic.vocabulary import RANGES, UP, same


class Untrue(AssertionError):
    """A sentence says what the figures do not."""


class Evidence:
    """One answer's JSON, and ``facts``, which it was made of."""

    def __init__(self, answer: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        self.answer = answer
        self.facts = facts
        self.markets = {market["market"]: market for market in answer["markets"]}
        self.counted = {key: market for key, market in self.markets.items() if market["counted"]}
        self.moves = {key: market["quote"]["change_pct"] for key, market in self.counted.items()}
        self.context = {item["market"]: item for item in answer["context"]}
        self.day = dt.date.fromisoformat(answer["day"])
        self.as_of = dt.datetime.fromisoformat(answer["as_of"])

    def need(self, truth: object, why: str) -> None:
        if not truth:
            raise Untrue(why)

    def strike(self, pattern: str, check: Callable[["Evidence", re.Match[str]], str | None], text: str) -> str:
        """Check each match of a pattern, and take it out of the text or put there what the check returns."""
        return re.sub(pattern, lambda match: check(self, match) or "", text)

    def toward(self, way: str, figure: str | None, move: float, why: str) -> None:
        if way in ("flat", "little changed"):
            self.need(abs(move) < 0.1, why)
        else:
            self.need((move > 0) == (way == "up") and same(figure or "-1", move), why)

    def verb(self, verb: str, move: float | None, *, listed: bool = False) -> None:
        self.need(move is not None, f"{verb} without a move")
        assert move is not None
        self.need((move > 0) == bool(re.fullmatch(UP, verb)), f"{verb} for {move}")
        low, high = RANGES.get(verb.partition(" ")[0], (0.03, 1e9))
        self.need(listed or low - 0.01 <= abs(move) <= high + 0.01, f"{verb} for {move}")

    def named_day(self, weekday: str | None, date: str | None, truth: dt.date) -> None:
        if weekday:
            self.need(f"{truth:%A}" == weekday and 0 < (self.day - truth).days <= 6, f"{weekday} is not {truth}")
        else:
            self.need(f"{truth:%b} {truth.day}" == date, f"{date} is not {truth}")

    def leads(self, key: str) -> bool:
        """Whether no other city's own index moved further that way."""
        sign = 1 if self.moves[key] > 0 else -1
        beside = {market.key: market.companion_of for market in MARKETS.values() if market.companion_of}
        others = [
            pct * sign
            for other, pct in self.moves.items()
            if not MARKETS[other].wide and not (other in beside and sign * self.moves.get(beside[other], 0) >= 0.1)
        ]
        return not others or self.moves[key] * sign >= max(others)

    def largest(self, key: str) -> dt.date:
        """Find, the slow way, the last earlier session with a move at least as large in the same direction."""
        facts, move = self.facts[key], self.moves[key]
        bars = [bar for bar in facts.history if bar.day < facts.quote.session_date]
        later = facts.quote.session_date
        for before, bar in zip(bars[-2::-1], bars[:0:-1], strict=True):
            if facts.calendar.knows(bar.day) and abs(move) < 10:
                self.need(facts.calendar.previous(later).day == bar.day, f"{key}: a hole before {later}")
            pct = round((bar.close / before.close - 1) * 100, 2)
            if pct >= move if move > 0 else pct <= move:
                return dt.date.fromordinal(bar.day.toordinal())
            later = bar.day
        raise Untrue(f"{key} never moved so far")

    def run_before(self, key: str) -> int:
        facts = self.facts[key]
        bars = [bar for bar in facts.history if bar.day < facts.quote.session_date]
        run = 0
        for before, bar in zip(bars[-2::-1], bars[:0:-1], strict=True):
            if facts.calendar.previous(bar.day).day != before.day or bar.close == before.close:
                break
            step = 1 if bar.close > before.close else -1
            if run * step < 0:
                break
            run += step
        return run
