import datetime as dt

from bot.adapters.yahoo.circuit_breaker import PAUSES, CircuitBreaker, FailureKind

NOON = dt.datetime(2025, 9, 16, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


def fail(breaker: CircuitBreaker, kind: FailureKind, instant: dt.datetime) -> None:
    ticket = breaker.admit(instant)
    assert ticket is not None
    breaker.failed(ticket, kind, instant)


def test_a_source_that_works_is_always_asked() -> None:
    breaker = CircuitBreaker()
    for _ in range(3):
        ticket = breaker.admit(NOON)
        assert ticket is not None
        breaker.worked(ticket)
    assert breaker.cause is None


def test_refusals_close_the_way_for_minutes_that_grow_up_to_half_an_hour() -> None:
    breaker, now, waits = CircuitBreaker(), NOON, []
    for _ in range(7):
        fail(breaker, FailureKind.REFUSED, now)
        assert breaker.until is not None
        assert breaker.admit(breaker.until - SECOND) is None
        waits.append((breaker.until - now) // MINUTE)
        now = breaker.until
    assert waits == [1, 2, 5, 15, 30, 30, 30]


def test_one_outage_may_be_chance_and_the_next_ones_close_the_way_for_seconds() -> None:
    breaker, now, waits = CircuitBreaker(), NOON, []
    for _ in range(7):
        fail(breaker, FailureKind.OUTAGE, now)
        assert breaker.until is not None
        waits.append((breaker.until - now) // SECOND)
        now = breaker.until
    assert waits == [0, 5, 15, 30, 60, 120, 120]


def test_after_the_pause_one_request_tries_for_all() -> None:
    breaker = CircuitBreaker()
    fail(breaker, FailureKind.REFUSED, NOON)
    ticket = breaker.admit(NOON + MINUTE)
    assert ticket is not None
    assert breaker.admit(NOON + MINUTE) is None
    assert breaker.admit(NOON + MINUTE + 2 * SECOND) is None
    breaker.worked(ticket)
    assert breaker.cause is None
    assert breaker.admit(NOON + MINUTE) is not None
    fail(breaker, FailureKind.REFUSED, NOON)
    assert breaker.until == NOON + MINUTE  # the count began anew


def test_a_trial_that_is_given_up_or_never_heard_of_makes_room_for_the_next() -> None:
    breaker = CircuitBreaker()
    fail(breaker, FailureKind.REFUSED, NOON)
    ticket = breaker.admit(NOON + MINUTE)
    assert ticket is not None
    breaker.abandoned(ticket)
    assert breaker.admit(NOON + MINUTE) is not None
    assert breaker.admit(NOON + MINUTE + 59 * SECOND) is None
    assert breaker.admit(NOON + MINUTE + 60 * SECOND) is not None


def test_requests_that_were_under_way_together_fail_as_one() -> None:
    breaker = CircuitBreaker()
    tickets = [breaker.admit(NOON) for _ in range(34)]
    for ticket in tickets:
        assert ticket is not None
        breaker.failed(ticket, FailureKind.REFUSED, NOON)
    assert breaker.until == NOON + PAUSES[FailureKind.REFUSED][0]
    assert tickets[0] is not None
    breaker.worked(tickets[0])  # it was answered before the refusal, and tells nothing of the time after it
    assert breaker.admit(NOON + SECOND) is None


def test_a_refusal_outweighs_an_outage_of_the_same_moment() -> None:
    breaker = CircuitBreaker()
    first, second = breaker.admit(NOON), breaker.admit(NOON)
    assert first is not None
    assert second is not None
    breaker.failed(first, FailureKind.OUTAGE, NOON)
    breaker.failed(second, FailureKind.REFUSED, NOON)
    assert breaker.cause is FailureKind.REFUSED
    assert breaker.until == NOON + MINUTE


def test_an_outage_after_refusals_does_not_begin_from_nothing() -> None:
    breaker = CircuitBreaker()
    fail(breaker, FailureKind.REFUSED, NOON)
    fail(breaker, FailureKind.OUTAGE, NOON + MINUTE)
    assert breaker.until == NOON + MINUTE + PAUSES[FailureKind.OUTAGE][1]


def test_a_clock_that_is_set_back_does_not_close_the_way_for_longer() -> None:
    breaker = CircuitBreaker()
    fail(breaker, FailureKind.REFUSED, NOON)
    assert breaker.admit(NOON - dt.timedelta(days=1)) is not None
