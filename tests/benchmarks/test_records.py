"""What do the records of all markets cost: the first pass over 34 histories, a later bar, an answer, the memory?"""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date

import pytest

from bot.adapters.files.packaged import sessions
from bot.domain.history.bars import Bar, History
from bot.domain.markets.catalogue import MARKETS
from bot.domain.records.history_index import HistoryIndex, LiveBar
from bot.domain.records.records import facts
from bot.domain.records.trend import trend
from tests.conftest import ROOT

BARS = 300_000
PART = 10  # tracing memory is slow: a tenth of the bars is traced, and all that is found taken ten times
LATER = 400  # bars that are added and answers that are asked
MOST_LOOPS = 16
"""How many plain loops over the same bars, each of a comparison and an addition, the first pass may cost."""


def drawn(bars: int, markets: int = len(MARKETS)) -> list[History]:
    """Histories of so many markets, of sessions that their exchanges held, the later half of them with highs."""
    rng, found = random.Random(3), []
    for market in list(MARKETS.values())[:markets]:
        calendar, day = sessions()[market.mic], date(2025, 12, 31)
        held: list[date] = []
        while len(held) < bars // markets:
            if calendar.is_session(day):
                held.append(day)
            day = date.fromordinal(day.toordinal() - 1)
        level, rows = 1_000_00.0, []
        for at, ledger in enumerate(reversed(held)):
            level *= 1 + rng.gauss(0.0003, 0.01)
            close = round(level)
            high, low = (close + rng.randrange(900), close - rng.randrange(900)) if at * 2 > len(held) else (None, None)
            if rng.random() > 0.001:
                rows.append(Bar(ledger, close, high, low))
        found.append(History.of(market.key, rows))
    return found


def ledgers(histories: list[History]) -> list[HistoryIndex]:
    return [
        HistoryIndex(market, sessions()[market.mic], listing, market.known_levels)
        for market, listing in zip(MARKETS.values(), histories, strict=False)
    ]


def loop(histories: list[History]) -> int:
    """The floor: one plain loop over all bars, a comparison and an addition each."""
    risen = 0
    for history in histories:
        highest = 0
        for day, close in zip(history.days, history.closes, strict=True):
            highest = max(highest, close)
            risen += day
    return risen


def cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


@pytest.mark.no_cover  # what traces calls and lines costs more than they do
def test_the_first_pass_over_all_histories_costs_a_few_loops_over_them() -> None:
    histories = drawn(BARS)
    floors, passes = [], []
    for _ in range(5):  # in turns, so that a busy machine slows both
        floors.append(cpu(lambda: loop(histories)))
        passes.append(cpu(lambda: ledgers(histories)))
    ratio = min(passes) / min(floors)
    count = sum(len(history) for history in histories)
    print(f"\nfirst pass over {len(histories)} histories, {count} bars: {min(passes):.2f} s of CPU, {ratio:.1f} loops")
    assert ratio <= MOST_LOOPS


def test_a_later_bar_and_an_answer_cost_the_same_however_long_the_history() -> None:
    costs = []
    for history in (drawn(900, 1)[0], drawn(9_000, 1)[0]):
        market = MARKETS[history.market]
        ledger = HistoryIndex(market, sessions()[market.mic], history, market.known_levels)
        close, last = history[-1].close or 0, history.days[-1]
        new = [Bar(date.fromordinal(last + at), close + at % 7, close + 10, close - 10) for at in range(1, LATER)]
        reading = LiveBar(date.fromordinal(last + LATER), close, close + 5, close - 5)

        def add(to: HistoryIndex = ledger, bars: list[Bar] = new) -> None:
            for bar in bars:
                to.add(bar)

        def ask(of: HistoryIndex = ledger, live: LiveBar = reading) -> None:
            for _ in range(LATER):
                facts(of, live)
                trend(of, live)

        costs.append((cpu(add), cpu(ask)))
        adding, asking = (round(cost / LATER * 1e6) for cost in costs[-1])
        print(f"\n{len(history)} bars: {adding} µs a new bar, {asking} µs a record and a trend")
    (short_add, short_ask), (long_add, long_ask) = costs
    assert long_add < 3 * short_add
    assert long_ask < 3 * short_ask


PROGRAM = """
import tracemalloc
import tests.benchmarks.test_records as here
here.ledgers(here.drawn(len(here.MARKETS)))
tracemalloc.start()
histories = here.drawn(here.BARS // here.PART)
kept = here.ledgers(histories)
print(tracemalloc.get_traced_memory()[0] * here.PART)
"""


def test_all_histories_and_their_ledgers_fit_in_sixty_megabytes() -> None:
    finished = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, check=True, capture_output=True, text=True)
    megabytes = int(finished.stdout) / 1e6
    print(f"\n{BARS} bars and the ledgers of {len(MARKETS)} markets: {megabytes:.1f} MB")
    assert megabytes < 60
