"""What is known of a summary besides its words: the JSON, the facts that it was made of, and what the past says."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.domain.highlights.reading import Past, Row, first_of
from tests.domain.summary.sceptic.vocabulary import MILD, RANGES, UP, same


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
        self.today = dt.date.fromisoformat(answer["today"])
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
        self.need(abs(move) < 3 or verb not in MILD, f"{verb} for {move}")
        self.need(listed or low - 0.01 <= abs(move) <= high + 0.01, f"{verb} for {move}")

    def named_day(self, weekday: str | None, date: str | None, truth: dt.date) -> None:
        if weekday:
            self.need(f"{truth:%A}" == weekday and 0 < (self.day - truth).days <= 6, f"{weekday} is not {truth}")
        else:
            self.need(f"{truth:%b} {truth.day}" == date, f"{date} is not {truth}")

    def leads(self, key: str) -> bool:
        """Whether no counted market moved further that way."""
        sign = 1 if self.moves[key] > 0 else -1
        return bool(self.moves[key] * sign >= max(pct * sign for pct in self.moves.values()))

    def rounded(self, key: str) -> float:
        """Return a counted market's move rounded once, or for want of that twice."""
        quote = self.counted[key]["quote"]
        return float(quote["change_pct"] if quote["rounded_pct"] is None else quote["rounded_pct"])

    def month(self, date: dt.date) -> tuple[str, ...]:
        """How a month may be written: with its year, unless that is the reported day's."""
        return (f"{date:%B}",) if date.year == self.day.year else (f"{date:%B %Y}",)

    def since(self, key: str, rank: int, said: str, why: str) -> None:
        """Check, the slow way, since when there were fewer than ``rank`` moves as large in the same direction."""
        facts, move = self.facts[key], self.moves[key]
        bars = [bar for bar in facts.history if bar.day < facts.quote.session_date]
        old, new = bars[-1].close, round(facts.quote.level * 10**facts.market.decimals)
        self.need(facts.calendar.previous(facts.quote.session_date).day == bars[-1].day, why)
        found, start = None, bars[0].day
        for before, bar in zip(bars[-2::-1], bars[:0:-1], strict=True):
            lost = facts.calendar.count(before.day, bar.day) - 2 if facts.calendar.knows(before.day) else 0
            if lost > 0:
                furthest = bar.close / before.close * (1 + lost**0.5 / 20) ** (1 if move > 0 else -1)
                if furthest >= new / old if move > 0 else furthest <= new / old:
                    start = bar.day
                    break
            elif (bar.close * old >= new * before.close) if move > 0 else (bar.close * old <= new * before.close):
                rank -= 1
                if not rank:
                    found = bar.day
                    break
        if said == "on record":
            self.need(found is None and start == bars[0].day == bars[0].day and facts.market.first_day, why)
        elif said.startswith("since at least"):
            # A hole may be taken for more than it can hide here: that weakens the claim.
            first = first_of(said.removeprefix("since at least "))
            none_since = found is None or found.replace(day=1) <= first
            self.need(none_since and first >= start.replace(day=1), f"{key}: {why}, but {found} or {start}")
        else:
            self.need(found and said.removeprefix("since ") in self.month(found), f"{key}: {why}, but {found}")

    def past(self, key: str) -> Past:
        """Return the bars of a counted market, the last of which its quote is."""
        facts = self.facts[key]
        quote, scale = facts.quote, 10**facts.market.decimals
        rows = [Row(bar.day, bar.close, bar.high, bar.low) for bar in facts.history if bar.day < quote.session_date]
        self.need(rows[-1].date == facts.calendar.previous(quote.session_date).day, f"{key}: what came before?")
        level, high, low = (
            None if figure is None else round(figure * scale) for figure in (quote.level, quote.day_high, quote.day_low)
        )
        assert level is not None
        return Past([*rows, Row(quote.session_date, level, high, low)])

    def run_before(self, key: str) -> int:
        facts = self.facts[key]
        if facts.history is None:
            return 0
        bars = [bar for bar in facts.history if bar.day < facts.quote.session_date]
        if not bars or facts.calendar.previous(facts.quote.session_date).day != bars[-1].day:
            return 0
        run = 0
        for before, bar in zip(bars[-2::-1], bars[:0:-1], strict=True):
            if facts.calendar.previous(bar.day).day != before.day or bar.close == before.close:
                break
            step = 1 if bar.close > before.close else -1
            if run * step < 0:
                break
            run += step
        return run
