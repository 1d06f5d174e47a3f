import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app.connection import delays
from bot.domain.backoff import backoff
from bot.domain.posting.limits import DeliveryLimits
from bot.services import history_sync
from tests.conftest import ROOT

SECOND = timedelta(seconds=1)


def test_a_wait_doubles_up_to_the_longest() -> None:
    assert [backoff(1.0, failures, 60.0) for failures in range(9)] == [1, 1, 2, 4, 8, 16, 32, 60, 60]
    assert [backoff(15 * SECOND, failures, 40 * SECOND) / SECOND for failures in range(4)] == [15, 15, 30, 40]


@given(st.integers(-5, 10**9), st.floats(0.001, 1e6), st.floats(0.001, 1e6))
def test_a_wait_is_never_longer_than_the_longest_and_never_shrinks(failures: int, first: float, longest: float) -> None:
    wait = backoff(first, failures, longest)
    assert min(first, longest) <= wait <= longest
    assert backoff(first, failures + 1, longest) >= wait
    assert backoff(first, 10**9, longest) == longest


@given(st.integers(0, 100))
def test_all_that_is_tried_again_waits_by_it(failures: int) -> None:
    limits = DeliveryLimits()
    assert limits.wait(limits.backoff, failures) == backoff(limits.backoff, failures, limits.slowest)
    bound = backoff(2.0, failures + 1, 50.0)
    assert bound / 2 <= next(itertools.islice(delays(2.0, 50.0), failures, None)) <= bound
    until, count = history_sync._rest(history_sync._NEVER, failures)
    rest = backoff(timedelta(minutes=15), failures + 1, timedelta(hours=6))
    assert (until - history_sync._NEVER, count) == (rest, failures + 1)


@pytest.mark.parametrize("pattern", ["<< ", "span = min(2", "* 2, _REST", "doublings"])
def test_nobody_doubles_by_hand(pattern: str) -> None:
    for path in (ROOT / "bot").rglob("*.py"):
        assert pattern not in path.read_text(encoding="utf-8") or path.name in ("backoff.py", "running_max.py"), path
