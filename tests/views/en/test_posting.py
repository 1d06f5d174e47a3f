"""What does an admin read about a post or an alert?"""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.domain.markets.market import Region
from bot.domain.posting.deliveries import DeliveryOutcome, DeliveryState, Origin, Publication
from bot.domain.posting.schedule import EVERY_DAY, WEEKDAYS, Around, Daily, DayRule, Moment, Timing
from bot.domain.posting.subscriptions import Alert, AlertCondition, AlertKind, Destination, FailureState
from bot.services.subscriptions import ListedSubscription
from bot.views.en import posting, subscriptions
from tests.factories import post
from tests.sentences import other

NINE = Daily(time(9), "Asia/Tokyo")
CLOSE = Around("XHKG", Moment.CLOSE, 15)
AT = datetime(2025, 9, 16, tzinfo=UTC)
STAMP = f"<t:{int(AT.timestamp())}"


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (Timing(NINE), "09:00 Asia/Tokyo, every day"),
        (Timing(replace(NINE, weekdays=frozenset({0, 4}))), "09:00 Asia/Tokyo, Mon, Fri"),
        (Timing(NINE, DayRule.REGION, Region.ASIA), "09:00 Asia/Tokyo, on days when a market of Asia trades"),
        (
            Timing(replace(NINE, weekdays=WEEKDAYS), DayRule.MARKET, market="dax"),
            "09:00 Asia/Tokyo, Mon to Fri when DAX trades",
        ),
        (Timing(CLOSE), "15 min after Hong Kong closes"),
        (Timing(replace(CLOSE, minutes=0)), "when Hong Kong closes"),
        (Timing(Around("XTKS", Moment.OPEN, -30, WEEKDAYS)), "30 min before Tokyo opens, Mon to Fri"),
        (
            Timing(CLOSE, DayRule.MARKET, market="nikkei"),
            "15 min after Hong Kong closes, on days when Nikkei 225 trades",
        ),
    ],
)
def test_when_a_post_comes(timing: Timing, words: str) -> None:
    assert subscriptions.timing(timing) == words


def test_what_was_chosen_beside_is_said() -> None:
    subscription = post(mention=7, publish=True, timing=Timing(CLOSE, skip_note=True))
    assert subscriptions.described(subscription) == (
        "Summary of Asia, 15 min after Hong Kong closes, in <#10>; a line on holidays; mentions <@&7>; is published"
    )
    assert "Japanese" in posting.unspoken("ja")
    assert CLOSE.weekdays == EVERY_DAY


def _outcome(state: DeliveryState, problem: str | None = None) -> DeliveryOutcome:
    return DeliveryOutcome(
        id=1, origin=Origin.POST, origin_id=4, event="", channel=10, state=state, due=AT, at=AT, delayed=False,
        problem=other(problem) if problem else None, message=None, publication=Publication.NONE, publish_attempts=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("trouble", "last", "words"),
    [
        (FailureState(), None, f" · next {STAMP}:R>"),
        (FailureState(), _outcome(DeliveryState.SENT), f" · next {STAMP}:R> · last {STAMP}:f> sent"),
        (
            FailureState(),
            _outcome(DeliveryState.MISSED, "Too late."),
            f" · next {STAMP}:R> · last {STAMP}:f> missed\n-# Last problem, {STAMP}:R>: Too late.",
        ),
        (
            FailureState(problem=other("The channel is gone."), problem_at=AT),
            _outcome(DeliveryState.SENT),
            f" · next {STAMP}:R> · last {STAMP}:f> sent\n-# Last problem, {STAMP}:R>: The channel is gone.",
        ),
    ],
)
def test_last_run_next_run_and_last_problem_are_listed(
    trouble: FailureState, last: DeliveryOutcome | None, words: str
) -> None:
    subscription = replace(post(), id=4, next_due=AT, failure=trouble)
    (page,) = posting.listed_pages([ListedSubscription(subscription, last)], alerts=False)
    assert page.title == "1 post"
    assert page.details == (f"**4** {subscriptions.described(subscription)}{words}",)


def test_what_is_paused_or_never_comes_is_said_to() -> None:
    ((texts,), (never,)) = (
        posting.listed_pages([ListedSubscription(replace(post(), paused=paused), None)], alerts=False)[0].details
        for paused in (True, False)
    )
    assert texts.endswith(" · paused")
    assert "never again as it is" in never


def test_whoever_set_it_up_is_told_where_what_and_what_to_do() -> None:
    alert = Alert(
        id=3,
        destination=Destination(guild=1, channel=10, creator=5),
        condition=AlertCondition("dax", AlertKind.ROUND),
        failure=FailureState(problem=other("The channel is gone."), problem_at=AT),
    )
    assert posting.paused(alert, "Desk") == (
        "I have paused alert 3 in **Desk** (DAX: a round number crossed, in <#10>). The channel is gone. "
        "When that is put right, `/alert resume number:3` there takes it up again."
    )
