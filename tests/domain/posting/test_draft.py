"""Does a draft become the post that is meant, and does what an edit leaves out stay as it was?"""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from bot.domain.errors import BadQuestion, MarketError
from bot.domain.posting.draft import Draft, merge
from bot.domain.posting.schedule import (
    EVERY_DAY,
    WEEKDAYS,
    Around,
    Daily,
    DayRule,
    Moment,
    Subject,
    Timing,
    Topic,
)
from bot.domain.posting.subscriptions import Destination, Post, PostStyle

NOW = datetime(2025, 9, 15, 12, tzinfo=UTC)
LATER = datetime(2025, 9, 16, 12, tzinfo=UTC)
NIKKEI = Subject(Topic.MARKET, "nikkei")


def draft(**options: Any) -> Draft:
    return Draft(guild=1, creator=6, locale="ja", **options)


def made(**options: Any) -> Post:
    """Make a new post, with what a command requires."""
    return merge(draft(**{"what": "nikkei", "channel": 10, "when": "09:00", "zone": "Asia/Tokyo"} | options), None, NOW)


def changed(before: Post, **options: Any) -> Post:
    return merge(draft(**options), before, LATER)


def test_a_new_post_has_what_is_usual_where_nothing_is_chosen() -> None:
    assert made() == Post(
        destination=Destination(guild=1, channel=10, creator=6),
        subject=NIKKEI,
        timing=Timing(Daily(time(9), "Asia/Tokyo"), rule=DayRule.MARKET, region=NIKKEI.region, market="nikkei"),
        style=PostStyle("ja"),
        planned_until=NOW,
    )


@pytest.mark.parametrize(
    ("options", "rule", "market"),
    [
        ({}, DayRule.MARKET, "nikkei"),
        ({"what": "asia summary"}, DayRule.REGION, ""),
        ({"what": "records", "days": "sat,sun"}, DayRule.EVERY, ""),
        ({"days": "weekdays"}, DayRule.MARKET, "nikkei"),
        ({"when": "30 min before Tokyo opens"}, DayRule.EVERY, "nikkei"),
        ({"only": "every"}, DayRule.EVERY, "nikkei"),
        ({"what": "asia summary", "only": "market", "market": "코스피"}, DayRule.MARKET, "kospi"),
    ],
)
def test_on_which_days_it_comes(options: dict[str, Any], rule: DayRule, market: str) -> None:
    timing = made(**options).timing
    assert (timing.rule, timing.market) == (rule, market)


@pytest.mark.parametrize(
    "options",
    [
        {"what": "nikei"},
        {"when": "soon"},
        {"zone": None},
        {"zone": "Asia/Tokio"},
        {"days": "caturday"},
        {"market": "nikei"},
        {"only": "market", "what": "records"},
        {"only": "every", "note": True},
    ],
)
def test_what_is_not_understood_or_does_not_go_together_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(MarketError):
        made(**options)


def test_a_note_on_holidays_goes_with_an_exchanges_hours_on_every_day() -> None:
    assert made(when="15 min after Tokyo closes", only="every", note=True).timing.skip_note


BEFORE = Post(
    destination=Destination(guild=1, channel=10, creator=5, mention=7, publish=True),
    subject=NIKKEI,
    timing=Timing(
        Daily(time(9), "Asia/Tokyo", WEEKDAYS), DayRule.REGION, NIKKEI.region, market="nikkei", skip_note=True
    ),
    style=PostStyle("ko"),
    id=3,
    paused=True,
    planned_until=NOW,
)


def test_an_edit_without_a_change_is_the_same_post_from_now_on() -> None:
    after = changed(BEFORE)
    assert after == replace(BEFORE, planned_until=LATER, paused=False)
    assert after.destination is BEFORE.destination


@pytest.mark.parametrize(
    ("options", "when"),
    [
        ({"when": "10:30"}, Daily(time(10, 30), "Asia/Tokyo", WEEKDAYS)),
        ({"when": "10:30", "zone": "Europe/Berlin"}, Daily(time(10, 30), "Europe/Berlin", WEEKDAYS)),
        ({"zone": "Europe/Berlin"}, Daily(time(9), "Europe/Berlin", WEEKDAYS)),
        ({"days": "mon,wed"}, Daily(time(9), "Asia/Tokyo", frozenset({0, 2}))),
        ({"when": "when Tokyo opens"}, Around("XTKS", Moment.OPEN, 0, WEEKDAYS)),
        ({"when": "when Tokyo opens", "days": "every day"}, Around("XTKS", Moment.OPEN, 0, EVERY_DAY)),
    ],
)
def test_of_a_time_zone_and_weekdays_stay_where_no_others_are_named(
    options: dict[str, Any], when: Daily | Around
) -> None:
    assert changed(BEFORE, **options).timing.when == when


def test_a_zone_says_nothing_of_a_time_that_follows_an_exchange() -> None:
    around = replace(BEFORE, timing=replace(BEFORE.timing, when=Around("XTKS", Moment.OPEN, 0)))
    assert changed(around, zone="Europe/Berlin").timing == around.timing
    with pytest.raises(BadQuestion, match="time_zone"):
        changed(around, when="09:00")


def test_the_day_rule_stays_unless_the_kind_of_time_is_another() -> None:
    assert changed(BEFORE, when="10:30").timing.rule is DayRule.REGION
    assert changed(BEFORE, when="when Tokyo opens").timing.rule is DayRule.EVERY
    assert changed(BEFORE, what="records").timing.market == "nikkei"


@pytest.mark.parametrize(
    ("options", "destination"),
    [
        ({"channel": 11}, Destination(guild=1, channel=11, creator=6, mention=7, publish=True)),
        ({"mention": 8}, Destination(guild=1, channel=10, creator=6, mention=8, publish=True)),
        ({"silent": True}, Destination(guild=1, channel=10, creator=6, publish=True)),
        ({"silent": True, "mention": 8}, Destination(guild=1, channel=10, creator=6, publish=True)),
        ({"publish": False}, Destination(guild=1, channel=10, creator=6, mention=7)),
        ({"language": "de", "days": "mon"}, BEFORE.destination),
    ],
)
def test_whoever_changes_where_it_goes_answers_for_it(options: dict[str, Any], destination: Destination) -> None:
    assert changed(BEFORE, **options).destination == destination


def test_a_language_is_kept_until_another_is_chosen() -> None:
    assert changed(BEFORE).style == PostStyle("ko")
    assert changed(BEFORE, language="de").style == PostStyle("de")
