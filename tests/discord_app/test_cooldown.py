"""Can a server test its posts as often as it needs to, and no more?"""

import pytest

from bot.discord_app.cooldown import TRIAL_PAUSE, TRIALS_PER_SERVER, TrialCooldown
from bot.domain.errors import Refused
from tests.fakes import FakeClock
from tests.sentences import failing


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def trials(clock: FakeClock) -> TrialCooldown:
    return TrialCooldown(clock.monotonic)


def test_a_post_is_tried_once_a_minute(trials: TrialCooldown, clock: FakeClock) -> None:
    with trials.taken(1, 7):
        pass
    clock.move(seconds=17.5)
    with failing(Refused, match=r"^Post 7 was just tested: you can test it again in 43 s\.$"), trials.taken(1, 7):
        raise AssertionError("let through")
    with trials.taken(1, 8), trials.taken(2, 7):  # other posts and other servers need not wait
        pass
    clock.move(seconds=TRIAL_PAUSE - 17.5)
    with trials.taken(1, 7):
        pass


def test_a_server_tries_so_many_a_minute(trials: TrialCooldown, clock: FakeClock) -> None:
    for number in range(TRIALS_PER_SERVER):
        clock.move(seconds=1)
        with trials.taken(1, number):
            pass
    with failing(Refused, match=r"5 posts within a minute: try again in 56 s\."), trials.taken(1, 99):
        raise AssertionError("let through")
    clock.move(seconds=56)
    with trials.taken(1, 99):
        pass
    with pytest.raises(Refused), trials.taken(1, 98):
        raise AssertionError("let through")


def test_what_fails_is_not_counted_and_what_is_over_is_forgotten(trials: TrialCooldown, clock: FakeClock) -> None:
    with pytest.raises(KeyError), trials.taken(1, 7):
        raise KeyError
    assert len(trials) == 0
    for guild in range(1000):
        with trials.taken(guild, 7):
            pass
    clock.move(seconds=TRIAL_PAUSE)
    with trials.taken(1, 7):
        pass
    assert len(trials) == 1
