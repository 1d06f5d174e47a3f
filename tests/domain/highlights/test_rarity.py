"""Is each kind of highlight as rare as it says? Counted in the histories of thirty years."""

from collections import Counter
from pathlib import Path

import pytest

from bot.domain.highlights import highlights as rules
from bot.domain.highlights.highlight import Highlight
from bot.domain.records.trend import trend
from tests.pasts import after_the_close, real

MARKETS = ("nikkei", "sp500", "dax")
YEARS = 30
A_YEAR = 252
FEWEST = 12
"""Facts of a kind below which chance decides how many there are."""
FACTOR = 3.0
"""How far from the truth ``per_decade`` may be, as a factor."""
STEPS = (3, 10, 30, 100, 300)


def name(fact: Highlight) -> str:
    return f"{fact.kind} of a {fact.period}" if fact.kind == "period_move" else fact.kind


@pytest.mark.no_cover
def test_each_kind_is_seen_about_as_often_as_it_says(shared: Path) -> None:
    counts: Counter[tuple[str, int]] = Counter()
    sessions = 0
    for key in MARKETS:
        history, index = real(shared / "data" / "history", key)
        for position in range(max(A_YEAR, len(history) - YEARS * A_YEAR), len(history)):
            day = history[position].day
            live = after_the_close(history, day)
            sessions += 1
            for fact in rules.highlights(index, live, trend(index, live, until=day), until=day):
                counts.update((name(fact), step) for step in STEPS if fact.per_decade <= step)
    decades = sessions / (10 * A_YEAR)
    kinds = sorted({kind for kind, _ in counts})
    # Rarer than a kind ever is, or more often than it can be, there is nothing to count.
    wrong = []
    for kind in kinds:
        steps = [step for step in STEPS if counts[kind, step] >= FEWEST]
        ratios = {step: round(counts[kind, step] / (step * decades), 2) for step in steps}
        print(kind, ratios)
        if not any(1 / FACTOR <= ratio <= FACTOR for ratio in ratios.values()) or max(ratios.values()) > FACTOR:
            wrong.append((kind, ratios))
    assert not wrong
    assert len(kinds) >= 10
